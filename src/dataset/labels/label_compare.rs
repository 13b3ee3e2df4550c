//! The labels of two versions, or of two reviewers, side by side.

use std::collections::HashSet;

use futures::future::BoxFuture;

use super::row_match::{CellKey, Found, has_keys, keys_of, offsets_hold, rows_of};
use crate::{CellDataset, DatasetError};
use cytolance_profile::Agreement;

impl CellDataset {
    /// The labels that an `earlier` version of this dataset has, for this version's rows. Cells are found as
    /// [`CellDataset::save_labels`] finds them; those that were not there have none.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when reading fails or cells cannot be found, [`DatasetError::Label`] for a column of
    /// numbers.
    pub fn labels_of<'a>(
        &'a self,
        earlier: &'a Self,
        column: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Option<String>>, DatasetError>> {
        Box::pin(async move {
            let mut labels = earlier.read_labels(column).await?;
            if offsets_hold(earlier, self) {
                labels.resize(self.num_rows(), None);
                return Ok(labels);
            }
            let rows: Vec<u32> = (0..self.num_rows() as u32).collect();
            let keys = keys_of(self, &rows).await?.filter(|_| has_keys(earlier));
            let Some(keys) = keys else {
                return Err(self.read_error(
                column,
                format!(
                    "between versions {} and {} rows were deleted or reordered, and without Metadata_ImageNumber and Metadata_ObjectNumber the cells cannot be found again",
                    earlier.version(),
                    self.version()
                ),
            ));
            };
            let wanted: HashSet<CellKey> = keys.iter().flatten().cloned().collect();
            let found = rows_of(earlier, &wanted).await?;
            Ok(keys
                .iter()
                .map(|key| match found.get(key.as_ref()?) {
                    Some(Found::Once(row)) => labels.get(*row as usize)?.clone(),
                    Some(Found::Often) | None => None,
                })
                .collect())
        })
    }

    /// Compares a label of an earlier version with one of this version: the same one, or another reviewer's. The rows
    /// are those of this version.
    ///
    /// # Errors
    /// As [`CellDataset::labels_of`].
    pub fn compare_labels<'a>(
        &'a self,
        earlier: &'a Self,
        earlier_column: &'a str,
        column: &'a str,
    ) -> BoxFuture<'a, Result<Agreement, DatasetError>> {
        Box::pin(async move {
            let first = self.labels_of(earlier, earlier_column).await?;
            let second = self.read_labels(column).await?;
            Ok(Agreement::of(&first, &second))
        })
    }

    /// The rows of cells by their source, image and object number, in the order asked for; none for a cell that is not
    /// there. The source is empty where the dataset has no `Metadata_Source`.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when the dataset has no such numbers, or several cells of one.
    pub fn find_cells<'a>(
        &'a self,
        keys: &'a [CellKey],
    ) -> BoxFuture<'a, Result<Vec<Option<u32>>, DatasetError>> {
        Box::pin(async move {
            if !has_keys(self) {
                return Err(self.read_error(
                    "cells by their numbers",
                    "it has no Metadata_ImageNumber and Metadata_ObjectNumber; name rows instead"
                        .to_owned(),
                ));
            }
            let wanted: HashSet<CellKey> = keys.iter().cloned().collect();
            let found = rows_of(self, &wanted).await?;
            keys.iter()
                .map(|key| match found.get(key) {
                    Some(Found::Once(row)) => Ok(Some(*row)),
                    None => Ok(None),
                    Some(Found::Often) => Err(self.read_error(
                        "cells by their numbers",
                        format!(
                            "there are several cells of source «{}», image {} and object {}",
                            key.source, key.image, key.object
                        ),
                    )),
                })
                .collect()
        })
    }
}
