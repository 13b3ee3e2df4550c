//! Centre and spread of numbers: mean and standard deviation, or median and MAD.

use rayon::prelude::*;

use super::median;

/// The MAD of normally distributed numbers times this is their standard deviation.
pub const MAD_TO_DEVIATION: f64 = 1.4826;
/// Numbers that one sum adds side by side before halves are added to each other.
const BLOCK: usize = 128;
/// Sums of fewer numbers stay on one thread.
const ALONE: usize = 1 << 16;

/// Where numbers lie and how far they spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Mean or median.
    pub center: f64,
    /// Population standard deviation, or 1.4826 times the MAD; NaN where the numbers are all the same.
    pub spread: f64,
}

impl Moments {
    /// Those of nothing, and of numbers of which one is missing.
    pub const UNKNOWN: Self = Self {
        center: f64::NAN,
        spread: f64::NAN,
    };

    /// Mean and population standard deviation, to the bit those of `scipy.stats.zscore` on 64-bit floats.
    pub fn plain(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let center = pairwise_sum(values, &|value| value) / count;
        let square = |value: f64| (value - center) * (value - center);
        Self::of(center, (pairwise_sum(values, &square) / count).sqrt())
    }

    /// Median and 1.4826 times the median distance from it. The values are taken apart.
    pub fn robust(values: &mut [f64]) -> Self {
        if values.par_iter().any(|value| value.is_nan()) {
            return Self::UNKNOWN;
        }
        let center = median(values);
        for value in values.iter_mut() {
            *value = (*value - center).abs();
        }
        Self::of(center, MAD_TO_DEVIATION * median(values))
    }

    fn of(center: f64, spread: f64) -> Self {
        // What rounding makes of a constant column is no spread.
        let is_constant = spread <= (f64::EPSILON * center).abs();
        Self {
            center,
            spread: if is_constant { f64::NAN } else { spread },
        }
    }

    /// How many spreads a value lies above the centre; NaN where that is not known.
    #[inline]
    pub fn score(&self, value: f64) -> f64 {
        (value - self.center) / self.spread
    }
}

/// The sum in numpy's order of additions, so that a mean is the same to the last bit: eight sums side by side in blocks,
/// blocks added pair by pair. The error grows with the logarithm of the length.
fn pairwise_sum(values: &[f64], of: &(impl Fn(f64) -> f64 + Sync)) -> f64 {
    let len = values.len();
    if len < 8 {
        return values.iter().fold(-0.0, |sum, value| sum + of(*value));
    }
    if len > BLOCK {
        let half = len / 2;
        let (left, right) = values.split_at(half - half % 8);
        let (left, right) = if len < ALONE {
            (pairwise_sum(left, of), pairwise_sum(right, of))
        } else {
            rayon::join(|| pairwise_sum(left, of), || pairwise_sum(right, of))
        };
        return left + right;
    }
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [-0.0; 8];
    for eight in eights {
        for (sum, value) in sums.iter_mut().zip(eight) {
            *sum += of(*value);
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    rest.iter().fold(sum, |sum, value| sum + of(*value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that a few lines of Python make as well.
    fn numbers(len: u64) -> Vec<f64> {
        (0..len)
            .map(|i| ((i * 7919 + 13) % 10007) as f64 / 97.0 - 20.0)
            .collect()
    }

    #[test]
    fn means_and_deviations_are_those_of_scipy() {
        // numpy 2.4: x = ((i * 7919 + 13) % 10007) / 97 - 20; x.mean(), (((x - x.mean()) ** 2).mean()) ** 0.5
        let cases = [
            (5, 19.614_432_989_690_72, 29.206_756_956_721_573),
            (8, 33.75, 31.337_041_073_048_745),
            (100, 31.884_639_175_257_732, 29.809_439_476_274_626),
            (129, 31.598_977_063_853_596, 29.783_308_179_055_282),
            (1000, 31.650_041_237_113_4, 29.794_908_518_212_85),
            (8191, 31.574_355_559_974_677, 29.782_801_287_458_145),
            (200_003, 31.577_272_887_298_44, 29.781_302_439_095_235),
        ];
        for (len, center, spread) in cases {
            let moments = Moments::plain(&numbers(len));
            assert_eq!((moments.center, moments.spread), (center, spread), "{len}");
        }
    }

    #[test]
    fn constants_have_no_spread_and_one_nan_spoils_all() {
        let cases: [(&[f64], f64); 5] = [
            (&[0.1; 9], 0.1),
            (&[0.0; 3], 0.0),
            (&[], f64::NAN),
            (&[1.0, f64::NAN, 3.0], f64::NAN),
            (&[1.0, f64::INFINITY], f64::INFINITY),
        ];
        for (values, center) in cases {
            let moments = Moments::plain(values);
            let near = (moments.center - center).abs() < 1e-12
                || moments.center.to_bits() == center.to_bits()
                || (moments.center.is_nan() && center.is_nan());
            assert!(near && moments.spread.is_nan(), "{values:?}: {moments:?}");
            assert!(moments.score(1.0).is_nan());
            assert!(Moments::robust(&mut values.to_vec()).spread.is_nan());
        }
    }

    #[test]
    fn robust_moments_are_median_and_mad() {
        let cases: [(&[f64], f64, f64); 3] = [
            (&[1.0, 2.0, 3.0, 4.0, 100.0], 3.0, 1.0),
            (&[4.0, 1.0, 2.0, 3.0], 2.5, 1.0),
            (&[-1.0, 5.0], 2.0, 3.0),
        ];
        for (values, center, mad) in cases {
            let moments = Moments::robust(&mut values.to_vec());
            assert_eq!(moments.center, center, "{values:?}");
            assert_eq!(moments.spread, mad * MAD_TO_DEVIATION, "{values:?}");
        }
    }
}
