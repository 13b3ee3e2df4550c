//! Points of two columns, sorted into grid cells.

use std::ops::Range;

use rayon::prelude::*;

use super::bounds::Bounds;
use cytolance_kernels::{Partition, RowSet, parts_of};

/// Average number of points per grid cell; the grid is the largest power of two that keeps it.
const POINTS_PER_CELL: usize = 8;
/// Most cells along one axis of a square grid.
const MAX_SIDE: usize = 2048;
/// Most cells of a grid that has extent along one axis only.
const MAX_LINE: usize = 1 << 16;
/// Parts that the cells are sorted in, each by one thread and within its cache.
const BANDS: usize = 256;
/// Values that one thread looks at in a row.
const CHUNK: usize = 1 << 16;

/// Where a coordinate falls along one axis of the grid.
///
/// `cell` never decreases with the coordinate, rounding included. Every query relies on that and on nothing else to
/// know which cells can hold a point, and so equals a test of each point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    min: f64,
    max: f64,
    scale: f64,
    cells: usize,
}

impl Axis {
    /// One cell for all when the range has no extent, or one that f64 cannot divide.
    fn new(min: f64, max: f64, cells: usize) -> Self {
        let scale = cells as f64 / (max - min);
        let divisible = scale.is_finite() && scale > 0.0 && (max - min).is_finite();
        Self {
            min,
            max,
            scale: if divisible { scale } else { 0.0 },
            cells: if divisible { cells } else { 1 },
        }
    }

    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    /// The cell of a coordinate; the first or last one for a coordinate outside of the data.
    #[inline]
    pub(super) fn cell(&self, value: f64) -> usize {
        // The float-to-integer cast saturates and turns NaN into 0.
        (((value - self.min) * self.scale) as u32 as usize).min(self.cells - 1)
    }

    /// A range that covers the coordinates of all points in a cell.
    pub(super) fn cover(&self, cell: usize) -> [f64; 2] {
        let slack = 8.0 * f64::EPSILON * (self.min.abs() + self.max.abs());
        let edge = |cell: usize| self.min + cell as f64 / self.scale;
        let low = if cell == 0 {
            self.min
        } else {
            edge(cell) - slack
        };
        let high = if cell + 1 >= self.cells {
            self.max
        } else {
            edge(cell + 1) + slack
        };
        [low, high]
    }
}

/// A block of grid cells, first and last inclusive.
#[derive(Debug, Clone, Copy)]
pub(super) struct CellBlock {
    pub(super) columns: [usize; 2],
    pub(super) rows: [usize; 2],
}

/// The points of two columns in the order of grid cells, ready for pictures and selections.
///
/// Immutable; build it off the interface thread and share it. It holds all rows of the dataset: what is shown is said
/// with every question, so that a filter that moves builds nothing. Coordinates are kept as f64, so every answer
/// equals the one of a test of each point. Takes 20 bytes per point.
pub struct ScatterIndex {
    axes: [Axis; 2],
    bounds: Option<Bounds>,
    num_rows: usize,
    /// Dataset row of each point.
    rows: Vec<u32>,
    /// `[x, y]` of each point.
    points: Vec<[f64; 2]>,
    /// First point of each cell, grid row by grid row from the smallest y, and the number of points at the end.
    starts: Vec<u32>,
}

