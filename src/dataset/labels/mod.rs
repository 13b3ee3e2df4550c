//! Labels in storage: saving, merging with what others saved, history, side files, the journal of unsaved marks.

mod journal;
mod label_column;
mod label_compare;
mod label_edit;
mod label_history;
mod label_merge;
mod label_save;
mod label_write;
#[cfg(test)]
mod match_tests;
mod permission;
mod row_match;
#[cfg(test)]
mod save_tests;
mod side_file;
#[cfg(test)]
mod test_cells;

pub use journal::{Journal, RecoveredMarks};
pub use label_column::{LabelValues, with_classes};
pub(super) use label_edit::{AUTHOR, WHAT};
pub use label_edit::{LabelChange, LabelConflict, LabelEdit, SaveNote, SavedLabels};
pub use label_history::VersionInfo;
pub(crate) use label_save::{Attempt, Race, commit};
pub use row_match::CellKey;
pub use side_file::{SideLabels, read_side_file, write_side_file};
