//! Values by group for charts: sorted values or quantiles, counts in bins, correlations.

use std::sync::Arc;

use rayon::prelude::*;

use super::row_groups::without_value_beside;
use super::{Column, NULL_CODE, Values};
use cytolance_kernels::{Bins, RowSet, quantile};

/// Values kept of a group; of more, so many quantiles.
const MOST_VALUES: usize = 20_000;
/// Selected values kept of a group.
const MOST_SELECTED: usize = 200;
/// Groups shown; the others are put together as "others".
const MOST_GROUPS: usize = 24;
/// Rows by which features are correlated; of more, evenly spaced ones.
const CORRELATED_ROWS: usize = 50_000;

/// Values of a feature in one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupValues {
    /// The group; empty where there are none.
    pub name: String,
    /// Values in ascending order, or quantiles of them.
    pub sorted: Vec<f64>,
    /// Values in all.
    pub count: usize,
    /// Shown cells of the group without a value.
    pub nulls: usize,
    /// Values of selected cells, at most two hundred.
    pub selected: Vec<f64>,
    /// How many selected cells have a value.
    pub num_selected: usize,
}

/// The names of groups and every row's place among them; the most common ones have places of their own, and so have
/// shown rows without a value. `None` where the column makes no groups.
pub fn chart_groups(column: &Column, shown: &RowSet) -> Option<(Vec<String>, Vec<u32>)> {
    let Values::Categories { codes, names } = &column.values else {
        return None;
    };
    let counts = column.category_counts(Some(shown));
    let mut common: Vec<usize> = (0..names.len()).filter(|at| counts[*at] > 0).collect();
    common.sort_by_key(|at| std::cmp::Reverse(counts[*at]));
    let crowded = common.len() > MOST_GROUPS;
    common.truncate(MOST_GROUPS);
    // In the order of their names, as everywhere.
    common.sort_unstable();
    let mut places = vec![u32::MAX; names.len()];
    let mut shown_names: Vec<String> = Vec::new();
    for at in common {
        places[at] = shown_names.len() as u32;
        shown_names.push(names[at].clone());
    }
    let others = shown_names.len() as u32;
    if crowded {
        shown_names.push("others".to_owned());
    }
    let without = shown_names.len() as u32;
    let grouped: usize = counts.iter().map(|count| *count as usize).sum();
    if grouped < shown.count() {
        shown_names.push(without_value_beside(&shown_names).to_owned());
    }
    // The place of rows without a value is past the end where no such row is shown.
    let codes = codes
        .par_iter()
        .map(|code| match places.get(*code as usize) {
            _ if *code == NULL_CODE => without,
            Some(place) if *place != u32::MAX => *place,
            _ if crowded => others,
            _ => NULL_CODE,
        })
        .collect();
    Some((shown_names, codes))
}

/// Values of the shown rows by group; all in one group without `groups`.
pub fn values_by_group(
    values: &Column,
    groups: Option<&(Vec<String>, Vec<u32>)>,
    shown: &RowSet,
    selection: &RowSet,
) -> Option<Vec<GroupValues>> {
    let numbers = values.numbers()?;
    let names: Vec<String> = groups.map_or_else(|| vec![String::new()], |(names, _)| names.clone());
    let mut found: Vec<GroupValues> = names
        .into_iter()
        .map(|name| GroupValues {
            name,
            sorted: Vec::new(),
            count: 0,
            nulls: 0,
            selected: Vec::new(),
            num_selected: 0,
        })
        .collect();
    for row in shown.iter() {
        let place = match groups {
            Some((_, codes)) => codes.get(row as usize).copied().unwrap_or(NULL_CODE),
            None => 0,
        };
        let Some(group) = found.get_mut(place as usize) else {
            continue;
        };
        match numbers.get(row as usize) {
            Some(value) if value.is_finite() => {
                group.sorted.push(*value);
                if selection.contains(row) {
                    group.num_selected += 1;
                    if group.selected.len() < MOST_SELECTED {
                        group.selected.push(*value);
                    }
                }
            }
            _ => group.nulls += 1,
        }
    }
    found.par_iter_mut().for_each(|group| {
        group.count = group.sorted.len();
        group.sorted.sort_unstable_by(f64::total_cmp);
        if group.count > MOST_VALUES {
            let last = (MOST_VALUES - 1) as f64;
            group.sorted = (0..MOST_VALUES)
                .map(|at| quantile(&group.sorted, at as f64 / last))
                .collect();
        }
    });
    Some(found)
}

