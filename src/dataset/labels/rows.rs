//! Rows of one version in another: the same places, or found again by their keys.

use std::collections::HashMap;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::UInt64Type;
use arrow::util::display::array_value_to_string;
use lance::Dataset;
use lance::dataset::ProjectionRequest;

use super::super::{CellDataset, DatasetError};

/// Columns that name a cell wherever it lies; together they are unique.
const KEYS: [&str; 3] = [
    "Metadata_Source",
    "Metadata_ImageNumber",
    "Metadata_ObjectNumber",
];

/// Where rows are: Lance's address of each.
pub(super) async fn addresses(dataset: &Dataset, rows: &[u64]) -> lance::Result<Vec<u64>> {
    let batch = dataset
        .take(
            rows,
            ProjectionRequest::from_columns(["_rowaddr"], dataset.schema()),
        )
        .await?;
    let addresses = batch
        .column_by_name("_rowaddr")
        .and_then(|column| column.as_primitive_opt::<UInt64Type>())
        .ok_or_else(|| lance::Error::invalid_input("the rows have no addresses"))?;
    Ok(addresses.values().to_vec())
}

/// Whether the rows of the older version are still the first ones of the newer: others may have appended.
fn same_places(old: &Dataset, new: &Dataset) -> bool {
    old.fragments().len() <= new.fragments().len()
        && old
            .fragments()
            .iter()
            .zip(new.fragments().iter())
            .all(|(a, b)| {
                a.id == b.id
                    && a.physical_rows == b.physical_rows
                    && a.deletion_file
                        .as_ref()
                        .and_then(|file| file.num_deleted_rows)
                        == b.deletion_file
                            .as_ref()
                            .and_then(|file| file.num_deleted_rows)
            })
}

impl CellDataset {
    /// Places in a newer version of rows of this one, in the order asked for; `None` for a row that is not there any
    /// more.
    ///
    /// # Errors
    /// [`DatasetError::Write`] where rows were moved and there are no keys to find them by.
    pub(super) async fn places_in(
        &self,
        newer: &Self,
        rows: &[u32],
    ) -> Result<Vec<Option<u32>>, DatasetError> {
        if same_places(self.inner(), newer.inner()) {
            return Ok(rows.iter().copied().map(Some).collect());
        }
        let names: Vec<String> = KEYS
            .iter()
            .filter(|name| self.column(name).is_some() && newer.column(name).is_some())
            .map(|name| (*name).to_owned())
            .collect();
        if !names.iter().any(|name| name == KEYS[2]) {
            return Err(DatasetError::Write {
                uri: self.uri().to_owned(),
                reason: "its rows were moved by another program, and without Metadata_ObjectNumber they cannot be told apart: open it again and mark again".to_owned(),
            });
        }
        let own = self.take(rows, &names).await?;
        let mut wanted: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
        for at in 0..own.num_rows() {
            wanted.entry(key(&own, &names, at)).or_default().push(at);
        }
        let mut places = vec![None; rows.len()];
        let mut first = 0;
        newer
            .scan_columns(&names, &mut |batch| {
                for at in 0..batch.num_rows() {
                    if let Some(asked) = wanted.get(&key(batch, &names, at)) {
                        for place in asked {
                            places[*place] = Some((first + at) as u32);
                        }
                    }
                }
                first += batch.num_rows();
                true
            })
            .await?;
        Ok(places)
    }
}

fn key(batch: &RecordBatch, names: &[String], row: usize) -> Vec<String> {
    names
        .iter()
        .map(|name| {
            batch
                .column_by_name(name)
                .filter(|column| !column.is_null(row))
                .and_then(|column| array_value_to_string(column, row).ok())
                .unwrap_or_default()
        })
        .collect()
}
