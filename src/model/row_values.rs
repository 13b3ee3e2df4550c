//! Values of the rows in view, where a whole column would be too much.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use tokio::runtime::Handle;

use crate::model::table::Table;
use cytolance_dataset::{CellDataset, shown_text};
use cytolance_profile::ColumnKind;

/// Rows of a first page.
const FIRST_PAGE: usize = 24;
/// Values kept: a few thousand rows of a wide table.
const KEPT_VALUES: usize = 200_000;

/// A value of a cell as the table shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// It is missing.
    Null,
    /// A number.
    Number(f64),
    /// A text, or a whole number to the last digit.
    Text(Arc<str>),
}

/// Rows and columns whose values are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellsRequest {
    /// Dataset rows.
    pub rows: Vec<u32>,
    /// Column names.
    pub columns: Vec<String>,
    /// The last change of their values.
    pub stamp: u64,
}

/// Values by column and row. When there are too many, those go that were not asked for since the last time.
#[derive(Debug, Default)]
pub struct RowValues {
    recent: HashMap<String, HashMap<u32, CellValue>>,
    older: HashMap<String, HashMap<u32, CellValue>>,
    recent_count: usize,
}

impl RowValues {
    /// A value that is here.
    pub fn get(&self, column: &str, row: u32) -> Option<&CellValue> {
        [&self.recent, &self.older]
            .into_iter()
            .find_map(|values| values.get(column)?.get(&row))
    }

    /// Of these rows and columns, what has to be read: the rows that lack a value, and the columns they lack.
    pub fn missing(&self, rows: &[u32], columns: &[&str]) -> Option<CellsRequest> {
        let columns: Vec<&str> = columns
            .iter()
            .copied()
            .filter(|column| rows.iter().any(|row| self.get(column, *row).is_none()))
            .collect();
        let rows: Vec<u32> = rows
            .iter()
            .copied()
            .filter(|row| {
                columns
                    .iter()
                    .any(|column| self.get(column, *row).is_none())
            })
            .collect();
        (!rows.is_empty()).then(|| CellsRequest {
            rows,
            columns: columns.into_iter().map(str::to_owned).collect(),
            stamp: 0,
        })
    }

    /// Forgets the values of a column: they are others now.
    pub fn forget(&mut self, column: &str) {
        if let Some(values) = self.recent.remove(column) {
            self.recent_count -= values.len();
        }
        self.older.remove(column);
    }

    /// Keeps what was read; `values` by column as in the request.
    pub fn store(&mut self, request: &CellsRequest, values: Vec<Vec<CellValue>>) {
        for (column, values) in request.columns.iter().zip(values) {
            let kept = self.recent.entry(column.clone()).or_default();
            let before = kept.len();
            kept.extend(request.rows.iter().copied().zip(values));
            self.recent_count += kept.len() - before;
        }
        if self.recent_count > KEPT_VALUES {
            self.older = std::mem::take(&mut self.recent);
            self.recent_count = 0;
        }
    }
}

/// Reads the first page of a dataset that is about to be shown, so that Lance knows its files by then.
pub fn read_ahead(dataset: &CellDataset, runtime: &Handle) {
    let rows: Vec<u32> = (0..dataset.num_rows().min(FIRST_PAGE) as u32).collect();
    let columns = Table::first(dataset).columns;
    let request = CellsRequest {
        columns: columns.into_iter().map(|column| column.name).collect(),
        rows,
        stamp: 0,
    };
    let dataset = dataset.clone();
    runtime.spawn(async move {
        let (cells, pictures) = futures::join!(
            read_cells(&dataset, &request),
            dataset.pictures(&request.rows)
        );
        // Whoever shows the rows says so.
        if let Err(error) = cells.and(pictures.map_err(|error| error.to_string())) {
            tracing::debug!("reading ahead: {error}");
        }
    });
}

/// Reads the values of a request, column by column.
pub(crate) async fn read_cells(
    dataset: &CellDataset,
    request: &CellsRequest,
) -> Result<Vec<Vec<CellValue>>, String> {
    let batch = dataset
        .take(&request.rows, &request.columns)
        .await
        .map_err(|error| error.to_string())?;
    request
        .columns
        .iter()
        .map(|name| {
            let kind = dataset.column(name).map(|column| column.kind);
            batch
                .column_by_name(name)
                .zip(kind)
                .and_then(|(array, kind)| values_of(array, kind))
                .ok_or_else(|| format!("{name} holds nothing that a table could show"))
        })
        .collect()
}

fn values_of(array: &ArrayRef, kind: ColumnKind) -> Option<Vec<CellValue>> {
    let text =
        |text: Option<String>| text.map_or(CellValue::Null, |text| CellValue::Text(text.into()));
    Some(match kind {
        // Decimals are shown to the last digit.
        ColumnKind::Float if array.data_type().is_floating() => {
            let array = cast(array, &DataType::Float64).ok()?;
            let number = |value: Option<f64>| {
                value
                    .filter(|value| !value.is_nan())
                    .map_or(CellValue::Null, CellValue::Number)
            };
            array
                .as_primitive_opt::<Float64Type>()?
                .iter()
                .map(number)
                .collect()
        }
        kind if kind.is_shown() => (0..array.len())
            .map(|row| text(shown_text(array, row)))
            .collect(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(rows: std::ops::Range<u32>, columns: &[&str]) -> CellsRequest {
        CellsRequest {
            rows: rows.collect(),
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            stamp: 0,
        }
    }

    #[test]
    fn only_what_is_missing_is_asked_for() {
        let mut values = RowValues::default();
        let first = request(0..3, &["a", "b"]);
        assert_eq!(values.missing(&[0, 1, 2], &["a", "b"]), Some(first.clone()));
        values.store(&first, vec![vec![CellValue::Null; 3]; 2]);
        assert_eq!(values.missing(&[2, 0], &["b", "a"]), None);
        assert_eq!(
            values.missing(&[2, 3], &["a", "c"]),
            Some(request(2..4, &["a", "c"]))
        );
        assert_eq!(values.missing(&[1, 3], &["a"]), Some(request(3..4, &["a"])));
        values.forget("a");
        assert_eq!(
            values.missing(&[0, 1], &["a", "b"]),
            Some(request(0..2, &["a"]))
        );
    }

    #[test]
    fn old_values_make_room() {
        let mut values = RowValues::default();
        let rows = KEPT_VALUES as u32 / 2 + 1;
        for round in 0..4 {
            let request = request(round * rows..(round + 1) * rows, &["a"]);
            let read = vec![vec![CellValue::Number(1.0); request.rows.len()]];
            values.store(&request, read);
        }
        assert_eq!(values.get("a", 0), None);
        assert_eq!(values.get("a", 3 * rows), Some(&CellValue::Number(1.0)));
    }
}
