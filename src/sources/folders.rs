//! The folders below a source, and what of them is not looked into.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::format::ending;
use super::{IgnoredFile, SourceError};

/// Folders that are looked into below the source.
const DEPTH: usize = 6;

/// Endings of pictures, whose folders are no wells.
const PICTURES: [&str; 10] = [
    "tif", "tiff", "png", "jpg", "jpeg", "bmp", "npy", "mat", "zarr", "zgroup",
];

/// The folders below a source.
#[derive(Debug, Default)]
pub(super) struct Folders {
    /// Those that hold files, with these, in the order of their names.
    pub with_files: Vec<(PathBuf, Vec<PathBuf>)>,
    /// All of them.
    all: Vec<PathBuf>,
    /// Lance tables, which are sources by themselves.
    pub lance: Vec<PathBuf>,
    /// What is not looked into, and why.
    pub left_alone: Vec<IgnoredFile>,
}

impl Folders {
    /// Goes through the folders below a source. `is_table` tells files that may be tables by their endings.
    ///
    /// # Errors
    /// [`SourceError`] when the source itself cannot be read.
    pub fn below(source: &Path, is_table: impl Fn(&str) -> bool) -> Result<Self, SourceError> {
        let mut folders = Self::default();
        let mut place: HashMap<PathBuf, usize> = HashMap::new();
        let mut lance: Vec<PathBuf> = Vec::new();
        let mut has_links = false;
        let entries = walkdir::WalkDir::new(source)
            .max_depth(DEPTH)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            // A dataset of ours, and what is hidden, is no export.
            .filter_entry(|entry| {
                let name = entry.file_name().to_string_lossy();
                let is_lance = entry.file_type().is_dir() && name.ends_with(".lance");
                if entry.depth() > 0 && is_lance {
                    lance.push(entry.path().to_path_buf());
                }
                entry.depth() == 0 || !(name.starts_with('.') || is_lance)
            });
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                // A loop of links leads to nothing new.
                Err(error) if error.depth() > 0 && error.loop_ancestor().is_some() => continue,
                Err(error) if error.depth() > 0 => {
                    let path = error.path().unwrap_or(source).to_path_buf();
                    // A link that leads nowhere; pictures may have been moved.
                    if !path.is_symlink() {
                        let reason = error.io_error().map_or_else(
                            || "it cannot be read".to_owned(),
                            |error| format!("it cannot be read: {error}"),
                        );
                        folders.left_alone.push(IgnoredFile { path, reason });
                    }
                    continue;
                }
                Err(error) => return Err(SourceError::unreadable(source, error)),
            };
            let depth = entry.depth();
            if entry.file_type().is_dir() {
                has_links |= depth > 0 && entry.path_is_symlink();
                let path = entry.into_path();
                if depth == DEPTH && holds(&path, &is_table) {
                    folders.left_alone.push(IgnoredFile {
                        path: path.clone(),
                        reason: format!(
                            "it is {DEPTH} folders down and not looked into: choose a folder nearer to it"
                        ),
                    });
                }
                if depth > 0 {
                    folders.all.push(path);
                }
            } else if entry.file_type().is_file() {
                let path = entry.into_path();
                let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
                let known = *place.entry(folder.clone()).or_insert_with(|| {
                    folders.with_files.push((folder, Vec::new()));
                    folders.with_files.len() - 1
                });
                folders.with_files[known].1.push(path);
            }
        }
        folders.lance = lance;
        if has_links {
            folders.drop_repeated();
        }
        Ok(folders)
    }

    /// Leaves out folders that are seen a second time through a link: their rows would be there twice.
    fn drop_repeated(&mut self) {
        let real: Vec<PathBuf> = self
            .with_files
            .iter()
            .map(|(folder, _)| std::fs::canonicalize(folder).unwrap_or_else(|_| folder.clone()))
            .collect();
        let links = |folder: &Path| folder.ancestors().filter(|path| path.is_symlink()).count();
        let mut kept: HashMap<PathBuf, PathBuf> = HashMap::new();
        for ((folder, _), real) in self.with_files.iter().zip(&real) {
            let best = kept.entry(real.clone()).or_insert_with(|| folder.clone());
            if links(folder) < links(best) {
                best.clone_from(folder);
            }
        }
        let mut repeated: Vec<IgnoredFile> = Vec::new();
        let mut real = real.iter();
        self.with_files.retain(|(folder, _)| {
            let Some(first) = real.next().and_then(|real| kept.get(real)) else {
                return true;
            };
            let keep = first == folder;
            // One line for a link, not one for each folder in it.
            let known = |file: &IgnoredFile| folder.starts_with(&file.path);
            if !keep && !repeated.iter().any(known) {
                repeated.push(IgnoredFile {
                    path: folder.clone(),
                    reason: format!("a link to the same folder as {}", first.display()),
                });
            }
            keep
        });
        self.left_alone.append(&mut repeated);
    }

    /// Names the folders beside several exports in which there is neither a table nor a picture: of wells whose run wrote
    /// nothing. `homes` are the folders of exports, `named` what is named already.
    pub fn without_tables(&self, homes: &[&Path], named: &[IgnoredFile]) -> Vec<IgnoredFile> {
        let mut wells: HashMap<&Path, usize> = HashMap::new();
        for parent in homes.iter().filter_map(|home| home.parent()) {
            *wells.entry(parent).or_default() += 1;
        }
        let is_empty = |folder: &&PathBuf| {
            let files = || {
                self.with_files
                    .iter()
                    .filter(|(other, _)| other.starts_with(folder))
                    .flat_map(|(_, files)| files)
            };
            folder
                .parent()
                .and_then(|parent| wells.get(parent))
                .is_some_and(|wells| *wells > 1)
                && !homes.iter().any(|home| home.starts_with(folder))
                && !named.iter().any(|file| file.path.starts_with(folder))
                && !self.lance.iter().any(|path| path.starts_with(folder))
                && !files().any(|file| PICTURES.contains(&ending(file).as_str()))
        };
        let folders = self.all.iter().filter(is_empty);
        folders
            .map(|folder| IgnoredFile {
                path: folder.clone(),
                reason: "there is no table in it, as in the folders beside it".to_owned(),
            })
            .collect()
    }
}

/// Whether a folder directly holds a file that may be a table.
fn holds(folder: &Path, is_table: impl Fn(&str) -> bool) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| {
        let mut files = entries.flatten().map(|entry| entry.path());
        files.any(|path| is_table(&ending(&path)))
    })
}
