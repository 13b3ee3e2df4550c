//! `Intensity`, `Location`, `Correlation` and `RadialDistribution`: what the pixels of an object hold.

use super::measurements::{Measurements, mean_and_deviation};
use super::plate::CHANNELS;
use super::region::Region;

/// The full scale of the 16-bit images; `CellProfiler`'s intensities go from 0 to 1.
pub(super) const FULL_SCALE: f64 = 65_535.0;
/// Rings from the object's middle to its edge.
const RINGS: usize = 4;
/// Sectors of a ring, whose variation makes the radial CV.
const SECTORS: usize = 8;

/// The pixels of an object in every channel, scaled to 0..1.
pub(super) fn sample(region: &Region, channels: &[Vec<u16>; 5], width: usize) -> [Vec<f64>; 5] {
    std::array::from_fn(|channel| {
        region
            .pixels
            .iter()
            .map(|&(x, y)| {
                f64::from(channels[channel][y as usize * width + x as usize]) / FULL_SCALE
            })
            .collect()
    })
}

/// Measures everything that this file is about, for all channels.
pub(super) fn measure(region: &Region, samples: &[Vec<f64>; 5], into: &mut Measurements) {
    let rings = Rings::of(region);
    for (name, values) in CHANNELS.iter().zip(samples) {
        distribution(region, name, values, into);
        places(region, name, values, into);
        rings.measure(name, values, into);
    }
    for first in 0..CHANNELS.len() {
        for second in first + 1..CHANNELS.len() {
            into.set(
                format!(
                    "Correlation_Correlation_{}_{}",
                    CHANNELS[first], CHANNELS[second]
                ),
                correlation(&samples[first], &samples[second]),
            );
        }
    }
}

fn distribution(region: &Region, channel: &str, values: &[f64], into: &mut Measurements) {
    let mut set = |name: &str, value: f64| into.set(format!("Intensity_{name}_{channel}"), value);
    let (mean, deviation) = mean_and_deviation(values.iter().copied());
    set("IntegratedIntensity", values.iter().sum());
    set("MeanIntensity", mean);
    set("StdIntensity", deviation);

    let edge = values
        .iter()
        .zip(&region.on_edge)
        .filter(|(_, edge)| **edge)
        .map(|(value, _)| *value);
    let (edge_mean, edge_deviation) = mean_and_deviation(edge.clone());
    set("IntegratedIntensityEdge", edge.clone().sum());
    set("MeanIntensityEdge", edge_mean);
    set("StdIntensityEdge", edge_deviation);
    set(
        "MinIntensityEdge",
        edge.clone().fold(f64::INFINITY, f64::min),
    );
    set("MaxIntensityEdge", edge.fold(0.0, f64::max));

    let mut sorted = values.to_vec();
    let median = quantile(&mut sorted, 0.5);
    set("MedianIntensity", median);
    set("LowerQuartileIntensity", quantile(&mut sorted, 0.25));
    set("UpperQuartileIntensity", quantile(&mut sorted, 0.75));
    set(
        "MinIntensity",
        values.iter().copied().fold(f64::INFINITY, f64::min),
    );
    set("MaxIntensity", values.iter().copied().fold(0.0, f64::max));
    for value in &mut sorted {
        *value = (*value - median).abs();
    }
    set("MADIntensity", quantile(&mut sorted, 0.5));
}

/// The value at a fraction of the sorted list, interpolated; reorders the list.
fn quantile(values: &mut [f64], fraction: f64) -> f64 {
    let position = fraction * (values.len() - 1) as f64;
    let low = position.floor();
    let (_, at, above) = values.select_nth_unstable_by(low as usize, f64::total_cmp);
    let at = *at;
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    if next.is_finite() {
        at + (next - at) * (position - low)
    } else {
        at
    }
}

