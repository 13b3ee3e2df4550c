//! Masks and outline pictures, found by the part of their names that they share with an image set.

use std::collections::HashMap;
use std::sync::Arc;

use super::file_index::FileIndex;
use super::image_keys::{lettered_site, site_of, well_and_site_of, well_of};
use super::name_key::fold;
use super::object_words::{Drawing, ObjectWords, tokens};
use super::recorded_folder::RecordedFolder;
use super::{ImageKeys, ImageRoots, PictureLocation};

/// Endings of pictures that can hold objects, the best first; JPEG blurs labels.
const ENDINGS: [&str; 8] = ["tiff", "tif", "png", "npy", "bmp", "gif", "jpg", "jpeg"];

/// A shorter common part of several names says nothing.
const MIN_SHARED: usize = 3;

/// A file that may be a picture of objects.
#[derive(Debug)]
struct Candidate {
    file: u32,
    /// Length of its name without the ending.
    stem_end: usize,
    folded: Box<str>,
    ending: u8,
}

/// What in a file's name, or in the export, says whose mask it is; the smaller, the more it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameClaim {
    /// The export names the file.
    Recorded,
    /// Its name holds the whole name of a picture.
    Picture,
    /// Its name holds what the names of all pictures of the image set share.
    SharedName,
    /// Its name holds well and site.
    Site,
    /// Its name holds the well, and the export says no site.
    Well,
}

/// How well a file fits; smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// 0 by its object's whole name, 1 by the kind of object alone.
    by_kind: u8,
    drawing: Drawing,
    left_over: usize,
    ending: u8,
}

/// The masks and outline pictures under some roots, ready for many questions.
#[derive(Debug)]
pub struct ObjectPictureIndex {
    index: Arc<FileIndex>,
    candidates: Vec<Candidate>,
    by_token: HashMap<Box<str>, Vec<u32>>,
    by_well: HashMap<String, Vec<u32>>,
}

impl ObjectPictureIndex {
    /// Takes the names of all pictures under the roots apart.
    pub fn new(roots: &ImageRoots) -> Self {
        let index = Arc::clone(roots.file_index());
        let mut candidates = Vec::new();
        let mut by_token: HashMap<Box<str>, Vec<u32>> = HashMap::new();
        let mut by_well: HashMap<String, Vec<u32>> = HashMap::new();
        for file in index.files() {
            let name = index.name(file);
            // macOS leaves `._name` beside a file on foreign disks.
            let Some((stem, ending)) = name.rsplit_once('.').filter(|_| !name.starts_with("._"))
            else {
                continue;
            };
            let ending = ending.to_ascii_lowercase();
            let Some(ending) = ENDINGS.iter().position(|known| *known == ending) else {
                continue;
            };
            let number = candidates.len() as u32;
            let folded = fold(without_ome(stem)).into_boxed_str();
            let mut seen: Vec<&str> = tokens(&folded).collect();
            seen.sort_unstable();
            seen.dedup();
            for token in seen {
                if let Some((well, _)) = well_and_site_of(token) {
                    let wells = by_well.entry(well).or_default();
                    if wells.last() != Some(&number) {
                        wells.push(number);
                    }
                }
                match by_token.get_mut(token) {
                    Some(files) => files.push(number),
                    None => {
                        by_token.insert(token.into(), vec![number]);
                    }
                }
            }
            candidates.push(Candidate {
                file,
                stem_end: without_ome(stem).len(),
                folded,
                ending: ending as u8,
            });
        }
        Self {
            index,
            candidates,
            by_token,
            by_well,
        }
    }

    /// True when there is no picture at all.
    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// The mask of an image set's objects, else their outline picture. See [`Self::find_beside`].
    ///
    /// # Errors
    /// A sentence for the report when several files are equally good.
    pub fn find(
        &self,
        object_name: &str,
        stems: &[String],
        keys: &ImageKeys,
    ) -> Result<Option<PictureLocation>, String> {
        let found = self.find_beside(object_name, stems, keys, None)?;
        Ok(found.map(|(location, _)| location))
    }

