//! Where commands write: names that fit, nothing replaced unasked, whole paths in what is said.

use std::path::Path;

use super::cells::ChosenCells;
use crate::export::{ExportError, FileKind, Found, Provenance, Target};

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
        FileKind::ImportReport | FileKind::Picture => target.check(),
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

/// Where the chosen cells come from, for the file beside an export of them.
pub(super) fn provenance(chosen: &ChosenCells, written: usize) -> Provenance {
    let mut provenance = Provenance::new(chosen.explorer.dataset(), &chosen.which, written);
    provenance.session = serde_json::to_value(&chosen.session).unwrap_or_default();
    provenance
}

/// What is said where other files of a folder have stayed.
pub(super) fn stayed(files: usize) -> String {
    match files {
        0 => String::new(),
        1 => "another file that was there before stays\n".to_owned(),
        _ => format!("{files} other files that were there before stay\n"),
    }
}
