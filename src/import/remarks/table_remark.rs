//! Remarks on exports and their tables.

use std::fmt;
use std::path::PathBuf;

use cytolance_profile::counted;
use cytolance_sources::NameConflict;
/// A remark on an export and its tables. It reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableRemark {
    /// An export has no Image table.
    NoImageTable {
        /// The export.
        path: PathBuf,
    },
    /// Pictures are named by tables of objects, not by the Image table.
    PicturesNamedBy {
        /// The tables.
        tables: Vec<String>,
    },
    /// Rows of one image name different pictures.
    NamesDiffer(NameConflict),
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
    /// The files of an export are those of another one.
    Copy {
        /// The export that is left out.
        export: String,
        /// The one that is imported.
        of: String,
        /// Rows that are left out.
        rows: usize,
    },
    /// An export has the objects and values of another one, in other files.
    SameValues {
        /// The later one.
        export: String,
        /// The earlier one.
        of: String,
        /// Its rows.
        rows: usize,
    },
}

impl fmt::Display for TableRemark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoImageTable { path } => write!(
                out,
                "there is no Image table (Image.csv) in {}, so nothing says which pictures the cells are on: no crops, no image measurements",
                path.display()
            ),
            Self::PicturesNamedBy { tables } => write!(
                out,
                "{} names the pictures, not the Image table: channels come from there",
                tables.join(" and ")
            ),
            Self::NamesDiffer(NameConflict {
                column,
                table,
                image,
                values: [first, second],
                images,
            }) => write!(
                out,
                "{table} says {second} in {column} for an object of image {image}, {first} for another: no picture is shown for {images} such images"
            ),
            Self::NoImageNumber { path } => write!(
                out,
                "{} has no usable ImageNumber, so its values are not joined",
                path.display()
            ),
            Self::ExportLeftOut { path, reason } => {
                write!(out, "{} was left out: {reason}", path.display())
            }
            Self::Copy { export, of, rows } => write!(
                out,
                "{export} is byte for byte the same as {of}: left out, {}",
                counted(*rows, "row")
            ),
            Self::SameValues { export, of, rows } => write!(
                out,
                "{export} has the same objects with the same values as {of}: {} counted twice; import one of them alone",
                match rows {
                    1 => "1 row is".to_owned(),
                    rows => format!("{} are", counted(*rows, "row")),
                }
            ),
        }
    }
}
