//! Which row of another version is the same cell.

use std::collections::{HashMap, HashSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use serde::{Deserialize, Serialize};

use crate::{CellDataset, DatasetError};

const SOURCE: &str = "Metadata_Source";
const IMAGE: &str = "Metadata_ImageNumber";
const OBJECT: &str = "Metadata_ObjectNumber";

/// What names a cell whatever its row: the import it came from, the image and the object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellKey {
    /// `Metadata_Source`, empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// `Metadata_ImageNumber`.
    pub image: i64,
    /// `Metadata_ObjectNumber`.
    pub object: i64,
}

/// Where the rows of one version are in another.
pub(super) enum RowMap {
    /// Where they were.
    Same,
    /// Elsewhere; a row that is not in it is gone.
    Moved(HashMap<u32, u32>),
}

impl RowMap {
    /// The row's place in the other version.
    pub fn get(&self, row: u32) -> Option<u32> {
        match self {
            Self::Same => Some(row),
            Self::Moved(places) => places.get(&row).copied(),
        }
    }
}

/// Whether every row of `old` is where it was: nothing deleted, moved or replaced, at most something appended.
pub(super) fn offsets_hold(old: &CellDataset, new: &CellDataset) -> bool {
    if new.version() < old.version() {
        // Another dataset at the same place.
        return false;
    }
    let (old, new) = (old.inner().fragments(), new.inner().fragments());
    // Numbers of fragments are never used again, so the same number means the same rows.
    old.len() <= new.len()
        && old.iter().zip(new.iter()).all(|(old, new)| {
            old.id == new.id
                && old.physical_rows == new.physical_rows
                && old.deletion_file == new.deletion_file
        })
}

/// Finds rows of `old` in `new`, by their offsets where these hold and by the keys of the cells otherwise.
///
/// # Errors
/// [`DatasetError::Write`] that says what is missing where neither works.
pub(super) async fn map_rows(
    old: &CellDataset,
    new: &CellDataset,
    rows: &[u32],
) -> Result<RowMap, DatasetError> {
    if offsets_hold(old, new) {
        return Ok(RowMap::Same);
    }
    let failed = |reason: &str| DatasetError::Write {
        uri: new.uri().to_owned(),
        reason: format!(
            "somebody has deleted or reordered rows since version {}, and {reason}; reopen it and mark the cells again",
            old.version()
        ),
    };
    let (Some(keys), true) = (keys_of(old, rows).await?, has_keys(new)) else {
        return Err(failed(&format!(
            "without the columns {IMAGE} and {OBJECT} the cells cannot be found again"
        )));
    };
    let wanted: HashSet<CellKey> = keys.iter().flatten().cloned().collect();
    let found = rows_of(new, &wanted).await?;
    let mut places = HashMap::with_capacity(rows.len());
    for (row, key) in rows.iter().zip(&keys) {
        let Some(key) = key else {
            return Err(failed(&format!(
                "row {row} has no image or object number by which to find it"
            )));
        };
        match found.get(key) {
            Some(Found::Once(place)) => {
                places.insert(*row, *place);
            }
            Some(Found::Often) => {
                return Err(failed(&format!(
                    "there are several cells of image {} and object {}",
                    key.image, key.object
                )));
            }
            None => {}
        }
    }
    Ok(RowMap::Moved(places))
}

/// Whether cells have names.
pub(super) fn has_keys(dataset: &CellDataset) -> bool {
    dataset.column(IMAGE).is_some() && dataset.column(OBJECT).is_some()
}

fn key_columns(dataset: &CellDataset) -> Vec<String> {
    [SOURCE, IMAGE, OBJECT]
        .into_iter()
        .filter(|name| dataset.column(name).is_some())
        .map(str::to_owned)
        .collect()
}

/// The keys of some rows, in their order; none where the dataset has no such columns.
pub(super) async fn keys_of(
    dataset: &CellDataset,
    rows: &[u32],
) -> Result<Option<Vec<Option<CellKey>>>, DatasetError> {
    if !has_keys(dataset) || rows.is_empty() {
        return Ok(has_keys(dataset).then(Vec::new));
    }
    let batch = dataset.take(rows, &key_columns(dataset)).await?;
    keys_in(&batch)
        .map(Some)
        .map_err(|error| dataset.read_error("the cells' numbers", error.to_string()))
}

/// How often a key was met.
pub(super) enum Found {
    /// In this row.
    Once(u32),
    /// So that it names no cell.
    Often,
}

/// The rows of these keys. Reads the key columns once.
pub(super) async fn rows_of(
    dataset: &CellDataset,
    wanted: &HashSet<CellKey>,
) -> Result<HashMap<CellKey, Found>, DatasetError> {
    let mut found: HashMap<CellKey, Found> = HashMap::with_capacity(wanted.len());
    if wanted.is_empty() {
        return Ok(found);
    }
    let mut first_row = 0_u32;
    let mut failure = None;
    dataset
        .scan_columns(&key_columns(dataset), &mut |batch| {
            let keys = match keys_in(batch) {
                Ok(keys) => keys,
                Err(error) => {
                    failure = Some(error.to_string());
                    return false;
                }
            };
            for (at, key) in keys.into_iter().enumerate() {
                let Some(key) = key.filter(|key| wanted.contains(key)) else {
                    continue;
                };
                found
                    .entry(key)
                    .and_modify(|found| *found = Found::Often)
                    .or_insert(Found::Once(first_row + at as u32));
            }
            first_row += batch.num_rows() as u32;
            true
        })
        .await?;
    match failure {
        Some(reason) => Err(dataset.read_error("the cells' numbers", reason)),
        None => Ok(found),
    }
}

fn keys_in(batch: &RecordBatch) -> Result<Vec<Option<CellKey>>, arrow::error::ArrowError> {
    let column = |name: &str, to: &DataType| {
        batch
            .column_by_name(name)
            .map(|column| cast(column, to))
            .transpose()
    };
    let sources = column(SOURCE, &DataType::Utf8)?;
    let images = column(IMAGE, &DataType::Int64)?;
    let objects = column(OBJECT, &DataType::Int64)?;
    let (Some(images), Some(objects)) = (images, objects) else {
        return Ok(vec![None; batch.num_rows()]);
    };
    let sources = sources.as_ref().and_then(|s| s.as_string_opt::<i32>());
    let (Some(images), Some(objects)) = (
        images.as_primitive_opt::<Int64Type>(),
        objects.as_primitive_opt::<Int64Type>(),
    ) else {
        return Ok(vec![None; batch.num_rows()]);
    };
    Ok((0..batch.num_rows())
        .map(|row| {
            let known = !images.is_null(row) && !objects.is_null(row);
            known.then(|| CellKey {
                source: sources
                    .filter(|sources| !sources.is_null(row))
                    .map(|sources| sources.value(row).to_owned())
                    .unwrap_or_default(),
                image: images.value(row),
                object: objects.value(row),
            })
        })
        .collect())
}
