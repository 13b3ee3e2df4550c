//! What can be asked of exports.

use super::draft::ExportDraft;

/// What can be asked.
#[derive(Debug)]
pub enum ExportCommand {
    /// Opens the dialog for what is selected, or else shown.
    Start,
    /// Shows the dialog with these choices.
    Edit(Box<ExportDraft>),
    /// Asks for the file with the system's dialog.
    Browse,
    /// The file that was chosen there.
    SetPath(String),
    /// Writes what the dialog says.
    Run,
    /// Writes in the place of what is there.
    Replace(Box<ExportDraft>),
}
