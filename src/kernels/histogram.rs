//! Counts of a column's values in equal bins.

use rayon::prelude::*;

use super::float_order::{float_key, float_of_key};

/// Values that one thread counts at a time.
const CHUNK: usize = 1 << 17;

/// Equal bins over a closed range.
///
/// A bin holds its lower edge and not its upper one; the last bin holds both. The edges are where the rounded place of a
/// value changes, so that a filter by them finds as many values as a bar shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    min: f64,
    max: f64,
    /// One half where the range is wider than the largest number, else one.
    unit: f64,
    scale: f64,
    len: usize,
}

impl Bins {
    /// Bins of equal width; a range of zero width has its one value in the first bin.
    pub fn new([min, max]: [f64; 2], bins: usize) -> Self {
        let unit = if (max - min).is_infinite() { 0.5 } else { 1.0 };
        let scale = match bins as f64 / (max * unit - min * unit) {
            scale if scale.is_finite() => scale,
            _ => 0.0,
        };
        Self {
            min,
            max,
            unit,
            scale,
            len: bins,
        }
    }

    /// Number of bins.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no bin.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bin of a value; `None` outside of the range and for NaN.
    #[inline]
    pub fn bin(&self, value: f64) -> Option<usize> {
        let bin = self.place(value);
        (bin < self.len).then_some(bin)
    }

    /// The smallest value in a bin, or the largest of all for the number of bins.
    fn edge(&self, bin: usize) -> f64 {
        if bin == 0 || bin >= self.len {
            return if bin == 0 { self.min } else { self.max };
        }
        // Neighbouring floats have neighbouring keys, so that halving finds the very first one.
        let (mut below, mut above) = (float_key(self.min), float_key(self.max));
        while below + 1 < above {
            let middle = below + (above - below) / 2;
            if self.place(float_of_key(middle)) < bin {
                below = middle;
            } else {
                above = middle;
            }
        }
        float_of_key(above)
    }

    /// The bin of a value; the number of bins outside of the range and for NaN. Never decreases with the value.
    #[inline]
    fn place(&self, value: f64) -> usize {
        // Added to this, a number below 2^31 stands rounded in the lowest bits: no branch and no conversion.
        const SHIFT: f64 = 1.5 * (1_u64 << 52) as f64;
        // Half a bin less, because it is rounded to the nearest.
        let share = (value * self.unit - self.min * self.unit) * self.scale;
        let place = (share - 0.5 + SHIFT).to_bits() as u32 as usize;
        let place = place.min(self.len.saturating_sub(1));
        // Written so that a NaN fails.
        let inside = self.min <= value && value <= self.max;
        if inside { place } else { self.len }
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
                for value in values {
                    counts[places.place(*value)] += 1;
                }
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
        let bins = Bins::new([self.min, self.max], self.counts.len());
        (bins.edge(i), bins.edge(i + 1))
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

    #[test]
    fn bins_hold_what_lies_between_their_edges() {
        let mut random = fastrand::Rng::with_seed(3);
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
                .map(|_| range[0] + (random.f64() * 1.2 - 0.1) * (range[1] - range[0]))
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
            for i in 0..=bins {
                let even =
                    range[0] * (1.0 - i as f64 / bins as f64) + range[1] * (i as f64 / bins as f64);
                let edge = Bins::new(range, bins).edge(i);
                let near = (edge - even).abs() <= 1e-6 * (range[1] / 2.0 - range[0] / 2.0);
                assert!(near, "{range:?}: {edge} {even}");
            }
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
            assert_eq!(histogram.nulls, 1);
        }
    }
}
