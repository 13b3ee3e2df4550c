//! What a filter shows of its column.

use super::Column;
use cytolance_kernels::RowSet;

/// A column's values in equal bins.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterHistogram {
    /// Smallest finite value.
    pub min: f64,
    /// Largest finite value.
    pub max: f64,
    /// Counts over all rows.
    pub all: Vec<u32>,
    /// Counts over the rows that pass the other filters.
    pub shown: Vec<u32>,
    /// Rows without a value.
    pub nulls: usize,
}

/// Bins a column over its finite range, under other filters; `None` for text and for columns without a value.
///
/// The column keeps its bins from the first call on: `bins` is the same for all.
pub fn filter_histogram(column: &Column, shown: &RowSet, bins: usize) -> Option<FilterHistogram> {
    let (min, max) = column.range()?;
    let binned = column.bins(bins)?;
    Some(FilterHistogram {
        min,
        max,
        shown: binned.counts(shown),
        nulls: column.null_count(),
        all: binned.all.clone(),
    })
}
