//! Points counted per pixel of a view.

use std::ops::{AddAssign, Range};

use rayon::prelude::*;

use super::bounds::Bounds;
use super::scatter_index::{CellBlock, ScatterIndex};
use cytolance_kernels::RowSet;

/// Points between two looks at the cancel flag; about a millisecond.
const BAND: usize = 1 << 18;
/// Points whose being shown is looked up together.
const LIST: usize = 128;
/// Parts of a picture for each thread, so that all end at about the same time.
const PARTS_PER_THREAD: usize = 4;

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
    /// Mean of the values, row by row from the top; NaN where there is none.
    pub means: Vec<f32>,
}

/// Mean of the colours of the points per pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColorRaster {
    /// Pixels per row.
    pub width: usize,
    /// Number of pixel rows.
    pub height: usize,
    /// Mean red, green and blue, row by row from the top; `None` where there is no point.
    pub colors: Vec<Option<[u8; 3]>>,
}

/// A part of the plane, what of it is drawn, and on how many pixels.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The part of the plane.
    pub view: Bounds,
    /// Pixels per row, and rows.
    pub size: [usize; 2],
    /// Rows that are drawn; all without a set.
    pub shown: Option<&'a RowSet>,
    /// Asked from time to time, from any thread: whether the picture is not wanted any more.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
}

impl ScatterIndex {
    /// Counts points per pixel; `None` when cancelled.
    ///
    /// A pixel holds its lower and not its upper edge along each axis. The upper edges of the view do not belong to
    /// it either, except where it ends at the largest value of the data: those points fall into the last pixel. A
    /// view without extent along an axis is drawn in the middle pixel.
    pub fn counts(&self, frame: &Frame<'_>) -> Option<CountRaster> {
        let counts = self.draw(
            frame,
            |count: &mut u32, _| *count += 1,
            |count, other| *count += other,
            |count| count,
        )?;
        Some(CountRaster {
            width: frame.size[0],
            height: frame.size[1],
            counts,
        })
    }

    /// Averages a value per pixel, with pixels as in [`Self::counts`]; `None` when cancelled.
    ///
    /// `values` are in cell order ([`Self::in_cell_order`]); NaN and infinite ones are left out.
    pub fn means(&self, frame: &Frame<'_>, values: &[f32]) -> Option<ValueRaster> {
        // Sum and count side by side: one cache line per point.
        let means = self.draw(
            frame,
            |(sum, count): &mut (f64, u32), at| {
                let value = values.get(at).copied().unwrap_or(f32::NAN);
                if value.is_finite() {
                    *sum += f64::from(value);
                    *count += 1;
                }
            },
            |(sum, count), (other_sum, other_count)| {
                *sum += other_sum;
                *count += other_count;
            },
            // Zero by zero is the NaN of empty pixels.
            |(sum, count)| (sum / f64::from(count)) as f32,
        )?;
        Some(ValueRaster {
            width: frame.size[0],
            height: frame.size[1],
            means,
        })
    }

    /// Mixes the colours of the points in a pixel, with pixels as in [`Self::counts`]; `None` when cancelled.
    ///
    /// `codes` are places in `palette`, in cell order ([`Self::in_cell_order`]); others are left out.
    pub fn colors(
        &self,
        frame: &Frame<'_>,
        codes: &[u8],
        palette: &[[u8; 3]],
    ) -> Option<ColorRaster> {
        // Half the memory as long as no sum can overflow.
        if u32::try_from(self.len()).is_ok_and(|len| len <= u32::MAX / 255) {
            self.colors_in::<u32>(frame, codes, palette)
        } else {
            self.colors_in::<u64>(frame, codes, palette)
        }
    }

    fn colors_in<S>(
        &self,
        frame: &Frame<'_>,
        codes: &[u8],
        palette: &[[u8; 3]],
    ) -> Option<ColorRaster>
    where
        S: Copy + Default + Send + Sync + AddAssign + From<u8> + Into<u64>,
    {
        let palette: Vec<[S; 4]> = palette
            .iter()
            .map(|[r, g, b]| [(*r).into(), (*g).into(), (*b).into(), 1.into()])
            .collect();
        let add = |sums: &mut [S; 4], color: [S; 4]| {
            for (sum, part) in sums.iter_mut().zip(color) {
                *sum += part;
            }
        };
        let colors = self.draw(
            frame,
            |sums: &mut [S; 4], at| {
                let color = codes
                    .get(at)
                    .and_then(|code| palette.get(usize::from(*code)));
                if let Some(color) = color {
                    add(sums, *color);
                }
            },
            |sums, others| add(sums, others),
            |sums| {
                let [r, g, b, count] = sums.map(Into::into);
                (count > 0).then(|| [r, g, b].map(|sum| ((sum + count / 2) / count) as u8))
            },
        )?;
        Some(ColorRaster {
            width: frame.size[0],
            height: frame.size[1],
            colors,
        })
    }

