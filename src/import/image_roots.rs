//! Finding pictures whose recorded path is gone.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{ImportError, PathChoice};

/// Words of a file name that are looked at.
const MOST_WORDS: usize = 16;

/// A recorded folder and where its files are now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PathChange {
    /// Folder recorded by the export.
    pub recorded: String,
    /// Folder the files were found in.
    pub found: String,
    /// Files found there.
    pub files: usize,
}

impl fmt::Display for PathChange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} is now {}, {} images found",
            self.recorded, self.found, self.files
        )
    }
}

/// The files under the folders given with `--images` or `--masks`, by lower-case name.
#[derive(Debug, Default)]
pub struct ImageRoots {
    by_name: HashMap<String, Vec<PathBuf>>,
    /// Files by every run of whole words of their names; filled for masks only.
    by_piece: HashMap<String, Vec<PathBuf>>,
    /// Where recorded folders are now, as the user says.
    choices: Vec<PathChoice>,
    changes: BTreeMap<(String, String), usize>,
}

impl ImageRoots {
    /// Indexes every file under the folders.
    ///
    /// # Errors
    /// [`ImportError::NoFolder`] when one does not exist.
    pub fn index(option: &'static str, folders: &[PathBuf]) -> Result<Self, ImportError> {
        let mut by_name: HashMap<String, Vec<PathBuf>> = HashMap::new();
        for folder in folders {
            if !folder.is_dir() {
                return Err(ImportError::NoFolder {
                    option,
                    path: folder.clone(),
                });
            }
            for entry in walkdir::WalkDir::new(
                std::path::absolute(folder).unwrap_or_else(|_| folder.clone()),
            )
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            .flatten()
            {
                if entry.file_type().is_file() {
                    let name = entry.file_name().to_string_lossy().to_lowercase();
                    by_name.entry(name).or_default().push(entry.into_path());
                }
            }
        }
        Ok(Self {
            by_name,
            by_piece: HashMap::new(),
            choices: Vec::new(),
            changes: BTreeMap::new(),
        })
    }

    /// Gets ready for [`ImageRoots::named_after`].
    #[must_use]
    pub fn with_words(mut self) -> Self {
        for path in self.by_name.values().flatten() {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let mut pieces = pieces_of(&stem);
            pieces.sort_unstable();
            pieces.dedup();
            for piece in pieces {
                self.by_piece.entry(piece).or_default().push(path.clone());
            }
        }
        self
    }

    /// Takes over where recorded folders are now, as the user says; this is tried before anything is searched.
    #[must_use]
    pub fn with_choices(mut self, choices: &[PathChoice]) -> Self {
        self.choices = choices.to_vec();
        self
    }

    /// True when no file was indexed.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The file of this name, told apart from its namesakes by the trailing parts of the recorded folder.
    ///
    /// # Errors
    /// A sentence for the report: not found, or several equally good candidates.
    pub fn find(&mut self, recorded: Option<&str>, name: &str) -> Result<PathBuf, String> {
        let recorded_path = recorded.map(|folder| Path::new(folder).join(name));
        if let Some(path) = recorded_path.filter(|path| path.is_file()) {
            return Ok(path);
        }
        // `image%20one.tif` of a URL; a name that really holds a percent sign is tried as it is first.
        let decoded = percent_encoding::percent_decode_str(name)
            .decode_utf8()
            .unwrap_or(Cow::Borrowed(name));
        let chosen = self.choices.iter().find_map(|choice| {
            let rest = rest_below(recorded?, &choice.recorded)?;
            let folder = rest
                .iter()
                .fold(PathBuf::from(&choice.found), |folder, part| {
                    folder.join(part)
                });
            [name, decoded.as_ref()]
                .iter()
                .map(|name| folder.join(name))
                .find(|path| path.is_file())
        });
        if let Some(path) = chosen {
            self.note_change(recorded, &path);
            return Ok(path);
        }
        let place = recorded.map_or_else(|| name.to_owned(), |folder| format!("{folder}/{name}"));
        let Some(candidates) = spellings(name, &decoded)
            .iter()
            .find_map(|name| self.by_name.get(name))
        else {
            let looked = if self.by_name.is_empty() {
                " (no --images folder was given)"
            } else {
                " nor under the image folders"
            };
            return Err(format!("{place}: not there any more{looked}"));
        };
        let score = |path: &PathBuf| {
            shared_tail(
                recorded.unwrap_or_default(),
                path.parent().unwrap_or(Path::new("")),
            )
        };
        let best = candidates.iter().map(score).max().unwrap_or(0);
        let mut winners = candidates.iter().filter(|path| score(path) == best);
        let Some(found) = winners.next() else {
            return Err(format!("{place}: not found"));
        };
        if let Some(other) = winners.next() {
            return Err(format!(
                "{place}: could be {} or {}; its folder does not tell which",
                found.display(),
                other.display()
            ));
        }
        let found = found.clone();
        self.note_change(recorded, &found);
        Ok(found)
    }

