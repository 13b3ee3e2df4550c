//! The shown rows in groups, in the table's order within each; all of them, or a random sample of each group.

use std::sync::Arc;

use super::{Column, NULL_CODE, RowOrder, Values};

/// Distinct whole numbers up to which they make groups.
const MOST_NUMBERS: usize = 200;

/// What the group of rows without a value is called beside those of values: a value may be called "none".
pub(super) fn without_value_beside(names: &[String]) -> &'static str {
    let usual = "none";
    if names.iter().any(|name| name == usual) {
        "no value"
    } else {
        usual
    }
}

/// Rows in groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowGroups {
    /// Name of each group.
    pub names: Vec<String>,
    /// The place of the group of rows without a value, where there are such rows. Its name may be that of a value, too.
    pub without_value: Option<usize>,
    /// Rows of each group.
    pub counts: Vec<u64>,
    /// Rows of each group before a sample was drawn.
    pub totals: Vec<u64>,
    /// All rows, group by group.
    pub rows: Arc<Vec<u32>>,
}

/// A random sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Rows of each group.
    pub count: usize,
    /// The same seed gives the same rows.
    pub seed: u64,
}

/// Names of groups, and the place of a row among them.
type Codes<'a> = (Vec<String>, Box<dyn Fn(u32) -> usize + 'a>);

/// Names of the groups of a column, in order, and the place of every row among them; the last place is for rows without
/// a value. `None` where the column makes no groups.
fn codes_of(column: &Column) -> Option<Codes<'_>> {
    match &column.values {
        Values::Categories { codes, names } => {
            let none = names.len();
            let code = move |row: u32| match codes.get(row as usize) {
                Some(code) if *code != NULL_CODE => *code as usize,
                _ => none,
            };
            Some((names.to_vec(), Box::new(code)))
        }
        Values::Integers(values, _) => {
            let mut distinct: Vec<i64> = Vec::new();
            for (row, value) in values.iter().enumerate() {
                if let Err(place) = distinct.binary_search(value)
                    && !column.is_null(row as u32)
                {
                    if distinct.len() == MOST_NUMBERS {
                        return None;
                    }
                    distinct.insert(place, *value);
                }
            }
            let names = distinct
                .iter()
                .map(|value| column.whole.text(*value))
                .collect();
            let none = distinct.len();
            let code = move |row: u32| {
                if column.is_null(row) {
                    return none;
                }
                values
                    .get(row as usize)
                    .and_then(|value| distinct.binary_search(value).ok())
                    .unwrap_or(none)
            };
            Some((names, Box::new(code)))
        }
        Values::Floats(_) => None,
    }
}

/// Groups the shown rows by a column, or not at all; of each group all rows, or a sample. `None` where the column makes no
/// groups.
pub fn row_groups(
    order: &RowOrder,
    column: Option<&Column>,
    sample: Option<Sample>,
) -> Option<RowGroups> {
    let rows = order.to_vec();
    let (names, mut groups) = match column {
        None => (vec![String::new()], vec![rows]),
        Some(column) => {
            let (mut names, code) = codes_of(column)?;
            names.push(without_value_beside(&names).to_owned());
            let mut groups: Vec<Vec<u32>> = vec![Vec::new(); names.len()];
            for row in rows {
                groups[code(row)].push(row);
            }
            (names, groups)
        }
    };
    let without_value = column.is_some().then(|| names.len() - 1);
    let mut found = RowGroups::default();
    let mut all = Vec::new();
    for (at, (name, rows)) in names.into_iter().zip(&mut groups).enumerate() {
        if rows.is_empty() {
            continue;
        }
        if Some(at) == without_value {
            found.without_value = Some(found.names.len());
        }
        found.totals.push(rows.len() as u64);
        if let Some(sample) = sample {
            draw(rows, sample.count, sample.seed.wrapping_add(at as u64));
        }
        found.names.push(name);
        found.counts.push(rows.len() as u64);
        all.append(rows);
    }
    found.rows = Arc::new(all);
    Some(found)
}

