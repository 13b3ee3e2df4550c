//! What the viewer knows of labels: marks, what to undo, review, history.

use std::sync::Arc;

use super::work::JournalWriter;
use crate::model::labels::{LabelColumns, MarkChange};
use crate::model::parts::Part;
use cytolance_dataset::{LabelChange, LabelConflict, LabelEdit, VersionInfo};
use cytolance_profile::Agreement;

/// One step that can be undone.
#[derive(Debug, Clone)]
pub struct MarkStep {
    /// The label column's place in the list.
    pub column: usize,
    /// The rows and their values before and after.
    pub changes: Vec<MarkChange>,
    /// The cell that was looked at.
    pub cursor: Option<u32>,
}

/// Which cells a review walks through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewKind {
    /// The shown ones that are not marked, in the table's order.
    Unmarked,
    /// So many of the shown ones, at random.
    Sample {
        /// How many.
        count: usize,
        /// Seed: the same one gives the same cells.
        seed: u64,
    },
    /// All shown ones, in the table's order.
    Shown,
}

/// A walk through cells.
#[derive(Debug, Clone)]
pub struct Review {
    /// Which cells.
    pub kind: ReviewKind,
    /// The cells in order.
    pub queue: Arc<Vec<u32>>,
    /// Place of the one that is looked at; past the end when done.
    pub at: usize,
}

impl Review {
    /// The cell that is looked at.
    pub fn row(&self) -> Option<u32> {
        self.queue.get(self.at).copied()
    }
}

/// What a comparison is about: a version (the open one without) and a label column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The version.
    pub version: u64,
    /// The column.
    pub column: String,
}

/// Two label columns, side by side.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What was compared.
    pub sides: [Side; 2],
    /// How far they agree.
    pub agreement: Agreement,
}

/// What the feature keeps of a dataset beside its label columns.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says of another job whether it runs"
)]
pub struct LabelsState {
    /// Whether the label columns are being read.
    pub loading: bool,
    /// Steps to undo, the last one last.
    pub undo: Vec<MarkStep>,
    /// Steps to do again.
    pub redo: Vec<MarkStep>,
    /// Whether a save is under way.
    pub saving: bool,
    /// Cells that somebody else marked otherwise in the meantime.
    pub conflicts: Vec<LabelConflict>,
    /// The walk through cells.
    pub review: Option<Review>,
    /// Whether cells for one are being looked for.
    pub finding: bool,
    /// The dataset's versions, the newest first; `None` until they were asked for.
    pub history: Option<Result<Vec<VersionInfo>, String>>,
    /// Whether they are being read.
    pub reading_history: bool,
    /// The last comparison.
    pub comparison: Option<Result<Comparison, String>>,
    /// Why nothing can be saved into the dataset, if so; marks then go to a side file.
    pub read_only: Option<String>,
    /// Where marks are kept until they are saved.
    pub(super) journal: Option<Arc<JournalWriter>>,
    /// Number of the last line for it.
    pub(super) journal_seq: u64,
}

impl Part for LabelsState {
    fn is_busy(&self) -> bool {
        self.loading || self.saving || self.finding || self.reading_history
    }

    fn is_writing(&self) -> bool {
        self.saving
    }
}

impl LabelsState {
    /// What is not saved yet, but for cells on which somebody has to decide first.
    pub fn edits(&self, labels: &LabelColumns) -> Vec<LabelEdit> {
        labels
            .columns
            .iter()
            .filter(|label| label.is_dirty())
            .map(|label| {
                let text = |code: u32| label.name(code).map(str::to_owned);
                let undecided = |row: u32| {
                    self.conflicts
                        .iter()
                        .any(|conflict| conflict.row == row && conflict.column == label.spec.column)
                };
                LabelEdit {
                    spec: label.spec.clone(),
                    changes: label
                        .unsaved()
                        .iter()
                        .filter(|(row, _)| !undecided(**row))
                        .map(|(row, stored)| LabelChange {
                            row: *row,
                            before: text(*stored),
                            after: text(label.code(*row)),
                        })
                        .collect(),
                }
            })
            .collect()
    }
}
