//! Where commands write: names that fit, nothing replaced unasked, whole paths in what is said.

use std::path::Path;

use cytolance_export::{ExportError, FileKind, Found, Target};

/// The place that an option names, refused where its ending says something else than what is written, or where something
/// is there already that `overwrite` does not allow to be replaced.
pub(super) fn target(
    option: &str,
    path: &Path,
    overwrite: bool,
    kind: FileKind,
) -> Result<Target, String> {
    kind.check(path)
        .map_err(|error| format!("{option} {error}"))?;
    let target = Target::new(path, overwrite);
    let checked = match kind {
        FileKind::IMPORT_REPORT | FileKind::PICTURE => target.check(),
        _ => target.check_with_provenance(),
    };
    checked.map_err(|error| refused(option, error))?;
    Ok(target)
}

/// An error of an export, with what to do where something is in its way.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
pub(super) fn refused(option: &str, error: ExportError) -> String {
    let ExportError::Exists { path, found } = &error else {
        return error.to_string();
    };
    let is_dataset = path.extension().is_some_and(|ending| ending == "lance");
    let what = match found {
        Found::Folder if is_dataset => {
            "let its cells be replaced by a new version (the old one stays in its history)"
        }
        Found::Folder => "write into it, over the files of the same names",
        Found::File => "replace it",
    };
    format!("{error}: say --overwrite to {what}, or give another name after {option}")
}
