//! Labels in the dataset: saving marks as versions, the history of versions, and files beside datasets that cannot be
//! written.

mod columns;
mod history;
mod journal;
mod rows;
mod save;
mod side_file;

#[cfg(test)]
mod tests;

pub use history::VersionInfo;
pub use journal::Journal;
pub use side_file::{read_side_file, write_side_file};

use serde::{Deserialize, Serialize};

use super::CellDataset;
use crate::profile::LabelSpec;

/// One decision: what a row's label was when the person saw it, and what it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelChange {
    /// The row, as the version has it that the person saw.
    pub row: u32,
    /// The label that was stored then; `None` where unmarked.
    pub before: Option<String>,
    /// The label that it is to be.
    pub after: Option<String>,
}

/// Decisions in one label column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelEdit {
    /// The column and its classes.
    pub spec: LabelSpec,
    /// The decisions; of several on one row the last counts.
    pub changes: Vec<LabelChange>,
}

/// Who saves, when, and what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SaveNote {
    /// Who.
    pub author: String,
    /// When, as RFC 3339.
    pub time: String,
    /// What, in words.
    pub what: String,
}

/// A cell that somebody else labelled otherwise between the version a person saw and the newest one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelConflict {
    /// The label column.
    pub column: String,
    /// The row, as the version has it that the person saw.
    pub row: u32,
    /// The label that both began with.
    pub before: Option<String>,
    /// The label that was to be saved.
    pub mine: Option<String>,
    /// The label that is stored, and stays.
    pub theirs: Option<String>,
}

/// What a save has done.
#[derive(Debug, Clone)]
pub struct SavedLabels {
    /// The version that was written, or the newest one where there was nothing to write.
    pub dataset: CellDataset,
    /// Its number.
    pub version: u64,
    /// Cells whose label changed.
    pub written: usize,
    /// Versions that others wrote in between.
    pub merged_versions: usize,
    /// Cells that others labelled otherwise; their labels stay.
    pub conflicts: Vec<LabelConflict>,
}
