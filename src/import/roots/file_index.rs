//! All files under the roots, by name.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::name_key::{file_key, folded_parts};
use super::recorded_folder::RecordedFolder;
use super::{PictureLocation, RootError};
use crate::PictureRemark;
use cytolance_remote::{RemoteError, RemoteStore, is_url};

/// More files are not indexed: about 600 MB of names.
const MAX_FILES: usize = 5_000_000;

/// Remarks kept word by word; the rest is counted.
const MAX_REMARKS: usize = 50;

/// Files between two calls of the progress callback.
const PROGRESS_STEP: usize = 1_000;

/// End of a chain of files with one key.
const NONE: u32 = u32::MAX;

/// Who watches an index grow.
pub struct IndexWatch<'a> {
    /// Called now and then with the root and the number of files found in it.
    pub progress: &'a (dyn Fn(&str, usize) + Sync),
    /// Stops the search when it becomes true.
    pub cancel: &'a AtomicBool,
}

/// Where a folder is.
#[derive(Debug, Clone)]
enum Place {
    Local(PathBuf),
    Remote { url: String, store: RemoteStore },
}

#[derive(Debug)]
struct Folder {
    place: Place,
    /// Numbers of its parts in `FileIndex::part_numbers`.
    parts: Box<[u32]>,
}

#[derive(Debug)]
struct File {
    name: Box<str>,
    folder: u32,
    /// The next file whose key has the same hash.
    next: u32,
}

/// Files by key. A name is kept once; keys are kept as hashes only.
#[derive(Debug, Default)]
pub(super) struct FileIndex {
    folders: Vec<Folder>,
    files: Vec<File>,
    hasher: RandomState,
    first_by_hash: HashMap<u64, u32>,
    folders_by_path: HashMap<String, Vec<u32>>,
    part_numbers: HashMap<String, u32>,
    /// Roots as they were given, made absolute.
    pub roots: Vec<String>,
    /// Web servers that cannot list: they are asked for single files.
    pub unlisted: Vec<RemoteStore>,
    /// Folders that cannot be read and files left out.
    pub remarks: Vec<PictureRemark>,
    more_remarks: usize,
    full: bool,
}

impl FileIndex {
    /// Adds every file under a root: a folder, or a URL of an object store.
    pub fn add(&mut self, root: &OsStr, watch: &IndexWatch) -> Result<(), RootError> {
        let text = root.to_str().unwrap_or_default();
        if is_url(text) {
            return self.add_remote(text, watch);
        }
        let of_file_url = text
            .get(..5)
            .filter(|scheme| scheme.eq_ignore_ascii_case("file:"))
            .and_then(|_| RecordedFolder::parse(text).local);
        match of_file_url {
            Some(path) => self.add_local(&path, watch),
            None => self.add_local(Path::new(root), watch),
        }
    }

