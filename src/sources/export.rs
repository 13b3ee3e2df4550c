//! One export, opened: its tables and how they belong together.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array as _, Int64Array};
use arrow::datatypes::{DataType, Field};
use serde::{Deserialize, Serialize};

use super::{SourceRemark, Table, text_of};
use cytolance_profile::RowKind;

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
    /// Row by row, too, and each row is no object but the profile of many.
    Profiles(RowKind),
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
    /// The Image table, if there is one; with joined rows one row a cell.
    pub image: Option<Table>,
    /// The object tables, by name.
    pub objects: Vec<(String, Table)>,
    /// How they belong together.
    pub relations: Relations,
    /// Columns that are neither numbers nor text, with joined rows: perhaps pictures.
    pub stored: Option<StoredColumns>,
    /// Metadata of the schema of joined rows.
    pub metadata: HashMap<String, String>,
    /// The Experiment table: pipeline, version of CellProfiler, time of the run.
    pub experiment: BTreeMap<String, String>,
    /// Files and tables that are none of these.
    pub ignored: Vec<IgnoredFile>,
    /// Remarks that belong to no table.
    pub remarks: Vec<SourceRemark>,
}

/// The column that tells tables with the same image numbers apart.
const TABLE: &str = "TableNumber";

impl Export {
    /// Numbers its tables in the order in which they first appear, where they are named by texts, as some databases name
    /// them by digests. The texts themselves stay what is imported.
    pub(super) fn number_tables(&mut self) {
        let tables: Vec<&mut Table> = self
            .image
            .iter_mut()
            .chain(self.objects.iter_mut().map(|(_, table)| table))
            .collect();
        let is_text = |table: &Table| {
            let held = table.held(TABLE);
            held.is_some_and(|values| *values.data_type() == DataType::Utf8)
        };
        if !tables.iter().any(|table| is_text(table)) {
            return;
        }
        let mut numbers: HashMap<String, i64> = HashMap::new();
        for table in tables {
            let Some(values) = table.held(TABLE) else {
                continue;
            };
            let numbered: Int64Array = (0..values.len())
                .map(|row| {
                    let next = numbers.len() as i64 + 1;
                    Some(*numbers.entry(text_of(values, row)?).or_insert(next))
                })
                .collect();
            table.hold(TABLE, Arc::new(numbered));
        }
    }
}

/// Whether a column counts the children of each object: `Children_Nuclei_Count`.
fn is_child_count(name: &str) -> bool {
    name.starts_with("Children_") && name.ends_with("_Count")
}

/// Columns of an object table that stay in memory: what joins are made of, and what they are held against.
pub(super) fn is_join_key(name: &str) -> bool {
    matches!(
        name,
        "ImageNumber" | "TableNumber" | "ObjectNumber" | "Number_Object_Number"
    ) || name.starts_with("Parent_")
        || is_child_count(name)
}

#[cfg(test)]
mod tests {
    use super::super::{image_keys, tables_of_csv};
    use super::*;

    #[test]
    fn tables_named_by_digests_are_numbered_alike_everywhere() {
        let table = |content: &str| {
            let dir = tempfile::tempdir().expect("a temporary folder");
            let path = dir.path().join("x.csv");
            std::fs::write(&path, content).expect("a file");
            tables_of_csv(&path).expect("readable").remove(0).1
        };
        let mut export = Export {
            path: PathBuf::new(),
            name: String::new(),
            image: Some(table("TableNumber,ImageNumber\n9e12,1\n77,1\n,1\n9e13,1\n")),
            // All of its digests look like numbers.
            objects: vec![(
                "Cells".to_owned(),
                table("TableNumber,ImageNumber\n77,1\n77,2\n"),
            )],
            relations: Relations::Parents,
            stored: None,
            metadata: HashMap::new(),
            experiment: BTreeMap::new(),
            ignored: Vec::new(),
            remarks: Vec::new(),
        };
        export.number_tables();
        let image = export.image.as_ref().and_then(image_keys).expect("keys");
        assert_eq!(image, [Some((1, 1)), Some((2, 1)), None, Some((3, 1))]);
        let cells = image_keys(&export.objects[0].1).expect("keys");
        assert_eq!(cells, [Some((2, 1)), Some((2, 2))]);
        export.number_tables();
        let again = export.image.as_ref().and_then(image_keys).expect("keys");
        assert_eq!(image, again);
    }
}
