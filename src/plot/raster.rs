//! Points counted per pixel of a view.

use super::bounds::Bounds;
use super::scatter_index::ScatterIndex;

/// Points between two looks at the cancel flag; about a millisecond.
const BAND: usize = 1 << 18;

/// Number of points per pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountRaster {
    /// Pixels per row.
    pub width: usize,
    /// Number of pixel rows.
    pub height: usize,
    /// Counts, row by row from the top (largest y); `width * height` of them.
    pub counts: Vec<u32>,
}

/// Mean of a value per pixel.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueRaster {
    /// Pixels per row.
    pub width: usize,
    /// Number of pixel rows.
    pub height: usize,
    /// Number of points that have a value, row by row from the top.
    pub counts: Vec<u32>,
    /// Mean of their values; NaN where there is none.
    pub means: Vec<f32>,
}

/// Number of points per pixel and category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryRaster {
    /// Pixels per row.
    pub width: usize,
    /// Number of pixel rows.
    pub height: usize,
    /// Categories per pixel.
    pub num_categories: usize,
    /// Counts, all categories of the first pixel, then of the next one, row by row from the top. Counting stops at
    /// the largest `u16`.
    pub counts: Vec<u16>,
}

impl ScatterIndex {
    /// Counts points per pixel; `None` when cancelled.
    ///
    /// A pixel holds its lower and not its upper edge along each axis. The upper edges of the view do not belong to
    /// it either, except where it ends at the largest value of the data: those points fall into the last pixel. A
    /// view without extent along an axis is drawn in the middle pixel.
    pub fn counts(
        &self,
        view: Bounds,
        width: usize,
        height: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<CountRaster> {
        let mut counts = vec![0u32; width * height];
        let finished = self.for_each_pixel(view, [width, height], cancelled, |pixel, _| {
            if let Some(count) = counts.get_mut(pixel) {
                *count += 1;
            }
        });
        finished.then_some(CountRaster {
            width,
            height,
            counts,
        })
    }

    /// Averages a value per pixel, with pixels as in [`Self::counts`]; `None` when cancelled.
    ///
    /// `values_by_row` covers the whole dataset; NaN and infinite values are left out.
    pub fn means(
        &self,
        view: Bounds,
        width: usize,
        height: usize,
        values_by_row: &[f64],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<ValueRaster> {
        let rows = self.rows();
        // Sum and count side by side: one cache line per point.
        let mut sums = vec![(0.0f64, 0u32); width * height];
        let finished = self.for_each_pixel(view, [width, height], cancelled, |pixel, at| {
            let value = values_by_row
                .get(rows[at] as usize)
                .copied()
                .unwrap_or(f64::NAN);
            if let Some((sum, count)) = sums.get_mut(pixel)
                && value.is_finite()
            {
                *sum += value;
                *count += 1;
            }
        });
        finished.then(|| ValueRaster {
            width,
            height,
            counts: sums.iter().map(|(_, count)| *count).collect(),
            // Zero by zero is the NaN of empty pixels.
            means: sums
                .iter()
                .map(|(sum, count)| (sum / f64::from(*count)) as f32)
                .collect(),
        })
    }

    /// Counts points per pixel and category, with pixels as in [`Self::counts`]; `None` when cancelled.
    ///
    /// `codes_by_row` covers the whole dataset; codes from `num_categories` on are left out.
    pub fn categories(
        &self,
        view: Bounds,
        width: usize,
        height: usize,
        codes_by_row: &[u16],
        num_categories: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<CategoryRaster> {
        let rows = self.rows();
        let mut counts = vec![0u16; width * height * num_categories];
        let finished = self.for_each_pixel(view, [width, height], cancelled, |pixel, at| {
            if let Some(&code) = codes_by_row.get(rows[at] as usize)
                && usize::from(code) < num_categories
                && let Some(count) = counts.get_mut(pixel * num_categories + usize::from(code))
            {
                *count = count.saturating_add(1);
            }
        });
        finished.then_some(CategoryRaster {
            width,
            height,
            num_categories,
            counts,
        })
    }

    /// Calls `visit` with pixel and position in cell order for each point in the view; false when cancelled.
    #[inline]
    fn for_each_pixel(
        &self,
        view: Bounds,
        size: [usize; 2],
        cancelled: &dyn Fn() -> bool,
        mut visit: impl FnMut(usize, usize),
    ) -> bool {
        if cancelled() {
            return false;
        }
        let (Some(bounds), Some(block)) = (self.bounds(), self.block(view.min, view.max)) else {
            return true;
        };
        if size[0] == 0 || size[1] == 0 || !view.is_valid() {
            return true;
        }
        let [x, y] = [0, 1].map(|axis| PixelAxis::new(view, bounds, axis, size[axis]));
        let pixel =
            |point: [f64; 2]| (size[1] - 1 - y.pixel(point[1])) * size[0] + x.pixel(point[0]);
        let points = self.points();
        let mut since_check = 0;
        for grid_row in block.rows[0]..=block.rows[1] {
            for (span, inside) in self.spans(grid_row, &block) {
                let mut from = span.start;
                while from < span.end {
                    if since_check >= BAND {
                        since_check = 0;
                        if cancelled() {
                            return false;
                        }
                    }
                    let to = span.end.min(from + BAND);
                    since_check += to - from;
                    for (at, &point) in (from..to).zip(&points[from..to]) {
                        if inside || (x.holds(point[0]) && y.holds(point[1])) {
                            visit(pixel(point), at);
                        }
                    }
                    from = to;
                }
            }
        }
        true
    }
}

/// Pixels along one axis of a view.
#[derive(Clone, Copy)]
struct PixelAxis {
    min: f64,
    max: f64,
    /// Whether the upper edge belongs to the view.
    closed: bool,
    scale: f64,
    offset: f64,
    last: u32,
}

impl PixelAxis {
    fn new(view: Bounds, data: Bounds, axis: usize, pixels: usize) -> Self {
        let (min, max) = (view.min[axis], view.max[axis]);
        let scale = pixels as f64 / (max - min);
        let flat = !scale.is_finite();
        Self {
            min,
            max,
            closed: max >= data.max[axis] || min >= max,
            scale: if flat { 0.0 } else { scale },
            offset: if flat { (pixels / 2) as f64 } else { 0.0 },
            last: u32::try_from(pixels - 1).unwrap_or(u32::MAX),
        }
    }

    #[inline]
    fn holds(&self, value: f64) -> bool {
        self.min <= value && (value < self.max || (self.closed && value == self.max))
    }

    /// Only for values that the view holds: rounding may put the largest ones past the end, hence the limit.
    #[inline]
    fn pixel(&self, value: f64) -> usize {
        (((value - self.min) * self.scale + self.offset) as u32).min(self.last) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::test_data::{Points, Random, between, cases};
    use std::cell::Cell;

    const GO_ON: &dyn Fn() -> bool = &|| false;

    /// The pixel of a point by the definition, or `None` outside of the view.
    fn naive_pixel(
        view: Bounds,
        frame: [[f64; 2]; 2],
        size: [usize; 2],
        point: [f64; 2],
    ) -> Option<usize> {
        let along = |axis: usize| {
            let (min, max, value) = (view.min[axis], view.max[axis], point[axis]);
            let n = size[axis];
            if min == max {
                return (value == min && n > 0).then_some(n / 2);
            }
            let inside = min <= value && (value < max || (value == max && max == frame[1][axis]));
            let scale = n as f64 / (max - min);
            if !scale.is_finite() {
                return (inside && n > 0).then_some(n / 2);
            }
            (inside && n > 0).then(|| (((value - min) * scale) as usize).min(n - 1))
        };
        let (x, y) = (along(0)?, along(1)?);
        Some((size[1] - 1 - y) * size[0] + x)
    }

    /// Views of a data set: whole, enlarged, inside, on values of the data, outside, flat.
    fn views(case: &Points) -> Vec<Bounds> {
        let mut random = Random::new(99);
        let [min, max] = case.frame();
        let whole = Bounds { min, max };
        let mut views = vec![whole, whole.expanded(0.25), Bounds { min, max: min }];
        let part = |t: [f64; 2]| [0, 1].map(|a| between(min[a], max[a], t[a]));
        for _ in 0..12 {
            let (a, b) = (
                [random.unit(), random.unit()],
                [random.unit(), random.unit()],
            );
            views.push(Bounds {
                min: part([a[0].min(b[0]), a[1].min(b[1])]),
                max: part([a[0].max(b[0]), a[1].max(b[1])]),
            });
        }
        let points: Vec<_> = case.finite().map(|(_, p)| p).collect();
        for _ in 0..if points.is_empty() { 0 } else { 12 } {
            let [a, b] = [0, 1].map(|_| points[random.below(points.len() as u64) as usize]);
            views.push(Bounds {
                min: [a[0].min(b[0]), a[1].min(b[1])],
                max: [a[0].max(b[0]), a[1].max(b[1])],
            });
        }
        let beyond = |v: f64| if v > 0.0 { v * 2.0 } else { v / 2.0 } + 1.0;
        views.push(Bounds {
            min: max.map(beyond),
            max: max.map(|v| beyond(beyond(v))),
        });
        views
    }

    #[test]
    fn counts_equal_a_count_of_all_points() {
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys, None);
            let frame = case.frame();
            for view in views(&case) {
                for size in [[1, 1], [7, 5], [64, 40], [0, 4], [4, 0]] {
                    let mut expected = vec![0u32; size[0] * size[1]];
                    for (_, point) in case.finite() {
                        if let Some(pixel) = naive_pixel(view, frame, size, point) {
                            expected[pixel] += 1;
                        }
                    }
                    let raster = index.counts(view, size[0], size[1], GO_ON).unwrap();
                    assert_eq!([raster.width, raster.height], size);
                    assert_eq!(raster.counts, expected, "{} {view:?} {size:?}", case.name);
                }
            }
        }
    }

    #[test]
    fn the_whole_view_holds_every_point() {
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys, None);
            let Some(bounds) = index.bounds() else {
                continue;
            };
            for view in [bounds, bounds.expanded(0.1)] {
                let raster = index.counts(view, 33, 21, GO_ON).unwrap();
                assert_eq!(
                    raster.counts.iter().sum::<u32>() as usize,
                    index.len(),
                    "{}",
                    case.name
                );
            }
        }
    }

