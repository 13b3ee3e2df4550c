//! Finding pictures whose recorded path is gone.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock};

use super::candidates::{best, common_parts, shown};
use super::file_index::{FileIndex, IndexWatch};
use super::folder_contents::FolderContents;
use super::name_key::{decoded, name_distance, shared_tail};
use super::object_words::{camel_words, tokens};
use super::recorded_folder::{RecordedFolder, is_below, split_name};
use super::web_server::WebServers;
use super::{PathChange, PictureLocation, Relocation, RootError};
use crate::PictureRemark;
use cytolance_remote::is_url;

/// Candidates named in a sentence.
const NAMED_CANDIDATES: usize = 3;

/// A recorded folder that is now another one.
#[derive(Debug, Clone)]
struct Change {
    recorded: RecordedFolder,
    found: String,
}

/// A recorded folder and all that is known of it, found out once.
#[derive(Debug)]
struct KnownFolder {
    folder: RecordedFolder,
    /// The numbers of its parts in the index.
    numbers: Vec<u32>,
    /// Where forced changes lead.
    forced: Vec<Target>,
    /// The folder itself, if it is still there.
    in_place: Target,
    /// Where the proposed changes lead.
    adopted: Vec<Target>,
}

/// A place to look for the files of a recorded folder.
#[derive(Debug)]
enum Target {
    Indexed(Vec<u32>),
    Outside(FolderContents),
}

/// What a search comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Resolution {
    /// The recorded path is still there, or a forced change leads outside the roots.
    Direct(PictureLocation),
    /// A file of the index.
    Indexed(u32),
    /// Several equally good files of the index.
    Ambiguous(Vec<u32>),
    /// A sentence.
    Missing(String),
}

/// Roots with pictures or masks, searched by file name and trailing folders.
#[derive(Debug, Default)]
pub struct ImageRoots {
    index: Arc<FileIndex>,
    web: WebServers,
    forced: Vec<Change>,
    adopted: Vec<Change>,
    known: RwLock<HashMap<String, Arc<KnownFolder>>>,
}

impl ImageRoots {
    /// Indexes every file under the roots: folders, or URLs (`s3://`, `gs://`, `az://`, `http(s)://`).
    ///
    /// # Errors
    /// [`RootError`] when a root is not there; a folder in it that cannot be read is a remark.
    pub fn index<R: AsRef<OsStr>>(roots: &[R]) -> Result<Self, RootError> {
        let never = AtomicBool::new(false);
        Self::index_watched(
            roots,
            &IndexWatch {
                progress: &|_, _| (),
                cancel: &never,
            },
        )
    }

    /// The same, with progress, and a way to stop it.
    ///
    /// # Errors
    /// [`RootError`], also when it was cancelled.
    pub fn index_watched<R: AsRef<OsStr>>(
        roots: &[R],
        watch: &IndexWatch,
    ) -> Result<Self, RootError> {
        let mut index = FileIndex::default();
        for root in roots {
            index.add(root.as_ref(), watch)?;
        }
        let web = WebServers::new(&index.unlisted);
        Ok(Self {
            index: Arc::new(index),
            web,
            ..Self::default()
        })
    }

    /// True when nothing was indexed and no server can be asked.
    pub fn is_empty(&self) -> bool {
        self.index.len() == 0 && self.index.unlisted.is_empty()
    }

    /// Number of files indexed.
    pub fn num_files(&self) -> usize {
        self.index.len()
    }

    /// Folders that could not be read, files left out, servers that cannot list.
    pub fn remarks(&self) -> &[PictureRemark] {
        &self.index.remarks
    }

    /// Looks for files below `recorded_prefix` in `found_prefix`, before anything else.
    ///
    /// # Errors
    /// [`RootError`] when the new place does not exist, or is a URL that was not searched.
    pub fn with_change(
        mut self,
        recorded_prefix: &str,
        found_prefix: &str,
    ) -> Result<Self, RootError> {
        let found_prefix = found_prefix.trim();
        let found = if is_url(found_prefix) {
            if !self.covers(found_prefix) {
                return Err(RootError::OutsideRoots(found_prefix.to_owned()));
            }
            found_prefix.to_owned()
        } else {
            let path = RecordedFolder::parse(found_prefix)
                .local
                .unwrap_or_else(|| PathBuf::from(found_prefix));
            if !path.is_dir() {
                return Err(RootError::NoFolder(path));
            }
            let path = std::path::absolute(&path).unwrap_or(path);
            path.to_string_lossy().into_owned()
        };
        self.forced.push(Change {
            recorded: RecordedFolder::parse(recorded_prefix),
            found,
        });
        self.known = RwLock::default();
        Ok(self)
    }

    /// Makes the changes of a proposal part of the search, so that [`Self::find`] finds what was proposed.
    #[must_use]
    pub fn with_relocation(mut self, relocation: &Relocation) -> Self {
        self.adopt(&relocation.changes);
        self
    }