/// Counts by group in equal bins over the range of all finite values of the shown rows, and those of the selected ones.
pub struct GroupCounts {
    /// The range of the bins.
    pub range: [f64; 2],
    /// Counts by group, then by bin.
    pub counts: Vec<Vec<u32>>,
    /// Counts of selected shown rows by bin.
    pub selected: Vec<u32>,
    /// Shown rows without a finite value.
    pub nulls: usize,
}

/// Counts the shown rows in bins, on all cores; `None` for text and without a finite value.
pub fn counts_by_group(
    values: &Column,
    groups: Option<&(Vec<String>, Vec<u32>)>,
    shown: &RowSet,
    selection: &RowSet,
    bins: usize,
) -> Option<GroupCounts> {
    let numbers = values.numbers()?;
    let range = shown_range(&numbers, shown)?;
    let places = Bins::new(range, bins);
    let num_groups = groups.map_or(1, |(names, _)| names.len());
    let rows: Vec<u32> = shown.iter().collect();
    let (counts, selected, nulls) = rows
        .par_chunks(1 << 16)
        .map(|rows| {
            let mut counts = vec![vec![0_u32; bins]; num_groups];
            let (mut selected, mut nulls) = (vec![0_u32; bins], 0);
            for row in rows {
                let Some(bin) = numbers
                    .get(*row as usize)
                    .and_then(|value| places.bin(*value))
                else {
                    nulls += 1;
                    continue;
                };
                let group = match groups {
                    Some((_, codes)) => codes.get(*row as usize).copied().unwrap_or(NULL_CODE),
                    None => 0,
                };
                if let Some(counts) = counts.get_mut(group as usize) {
                    counts[bin] += 1;
                }
                if selection.contains(*row) {
                    selected[bin] += 1;
                }
            }
            (counts, selected, nulls)
        })
        .reduce(
            || (vec![vec![0; bins]; num_groups], vec![0; bins], 0),
            |(mut counts, mut selected, nulls), (more, more_selected, more_nulls)| {
                for (counts, more) in counts.iter_mut().zip(more) {
                    for (count, more) in counts.iter_mut().zip(more) {
                        *count += more;
                    }
                }
                for (count, more) in selected.iter_mut().zip(more_selected) {
                    *count += more;
                }
                (counts, selected, nulls + more_nulls)
            },
        );
    Some(GroupCounts {
        range,
        counts,
        selected,
        nulls,
    })
}

fn shown_range(numbers: &[f64], shown: &RowSet) -> Option<[f64; 2]> {
    shown.iter().fold(None, |range, row| {
        let value = numbers.get(row as usize).copied().unwrap_or(f64::NAN);
        match range {
            _ if !value.is_finite() => range,
            None => Some([value, value]),
            Some([low, high]) => Some([low.min(value), high.max(value)]),
        }
    })
}

/// Which correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correlation {
    /// Of the values.
    #[default]
    Pearson,
    /// Of their ranks.
    Spearman,
}

