//! Questions to whole columns where they are stored: for which rows a condition holds, and how many values are missing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{Array as _, AsArray as _};
use arrow::datatypes::UInt64Type;
use futures::TryStreamExt as _;
use futures::future::BoxFuture;

use super::handle::{SCAN_ROWS, short};
use super::sql_dates::with_dates_quoted;
use super::{CellDataset, DatasetError};
use cytolance_kernels::RowSet;
use cytolance_profile::ColumnKind;

/// Lance's name for a row's place among all rows.
const ROW_OFFSET: &str = "_rowoffset";
/// Columns whose nulls are counted together.
const COUNTED_TOGETHER: usize = 64;

impl CellDataset {
    /// The rows for which an SQL condition holds; null counts as no. Statistics and indices are used, and nothing but
    /// the condition's columns is read, batch by batch.
    ///
    /// # Errors
    /// [`DatasetError::Sql`] when the condition does not parse or names an unknown column, or once `cancelled` is set.
    pub fn matching_rows<'a>(
        &'a self,
        sql: &'a str,
        cancelled: &'a AtomicBool,
    ) -> BoxFuture<'a, Result<RowSet, DatasetError>> {
        Box::pin(async move {
            let mut columns = self.columns.iter();
            let readable = if columns.any(|column| column.kind == ColumnKind::Time) {
                with_dates_quoted(sql)
            } else {
                Cow::Borrowed(sql)
            };
            let sql_error = |reason: String| DatasetError::Sql {
                sql: sql.to_owned(),
                reason,
            };
            let mut scanner = self.inner.scan();
            scanner
                .filter(&readable)
                .and_then(|scanner| scanner.project(&[ROW_OFFSET]))
                .map_err(|error| sql_error(short(&error)))?
                .batch_size(SCAN_ROWS);
            let mut stream = scanner
                .try_into_stream()
                .await
                .map_err(|error| sql_error(short(&error)))?;
            let mut rows = RowSet::empty(self.num_rows);
            while let Some(batch) = stream
                .try_next()
                .await
                .map_err(|error| sql_error(short(&error)))?
            {
                if cancelled.load(Ordering::Relaxed) {
                    return Err(sql_error("it was cancelled".to_owned()));
                }
                let places = batch
                    .column_by_name(ROW_OFFSET)
                    .and_then(|places| places.as_primitive_opt::<UInt64Type>())
                    .ok_or_else(|| sql_error("the rows found have no places".to_owned()))?;
                for place in places.values() {
                    rows.insert(*place as u32);
                }
            }
            Ok(rows)
        })
    }

    /// Number of nulls in each column, in stored order; pictures and outlines included.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when reading fails.
    pub fn null_counts(&self) -> BoxFuture<'_, Result<Vec<usize>, DatasetError>> {
        Box::pin(async move {
            let mut counts: HashMap<String, usize> = HashMap::new();
            let (heavy, light): (Vec<_>, Vec<_>) = self
                .columns
                .iter()
                .map(|column| (column.name.clone(), column.kind))
                .partition(|(_, kind)| {
                    matches!(
                        kind,
                        ColumnKind::Picture
                            | ColumnKind::Outline
                            | ColumnKind::List
                            | ColumnKind::Bytes
                            | ColumnKind::Other
                    )
                });
            for chunk in light.chunks(COUNTED_TOGETHER) {
                let names: Vec<String> = chunk.iter().map(|(name, _)| name.clone()).collect();
                // Batch by batch: the values of a large dataset are more than the memory should hold.
                self.scan_columns(&names, &mut |batch| {
                    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
                        *counts.entry(field.name().clone()).or_default() +=
                            column.logical_null_count();
                    }
                    true
                })
                .await?;
            }
            for (name, _) in heavy {
                let mut scanner = self.inner.scan();
                let read_error = |reason: String| self.read_error(&name, reason);
                scanner
                    .filter(&format!("{} IS NULL", self.sql_name(&name)))
                    .map_err(|error| read_error(short(&error)))?;
                let count = scanner
                    .count_rows()
                    .await
                    .map_err(|error| read_error(short(&error)))?;
                counts.insert(name, count as usize);
            }
            Ok(self
                .columns
                .iter()
                .map(|column| counts.get(&column.name).copied().unwrap_or(0))
                .collect())
        })
    }
}