    fn add_local(&mut self, root: &Path, watch: &IndexWatch) -> Result<(), RootError> {
        if root.is_file() {
            return Err(RootError::NotAFolder(root.to_path_buf()));
        }
        if !root.is_dir() {
            return Err(RootError::NoFolder(root.to_path_buf()));
        }
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf());
        let shown = root.display().to_string();
        let start = self.files.len();
        // Overlapping roots: a folder that another root brought in is not indexed twice.
        let known = self.folders.len();
        let mut numbers: HashMap<PathBuf, Option<u32>> = HashMap::new();
        let mut not_text = 0_usize;
        let walk = walkdir::WalkDir::new(&root)
            .follow_links(true)
            .sort_by_file_name();
        for entry in walk {
            if watch.cancel.load(Ordering::Relaxed) {
                return Err(RootError::Cancelled);
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.remark_walk_error(&error);
                    continue;
                }
            };
            if !entry.file_type().is_file() {
                continue;
            }
            let Some(name) = entry.file_name().to_str() else {
                not_text += 1;
                continue;
            };
            let parent = entry.path().parent().unwrap_or(&root);
            let folder = if let Some(folder) = numbers.get(parent) {
                *folder
            } else {
                let seen = self.local_folder(parent).is_some_and(|at| at < known);
                let folder = (!seen).then(|| {
                    let text = parent.to_string_lossy();
                    self.add_folder(Place::Local(parent.to_path_buf()), &text)
                });
                numbers.insert(parent.to_path_buf(), folder);
                folder
            };
            if let Some(folder) = folder {
                self.add_file(name, folder);
            }
            let count = self.files.len() - start;
            if count.is_multiple_of(PROGRESS_STEP) {
                (watch.progress)(&shown, count);
            }
            if self.full {
                break;
            }
        }
        if not_text > 0 {
            self.remark(PictureRemark::NamesNotText {
                root: shown.clone(),
                files: not_text,
            });
        }
        self.finish(shown, start, watch);
        Ok(())
    }

    fn add_remote(&mut self, url: &str, watch: &IndexWatch) -> Result<(), RootError> {
        let failed = |error: RemoteError| match error {
            RemoteError::Cancelled => RootError::Cancelled,
            source => RootError::Remote {
                url: url.to_owned(),
                source,
            },
        };
        let store = RemoteStore::open(url).map_err(failed)?;
        let start = self.files.len();
        let known = self.folders.len();
        let base = store.base().to_owned();
        let mut numbers: HashMap<String, Option<u32>> = HashMap::new();
        let owner = store.clone();
        let listed = store
            .list(watch.cancel, &mut |folder, name| {
                let number = if let Some(number) = numbers.get(folder) {
                    *number
                } else {
                    let seen = self
                        .folders_at(folder)
                        .iter()
                        .any(|at| (*at as usize) < known && self.folder_text(*at) == folder);
                    let place = Place::Remote {
                        url: folder.to_owned(),
                        store: owner.clone(),
                    };
                    let number = (!seen).then(|| self.add_folder(place, folder));
                    numbers.insert(folder.to_owned(), number);
                    number
                };
                if let Some(number) = number {
                    self.add_file(name, number);
                }
                let count = self.files.len() - start;
                if count.is_multiple_of(PROGRESS_STEP) {
                    (watch.progress)(&base, count);
                }
                !self.full
            })
            .map_err(failed)?;
        if watch.cancel.load(Ordering::Relaxed) {
            return Err(RootError::Cancelled);
        }
        if !listed {
            self.remark(PictureRemark::NoListing {
                server: base.clone(),
            });
            self.unlisted.push(store);
        }
        self.finish(base, start, watch);
        Ok(())
    }

    fn finish(&mut self, root: String, start: usize, watch: &IndexWatch) {
        if self.full {
            self.remark(PictureRemark::TooManyFiles {
                root: root.clone(),
                most: MAX_FILES,
            });
        }
        if self.more_remarks > 0 {
            let more = std::mem::take(&mut self.more_remarks);
            let root = root.clone();
            self.remarks.push(PictureRemark::MoreOfThese { root, more });
        }
        (watch.progress)(&root, self.files.len() - start);
        self.roots.push(root);
    }

    fn remark_walk_error(&mut self, error: &walkdir::Error) {
        // A loop of links and a link that leads nowhere hide nothing.
        let dangling = error
            .io_error()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound);
        if error.loop_ancestor().is_some() || dangling {
            return;
        }
        let path = error
            .path()
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        let reason = error
            .io_error()
            .map_or_else(|| error.to_string(), ToString::to_string);
        self.remark(PictureRemark::Unreadable { path, reason });
    }

    fn remark(&mut self, remark: PictureRemark) {
        if self.remarks.len() < MAX_REMARKS {
            self.remarks.push(remark);
        } else {
            self.more_remarks += 1;
        }
    }

    fn add_folder(&mut self, place: Place, text: &str) -> u32 {
        let parts = folded_parts(without_scheme(text));
        let path = parts.join("/");
        let parts = parts
            .into_iter()
            .map(|part| {
                let next = self.part_numbers.len() as u32;
                *self.part_numbers.entry(part).or_insert(next)
            })
            .collect();
        let number = self.folders.len() as u32;
        self.folders.push(Folder { place, parts });
        self.folders_by_path.entry(path).or_default().push(number);
        number
    }

    fn add_file(&mut self, name: &str, folder: u32) {
        if self.files.len() >= MAX_FILES {
            self.full = true;
            return;
        }
        let number = self.files.len() as u32;
        let hash = self.hasher.hash_one(file_key(name));
        let next = self.first_by_hash.insert(hash, number).unwrap_or(NONE);
        self.files.push(File {
            name: name.into(),
            folder,
            next,
        });
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The files whose key is a name's key, newest first.
    pub fn namesakes(&self, name: &str) -> Vec<u32> {
        let key = file_key(name);
        let mut at = self
            .first_by_hash
            .get(&self.hasher.hash_one(&key))
            .copied()
            .unwrap_or(NONE);
        let mut found = Vec::new();
        while let Some(file) = self.files.get(at as usize) {
            if file_key(&file.name) == key {
                found.push(at);
            }
            at = file.next;
        }
        found
    }

    /// Numbers of all files.
    pub fn files(&self) -> impl Iterator<Item = u32> {
        0..self.files.len() as u32
    }

    /// A file's name.
    pub fn name(&self, file: u32) -> &str {
        &self.files[file as usize].name
    }

    /// The folder of a file.
    pub fn folder_of(&self, file: u32) -> u32 {
        self.files[file as usize].folder
    }

    /// The numbers of a folder's parts.
    pub fn folder_parts(&self, folder: u32) -> &[u32] {
        &self.folders[folder as usize].parts
    }

    /// Parts as numbers; one that no folder has is `u32::MAX`.
    pub fn part_numbers(&self, parts: &[String]) -> Vec<u32> {
        let number = |part: &String| self.part_numbers.get(part).copied().unwrap_or(NONE);
        parts.iter().map(number).collect()
    }

    /// A folder's path or URL.
    pub fn folder_text(&self, folder: u32) -> String {
        match &self.folders[folder as usize].place {
            Place::Local(path) => path.display().to_string(),
            Place::Remote { url, .. } => url.clone(),
        }
    }

    /// The folders at a path or URL, whatever the case.
    pub fn folders_at(&self, path: &str) -> &[u32] {
        let path = folded_parts(without_scheme(path)).join("/");
        self.folders_by_path
            .get(&path)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The folder at exactly this path.
    pub fn local_folder(&self, path: &Path) -> Option<usize> {
        self.folders_at(&path.to_string_lossy())
            .iter()
            .map(|number| *number as usize)
            .find(|number| matches!(&self.folders[*number].place, Place::Local(known) if known == path))
    }

    /// Where a file is.
    pub fn location(&self, file: u32) -> PictureLocation {
        let file = &self.files[file as usize];
        match &self.folders[file.folder as usize].place {
            Place::Local(path) => PictureLocation::Local(path.join(&*file.name)),
            Place::Remote { url, store } => PictureLocation::Remote {
                url: format!("{url}/{}", file.name),
                store: store.clone(),
            },
        }
    }
}

fn without_scheme(text: &str) -> &str {
    text.split_once("://").map_or(text, |(_, rest)| rest)
}
