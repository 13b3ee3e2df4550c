//! CSV files of pycytominer and `CytoTable`: one row a cell or a well, all objects side by side.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Schema};

use super::csv_header::CsvHeader;
use super::csv_table::open_csv;
use crate::features::object_names;
use crate::joined_rows::JoinedRows;
use crate::table::TableStore;
use crate::{Export, SourceError, Table};

/// Whether the columns are named after objects and measurements, beside metadata, and not after images of an export.
pub(super) fn is_joined(header: &CsvHeader) -> bool {
    let names = || header.names.iter().map(String::as_str);
    let is_metadata = |name: &str| name.starts_with("Metadata_") || name.starts_with("Image_");
    !names().any(|name| name == "ImageNumber")
        && names().any(is_metadata)
        && !object_names(names()).is_empty()
}

/// Opens such a file as an Image table and one table an object, all with the same rows.
///
/// # Errors
/// [`SourceError`] when it cannot be read.
pub(super) fn open_joined(path: &Path, name: String) -> Result<Export, SourceError> {
    let header = CsvHeader::read(path)?;
    let Some((_, table)) = open_csv(path, &header, |_| false)?.pop() else {
        return Err(SourceError::Empty {
            path: path.to_path_buf(),
        });
    };
    let fields: Vec<Field> = table
        .columns
        .iter()
        .map(|column| Field::new(&column.name, column.data_type.clone(), true))
        .collect();
    let notes = table.notes.clone();
    let rows = JoinedRows {
        schema: Arc::new(Schema::new_with_metadata(fields, HashMap::new())),
        num_rows: table.num_rows,
        store: Arc::new(CsvRows(table)),
    };
    rows.open_noted(path, name, &notes)
}

/// The rows of a file whose columns are told apart by name alone.
#[derive(Debug)]
struct CsvRows(Table);

impl TableStore for CsvRows {
    fn read(&self, columns: &[usize], rows: &[u32]) -> Result<Vec<ArrayRef>, SourceError> {
        let rows: Vec<Option<u32>> = rows.iter().copied().map(Some).collect();
        self.0.read(columns, Some(&rows))
    }

    fn place(&self, row: u32) -> String {
        self.0.place(row as usize)
    }
}
