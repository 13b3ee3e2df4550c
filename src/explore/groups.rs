//! Statistics of a column by the categories of another.

use rayon::prelude::*;

use super::{Column, Values};
use cytolance_kernels::{Partition, RowSet, float_key, float_of_key};

/// Key of a missing value, after all others.
const NO_VALUE: u64 = u64::MAX;
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
    let partition = Partition::new(rows, names.len(), bucket_of, |row| key_of(numbers[row]));
    let found: Vec<Option<GroupStatistics>> = (0..names.len())
        .into_par_iter()
        .map_init(
            || (Vec::new(), Vec::new()),
            |(keys, room), group| {
                partition.gather(group, keys, |key| key);
                (!keys.is_empty()).then(|| statistics(&names[group], keys, room))
            },
        )
        .collect();
    Some(found.into_iter().flatten().collect())
}

/// `keys` lose their values; `room` is to work in.
fn statistics(name: &str, keys: &mut [u64], room: &mut Vec<u64>) -> GroupStatistics {
    let (sum, count) = sum_and_count(keys);
    let median = median_of(keys, count, room);
    for key in keys.iter_mut() {
        // What is missing stays so, at the end.
        let distance = key_of((float_of_key(*key) - median).abs());
        *key = if *key == NO_VALUE { NO_VALUE } else { distance };
    }
    GroupStatistics {
        name: name.to_owned(),
        count,
        nulls: keys.len() - count,
        mean: sum / count as f64,
        median,
        mad: median_of(keys, count, room),
    }
}

/// Eight sums side by side: one alone waits for every addition.
fn sum_and_count(keys: &[u64]) -> (f64, usize) {
    let mut sums = [0.0; 8];
    let mut count = 0;
    for group in keys.chunks(8) {
        for (sum, key) in sums.iter_mut().zip(group) {
            let present = *key != NO_VALUE;
            *sum += if present { float_of_key(*key) } else { 0.0 };
            count += usize::from(present);
        }
    }
    (sums.iter().sum(), count)
}

/// The key of a value; that of a missing one comes last.
fn key_of(value: f64) -> u64 {
    if value.is_nan() {
        NO_VALUE
    } else {
        float_key(value)
    }
}

/// The median of the first `count` keys in order; NaN without a value, and where both infinities are in the middle. Puts
/// the keys in another order.
fn median_of(keys: &mut [u64], count: usize, room: &mut Vec<u64>) -> f64 {
    if count == 0 {
        return f64::NAN;
    }
    let middle = count / 2;
    let found = near_middle(keys, middle, room).unwrap_or_else(|| {
        let (below, upper, _) = keys.select_nth_unstable(middle);
        [below.iter().copied().max().unwrap_or(*upper), *upper]
    });
    let [lower, upper] = found.map(float_of_key);
    if count % 2 == 1 {
        return upper;
    }
    f64::midpoint(lower, upper)
}

/// The key at a place in order and the one before it, found in one pass over a long list: a sample says between which
/// keys they lie, and only what is between these is looked at again. `None` where the list is short or the sample was
/// wrong.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "no branch for every key, which nobody can foresee"
)]
fn near_middle(keys: &[u64], place: usize, between: &mut Vec<u64>) -> Option<[u64; 2]> {
    if keys.len() < 4 * SAMPLE {
        return None;
    }
    let mut sample: Vec<u64> = keys.iter().step_by(keys.len() / SAMPLE).copied().collect();
    sample.sort_unstable();
    let near = place * sample.len() / keys.len();
    let low = *sample.get(near.checked_sub(SAMPLE_REACH)?)?;
    let high = *sample.get(near + SAMPLE_REACH)?;
    between.resize(keys.len().max(between.len()), 0);
    let (mut below, mut len) = (0, 0);
    for key in keys {
        // Without a branch that nobody can foresee.
        between[len] = *key;
        below += usize::from(*key < low);
        let inside = (low <= *key) & (*key <= high);
        len += usize::from(inside);
    }
    let between = between.get_mut(..len)?;
    let place = place.checked_sub(below)?;
    if place == 0 || place >= len {
        return None;
    }
    let (lower, upper, _) = between.select_nth_unstable(place);
    Some([lower.iter().copied().max()?, *upper])
}
