//! Folders of files that appear whole or not at all, and replace nothing unasked.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::ExportError;
use super::target::{Found, Target};
use cytolance_files::{UNFINISHED, put_folder, settle_folder, settle_tree, usual_rights};

/// A folder that grows beside its target. Dropped before [`GrowingFolder::finish`], it leaves nothing.
pub(super) struct GrowingFolder {
    growing: TempDir,
    target: Target,
}

impl GrowingFolder {
    /// Begins a folder; the folders above it are made.
    ///
    /// # Errors
    /// [`ExportError::Exists`] where something is there that may not be replaced, [`ExportError::Write`].
    pub fn begin(target: &Target) -> Result<Self, ExportError> {
        target.check()?;
        let path = target.full_path();
        let parent = path.parent().unwrap_or(Path::new("/"));
        std::fs::create_dir_all(parent).map_err(|error| target.failed(&error))?;
        let mut temporary = tempfile::Builder::new();
        temporary.prefix(UNFINISHED);
        usual_rights(&mut temporary, true);
        let growing = temporary
            .tempdir_in(parent)
            .map_err(|error| target.failed(&error))?;
        Ok(Self {
            growing,
            target: target.clone(),
        })
    }

    /// The place of a file in it, while it grows.
    pub fn file(&self, name: &str) -> Target {
        Target::part(self.growing.path().join(name))
    }

    /// An error of such a file with the name that it would have had in the end.
    pub fn in_place(&self, error: ExportError) -> ExportError {
        let placed = |path: PathBuf| match path.strip_prefix(self.growing.path()) {
            Ok(rest) => self.target.full_path().join(rest),
            Err(_) => path,
        };
        match error {
            ExportError::Write { path, reason } => ExportError::Write {
                path: placed(path),
                reason,
            },
            ExportError::Exists { path, found } => ExportError::Exists {
                path: placed(path),
                found,
            },
            other => other,
        }
    }

    /// Puts the folder in its place. Into a folder that may be replaced come the files, over those of the same name; the
    /// others stay. Returns how many stay.
    ///
    /// # Errors
    /// [`ExportError::Exists`] where something has come there in the meantime, [`ExportError::Write`].
    pub fn finish(self) -> Result<usize, ExportError> {
        let target = &self.target;
        let place = target.path();
        if target.replaces() && Found::at(place) == Some(Found::Folder) {
            return self.merge();
        }
        // An empty folder makes room; the system renames onto nothing else.
        if place.is_dir() {
            match std::fs::remove_dir(place) {
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
                    return Err(target.taken(Found::Folder));
                }
                Err(error) => return Err(target.failed(&error)),
                Ok(()) => {}
            }
        }
        match put_folder(self.growing.path(), place) {
            Ok(()) => {
                // It has moved: there is nothing left to be removed.
                let _ = self.growing.keep();
                Ok(0)
            }
            Err(error) => Err(match Found::at(place) {
                Some(found) => target.taken(found),
                None => target.failed(&error),
            }),
        }
    }

    fn merge(self) -> Result<usize, ExportError> {
        let target = &self.target;
        let failed = |error: std::io::Error| target.failed(&error);
        settle_tree(self.growing.path()).map_err(failed)?;
        let names = |folder: &Path| -> std::io::Result<HashSet<std::ffi::OsString>> {
            std::fs::read_dir(folder)?
                .map(|entry| entry.map(|entry| entry.file_name()))
                .collect()
        };
        let new = names(self.growing.path()).map_err(failed)?;
        let there = names(target.path()).map_err(failed)?;
        for name in &new {
            let place = target.path().join(name);
            std::fs::rename(self.growing.path().join(name), &place)
                .map_err(|error| Target::new(place, true).failed(&error))?;
        }
        settle_folder(target.path()).map_err(failed)?;
        Ok(there.difference(&new).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write_whole;

    fn files(folder: &Path) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .map(|path| {
                let name = path.file_name().expect("a name").to_string_lossy();
                let text = std::fs::read_to_string(&path).expect("read");
                (name.into_owned(), text)
            })
            .collect();
        files.sort_unstable();
        files
    }

    fn pair(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn a_folder_appears_whole_and_takes_no_place_unasked() {
        let root = tempfile::tempdir().expect("a folder");
        let place = root.path().join("deep/crops");
        let grow = |replaces: bool, text: &[u8]| {
            let folder = GrowingFolder::begin(&Target::new(&place, replaces))?;
            write_whole(&folder.file("a.tif"), text)?;
            folder.finish()
        };
        // Given up: nothing is left, not even what grew.
        let folder = GrowingFolder::begin(&Target::new(&place, false)).expect("begun");
        write_whole(&folder.file("a.tif"), b"x").expect("written");
        assert!(!place.exists(), "nothing is visible before the end");
        drop(folder);
        let parent = place.parent().expect("a parent");
        assert_eq!(std::fs::read_dir(parent).expect("readable").count(), 0);
        // An empty folder is free.
        std::fs::create_dir(&place).expect("a folder");
        assert_eq!(grow(false, b"first").expect("free"), 0);
        assert_eq!(files(&place), [pair("a.tif", "first")]);
        let error = grow(false, b"second").expect_err("taken");
        assert!(matches!(error, ExportError::Exists { .. }), "{error}");
        assert_eq!(files(&place), [pair("a.tif", "first")]);
        // With leave, files of the same name are replaced and others stay.
        std::fs::write(place.join("mine.txt"), "mine").expect("written");
        assert_eq!(grow(true, b"third").expect("allowed"), 1);
        let both = [pair("a.tif", "third"), pair("mine.txt", "mine")];
        assert_eq!(files(&place), both);
        assert_eq!(std::fs::read_dir(parent).expect("readable").count(), 1);
    }

    #[test]
    fn a_folder_that_comes_there_meanwhile_stays() {
        let root = tempfile::tempdir().expect("a folder");
        let place = root.path().join("crops");
        let folder = GrowingFolder::begin(&Target::new(&place, false)).expect("begun");
        write_whole(&folder.file("a.tif"), b"ours").expect("written");
        std::fs::create_dir(&place).expect("a folder");
        std::fs::write(place.join("b.tif"), "theirs").expect("written");
        let error = folder.finish().expect_err("taken");
        assert!(matches!(error, ExportError::Exists { .. }), "{error}");
        assert_eq!(files(&place), [pair("b.tif", "theirs")]);
        // A file in its place, too.
        let place = root.path().join("labels");
        let folder = GrowingFolder::begin(&Target::new(&place, false)).expect("begun");
        std::fs::write(&place, "theirs").expect("written");
        let error = folder.finish().expect_err("taken");
        assert!(matches!(error, ExportError::Exists { .. }), "{error}");
        assert_eq!(std::fs::read_to_string(&place).expect("read"), "theirs");
    }
}
