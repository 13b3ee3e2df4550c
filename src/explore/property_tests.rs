//! Fast answers against slow ones, on random tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, Int64Array, StringArray};
use fastrand::Rng;
use polars::prelude::{ChunkSort as _, Float64Chunked, NewChunkedArray as _, SortOptions};

use super::filter::passing;
use super::order::{compare_rows, first_rows, sorted_rows};
use super::{Column, RowOrder, Values, filter_histogram, group_statistics};
use cytolance_kernels::{Bins, RowSet};
use cytolance_profile::{ColumnInfo, ColumnKind, Condition, Role};

/// Random tables for each property.
const TABLES: u64 = 1500;

fn column(kind: ColumnKind, array: impl Array + 'static) -> Arc<Column> {
    let info = ColumnInfo {
        name: "x".to_owned(),
        kind,
        role: Role::Feature,
        arrow_type: String::new(),
    };
    let array: ArrayRef = Arc::new(array);
    Arc::new(Column::from_arrow(&info, &array).expect("a column"))
}

/// Lengths around the borders of words and blocks, and now and then of chunks.
fn rows(rng: &mut Rng) -> usize {
    match rng.u32(0..40) {
        0 => 0,
        1 => 64 * 1024 + rng.usize(0..200),
        2..=9 => 64 * rng.usize(1..20) + rng.usize(0..3),
        _ => rng.usize(1..700),
    }
}

/// Values with ties, nulls, NaN, infinities, both zeros; some tables are constant, some without a value.
fn floats(rng: &mut Rng, rows: usize) -> Vec<Option<f64>> {
    let kind = rng.u32(0..7);
    (0..rows)
        .map(|_| {
            if rng.u32(0..20) == 0 {
                return None;
            }
            Some(match kind {
                0 => f64::from(rng.i32(-3..4)),
                1 => 1.5,
                2 => f64::NAN,
                3 => (rng.f64() - 0.5) * 1e-300,
                4 => 1e15 + f64::from(rng.i32(0..9)) / 8.0,
                _ => match rng.u32(0..30) {
                    0 => f64::NAN,
                    1 => f64::INFINITY,
                    2 => f64::NEG_INFINITY,
                    3 => 0.0,
                    4 => -0.0,
                    _ => (rng.f64() - 0.5) * 100.0,
                },
            })
        })
        .collect()
}

fn texts(rng: &mut Rng, rows: usize) -> Vec<Option<String>> {
    let groups = rng.u32(1..30);
    (0..rows)
        .map(|_| (rng.u32(0..15) > 0).then(|| format!("W{}", rng.u32(0..groups))))
        .collect()
}

/// Whether a text passes.
type Test<'a> = Box<dyn Fn(Option<&String>) -> bool + 'a>;

fn some_rows(rng: &mut Rng, rows: usize) -> RowSet {
    match rng.u32(0..4) {
        0 => RowSet::full(rows),
        1 => RowSet::from_rows(rows, (0..3).map(|_| rng.u32(..))),
        share => RowSet::from_rows(
            rows,
            (0..rows as u32)
                .filter(|_| rng.u32(0..3) < share)
                .collect::<Vec<_>>(),
        ),
    }
}

/// A column of any kind.
fn any_column(rng: &mut Rng, rows: usize) -> Arc<Column> {
    match rng.u32(0..4) {
        0 => {
            let values: Vec<Option<i64>> = floats(rng, rows)
                .into_iter()
                .map(|value| value.map(|value| value as i64))
                .collect();
            column(ColumnKind::Integer, Int64Array::from(values))
        }
        1 => column(ColumnKind::Text, StringArray::from(texts(rng, rows))),
        _ => float_column(floats(rng, rows)),
    }
}

fn float_column(values: Vec<Option<f64>>) -> Arc<Column> {
    column(ColumnKind::Float, Float64Array::from(values))
}