/// Keeps a random part of some rows, in their order.
fn draw(rows: &mut Vec<u32>, count: usize, seed: u64) {
    let mut left = rows.len();
    let mut wanted = count.min(left);
    let mut random = fastrand::Rng::with_seed(seed);
    rows.retain(|_| {
        let keep = wanted > 0 && random.usize(..left) < wanted;
        left -= 1;
        wanted -= usize::from(keep);
        keep
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_kernels::RowSet;

    #[test]
    fn every_shown_row_is_in_one_group() {
        let mut random = fastrand::Rng::with_seed(7);
        for len in [0_usize, 1, 5, 64, 1000] {
            let shown = RowSet::from_rows(len, (0..len as u32).filter(|_| random.bool()));
            let codes: Vec<u32> = (0..len)
                .map(|_| match random.u32(..4) {
                    3 => NULL_CODE,
                    code => code,
                })
                .collect();
            let names = ["a", "b", "c"].map(str::to_owned).to_vec();
            let column = Column::of_categories("group", codes.clone(), names);
            let order = RowOrder::stored(Arc::new(shown.clone()));
            let groups = row_groups(&order, Some(&column), None).expect("groups");
            let mut rows = (*groups.rows).clone();
            assert_eq!(groups.counts.iter().sum::<u64>() as usize, rows.len());
            let mut at = 0;
            for (name, count) in groups.names.iter().zip(&groups.counts) {
                let part = &rows[at..at + *count as usize];
                at += *count as usize;
                assert!(part.is_sorted(), "in the table's order");
                for row in part {
                    let expected = match codes[*row as usize] {
                        NULL_CODE => "none",
                        code => ["a", "b", "c"][code as usize],
                    };
                    assert_eq!(name, expected);
                }
            }
            rows.sort_unstable();
            assert_eq!(rows, shown.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_value_called_none_is_not_the_group_without_a_value() {
        let order = RowOrder::stored(Arc::new(RowSet::full(4)));
        let groups = |names: [&str; 2], codes| {
            let column = Column::of_categories("g", codes, names.map(str::to_owned).to_vec());
            row_groups(&order, Some(&column), None).expect("groups")
        };
        let found = groups(["dose", "none"], vec![1, 0, NULL_CODE, 1]);
        assert_eq!(found.names, ["dose", "none", "no value"]);
        assert_eq!(found.without_value, Some(2));
        // Groups without rows are left out, so places are not those of all names.
        let found = groups(["dose", "other"], vec![1, 1, NULL_CODE, 1]);
        assert_eq!(found.names, ["other", "none"]);
        assert_eq!(found.without_value, Some(1));
        assert_eq!(groups(["a", "none"], vec![1; 4]).without_value, None);
    }

    #[test]
    fn samples_are_drawn_from_each_group_and_come_back() {
        let codes: Vec<u32> = (0..100).map(|row| u32::from(row >= 95)).collect();
        let column = Column::of_categories("g", codes, vec!["many".to_owned(), "few".to_owned()]);
        let order = RowOrder::stored(Arc::new(RowSet::full(100)));
        let draw = |seed| {
            row_groups(&order, Some(&column), Some(Sample { count: 10, seed })).expect("groups")
        };
        let first = draw(1);
        assert_eq!(first.counts, [10, 5], "few are all taken");
        assert_eq!(first.totals, [95, 5]);
        assert_eq!(first, draw(1), "the same seed, the same rows");
        assert_ne!(first.rows, draw(2).rows);
        let numbers = Column::of_floats("x", vec![0.0; 100]);
        assert_eq!(row_groups(&order, Some(&numbers), None), None);
        let all = row_groups(&order, None, Some(Sample { count: 3, seed: 1 })).expect("rows");
        assert_eq!(all.rows.len(), 3);
    }
}