    /// The mask of an image set's objects, else their outline picture; and what says so.
    ///
    /// `stems`: the file names of its channels without ending. Looked for are, in this order, names that hold one of
    /// them, names that hold what all of them share, and names that hold well, site and plate. Namesakes are told
    /// apart by plate and well in their folders, then by `recorded_folder`, where the image set's pictures were.
    ///
    /// # Errors
    /// A sentence for the report when several files are equally good.
    pub fn find_beside(
        &self,
        object_name: &str,
        stems: &[String],
        keys: &ImageKeys,
        recorded_folder: Option<&str>,
    ) -> Result<Option<(PictureLocation, NameClaim)>, String> {
        let object = ObjectWords::of_object(object_name);
        let stems: Vec<String> = stems.iter().map(|stem| fold(without_ome(stem))).collect();
        let by_stem = self.best(stems.iter().flat_map(|stem| {
            self.holding(std::slice::from_ref(stem))
                .filter_map(|at| Some((at, self.rank(at, std::slice::from_ref(stem), &object)?)))
        }));
        let mut found = by_stem;
        let mut claim = NameClaim::Picture;
        if found.is_empty() {
            let shared = shared_parts(&stems);
            claim = NameClaim::SharedName;
            found = self.best(
                self.holding(&shared)
                    .filter_map(|at| Some((at, self.rank(at, &shared, &object)?))),
            );
        }
        if found.is_empty() {
            found = self.by_keys(&object, keys);
            claim = if keys.site.is_some() {
                NameClaim::Site
            } else {
                NameClaim::Well
            };
        }
        let only = self.only(found, keys, recorded_folder)?;
        Ok(only.map(|location| (location, claim)))
    }

    /// Candidates whose names hold all these parts as whole words.
    fn holding<'a>(&'a self, parts: &'a [String]) -> impl Iterator<Item = u32> + 'a {
        let rarest = parts
            .iter()
            .flat_map(|part| tokens(part))
            .map(|token| {
                self.by_token
                    .get(token)
                    .map(Vec::as_slice)
                    .unwrap_or_default()
            })
            .min_by_key(|files| files.len())
            .unwrap_or_default();
        rarest.iter().copied().filter(move |at| {
            let folded = &self.candidates[*at as usize].folded;
            parts.iter().all(|part| word_at(folded, part).is_some())
        })
    }

    /// How well a name without these parts fits an object.
    fn rank(&self, at: u32, parts: &[String], object: &[String]) -> Option<Rank> {
        let candidate = &self.candidates[at as usize];
        let folded = &*candidate.folded;
        let name = &self.index.name(candidate.file)[..candidate.stem_end];
        // Capitals separate words; they are at the same places only where folding changed nothing else.
        let text = if name.len() == folded.len() && name.is_ascii() {
            name
        } else {
            folded
        };
        let mut holes: Vec<(usize, usize)> = parts
            .iter()
            .filter_map(|part| Some((word_at(folded, part)?, part.len())))
            .collect();
        holes.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for (start, length) in holes {
            pieces.extend(text.get(from..start));
            from = from.max(start + length);
        }
        pieces.extend(text.get(from..));
        let words = ObjectWords::of_tokens(pieces.into_iter().flat_map(tokens));
        rank_words(candidate, &words, object)
    }

