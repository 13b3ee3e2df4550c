//! A table of an export in memory, typed.

use std::path::PathBuf;

use arrow::array::{Array, ArrayRef, Float64Array, Int64Array, StringArray};

/// One column: Int64, Float64 or Utf8, with real nulls.
#[derive(Debug, Clone)]
pub struct TableColumn {
    /// The name as written in the file.
    pub name: String,
    /// One value a row.
    pub values: ArrayRef,
}

/// A table of an export.
#[derive(Debug, Clone)]
pub struct Table {
    /// The file it was read from.
    pub path: PathBuf,
    /// The columns in file order.
    pub columns: Vec<TableColumn>,
    /// Number of rows.
    pub num_rows: usize,
    /// Line of the file each row starts on, 1 being the header.
    pub lines: Vec<u64>,
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .map(|column| &column.values)
    }

    /// Column names in file order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Whole numbers of a key column; `None` where a value is missing or not whole.
    ///
    /// CellProfiler often writes keys as `289.0`.
    pub fn integers(&self, name: &str) -> Option<Vec<Option<i64>>> {
        let values = self.column(name)?;
        if let Some(ints) = values.as_any().downcast_ref::<Int64Array>() {
            return Some(ints.iter().collect());
        }
        let floats = values.as_any().downcast_ref::<Float64Array>()?;
        Some(
            floats
                .iter()
                .map(|value| {
                    value
                        .filter(|number| number.fract() == 0.0)
                        .map(|number| number as i64)
                })
                .collect(),
        )
    }

    /// Numbers of a column, NaN where missing.
    pub fn floats(&self, name: &str) -> Option<Vec<f64>> {
        let values = self.column(name)?;
        if let Some(floats) = values.as_any().downcast_ref::<Float64Array>() {
            return Some(
                floats
                    .iter()
                    .map(|value| value.unwrap_or(f64::NAN))
                    .collect(),
            );
        }
        let ints = values.as_any().downcast_ref::<Int64Array>()?;
        Some(
            ints.iter()
                .map(|value| value.map_or(f64::NAN, |number| number as f64))
                .collect(),
        )
    }

    /// The value of a cell as text, numbers in their shortest form; `None` where missing.
    pub fn text(&self, name: &str, row: usize) -> Option<String> {
        let values = self.column(name)?;
        if row >= values.len() || values.is_null(row) {
            return None;
        }
        let any = values.as_any();
        if let Some(texts) = any.downcast_ref::<StringArray>() {
            return Some(texts.value(row).to_owned());
        }
        if let Some(ints) = any.downcast_ref::<Int64Array>() {
            return Some(ints.value(row).to_string());
        }
        any.downcast_ref::<Float64Array>()
            .map(|floats| floats.value(row).to_string())
    }
}
