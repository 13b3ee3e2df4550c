//! Files that are written whole or not at all, and replace nothing unasked.

use std::io::{BufWriter, ErrorKind, Write};

use super::ExportError;
use super::target::{Found, Target};
use cytolance_files::GrowingFile;

/// A file beside its target; [`finish`] puts it in the target's place.
///
/// # Errors
/// [`ExportError::Exists`] where something is there that may not be replaced, [`ExportError::Write`] where the folder
/// cannot be written.
pub(super) fn begin(target: &Target) -> Result<GrowingFile, ExportError> {
    target.check()?;
    let file = GrowingFile::begin(target.path()).map_err(|error| target.failed(&error))?;
    Ok(if target.is_part() {
        file.settled_with_its_folder()
    } else {
        file
    })
}

/// Puts the file in the place of its target. What has come there in the meantime stays, unless it may be replaced.
///
/// # Errors
/// [`ExportError::Exists`], [`ExportError::Write`].
pub(super) fn finish(file: GrowingFile, target: &Target) -> Result<(), ExportError> {
    let put = if target.replaces() {
        file.replace().map(|_| ())
    } else {
        file.take_free_place()
    };
    put.map_err(|error| {
        if !target.replaces() && error.kind() == ErrorKind::AlreadyExists {
            target.taken(Found::at(target.path()).unwrap_or(Found::File))
        } else {
            target.failed(&error)
        }
    })
}

/// Writes bytes as a file.
///
/// # Errors
/// [`ExportError::Exists`], [`ExportError::Write`]; the target is then as it was.
pub fn write_whole(target: &Target, bytes: &[u8]) -> Result<(), ExportError> {
    write_whole_with(target, &mut |file| file.write_all(bytes))
}

/// Writes a file bit by bit.
///
/// # Errors
/// [`ExportError::Exists`], [`ExportError::Write`]; the target is then as it was.
pub fn write_whole_with(
    target: &Target,
    write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), ExportError> {
    let mut file = BufWriter::new(begin(target)?);
    write(&mut file).map_err(|error| target.failed(&error))?;
    let file = file
        .into_inner()
        .map_err(|error| target.failed(error.error()))?;
    finish(file, target)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_file_is_replaced_only_where_that_was_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        write_whole(&Target::new(&path, false), b"first").expect("free");
        let error = write_whole(&Target::new(&path, false), b"second").expect_err("taken");
        assert!(matches!(error, ExportError::Exists { .. }), "{error}");
        assert_eq!(std::fs::read(&path).expect("read"), b"first");
        write_whole(&Target::new(&path, true), b"third").expect("allowed");
        assert_eq!(std::fs::read(&path).expect("read"), b"third");
        assert_eq!(names(folder.path()), ["a.csv"], "nothing else is left");
    }

    #[test]
    fn what_comes_there_while_it_is_written_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let target = Target::new(&path, false);
        // Free when it begins, taken when it ends.
        let file = begin(&target).expect("free");
        std::fs::write(&path, "somebody else's").expect("written");
        let error = finish(file, &target).expect_err("taken");
        assert!(matches!(error, ExportError::Exists { .. }), "{error}");
        assert_eq!(
            std::fs::read_to_string(&path).expect("read"),
            "somebody else's"
        );
        assert_eq!(names(folder.path()), ["a.csv"]);
    }
}
