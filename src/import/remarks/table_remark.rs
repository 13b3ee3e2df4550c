//! Remarks on exports and their tables.

use std::fmt;
use std::path::PathBuf;

/// A remark on an export and its tables. It reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableRemark {
    /// An export has no Image table.
    NoImageTable {
        /// The export.
        path: PathBuf,
    },
    /// The Image table does not say which image its rows are.
    NoImageNumber {
        /// The export.
        path: PathBuf,
    },
}

impl fmt::Display for TableRemark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoImageTable { path } => write!(
                out,
                "there is no Image table (Image.csv) of the objects in {}, so nothing says which pictures the cells are on: no crops, no image measurements",
                path.display()
            ),
            Self::NoImageNumber { path } => write!(
                out,
                "{} has no usable ImageNumber, so its values are not joined",
                path.display()
            ),
        }
    }
}
