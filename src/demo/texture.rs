//! `Texture`: Haralick features of the symmetric co-occurrence of 256 grey levels, three pixels to the right.

use super::measurements::Measurements;
use super::plate::CHANNELS;
use super::region::Region;

/// Pixels between the two of a pair.
const DISTANCE: u32 = 3;
const SUFFIX: &str = "3_00_256";

/// Measures the texture of all channels from samples of 0..1.
pub(super) fn measure(region: &Region, samples: &[Vec<f64>; 5], into: &mut Measurements) {
    let pairs = pairs(region);
    for (channel, values) in CHANNELS.iter().zip(samples) {
        let features = haralick(values, &pairs);
        for (name, value) in NAMES.iter().zip(features) {
            into.set(format!("Texture_{name}_{channel}_{SUFFIX}"), value);
        }
    }
}

const NAMES: [&str; 6] = [
    "AngularSecondMoment",
    "Contrast",
    "Correlation",
    "Entropy",
    "InverseDifferenceMoment",
    "Variance",
];

/// Indices of pixels with another one of the object at the distance.
fn pairs(region: &Region) -> Vec<(usize, usize)> {
    let mut pairs = Vec::with_capacity(region.area());
    let mut start = 0;
    for row in region.pixels.chunk_by(|a, b| a.1 == b.1) {
        let mut right = 0;
        for (left, &(x, _)) in row.iter().enumerate() {
            while right < row.len() && row[right].0 < x + DISTANCE {
                right += 1;
            }
            if right < row.len() && row[right].0 == x + DISTANCE {
                pairs.push((start + left, start + right));
            }
        }
        start += row.len();
    }
    pairs
}

/// The features in the order of `NAMES`, all NaN for an object without pairs.
fn haralick(values: &[f64], pairs: &[(usize, usize)]) -> [f64; 6] {
    if pairs.is_empty() {
        return [f64::NAN; 6];
    }
    let levels: Vec<u8> = values
        .iter()
        .map(|value| (value * 255.0).round() as u8)
        .collect();
    let low = levels.iter().copied().min().unwrap_or(0);
    let high = levels.iter().copied().max().unwrap_or(0);
    // Levels that the object does not have only add empty rows to the matrix.
    let size = usize::from(high - low) + 1;
    let mut matrix = vec![0_u32; size * size];
    for &(a, b) in pairs {
        let (a, b) = (usize::from(levels[a] - low), usize::from(levels[b] - low));
        matrix[a * size + b] += 1;
        matrix[b * size + a] += 1;
    }
    let total = 2.0 * pairs.len() as f64;
    let (mut energy, mut contrast, mut entropy, mut similar) = (0.0, 0.0, 0.0, 0.0);
    let (mut mean, mut square, mut product) = (0.0, 0.0, 0.0);
    for (at, count) in matrix.iter().enumerate().filter(|(_, count)| **count > 0) {
        let p = f64::from(*count) / total;
        let (i, j) = ((at / size) as f64, (at % size) as f64);
        let apart = (i - j) * (i - j);
        energy += p * p;
        contrast += p * apart;
        entropy -= p * p.log2();
        similar += p / (1.0 + apart);
        mean += p * i;
        square += p * i * i;
        product += p * i * j;
    }
    let variance = square - mean * mean;
    // mahotas calls a flat object perfectly correlated.
    let correlation = if variance > 1e-12 {
        (product - mean * mean) / variance
    } else {
        1.0
    };
    [energy, contrast, correlation, entropy, similar, variance]
}

#[cfg(test)]
mod tests {
    use super::super::region::regions;
    use super::*;

    #[test]
    fn stripes_have_contrast_and_a_pixel_has_no_texture() {
        let region = &regions(&[1_u16; 12 * 4], 12)[0];
        let pairs = pairs(region);
        assert_eq!(pairs.len(), 9 * 4);
        let stripes: Vec<f64> = (0..48).map(|at| f64::from(at % 2) * 10.0 / 255.0).collect();
        let [energy, contrast, correlation, entropy, ..] = haralick(&stripes, &pairs);
        assert!((contrast - 100.0).abs() < 1e-9 && (correlation + 1.0).abs() < 1e-9);
        assert!((energy - 0.5).abs() < 1e-9 && (entropy - 1.0).abs() < 1e-9);
        assert!(haralick(&[0.5], &[]).iter().all(|value| value.is_nan()));
    }
}