/// Correlations of all pairs of columns over the shown rows that have both values; NaN where a column is constant. Of very
/// many rows evenly spaced ones; says how many were used.
pub fn correlations(
    columns: &[Arc<Column>],
    shown: &RowSet,
    kind: Correlation,
) -> (Vec<Vec<f64>>, usize) {
    let every = shown.count().div_ceil(CORRELATED_ROWS).max(1);
    let rows: Vec<u32> = shown.iter().step_by(every).collect();
    let values: Vec<Vec<f64>> = columns
        .par_iter()
        .map(|column| {
            let numbers = column.numbers();
            rows.iter()
                .map(|row| {
                    numbers
                        .as_ref()
                        .and_then(|numbers| numbers.get(*row as usize).copied())
                        .filter(|value| value.is_finite())
                        .unwrap_or(f64::NAN)
                })
                .collect()
        })
        .collect();
    let len = columns.len();
    let pairs: Vec<(usize, usize)> = (0..len)
        .flat_map(|a| (a..len).map(move |b| (a, b)))
        .collect();
    let found: Vec<f64> = pairs
        .par_iter()
        .map(|(a, b)| {
            let both: Vec<(f64, f64)> = values[*a]
                .iter()
                .zip(&values[*b])
                .filter(|(x, y)| !x.is_nan() && !y.is_nan())
                .map(|(x, y)| (*x, *y))
                .collect();
            match kind {
                Correlation::Pearson => pearson(&both),
                Correlation::Spearman => {
                    let xs = ranks(&both.iter().map(|(x, _)| *x).collect::<Vec<_>>());
                    let ys = ranks(&both.iter().map(|(_, y)| *y).collect::<Vec<_>>());
                    pearson(&xs.into_iter().zip(ys).collect::<Vec<_>>())
                }
            }
        })
        .collect();
    let mut matrix = vec![vec![f64::NAN; len]; len];
    for ((a, b), value) in pairs.into_iter().zip(found) {
        matrix[a][b] = value;
        matrix[b][a] = value;
    }
    (matrix, rows.len())
}

fn pearson(both: &[(f64, f64)]) -> f64 {
    let count = both.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| both.iter().map(of).sum::<f64>() / count;
    let (mx, my) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in both {
        xy += (x - mx) * (y - my);
        xx += (x - mx) * (x - mx);
        yy += (y - my) * (y - my);
    }
    if xx > 0.0 && yy > 0.0 {
        (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0)
    } else {
        f64::NAN
    }
}

/// Ranks; equal values share theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    for run in order.chunk_by(|a, b| values[*a].total_cmp(&values[*b]).is_eq()) {
        let shared = from as f64 + (run.len() as f64 - 1.0) / 2.0;
        for at in run {
            ranks[*at] = shared;
        }
        from += run.len();
    }
    ranks
}

