//! The words in the names of objects and of their pictures: `MaskNuclei`, `cell_outlines`, `preCells_Cellpose3`.

/// Words that say how objects are drawn, not which.
const DRAWING: [&str; 14] = [
    "mask",
    "label",
    "segmentation",
    "segmented",
    "seg",
    "object",
    "obj",
    "outline",
    "contour",
    "border",
    "boundary",
    "perimeter",
    "edge",
    "roi",
];

/// Those that draw only the edge.
const EDGES: [&str; 6] = [
    "outline",
    "contour",
    "border",
    "boundary",
    "perimeter",
    "edge",
];

/// What a picture of objects shows; full shapes are better than their edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Drawing {
    /// Labels, a binary mask, or unknown.
    Shapes,
    /// Edges only.
    Outlines,
}

/// The words of a name, in order, with the number of the token they are in; words for the way of drawing apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ObjectWords {
    words: Vec<(String, usize)>,
    pub drawing: Drawing,
    /// Whether objects are burnt into another picture, which cannot be traced.
    pub is_overlay: bool,
}

impl ObjectWords {
    /// Takes a name apart. `tokens`: its parts between separators, in their own case.
    pub fn of_tokens<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = Vec::new();
        let mut drawing = Drawing::Shapes;
        let mut is_overlay = false;
        for (at, token) in tokens.into_iter().enumerate() {
            for word in camel_words(token) {
                for word in unglued(&canonical(&word)) {
                    is_overlay |= word == "overlay";
                    if EDGES.contains(&word.as_str()) {
                        drawing = Drawing::Outlines;
                    }
                    if !DRAWING.contains(&word.as_str()) {
                        words.push((word, at));
                    }
                }
            }
        }
        Self {
            words,
            drawing,
            is_overlay,
        }
    }

    /// The words of an object's name.
    pub fn of_object(name: &str) -> Vec<String> {
        let words: Vec<String> = Self::of_tokens(tokens(name))
            .words
            .into_iter()
            .map(|(word, _)| word)
            .collect();
        if words.is_empty() {
            // An object set that is called `Objects` or `Mask`.
            return tokens(name)
                .flat_map(camel_words)
                .map(|word| canonical(&word))
                .collect();
        }
        words
    }

    /// How well the name fits an object: (0 by its whole name, 1 by its kind alone; words left over). Smaller is better.
    ///
    /// `preCells` is not `Cells`: a word in front in the same token makes it another object.
    pub fn fit(&self, object: &[String]) -> Option<(u8, usize)> {
        if let Some(left_over) = self.find(object) {
            return Some((0, left_over));
        }
        // `OrigNuclei` may be drawn in `_MaskNuclei`, when nothing bears its own name.
        let kinds = |words: &mut dyn Iterator<Item = &String>| -> Vec<String> {
            let mut kinds: Vec<String> = words.filter(|word| is_kind(word)).cloned().collect();
            kinds.dedup();
            kinds
        };
        let kind = kinds(&mut object.iter());
        if kind.len() != 1
            || object.len() < 2
            || kinds(&mut self.words.iter().map(|(word, _)| word)) != kind
        {
            return None;
        }
        self.find(&kind).map(|left_over| (1, left_over))
    }

    fn find(&self, object: &[String]) -> Option<usize> {
        if object.is_empty() {
            return None;
        }
        let token = |at: usize| self.words.get(at).map(|(_, token)| *token);
        let fits = self
            .words
            .windows(object.len())
            .enumerate()
            .any(|(at, run)| {
                let end = at + run.len();
                let glued = (at > 0 && token(at - 1) == token(at)) || token(end) == token(end - 1);
                !glued && run.iter().map(|(word, _)| word).eq(object)
            });
        fits.then(|| self.words.len() - object.len())
    }
}

/// The words of a column's name, and what they say of its pictures.
#[derive(Debug, Clone)]
pub struct NameWords {
    words: Vec<String>,
    objects: ObjectWords,
}

/// Takes the name of a column or file apart.
pub fn name_words(name: &str) -> NameWords {
    NameWords {
        words: tokens(name)
            .flat_map(camel_words)
            .flat_map(|word| unglued(&canonical(&word)))
            .collect(),
        objects: ObjectWords::of_tokens(tokens(name)),
    }
}

impl NameWords {
    /// How well the name fits an object set; smaller is better.
    pub fn fit(&self, object: &str) -> Option<impl Ord + use<>> {
        let (by_kind, left_over) = self.objects.fit(&ObjectWords::of_object(object))?;
        Some((by_kind, self.objects.drawing, left_over))
    }

    /// Whether objects are drawn into another picture.
    pub fn is_overlay(&self) -> bool {
        self.objects.is_overlay
    }

    /// Whether only the edges of objects are drawn.
    pub fn draw_edges(&self) -> bool {
        self.objects.drawing == Drawing::Outlines
    }

    /// Whether the name is one of a mask; then, whether it says nothing else.
    pub fn say_mask(&self) -> Option<bool> {
        let ends = |word: &String| {
            DRAWING.contains(&word.as_str()) || GLUED.iter().any(|end| word.ends_with(end))
        };
        let holds = |word: &String| ends(word) || GLUED.iter().any(|part| word.contains(part));
        self.words
            .iter()
            .any(holds)
            .then(|| self.words.last().is_some_and(ends))
    }

