//! Waiting until what is written is on the disk.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use rayon::prelude::*;
use walkdir::WalkDir;

/// Waits until a file is on the disk.
///
/// # Errors
/// The system's, of which a full disk may be one that it says only now.
pub(super) fn settle_file(file: &File) -> Result<()> {
    match file.sync_all() {
        // Some network drives and file systems of a user's own programs cannot say when.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::InvalidInput
            ) =>
        {
            Ok(())
        }
        outcome => outcome,
    }
}

/// Waits until the names in a folder are on the disk; on systems where a folder cannot be asked, they are when they are.
///
/// # Errors
/// The system's.
pub fn settle_folder(folder: &Path) -> Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder) {
        Ok(folder) => settle_file(&folder),
        // One that may be written and not be read.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        Err(error) => Err(error),
    }
}

/// Waits until all files of a folder and the folders in it are on the disk, many at a time: a system that keeps a log then
/// writes that once for many.
///
/// # Errors
/// The system's.
pub fn settle_tree(folder: &Path) -> Result<()> {
    let mut entries = Vec::new();
    for entry in WalkDir::new(folder).follow_links(false) {
        let entry = entry.map_err(Error::from)?;
        if !entry.file_type().is_symlink() {
            entries.push(entry);
        }
    }
    entries.par_iter().try_for_each(|entry| {
        if entry.file_type().is_dir() {
            settle_folder(entry.path())
        } else {
            // For writing, because Windows does not wait for others.
            settle_file(&OpenOptions::new().append(true).open(entry.path())?)
        }
    })
}

/// Gives a folder that has grown beside its place its name, once all of it is on the disk. There must be nothing; only an
/// empty folder may make room.
///
/// # Errors
/// The system's; the folder is then where it was.
pub fn put_folder(growing: &Path, place: &Path) -> Result<()> {
    settle_tree(growing)?;
    std::fs::rename(growing, place)?;
    // It is there and whole; whether its name outlives a power cut in the next seconds is no reason to call that failed.
    let _ = settle_folder(folder_of(place));
    Ok(())
}

/// The folder of a file or folder.
pub(super) fn folder_of(place: &Path) -> &Path {
    place
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_settled_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("data/deep");
        std::fs::create_dir_all(&inner).expect("made");
        std::fs::write(inner.join("a.lance"), "cells").expect("written");
        settle_tree(folder.path()).expect("settled");
        let text = std::fs::read_to_string(inner.join("a.lance")).expect("there");
        assert_eq!(text, "cells");
        let place = folder.path().join("cells.lance");
        put_folder(&folder.path().join("data"), &place).expect("put there");
        assert!(place.join("deep/a.lance").exists());
        let error = settle_tree(&folder.path().join("gone")).expect_err("no such folder");
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
