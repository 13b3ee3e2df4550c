//! Sorting by a column.

use std::sync::Arc;

use polars::prelude::{
    ChunkSort as _, Float64Chunked, Int64Chunked, NewChunkedArray as _, SortOptions, UInt32Chunked,
};

use super::column::NULL_CODE;
use super::{Column, ExploreError, Values};

/// All rows by a column's values; nulls last in either direction, equal values in stored order.
pub(super) fn sorted_rows(column: &Column, descending: bool) -> Result<Arc<[u32]>, ExploreError> {
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
        Values::Floats(values) => {
            let values = values
                .iter()
                .map(|value| (!value.is_nan()).then_some(*value));
            Float64Chunked::from_iter_options(name, values).arg_sort(options)
        }
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
    Ok(rows.into())
}
