//! Image-level measurements: brightness, clipping and focus of every channel.

use super::intensity::FULL_SCALE;
use super::measurements::{Measurements, mean_and_deviation};
use super::plate::CHANNELS;
use super::spectrum::log_log_slope;

/// Width of the windows of the local focus score, in pixels.
const WINDOW: usize = 20;

/// Measures all channels of a field.
pub(super) fn measure(channels: &[Vec<u16>; 5], width: usize, into: &mut Measurements) {
    for (name, counts) in CHANNELS.iter().zip(channels) {
        let scaled = counts.iter().map(|count| f64::from(*count) / FULL_SCALE);
        let (mean, deviation) = mean_and_deviation(scaled.clone());
        let low = f64::from(counts.iter().copied().min().unwrap_or(0)) / FULL_SCALE;
        let high = f64::from(counts.iter().copied().max().unwrap_or(0)) / FULL_SCALE;
        for (feature, value) in [
            ("TotalIntensity", scaled.sum()),
            ("MeanIntensity", mean),
            ("StdIntensity", deviation),
            ("MinIntensity", low),
            ("MaxIntensity", high),
            ("TotalArea", counts.len() as f64),
        ] {
            into.set(format!("Intensity_{feature}_{name}"), value);
        }
        let clipped = counts.iter().filter(|count| **count == u16::MAX).count();
        let mut set =
            |feature: &str, value: f64| into.set(format!("ImageQuality_{feature}_{name}"), value);
        set(
            "PercentSaturated",
            100.0 * clipped as f64 / counts.len() as f64,
        );
        set("PowerLogLogSlope", log_log_slope(counts, width, FULL_SCALE));
        set("FocusScore", deviation * deviation / mean);
        into.set(
            format!("ImageQuality_LocalFocusScore_{name}_{WINDOW}"),
            local_focus(counts, width),
        );
        into.set(
            format!("ImageQuality_LaplacianVariance_{name}"),
            laplacian_variance(counts, width) / (FULL_SCALE * FULL_SCALE),
        );
    }
}

/// How much the normalised variance differs between windows: `CellProfiler`'s measure.
fn local_focus(counts: &[u16], width: usize) -> f64 {
    let height = counts.len() / width;
    let across = width.div_ceil(WINDOW);
    let mut sums = vec![(0.0, 0.0, 0.0); across * height.div_ceil(WINDOW)];
    for (y, row) in counts.chunks_exact(width).enumerate() {
        for (x, count) in row.iter().enumerate() {
            let value = f64::from(*count) / FULL_SCALE;
            let (number, sum, squares) = &mut sums[y / WINDOW * across + x / WINDOW];
            *number += 1.0;
            *sum += value;
            *squares += value * value;
        }
    }
    let mut spread: Vec<f64> = sums
        .iter()
        .map(|(number, sum, squares)| {
            let mean = sum / number;
            (squares / number - mean * mean).max(0.0) / mean
        })
        .collect();
    let (_, deviation) = mean_and_deviation(spread.iter().copied());
    let middle = spread.len() / 2;
    let (_, median, _) = spread.select_nth_unstable_by(middle, f64::total_cmp);
    if *median > 0.0 {
        deviation * deviation / *median
    } else {
        0.0
    }
}

/// The variance of the Laplacian: the usual blur detector. Binned by four, because noise is sharp in any focus.
fn laplacian_variance(counts: &[u16], width: usize) -> f64 {
    const BIN: usize = 4;
    let (across, down) = (width / BIN, counts.len() / width / BIN);
    let mut binned = vec![0.0_f64; across * down];
    for (y, row) in counts.chunks_exact(width).enumerate().take(down * BIN) {
        for (x, count) in row.iter().enumerate().take(across * BIN) {
            binned[y / BIN * across + x / BIN] += f64::from(*count) / (BIN * BIN) as f64;
        }
    }
    let inner = (1..down - 1).flat_map(|y| (1..across - 1).map(move |x| y * across + x));
    let laplacian = inner.map(|at| {
        4.0 * binned[at]
            - binned[at - 1]
            - binned[at + 1]
            - binned[at - across]
            - binned[at + across]
    });
    let (_, deviation) = mean_and_deviation(laplacian);
    deviation * deviation
}