    /// The pixels of a frame: `add` hears the position in cell order of each of its points, `merge` adds two sums, and
    /// `finish` makes the pixel of a sum.
    fn draw<C: Copy + Default + Send + Sync, P: Copy + Send>(
        &self,
        frame: &Frame<'_>,
        add: impl Fn(&mut C, usize) + Sync,
        merge: impl Fn(&mut C, C) + Sync,
        finish: impl Fn(C) -> P + Sync,
    ) -> Option<Vec<P>> {
        let [width, height] = frame.size;
        let mut pixels = vec![finish(C::default()); width * height];
        if (frame.cancelled)() {
            return None;
        }
        let (Some(bounds), Some(block)) =
            (self.bounds(), self.block(frame.view.min, frame.view.max))
        else {
            return Some(pixels);
        };
        if width == 0 || height == 0 || !frame.view.is_valid() {
            return Some(pixels);
        }
        let axes = [0, 1].map(|axis| PixelAxis::new(frame.view, bounds, axis, frame.size[axis]));
        let parts = rayon::current_num_threads() * PARTS_PER_THREAD;
        // Each part of the grid covers some pixel rows, of which the outer ones also belong to its neighbours.
        let bands = self
            .bands(block.rows[0]..block.rows[1] + 1, parts)
            .into_par_iter()
            .map(|grid_rows| self.draw_band(frame, &block, grid_rows, &axes, &add))
            .collect::<Option<Vec<_>>>()?;
        pixels
            .par_chunks_mut(width)
            .enumerate()
            .for_each(|(line, pixels)| {
                let parts: Vec<&[C]> = bands
                    .iter()
                    .filter(|(lines, _)| lines.contains(&line))
                    .map(|(lines, band)| {
                        let from = (line - lines.start) * width;
                        &band[from..from + width]
                    })
                    .collect();
                let Some((first, others)) = parts.split_first() else {
                    return;
                };
                for (at, pixel) in pixels.iter_mut().enumerate() {
                    let mut sum = first[at];
                    for other in others {
                        merge(&mut sum, other[at]);
                    }
                    *pixel = finish(sum);
                }
            });
        Some(pixels)
    }

    /// The lines of pixels, from the top, that some grid rows cover, and their pixels; `None` when cancelled.
    fn draw_band<C: Copy + Default>(
        &self,
        frame: &Frame<'_>,
        block: &CellBlock,
        grid_rows: Range<usize>,
        [x, y]: &[PixelAxis; 2],
        add: &impl Fn(&mut C, usize),
    ) -> Option<(Range<usize>, Vec<C>)> {
        let [width, height] = frame.size;
        let axis = &self.axes()[1];
        // Pixels never decrease with the coordinate, so those of the ends hold all others between them.
        let low = y.pixel_near(axis.cover(grid_rows.start)[0]);
        let high = y.pixel_near(axis.cover(grid_rows.end - 1)[1]);
        let lines = height - 1 - high..height - low;
        let mut pixels = vec![C::default(); lines.len() * width];
        let (points, rows) = (self.points(), self.rows());
        let places = Places {
            x: *x,
            y: *y,
            width,
            // Lines are counted from the top.
            bottom: height - 1 - lines.start,
        };
        let mut since_check = 0;
        let mut list = [0_usize; LIST];
        for grid_row in grid_rows {
            for (span, inside) in self.spans(grid_row, block) {
                for from in span.clone().step_by(BAND) {
                    let to = span.end.min(from + BAND);
                    if since_check >= BAND {
                        since_check = 0;
                        if (frame.cancelled)() {
                            return None;
                        }
                    }
                    since_check += to - from;
                    let Some(shown) = frame.shown else {
                        if inside {
                            for (at, point) in (from..to).zip(&points[from..to]) {
                                places.add(&mut pixels, *point, at, add);
                            }
                        } else {
                            for (at, point) in (from..to).zip(&points[from..to]) {
                                if places.holds(*point) {
                                    places.add(&mut pixels, *point, at, add);
                                }
                            }
                        }
                        continue;
                    };
                    // First the shown ones in a list, without a branch that nobody can foresee.
                    for start in (from..to).step_by(LIST) {
                        let mut len = 0;
                        let end = to.min(start + LIST);
                        for (at, row) in (start..end).zip(&rows[start..end]) {
                            list[len] = at;
                            len += usize::from(shown.contains(*row));
                        }
                        for at in &list[..len] {
                            if inside || places.holds(points[*at]) {
                                places.add(&mut pixels, points[*at], *at, add);
                            }
                        }
                    }
                }
            }
        }
        Some((lines, pixels))
    }
}

/// Where points fall among some lines of pixels.
struct Places {
    x: PixelAxis,
    y: PixelAxis,
    width: usize,
    /// The pixel row, counted from the bottom of the view, of the first line.
    bottom: usize,
}

impl Places {
    #[inline]
    fn holds(&self, point: [f64; 2]) -> bool {
        self.x.holds(point[0]) && self.y.holds(point[1])
    }

    #[inline]
    fn add<C>(&self, pixels: &mut [C], point: [f64; 2], at: usize, add: &impl Fn(&mut C, usize)) {
        let line = self.bottom - self.y.pixel(point[1]);
        if let Some(pixel) = pixels.get_mut(line * self.width + self.x.pixel(point[0])) {
            add(pixel, at);
        }
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

    /// The pixel of a coordinate, or the first or last one for a coordinate outside of the view.
    fn pixel_near(&self, value: f64) -> usize {
        self.pixel(value.clamp(self.min, self.max))
    }

    /// Only for values that the view holds: rounding may put the largest ones past the end, hence the limit.
    #[inline]
    fn pixel(&self, value: f64) -> usize {
        (((value - self.min) * self.scale + self.offset) as u32).min(self.last) as usize
    }
}

#[cfg(test)]
#[path = "raster_tests.rs"]
mod tests;
