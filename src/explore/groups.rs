//! Statistics of a column by the categories of another.

use rayon::prelude::*;

use super::{Column, Values};
use crate::plot::{Partition, parts_of};
use crate::profile::RowSet;

/// Keys looked at for a guess at the middle.
const SAMPLE: usize = 1024;
/// How far from the middle of the sample the middle of all may lie: four standard deviations.
const SAMPLE_REACH: usize = 64;

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
    let bucket_of = |row: usize| {
        let code = codes[row] as usize;
        (code < names.len() && (all || shown.contains(row as u32))).then_some(code)
    };
    let partition = Partition::new(rows, names.len(), bucket_of, |row| numbers[row]);
    let mut found: Vec<Option<GroupStatistics>> = vec![None; names.len()];
    let ones = vec![1; names.len()];
    parts_of(&mut found, &ones)
        .into_par_iter()
        .enumerate()
        .for_each_init(
            || (Vec::new(), Vec::new()),
            |(values, keys): &mut (Vec<f64>, Vec<u64>), (group, place)| {
                partition.gather(group, values, |value| value);
                if !values.is_empty() {
                    place[0] = Some(statistics(&names[group], values, keys));
                }
            },
        );
    Some(found.into_iter().flatten().collect())
}

/// Both lists lose what they hold; `keys` is room to work in.
fn statistics(name: &str, values: &mut Vec<f64>, keys: &mut Vec<u64>) -> GroupStatistics {
    let rows = values.len();
    values.retain(|value| !value.is_nan());
    keys.clear();
    keys.extend(values.iter().map(|value| key_of(*value)));
    let median = median_of(keys);
    for (key, value) in keys.iter_mut().zip(values.iter()) {
        *key = key_of((value - median).abs());
    }
    GroupStatistics {
        name: name.to_owned(),
        count: values.len(),
        nulls: rows - values.len(),
        mean: sum(values) / values.len() as f64,
        median,
        mad: median_of(keys),
    }
}

/// Eight sums side by side: one alone waits for every addition.
fn sum(values: &[f64]) -> f64 {
    let (groups, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for group in groups {
        for (sum, value) in sums.iter_mut().zip(group) {
            *sum += value;
        }
    }
    sums.iter().sum::<f64>() + rest.iter().sum::<f64>()
}

/// A number whose order as a whole number is that of floats, NaN last: whole numbers are compared faster.
fn key_of(value: f64) -> u64 {
    let bits = value.to_bits();
    if value.is_nan() {
        u64::MAX
    } else if bits >> 63 == 0 {
        bits | 1 << 63
    } else {
        !bits
    }
}

fn value_of(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 {
        key & !(1 << 63)
    } else {
        !key
    })
}

/// NaN without a value, and where both infinities are in the middle. Puts the keys in another order.
fn median_of(keys: &mut [u64]) -> f64 {
    if keys.is_empty() {
        return f64::NAN;
    }
    let (len, middle) = (keys.len(), keys.len() / 2);
    let found = near_middle(keys).unwrap_or_else(|| {
        let (below, upper, _) = keys.select_nth_unstable(middle);
        [below.iter().copied().max().unwrap_or(*upper), *upper]
    });
    let [lower, upper] = found.map(value_of);
    if len % 2 == 1 {
        return upper;
    }
    f64::midpoint(lower, upper)
}

/// The two keys in the middle of a long list, found in one pass: a sample says between which keys they lie, and only
/// what is between these is looked at again. `None` where the list is short or the sample was wrong.
fn near_middle(keys: &[u64]) -> Option<[u64; 2]> {
    if keys.len() < 4 * SAMPLE {
        return None;
    }
    let mut sample: Vec<u64> = keys.iter().step_by(keys.len() / SAMPLE).copied().collect();
    sample.sort_unstable();
    let low = *sample.get(sample.len() / 2 - SAMPLE_REACH)?;
    let high = *sample.get(sample.len() / 2 + SAMPLE_REACH)?;
    let mut between = vec![0; keys.len()];
    let (mut below, mut len) = (0, 0);
    for key in keys {
        // Without a branch that nobody can foresee.
        between[len] = *key;
        below += usize::from(*key < low);
        len += usize::from((low <= *key) & (*key <= high));
    }
    between.truncate(len);
    let middle = (keys.len() / 2).checked_sub(below)?;
    if middle == 0 || middle >= len {
        return None;
    }
    let (lower, upper, _) = between.select_nth_unstable(middle);
    Some([lower.iter().copied().max()?, *upper])
}
