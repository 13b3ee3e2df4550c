//! Why an export failed; nothing was written.

use std::path::PathBuf;

use super::target::Found;
use cytolance_dataset::DatasetError;

/// An export that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The dataset cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The file cannot be written.
    #[error("cannot write {path}: {reason}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// Something is there already that may not be replaced.
    #[error("{path} is there already and was not replaced", path = path.display())]
    Exists {
        /// The file or folder.
        path: PathBuf,
        /// What it is.
        found: Found,
    },
    /// The name says something else than what is written.
    #[error("{path}: {what}", path = path.display())]
    Ending {
        /// The name.
        path: PathBuf,
        /// What is written, and which endings there are.
        what: String,
    },
    /// The copy cannot be written over its source.
    #[error("{path} is the dataset that is exported: choose another name", path = path.display())]
    Itself {
        /// The dataset.
        path: PathBuf,
    },
    /// A chosen column is not there or holds no values.
    #[error("there is no column {name} to export{hint}")]
    UnknownColumn {
        /// The column.
        name: String,
        /// Columns of similar name.
        hint: String,
    },
    /// What is asked for cannot be written of these cells.
    #[error("{0}")]
    Refused(String),
    /// Cancelled by the user.
    #[error("the export was cancelled; nothing was written")]
    Cancelled,
}
