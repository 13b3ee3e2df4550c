//! Why a question about the cells has no answer.

use cytolance_dataset::DatasetError;
use cytolance_profile::plain_words;

/// A query that failed.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// The dataset cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// There is no such column.
    #[error("there is no column {name} in {uri}")]
    UnknownColumn {
        /// The column.
        name: String,
        /// The dataset.
        uri: String,
    },
    /// The column holds pictures, outlines or something else that is neither number nor text.
    #[error("{name} is of type {arrow_type}, which can be neither filtered nor plotted")]
    NotAValue {
        /// The column.
        name: String,
        /// Its type.
        arrow_type: String,
    },
    /// The values cannot be sorted.
    #[error("cannot sort by {name}: {reason}", reason = plain_words(reason))]
    Sort {
        /// The column.
        name: String,
        /// Polars' words.
        reason: String,
    },
    /// A newer question made this one pointless.
    #[error("cancelled")]
    Cancelled,
}
