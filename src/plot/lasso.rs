//! Selection of points by a drawn shape.

use std::ops::Range;

use rayon::prelude::*;

use super::bounds::Bounds;
use super::scatter_index::ScatterIndex;
use cytolance_kernels::polygon::{Edge, crosses, edges, x_at};
use cytolance_kernels::{RowSet, WORD_ROWS};

/// Parts of the grid for each thread; each has a set of its own until the end.
const PARTS_PER_THREAD: usize = 2;

impl ScatterIndex {
    /// The rows of the points inside a polygon.
    ///
    /// The polygon closes by itself and may cross itself; the even-odd rule and borders are those of
    /// [`cytolance_kernels::polygon_contains`]. Empty for fewer than three vertices or a vertex that is not finite.
    pub fn in_polygon(&self, polygon: &[[f64; 2]]) -> RowSet {
        if self.is_empty() || polygon.len() < 3 || !polygon.iter().flatten().all(|v| v.is_finite())
        {
            return RowSet::empty(self.num_rows());
        }
        let [columns, grid_rows] = self.axes();
        // Cells never decrease with the coordinate: a side can only separate points of the grid rows between the
        // cells of its ends.
        let mut edges_by_row: Vec<Vec<Edge>> = vec![Vec::new(); grid_rows.cells()];
        for edge in edges(polygon) {
            let [a, b] = edge.map(|vertex| grid_rows.cell(vertex[1]));
            for edges in &mut edges_by_row[a.min(b)..=a.max(b)] {
                edges.push(edge);
            }
        }
        // Where no side is, nothing is inside.
        let first = edges_by_row.iter().position(|edges| !edges.is_empty());
        let last = edges_by_row.iter().rposition(|edges| !edges.is_empty());
        let (Some(first), Some(last)) = (first, last) else {
            return RowSet::empty(self.num_rows());
        };
        self.select(first..last + 1, |grid_row, selected| {
            let edges = &edges_by_row[grid_row];
            let [low, high] = grid_rows.cover(grid_row);
            let mut crossed: Vec<[usize; 2]> = edges
                .iter()
                .filter_map(|edge| extent_within(*edge, low, high))
                .map(|[left, right]| [columns.cell(left), columns.cell(right)])
                .collect();
            crossed.sort_unstable();
            let inside = |at: usize| is_inside(edges, self.points()[at]);
            // Between the cells that a side runs through, all points of the row lie on the same side of everything:
            // one of them answers for the run.
            let mut column = 0;
            for [first, last] in crossed {
                if column < first {
                    let run = self.span(grid_row, column, first);
                    if !run.is_empty() && inside(run.start) {
                        selected.take(run);
                    }
                    column = first;
                }
                if column <= last {
                    selected.take_where(self.span(grid_row, column, last + 1), inside);
                    column = last + 1;
                }
            }
            let run = self.span(grid_row, column, columns.cells());
            if !run.is_empty() && inside(run.start) {
                selected.take(run);
            }
        })
    }

    /// The rows of the points inside a rectangle, border included.
    pub fn in_box(&self, area: Bounds) -> RowSet {
        let Some(block) = self.block(area.min, area.max) else {
            return RowSet::empty(self.num_rows());
        };
        self.select(block.rows[0]..block.rows[1] + 1, |grid_row, selected| {
            for (span, inside) in self.spans(grid_row, &block) {
                if inside {
                    selected.take(span);
                } else {
                    selected.take_where(span, |at| area.contains(self.points()[at]));
                }
            }
        })
    }

