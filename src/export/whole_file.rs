//! Files that are written whole or not at all.

use std::io::{BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::ExportError;

/// A file beside its target, with the rights that new files usually have; [`finish`] puts it in the target's place.
///
/// # Errors
/// [`ExportError::Write`] where the folder cannot be written.
pub(super) fn begin(target: &Path) -> Result<NamedTempFile, ExportError> {
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new();
    temporary.prefix(".cytolance-export");
    #[cfg(unix)]
    let usual = {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::Permissions::from_mode(0o666)
    };
    #[cfg(unix)]
    temporary.permissions(usual);
    temporary
        .tempfile_in(folder)
        .map_err(|error| failed(target, &error))
}

/// Puts the file in the place of its target.
///
/// # Errors
/// [`ExportError::Write`].
pub(super) fn finish(file: NamedTempFile, target: &Path) -> Result<(), ExportError> {
    file.persist(target)
        .map(|_| ())
        .map_err(|error| failed(target, &error.error))
}

/// Writes bytes as a file.
///
/// # Errors
/// [`ExportError::Write`]; the target is then as it was.
pub fn write_whole(target: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    write_whole_with(target, &mut |file| file.write_all(bytes))
}

/// Writes a file bit by bit.
///
/// # Errors
/// [`ExportError::Write`]; the target is then as it was.
pub fn write_whole_with(
    target: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), ExportError> {
    let mut file = BufWriter::new(begin(target)?);
    write(&mut file).map_err(|error| failed(target, &error))?;
    let file = file
        .into_inner()
        .map_err(|error| failed(target, error.error()))?;
    finish(file, target)
}

pub(super) fn failed(target: &Path, error: &std::io::Error) -> ExportError {
    ExportError::Write {
        path: target.to_path_buf(),
        reason: error.to_string(),
    }
}
