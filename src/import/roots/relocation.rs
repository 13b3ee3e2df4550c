//! Which path changes lead from the recorded folders to where the pictures are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ImageRoots;
use super::image_roots::Resolution;
use super::path_pair::{Pair, merge};
use super::recorded_folder::{RecordedFolder, is_same_place, split_name};
use super::unasked_stores::unasked_stores;
use crate::{PathChoice, PictureRemark};
use cytolance_profile::{counted, thousands};

/// Changes written out one by one.
const SHOWN_CHANGES: usize = 5;

/// A recorded folder and where its files, and those of the folders below it, are now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PathChange {
    /// Folder recorded by the export, as it wrote it.
    #[serde(rename = "recorded")]
    pub recorded_prefix: String,
    /// Folder or URL the files were found in.
    #[serde(rename = "found")]
    pub found_prefix: String,
    /// Files found there.
    #[serde(default)]
    pub files: usize,
    /// Recorded folders with these files: the prefix, or folders below it.
    #[serde(default)]
    pub folders: usize,
}

impl PathChange {
    /// What a person said.
    pub fn of_choice(choice: &PathChoice) -> Self {
        Self {
            recorded_prefix: choice.recorded.clone(),
            found_prefix: choice.found.clone(),
            files: 0,
            folders: 0,
        }
    }

    /// Where a recorded folder is now; none when the change is not about it.
    pub fn apply(&self, recorded_folder: &str) -> Option<String> {
        let folder = RecordedFolder::parse(recorded_folder);
        let below = folder.below(&RecordedFolder::parse(&self.recorded_prefix))?;
        let mut found = self.found_prefix.clone();
        for part in below {
            if !found.ends_with(['/', '\\']) {
                found.push('/');
            }
            found.push_str(part);
        }
        Some(found)
    }
}

impl fmt::Display for PathChange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (found, files) = (&self.found_prefix, counted(self.files, "image"));
        match self.recorded_prefix.as_str() {
            "" => write!(out, "without a recorded folder: {files} found in {found}"),
            recorded => write!(out, "{recorded} is now {found}, {files} found"),
        }
    }
}

/// A picture that was not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedPicture {
    /// Recorded folder.
    pub folder: String,
    /// Recorded name.
    pub name: String,
    /// A sentence.
    pub reason: String,
}

/// What became of a list of recorded pictures: the fewest and longest path changes, the most images first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relocation {
    /// The changes; the first leads to the most images.
    pub changes: Vec<PathChange>,
    /// Pictures found, those still at their recorded path included.
    pub found: usize,
    /// Pictures still at their recorded path.
    pub in_place: usize,
    /// Pictures looked for.
    pub expected: usize,
    /// Pictures that are nowhere.
    pub missing: Vec<UnresolvedPicture>,
    /// Pictures that could be several files.
    pub ambiguous: Vec<UnresolvedPicture>,
    /// What looks wrong although something was found.
    pub remarks: Vec<PictureRemark>,
}

impl Relocation {
    /// Looks for all pictures.
    pub(super) fn propose(roots: &ImageRoots, pictures: &[(&str, &str)]) -> Self {
        roots.ask_servers(pictures);
        let mut found: Vec<Resolution> = resolve_all(roots, pictures);
        let mut changes = path_changes(roots, pictures, &found);
        let voted = vote(roots, pictures, &found);
        if found
            .iter()
            .any(|found| matches!(found, Resolution::Ambiguous(_)))
        {
            // What is clear about most of a folder holds for the rest of it.
            changes.extend(voted);
            let mut informed = roots.sharing_index();
            informed.adopt(&changes);
            for (picture, found) in pictures.iter().zip(&mut found) {
                if matches!(found, Resolution::Ambiguous(_)) {
                    *found = informed.resolve(Some(picture.0), picture.1);
                }
            }
            changes = path_changes(roots, pictures, &found);
        }
        let mut relocation = Self {
            expected: pictures.len(),
            changes,
            remarks: shared_files(roots, pictures, &found),
            ..Self::default()
        };
        let mut same_folder: HashMap<(String, FoundFolder), bool> = HashMap::new();
        for ((folder, name), found) in pictures.iter().zip(found) {
            let unresolved = |reason: String| UnresolvedPicture {
                folder: (*folder).to_owned(),
                name: (*name).to_owned(),
                reason,
            };
            if let Some(place) = FoundFolder::of(roots, &found) {
                relocation.found += 1;
                let pair = (recorded_folder(&(folder, name)), place);
                let same = same_folder
                    .entry(pair)
                    .or_insert_with_key(|(recorded, found)| {
                        is_same_place(recorded, &found.clone().text(roots))
                    });
                relocation.in_place += usize::from(*same);
            }
            match found {
                Resolution::Direct(_) | Resolution::Indexed(_) => {}
                Resolution::Ambiguous(files) => relocation
                    .ambiguous
                    .push(unresolved(roots.ambiguity(Some(folder), name, &files))),
                Resolution::Missing(reason) => relocation.missing.push(unresolved(reason)),
            }
        }
        let stores = unasked_stores(roots, &relocation.missing);
        relocation.remarks.extend(stores);
        relocation
    }
}