    /// The rows that `visit` takes of each grid row, on all cores.
    fn select(
        &self,
        grid_rows: Range<usize>,
        visit: impl Fn(usize, &mut Selection<'_>) + Sync,
    ) -> RowSet {
        let parts = rayon::current_num_threads() * PARTS_PER_THREAD;
        let words = self
            .bands(grid_rows, parts)
            .into_par_iter()
            .map(|grid_rows| {
                let mut selected = Selection::new(self);
                for grid_row in grid_rows {
                    visit(grid_row, &mut selected);
                }
                selected.words
            })
            .reduce_with(|mut all, part| {
                for (word, other) in all.iter_mut().zip(part) {
                    *word |= other;
                }
                all
            });
        RowSet::from_words(self.num_rows(), &words.unwrap_or_default())
    }
}

/// Drops the points of a path that are nearer than `tolerance` to the one kept before, for lasso paths with one point
/// per pointer event.
///
/// `tolerance` is in data units along each axis, for example what two pixels come to; distances are measured in units
/// of it. Points that are not finite are dropped, too; the first finite point is kept.
pub fn simplify_path(path: &[[f64; 2]], tolerance: [f64; 2]) -> Vec<[f64; 2]> {
    let mut kept: Vec<[f64; 2]> = Vec::new();
    for &point in path
        .iter()
        .filter(|point| point.iter().all(|v| v.is_finite()))
    {
        let far = kept.last().is_none_or(|last| {
            let steps = [0, 1].map(|axis| match (point[axis] - last[axis]).abs() {
                0.0 => 0.0,
                // Without a tolerance, every step is far.
                step if tolerance[axis] > 0.0 => step / tolerance[axis],
                _ => f64::INFINITY,
            });
            steps[0].hypot(steps[1]) >= 1.0
        });
        if far {
            kept.push(point);
        }
    }
    kept
}

fn is_inside(edges: &[Edge], point: [f64; 2]) -> bool {
    edges
        .iter()
        .fold(false, |inside, edge| inside ^ crosses(*edge, point))
}

/// Smallest and largest x of the part of a side between two heights, widened by the rounding of [`x_at`].
fn extent_within(edge: Edge, low: f64, high: f64) -> Option<[f64; 2]> {
    let [a, b] = edge;
    let from = a[1].min(b[1]).max(low);
    let to = a[1].max(b[1]).min(high);
    if from > to {
        return None;
    }
    let (left, right) = (a[0].min(b[0]), a[0].max(b[0]));
    let slack = 16.0 * f64::EPSILON * (left.abs() + right.abs());
    let (start, end) = (x_at(edge, from), x_at(edge, to));
    let measurable = (0..2).all(|axis| (b[axis] - a[axis]).is_finite());
    let (low, high) = if a[1] == b[1] {
        // A level side lies at its height from end to end.
        (left, right)
    } else if measurable {
        (start.min(end), start.max(end))
    } else {
        // Too long for the formula: it may answer anything, so every point of the row needs a test.
        (f64::NEG_INFINITY, f64::INFINITY)
    };
    Some([low - slack, high + slack])
}

/// Rows that one thread has selected.
struct Selection<'a> {
    rows: &'a [u32],
    words: Vec<usize>,
}

impl<'a> Selection<'a> {
    fn new(index: &'a ScatterIndex) -> Self {
        Self {
            rows: index.rows(),
            words: vec![0; index.num_rows().div_ceil(WORD_ROWS)],
        }
    }

    fn take(&mut self, span: Range<usize>) {
        self.take_where(span, |_| true);
    }