    /// Whether the name is one of probabilities.
    pub fn are_probabilities(&self) -> bool {
        let known = [
            "prob",
            "probability",
            "probabilitie",
            "probmap",
            "probabilitymap",
        ];
        self.words.iter().any(|word| known.contains(&word.as_str()))
    }

    /// Whether the name is one of an illumination function; then, whether it cannot be that of a corrected picture.
    pub fn say_illumination(&self) -> Option<bool> {
        let says = |word: &String| {
            word.contains("illum") || ["flatfield", "shading", "vignette"].contains(&word.as_str())
        };
        let flat_field = self.words.windows(2).any(|two| two == ["flat", "field"]);
        if !flat_field && !self.words.iter().any(says) {
            return None;
        }
        let is_function = self.words.iter().any(|word| word.contains("function"));
        let is_corrected = |word: &String| word.starts_with("corr") || word.contains("illumcorr");
        Some(is_function || !self.words.iter().any(is_corrected))
    }
}

/// Words for masks that are written in one with others.
const GLUED: [&str; 2] = ["mask", "label"];

/// The parts of a name between separators.
pub(super) fn tokens(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_alphanumeric())
        .filter(|token| !token.is_empty())
}

fn is_kind(word: &str) -> bool {
    matches!(word, "cell" | "nucleus" | "cytoplasm")
}

/// The words of a token: `MaskNuclei` is two, `DNAMask2` three.
pub(super) fn camel_words(token: &str) -> Vec<String> {
    let letters: Vec<char> = token.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let starts = match at.checked_sub(1).map(|before| letters[before]) {
            None => true,
            Some(before) => {
                let next_is_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
                (before.is_lowercase() && letter.is_uppercase())
                    || (before.is_uppercase() && letter.is_uppercase() && next_is_lower)
                    || before.is_numeric() != letter.is_numeric()
            }
        };
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// One word for singular, plural and usual short forms.
fn canonical(word: &str) -> String {
    let same = match word {
        "cells" => "cell",
        "nuclei" | "nuc" | "nucs" | "nuclear" => "nucleus",
        "cyto" | "cytoplasms" | "cytoplasmic" => "cytoplasm",
        "boundaries" => "boundary",
        _ => {
            let plural = word.len() > 3
                && word.ends_with('s')
                && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
            return if plural {
                word[..word.len() - 1].to_owned()
            } else {
                word.to_owned()
            };
        }
    };
    same.to_owned()
}

/// `cellmask` as `cell` and `mask`; any other word as it is.
fn unglued(word: &str) -> Vec<String> {
    for drawing in DRAWING {
        for (rest, first) in [
            (word.strip_suffix(drawing), false),
            (word.strip_prefix(drawing), true),
        ] {
            let Some(rest) = rest.map(canonical).filter(|rest| is_kind(rest)) else {
                continue;
            };
            return if first {
                vec![drawing.to_owned(), rest]
            } else {
                vec![rest, drawing.to_owned()]
            };
        }
    }
    vec![word.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_pictures_fit_objects() {
        let cases = [
            ("Cells", "Cells", Some((0, 0))),
            ("cell_outlines", "Cells", Some((0, 0))),
            ("MaskNuclei", "Nuclei", Some((0, 0))),
            ("CellsOutlines", "Cells", Some((0, 0))),
            ("nuc", "Nuclei", Some((0, 0))),
            ("Nucleus_v2", "Nuclei", Some((0, 2))),
            ("cyto_mask", "Cytoplasm", Some((0, 0))),
            ("cellmasks", "Cells", Some((0, 0))),
            ("nuclei", "Cells", None),
            ("preCells", "Cells", None),
            ("Cells2", "Cells", None),
            ("preCells_Cellpose3", "preCells_Cellpose3", Some((0, 0))),
            ("MaskNuclei", "OrigNuclei", Some((1, 0))),
            ("OrigNuclei", "Nuclei", None),
            ("OrigNuclei_mask", "OrigNuclei", Some((0, 0))),
            ("Cells_Nuclei", "OrigNuclei", None),
            ("cellbody", "Cells", None),
            ("Objects", "Cells", None),
            ("", "Cells", None),
            ("Vesicles_labels", "Vesicle", Some((0, 0))),
        ];
        for (name, object, fit) in cases {
            let words = ObjectWords::of_tokens(tokens(name));
            assert_eq!(
                words.fit(&ObjectWords::of_object(object)),
                fit,
                "{name} for {object}"
            );
        }
    }

    #[test]
    fn edges_and_overlays_are_told_from_shapes() {
        let cases = [
            ("cell_outlines", Drawing::Outlines, false),
            ("MaskNuclei", Drawing::Shapes, false),
            ("Cells", Drawing::Shapes, false),
            ("CellOverlay", Drawing::Shapes, true),
        ];
        for (name, drawing, is_overlay) in cases {
            let words = ObjectWords::of_tokens(tokens(name));
            assert_eq!(
                (words.drawing, words.is_overlay),
                (drawing, is_overlay),
                "{name}"
            );
        }
    }
}