    fn note_change(&mut self, recorded: Option<&str>, found: &Path) {
        let Some(recorded) = recorded else { return };
        let folder = found
            .parent()
            .map(|parent| parent.display().to_string())
            .unwrap_or_default();
        *self
            .changes
            .entry((recorded.to_owned(), folder))
            .or_default() += 1;
    }

    /// The file whose name holds a picture's stem and an object's name, as in `STEM_Cells.tiff`,
    /// `STEM_MaskNuclei.tiff` and `STEM_cell_outlines.png`.
    ///
    /// # Errors
    /// A sentence for the report when several are equally good.
    pub fn named_after(&self, stem: &str, object: &str) -> Result<Option<PathBuf>, String> {
        let stem = stem.to_lowercase();
        let mut found: Vec<&PathBuf> = self
            .by_piece
            .get(&stem)
            .into_iter()
            .flatten()
            .filter(|path| {
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                names_object(&name, &stem, object)
            })
            .collect();
        found.sort();
        match found.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some((*only).clone())),
            [first, second, ..] => Err(format!(
                "could be {} or {}",
                first.display(),
                second.display()
            )),
        }
    }

    /// The only file whose name has this word, in capitals or small letters: `BR00117006_IllumDNA.npy` has `dna`.
    ///
    /// # Errors
    /// A sentence for the report when there is none, or several.
    pub fn named_with(&self, word: &str) -> Result<PathBuf, String> {
        let mut found: Vec<&PathBuf> = self
            .by_name
            .values()
            .flatten()
            .filter(|path| {
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                camel_words(&name).iter().any(|known| known == word)
            })
            .collect();
        found.sort();
        match found.as_slice() {
            [only] => Ok((*only).clone()),
            [] => Err(format!("no file has \u{ab}{word}\u{bb} in its name")),
            [first, second, ..] => Err(format!(
                "could be {} or {}",
                first.display(),
                second.display()
            )),
        }
    }

    /// The path changes that were made, most files first.
    pub fn changes(&self) -> Vec<PathChange> {
        let mut changes: Vec<PathChange> = self
            .changes
            .iter()
            .map(|((recorded, found), files)| PathChange {
                recorded: recorded.clone(),
                found: found.clone(),
                files: *files,
            })
            .collect();
        changes.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.cmp(b)));
        changes
    }
}

/// Every run of whole words of a file's stem: `a_s1` is in `a_s1_cells`, not in `a_s10_cells`.
fn pieces_of(stem: &str) -> Vec<String> {
    let lower = stem.to_lowercase();
    let letters = |text: &str| text.chars().next().is_some_and(char::is_alphanumeric);
    let mut starts = Vec::new();
    let mut ends = Vec::new();
    let mut inside = false;
    for (at, letter) in lower.char_indices() {
        if letter.is_alphanumeric() != inside {
            inside = !inside;
            if inside { &mut starts } else { &mut ends }.push(at);
        }
    }
    if inside {
        ends.push(lower.len());
    }
    // A name of a hundred words names nothing; its whole beginning is enough.
    starts.truncate(MOST_WORDS);
    ends.truncate(MOST_WORDS);
    let mut pieces = Vec::new();
    for (first, start) in starts.iter().enumerate() {
        for end in &ends[first..] {
            let piece = &lower[*start..*end];
            if letters(piece) {
                pieces.push(piece.to_owned());
            }
        }
    }
    pieces
}

