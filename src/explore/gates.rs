//! Which cells lie in gates.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::Column;
use super::filter::rows_where;
use cytolance_kernels::{RowSet, polygon_contains, quantile};
use cytolance_profile::{Gate, GateShape, GateTree, Side};

/// The rows in a tree of gates; `columns` are those that it names, of `len` rows each. A gate whose column is not among
/// them holds nothing.
pub fn gate_rows(tree: &GateTree, columns: &[Arc<Column>], len: usize) -> RowSet {
    match tree {
        GateTree::Gate(gate) => rows_in_gate(gate, columns, len),
        GateTree::And(trees) => trees.iter().fold(RowSet::full(len), |mut rows, tree| {
            rows.intersect_with(&gate_rows(tree, columns, len));
            rows
        }),
        GateTree::Or(trees) => trees.iter().fold(RowSet::empty(len), |mut rows, tree| {
            rows.union_with(&gate_rows(tree, columns, len));
            rows
        }),
        GateTree::Not(tree) => {
            let mut rows = with_values(&tree.columns(), columns, len);
            rows.difference_with(&gate_rows(tree, columns, len));
            rows
        }
    }
}

fn numbers_of(name: &str, columns: &[Arc<Column>]) -> Option<Arc<Vec<f64>>> {
    columns.iter().find(|column| column.name == name)?.numbers()
}

/// Rows that have a value in all of some columns.
fn with_values(names: &BTreeSet<&str>, columns: &[Arc<Column>], len: usize) -> RowSet {
    names.iter().fold(RowSet::full(len), |mut rows, name| {
        match numbers_of(name, columns) {
            Some(numbers) => rows.intersect_with(&rows_where(&numbers, |value| !value.is_nan())),
            None => rows = RowSet::empty(len),
        }
        rows
    })
}

fn rows_in_gate(gate: &Gate, columns: &[Arc<Column>], len: usize) -> RowSet {
    let empty = || RowSet::empty(len);
    match &gate.shape {
        GateShape::Threshold {
            column,
            side,
            value,
        } => match numbers_of(column, columns) {
            Some(numbers) => beyond(&numbers, *side, *value),
            None => empty(),
        },
        GateShape::Quantile {
            column,
            side,
            share,
        } => {
            let bound = gate_bound(column, *share, columns);
            match numbers_of(column, columns).zip(bound) {
                Some((numbers, bound)) => beyond(&numbers, *side, bound),
                None => empty(),
            }
        }
        GateShape::Rectangle { x, y, min, max } => {
            let Some((xs, ys)) = numbers_of(x, columns).zip(numbers_of(y, columns)) else {
                return empty();
            };
            let within = |values: &[f64], axis: usize| {
                rows_where(values, |value| *value >= min[axis] && *value <= max[axis])
            };
            let mut rows = within(&xs, 0);
            rows.intersect_with(&within(&ys, 1));
            rows
        }
        GateShape::Polygon { x, y, points } => {
            let Some((xs, ys)) = numbers_of(x, columns).zip(numbers_of(y, columns)) else {
                return empty();
            };
            in_polygon(&xs, &ys, points, len)
        }
    }
}

fn beyond(values: &[f64], side: Side, bound: f64) -> RowSet {
    match side {
        Side::Above => rows_where(values, |value| *value >= bound),
        Side::Below => rows_where(values, |value| *value <= bound),
    }
}

fn in_polygon(xs: &[f64], ys: &[f64], points: &[[f64; 2]], len: usize) -> RowSet {
    let bounds = points.iter().fold(
        [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ],
        |bounds, [x, y]| {
            [
                bounds[0].min(*x),
                bounds[1].min(*y),
                bounds[2].max(*x),
                bounds[3].max(*y),
            ]
        },
    );
    let rows: Vec<u32> = xs
        .par_iter()
        .zip(ys)
        .enumerate()
        .filter(|(_, (x, y))| {
            // Most cells are not even near.
            **x >= bounds[0]
                && **x <= bounds[2]
                && **y >= bounds[1]
                && **y <= bounds[3]
                && polygon_contains(points, [**x, **y])
        })
        .map(|(row, _)| row as u32)
        .collect();
    RowSet::from_rows(len, rows)
}