    /// The proposed changes, the nearest recorded folder first.
    pub(super) fn adopt(&mut self, changes: &[PathChange]) {
        self.adopted = changes
            .iter()
            .map(|change| Change {
                recorded: RecordedFolder::parse(&change.recorded_prefix),
                found: change.found_prefix.clone(),
            })
            .collect();
        self.adopted
            .sort_by_key(|change| std::cmp::Reverse(change.recorded.parts.len()));
        self.known = RwLock::default();
    }

    /// The file of this name that was in the recorded folder.
    ///
    /// Tried in this order: forced changes, the recorded path itself, proposed changes, the file of this name whose
    /// folders end like the recorded one.
    ///
    /// # Errors
    /// A sentence for the report: not found, or several equally good candidates.
    pub fn find(&self, recorded: Option<&str>, name: &str) -> Result<PictureLocation, String> {
        match self.resolve(recorded, name) {
            Resolution::Direct(location) => Ok(location),
            Resolution::Indexed(file) => Ok(self.index.location(file)),
            Resolution::Ambiguous(files) => Err(self.ambiguity(recorded, name, &files)),
            Resolution::Missing(reason) => Err(reason),
        }
    }

    /// The only file whose name has this word, in capitals or small letters: `BR00117006_IllumDNA.npy` has `dna`.
    ///
    /// # Errors
    /// A sentence for the report when there is none, or several.
    pub fn named_with(&self, word: &str) -> Result<PictureLocation, String> {
        let mut found = self.index.files().filter(|file| {
            let name = self.index.name(*file);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            tokens(stem)
                .flat_map(camel_words)
                .any(|known| known == word)
        });
        let only = found
            .next()
            .map(|file| self.index.location(file))
            .ok_or_else(|| format!("no file has \u{ab}{word}\u{bb} in its name"))?;
        match found.next() {
            None => Ok(only),
            Some(other) => Err(format!("could be {only} or {}", self.index.location(other))),
        }
    }

    /// Looks for many pictures and tells which path changes lead to them. See [`Relocation`].
    pub fn propose<F: AsRef<str>, N: AsRef<str>>(&self, pictures: &[(F, N)]) -> Relocation {
        let pictures: Vec<(&str, &str)> = pictures
            .iter()
            .map(|(folder, name)| (folder.as_ref(), name.as_ref()))
            .collect();
        Relocation::propose(self, &pictures)
    }

    pub(super) fn file_index(&self) -> &Arc<FileIndex> {
        &self.index
    }

    /// The same roots and forced changes, for another proposal.
    pub(super) fn sharing_index(&self) -> Self {
        Self {
            index: Arc::clone(&self.index),
            web: WebServers::new(&self.index.unlisted),
            forced: self.forced.clone(),
            adopted: self.adopted.clone(),
            known: RwLock::default(),
        }
    }

    /// Asks servers that cannot list for many pictures at once, so that [`Self::resolve`] need not wait for each.
    pub(super) fn ask_servers(&self, pictures: &[(&str, &str)]) {
        if self.web.is_empty() {
            return;
        }
        let wanted: Vec<(Arc<KnownFolder>, &str)> = pictures
            .iter()
            .map(|(folder, name)| {
                let (folder, name) = split_name(Some(folder), name);
                (
                    self.known_folder(folder.as_deref().unwrap_or_default()),
                    name,
                )
            })
            .collect();
        let wanted: Vec<(&[String], &str)> = wanted
            .iter()
            .map(|(known, name)| (known.folder.raw_parts.as_slice(), *name))
            .collect();
        self.web.ask(&wanted);
    }

    /// Searches for one file.
    pub(super) fn resolve(&self, recorded: Option<&str>, name: &str) -> Resolution {
        let recorded = recorded.map(str::trim).filter(|folder| !folder.is_empty());
        let (folder, file_name) = split_name(recorded, name);
        let known = self.known_folder(folder.as_deref().unwrap_or_default());
        let namesakes = self.index.namesakes(file_name);
        let places = known
            .forced
            .iter()
            .chain(std::iter::once(&known.in_place))
            .chain(&known.adopted);
        for place in places {
            match place {
                Target::Indexed(folders) => {
                    let inside: Vec<u32> = namesakes
                        .iter()
                        .copied()
                        .filter(|file| folders.contains(&self.index.folder_of(*file)))
                        .collect();
                    if !inside.is_empty() {
                        return self.choose(&known, file_name, inside);
                    }
                }
                Target::Outside(contents) => {
                    if let Some(path) = contents.find(file_name) {
                        return Resolution::Direct(PictureLocation::Local(path));
                    }
                }
            }
        }
        if !namesakes.is_empty() {
            return self.choose(&known, file_name, namesakes);
        }
        if let Some(location) = self.web.find(&known.folder.raw_parts, file_name) {
            return Resolution::Direct(location);
        }
        let place = shown(recorded, name);
        let reason = match &known.in_place {
            Target::Outside(FolderContents::Unreadable(reason)) => {
                format!("{place}: its folder may not be read ({reason})")
            }
            _ if folder
                .as_deref()
                .is_some_and(|folder| is_url(folder) && !self.covers(folder)) =>
            {
                format!("{place}: in a store that was not asked")
            }
            _ if self.is_empty() => {
                format!("{place}: not there any more, and no folder with pictures was given")
            }
            _ => match self.web.last_error() {
                Some(error) => format!("{place}: not there any more; {error}"),
                None => format!("{place}: not there any more nor under the image folders"),
            },
        };
        Resolution::Missing(reason)
    }

