//! Why an export failed; nothing was written.

use std::path::PathBuf;

use crate::dataset::DatasetError;

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
    /// A chosen column is not there or holds no values.
    #[error("there is no column {name} to export{hint}")]
    UnknownColumn {
        /// The column.
        name: String,
        /// Columns of similar name.
        hint: String,
    },
    /// Cancelled by the user.
    #[error("the export was cancelled; nothing was written")]
    Cancelled,
}
