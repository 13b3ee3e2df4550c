//! Contrast: which intensities are shown as black and as full colour.

use super::CellPicture;

const LEVELS: usize = 1 << 16;
/// Crops looked at for the first contrast.
const SAMPLE: usize = 48;
/// Percentiles of the pixels that are shown as black and as full colour.
const PERCENTILES: [f64; 2] = [1.0, 99.7];
/// So many channels can be shown together without becoming too bright.
const CHANNELS_WITHOUT_HEADROOM: usize = 3;
/// How much brighter an intensity must be for full colour where more are.
const HEADROOM: f32 = 1.5;

/// The rows whose crops decide about the first contrast: evenly spread over all rows.
pub fn contrast_sample(rows: usize) -> Vec<u32> {
    let count = rows.min(SAMPLE);
    (0..count)
        .map(|at| (at as u64 * rows as u64 / count as u64) as u32)
        .collect()
}

/// The contrast in which each channel is shown at first, from the crops of some cells; `None` for a channel without a
/// pixel among them. One range for all cells, so that their brightness can be compared.
pub fn first_contrast<'a>(
    pictures: &(impl Iterator<Item = &'a CellPicture> + Clone),
    channels: usize,
) -> Vec<Option<[f32; 2]>> {
    let headroom = if channels > CHANNELS_WITHOUT_HEADROOM {
        // Many channels add up to white where each alone would be just right.
        HEADROOM
    } else {
        1.0
    };
    (0..channels)
        .map(|channel| {
            let pixels = pictures
                .clone()
                .filter_map(|picture| picture.crop.as_ref()?.planes.get(channel))
                .flat_map(|plane| plane.iter().copied());
            let [min, max] = auto_range(pixels)?;
            Some([min, min + (max - min) * headroom])
        })
        .collect()
}

/// The intensities for the black and the full colour of a channel with these pixels; `None` without a pixel.
pub fn auto_range(pixels: impl Iterator<Item = u16>) -> Option<[f32; 2]> {
    let [low, high] = PERCENTILES;
    percentile_range(pixels, low, high)
}

/// The intensities at two percentiles (0 to 100).
///
/// The range is never of zero width: a constant picture gets one level more. `None` without a pixel.
fn percentile_range(pixels: impl Iterator<Item = u16>, low: f64, high: f64) -> Option<[f32; 2]> {
    let mut counts = vec![0_u64; LEVELS];
    let mut total = 0_u64;
    for pixel in pixels {
        counts[usize::from(pixel)] += 1;
        total += 1;
    }
    let last = total.checked_sub(1)?;
    let level_at = |percent: f64| -> f32 {
        let share = (percent / 100.0).clamp(0.0, 1.0);
        let rank = (share * last as f64).round() as u64;
        let mut seen = 0;
        let level = counts.iter().position(|&count| {
            seen += count;
            seen > rank
        });
        level.unwrap_or(LEVELS - 1) as f32
    };
    let (min, max) = (level_at(low), level_at(high));
    let top = (LEVELS - 1) as f32;
    Some(if max > min {
        [min, max]
    } else if min < top {
        [min, min + 1.0]
    } else {
        [top - 1.0, top]
    })
}

/// Counts of pixels in `bins` equal parts of `range`; its upper end belongs to the last one.
///
/// Pixels outside the range are not counted; a range of no width has zeros only.
pub fn intensity_histogram(pixels: &[u16], range: [f32; 2], bins: usize) -> Vec<u32> {
    let mut counts = vec![0_u32; bins];
    let [min, max] = range.map(f64::from);
    let Some(last) = bins.checked_sub(1) else {
        return counts;
    };
    if !(min.is_finite() && max.is_finite() && max > min) {
        return counts;
    }
    let scale = bins as f64 / (max - min);
    for &pixel in pixels {
        let value = f64::from(pixel);
        if value >= min && value <= max {
            let bin = (((value - min) * scale) as usize).min(last);
            counts[bin] = counts[bin].saturating_add(1);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Crop;

    #[test]
    fn percentiles_are_those_of_the_sorted_pixels() {
        type Case<'a> = (&'a [u16], f64, f64, Option<[f32; 2]>);
        let ramp: Vec<u16> = (0..=1000).collect();
        let cases: [Case; 9] = [
            (&ramp, 0.0, 100.0, Some([0.0, 1000.0])),
            (&ramp, 1.0, 99.0, Some([10.0, 990.0])),
            (&ramp, -5.0, 500.0, Some([0.0, 1000.0])),
            (&ramp, 99.0, 1.0, Some([990.0, 991.0])),
            (&[7, 7, 7], 1.0, 99.0, Some([7.0, 8.0])),
            (&[u16::MAX; 3], 1.0, 99.0, Some([65534.0, 65535.0])),
            (&[3], 0.0, 100.0, Some([3.0, 4.0])),
            (&[0, 65535], 0.0, 100.0, Some([0.0, 65535.0])),
            (&[], 1.0, 99.0, None),
        ];
        for (pixels, low, high, expected) in cases {
            assert_eq!(
                percentile_range(pixels.iter().copied(), low, high),
                expected,
                "{low} {high} of {} pixels",
                pixels.len()
            );
        }
    }

    #[test]
    fn the_first_contrast_is_of_a_spread_sample() {
        for (rows, expected) in [
            (0, vec![]),
            (3, vec![0, 1, 2]),
            (96, (0..48).map(|at| at * 2).collect()),
        ] {
            assert_eq!(contrast_sample(rows), expected, "{rows} rows");
        }
        let many = contrast_sample(10_000_001);
        assert_eq!((many.len(), many[0], many[47]), (48, 0, 9_791_667));
    }

    #[test]
    fn channels_without_pixels_have_no_contrast_and_many_have_headroom() {
        let ramp: Arc<[u16]> = (0..=1000).collect();
        let flat: Arc<[u16]> = Arc::from(vec![7; 1001]);
        let picture = |planes: Vec<Arc<[u16]>>| CellPicture {
            crop: Some(Crop {
                width: 1001,
                height: 1,
                planes,
            }),
            ..CellPicture::default()
        };
        let pictures = [
            CellPicture::default(),
            picture(vec![ramp, Arc::clone(&flat)]),
            // A crop with fewer planes than the others.
            picture(vec![flat]),
        ];
        let found = first_contrast(&pictures.iter(), 3);
        // Half of the pixels are 7, the others 0 to 1000.
        assert_eq!(found, [Some([7.0, 994.0]), Some([7.0, 8.0]), None]);
        let found = first_contrast(&pictures.iter(), 4);
        assert_eq!(found[0], Some([7.0, 7.0 + 987.0 * 1.5]));
        assert_eq!(first_contrast(&[].iter(), 1), [None]);
    }

    #[test]
    fn histogram_counts_what_lies_in_range() {
        let pixels = [0, 1, 5, 9, 10, 11, 65535];
        for (range, bins, expected) in [
            ([0.0, 10.0], 2, vec![2, 3]),
            ([0.0, 10.0], 5, vec![2, 0, 1, 0, 2]),
            ([10.0, 11.0], 1, vec![2]),
            ([0.0, 65535.0], 1, vec![7]),
            ([5.0, 5.0], 3, vec![0, 0, 0]),
            ([f32::NAN, 5.0], 2, vec![0, 0]),
            ([0.0, 10.0], 0, vec![]),
        ] {
            assert_eq!(
                intensity_histogram(&pixels, range, bins),
                expected,
                "{range:?}"
            );
        }
    }
}