    fn best(&self, ranked: impl Iterator<Item = (u32, Rank)>) -> Vec<u32> {
        let mut ranked: Vec<(u32, Rank)> = ranked.collect();
        let Some(smallest) = ranked.iter().map(|(_, rank)| *rank).min() else {
            return Vec::new();
        };
        ranked.retain(|(_, rank)| *rank == smallest);
        let mut found: Vec<u32> = ranked
            .into_iter()
            .map(|(at, _)| self.candidates[at as usize].file)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Files named by well, site and plate instead of by an image.
    fn by_keys(&self, object: &[String], keys: &ImageKeys) -> Vec<u32> {
        let Some(well) = keys.well.as_deref().and_then(|well| well_of(well.trim())) else {
            return Vec::new();
        };
        let site = keys.site.as_deref().map(site_of);
        let plate: Vec<String> = keys
            .plate
            .as_deref()
            .map(|plate| tokens(&fold(plate)).map(str::to_owned).collect())
            .unwrap_or_default();
        let files = self
            .by_well
            .get(&well)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut without_plate = Vec::new();
        let ranked = files.iter().filter_map(|at| {
            let candidate = &self.candidates[*at as usize];
            let name = &self.index.name(candidate.file)[..candidate.stem_end];
            let mut rest: Vec<&str> = tokens(name).collect();
            let named = take_run(&mut rest, &plate);
            let fits = take_well_and_site(&mut rest, &well, site.as_deref());
            let words = ObjectWords::of_tokens(rest);
            let rank = rank_words(candidate, &words, object)?;
            let in_folder = || {
                let folder = self.index.folder_text(self.index.folder_of(candidate.file));
                let folder: Vec<String> = tokens(&fold(&folder)).map(str::to_owned).collect();
                !plate.is_empty() && folder.windows(plate.len()).any(|run| run == plate)
            };
            // Another name in it may be another plate's.
            let of_plate = named || plate.is_empty() || in_folder();
            if !fits || !(of_plate || rank.left_over == 0) {
                return None;
            }
            if !of_plate {
                without_plate.push(candidate.file);
            }
            Some((*at, rank))
        });
        let mut found = self.best(ranked);
        if found.iter().any(|file| !without_plate.contains(file)) {
            found.retain(|file| !without_plate.contains(file));
        }
        // A file whose name holds no plate may be found for several: it is left to one field afterwards.
        found
    }

    /// The one of several that is in the folder of the plate and well, or in one like the recorded folder.
    fn only(
        &self,
        mut found: Vec<u32>,
        keys: &ImageKeys,
        recorded_folder: Option<&str>,
    ) -> Result<Option<PictureLocation>, String> {
        if found.len() > 1 {
            let well = keys.well.as_deref().and_then(|well| well_of(well.trim()));
            let plate = keys.plate.as_deref().map(fold);
            let recorded = recorded_folder
                .map(|folder| {
                    self.index
                        .part_numbers(&RecordedFolder::parse(folder).parts)
                })
                .unwrap_or_default();
            let evidence = |file: u32| {
                let folder = self.index.folder_of(file);
                let text = fold(&self.index.folder_text(folder));
                let of_plate = plate
                    .as_deref()
                    .is_some_and(|plate| !plate.is_empty() && word_at(&text, plate).is_some());
                let of_well = well.is_some() && tokens(&text).any(|token| well_of(token) == well);
                // A folder of masks is often beside that of the pictures, so their last parts may differ.
                let like_recorded = self
                    .index
                    .folder_parts(folder)
                    .iter()
                    .filter(|part| recorded.contains(part))
                    .count();
                (of_plate, of_well, like_recorded)
            };
            let most = found.iter().map(|file| evidence(*file)).max();
            found.retain(|file| Some(evidence(*file)) == most);
        }
        match found.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(self.index.location(*only))),
            [first, second, rest @ ..] => {
                let more = if rest.is_empty() {
                    String::new()
                } else {
                    format!(" or {} more", rest.len())
                };
                Err(format!(
                    "could be {} or {}{more}",
                    self.index.location(*first),
                    self.index.location(*second)
                ))
            }
        }
    }
}

fn without_ome(stem: &str) -> &str {
    match stem
        .len()
        .checked_sub(4)
        .and_then(|at| stem.split_at_checked(at))
    {
        Some((name, end)) if end.eq_ignore_ascii_case(".ome") => name,
        _ => stem,
    }
}

/// Where a name holds a word that no letter or digit continues: `a_s1` is in `a_s1_cells`, not in `a_s10_cells`.
fn word_at(name: &str, word: &str) -> Option<usize> {
    let ends = |rest: Option<char>| rest.is_none_or(|next| !next.is_alphanumeric());
    if word.is_empty() {
        return None;
    }
    name.match_indices(word).map(|(at, _)| at).find(|at| {
        ends(name[..*at].chars().next_back()) && ends(name[at + word.len()..].chars().next())
    })
}

