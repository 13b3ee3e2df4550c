//! Statistics of a column by the categories of another.

use rayon::prelude::*;

use super::{Column, Values};
use crate::plot::{Partition, parts_of};
use crate::profile::RowSet;

/// What is known of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupStatistics {
    /// The category.
    pub name: String,
    /// Shown rows with a value.
    pub count: usize,
    /// Shown rows without one.
    pub nulls: usize,
    /// Their mean; NaN without a value, as the other two.
    pub mean: f64,
    /// The middle value, or the mean of the two in the middle.
    pub median: f64,
    /// The median of the distances from the median.
    pub mad: f64,
}

/// Mean, median and median absolute deviation of the shown rows of each category, in the categories' order; `None`
/// where the values are no numbers or the groups no categories. Categories without a shown row are left out.
pub fn group_statistics(
    values: &Column,
    groups: &Column,
    shown: &RowSet,
) -> Option<Vec<GroupStatistics>> {
    let numbers = values.numbers()?;
    let Values::Categories { codes, names } = &groups.values else {
        return None;
    };
    let rows = numbers.len().min(codes.len());
    let all = shown.count() == shown.len();
    let partition = Partition::new(rows, names.len(), |row| {
        let code = codes[row] as usize;
        (code < names.len() && (all || shown.contains(row as u32))).then_some((code, numbers[row]))
    });
    let mut found: Vec<Option<GroupStatistics>> = vec![None; names.len()];
    let ones = vec![1; names.len()];
    parts_of(&mut found, &ones)
        .into_par_iter()
        .enumerate()
        .for_each_init(Vec::new, |items: &mut Vec<f64>, (group, place)| {
            partition.gather(group, items);
            if !items.is_empty() {
                place[0] = Some(statistics(&names[group], items));
            }
        });
    Some(found.into_iter().flatten().collect())
}

fn statistics(name: &str, values: &mut Vec<f64>) -> GroupStatistics {
    let rows = values.len();
    values.retain(|value| !value.is_nan());
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let median = median_of(values);
    for value in values.iter_mut() {
        *value = (*value - median).abs();
    }
    GroupStatistics {
        name: name.to_owned(),
        count: values.len(),
        nulls: rows - values.len(),
        mean,
        median,
        mad: median_of(values),
    }
}

/// Puts the values in another order. NaN without a value, and where both infinities are in the middle.
fn median_of(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let (len, middle) = (values.len(), values.len() / 2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if len % 2 == 1 {
        return *upper;
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    f64::midpoint(lower, *upper)
}
