//! Why an import stopped.

use std::path::PathBuf;

use arrow::error::ArrowError;

use super::RootError;
use cytolance_dataset::DatasetError;
use cytolance_profile::{RowKind, plain_words};
use cytolance_sources::{Cause, SourceError};

/// An import that did not happen; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The export cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The dataset cannot be written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Which object set the rows stand for is not clear.
    #[error(
        "cannot tell which object set one row should stand for ({choices}): say it with --primary OBJECT"
    )]
    AmbiguousPrimary {
        /// The object sets found.
        choices: String,
    },
    /// `--primary` names nothing that is there.
    #[error("there is no object set {name} in the export; it has {choices}")]
    UnknownPrimary {
        /// What was asked for.
        name: String,
        /// The object sets found.
        choices: String,
    },
    /// Two files hold profiles of the same wells.
    #[error(
        "{first} and {other} hold profiles of the same {of}: import one of them",
        first = first.display(),
        other = other.display(),
        of = kind.word()
    )]
    SameProfiles {
        /// What the profiles are of.
        kind: RowKind,
        /// The first file.
        first: PathBuf,
        /// The other one.
        other: PathBuf,
    },
    /// The primary table has no rows left.
    #[error("{path} has no usable row, so there is nothing to import: {reason}", path = path.display())]
    NoRows {
        /// The table.
        path: PathBuf,
        /// What happened to its rows.
        reason: String,
    },
    /// A folder given with an option does not exist.
    #[error("{option} {path}: there is no such folder", path = path.display())]
    NoFolder {
        /// The option.
        option: &'static str,
        /// What was given.
        path: PathBuf,
    },
    /// A root given with an option cannot be searched.
    #[error("{option} {source}")]
    Root {
        /// The option.
        option: &'static str,
        /// Why.
        source: RootError,
    },
    /// A plan file that cannot be read or written.
    #[error("plan {path}: {source}", path = path.display())]
    PlanFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Cause,
    },
    /// A pixel size that is none.
    #[error("--pixel-size: the edge length of a pixel in micrometres is a number above 0")]
    PixelSize,
    /// Cancelled by the user.
    #[error("the import was cancelled; nothing was written")]
    Cancelled,
    /// Parts of a batch do not fit together.
    #[error("cannot assemble the rows of image {image_number}: {}", plain_words(&source.to_string()))]
    Batch {
        /// Image number of the field of view.
        image_number: i64,
        /// What arrow said.
        source: ArrowError,
    },
    /// Values of a column that do not fit its type.
    #[error("cannot read {path}: {column}: {}", plain_words(&source.to_string()), path = path.display())]
    Column {
        /// The export.
        path: PathBuf,
        /// The column in the source.
        column: String,
        /// What arrow said.
        source: ArrowError,
    },
}