impl ScatterIndex {
    /// Sorts points into cells, on all cores.
    ///
    /// `xs` and `ys` are values by row of the whole dataset, NaN where missing. Rows with a NaN or infinite
    /// coordinate, or outside of one of the columns, are left out.
    pub fn build(xs: &[f64], ys: &[f64]) -> Self {
        let num_rows = xs.len().max(ys.len());
        let (bounds, len) = extent(xs, ys);
        let Some(bounds) = bounds else {
            return Self {
                axes: [Axis::new(0.0, 0.0, 1); 2],
                bounds: None,
                num_rows,
                rows: Vec::new(),
                points: Vec::new(),
                starts: vec![0, 0],
            };
        };
        let axes = grid(bounds.min, bounds.max, len);
        let columns = axes[0].cells;
        let cells = columns * axes[1].cells;
        let cell_of = |point: [f64; 2]| axes[1].cell(point[1]) * columns + axes[0].cell(point[0]);
        let cells_per_band = cells.div_ceil(BANDS);
        let bands = cells.div_ceil(cells_per_band);
        let band_of = |row: usize| {
            let point = [xs[row], ys[row]];
            let finite = point[0].is_finite() && point[1].is_finite();
            finite.then(|| cell_of(point) / cells_per_band)
        };
        let partition = Partition::new(xs.len().min(ys.len()), bands, band_of, |row| row as u32);
        let lens = partition.lens();
        let mut rows = vec![0; len];
        let mut points = vec![[0.0; 2]; len];
        let mut starts = vec![0; cells + 1];
        let cells_of_band: Vec<usize> = (0..bands)
            .map(|band| cells_per_band.min(cells - band * cells_per_band))
            .collect();
        let mut before = 0;
        let befores: Vec<u32> = lens
            .iter()
            .map(|len| {
                before += *len as u32;
                before - *len as u32
            })
            .collect();
        parts_of(&mut rows, &lens)
            .into_par_iter()
            .zip(parts_of(&mut points, &lens))
            .zip(parts_of(&mut starts, &cells_of_band))
            .enumerate()
            .for_each(|(band, ((rows, points), starts))| {
                let first_cell = band * cells_per_band;
                let mut found: Vec<(u32, u32, [f64; 2])> = Vec::with_capacity(rows.len());
                // The counting sort of one band; `places` runs ahead as the place of the next point.
                let mut places = vec![0_u32; starts.len() + 1];
                for row in partition.pieces(band).flatten() {
                    let point = [xs[*row as usize], ys[*row as usize]];
                    let cell = cell_of(point) - first_cell;
                    places[cell + 1] += 1;
                    found.push((cell as u32, *row, point));
                }
                for cell in 1..places.len() {
                    places[cell] += places[cell - 1];
                }
                for (start, place) in starts.iter_mut().zip(&places) {
                    *start = befores[band] + *place;
                }
                for (cell, row, point) in found {
                    let place = &mut places[cell as usize];
                    rows[*place as usize] = row;
                    points[*place as usize] = point;
                    *place += 1;
                }
            });
        starts[cells] = len as u32;
        Self {
            axes,
            bounds: Some(bounds),
            num_rows,
            rows,
            points,
            starts,
        }
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of rows of the dataset.
    pub fn num_rows(&self) -> usize {
        self.num_rows
    }

    /// A value for each point in cell order, made of its row, on all cores.
    pub fn in_cell_order<T: Send>(&self, value: impl Fn(u32) -> T + Sync) -> Vec<T> {
        self.rows.par_iter().map(|row| value(*row)).collect()
    }

    /// The smallest rectangle around the points; without extent along an axis whose values are all equal.
    pub fn bounds(&self) -> Option<Bounds> {
        self.bounds
    }

    /// Bytes held on the heap.
    pub fn memory_bytes(&self) -> usize {
        self.rows.capacity() * size_of::<u32>()
            + self.points.capacity() * size_of::<[f64; 2]>()
            + self.starts.capacity() * size_of::<u32>()
    }

    /// The row of the nearest point within the ellipse of the given radii, border included, or `None`.
    ///
    /// `radius` is in data units, for example what eight pixels come to along each axis; distances are measured in
    /// units of it. Of equally near points the one with the smallest row is taken. Rows that are not in `shown` do
    /// not count.
    pub fn nearest(
        &self,
        point: [f64; 2],
        radius: [f64; 2],
        shown: Option<&RowSet>,
    ) -> Option<u32> {
        if radius.iter().any(|r| r.is_nan() || *r <= 0.0) {
            return None;
        }
        // A little wider than the ellipse, because the distances below are rounded, too.
        let reach =
            |axis: usize| radius[axis] * (1.0 + 1e-9) + 4.0 * f64::EPSILON * point[axis].abs();
        let block = self.block(
            [point[0] - reach(0), point[1] - reach(1)],
            [point[0] + reach(0), point[1] + reach(1)],
        )?;
        let mut best: Option<(f64, u32)> = None;
        for grid_row in block.rows[0]..=block.rows[1] {
            for at in self.span(grid_row, block.columns[0], block.columns[1] + 1) {
                let row = self.rows[at];
                let distance = (0..2)
                    .map(|axis| ((self.points[at][axis] - point[axis]) / radius[axis]).powi(2))
                    .sum::<f64>();
                if distance <= 1.0
                    && best.is_none_or(|(d, r)| distance < d || (distance == d && row < r))
                    && shown.is_none_or(|shown| shown.contains(row))
                {
                    best = Some((distance, row));
                }
            }
        }
        best.map(|(_, row)| row)
    }

    pub(super) fn axes(&self) -> &[Axis; 2] {
        &self.axes
    }

    /// Dataset rows by position in cell order.
    pub(super) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Coordinates by position in cell order.
    pub(super) fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// The cells that can hold points of a closed rectangle; `None` when it misses the data or is not one.
    pub(super) fn block(&self, min: [f64; 2], max: [f64; 2]) -> Option<CellBlock> {
        let bounds = self.bounds?;
        // Written so that a NaN fails.
        let meets = |axis: usize| {
            min[axis] <= max[axis] && min[axis] <= bounds.max[axis] && max[axis] >= bounds.min[axis]
        };
        (meets(0) && meets(1)).then(|| CellBlock {
            columns: [self.axes[0].cell(min[0]), self.axes[0].cell(max[0])],
            rows: [self.axes[1].cell(min[1]), self.axes[1].cell(max[1])],
        })
    }

    /// The positions of the points in the cells `from..to` of one grid row.
    #[inline]
    pub(super) fn span(&self, grid_row: usize, from: usize, to: usize) -> Range<usize> {
        let first = grid_row * self.axes[0].cells;
        self.starts[first + from] as usize..self.starts[first + to] as usize
    }

    /// Parts of some grid rows with about equal numbers of points, at most `parts` of them.
    pub(super) fn bands(&self, grid_rows: Range<usize>, parts: usize) -> Vec<Range<usize>> {
        let columns = self.axes[0].cells;
        let before = |grid_row: usize| self.starts[grid_row * columns] as usize;
        let first = before(grid_rows.start);
        let most = (before(grid_rows.end) - first)
            .div_ceil(parts.max(1))
            .max(1);
        let mut bands = Vec::new();
        let mut from = grid_rows.start;
        for grid_row in grid_rows.clone() {
            let to = grid_row + 1;
            if before(to) - before(from) >= most || to == grid_rows.end {
                bands.push(from..to);
                from = to;
            }
        }
        bands
    }

    /// The positions of one grid row of a block, with whether they lie strictly inside of the rectangle that the
    /// block was made for; the others need a test.
    pub(super) fn spans(&self, grid_row: usize, block: &CellBlock) -> [(Range<usize>, bool); 3] {
        let [first, last] = block.columns;
        if grid_row == block.rows[0] || grid_row == block.rows[1] || last - first < 2 {
            return [
                (self.span(grid_row, first, last + 1), false),
                (0..0, true),
                (0..0, false),
            ];
        }
        [
            (self.span(grid_row, first, first + 1), false),
            (self.span(grid_row, first + 1, last), true),
            (self.span(grid_row, last, last + 1), false),
        ]
    }
}

/// The two axes of a grid with about [`POINTS_PER_CELL`] points in a cell, if they were spread evenly.
fn grid(min: [f64; 2], max: [f64; 2], len: usize) -> [Axis; 2] {
    let cells = len / POINTS_PER_CELL + 1;
    let side = 1 << (cells.isqrt().ilog2());
    let axes = [0, 1].map(|axis| Axis::new(min[axis], max[axis], side.min(MAX_SIDE)));
    // Points on a line: all cells along it.
    let line = cells.min(MAX_LINE);
    match axes.map(|axis| axis.scale > 0.0) {
        [true, false] => [Axis::new(min[0], max[0], line), axes[1]],
        [false, true] => [axes[0], Axis::new(min[1], max[1], line)],
        _ => axes,
    }
}

/// The smallest rectangle around the finite points, and their number.
fn extent(xs: &[f64], ys: &[f64]) -> (Option<Bounds>, usize) {
    let none = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2], 0_usize);
    let (min, max, len) = xs
        .par_chunks(CHUNK)
        .zip(ys.par_chunks(CHUNK))
        .map(|(xs, ys)| {
            let (mut min, mut max, mut len) = none;
            for (&x, &y) in xs.iter().zip(ys) {
                if x.is_finite() && y.is_finite() {
                    len += 1;
                    for (axis, value) in [x, y].into_iter().enumerate() {
                        // Plain comparisons: `f64::min` also orders NaN, which costs time and cannot occur here.
                        if value < min[axis] {
                            min[axis] = value;
                        }
                        if value > max[axis] {
                            max[axis] = value;
                        }
                    }
                }
            }
            (min, max, len)
        })
        .reduce(
            || none,
            |a, b| {
                (
                    [0, 1].map(|axis| a.0[axis].min(b.0[axis])),
                    [0, 1].map(|axis| a.1[axis].max(b.1[axis])),
                    a.2 + b.2,
                )
            },
        );
    ((len > 0).then_some(Bounds { min, max }), len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::{Random, between, cases};

    #[test]
    fn the_index_is_shared_between_threads() {
        fn check<T: Send + Sync>() {}
        check::<ScatterIndex>();
    }

    #[test]
    fn every_finite_point_is_kept_once() {
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys);
            let expected: Vec<_> = case.finite().collect();
            assert_eq!(index.len(), expected.len(), "{}", case.name);
            assert_eq!(index.is_empty(), expected.is_empty(), "{}", case.name);
            assert_eq!(index.num_rows(), case.xs.len(), "{}", case.name);
            let mut kept: Vec<_> = index
                .rows
                .iter()
                .copied()
                .zip(index.points.iter().copied())
                .collect();
            kept.sort_by_key(|(row, _)| *row);
            assert_eq!(kept, expected, "{}", case.name);
            assert_eq!(
                index.bounds().is_some(),
                !expected.is_empty(),
                "{}",
                case.name
            );
            if let Some(bounds) = index.bounds() {
                assert_eq!([bounds.min, bounds.max], case.frame(), "{}", case.name);
            }
            assert!(index.memory_bytes() >= 20 * expected.len());
        }
    }

    #[test]
    fn cells_hold_what_the_axes_say() {
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys);
            let [x, y] = index.axes;
            for grid_row in 0..y.cells {
                for column in 0..x.cells {
                    for at in index.span(grid_row, column, column + 1) {
                        let point = index.points[at];
                        assert_eq!(
                            [x.cell(point[0]), y.cell(point[1])],
                            [column, grid_row],
                            "{}",
                            case.name
                        );
                        for (axis, cell) in [(0, column), (1, grid_row)] {
                            let [low, high] = index.axes[axis].cover(cell);
                            assert!(low <= point[axis] && point[axis] <= high, "{}", case.name);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn bands_cover_the_grid_rows_once() {
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys);
            let rows = index.axes[1].cells;
            for (range, parts) in [(0..rows, 1), (0..rows, 8), (rows / 3..rows, 1000)] {
                let bands = index.bands(range.clone(), parts);
                let all: Vec<usize> = bands.into_iter().flatten().collect();
                assert_eq!(all, range.collect::<Vec<_>>(), "{}", case.name);
            }
        }
    }

    #[test]
    fn columns_of_unequal_length_end_with_the_shorter() {
        let xs = [0.0, 1.0, f64::NAN, 3.0, 4.0];
        let index = ScatterIndex::build(&xs, &xs[..4]);
        assert_eq!((index.len(), index.num_rows()), (3, 5));
        let mut rows = index.in_cell_order(|row| row);
        rows.sort_unstable();
        assert_eq!(rows, [0, 1, 3]);
    }

    #[test]
    fn nearest_equals_a_search_of_all_points() {
        let mut random = Random::new(11);
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys);
            let [min, max] = case.frame();
            for trial in 0..200 {
                let share = [0.002, 0.02, 0.3, 2.0][trial % 4];
                let radius = [0, 1].map(|a| match max[a] * share - min[a] * share {
                    extent if extent > 0.0 => extent,
                    _ => share,
                });
                let point = [0, 1].map(|a| between(min[a], max[a], random.unit() * 1.2 - 0.1));
                let odd = RowSet::from_rows(case.xs.len(), (0..case.xs.len() as u32).step_by(2));
                let shown = (trial % 3 == 0).then_some(&odd);
                let expected = case
                    .finite()
                    .filter(|(row, _)| shown.is_none_or(|shown| shown.contains(*row)))
                    .map(|(row, p)| {
                        let d = ((p[0] - point[0]) / radius[0]).powi(2)
                            + ((p[1] - point[1]) / radius[1]).powi(2);
                        (d, row)
                    })
                    .filter(|(d, _)| *d <= 1.0)
                    .min_by(|a, b| a.partial_cmp(b).unwrap())
                    .map(|(_, row)| row);
                assert_eq!(
                    index.nearest(point, radius, shown),
                    expected,
                    "{} {point:?} {radius:?}",
                    case.name
                );
            }
            for radius in [[0.0, 1.0], [1.0, -1.0], [f64::NAN, 1.0]] {
                assert_eq!(index.nearest(min, radius, None), None);
            }
            assert_eq!(index.nearest([f64::NAN, 0.0], [1.0, 1.0], None), None);
        }
    }
}