/// The shown rows whose value lies in a bin of the shown rows' range.
pub fn rows_in_bin(values: &Column, shown: &RowSet, bins: usize, bin: usize) -> Option<RowSet> {
    let numbers = values.numbers()?;
    let places = Bins::new(shown_range(&numbers, shown)?, bins);
    let rows = shown.iter().filter(|row| {
        numbers
            .get(*row as usize)
            .and_then(|value| places.bin(*value))
            == Some(bin)
    });
    Some(RowSet::from_rows(shown.len(), rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_counts_are_by_group() {
        let values = Column::of_floats("v", vec![3.0, 1.0, f64::NAN, 2.5, 9.0, f64::INFINITY]);
        let groups = Column::of_categories(
            "g",
            vec![0, 0, 0, 1, 1, 1],
            vec!["a".to_owned(), "b".to_owned()],
        );
        let shown = RowSet::from_rows(6, [0, 1, 2, 3, 5]);
        let selection = RowSet::from_rows(6, [1, 4]);
        let by = chart_groups(&groups, &shown).expect("groups");
        let found = values_by_group(&values, Some(&by), &shown, &selection).expect("values");
        assert_eq!(found[0].sorted, [1.0, 3.0]);
        assert_eq!((found[0].nulls, found[0].selected.clone()), (1, vec![1.0]));
        assert_eq!((found[1].sorted.clone(), found[1].nulls), (vec![2.5], 1));
        let counts = counts_by_group(&values, Some(&by), &shown, &selection, 2).expect("counts");
        assert_eq!(counts.range, [1.0, 3.0]);
        assert_eq!(counts.counts, [[1, 1], [0, 1]]);
        assert_eq!((counts.selected, counts.nulls), (vec![1, 0], 2));
        let rows = rows_in_bin(&values, &shown, 2, 1).expect("rows");
        assert_eq!(rows.iter().collect::<Vec<_>>(), [0, 3]);
    }

    #[test]
    fn many_groups_are_put_together() {
        let names: Vec<String> = (0..40).map(|at| format!("g{at:02}")).collect();
        let mut codes: Vec<u32> = (0..40).collect();
        codes.extend([39, 39, 38]);
        let groups = Column::of_categories("g", codes, names);
        let (names, codes) = chart_groups(&groups, &RowSet::full(43)).expect("groups");
        assert_eq!(names.len(), MOST_GROUPS + 1);
        assert_eq!(names.last().map(String::as_str), Some("others"));
        assert!(names.contains(&"g39".to_owned()));
        assert_eq!(codes[39], codes[40]);
    }

    #[test]
    fn cells_without_a_group_are_counted() {
        type Case<'a> = (&'a [u32], &'a [&'a str], &'a [&'a [f64]]);
        let values = Column::of_floats("v", vec![3.0, 1.0, 2.0, 5.0]);
        let names = vec!["a".to_owned(), "b".to_owned()];
        let groups = Column::of_categories("g", vec![0, NULL_CODE, 1, NULL_CODE], names);
        // The shown rows; group names and values then.
        let cases: [Case<'_>; 3] = [
            (
                &[0, 1, 2, 3],
                &["a", "b", "none"],
                &[&[3.0], &[2.0], &[1.0, 5.0]],
            ),
            (&[0, 2], &["a", "b"], &[&[3.0], &[2.0]]),
            (&[1], &["none"], &[&[1.0]]),
        ];
        for (rows, names, by_name) in cases {
            let shown = RowSet::from_rows(4, rows.iter().copied());
            let by = chart_groups(&groups, &shown).expect("groups");
            assert_eq!(by.0, names);
            let found =
                values_by_group(&values, Some(&by), &shown, &RowSet::empty(4)).expect("values");
            let found: Vec<&[f64]> = found.iter().map(|group| group.sorted.as_slice()).collect();
            assert_eq!(found, by_name, "{rows:?}");
        }
    }

    #[test]
    fn correlations_equal_a_slow_loop() {
        let mut random = fastrand::Rng::with_seed(5);
        let columns: Vec<Arc<Column>> = (0..4)
            .map(|at| {
                let values = (0..200)
                    .map(|row| match random.u32(..10) {
                        0 => f64::NAN,
                        _ if at == 3 => 7.0,
                        _ => f64::from(row % 17) * f64::from(at) + random.f64() * 9.0,
                    })
                    .collect();
                Arc::new(Column::of_floats(&format!("c{at}"), values))
            })
            .collect();
        let shown = RowSet::from_rows(200, (0..200).filter(|row| row % 3 != 0));
        let (matrix, rows) = correlations(&columns, &shown, Correlation::Pearson);
        assert_eq!(rows, shown.count());
        let (x, y) = (
            columns[0].numbers().expect("n"),
            columns[1].numbers().expect("n"),
        );
        let both: Vec<(f64, f64)> = shown
            .iter()
            .map(|row| (x[row as usize], y[row as usize]))
            .filter(|(x, y)| !x.is_nan() && !y.is_nan())
            .collect();
        let n = both.len() as f64;
        let (sx, sy): (f64, f64) = both.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
        let sxy: f64 = both.iter().map(|(x, y)| x * y).sum();
        let sxx: f64 = both.iter().map(|(x, _)| x * x).sum();
        let syy: f64 = both.iter().map(|(_, y)| y * y).sum();
        let slow = (n * sxy - sx * sy) / ((n * sxx - sx * sx) * (n * syy - sy * sy)).sqrt();
        assert!(
            (matrix[0][1] - slow).abs() < 1e-9,
            "{} {slow}",
            matrix[0][1]
        );
        assert!((matrix[0][0] - 1.0).abs() < 1e-12 && matrix[3][0].is_nan());
        assert_eq!(ranks(&[5.0, 1.0, 5.0, 2.0]), [2.5, 0.0, 2.5, 1.0]);
        let line: Vec<f64> = (0..9).map(f64::from).collect();
        let cube = line.iter().map(|value| value.powi(3)).collect();
        let pair = [line, cube].map(|values| Arc::new(Column::of_floats("x", values)));
        let (spearman, _) = correlations(&pair, &RowSet::full(9), Correlation::Spearman);
        assert!((spearman[0][1] - 1.0).abs() < 1e-12);
    }
}