/// Whether a name has a word for an object beside a picture's stem: `Cells`, `cell`, `MaskCells`.
fn names_object(name: &str, stem: &str, object: &str) -> bool {
    let lower = name.to_lowercase();
    let Some(at) = lower.find(stem) else {
        return false;
    };
    // Case may be lost where lower case has another length; then words are told by punctuation alone.
    let rest = if lower.len() == name.len()
        && name.is_char_boundary(at)
        && name.is_char_boundary(at + stem.len())
    {
        format!("{} {}", &name[..at], &name[at + stem.len()..])
    } else {
        format!("{} {}", &lower[..at], &lower[at + stem.len()..])
    };
    let wanted = object_words(object);
    camel_words(&rest).iter().any(|word| wanted.contains(word))
        || has_run(&rest.to_lowercase(), &object.to_lowercase())
}

/// Whether a text holds a word that no letter or digit continues.
fn has_run(text: &str, word: &str) -> bool {
    let ends = |rest: Option<char>| rest.is_none_or(|next| !next.is_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        ends(text[..at].chars().next_back()) && ends(text[at + word.len()..].chars().next())
    })
}

/// What an object may be called in a file name.
fn object_words(object: &str) -> Vec<String> {
    let object = object.to_lowercase();
    let families: [&[&str]; 3] = [
        &["cells", "cell"],
        &["nuclei", "nucleus", "nuclear", "nuc"],
        &["cytoplasm", "cyto"],
    ];
    let mut words: Vec<String> = families
        .iter()
        .find(|family| family.contains(&object.as_str()))
        .map(|family| family.iter().map(|word| (*word).to_owned()).collect())
        .unwrap_or_default();
    words.push(object);
    words
}

/// Words in lower case, cut at punctuation, digits and where a capital follows a small letter.
fn camel_words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for letter in text.chars() {
        if !letter.is_alphabetic() || (letter.is_uppercase() && after_lower) {
            words.push(String::new());
        }
        after_lower = letter.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphabetic()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The ways in which a file name may be written now, in lower case: as it is, decoded, `.tif` for `.tiff`.
fn spellings(name: &str, decoded: &str) -> Vec<String> {
    let mut names = vec![name.to_lowercase(), decoded.to_lowercase()];
    for at in 0..2 {
        let other = match names[at].rsplit_once('.') {
            Some((stem, "tif")) => format!("{stem}.tiff"),
            Some((stem, "tiff")) => format!("{stem}.tif"),
            _ => continue,
        };
        names.push(other);
    }
    names.dedup();
    names
}

/// The folders of a recorded path below a part of it, whatever the separator and case; `None` when it lies elsewhere.
fn rest_below<'a>(recorded: &'a str, part: &str) -> Option<Vec<&'a str>> {
    let folders = |path: &'a str| path.split(['/', '\\']).filter(|name| !name.is_empty());
    let mut rest = folders(recorded);
    for wanted in part.split(['/', '\\']).filter(|name| !name.is_empty()) {
        if rest.next()?.to_lowercase() != wanted.to_lowercase() {
            return None;
        }
    }
    Some(rest.collect())
}

