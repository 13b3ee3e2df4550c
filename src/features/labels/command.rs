//! What can be asked of labels, the work it starts, and what comes back.

use std::path::PathBuf;
use std::sync::Arc;

use super::state::{Comparison, ReviewKind, Side};
use super::work::JournalWriter;
use cytolance_dataset::{CellDataset, LabelEdit, SaveNote, SavedLabels, VersionInfo};
use cytolance_explore::{Column, Explorer, RowOrder};
use cytolance_kernels::RowSet;
use cytolance_profile::LabelSpec;

/// What can be asked.
#[derive(Debug)]
pub enum LabelsCommand {
    /// Marks the current cell, or the selection where several cells are selected, with the class at a place of the
    /// list, or takes the mark away.
    Mark(Option<usize>),
    /// The same for some rows.
    MarkRows(RowSet, Option<usize>),
    /// Takes back the last step.
    Undo,
    /// Does it again.
    Redo,
    /// Writes all marks into the dataset.
    Save,
    /// Marks go into another column.
    SetActive(usize),
    /// A new label column of this name.
    AddColumn(String),
    /// A further class of the active column.
    AddClass(String),
    /// The colour of a class of the active column.
    SetColor(usize, [u8; 3]),
    /// Shows only cells of a class, or the unmarked ones.
    Filter(Option<usize>),
    /// Colours the plot by the active column.
    ColorPlot,
    /// Walks through cells.
    StartReview(ReviewKind),
    /// Goes on or back in the review.
    StepReview(i64),
    /// Ends the review.
    EndReview,
    /// Reads the versions.
    ReadHistory,
    /// Opens another version.
    OpenVersion(u64),
    /// Makes another version the newest one.
    Restore(u64),
    /// Compares two label columns.
    Compare(Side, Side),
    /// Selects the cells on which the comparison differs.
    SelectDifferences,
    /// Settles a cell that somebody else marked otherwise: with one's own mark, or with theirs.
    Settle {
        /// Place among the conflicts; all of them without one.
        at: Option<usize>,
        /// One's own mark counts.
        mine: bool,
    },
    /// Who marks.
    SetAuthor(String),
    /// Takes marks from a side file.
    MergeFile(PathBuf),
}

/// What a load of labels has found.
pub struct LoadedLabels {
    /// Label columns with classes, as stored.
    pub specs: Vec<LabelSpec>,
    /// Their values.
    pub columns: Vec<Arc<Column>>,
    /// Marks of a run that ended before they were saved.
    pub recovered: Vec<LabelEdit>,
    /// Why nothing can be saved, if so.
    pub read_only: Option<String>,
    /// Keeps marks until they are saved.
    pub journal: Option<Arc<JournalWriter>>,
    /// What of the marks of an earlier run, or of those to come, is not safe.
    pub complaints: Vec<String>,
}

/// Work in the background.
pub enum LabelsJob {
    /// Reads the stored labels, and what a crash has left.
    Load {
        /// The columns.
        explorer: Explorer,
        /// Marks of an earlier run are looked for, too.
        recover: bool,
    },
    /// Keeps what was marked, in case the program ends.
    Keep {
        /// Where.
        journal: Arc<JournalWriter>,
        /// Its place among all lines.
        seq: u64,
        /// The marks.
        edit: LabelEdit,
    },
    /// Forgets what is saved; the rest stays.
    Forget {
        /// Where.
        journal: Arc<JournalWriter>,
        /// Its place among all lines.
        seq: u64,
        /// The version that is stored now.
        version: u64,
        /// What is not saved.
        rest: Vec<LabelEdit>,
    },
    /// Saves into the dataset, or beside it where that is not possible.
    Save {
        /// The dataset.
        dataset: CellDataset,
        /// The marks.
        edits: Vec<LabelEdit>,
        /// Who, when, what.
        note: SaveNote,
        /// Nothing can be written into it.
        beside: bool,
    },
    /// Looks for the cells of a review.
    FindReview {
        /// Which.
        kind: ReviewKind,
        /// The shown rows.
        order: RowOrder,
        /// Codes of the label, by row; empty where nothing is marked.
        codes: Arc<Vec<u32>>,
    },
    /// Reads the versions.
    ReadHistory(CellDataset),
    /// Opens another version.
    OpenVersion {
        /// Its task.
        task: u64,
        /// The dataset.
        dataset: CellDataset,
        /// The version; the newest without one.
        version: Option<u64>,
    },
    /// Makes another version the newest one.
    Restore {
        /// Its task.
        task: u64,
        /// The dataset.
        dataset: CellDataset,
        /// The version.
        version: u64,
        /// Who, when, what.
        note: SaveNote,
    },
    /// Compares two label columns.
    Compare {
        /// The dataset.
        dataset: CellDataset,
        /// The columns.
        sides: [Side; 2],
    },
    /// Reads a side file.
    ReadFile {
        /// The dataset.
        dataset: CellDataset,
        /// The file.
        path: PathBuf,
    },
}

/// News.
pub enum LabelsEvent {
    /// The stored labels are read.
    Loaded(Result<LoadedLabels, String>),
    /// Marks cannot be kept any more in case of a crash, with the reason, or can be again.
    JournalTurned(Result<(), String>),
    /// A save has ended.
    Saved {
        /// What was to be saved.
        edits: Vec<LabelEdit>,
        /// How it went.
        outcome: Result<SavedLabels, String>,
    },
    /// Marks were written beside the dataset.
    SavedBeside {
        /// The file, or why not.
        outcome: Result<PathBuf, String>,
    },
    /// The cells of a review.
    ReviewFound {
        /// Which.
        kind: ReviewKind,
        /// The cells.
        queue: Vec<u32>,
    },
    /// Why none could be found.
    NoReview(String),
    /// The versions.
    HistoryRead(Result<Vec<VersionInfo>, String>),
    /// Another version is to be shown.
    VersionOpened {
        /// The task that opened it.
        task: u64,
        /// It, or why not.
        outcome: Result<CellDataset, String>,
        /// The newest one.
        newest: bool,
    },
    /// Two label columns were compared.
    Compared(Result<Comparison, String>),
    /// Marks of a side file.
    FileRead(Result<Vec<LabelEdit>, String>),
}