    #[inline]
    fn take_where(&mut self, span: Range<usize>, keep: impl Fn(usize) -> bool) {
        for (at, row) in span.clone().zip(&self.rows[span]) {
            let word = &mut self.words[*row as usize / WORD_ROWS];
            *word |= usize::from(keep(at)) << (*row as usize % WORD_ROWS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::{Points, Random, between, cases};
    use cytolance_kernels::polygon_contains;

    /// The textbook loop, written apart from the code above.
    fn naive_contains(polygon: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
        let mut inside = false;
        for i in 0..polygon.len() {
            let ([ax, ay], [bx, by]) = (polygon[i], polygon[(i + 1) % polygon.len()]);
            if (ay > y) != (by > y) && x < (y - ay) / (by - ay) * (bx - ax) + ax {
                inside = !inside;
            }
        }
        inside
    }

    /// Smooth, jagged, self-crossing and rectangular lassos, some with vertices on points of the data.
    fn polygons(case: &Points) -> Vec<Vec<[f64; 2]>> {
        let mut r = Random::new(31);
        let [min, max] = case.frame();
        let size = [0, 1].map(|a| match max[a] - min[a] {
            0.0 => 1.0,
            extent => extent.min(1e300),
        });
        let place = |t: [f64; 2]| [0, 1].map(|a| min[a] + t[a] * size[a]);
        let mut polygons = Vec::new();
        for trial in 0..24 {
            let centre = [r.unit(), r.unit()];
            let (n, radius) = ([3, 5, 12, 120][trial % 4], 0.1 + 0.6 * r.unit());
            polygons.push(
                (0..n)
                    .map(|i| {
                        let angle = f64::from(i) / f64::from(n) * std::f64::consts::TAU;
                        let wave = radius * (1.0 + 0.3 * (angle * 5.0).sin());
                        place([
                            centre[0] + wave * angle.cos(),
                            centre[1] + wave * angle.sin(),
                        ])
                    })
                    .collect(),
            );
            polygons.push(
                (0..3 + trial)
                    .map(|_| place([r.unit() * 1.2 - 0.1, r.unit() * 1.2 - 0.1]))
                    .collect(),
            );
            let (a, b) = (place([r.unit(), r.unit()]), place([r.unit(), r.unit()]));
            polygons.push(vec![a, [b[0], a[1]], b, [a[0], b[1]]]);
        }
        let points: Vec<_> = case.finite().map(|(_, p)| p).collect();
        for n in 3..if points.is_empty() { 0 } else { 20 } {
            let corners: Vec<_> = (0..n)
                .map(|_| points[r.below(points.len() as u64) as usize])
                .collect();
            // Steps along the axes: level and upright sides through the data.
            let stairs = corners
                .windows(2)
                .flat_map(|w| [w[0], [w[1][0], w[0][1]]])
                .collect();
            polygons.push(stairs);
            polygons.push(corners);
        }
        polygons.push(vec![
            [min[0] - size[0], min[1] - size[1]],
            place([3.0, -1.0]),
            place([0.5, 9.0]),
        ]);
        polygons
    }

    #[test]
    fn a_lasso_equals_a_test_of_all_points() {
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys);
            for polygon in polygons(&case) {
                let inside = case
                    .finite()
                    .filter(|(_, p)| naive_contains(&polygon, *p))
                    .map(|(row, _)| row);
                let expected = RowSet::from_rows(case.xs.len(), inside);
                assert_eq!(
                    index.in_polygon(&polygon),
                    expected,
                    "{} {polygon:?}",
                    case.name
                );
                for (_, point) in case.finite().take(50) {
                    assert_eq!(
                        polygon_contains(&polygon, point),
                        naive_contains(&polygon, point)
                    );
                }
            }
        }
    }

    #[test]
    fn a_box_equals_a_test_of_all_points() {
        let mut random = Random::new(13);
        for case in cases() {
            let index = ScatterIndex::build(&case.xs, &case.ys);
            let [min, max] = case.frame();
            let points: Vec<_> = case.finite().map(|(_, p)| p).collect();
            for trial in 0..100 {
                let mut corner = || match points.len() as u64 {
                    n if n > 0 && trial % 2 == 0 => points[random.below(n) as usize],
                    _ => [0, 1].map(|a| between(min[a], max[a], random.unit() * 1.4 - 0.2)),
                };
                let (a, b) = (corner(), corner());
                let area = Bounds {
                    min: [a[0].min(b[0]), a[1].min(b[1])],
                    max: [a[0].max(b[0]), a[1].max(b[1])],
                };
                let inside = case
                    .finite()
                    .filter(|(_, p)| area.contains(*p))
                    .map(|(row, _)| row);
                let expected = RowSet::from_rows(case.xs.len(), inside);
                assert_eq!(index.in_box(area), expected, "{} {area:?}", case.name);
            }
            let everything = Bounds {
                min: [f64::NEG_INFINITY; 2],
                max: [f64::INFINITY; 2],
            };
            assert_eq!(
                index.in_box(everything).count(),
                points.len(),
                "{}",
                case.name
            );
        }
    }

    #[test]
    fn odd_shapes_select_nothing() {
        let index = ScatterIndex::build(&[0.0, 0.5, 1.0], &[0.0, 0.4, 1.0]);
        let polygons: [&[[f64; 2]]; 4] = [
            &[],
            &[[0.0, 0.0]],
            &[[0.0, 0.0], [1.0, 1.0]],
            &[[0.0, 0.0], [f64::NAN, 1.0], [1.0, 0.0]],
        ];
        for polygon in polygons {
            assert!(index.in_polygon(polygon).is_empty(), "{polygon:?}");
        }
        for (min, max) in [
            ([1.0, 0.0], [0.0, 1.0]),
            ([f64::NAN, 0.0], [1.0, 1.0]),
            ([2.0, 2.0], [3.0, 3.0]),
        ] {
            assert!(index.in_box(Bounds { min, max }).is_empty());
        }
    }

    #[test]
    fn paths_lose_points_nearer_than_the_tolerance() {
        let path = [
            [0.0, 0.0],
            [0.5, 0.0],
            [1.0, 0.0],
            [1.0, f64::NAN],
            [1.0, 9.0],
            [1.9, 9.0],
            [2.0, 18.0],
        ];
        assert_eq!(
            simplify_path(&path, [1.0, 10.0]),
            [[0.0, 0.0], [1.0, 0.0], [1.9, 9.0]]
        );
        assert_eq!(simplify_path(&path, [0.0, 0.0]).len(), 6);
        assert_eq!(simplify_path(&path, [0.0, 100.0]).len(), 5);
        assert!(simplify_path(&[], [1.0, 1.0]).is_empty());
        assert_eq!(
            simplify_path(&[[2.0, 2.0], [2.0, 2.0]], [0.0, 0.0]),
            [[2.0, 2.0]]
        );
    }
}
