//! What can go wrong with a dataset, with its address.

use cytolance_profile::plain_words;

/// A dataset that cannot be read or written; the message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// Nothing there, or nothing that Lance can open.
    #[error("cannot open {uri} as a Lance dataset: {reason}", reason = plain_words(reason))]
    Open {
        /// Path or URL.
        uri: String,
        /// Why.
        reason: String,
    },
    /// Reading failed.
    #[error("cannot read {what} of {uri}: {reason}", reason = plain_words(reason))]
    Read {
        /// Path or URL.
        uri: String,
        /// Column, crops or filter.
        what: String,
        /// Why.
        reason: String,
    },
    /// The SQL condition was refused.
    #[error("the condition «{sql}» does not work on this dataset: {reason}", reason = plain_words(reason))]
    Sql {
        /// The condition.
        sql: String,
        /// Why.
        reason: String,
    },
    /// Writing failed.
    #[error("cannot write {uri}: {reason}", reason = plain_words(reason))]
    Write {
        /// Path or URL.
        uri: String,
        /// Why.
        reason: String,
    },
    /// Nobody may write there, or not this user.
    #[error("{uri} cannot be written: {reason}; keep the labels in a side file and merge it later", reason = plain_words(reason))]
    ReadOnly {
        /// Path or URL.
        uri: String,
        /// Why.
        reason: String,
    },
    /// A label that cannot be stored as it is.
    #[error("the label {column}: {reason}", reason = plain_words(reason))]
    Label {
        /// The column.
        column: String,
        /// Why, and what to do.
        reason: String,
    },
    /// A file of labels that cannot be read or written.
    #[error("{path}: {reason}", path = path.display(), reason = plain_words(reason))]
    LabelFile {
        /// The file.
        path: std::path::PathBuf,
        /// Why, with the line.
        reason: String,
    },
    /// Something is already there.
    #[error(
        "{uri} exists already: choose another name, or say --append to add to it or --overwrite to replace it"
    )]
    Exists {
        /// Path or URL.
        uri: String,
    },
    /// The rows to append do not fit the dataset's columns.
    #[error("the new rows do not fit {uri}: {reason}", reason = plain_words(reason))]
    Mismatch {
        /// Path or URL.
        uri: String,
        /// Which columns, and how they differ.
        reason: String,
    },
    /// More rows than the viewer can number.
    #[error("{uri} has {rows} rows; at most {max} can be shown", max = u32::MAX)]
    TooManyRows {
        /// Path or URL.
        uri: String,
        /// Number of rows.
        rows: usize,
    },
}