/// The value at a quantile of all finite values of a column; `None` where it has none.
pub fn gate_bound(name: &str, share: f64, columns: &[Arc<Column>]) -> Option<f64> {
    let mut values: Vec<f64> = numbers_of(name, columns)?
        .par_iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    values.par_sort_unstable_by(f64::total_cmp);
    let bound = quantile(&values, share);
    bound.is_finite().then_some(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(shape: GateShape) -> GateTree {
        GateTree::Gate(Arc::new(Gate {
            name: "g".to_owned(),
            shape,
        }))
    }

    #[test]
    fn gates_hold_what_a_slow_loop_finds() {
        let mut random = fastrand::Rng::with_seed(11);
        for len in [0_usize, 1, 63, 64, 65, 900] {
            let mut column = |name: &str| {
                let values = (0..len)
                    .map(|_| match random.u32(..12) {
                        0 => f64::NAN,
                        1 => f64::INFINITY,
                        _ => f64::from(random.i32(-20..20)) / 4.0,
                    })
                    .collect();
                Arc::new(Column::of_floats(name, values))
            };
            let columns = [column("x"), column("y")];
            let (xs, ys) = (
                columns[0].numbers().expect("n"),
                columns[1].numbers().expect("n"),
            );
            let both = || ("x".to_owned(), "y".to_owned());
            let (x, y) = both();
            let rectangle = gate(GateShape::Rectangle {
                x,
                y,
                min: [-1.0, -2.0],
                max: [3.0, 2.25],
            });
            let (x, y) = both();
            let corners = vec![[-3.1, -3.0], [4.2, -1.0], [0.3, 4.1]];
            let polygon = gate(GateShape::Polygon {
                x,
                y,
                points: corners.clone(),
            });
            let above = gate(GateShape::Threshold {
                column: "x".to_owned(),
                side: Side::Above,
                value: 1.0,
            });
            let in_rectangle =
                |row: usize| (-1.0..=3.0).contains(&xs[row]) && (-2.0..=2.25).contains(&ys[row]);
            let in_polygon = |row: usize| polygon_contains(&corners, [xs[row], ys[row]]);
            let known = |row: usize| !xs[row].is_nan() && !ys[row].is_nan();
            let cases: [(GateTree, &dyn Fn(usize) -> bool); 6] = [
                (rectangle.clone(), &in_rectangle),
                (polygon.clone(), &in_polygon),
                (above.clone(), &|row| xs[row] >= 1.0),
                (GateTree::Not(Box::new(polygon.clone())), &|row| {
                    known(row) && !in_polygon(row)
                }),
                (
                    GateTree::And(vec![
                        rectangle.clone(),
                        GateTree::Not(Box::new(above.clone())),
                    ]),
                    &|row| in_rectangle(row) && xs[row] < 1.0,
                ),
                (GateTree::Or(vec![polygon, above]), &|row| {
                    in_polygon(row) || xs[row] >= 1.0
                }),
            ];
            for (tree, expected) in cases {
                let found = gate_rows(&tree, &columns, len);
                let slow =
                    RowSet::from_rows(len, (0..len as u32).filter(|row| expected(*row as usize)));
                assert_eq!(found, slow, "{len} rows, {tree:?}");
            }
        }
        assert_eq!(gate_rows(&GateTree::And(Vec::new()), &[], 3).count(), 3);
        assert_eq!(gate_rows(&GateTree::Or(Vec::new()), &[], 3).count(), 0);
    }

    #[test]
    fn quantiles_are_of_all_finite_values() {
        let values = vec![4.0, f64::NAN, 1.0, 2.0, 3.0, f64::INFINITY, 5.0];
        let columns = [Arc::new(Column::of_floats("x", values))];
        assert_eq!(gate_bound("x", 0.5, &columns), Some(3.0));
        let upper = gate(GateShape::Quantile {
            column: "x".to_owned(),
            side: Side::Above,
            share: 0.75,
        });
        let rows = gate_rows(&upper, &columns, 7);
        assert_eq!(rows.iter().collect::<Vec<_>>(), [0, 5, 6]);
        let gone = gate(GateShape::Quantile {
            column: "gone".to_owned(),
            side: Side::Above,
            share: 0.5,
        });
        assert!(gate_rows(&gone, &columns, 7).is_empty());
    }
}
