//! What an exporter is.

use std::sync::atomic::AtomicBool;

use futures::future::BoxFuture;

use super::options::Setting;
use super::run::ExportRequest;
use cytolance_dataset::CellDataset;
use cytolance_explore::Explorer;
use cytolance_export::{ExportError, FileKind, Provenance, TableSource};
use cytolance_profile::ColumnKind;

/// Something that cells can be written as.
pub trait Exporter: Sync {
    /// How it is shown and found.
    fn face(&self) -> &'static Face;

    /// Writes the cells of a job, whole or not at all.
    fn write<'a>(&'a self, job: &'a ExportJob<'a>) -> BoxFuture<'a, Result<Written, ExportError>>;
}

/// How an exporter is shown and found.
#[derive(Debug)]
pub struct Face {
    /// The word for it on the command line.
    pub id: &'static str,
    /// Its name in the dialog and in the help.
    pub title: &'static str,
    /// What its file or folder is called.
    pub place: &'static str,
    /// What is worth knowing of it.
    pub hint: &'static str,
    /// What it is one of: exporters of one family are told together, and a command of this name may write them.
    pub family: &'static str,
    /// How the name of a file ends that is proposed.
    pub suffix: &'static str,
    /// How names may end.
    pub file: FileKind,
    /// What a dataset must have.
    pub needs: Needs,
    /// The settings that it takes.
    pub settings: &'static [Setting],
    /// Whether it is of chosen cells; otherwise of all that the filters show.
    pub chooses_cells: bool,
}

/// What a dataset must have for an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Cells.
    Cells,
    /// Pictures of them.
    Crops,
    /// Outlines of them.
    Outlines,
}

impl Needs {
    /// What of it a dataset lacks, in words.
    pub fn lacking(self, dataset: &CellDataset) -> Option<&'static str> {
        let has_crops = || {
            let mut columns = dataset.columns().iter();
            columns.any(|column| column.kind == ColumnKind::Picture)
        };
        match self {
            Self::Cells => None,
            Self::Crops => (!has_crops()).then_some("the dataset has no crops"),
            Self::Outlines => dataset
                .outline_objects()
                .is_empty()
                .then_some("the dataset has no outlines"),
        }
    }
}

/// An export that is to be written.
pub struct ExportJob<'a> {
    /// The dataset and its columns in memory.
    pub explorer: &'a Explorer,
    /// Its columns, those that are not stored among them.
    pub source: TableSource,
    /// What is asked for.
    pub request: &'a ExportRequest,
    /// Where the cells come from, for files that can say it themselves.
    pub provenance: Provenance,
    /// Hears how many of how many cells are done.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
    /// Stops it.
    pub cancelled: &'a AtomicBool,
}

/// What has been written.
#[derive(Debug, Default)]
pub struct Written {
    /// Of what the export is made: cells, files or outlines.
    pub number: usize,
    /// The same in words: "12 crops".
    pub what: String,
    /// The columns whose values are in it.
    pub columns: Vec<String>,
    /// Columns that it cannot hold, with their types.
    pub left_out: Vec<String>,
    /// What else is to be said, a sentence each.
    pub notes: Vec<String>,
}

impl Written {
    /// So many of something.
    pub fn of(number: usize, what: &str) -> Self {
        Self {
            number,
            what: format!("{number} {what}"),
            ..Self::default()
        }
    }

    /// Says how many other files of a folder have stayed.
    #[must_use]
    pub fn beside(mut self, stayed: usize) -> Self {
        match stayed {
            0 => {}
            1 => self
                .notes
                .push("another file that was there before stays".to_owned()),
            _ => self
                .notes
                .push(format!("{stayed} other files that were there before stay")),
        }
        self
    }

    /// Says which outlines a dataset has lost.
    #[must_use]
    pub fn without_lost(mut self, dataset: &CellDataset) -> Self {
        let lost = dataset.lost_outlines().iter();
        self.notes.extend(lost.map(ToString::to_string));
        self
    }
}
