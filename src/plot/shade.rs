//! Colours of pixel counts.

use rayon::prelude::*;

use super::colormap::Colormap;
use super::raster::{ColorRaster, CountRaster, ValueRaster};

/// Red, green, blue and opacity as sRGB bytes; the colours are not multiplied by the opacity.
pub type Rgba = [u8; 4];

/// Colour of an empty pixel.
const TRANSPARENT: Rgba = [0; 4];
/// Steps of a shade; more than eyes or bytes resolve.
const STEPS: usize = 1024;

/// Colours counts on a logarithmic scale; empty pixels are transparent.
///
/// `max_count` gets the last colour and so does everything above; `None` takes the largest count of the raster. Hold
/// it while the view moves, or the colours flicker.
pub fn shade_counts(raster: &CountRaster, map: Colormap, max_count: Option<u32>) -> Vec<Rgba> {
    let max = max_count.unwrap_or_else(|| raster.counts.par_iter().copied().max().unwrap_or(0));
    let top = f64::from(max.max(1)).ln_1p();
    let color = |count: u32| opaque(map.color((f64::from(count).ln_1p() / top) as f32));
    // Most pixels hold few points: look those up instead of taking a logarithm per pixel.
    let common: Vec<Rgba> = (0..STEPS as u32).map(color).collect();
    let shade = |&count: &u32| match count {
        0 => TRANSPARENT,
        _ => common
            .get(count as usize)
            .copied()
            .unwrap_or_else(|| color(count)),
    };
    raster.counts.par_iter().map(shade).collect()
}

/// Colours means between the ends of `range`, values outside like the nearer end; empty pixels are transparent.
///
/// A range of zero width gives the middle colour.
pub fn shade_means(raster: &ValueRaster, map: Colormap, range: [f64; 2]) -> Vec<Rgba> {
    let last = (STEPS - 1) as f64;
    let colors: Vec<Rgba> = (0..STEPS)
        .map(|step| opaque(map.color((step as f64 / last) as f32)))
        .collect();
    let shade = |&mean: &f32| {
        if mean.is_nan() {
            return TRANSPARENT;
        }
        let share = match (f64::from(mean) - range[0]) / (range[1] - range[0]) {
            share if share.is_finite() => share,
            _ => 0.5,
        };
        // The cast saturates at 0.
        let step = (share * last + 0.5) as usize;
        colors[step.min(STEPS - 1)]
    };
    raster.means.par_iter().map(shade).collect()
}

/// The colours of the points in a pixel; empty pixels are transparent.
pub fn shade_colors(raster: &ColorRaster) -> Vec<Rgba> {
    let shade = |color: &Option<[u8; 3]>| color.map_or(TRANSPARENT, opaque);
    raster.colors.par_iter().map(shade).collect()
}

fn opaque([r, g, b]: [u8; 3]) -> Rgba {
    [r, g, b, 255]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: Vec<u32>) -> CountRaster {
        CountRaster {
            width: counts.len(),
            height: 1,
            counts,
        }
    }

    #[test]
    fn counts_are_colored_by_their_logarithm() {
        let map = Colormap::Viridis;
        let pixels = shade_counts(&counts(vec![0, 1, 9, 999, 99_999]), map, None);
        assert_eq!(pixels[0], TRANSPARENT);
        assert_eq!(pixels[4], opaque(map.color(1.0)));
        assert_eq!(pixels[3], opaque(map.color(0.6)));
        assert_eq!(pixels[2], opaque(map.color(0.2)));
        assert!(pixels[1..].windows(2).all(|w| w[0] != w[1]));
    }

    #[test]
    fn the_count_of_the_last_color_can_be_held() {
        let map = Colormap::Magma;
        let pixels = shade_counts(&counts(vec![5, 9, 5000]), map, Some(9));
        assert_eq!(pixels[1], opaque(map.color(1.0)));
        assert_eq!(pixels[2], pixels[1]);
        assert_ne!(pixels[0], pixels[1]);
        assert_eq!(
            shade_counts(&counts(vec![1, 0]), map, Some(0))[0],
            pixels[1]
        );
        assert!(shade_counts(&counts(vec![]), map, None).is_empty());
    }

    #[test]
    fn means_are_colored_between_the_ends() {
        let map = Colormap::Coolwarm;
        let raster = |means: Vec<f32>| ValueRaster {
            width: means.len(),
            height: 1,
            means,
        };
        let cases = [
            (-2.0, [-2.0, 2.0], Some(0.0)),
            (2.0, [-2.0, 2.0], Some(1.0)),
            (-90.0, [-2.0, 2.0], Some(0.0)),
            (f32::INFINITY, [-2.0, 2.0], Some(0.5)),
            (90.0, [-2.0, 2.0], Some(1.0)),
            (3.0, [3.0, 3.0], Some(0.5)),
            (f32::NAN, [-2.0, 2.0], None),
        ];
        for (mean, range, share) in cases {
            let expected = share.map_or(TRANSPARENT, |t| opaque(map.color(t)));
            let pixel = shade_means(&raster(vec![mean]), map, range)[0];
            let near = pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 1);
            assert!(near, "{mean} in {range:?}: {pixel:?}, not {expected:?}");
        }
    }

    #[test]
    fn pixels_without_a_color_are_transparent() {
        let raster = ColorRaster {
            width: 2,
            height: 1,
            colors: vec![None, Some([191, 0, 50])],
        };
        assert_eq!(shade_colors(&raster), [TRANSPARENT, [191, 0, 50, 255]]);
    }
}
