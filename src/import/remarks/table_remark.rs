//! Remarks on exports and their tables.

use std::fmt;
use std::path::PathBuf;

use crate::PairReport;
use cytolance_profile::{RowKind, counted};
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
                "there is no Image table (Image.csv) of the objects in {}, so nothing says which pictures the cells are on: no crops, no image measurements",
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