    /// Whether a place is below a root.
    pub fn covers(&self, place: &str) -> bool {
        let mut roots = self.index.roots.iter();
        roots.any(|root| is_below(&decoded(place), root))
    }

    /// The best of some files with a fitting name.
    fn choose(&self, known: &KnownFolder, name: &str, files: Vec<u32>) -> Resolution {
        if let [only] = files.as_slice() {
            return Resolution::Indexed(*only);
        }
        let parts = |file: u32| self.index.folder_parts(self.index.folder_of(file));
        let files = best(files, |file| {
            std::cmp::Reverse(shared_tail(&known.numbers, parts(file)))
        });
        let files = best(files, |file| name_distance(name, self.index.name(file)));
        // With equal ends, a folder further up may still tell: `plate1/raw/s1` and `plate1/s1`.
        let mut files = best(files, |file| {
            std::cmp::Reverse(common_parts(&known.numbers, parts(file)))
        });
        files.sort_unstable();
        if files.len() > 1 && self.are_one_file(&files) {
            files.truncate(1);
        }
        match files.as_slice() {
            [only] => Resolution::Indexed(*only),
            _ => Resolution::Ambiguous(files),
        }
    }

    /// Whether links make one file look like several.
    fn are_one_file(&self, files: &[u32]) -> bool {
        let mut real = HashSet::new();
        files.iter().all(|file| {
            let location = self.index.location(*file);
            let path = location
                .as_path()
                .and_then(|path| std::fs::canonicalize(path).ok());
            match path {
                None => false,
                Some(path) => {
                    real.insert(path);
                    real.len() == 1
                }
            }
        })
    }

    /// The sentence for several candidates.
    pub(super) fn ambiguity(&self, recorded: Option<&str>, name: &str, files: &[u32]) -> String {
        let named: Vec<String> = files
            .iter()
            .take(NAMED_CANDIDATES)
            .map(|file| self.index.location(*file).to_string())
            .collect();
        let more = match files.len().saturating_sub(NAMED_CANDIDATES) {
            0 => String::new(),
            more => format!(" or {more} more"),
        };
        format!(
            "{}: could be {}{more}; its folder does not tell which, so say which folder it is in now",
            shown(recorded, name),
            named.join(" or ")
        )
    }

    fn known_folder(&self, recorded: &str) -> Arc<KnownFolder> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known.get(recorded) {
            return Arc::clone(folder);
        }
        drop(known);
        let folder = RecordedFolder::parse(recorded);
        let targets = |changes: &[Change], outside: bool| -> Vec<Target> {
            changes
                .iter()
                .filter_map(|change| {
                    let below = folder.below(&change.recorded)?;
                    Some(self.target(&change.found, below, outside))
                })
                .collect()
        };
        let known = Arc::new(KnownFolder {
            numbers: self.index.part_numbers(&folder.parts),
            forced: targets(&self.forced, true),
            in_place: self.in_place(recorded, &folder),
            // What was found of other pictures without a folder says nothing of this one.
            adopted: if folder.is_none() {
                Vec::new()
            } else {
                targets(&self.adopted, false)
            },
            folder,
        });
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(recorded.to_owned(), Arc::clone(&known));
        known
    }

    /// Where a change leads; `outside`: it may be a folder that is not in the index.
    fn target(&self, found: &str, below: &[String], outside: bool) -> Target {
        let remote = is_url(found);
        let mut path = found.to_owned();
        for part in below {
            if !path.ends_with(['/', '\\']) {
                path.push(if remote {
                    '/'
                } else {
                    std::path::MAIN_SEPARATOR
                });
            }
            path.push_str(part);
        }
        let folders = self.index.folders_at(&path);
        if !folders.is_empty() || remote || !outside {
            return Target::Indexed(folders.to_vec());
        }
        Target::Outside(FolderContents::read(path.as_ref()))
    }

    /// The recorded folder itself; a relative one is below one of the roots.
    fn in_place(&self, recorded: &str, folder: &RecordedFolder) -> Target {
        if !folder.absolute && !folder.parts.is_empty() {
            let folders = self
                .index
                .roots
                .iter()
                .flat_map(|root| {
                    let below = format!("{root}/{}", folder.raw_parts.join("/"));
                    self.index.folders_at(&below).to_vec()
                })
                .collect();
            return Target::Indexed(folders);
        }
        if is_url(recorded) {
            return Target::Indexed(self.index.folders_at(recorded).to_vec());
        }
        match &folder.local {
            None => Target::Indexed(Vec::new()),
            Some(path) => match self.index.local_folder(path) {
                Some(number) => Target::Indexed(vec![number as u32]),
                None => Target::Outside(FolderContents::read(path)),
            },
        }
    }
}
