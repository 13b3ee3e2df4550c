//! Remarks on columns.

use std::fmt;
use std::path::PathBuf;

use cytolance_profile::counted;

/// Names that a remark lists.
const LISTED: usize = 20;

/// A remark on columns. It reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnRemark {
    /// Two tables say different things about the same images.
    Contradiction {
        /// The column.
        column: String,
        /// The two tables; the value of the first is kept.
        tables: [String; 2],
        /// What they say of one image.
        values: [String; 2],
        /// Images in which they differ.
        differing: usize,
        /// Images that both tell of.
        images: usize,
    },
    /// A column of a box that was cut out before.
    FormerBox {
        /// The column.
        column: String,
        /// The export.
        path: PathBuf,
    },
    /// Columns of numbers in one part and of text in another.
    MixedTypes {
        /// Each with both types.
        columns: Vec<String>,
    },
    /// Columns that some parts do not have.
    AbsentInParts {
        /// Each with the number of parts.
        columns: Vec<String>,
    },
    /// Columns that have other names in the dataset.
    Renamed {
        /// Each with its name.
        columns: Vec<String>,
    },
    /// Columns that have other names because others of the same import have theirs.
    Taken {
        /// Each with its name.
        columns: Vec<String>,
    },
    /// A column is added to one that has another name in its source.
    OtherColumn {
        /// The name in the source of the new rows.
        own: String,
        /// The name in the dataset.
        column: String,
        /// The name in the source of the rows before.
        theirs: String,
    },
}

impl fmt::Display for ColumnRemark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contradiction {
                column,
                tables: [first, other],
                values: [one, two],
                differing,
                images,
            } => write!(
                out,
                "{column} of {first} ({one}) and of {other} ({two}) contradict each other in {differing} of {}: are they of one run? The value of {first} is kept",
                counted(*images, "image")
            ),
            Self::FormerBox { column, path } => write!(
                out,
                "{column} of {} says what was cut out before; here it says what is cut out now",
                path.display()
            ),
            Self::MixedTypes { columns } => write!(
                out,
                "columns that are numbers in one part and text in another, kept as text: {}",
                listed(columns)
            ),
            Self::AbsentInParts { columns } => {
                write!(out, "columns that some parts have not: {}", listed(columns))
            }
            Self::Renamed { columns } => write!(
                out,
                "columns whose names a dataset cannot keep, because of a dot, a grave accent or a name that is taken, have others: {}",
                listed(columns)
            ),
            Self::Taken { columns } => write!(
                out,
                "columns whose names other columns of the import have: {}",
                listed(columns)
            ),
            Self::OtherColumn {
                own,
                column,
                theirs,
            } => write!(
                out,
                "{own} of the new rows goes into the column {column}, which holds {theirs} of the rows before: are they the same?"
            ),
        }
    }
}

/// The first of some names, and how many more there are.
fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(LISTED);
    let shown = names[..names.len().min(LISTED)].join(", ");
    if more > 0 {
        format!("{shown} and {more} more")
    } else {
        shown
    }
}
