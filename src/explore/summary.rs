//! What a filter shows of its column.

use super::Column;
use crate::plot::Histogram;
use crate::profile::RowSet;

/// A column's values in equal bins.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterHistogram {
    /// Smallest finite value.
    pub min: f64,
    /// Largest finite value.
    pub max: f64,
    /// Counts over all rows.
    pub all: Vec<u32>,
    /// Counts over the shown rows.
    pub shown: Vec<u32>,
    /// Rows without a value.
    pub nulls: usize,
}

/// Bins a column over its finite range; `None` for text and for columns without a value.
pub fn filter_histogram(column: &Column, shown: &RowSet, bins: usize) -> Option<FilterHistogram> {
    let numbers = column.numbers()?;
    let (min, max) = column.range()?;
    let all = Histogram::of(numbers.iter().copied(), [min, max], bins);
    let some = shown
        .iter()
        .filter_map(|row| numbers.get(row as usize).copied());
    Some(FilterHistogram {
        min,
        max,
        shown: Histogram::of(some, [min, max], bins).counts,
        nulls: all.nulls,
        all: all.counts,
    })
}
