//! One export, opened: its tables and how they belong together.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use arrow::datatypes::Field;
use serde::{Deserialize, Serialize};

use super::Table;

/// A file or table that is not read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoredFile {
    /// The file.
    pub path: PathBuf,
    /// Why it is left alone.
    pub reason: String,
}

/// How the rows of an export's tables belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relations {
    /// Through `Parent_*` columns within an image.
    Parents,
    /// Row by row: every table has the same rows, because they were joined before.
    SameRow,
}

/// Columns of joined rows that are neither numbers nor text.
#[derive(Debug)]
pub struct StoredColumns {
    /// These columns alone; it has the rows of the other tables.
    pub table: Table,
    /// Their fields in the same order: a column's type alone does not say what it means.
    pub fields: Vec<Field>,
}

/// The tables of one export.
#[derive(Debug)]
pub struct Export {
    /// Its folder or file.
    pub path: PathBuf,
    /// What tells it from the others that are imported with it; empty when it is the only one.
    pub name: String,
    /// The Image table, if there is one; with [`Relations::SameRow`] one row a cell.
    pub image: Option<Table>,
    /// The object tables, by name.
    pub objects: Vec<(String, Table)>,
    /// How they belong together.
    pub relations: Relations,
    /// Columns that are neither numbers nor text, with [`Relations::SameRow`]: perhaps pictures.
    pub stored: Option<StoredColumns>,
    /// Metadata of the schema of joined rows.
    pub metadata: HashMap<String, String>,
    /// The Experiment table: pipeline, version of CellProfiler, time of the run.
    pub experiment: BTreeMap<String, String>,
    /// Files and tables that are none of these.
    pub ignored: Vec<IgnoredFile>,
    /// Remarks that belong to no table.
    pub remarks: Vec<String>,
}

/// Columns of an object table that stay in memory: what joins are made of.
pub(super) fn is_join_key(name: &str) -> bool {
    matches!(
        name,
        "ImageNumber" | "TableNumber" | "ObjectNumber" | "Number_Object_Number"
    ) || name.starts_with("Parent_")
}
