//! Points of two columns, sorted into grid cells.

use std::ops::Range;

use super::bounds::Bounds;

/// Average number of points per grid cell; the grid is the largest power of two that keeps it.
const POINTS_PER_CELL: usize = 8;
/// Most cells along one axis of a square grid.
const MAX_SIDE: usize = 2048;
/// Most cells of a grid that has extent along one axis only.
const MAX_LINE: usize = 1 << 16;

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
/// Immutable; build it off the interface thread and share it. Coordinates are kept as f64, so every answer equals
/// the one of a test of each point. Takes 20 bytes per point.
pub struct ScatterIndex {
    axes: [Axis; 2],
    bounds: Option<Bounds>,
    skipped: usize,
    /// Dataset row of each point.
    rows: Vec<u32>,
    /// `[x, y]` of each point.
    points: Vec<[f64; 2]>,
    /// First point of each cell, grid row by grid row from the smallest y, and the number of points at the end.
    starts: Vec<u32>,
}

impl ScatterIndex {
    /// Sorts points into cells.
    ///
    /// `xs` and `ys` are values by row of the whole dataset, NaN where missing; `rows` are the shown rows, each at
    /// most once, or `None` for all. Rows with a NaN or infinite coordinate, or outside of the columns, are left out
    /// and counted.
    pub fn build(xs: &[f64], ys: &[f64], rows: Option<&[u32]>) -> Self {
        let mut min = [f64::INFINITY; 2];
        let mut max = [f64::NEG_INFINITY; 2];
        let mut len = 0;
        let skipped = for_each_finite(xs, ys, rows, |_, point| {
            len += 1;
            for axis in 0..2 {
                // Plain comparisons: `f64::min` also orders NaN, which costs time and cannot occur here.
                min[axis] = if point[axis] < min[axis] {
                    point[axis]
                } else {
                    min[axis]
                };
                max[axis] = if point[axis] > max[axis] {
                    point[axis]
                } else {
                    max[axis]
                };
            }
        });
        if len == 0 {
            return Self {
                axes: [Axis::new(0.0, 0.0, 1); 2],
                bounds: None,
                skipped,
                rows: Vec::new(),
                points: Vec::new(),
                starts: vec![0, 0],
            };
        }
        let axes = grid(min, max, len);
        let columns = axes[0].cells;

        // A counting sort; `starts[cell + 1]` first counts and then runs ahead as the place of the next point.
        let mut starts = vec![0u32; columns * axes[1].cells + 1];
        for_each_finite(xs, ys, rows, |_, point| {
            starts[axes[1].cell(point[1]) * columns + axes[0].cell(point[0]) + 1] += 1;
        });
        let mut total = 0;
        for start in &mut starts[1..] {
            let count = *start;
            *start = total;
            total += count;
        }
        let mut points = vec![[0.0; 2]; len];
        let mut sorted = vec![0u32; len];
        for_each_finite(xs, ys, rows, |row, point| {
            let next = &mut starts[axes[1].cell(point[1]) * columns + axes[0].cell(point[0]) + 1];
            points[*next as usize] = point;
            sorted[*next as usize] = row;
            *next += 1;
        });
        Self {
            axes,
            bounds: Some(Bounds { min, max }),
            skipped,
            rows: sorted,
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

    /// Number of rows left out because a coordinate is missing or infinite.
    pub fn skipped(&self) -> usize {
        self.skipped
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
    /// units of it. Of equally near points the one with the smallest row is taken.
    pub fn nearest(&self, point: [f64; 2], radius: [f64; 2]) -> Option<u32> {
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
                {
                    best = Some((distance, row));
                }
            }
        }
        best.map(|(_, row)| row)
    }

    /// The points inside the view, border included, as `(row, x, y)` in cell order; `None` when there are more than
    /// `limit`.
    pub fn visible(&self, view: Bounds, limit: usize) -> Option<Vec<(u32, f64, f64)>> {
        let Some(block) = self.block(view.min, view.max) else {
            return Some(Vec::new());
        };
        // Whole cells answer "too many" without a look at the points, which is the usual case.
        let mut certain = 0;
        for grid_row in block.rows[0]..=block.rows[1] {
            let spans = self.spans(grid_row, &block).into_iter();
            certain += spans
                .filter(|(_, inside)| *inside)
                .map(|(span, _)| span.len())
                .sum::<usize>();
            if certain > limit {
                return None;
            }
        }
        let mut found = Vec::new();
        for grid_row in block.rows[0]..=block.rows[1] {
            for at in self.span(grid_row, block.columns[0], block.columns[1] + 1) {
                let [x, y] = self.points[at];
                if view.contains([x, y]) {
                    if found.len() == limit {
                        return None;
                    }
                    found.push((self.rows[at], x, y));
                }
            }
        }
        Some(found)
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

/// Calls `visit` with the row and the point of each shown row with finite coordinates; returns the number of others.
#[inline]
fn for_each_finite(
    xs: &[f64],
    ys: &[f64],
    rows: Option<&[u32]>,
    mut visit: impl FnMut(u32, [f64; 2]),
) -> usize {
    let mut skipped = 0;
    let mut look = |row: u32, x: f64, y: f64| {
        if x.is_finite() && y.is_finite() {
            visit(row, [x, y]);
        } else {
            skipped += 1;
        }
    };
    if let Some(rows) = rows {
        for &row in rows {
            let at = row as usize;
            let x = xs.get(at).copied().unwrap_or(f64::NAN);
            let y = ys.get(at).copied().unwrap_or(f64::NAN);
            look(row, x, y);
        }
    } else {
        for ((row, &x), &y) in (0..u32::MAX).zip(xs).zip(ys) {
            look(row, x, y);
        }
    }
    skipped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::test_data::{Random, between, cases};

    #[test]
    fn the_index_is_shared_between_threads() {
        fn check<T: Send + Sync>() {}
        check::<ScatterIndex>();
    }

    #[test]
    fn every_finite_point_is_kept_once() {
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys, None);
            let expected: Vec<_> = case.finite().collect();
            assert_eq!(index.len(), expected.len(), "{}", case.name);
            assert_eq!(index.is_empty(), expected.is_empty(), "{}", case.name);
            assert_eq!(
                index.skipped(),
                case.xs.len() - expected.len(),
                "{}",
                case.name
            );
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
            let index = ScatterIndex::build(&case.xs, &case.ys, None);
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
    fn only_shown_rows_are_indexed() {
        let xs = [0.0, 1.0, f64::NAN, 3.0, 4.0];
        let ys = [0.0, 1.0, 2.0, 3.0];
        let index = ScatterIndex::build(&xs, &ys, Some(&[3, 1, 2, 4, 77]));
        assert_eq!((index.len(), index.skipped()), (2, 3));
        let mut rows = index.rows.clone();
        rows.sort_unstable();
        assert_eq!(rows, [1, 3]);
    }

    #[test]
    fn nearest_equals_a_search_of_all_points() {
        let mut random = Random::new(11);
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys, None);
            let [min, max] = case.frame();
            for trial in 0..200 {
                let share = [0.002, 0.02, 0.3, 2.0][trial % 4];
                let radius = [0, 1].map(|a| match max[a] * share - min[a] * share {
                    extent if extent > 0.0 => extent,
                    _ => share,
                });
                let point = [0, 1].map(|a| between(min[a], max[a], random.unit() * 1.2 - 0.1));
                let expected = case
                    .finite()
                    .map(|(row, p)| {
                        let d = ((p[0] - point[0]) / radius[0]).powi(2)
                            + ((p[1] - point[1]) / radius[1]).powi(2);
                        (d, row)
                    })
                    .filter(|(d, _)| *d <= 1.0)
                    .min_by(|a, b| a.partial_cmp(b).unwrap())
                    .map(|(_, row)| row);
                assert_eq!(
                    index.nearest(point, radius),
                    expected,
                    "{} {point:?} {radius:?}",
                    case.name
                );
            }
            for radius in [[0.0, 1.0], [1.0, -1.0], [f64::NAN, 1.0]] {
                assert_eq!(index.nearest(min, radius), None);
            }
            assert_eq!(index.nearest([f64::NAN, 0.0], [1.0, 1.0]), None);
        }
    }

    #[test]
    fn visible_equals_a_test_of_all_points() {
        let mut random = Random::new(5);
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys, None);
            let [min, max] = case.frame();
            for _ in 0..60 {
                let corner =
                    |r: &mut Random| [0, 1].map(|a| between(min[a], max[a], r.unit() * 1.4 - 0.2));
                let (a, b) = (corner(&mut random), corner(&mut random));
                let view = Bounds {
                    min: [a[0].min(b[0]), a[1].min(b[1])],
                    max: [a[0].max(b[0]), a[1].max(b[1])],
                };
                let expected: Vec<_> = case.finite().filter(|(_, p)| view.contains(*p)).collect();
                let mut found = index.visible(view, expected.len()).unwrap();
                found.sort_by_key(|(row, ..)| *row);
                let found: Vec<_> = found.into_iter().map(|(row, x, y)| (row, [x, y])).collect();
                assert_eq!(found, expected, "{} {view:?}", case.name);
                if !expected.is_empty() {
                    assert_eq!(
                        index.visible(view, expected.len() - 1),
                        None,
                        "{}",
                        case.name
                    );
                }
            }
        }
    }
}
