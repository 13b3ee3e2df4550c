//! Sorting by a column.

use std::cmp::Ordering;
use std::sync::Arc;

use polars::prelude::{
    ChunkSort as _, Int64Chunked, NewChunkedArray as _, SortOptions, UInt32Chunked,
};
use rayon::prelude::*;

use super::column::NULL_CODE;
use super::filter::rows_where;
use super::{Column, ExploreError, Values};
use cytolance_kernels::{Partition, RowSet, float_key, parts_of};

/// Values in a bucket: few enough for a core's cache.
const BUCKET_VALUES: usize = 8192;
/// Most buckets.
const MOST_BUCKETS: usize = 2048;
/// Values looked at for each border between buckets, so that buckets are about equal.
const SAMPLES_PER_BUCKET: usize = 16;
/// Values looked at to guess how far the first page reaches.
const PAGE_SAMPLE: usize = 1 << 16;

/// All rows by a column's values; nulls last in either direction, equal values in stored order.
///
/// Whole numbers and categories are sorted by polars, numbers by our own kernel, which is the faster one for them.
pub(super) fn sorted_rows(
    column: &Column,
    descending: bool,
) -> Result<Arc<Vec<u32>>, ExploreError> {
    let options = SortOptions::default()
        .with_order_descending(descending)
        .with_nulls_last(true)
        .with_maintain_order(true);
    let name = column.name.as_str().into();
    let order = match &column.values {
        Values::Integers(values, nulls) => {
            let values = values.iter().enumerate().map(|(row, value)| {
                nulls
                    .as_ref()
                    .is_none_or(|nulls| !nulls.contains(row as u32))
                    .then_some(*value)
            });
            Int64Chunked::from_iter_options(name, values).arg_sort(options)
        }
        Values::Floats(values) => return Ok(Arc::new(sorted_floats(values, descending))),
        // Codes are in the order of the names.
        Values::Categories { codes, .. } => {
            let values = codes
                .iter()
                .map(|code| (*code != NULL_CODE).then_some(*code));
            UInt32Chunked::from_iter_options(name, values).arg_sort(options)
        }
    };
    let rows: Vec<u32> = order.into_no_null_iter().collect();
    if rows.len() != column.len() {
        return Err(ExploreError::Sort {
            name: column.name.clone(),
            reason: format!("{} of {} rows came back", rows.len(), column.len()),
        });
    }
    Ok(Arc::new(rows))
}

/// The key of a value to be sorted; both zeros are equal.
fn sort_key(value: f64, descending: bool) -> u64 {
    let key = float_key(value + 0.0);
    if descending { !key } else { key }
}

/// A number whose order is that of a row's value; `None` where it is missing.
fn key_of(column: &Column, descending: bool, row: u32) -> Option<u64> {
    let at = row as usize;
    let key = match &column.values {
        Values::Floats(values) => {
            let value = *values.get(at)?;
            return (!value.is_nan()).then(|| sort_key(value, descending));
        }
        Values::Integers(values, nulls) => {
            let null = nulls.as_ref().is_some_and(|nulls| nulls.contains(row));
            let value = *values.get(at)?;
            (!null).then_some(value as u64 ^ 1 << 63)?
        }
        Values::Categories { codes, .. } => {
            let code = *codes.get(at)?;
            (code != NULL_CODE).then_some(u64::from(code))?
        }
    };
    Some(if descending { !key } else { key })
}

/// The order of two rows as [`sorted_rows`] has it.
pub(super) fn compare_rows(column: &Column, descending: bool, a: u32, b: u32) -> Ordering {
    let key = |row| {
        let key = key_of(column, descending, row);
        (key.is_none(), key)
    };
    key(a).cmp(&key(b)).then(a.cmp(&b))
}

/// The places of some rows in an order of all rows.
pub(super) fn places_of(order: &[u32], rows: &RowSet) -> RowSet {
    rows_where(order, |row| rows.contains(*row))
}

/// The first of the shown rows by a column, at most `wanted`: what a table shows before the whole order is known.
pub(super) fn first_rows(
    column: &Column,
    descending: bool,
    shown: &RowSet,
    wanted: usize,
) -> Vec<u32> {
    let rows = column.len();
    // How far the wanted rows reach, from a sample of all, with room to spare.
    let mut sample: Vec<u64> = (0..rows)
        .step_by(rows.div_ceil(PAGE_SAMPLE).max(1))
        .filter(|row| shown.contains(*row as u32))
        .filter_map(|row| key_of(column, descending, row as u32))
        .collect();
    sample.sort_unstable();
    let share = wanted as f64 * 2.0 / shown.count().max(1) as f64;
    let limit = sample
        .get((share * sample.len() as f64) as usize + 16)
        .copied()
        .unwrap_or(u64::MAX);
    let chunks: Vec<usize> = (0..rows).step_by(1 << 16).collect();
    let mut found: Vec<(u64, u32)> = chunks
        .into_par_iter()
        .flat_map_iter(|from| {
            (from as u32..rows.min(from + (1 << 16)) as u32).filter_map(|row| {
                let key = key_of(column, descending, row).filter(|key| *key <= limit)?;
                shown.contains(row).then_some((key, row))
            })
        })
        .collect();
    found.par_sort_unstable();
    found.truncate(wanted);
    let mut found: Vec<u32> = found.into_iter().map(|(_, row)| row).collect();
    if found.len() < wanted && limit == u64::MAX {
        let nulls = shown
            .iter()
            .filter(|row| key_of(column, descending, *row).is_none());
        found.extend(nulls.take(wanted - found.len()));
    }
    found
}

/// A sample sort: values into buckets between borders from a sample, then each bucket within a core's cache.
fn sorted_floats(values: &[f64], descending: bool) -> Vec<u32> {
    let key = |value: f64| sort_key(value, descending);
    let wanted = (values.len() / BUCKET_VALUES).clamp(1, MOST_BUCKETS);
    let mut sample: Vec<u64> = values
        .iter()
        .step_by((values.len() / (wanted * SAMPLES_PER_BUCKET)).max(1))
        .filter(|value| !value.is_nan())
        .map(|value| key(*value))
        .collect();
    sample.par_sort_unstable();
    let mut borders: Vec<u64> = (1..wanted)
        .filter_map(|bucket| sample.get(bucket * sample.len() / wanted).copied())
        .collect();
    borders.dedup();
    // The last bucket is for values that are missing.
    let nulls = borders.len() + 1;
    let bucket_of = |row: usize| {
        let value = values[row];
        if value.is_nan() {
            return Some(nulls);
        }
        let key = key(value);
        Some(borders.partition_point(|border| *border <= key))
    };
    // Rows alone: with their keys they would be four times as many bytes.
    let partition = Partition::new(values.len(), nulls + 1, bucket_of, |row| row as u32);
    let lens = partition.lens();
    let mut sorted = vec![0; values.len()];
    parts_of(&mut sorted, &lens)
        .into_par_iter()
        .enumerate()
        .for_each_init(Vec::new, |items: &mut Vec<(u64, u32)>, (bucket, rows)| {
            partition.gather(bucket, items, |row| (key(values[row as usize]), row));
            if bucket != nulls {
                // Stable: rows come in stored order.
                items.sort_by_key(|(key, _)| *key);
            }
            for (place, (_, row)) in rows.iter_mut().zip(items.iter()) {
                *place = *row;
            }
        });
    sorted
}
