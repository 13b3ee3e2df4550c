//! Growing single pixels into discs, so that few points on a large plot can be seen.

use super::raster::CountRaster;
use super::shade::Rgba;

/// Non-empty pixels looked at for a radius; more would not change it.
const SAMPLE: usize = 4096;

/// Grows every non-transparent pixel to a disc.
///
/// `pixels` has `width * height` colours, row by row. Non-transparent pixels keep their colours; a transparent one
/// takes the colour of the nearest within `radius` pixels.
pub fn spread(pixels: &[Rgba], width: usize, height: usize, radius: usize) -> Vec<Rgba> {
    let mut grown = pixels.to_vec();
    if radius == 0 || pixels.len() != width * height {
        return grown;
    }
    let seeds: Vec<usize> = (0..pixels.len()).filter(|at| pixels[*at][3] > 0).collect();
    // From near to far: the first colour to arrive at a pixel is the nearest one.
    for [dx, dy] in disc(radius) {
        for &at in &seeds {
            let x = (at % width).checked_add_signed(dx).filter(|x| *x < width);
            let y = (at / width).checked_add_signed(dy).filter(|y| *y < height);
            if let (Some(x), Some(y)) = (x, y) {
                let target = &mut grown[y * width + x];
                if target[3] == 0 {
                    *target = pixels[at];
                }
            }
        }
    }
    grown
}

/// The radius for [`spread`] that makes a sparse plot visible and leaves a dense one as it is, at most `max_radius`.
///
/// The largest one at which the discs of at most half of the non-empty pixels would touch others; 0 for an empty
/// raster.
pub fn spread_radius(raster: &CountRaster, max_radius: usize) -> usize {
    let (width, height) = (raster.width, raster.height);
    if max_radius == 0 || raster.counts.len() != width * height {
        return 0;
    }
    let filled: Vec<usize> = (0..raster.counts.len())
        .filter(|at| raster.counts[*at] > 0)
        .collect();
    if filled.is_empty() {
        return 0;
    }
    let reach = 2 * max_radius;
    // Number of sampled pixels by the distance of their nearest neighbour (the larger of its steps along the axes).
    let mut by_distance = vec![0usize; reach + 1];
    let mut sampled = 0;
    for &at in filled.iter().step_by(filled.len().div_ceil(SAMPLE)) {
        sampled += 1;
        let (x, y) = (at % width, at / width);
        let mut nearest = reach + 1;
        for other_y in y.saturating_sub(reach)..(y + reach + 1).min(height) {
            for other_x in x.saturating_sub(reach)..(x + reach + 1).min(width) {
                let other = other_y * width + other_x;
                if other != at && raster.counts[other] > 0 {
                    nearest = nearest.min(x.abs_diff(other_x).max(y.abs_diff(other_y)));
                }
            }
        }
        if let Some(number) = by_distance.get_mut(nearest) {
            *number += 1;
        }
    }
    let mut touching = 0;
    for radius in 1..=max_radius {
        touching += by_distance[2 * radius - 1] + by_distance[2 * radius];
        if 2 * touching > sampled {
            return radius - 1;
        }
    }
    max_radius
}

/// The steps from the centre of a disc to its other pixels, from near to far.
fn disc(radius: usize) -> Vec<[isize; 2]> {
    let r = radius.min(1 << 10) as isize;
    // r * r + r rather than r * r, or small discs are diamonds.
    let mut steps: Vec<[isize; 2]> = (-r..=r)
        .flat_map(|dy| (-r..=r).map(move |dx| [dx, dy]))
        .filter(|[dx, dy]| (1..=r * r + r).contains(&(dx * dx + dy * dy)))
        .collect();
    steps.sort_by_key(|[dx, dy]| dx * dx + dy * dy);
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::Random;

    const RED: Rgba = [255, 0, 0, 255];
    const BLUE: Rgba = [0, 0, 255, 128];
    const NONE: Rgba = [0; 4];

    fn filled(pixels: &[Rgba]) -> usize {
        pixels.iter().filter(|p| p[3] > 0).count()
    }

    #[test]
    fn a_pixel_becomes_a_disc() {
        let mut pixels = vec![NONE; 11 * 11];
        pixels[5 * 11 + 5] = RED;
        for (radius, area) in [(0, 1), (1, 9), (2, 21), (3, 37)] {
            let grown = spread(&pixels, 11, 11, radius);
            assert_eq!(filled(&grown), area, "radius {radius}");
            assert!(grown.iter().all(|p| [RED, NONE].contains(p)));
        }
    }

    #[test]
    fn discs_end_at_the_border_of_the_picture() {
        let mut pixels = vec![NONE; 4 * 3];
        pixels[0] = RED;
        pixels[11] = BLUE;
        let grown = spread(&pixels, 4, 3, 1);
        assert_eq!(
            grown,
            [
                RED, RED, NONE, NONE, RED, RED, BLUE, BLUE, NONE, NONE, BLUE, BLUE
            ]
        );
    }

    #[test]
    fn the_nearest_color_wins() {
        let mut pixels = vec![NONE; 9];
        pixels[1] = RED;
        pixels[4] = BLUE;
        let grown = spread(&pixels, 9, 1, 3);
        assert_eq!(grown, [RED, RED, RED, BLUE, BLUE, BLUE, BLUE, BLUE, NONE]);
    }

    #[test]
    fn pictures_of_a_wrong_size_stay_as_they_are() {
        assert_eq!(spread(&[RED, NONE], 3, 1, 2), [RED, NONE]);
        assert!(spread(&[], 0, 0, 2).is_empty());
    }

    #[test]
    fn sparse_plots_grow_and_dense_ones_do_not() {
        let mut random = Random::new(2);
        let (width, height) = (200, 150);
        let mut raster = CountRaster {
            width,
            height,
            counts: vec![0; width * height],
        };
        assert_eq!(spread_radius(&raster, 4), 0);
        raster.counts[77] = 3;
        assert_eq!(spread_radius(&raster, 4), 4);
        assert_eq!(spread_radius(&raster, 0), 0);
        let mut last = 4;
        for added in [5, 100, 300, 1000, 20_000] {
            for _ in 0..added {
                raster.counts[random.below((width * height) as u64) as usize] += 1;
            }
            let radius = spread_radius(&raster, 4);
            assert!(radius <= last, "{radius} after {last}");
            last = radius;
        }
        assert_eq!(last, 0);
    }
}
