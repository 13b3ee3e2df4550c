//! Files that are written whole or not at all, and replace nothing unasked.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;

use tempfile::{NamedTempFile, PathPersistError, TempPath};

use super::ExportError;
use super::target::{Found, Target};

/// How the names of files and folders begin that are not finished.
pub(super) const GROWING: &str = ".cytolance-export";

/// A file beside its target, with the rights that new files usually have; [`finish`] puts it in the target's place.
///
/// # Errors
/// [`ExportError::Exists`] where something is there that may not be replaced, [`ExportError::Write`] where the folder
/// cannot be written.
pub(super) fn begin(target: &Target) -> Result<NamedTempFile, ExportError> {
    target.check()?;
    let folder = target
        .path()
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new();
    temporary.prefix(GROWING);
    #[cfg(unix)]
    let usual = {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::Permissions::from_mode(0o666)
    };
    #[cfg(unix)]
    temporary.permissions(usual);
    temporary
        .tempfile_in(folder)
        .map_err(|error| target.failed(&error))
}

/// Puts the file in the place of its target. What has come there in the meantime stays, unless it may be replaced: the
/// system decides, in the same step.
///
/// # Errors
/// [`ExportError::Exists`], [`ExportError::Write`].
pub(super) fn finish(file: NamedTempFile, target: &Target) -> Result<(), ExportError> {
    let file = file.into_temp_path();
    if target.replaces() {
        return file
            .persist(target.path())
            .map_err(|error| target.failed(&error.error));
    }
    match file.persist_noclobber(target.path()) {
        Ok(()) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            Err(target.taken(Found::at(target.path()).unwrap_or(Found::File)))
        }
        Err(error) => claim(error, target),
    }
}

/// Where a file system can neither rename without replacing nor link (FAT, some network drives), an empty file takes the
/// name first, which only one can do.
fn claim(refused: PathPersistError, target: &Target) -> Result<(), ExportError> {
    let mut options = std::fs::OpenOptions::new();
    match options.write(true).create_new(true).open(target.path()) {
        Ok(_) => put_on_claim(refused.path, target),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(target.taken(Found::File)),
        Err(_) => Err(target.failed(&refused.error)),
    }
}

fn put_on_claim(file: TempPath, target: &Target) -> Result<(), ExportError> {
    file.persist(target.path()).map_err(|error| {
        // Its own, and empty.
        let _ = std::fs::remove_file(target.path());
        target.failed(&error.error)
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
        // The same where the file system has no renaming that replaces nothing.
        let file = begin(&Target::new(folder.path().join("b"), false)).expect("free");
        let refused = PathPersistError {
            error: ErrorKind::Unsupported.into(),
            path: file.into_temp_path(),
        };
        let error = claim(refused, &target).expect_err("taken");
        assert!(matches!(error, ExportError::Exists { .. }), "{error}");
        assert_eq!(
            std::fs::read_to_string(&path).expect("read"),
            "somebody else's"
        );
        assert_eq!(names(folder.path()), ["a.csv"]);
        let free = Target::new(folder.path().join("c.csv"), false);
        let mut file = begin(&free).expect("free");
        file.write_all(b"c").expect("written");
        let refused = PathPersistError {
            error: ErrorKind::Unsupported.into(),
            path: file.into_temp_path(),
        };
        claim(refused, &free).expect("its place was free");
        assert_eq!(std::fs::read(free.path()).expect("read"), b"c");
    }
}