/// What several names share at their start and at their end, whole words only.
fn shared_parts(stems: &[String]) -> Vec<String> {
    let Some((first, others)) = stems.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Vec::new();
    };
    let first_tokens: Vec<&str> = tokens(first).collect();
    let others: Vec<Vec<&str>> = others.iter().map(|stem| tokens(stem).collect()).collect();
    let shortest = others
        .iter()
        .map(Vec::len)
        .min()
        .unwrap_or_default()
        .min(first_tokens.len());
    let start = (0..shortest)
        .take_while(|at| others.iter().all(|other| other[*at] == first_tokens[*at]))
        .count();
    let end = (1..=shortest - start)
        .take_while(|back| {
            others
                .iter()
                .all(|other| other[other.len() - back] == first_tokens[first_tokens.len() - back])
        })
        .count();
    if start + end == first_tokens.len() {
        // All the same: their whole names were looked for already.
        return Vec::new();
    }
    // The text between the shared tokens, with its own separators.
    let offset = |token: &str| token.as_ptr() as usize - first.as_ptr() as usize;
    let text = |run: &[&str]| -> Option<String> {
        let (from, last) = (run.first()?, run.last()?);
        Some(first[offset(from)..offset(last) + last.len()].to_owned())
    };
    let parts: Vec<String> = [
        text(&first_tokens[..start]),
        text(&first_tokens[first_tokens.len() - end..]),
    ]
    .into_iter()
    .flatten()
    .collect();
    let length: usize = parts.iter().map(String::len).sum();
    let has_number = parts
        .iter()
        .any(|part| part.bytes().any(|byte| byte.is_ascii_digit()));
    if length < MIN_SHARED || !has_number {
        return Vec::new();
    }
    parts
}

/// How well the words of a file's name fit an object set.
fn rank_words(candidate: &Candidate, words: &ObjectWords, object: &[String]) -> Option<Rank> {
    if words.is_overlay {
        return None;
    }
    let (by_kind, left_over) = words.fit(object)?;
    Some(Rank {
        by_kind,
        drawing: words.drawing,
        left_over,
        // `.tif` and `.tiff` are one.
        ending: candidate.ending.max(1),
    })
}

/// Takes a run of tokens out, whatever its case; false when it is not there.
fn take_run(tokens: &mut Vec<&str>, run: &[String]) -> bool {
    if run.is_empty() {
        return false;
    }
    let at = tokens.windows(run.len()).position(|window| {
        window
            .iter()
            .zip(run)
            .all(|(token, part)| fold(token) == *part)
    });
    if let Some(at) = at {
        tokens.drain(at..at + run.len());
    }
    at.is_some()
}

/// Takes well and site out; false when they are others than wanted.
fn take_well_and_site(tokens: &mut Vec<&str>, well: &str, site: Option<&str>) -> bool {
    let read: Vec<Option<(String, Option<String>)>> =
        tokens.iter().map(|token| well_and_site_of(token)).collect();
    let Some(at) = read
        .iter()
        .position(|found| found.as_ref().is_some_and(|(found, _)| found == well))
    else {
        return false;
    };
    let inner = read[at].as_ref().and_then(|(_, site)| site.clone());
    tokens.remove(at);
    let Some(site) = site else {
        return true;
    };
    if let Some(inner) = inner {
        return inner == site;
    }
    if let Some(lettered) = tokens
        .iter()
        .position(|token| lettered_site(token).is_some())
    {
        let fits = lettered_site(tokens[lettered]).as_deref() == Some(site);
        tokens.remove(lettered);
        return fits;
    }
    let is_number = |token: &&str| token.bytes().all(|byte| byte.is_ascii_digit());
    // The number right after the well, else the only number.
    let after = tokens.get(at).is_some_and(is_number).then_some(at);
    let numbers = || tokens.iter().filter(|token| is_number(token)).count();
    let place = after.or_else(|| {
        (numbers() == 1)
            .then(|| tokens.iter().position(is_number))
            .flatten()
    });
    match place {
        Some(place) => site_of(tokens.remove(place)) == site,
        // A site with a name.
        None => take_run(tokens, &[site.to_owned()]),
    }
}
