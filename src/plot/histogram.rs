//! Counts of a column's values in equal bins.

use rayon::prelude::*;

/// Values that one thread counts at a time.
const CHUNK: usize = 1 << 17;

/// Equal bins over a closed range.
///
/// A bin holds its lower edge and not its upper one; the last bin holds both.
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    min: f64,
    max: f64,
    scale: f64,
    /// One more than there are bins.
    edges: Vec<f64>,
    /// Whether every edge is larger than the one before. A rounded place is then at most one bin off.
    distinct: bool,
}

impl Bins {
    /// Bins of equal width; a range of zero width has its one value in the first bin.
    pub fn new([min, max]: [f64; 2], bins: usize) -> Self {
        let scale = match bins as f64 / (max - min) {
            scale if scale.is_finite() => scale,
            _ => 0.0,
        };
        let edges: Vec<f64> = (0..=bins).map(|i| edge(min, max, i, bins)).collect();
        Self {
            min,
            max,
            scale,
            distinct: scale > 0.0 && edges.windows(2).all(|pair| pair[0] < pair[1]),
            edges,
        }
    }

    /// Number of bins.
    pub fn len(&self) -> usize {
        self.edges.len() - 1
    }

    /// Whether there is no bin.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bin of a value; `None` outside of the range and for NaN.
    #[inline]
    pub fn bin(&self, value: f64) -> Option<usize> {
        let bins = self.len();
        // Written so that a NaN fails.
        if bins == 0 || !(self.min <= value && value <= self.max) {
            return None;
        }
        let mut bin = (((value - self.min) * self.scale) as u32 as usize).min(bins - 1);
        // The product is rounded. Hold to the edges as they are reported, so that a filter
        // by them finds as many values as the bar shows.
        while bin > 0 && value < self.edges[bin] {
            bin -= 1;
        }
        while bin + 1 < bins && value >= self.edges[bin + 1] && self.edges[bin] < self.max {
            bin += 1;
        }
        Some(bin)
    }
}

impl Bins {
    /// Adds values to the counts of their bins and, in the last place, of the values outside and NaN. `counts` has one
    /// place more than there are bins.
    fn count(&self, values: &[f64], counts: &mut [u32]) {
        let bins = self.len();
        if !self.distinct {
            for value in values {
                counts[self.bin(*value).unwrap_or(bins)] += 1;
            }
            return;
        }
        let last = bins - 1;
        for value in values {
            // Added to this, a number below 2^32 stands in the lowest bits, rounded: no branch and no conversion.
            const SHIFT: f64 = (1_u64 << 52) as f64;
            let place = ((value - self.min) * self.scale + SHIFT).to_bits() as u32 as usize;
            let guess = place.min(last);
            let below = usize::from(*value < self.edges[guess]);
            let above = usize::from((*value >= self.edges[guess + 1]) & (guess < last));
            // Written so that a NaN fails.
            let inside = (self.min <= *value) & (*value <= self.max);
            let bin = if inside {
                guess + above - below.min(guess)
            } else {
                bins
            };
            counts[bin.min(bins)] += 1;
        }
    }
}

/// The lower edge of a bin, in data units.
fn edge(min: f64, max: f64, i: usize, bins: usize) -> f64 {
    if i >= bins {
        return max;
    }
    let share = i as f64 / bins as f64;
    let width = max - min;
    if width.is_finite() {
        (min + width * share).min(max)
    } else {
        min * (1.0 - share) + max * share
    }
}

/// Counts in equal bins over a closed range.
///
/// A bin holds its lower edge and not its upper one; the last bin holds both.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Lower edge of the first bin.
    pub min: f64,
    /// Upper edge of the last bin.
    pub max: f64,
    /// Number of values by bin.
    pub counts: Vec<u32>,
    /// Number of NaN values.
    pub nulls: usize,
}

impl Histogram {
    /// Counts values in `bins` equal bins, on all cores; values outside of the range are not counted anywhere.
    ///
    /// A range of zero width puts its one value in the first bin.
    pub fn of(values: &[f64], range: [f64; 2], bins: usize) -> Self {
        let places = Bins::new(range, bins);
        let (counts, nulls) = values
            .par_chunks(CHUNK)
            .map(|values| {
                let mut counts = vec![0_u32; bins + 1];
                places.count(values, &mut counts);
                counts.truncate(bins);
                let nulls = values.iter().filter(|value| value.is_nan()).count();
                (counts, nulls)
            })
            .reduce(
                || (vec![0; bins], 0),
                |(mut counts, nulls), (others, more)| {
                    add(&mut counts, &others);
                    (counts, nulls + more)
                },
            );
        Self {
            min: range[0],
            max: range[1],
            counts,
            nulls,
        }
    }

    /// Lower and upper edge of bin `i`, in data units.
    pub fn bin_edges(&self, i: usize) -> (f64, f64) {
        let bins = self.counts.len();
        (
            edge(self.min, self.max, i, bins),
            edge(self.min, self.max, i + 1, bins),
        )
    }

    /// The count of the fullest bin; 0 without bins.
    pub fn max_count(&self) -> u32 {
        self.counts.iter().copied().max().unwrap_or(0)
    }
}

fn add(counts: &mut [u32], others: &[u32]) {
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::test_data::Random;

    #[test]
    fn bins_hold_what_lies_between_their_edges() {
        let mut random = Random::new(3);
        let ranges = [
            [-2.0, 2.0],
            [0.1, 0.7],
            [1e9, 1e9 + 1.0],
            [-1e308, 1e308],
            [0.0, 1e-300],
        ];
        for (range, bins) in ranges
            .into_iter()
            .flat_map(|r| [1, 3, 7, 64].map(|b| (r, b)))
        {
            let mut values: Vec<f64> = (0..2000)
                .map(|_| range[0] + (random.unit() * 1.2 - 0.1) * (range[1] - range[0]))
                .collect();
            let empty = Histogram::of(&[], range, bins);
            values.extend((0..bins).map(|i| empty.bin_edges(i).0));
            values.extend([range[1], f64::NAN, f64::INFINITY]);
            let histogram = Histogram::of(&values, range, bins);
            for i in 0..bins {
                let (low, high) = histogram.bin_edges(i);
                let inside =
                    |v: &&f64| low <= **v && (**v < high || (i + 1 == bins && **v == high));
                let expected = values.iter().filter(inside).count();
                assert_eq!(
                    histogram.counts[i] as usize, expected,
                    "{range:?}, bin {i} of {bins}"
                );
            }
            assert_eq!(
                histogram.nulls,
                values.iter().filter(|v| v.is_nan()).count()
            );
            assert_eq!(histogram.bin_edges(0).0, range[0]);
            assert_eq!(histogram.bin_edges(bins - 1).1, range[1]);
        }
    }

    #[test]
    fn odd_ranges_do_not_panic() {
        let values = [1.0, 1.0, f64::NAN, 2.0];
        let cases = [
            ([1.0, 1.0], 4, vec![2, 0, 0, 0]),
            ([2.0, 1.0], 2, vec![0, 0]),
            ([f64::NAN, 1.0], 2, vec![0, 0]),
            ([0.0, 3.0], 0, vec![]),
        ];
        for (range, bins, counts) in cases {
            let histogram = Histogram::of(&values, range, bins);
            assert_eq!(histogram.counts, counts, "{range:?}");
            assert_eq!(
                histogram.max_count(),
                counts.iter().copied().max().unwrap_or(0)
            );
            assert_eq!(histogram.nulls, 1);
        }
    }
}
