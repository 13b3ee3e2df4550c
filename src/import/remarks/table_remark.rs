//! Remarks on exports and their tables.

use std::fmt;
use std::path::PathBuf;

use crate::PairReport;
use cytolance_profile::RowKind;

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
    /// One of several exports cannot be joined.
    ExportLeftOut {
        /// The export.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// An object set comes twice, and the tables differ.
    SetTwice {
        /// The object set.
        object: String,
        /// The table that is used.
        used: String,
        /// The other one.
        other: String,
        /// What differs.
        difference: String,
    },
    /// Object sets of which no table has a row.
    EmptySets {
        /// Their names.
        objects: Vec<String>,
    },
    /// One of several exports has none of the objects that rows stand for.
    NoPrimary {
        /// The export.
        path: PathBuf,
        /// The primary object.
        primary: String,
        /// What it has, with rows.
        others: Vec<(String, usize)>,
    },
    /// Rows of images that the Image table does not have.
    RowsWithoutImage {
        /// How many.
        rows: usize,
        /// Of how many images.
        images: usize,
        /// The Image table.
        path: PathBuf,
    },
    /// One of several exports has rows of another kind.
    OtherRows {
        /// The export.
        path: PathBuf,
        /// What its rows are.
        rows: RowKind,
        /// What the rows are that are imported.
        kept: RowKind,
    },
    /// An object set that only numbers and places relate to the primary one.
    Pairs(PairReport),
}

impl fmt::Display for TableRemark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoImageTable { path } => write!(
                out,
                "there is no Image table (Image.csv) in {}, so nothing says which pictures the cells are on: no crops, no image measurements",
                path.display()
            ),
            Self::NoImageNumber { path } => write!(
                out,
                "{} has no usable ImageNumber, so its values are not joined",
                path.display()
            ),
            Self::ExportLeftOut { path, reason } => {
                write!(out, "{} was left out: {reason}", path.display())
            }
            Self::SetTwice {
                object,
                used,
                other,
                difference,
            } => write!(
                out,
                "{object} comes twice, as {used} and as {other}, and {other} differs: {difference}; {used} is used"
            ),
            Self::EmptySets { objects } => {
                let objects = objects.join(" and ");
                write!(
                    out,
                    "no table of the {objects} has a row, so no row stands for one of the {objects}"
                )
            }
            Self::NoPrimary {
                path,
                primary,
                others,
            } => {
                write!(out, "{} was left out: it has no {primary}", path.display())?;
                let sets: Vec<String> = others
                    .iter()
                    .map(|(name, rows)| format!("{rows} {name}"))
                    .collect();
                if sets.is_empty() {
                    return Ok(());
                }
                write!(out, ", so its {} are not imported", sets.join(" and "))
            }
            Self::RowsWithoutImage { rows, images, path } => write!(
                out,
                "{rows} {} of {images} {} have no row in {}: no pictures and no image measurements there",
                if *rows == 1 { "row" } else { "rows" },
                if *images == 1 { "image" } else { "images" },
                path.display()
            ),
            Self::OtherRows { path, rows, kept } => write!(
                out,
                "{} was left out: it holds {}, the others {}; import it by itself",
                path.display(),
                rows.rows(),
                kept.rows()
            ),
            Self::Pairs(pairs) if pairs.joined => {
                write!(out, "{pairs}: these are joined (--pair {})", pairs.object)
            }
            Self::Pairs(pairs) if pairs.wanted => {
                write!(out, "{pairs}, so --pair {} joins none", pairs.object)
            }
            Self::Pairs(pairs) => {
                write!(out, "{pairs}: --pair {} joins them", pairs.object)
            }
        }
    }
}