/// How many trailing folder names two paths share, whatever the separator and case.
fn shared_tail(recorded: &str, found: &Path) -> usize {
    let found = found.to_string_lossy().to_lowercase();
    let recorded = recorded.to_lowercase();
    let parts = |path: &str| -> Vec<String> {
        path.split(['/', '\\'])
            .filter(|part| !part.is_empty())
            .rev()
            .map(str::to_owned)
            .collect()
    };
    parts(&recorded)
        .iter()
        .zip(parts(&found))
        .take_while(|(a, b)| *a == b)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(files: &[&str]) -> (tempfile::TempDir, ImageRoots) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, b"x").expect("a file");
        }
        let roots = ImageRoots::index("--images", &[dir.path().to_path_buf()]).expect("an index");
        (dir, roots)
    }

    #[test]
    fn namesakes_are_told_apart_by_their_folders() {
        let (_dir, mut roots) = roots(&["p1/a.tif", "p2/a.tif", "p2/B.TIF"]);
        let cases = [
            (Some("/gone/p2"), "a.tif", Some("p2/a.tif")),
            (Some("C:\\gone\\P1"), "a.tif", Some("p1/a.tif")),
            (Some("/gone"), "a.tif", None),
            (Some("/gone"), "b.tif", Some("p2/B.TIF")),
            (None, "c.tif", None),
        ];
        for (recorded, name, expected) in cases {
            let found = roots.find(recorded, name);
            match expected {
                Some(expected) => assert!(
                    found.as_ref().is_ok_and(|path| path.ends_with(expected)),
                    "{name}: {found:?}"
                ),
                None => assert!(found.is_err(), "{name}: {found:?}"),
            }
        }
        assert_eq!(
            roots
                .changes()
                .iter()
                .map(|change| change.files)
                .sum::<usize>(),
            3
        );
    }

    #[test]
    fn names_may_be_written_another_way() {
        let (dir, roots) = roots(&[
            "p1/a b.tif",
            "p1/C.TIFF",
            "p2/x/d.tif",
            "p3/d.tif",
            "%20.tif",
        ]);
        let choice = |recorded: &str, found: &str| PathChoice {
            recorded: recorded.to_owned(),
            found: dir.path().join(found).display().to_string(),
        };
        let mut roots =
            roots.with_choices(&[choice("D:\\plates", "p2"), choice("/home/me", "nowhere")]);
        let cases = [
            (Some("/gone"), "a%20b.tif", Some("p1/a b.tif")),
            (Some("/gone"), "c.tif", Some("p1/C.TIFF")),
            (Some("/gone"), "%20.tif", Some("%20.tif")),
            (Some("d:/Plates/x"), "d.tif", Some("p2/x/d.tif")),
            (Some("/home/me/x"), "d.tif", Some("p2/x/d.tif")),
            (Some("/home/you"), "d.tif", None),
        ];
        for (recorded, name, expected) in cases {
            let found = roots.find(recorded, name);
            assert_eq!(
                found.as_ref().ok(),
                expected.map(|name| dir.path().join(name)).as_ref(),
                "{recorded:?} {name}: {found:?}"
            );
        }
    }

    #[test]
    fn masks_are_named_after_picture_and_object() {
        let (dir, roots) = roots(&[
            "A_s1_Cells.tiff",
            "A_s10_Cells.tiff",
            "A_s1_Nuclei.png",
            "x/B_cells.tiff",
            "y/B_cells.tiff",
            "r01c01-ch3_cell_outlines.png",
            "C6_01_GFP_MaskNuclei.tiff",
        ]);
        let roots = roots.with_words();
        let cases = [
            ("A_s1", "Cells", Ok(Some("A_s1_Cells.tiff"))),
            ("A_s10", "cells", Ok(Some("A_s10_Cells.tiff"))),
            ("A_s1", "Nuclei", Ok(Some("A_s1_Nuclei.png"))),
            ("A_s1", "Cytoplasm", Ok(None)),
            (
                "r01c01-ch3",
                "Cells",
                Ok(Some("r01c01-ch3_cell_outlines.png")),
            ),
            ("r01c01-ch3", "Nuclei", Ok(None)),
            ("C6_01_GFP", "Nuclei", Ok(Some("C6_01_GFP_MaskNuclei.tiff"))),
            ("B", "Cells", Err(())),
        ];
        for (stem, object, expected) in cases {
            let found = roots.named_after(stem, object).map_err(|_| ());
            assert_eq!(
                found,
                expected.map(|name| name.map(|name| dir.path().join(name))),
                "{stem} {object}"
            );
        }
    }
}
