//! Counts of a column's values in equal bins.

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
    /// Counts values in `bins` equal bins; values outside of the range are not counted anywhere.
    ///
    /// A range of zero width puts its one value in the first bin.
    pub fn of(values: impl Iterator<Item = f64>, range: [f64; 2], bins: usize) -> Self {
        let mut histogram = Self {
            min: range[0],
            max: range[1],
            counts: vec![0; bins],
            nulls: 0,
        };
        let scale = match bins as f64 / (range[1] - range[0]) {
            scale if scale.is_finite() => scale,
            _ => 0.0,
        };
        let edges: Vec<f64> = (0..=bins).map(|i| histogram.edge(i)).collect();
        for value in values {
            if value.is_nan() {
                histogram.nulls += 1;
            } else if bins > 0 && range[0] <= value && value <= range[1] {
                let mut bin = (((value - range[0]) * scale) as u32 as usize).min(bins - 1);
                // The product is rounded. Hold to the edges as they are reported, so that a filter
                // by them finds as many values as the bar shows.
                while bin > 0 && value < edges[bin] {
                    bin -= 1;
                }
                while bin + 1 < bins && value >= edges[bin + 1] && edges[bin] < range[1] {
                    bin += 1;
                }
                histogram.counts[bin] += 1;
            }
        }
        histogram
    }

    /// Lower and upper edge of bin `i`, in data units.
    pub fn bin_edges(&self, i: usize) -> (f64, f64) {
        (self.edge(i), self.edge(i + 1))
    }

    /// The count of the fullest bin; 0 without bins.
    pub fn max_count(&self) -> u32 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    fn edge(&self, i: usize) -> f64 {
        if i >= self.counts.len() {
            return self.max;
        }
        let share = i as f64 / self.counts.len() as f64;
        let width = self.max - self.min;
        if width.is_finite() {
            (self.min + width * share).min(self.max)
        } else {
            self.min * (1.0 - share) + self.max * share
        }
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
            let empty = Histogram::of(std::iter::empty(), range, bins);
            values.extend((0..bins).map(|i| empty.bin_edges(i).0));
            values.extend([range[1], f64::NAN, f64::INFINITY]);
            let histogram = Histogram::of(values.iter().copied(), range, bins);
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
            let histogram = Histogram::of(values.into_iter(), range, bins);
            assert_eq!(histogram.counts, counts, "{range:?}");
            assert_eq!(
                histogram.max_count(),
                counts.iter().copied().max().unwrap_or(0)
            );
            assert_eq!(histogram.nulls, 1);
        }
    }
}