fn resolve_all(roots: &ImageRoots, pictures: &[(&str, &str)]) -> Vec<Resolution> {
    pictures
        .iter()
        .map(|(folder, name)| roots.resolve(Some(folder), name))
        .collect()
}

/// The folder in which a picture was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum FoundFolder {
    /// One of the index.
    Indexed(u32),
    /// Another one.
    Outside(String),
}

impl FoundFolder {
    fn of(roots: &ImageRoots, found: &Resolution) -> Option<Self> {
        match found {
            Resolution::Indexed(file) => Some(Self::Indexed(roots.file_index().folder_of(*file))),
            Resolution::Direct(location) => Some(Self::Outside(location.folder())),
            Resolution::Ambiguous(_) | Resolution::Missing(_) => None,
        }
    }

    fn text(self, roots: &ImageRoots) -> String {
        match self {
            Self::Indexed(folder) => roots.file_index().folder_text(folder),
            Self::Outside(folder) => folder,
        }
    }
}

/// The folder a picture was recorded in.
fn recorded_folder(picture: &(&str, &str)) -> String {
    split_name(Some(picture.0), picture.1)
        .0
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// The fewest changes that explain what was found, each as long as it can be. Pictures without a recorded folder have one,
/// too, so that whoever looks for them again knows where.
fn path_changes(
    roots: &ImageRoots,
    pictures: &[(&str, &str)],
    found: &[Resolution],
) -> Vec<PathChange> {
    let mut pairs: BTreeMap<(String, FoundFolder), usize> = BTreeMap::new();
    for (picture, found) in pictures.iter().zip(found) {
        if let Some(folder) = FoundFolder::of(roots, found) {
            *pairs.entry((recorded_folder(picture), folder)).or_default() += 1;
        }
    }
    let pairs: Vec<Pair> = pairs
        .into_iter()
        .map(|((recorded, folder), files)| Pair {
            recorded,
            found: folder.text(roots),
            files,
        })
        .collect();
    merge(&pairs)
}

/// For folders with ambiguous pictures: the one candidate folder that has all of them, where no other has half.
fn vote(roots: &ImageRoots, pictures: &[(&str, &str)], found: &[Resolution]) -> Vec<PathChange> {
    let index = roots.file_index();
    let mut ambiguous: BTreeMap<String, (usize, HashMap<u32, usize>)> = BTreeMap::new();
    for (picture, found) in pictures.iter().zip(found) {
        let files = match found {
            Resolution::Ambiguous(files) => files.as_slice(),
            Resolution::Indexed(file) => std::slice::from_ref(file),
            _ => continue,
        };
        let (count, votes) = ambiguous.entry(recorded_folder(picture)).or_default();
        *count += 1;
        let folders: HashSet<u32> = files.iter().map(|file| index.folder_of(*file)).collect();
        for folder in folders {
            *votes.entry(folder).or_default() += 1;
        }
    }
    ambiguous
        .into_iter()
        .filter_map(|(recorded, (count, votes))| {
            let (winner, most) = votes
                .iter()
                .max_by_key(|(folder, votes)| (**votes, **folder))?;
            let others_are_small = votes
                .iter()
                .all(|(folder, votes)| folder == winner || votes * 2 < count);
            let clear = *most == count && votes.len() > 1 && others_are_small;
            (clear && !recorded.is_empty()).then(|| PathChange {
                recorded_prefix: recorded,
                found_prefix: index.folder_text(*winner),
                files: count,
                folders: 1,
            })
        })
        .collect()
}

/// Files that would stand for pictures of several recorded folders: perhaps a plate that was not copied.
fn shared_files(
    roots: &ImageRoots,
    pictures: &[(&str, &str)],
    found: &[Resolution],
) -> Vec<PictureRemark> {
    let index = roots.file_index();
    let mut first_by_file: HashMap<u32, usize> = HashMap::new();
    let mut shared: HashSet<u32> = HashSet::new();
    let mut example = None;
    for (at, (picture, found)) in pictures.iter().zip(found).enumerate() {
        let Resolution::Indexed(file) = found else {
            continue;
        };
        let first = *first_by_file.entry(*file).or_insert(at);
        // The same text is a picture that is recorded twice, which is normal for its channels and fields.
        if pictures[first].0 == picture.0 {
            continue;
        }
        let here = RecordedFolder::parse(&recorded_folder(picture));
        let there = RecordedFolder::parse(&recorded_folder(&pictures[first]));
        if here.parts != there.parts {
            shared.insert(*file);
            example.get_or_insert((first, at, *file));
        }
    }
    let Some((first, at, file)) = example else {
        return Vec::new();
    };
    vec![PictureRemark::SharedFiles {
        files: thousands(shared.len()),
        file: index.location(file).to_string(),
        name: pictures[at].1.to_owned(),
        folders: [pictures[first].0.to_owned(), pictures[at].0.to_owned()],
    }]
}

/// A folder and what is below it: `/home/ubuntu/…`.
fn with_ellipsis(folder: &str) -> String {
    if folder.is_empty() {
        return "\u{2026}".to_owned();
    }
    let separator = if folder.contains('\\') && !folder.contains('/') {
        '\\'
    } else {
        '/'
    };
    let folder = folder.trim_end_matches(['/', '\\']);
    format!("{folder}{separator}\u{2026}")
}

impl fmt::Display for Relocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = format!(
            "{} of {} found",
            thousands(self.found),
            counted(self.expected, "image")
        );
        match self.changes.as_slice() {
            [] => write!(out, "{total}")?,
            [only] => write!(
                out,
                "{} is now {}, {total}",
                with_ellipsis(&only.recorded_prefix),
                with_ellipsis(&only.found_prefix)
            )?,
            several => {
                for change in several.iter().take(SHOWN_CHANGES) {
                    writeln!(out, "{change}")?;
                }
                if several.len() > SHOWN_CHANGES {
                    writeln!(out, "and {} more folders", several.len() - SHOWN_CHANGES)?;
                }
                write!(out, "{total}")?;
            }
        }
        if !self.ambiguous.is_empty() {
            write!(
                out,
                ", {} could be several files",
                thousands(self.ambiguous.len())
            )?;
        }
        if !self.missing.is_empty() {
            write!(out, ", {} missing", thousands(self.missing.len()))?;
        }
        for remark in &self.remarks {
            write!(out, "\n{remark}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relocation_reads_as_a_sentence() {
        let change = PathChange {
            recorded_prefix: "/home/ubuntu".to_owned(),
            found_prefix: "/data/plate7".to_owned(),
            files: 3456,
            folders: 384,
        };
        assert_eq!(
            change.apply("/home/Ubuntu/p/q").as_deref(),
            Some("/data/plate7/p/q")
        );
        assert_eq!(change.apply("/home/other"), None);
        let mut relocation = Relocation {
            changes: vec![change],
            found: 3456,
            expected: 3456,
            ..Relocation::default()
        };
        assert_eq!(
            relocation.to_string(),
            "/home/ubuntu/\u{2026} is now /data/plate7/\u{2026}, 3,456 of 3,456 images found"
        );
        relocation.changes.clear();
        relocation.found = 0;
        relocation.missing.push(UnresolvedPicture {
            folder: String::new(),
            name: "a.tif".to_owned(),
            reason: String::new(),
        });
        assert_eq!(relocation.to_string(), "0 of 3,456 images found, 1 missing");
    }
}
