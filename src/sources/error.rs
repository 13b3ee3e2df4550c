//! What can go wrong while reading an export, with the file that caused it.

use std::path::PathBuf;

/// An export that cannot be read; the message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file or folder could not be opened or read.
    #[error("cannot read {path}: {reason}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// Nothing that can be imported.
    #[error(
        "no CellProfiler export found in {path}: expected {expected}",
        path = path.display()
    )]
    NoExport {
        /// The folder looked into.
        path: PathBuf,
        /// What was looked for.
        expected: String,
    },
    /// More than one kind of export, and no way to tell which is meant.
    #[error(
        "{path} holds several kinds of export: name the one to import ({choices})",
        path = path.display()
    )]
    SeveralExports {
        /// The folder looked into.
        path: PathBuf,
        /// The exports found, comma-separated.
        choices: String,
    },
    /// A file that is none of the formats that can be read.
    #[error("{path} is not a source that can be imported: {reason}", path = path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// What it is instead, and what to do.
        reason: String,
    },
    /// A file that is another than when it was opened.
    #[error(
        "{path} changed while it was being read: import again when the program that writes it has finished",
        path = path.display()
    )]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A database or Parquet file that its reader gave up on.
    #[error("cannot read {path}: {reason}", path = path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// The reader's words.
        reason: String,
    },
    /// A file without a header row.
    #[error("{path} is empty: it has no header row", path = path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A file that the CSV reader gave up on.
    #[error("{path} is not readable as CSV: {reason}", path = path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// The reader's words.
        reason: String,
    },
    /// A key column that the join needs.
    #[error("{path} has no column {column}, which says which {meaning} a row belongs to", path = path.display())]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
        /// What the column would say.
        meaning: &'static str,
    },
}

impl SourceError {
    pub(super) fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Io {
            path: path.to_path_buf(),
            reason: error.to_string(),
        }
    }
}
