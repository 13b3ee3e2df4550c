//! A table of an export: typed columns, of which only the keys are held in memory.

use std::collections::HashMap;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray as _, UInt32Array, new_null_array};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};

use super::{ReadNotes, SourceError};

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// The name as features have it: without the object's name before it.
    pub name: String,
    /// `Int64`, `Float64` or `Utf8`; other types where the source is typed itself.
    pub data_type: DataType,
    /// The name that the dataset has to give it, where that is not made of object and feature.
    pub output: Option<String>,
    /// Some row has a value, as far as the source was looked through; otherwise the type says nothing.
    pub is_filled: bool,
    /// Place of the column in the store.
    pub(super) place: usize,
}

/// Where a table's values are read from.
pub trait TableStore: Debug + Send + Sync {
    /// Values of some columns for some rows of the store, in the order asked for.
    ///
    /// # Errors
    /// [`SourceError`] when the source cannot be read or is not what it was when it was opened.
    fn read(&self, columns: &[usize], rows: &[u32]) -> Result<Vec<ArrayRef>, SourceError>;

    /// How a person finds a row of the store: `line 12`.
    fn place(&self, row: u32) -> String;
}

/// A table of an export. Rows that the source has twice over or cut short are not in it.
#[derive(Debug, Clone)]
pub struct Table {
    /// The file it was read from.
    pub path: PathBuf,
    /// The name that the source gives it: a file name, or a table of a database.
    pub label: String,
    /// The columns in the source's order.
    pub columns: Vec<TableColumn>,
    /// Number of rows.
    pub num_rows: usize,
    /// What was noted while reading.
    pub notes: ReadNotes,
    held: HashMap<String, ArrayRef>,
    /// Rows of the store, where the table has not all of them.
    rows: Option<Arc<[u32]>>,
    store: Arc<dyn TableStore>,
}

impl Table {
    /// A table over a store. The columns that `hold` accepts are read at once.
    pub(super) fn new(
        path: PathBuf,
        label: String,
        columns: Vec<TableColumn>,
        rows: Result<usize, Arc<[u32]>>,
        notes: ReadNotes,
        store: Arc<dyn TableStore>,
        hold: impl Fn(&str) -> bool,
    ) -> Result<Self, SourceError> {
        let (num_rows, rows) = match rows {
            Ok(all) => (all, None),
            Err(some) => (some.len(), Some(some)),
        };
        let mut table = Self {
            path,
            label,
            columns,
            num_rows,
            notes,
            held: HashMap::new(),
            rows,
            store,
        };
        let wanted: Vec<usize> = (0..table.columns.len())
            .filter(|at| hold(&table.columns[*at].name))
            .collect();
        let values = table.read(&wanted, None)?;
        table.held = wanted
            .into_iter()
            .map(|at| table.columns[at].name.clone())
            .zip(values)
            .collect();
        Ok(table)
    }

    /// The same table with some of its rows; the columns that `hold` accepts are read at once.
    pub(super) fn subset(
        &self,
        rows: &[u32],
        hold: impl Fn(&str) -> bool,
    ) -> Result<Self, SourceError> {
        let stored: Vec<u32> = rows
            .iter()
            .map(|row| match &self.rows {
                Some(rows) => rows[*row as usize],
                None => *row,
            })
            .collect();
        Self::new(
            self.path.clone(),
            self.label.clone(),
            self.columns.clone(),
            Err(Arc::from(stored)),
            self.notes.clone(),
            Arc::clone(&self.store),
            hold,
        )
    }

    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    /// Column names in the source's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// How a person finds a row: `line 12`.
    pub fn place(&self, row: usize) -> String {
        let row = self.rows.as_ref().map_or(row as u32, |rows| rows[row]);
        self.store.place(row)
    }

    /// Values of the columns at these places of [`Table::columns`], for all rows or for these; a row
    /// that is `None` gives nulls.
    ///
    /// # Errors
    /// [`SourceError`] when the source cannot be read or has changed since it was opened.
    pub fn read(
        &self,
        columns: &[usize],
        rows: Option<&[Option<u32>]>,
    ) -> Result<Vec<ArrayRef>, SourceError> {
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        let stored = |row: u32| match &self.rows {
            Some(rows) => rows[row as usize],
            None => row,
        };
        let wanted: Vec<u32> = match rows {
            Some(rows) => rows.iter().flatten().map(|row| stored(*row)).collect(),
            None => (0..self.num_rows as u32).map(stored).collect(),
        };
        let nulls = rows.map_or(0, <[_]>::len) > wanted.len();
        if nulls && wanted.is_empty() {
            let len = rows.map_or(0, <[_]>::len);
            return Ok(columns
                .iter()
                .map(|at| new_null_array(&self.columns[*at].data_type, len))
                .collect());
        }
        let places: Vec<usize> = columns.iter().map(|at| self.columns[*at].place).collect();
        let values = self.store.read(&places, &wanted)?;
        let Some(rows) = rows.filter(|_| nulls) else {
            return Ok(values);
        };
        let mut next = 0..;
        let spread: UInt32Array = rows
            .iter()
            .map(|row| row.and_then(|_| next.next()))
            .collect();
        values
            .iter()
            .map(|values| arrow::compute::take(values, &spread, None))
            .collect::<Result<_, _>>()
            .map_err(|error| SourceError::unreadable(&self.path, error))
    }

    /// A held column: a key, or any of an Image table.
    pub fn held(&self, name: &str) -> Option<&ArrayRef> {
        self.held.get(name)
    }