fn places(region: &Region, channel: &str, values: &[f64], into: &mut Measurements) {
    let (mut sum, mut sum_x, mut sum_y, mut mean_x, mut mean_y) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut brightest = (f64::MIN, (0_u32, 0_u32));
    for (&(x, y), &value) in region.pixels.iter().zip(values) {
        let (px, py) = (f64::from(x), f64::from(y));
        sum += value;
        sum_x += value * px;
        sum_y += value * py;
        mean_x += px;
        mean_y += py;
        if value > brightest.0 {
            brightest = (value, (x, y));
        }
    }
    let count = values.len() as f64;
    let (mass_x, mass_y) = (sum_x / sum, sum_y / sum);
    into.set(format!("Location_CenterMassIntensity_X_{channel}"), mass_x);
    into.set(format!("Location_CenterMassIntensity_Y_{channel}"), mass_y);
    into.set(
        format!("Location_MaxIntensity_X_{channel}"),
        f64::from(brightest.1.0),
    );
    into.set(
        format!("Location_MaxIntensity_Y_{channel}"),
        f64::from(brightest.1.1),
    );
    into.set(
        format!("Intensity_MassDisplacement_{channel}"),
        (mass_x - mean_x / count).hypot(mass_y - mean_y / count),
    );
}

/// Pearson's coefficient; NaN where one channel is constant.
fn correlation(first: &[f64], second: &[f64]) -> f64 {
    let count = first.len() as f64;
    let (mean_a, mean_b) = (
        first.iter().sum::<f64>() / count,
        second.iter().sum::<f64>() / count,
    );
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (a, b) in first.iter().zip(second) {
        let (a, b) = (a - mean_a, b - mean_b);
        aa += a * a;
        bb += b * b;
        ab += a * b;
    }
    if aa > 0.0 && bb > 0.0 {
        ab / (aa * bb).sqrt()
    } else {
        f64::NAN
    }
}

/// For every pixel its ring and sector; the middle is the pixel deepest inside the object.
struct Rings {
    places: Vec<(u8, u8)>,
    pixels: [f64; RINGS],
}

impl Rings {
    fn of(region: &Region) -> Self {
        let mut middle = (f64::MIN, (0_u32, 0_u32));
        for (&pixel, &depth) in region.pixels.iter().zip(&region.depth) {
            if depth > middle.0 {
                middle = (depth, pixel);
            }
        }
        let (middle_x, middle_y) = (f64::from(middle.1.0), f64::from(middle.1.1));
        let mut pixels = [0.0; RINGS];
        let places = region
            .pixels
            .iter()
            .zip(&region.depth)
            .map(|(&(x, y), &depth)| {
                let (dx, dy) = (f64::from(x) - middle_x, f64::from(y) - middle_y);
                let outwards = dx.hypot(dy);
                let ring = ((outwards / (outwards + depth) * RINGS as f64) as usize).min(RINGS - 1);
                pixels[ring] += 1.0;
                let sector = usize::from(dx > 0.0)
                    + 2 * usize::from(dy > 0.0)
                    + 4 * usize::from(dx.abs() > dy.abs());
                (ring as u8, sector as u8)
            })
            .collect();
        Self { places, pixels }
    }

    fn measure(&self, channel: &str, values: &[f64], into: &mut Measurements) {
        let mut sums = [[0.0; SECTORS]; RINGS];
        let mut counts = [[0.0; SECTORS]; RINGS];
        for (&(ring, sector), value) in self.places.iter().zip(values) {
            sums[usize::from(ring)][usize::from(sector)] += value;
            counts[usize::from(ring)][usize::from(sector)] += 1.0;
        }
        let total: f64 = values.iter().sum();
        for ring in 0..RINGS {
            let mut set = |name: &str, value: f64| {
                into.set(
                    format!("RadialDistribution_{name}_{channel}_{}of{RINGS}", ring + 1),
                    value,
                );
            };
            let fraction = sums[ring].iter().sum::<f64>() / total;
            set("FracAtD", fraction);
            set(
                "MeanFrac",
                fraction / (self.pixels[ring] / values.len() as f64),
            );
            let means = sums[ring]
                .iter()
                .zip(&counts[ring])
                .filter(|(_, count)| **count > 0.0)
                .map(|(s, c)| s / c);
            let (mean, deviation) = mean_and_deviation(means);
            set("RadialCV", deviation / mean);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let mut values = [4.0, 1.0, 3.0, 2.0];
        assert!((quantile(&mut values, 0.5) - 2.5).abs() < 1e-12);
        assert!((quantile(&mut values, 0.25) - 1.75).abs() < 1e-12);
        assert!((quantile(&mut [7.0], 0.75) - 7.0).abs() < 1e-12);
    }

    #[test]
    fn correlation_of_a_line_is_one() {
        assert!((correlation(&[1.0, 2.0, 3.0], &[10.0, 20.0, 30.0]) - 1.0).abs() < 1e-12);
        assert!(correlation(&[1.0, 1.0], &[1.0, 2.0]).is_nan());
    }
}