#[test]
fn filters_equal_a_test_of_every_row() {
    let mut rng = Rng::with_seed(1);
    for _ in 0..TABLES {
        let rows = rows(&mut rng);
        let values = floats(&mut rng, rows);
        let numbers = float_column(values.clone());
        let bound = |rng: &mut Rng| match rng.u32(0..5) {
            0 => f64::NEG_INFINITY,
            1 => f64::INFINITY,
            _ => values
                .get(rng.usize(..values.len().max(1)))
                .copied()
                .flatten()
                .unwrap_or(0.0),
        };
        let (min, max) = (bound(&mut rng), bound(&mut rng));
        let range = Condition::Range {
            column: "x".to_owned(),
            min,
            max,
        };
        let open = min == f64::NEG_INFINITY && max == f64::INFINITY;
        let expected = (0..rows as u32).filter(|row| {
            open || values[*row as usize].is_some_and(|value| value >= min && value <= max)
        });
        let expected = RowSet::from_rows(rows, expected);
        let found = passing(&numbers, &range).unwrap_or_else(|| RowSet::full(rows));
        assert_eq!(found, expected, "{min} to {max} in {values:?}");

        let texts = texts(&mut rng, rows);
        let categories = column(ColumnKind::Text, StringArray::from(texts.clone()));
        let chosen: BTreeSet<String> = (0..rng.u32(1..5))
            .map(|_| format!("W{}", rng.u32(0..30)))
            .collect();
        let part = format!("w{}", rng.u32(0..3));
        let name = || "x".to_owned();
        let cases: [(Condition, Test<'_>); 5] = [
            (
                Condition::OneOf {
                    column: name(),
                    values: chosen.clone(),
                },
                Box::new(|text| text.is_some_and(|text| chosen.contains(text))),
            ),
            (
                Condition::Contains {
                    column: name(),
                    text: part.clone(),
                },
                Box::new(|text| text.is_some_and(|text| text.to_lowercase().contains(&part))),
            ),
            (
                Condition::Equals {
                    column: name(),
                    text: "W1".to_owned(),
                },
                Box::new(|text| text.is_some_and(|text| text == "W1")),
            ),
            (
                Condition::Null {
                    column: name(),
                    null: true,
                },
                Box::new(|text| text.is_none()),
            ),
            (
                Condition::Null {
                    column: name(),
                    null: false,
                },
                Box::new(|text| text.is_some()),
            ),
        ];
        for (condition, test) in cases {
            let expected = (0..rows as u32).filter(|row| test(texts[*row as usize].as_ref()));
            let found = passing(&categories, &condition).expect("a condition that tests");
            assert_eq!(found, RowSet::from_rows(rows, expected), "{condition:?}");
        }
    }
}

#[test]
fn sorting_equals_polars() {
    let mut rng = Rng::with_seed(2);
    for _ in 0..TABLES {
        let rows = rows(&mut rng);
        let values = floats(&mut rng, rows);
        let descending = rng.bool();
        let found = sorted_rows(&float_column(values.clone()), descending).expect("sorted");
        let options = SortOptions::default()
            .with_order_descending(descending)
            .with_nulls_last(true)
            .with_maintain_order(true);
        // A NaN of CellProfiler is a missing value.
        let values = values
            .into_iter()
            .map(|value| value.filter(|value| !value.is_nan()));
        let expected: Vec<u32> = Float64Chunked::from_iter_options("x".into(), values)
            .arg_sort(options)
            .into_no_null_iter()
            .collect();
        assert_eq!(*found, *expected, "descending: {descending}");
    }
}

#[test]
fn orders_equal_a_sorted_list_of_the_shown_rows() {
    let mut rng = Rng::with_seed(3);
    for _ in 0..TABLES {
        let rows = rows(&mut rng);
        let column = any_column(&mut rng, rows);
        let descending = rng.bool();
        let shown = Arc::new(some_rows(&mut rng, rows));
        let mut expected: Vec<u32> = shown.iter().collect();
        let stored = RowOrder::stored(Arc::clone(&shown));
        check_order(&mut rng, &stored, &expected, rows);

        expected.sort_by(|a, b| compare_rows(&column, descending, *a, *b));
        let all = sorted_rows(&column, descending).expect("sorted");
        let mut by_comparison: Vec<u32> = (0..rows as u32).collect();
        by_comparison.sort_by(|a, b| compare_rows(&column, descending, *a, *b));
        assert_eq!(*all, *by_comparison, "{:?}", column.values);
        let sorted = RowOrder::sorted(all, Arc::clone(&column), descending, &shown);
        check_order(&mut rng, &sorted, &expected, rows);

        let wanted = rng.usize(1..50);
        let first = first_rows(&column, descending, &shown, wanted);
        assert!(
            first.len() >= wanted.min(expected.len()).min(16),
            "{}",
            first.len()
        );
        assert_eq!(first, expected[..first.len()], "{:?}", column.values);
    }
}

fn check_order(rng: &mut Rng, order: &RowOrder, expected: &[u32], rows: usize) {
    assert_eq!(order.len(), expected.len());
    assert_eq!(order.to_vec(), expected);
    assert_eq!(order.get(expected.len()), None);
    for _ in 0..20 {
        let (from, to) = (rng.usize(0..rows + 2), rng.usize(0..rows + 2));
        let inside = expected
            .get(from..to.min(expected.len()))
            .unwrap_or_default();
        assert_eq!(order.rows(from..to), inside);
        assert_eq!(order.get(from), expected.get(from).copied());
        let row = rng.u32(0..=rows as u32);
        let position = expected.iter().position(|other| *other == row);
        assert_eq!(order.position(row), position, "row {row}");
    }
}

#[test]
fn histograms_equal_a_count_of_every_row() {
    let mut rng = Rng::with_seed(4);
    for _ in 0..TABLES {
        let rows = rows(&mut rng);
        let values = floats(&mut rng, rows);
        let column = float_column(values.clone());
        let shown = some_rows(&mut rng, rows);
        let bins = rng.usize(1..90);
        let finite = || {
            values
                .iter()
                .flatten()
                .copied()
                .filter(|value| value.is_finite())
        };
        let Some(found) = filter_histogram(&column, &shown, bins) else {
            assert_eq!(finite().count(), 0);
            continue;
        };
        let (min, max) = (
            finite().fold(f64::INFINITY, f64::min),
            finite().fold(f64::NEG_INFINITY, f64::max),
        );
        assert_eq!((found.min, found.max), (min, max));
        let places = Bins::new([min, max], bins);
        let (mut all, mut some) = (vec![0; bins], vec![0; bins]);
        let mut nulls = 0;
        for (row, value) in (0..rows as u32).zip(&values) {
            match value.filter(|value| !value.is_nan()) {
                None => nulls += 1,
                Some(value) => {
                    if let Some(bin) = places.bin(value) {
                        all[bin] += 1;
                        some[bin] += u32::from(shown.contains(row));
                    }
                }
            }
        }
        assert_eq!((found.all, found.shown, found.nulls), (all, some, nulls));
    }
}

#[test]
fn group_statistics_equal_those_of_sorted_lists() {
    let mut rng = Rng::with_seed(5);
    for _ in 0..TABLES {
        let rows = rows(&mut rng);
        let values = floats(&mut rng, rows);
        let texts = texts(&mut rng, rows);
        let shown = some_rows(&mut rng, rows);
        let groups = column(ColumnKind::Text, StringArray::from(texts.clone()));
        let found =
            group_statistics(&float_column(values.clone()), &groups, &shown).expect("groups");
        let mut lists: BTreeMap<String, (Vec<f64>, usize)> = BTreeMap::new();
        for row in shown.iter() {
            let Some(text) = &texts[row as usize] else {
                continue;
            };
            let (list, nulls) = lists.entry(text.clone()).or_default();
            match values[row as usize].filter(|value| !value.is_nan()) {
                Some(value) => list.push(value),
                None => *nulls += 1,
            }
        }
        assert_eq!(found.len(), lists.len());
        for group in found {
            let (list, nulls) = &lists[&group.name];
            assert_eq!((group.count, group.nulls), (list.len(), *nulls));
            let middle = median(list);
            let distances: Vec<f64> = list.iter().map(|value| (value - middle).abs()).collect();
            let mean = list.iter().sum::<f64>() / list.len() as f64;
            let same = |a: f64, b: f64| a == b || a.is_nan() && b.is_nan();
            let near = (group.mean - mean).abs() <= 1e-12 * mean.abs().max(1.0);
            assert!(near || same(group.mean, mean), "{group:?} {mean}");
            assert!(same(group.median, middle), "{group:?} {middle}");
            assert!(same(group.mad, median(&distances)), "{group:?}");
        }
        let Values::Categories { .. } = groups.values else {
            panic!("texts are categories");
        };
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}
