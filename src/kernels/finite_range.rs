//! The range of a column.

use rayon::prelude::*;

/// Values that one thread looks at in a row.
const CHUNK: usize = 1 << 16;

/// The smallest and largest finite value, on all cores; `None` when there is none.
pub fn finite_range(values: &[f64]) -> Option<[f64; 2]> {
    let (min, max) = values
        .par_chunks(CHUNK)
        .map(|values| {
            let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
            for value in values {
                if value.is_finite() {
                    // Plain comparisons: `f64::min` also orders NaN, which costs time.
                    min = if *value < min { *value } else { min };
                    max = if *value > max { *value } else { max };
                }
            }
            (min, max)
        })
        .reduce(
            || (f64::INFINITY, f64::NEG_INFINITY),
            |a, b| (a.0.min(b.0), a.1.max(b.1)),
        );
    (min <= max).then_some([min, max])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_of_finite_values() {
        assert_eq!(
            finite_range(&[2.0, f64::NAN, -1.0, f64::INFINITY]),
            Some([-1.0, 2.0])
        );
        assert_eq!(finite_range(&[]), None);
        assert_eq!(finite_range(&[f64::NAN, f64::NEG_INFINITY]), None);
    }
}
