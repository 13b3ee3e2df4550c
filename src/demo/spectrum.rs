//! The slope of the radial power spectrum: the usual measure of focus, steep where detail is missing.

use std::f64::consts::PI;

/// The slope of log power against log frequency, as `CellProfiler`'s `PowerLogLogSlope` defines it.
///
/// The picture is cut to the largest centred square whose side is a power of two; NaN for an even picture.
pub(super) fn log_log_slope(counts: &[u16], width: usize, full_scale: f64) -> f64 {
    let height = counts.len() / width;
    let side = 1 << width.min(height).ilog2();
    let (left, top) = ((width - side) / 2, (height - side) / 2);
    let pixel = |x: usize, y: usize| f64::from(counts[(y + top) * width + x + left]) / full_scale;

    // Only frequencies below an eighth of the side count, so only those columns are transformed.
    let limit = side / 8;
    let fourier = Fourier::new(side);
    let mut columns = vec![vec![(0.0, 0.0); side]; limit];
    for y in (0..side).step_by(2) {
        // Two real rows make one complex one; symmetry tells their spectra apart.
        let mut row: Vec<Complex> = (0..side).map(|x| (pixel(x, y), pixel(x, y + 1))).collect();
        fourier.transform(&mut row);
        for (k, column) in columns.iter_mut().enumerate() {
            let (a, b) = (row[k], row[(side - k) % side]);
            column[y] = (f64::midpoint(a.0, b.0), f64::midpoint(a.1, -b.1));
            column[y + 1] = (f64::midpoint(a.1, b.1), f64::midpoint(b.0, -a.0));
        }
    }
    let mut power = vec![0.0; limit];
    for (kx, column) in columns.iter_mut().enumerate() {
        fourier.transform(column);
        for (ky, value) in column.iter().enumerate() {
            let strength = value.0 * value.0 + value.1 * value.1;
            let mut add = |x: usize, y: usize| {
                // Negative frequencies count from the last index, one less than their size: `CellProfiler`'s way.
                let (x, y) = (x.min(side - 1 - x), y.min(side - 1 - y));
                let ring = ((x * x + y * y) as f64).sqrt() as usize + 1;
                if (2..limit).contains(&ring) {
                    power[ring] += strength;
                }
            };
            add(kx, ky);
            // The spectrum of a real picture is symmetric: all columns but the first stand for two.
            if kx > 0 {
                add(side - kx, (side - ky) % side);
            }
        }
    }
    let points = (2..limit)
        .filter(|ring| power[*ring] > 0.0)
        .map(|ring| ((ring as f64).ln(), power[ring].ln()));
    slope(points)
}

/// Least squares; NaN for fewer than two points.
fn slope(points: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut n, mut x, mut y, mut xx, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (px, py) in points {
        n += 1.0;
        x += px;
        y += py;
        xx += px * px;
        xy += px * py;
    }
    (n * xy - x * y) / (n * xx - x * x)
}

type Complex = (f64, f64);

/// A radix-2 Fourier transform of one length.
struct Fourier {
    roots: Vec<Complex>,
    reversed: Vec<usize>,
}

impl Fourier {
    fn new(length: usize) -> Self {
        let bits = length.ilog2();
        Self {
            roots: (0..length / 2)
                .map(|k| {
                    let (sin, cos) = (-2.0 * PI * k as f64 / length as f64).sin_cos();
                    (cos, sin)
                })
                .collect(),
            reversed: (0..length)
                .map(|at| at.reverse_bits() >> (usize::BITS - bits))
                .collect(),
        }
    }

    fn transform(&self, values: &mut [Complex]) {
        for (at, &other) in self.reversed.iter().enumerate() {
            if at < other {
                values.swap(at, other);
            }
        }
        let mut half = 1;
        while half < values.len() {
            let stride = values.len() / (2 * half);
            for block in values.chunks_exact_mut(2 * half) {
                let (low, high) = block.split_at_mut(half);
                for ((a, b), root) in low
                    .iter_mut()
                    .zip(high)
                    .zip(self.roots.iter().step_by(stride))
                {
                    let turned = (b.0 * root.0 - b.1 * root.1, b.0 * root.1 + b.1 * root.0);
                    *b = (a.0 - turned.0, a.1 - turned.1);
                    *a = (a.0 + turned.0, a.1 + turned.1);
                }
            }
            half *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_of_a_wave_is_one_line() {
        let mut wave: Vec<Complex> = (0..32)
            .map(|x| ((2.0 * PI * 3.0 * f64::from(x) / 32.0).cos(), 0.0))
            .collect();
        Fourier::new(32).transform(&mut wave);
        for (k, value) in wave.iter().enumerate() {
            let expected = if k == 3 || k == 29 { 16.0 } else { 0.0 };
            assert!((value.0 - expected).abs() < 1e-9 && value.1.abs() < 1e-9);
        }
    }

    #[test]
    fn white_noise_rises_with_the_ring_and_blur_makes_it_fall() {
        let mut rng = fastrand::Rng::with_seed(6);
        let noise: Vec<u16> = (0..256 * 256).map(|_| rng.u16(..)).collect();
        let sharp = log_log_slope(&noise, 256, 65_535.0);
        // The number of frequencies in a ring grows with its radius.
        assert!((sharp - 1.0).abs() < 0.3, "{sharp}");
        let smooth: Vec<u16> = (0..noise.len())
            .map(|at| {
                let sum: u32 = (0..16)
                    .map(|i| u32::from(noise[(at + i % 4 + 256 * (i / 4)) % noise.len()]))
                    .sum();
                (sum / 16) as u16
            })
            .collect();
        assert!(log_log_slope(&smooth, 256, 65_535.0) < sharp - 0.1);
    }
}