    /// Puts other values in the place of a held column, one a row; what is stored stays.
    pub(super) fn hold(&mut self, name: &str, values: ArrayRef) {
        self.held.insert(name.to_owned(), values);
    }

    /// Whole numbers of a held column; `None` where a value is missing or not whole.
    ///
    /// CellProfiler often writes keys as `289.0`.
    pub fn integers(&self, name: &str) -> Option<Vec<Option<i64>>> {
        integers_of(self.held(name)?)
    }

    /// The value of a held cell as text, numbers in their shortest form; `None` where missing.
    pub fn text(&self, name: &str, row: usize) -> Option<String> {
        text_of(self.held(name)?, row)
    }
}

/// Whole numbers, also those that are written as text; `None` where a value is missing or not whole.
pub fn integers_of(values: &ArrayRef) -> Option<Vec<Option<i64>>> {
    if let Some(ints) = values.as_primitive_opt::<Int64Type>() {
        return Some(ints.iter().collect());
    }
    if let Some(floats) = values.as_primitive_opt::<Float64Type>() {
        return Some(floats.iter().map(|value| whole(value?)).collect());
    }
    if let Some(floats) = values.as_primitive_opt::<Float32Type>() {
        let exact = |value: &f32| value.abs() < EXACT_SINGLE;
        let values = floats.iter().map(|value| value.filter(exact));
        return Some(values.map(|value| whole(f64::from(value?))).collect());
    }
    let texts = values.as_string_opt::<i32>()?;
    Some(texts.iter().map(|text| whole_text(text?)).collect())
}

/// Below 2^53 every whole number is exact; there and above, another one may have become this one.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// The same for single precision: 2^24.
const EXACT_SINGLE: f32 = 16_777_216.0;

fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

/// `12`, `12.0` and ` 12 ` are whole numbers; `A12` and `1e3` are names.
fn whole_text(text: &str) -> Option<i64> {
    let text = text.trim();
    let (digits, fraction) = text.split_once('.').unwrap_or((text, ""));
    fraction
        .bytes()
        .all(|byte| byte == b'0')
        .then(|| digits.parse().ok())
        .flatten()
}

/// Numbers, NaN where missing.
pub fn floats_of(values: &ArrayRef) -> Option<Vec<f64>> {
    if let Some(floats) = values.as_primitive_opt::<Float64Type>() {
        return Some(
            floats
                .iter()
                .map(|value| value.unwrap_or(f64::NAN))
                .collect(),
        );
    }
    if let Some(floats) = values.as_primitive_opt::<Float32Type>() {
        return Some(
            floats
                .iter()
                .map(|value| value.map_or(f64::NAN, f64::from))
                .collect(),
        );
    }
    Some(
        values
            .as_primitive_opt::<Int64Type>()?
            .iter()
            .map(|value| value.map_or(f64::NAN, |number| number as f64))
            .collect(),
    )
}

/// One value as text, numbers in their shortest form; `None` where missing.
pub fn text_of(values: &ArrayRef, row: usize) -> Option<String> {
    if row >= values.len() || values.is_null(row) {
        return None;
    }
    if let Some(texts) = values.as_string_opt::<i32>() {
        return Some(texts.value(row).to_owned());
    }
    if let Some(ints) = values.as_primitive_opt::<Int64Type>() {
        return Some(ints.value(row).to_string());
    }
    values
        .as_primitive_opt::<Float64Type>()
        .map(|floats| floats.value(row).to_string())
}

/// Columns that are in memory anyway.
#[derive(Debug)]
pub(super) struct MemoryStore {
    /// All of one length.
    pub columns: Vec<ArrayRef>,
    /// The file they came from.
    pub path: PathBuf,
}

impl TableStore for MemoryStore {
    fn read(&self, columns: &[usize], rows: &[u32]) -> Result<Vec<ArrayRef>, SourceError> {
        let places = UInt32Array::from(rows.to_vec());
        columns
            .iter()
            .map(|at| arrow::compute::take(&self.columns[*at], &places, None))
            .collect::<Result<_, _>>()
            .map_err(|error| SourceError::unreadable(&self.path, error))
    }

    fn place(&self, row: u32) -> String {
        format!("row {}", row + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Float32Array, Float64Array, StringArray};

    #[test]
    fn keys_are_whole_numbers_that_are_certain() {
        let large = 9_007_199_254_740_992.0;
        let cases: [(ArrayRef, &[Option<i64>]); 3] = [
            (
                Arc::new(Float64Array::from(vec![1.0, -2.0, 1.5, large, large - 1.0])),
                &[Some(1), Some(-2), None, None, Some(9_007_199_254_740_991)],
            ),
            (
                Arc::new(Float32Array::from(vec![3.0, 16_777_216.0])),
                &[Some(3), None],
            ),
            (
                Arc::new(StringArray::from(vec![
                    Some("1"),
                    Some(" 2.0 "),
                    Some("-3"),
                    Some("9007199254740993"),
                    Some("A1"),
                    Some("1e3"),
                    Some("1.5"),
                    None,
                ])),
                &[
                    Some(1),
                    Some(2),
                    Some(-3),
                    Some(9_007_199_254_740_993),
                    None,
                    None,
                    None,
                    None,
                ],
            ),
        ];
        for (values, expected) in cases {
            assert_eq!(
                integers_of(&values).as_deref(),
                Some(expected),
                "{values:?}"
            );
        }
    }
}