    #[test]
    fn the_top_row_holds_the_largest_y() {
        let index = ScatterIndex::build(&[0.0, 1.0, 2.0], &[0.0, 5.0, 10.0], None);
        let raster = index.counts(index.bounds().unwrap(), 3, 2, GO_ON).unwrap();
        // The middle point lies on the border between the rows and belongs to the upper one.
        assert_eq!(raster.counts, [0, 1, 1, 1, 0, 0]);
    }

    #[test]
    fn means_and_categories_equal_a_pass_over_all_points() {
        let mut random = Random::new(21);
        let size = [16, 9];
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys, None);
            let (n, frame) = (case.xs.len(), case.frame());
            // One value short of the data: rows without a value are left out.
            let values: Vec<f64> = (1..n)
                .map(|i| {
                    if i % 5 == 0 {
                        f64::NAN
                    } else {
                        random.normal()
                    }
                })
                .collect();
            let codes: Vec<u16> = (1..n).map(|_| random.below(5) as u16).collect();
            for view in views(&case) {
                let pixels = size[0] * size[1];
                let (mut sums, mut counts) = (vec![0.0; pixels], vec![0u32; pixels]);
                let mut by_code = vec![0u16; pixels * 4];
                for (row, point) in case.finite() {
                    let Some(pixel) = naive_pixel(view, frame, size, point) else {
                        continue;
                    };
                    if let Some(value) = values.get(row as usize).filter(|v| !v.is_nan()) {
                        sums[pixel] += value;
                        counts[pixel] += 1;
                    }
                    if let Some(&code) = codes.get(row as usize).filter(|c| **c < 4) {
                        by_code[pixel * 4 + usize::from(code)] += 1;
                    }
                }
                let raster = index.means(view, size[0], size[1], &values, GO_ON).unwrap();
                assert_eq!(raster.counts, counts, "{} {view:?}", case.name);
                for pixel in 0..pixels {
                    let (mean, expected) = (
                        raster.means[pixel],
                        (sums[pixel] / f64::from(counts[pixel])) as f32,
                    );
                    let same = mean.is_nan() && expected.is_nan() || (mean - expected).abs() < 1e-5;
                    assert!(same, "{}: {mean} {expected}", case.name);
                }
                let raster = index
                    .categories(view, size[0], size[1], &codes, 4, GO_ON)
                    .unwrap();
                assert_eq!(raster.counts, by_code, "{} {view:?}", case.name);
                assert_eq!(raster.num_categories, 4);
            }
        }
    }

    #[test]
    fn category_counts_stop_at_the_largest_number() {
        let n = 70_000;
        let index = ScatterIndex::build(&vec![1.0; n], &vec![1.0; n], None);
        let view = index.bounds().unwrap().expanded(0.1);
        let raster = index.categories(view, 1, 1, &vec![1; n], 2, GO_ON).unwrap();
        assert_eq!(raster.counts, [0, u16::MAX]);
        assert!(
            index
                .categories(view, 1, 1, &vec![1; n], 0, GO_ON)
                .unwrap()
                .counts
                .is_empty()
        );
    }

    #[test]
    fn odd_views_are_empty() {
        let index = ScatterIndex::build(&[0.0, 1.0], &[0.0, 1.0], None);
        let views = [
            ([1.0, 0.0], [0.0, 1.0]),
            ([f64::NAN, 0.0], [1.0, 1.0]),
            ([f64::NEG_INFINITY, 0.0], [f64::INFINITY, 1.0]),
            ([2.0, 2.0], [3.0, 3.0]),
        ];
        for (min, max) in views {
            let raster = index.counts(Bounds { min, max }, 4, 3, GO_ON).unwrap();
            assert_eq!(raster.counts, [0; 12], "{min:?} {max:?}");
        }
    }

    #[test]
    fn a_cancelled_picture_is_dropped() {
        let mut random = Random::new(1);
        let n = 4 * BAND;
        let xs: Vec<f64> = (0..n).map(|_| random.unit()).collect();
        for ys in [xs.clone(), vec![1.0; n]] {
            let index = ScatterIndex::build(&xs, &ys, None);
            let view = index.bounds().unwrap();
            assert_eq!(index.counts(view, 8, 8, &|| true), None);
            let checks = Cell::new(0);
            let late = || checks.replace(checks.get() + 1) == 2;
            assert_eq!(index.counts(view, 8, 8, &late), None);
            assert_eq!(checks.get(), 3);
        }
    }
}
