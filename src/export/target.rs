//! Where an export goes, and whether it may take the place of what is there.

use std::path::{Path, PathBuf};

use super::ExportError;

/// What stands where something is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A file, or anything that is no folder.
    File,
    /// A folder with something in it.
    Folder,
}

impl Found {
    /// What stands at a path; an empty folder is free, a link that leads nowhere is not.
    pub fn at(path: &Path) -> Option<Self> {
        let kind = std::fs::symlink_metadata(path).ok()?;
        if !path.is_dir() {
            return Some(Self::File);
        }
        if kind.is_symlink() {
            return Some(Self::Folder);
        }
        let is_empty = std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
        (!is_empty).then_some(Self::Folder)
    }
}

/// The place of an export. What is there already stays, unless the user has said that it may be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: PathBuf,
    replaces: bool,
    is_part: bool,
}

impl Target {
    /// A place that must be free; with `replaces`, one that need not be.
    pub fn new(path: impl Into<PathBuf>, replaces: bool) -> Self {
        Self {
            path: path.into(),
            replaces,
            is_part: false,
        }
    }

    /// A file of a folder that grows; the folder waits for the disk when all are there.
    pub(super) fn part(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            replaces: false,
            is_part: true,
        }
    }

    /// The file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same as a whole path, for what is said of it; URLs stay as they are.
    pub fn full_path(&self) -> PathBuf {
        if self.is_url() {
            return self.path.clone();
        }
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    /// Whether what is there may be replaced.
    pub fn replaces(&self) -> bool {
        self.replaces
    }

    /// Whether it is a file of a folder that grows.
    pub(super) fn is_part(&self) -> bool {
        self.is_part
    }

    /// Whether it is in a store.
    pub fn is_url(&self) -> bool {
        self.path.to_string_lossy().contains("://")
    }

    /// The file of where an export came from: `cells.csv.json` beside `cells.csv`. There is none in a store, where a
    /// dataset says it itself.
    pub fn provenance(&self) -> Option<Self> {
        if self.is_url() {
            return None;
        }
        let mut name = self.path.as_os_str().to_owned();
        name.push(".json");
        Some(Self::new(name, self.replaces))
    }

    /// Refuses a place that is taken before any work is done. Whether it still is free is decided again when the
    /// export gets its name.
    ///
    /// # Errors
    /// [`ExportError::Exists`].
    pub fn check(&self) -> Result<(), ExportError> {
        if self.replaces || self.is_url() {
            return Ok(());
        }
        match Found::at(&self.path) {
            Some(found) => Err(self.taken(found)),
            None => Ok(()),
        }
    }

    /// The same for an export and the file of where it came from.
    ///
    /// # Errors
    /// [`ExportError::Exists`].
    pub fn check_with_provenance(&self) -> Result<(), ExportError> {
        self.check()?;
        self.provenance().map_or(Ok(()), |beside| beside.check())
    }

    pub(super) fn taken(&self, found: Found) -> ExportError {
        ExportError::Exists {
            path: self.full_path(),
            found,
        }
    }

    pub(super) fn failed(&self, error: &std::io::Error) -> ExportError {
        ExportError::Write {
            path: self.full_path(),
            reason: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_told_from_what_is_free() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("file.csv"), "x").expect("a file");
        std::fs::write(at("other.csv.json"), "x").expect("a file");
        std::fs::create_dir(at("empty")).expect("a folder");
        std::fs::create_dir(at("full")).expect("a folder");
        std::fs::write(at("full/a.tif"), "x").expect("a file");
        let cases = [
            ("nothing.csv", None, true),
            ("file.csv", Some(Found::File), false),
            ("other.csv", None, false),
            ("empty", None, true),
            ("full", Some(Found::Folder), false),
        ];
        for (name, found, free) in cases {
            assert_eq!(Found::at(&at(name)), found, "{name}");
            let checked = Target::new(at(name), false).check_with_provenance();
            assert_eq!(checked.is_ok(), free, "{name}");
            if let Err(error) = checked {
                assert!(error.to_string().contains(name), "{error}");
            }
            let replacing = Target::new(at(name), true);
            replacing.check_with_provenance().expect("allowed");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("gone"), at("link.csv")).expect("a link");
            assert_eq!(Found::at(&at("link.csv")), Some(Found::File));
        }
        let store = Target::new("s3://bucket/x.lance", false);
        assert_eq!(store.full_path(), PathBuf::from("s3://bucket/x.lance"));
        assert_eq!(store.provenance(), None);
        assert!(Target::new("x.csv", false).full_path().is_absolute());
    }
}
