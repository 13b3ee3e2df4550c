//! How far two reviewers agree.

use std::collections::BTreeSet;

/// Two labellings of the same cells, compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Agreement {
    /// All classes of both, in alphabetical order.
    pub classes: Vec<String>,
    /// Cells that both labelled: by the first one's class, then by the second one's.
    pub table: Vec<Vec<usize>>,
    /// Cells that both labelled.
    pub both: usize,
    /// Cells that only the first labelled.
    pub only_first: usize,
    /// Cells that only the second labelled.
    pub only_second: usize,
    /// Share of the cells labelled by both in which they agree; `None` without such a cell.
    pub share: Option<f64>,
    /// Cohen's kappa: agreement beyond chance, 1 at most. `None` without a common cell, and where both used one and the
    /// same class throughout, so that chance explains everything.
    pub kappa: Option<f64>,
    /// Rows that both labelled, and differently.
    pub differing: Vec<u32>,
}

impl Agreement {
    /// Compares the labels of the same rows; rows past the end of the shorter list count as unlabelled in it.
    pub fn of(first: &[Option<String>], second: &[Option<String>]) -> Self {
        let classes: BTreeSet<&String> = first.iter().chain(second).flatten().collect();
        let classes: Vec<String> = classes.into_iter().cloned().collect();
        let place = |name: &String| classes.binary_search(name).unwrap_or_default();
        let mut found = Self {
            table: vec![vec![0; classes.len()]; classes.len()],
            ..Self::default()
        };
        for row in 0..first.len().max(second.len()) {
            let label = |labels: &[Option<String>]| labels.get(row).cloned().flatten();
            match (label(first), label(second)) {
                (Some(a), Some(b)) => {
                    found.table[place(&a)][place(&b)] += 1;
                    found.both += 1;
                    if a != b {
                        found.differing.push(row as u32);
                    }
                }
                (Some(_), None) => found.only_first += 1,
                (None, Some(_)) => found.only_second += 1,
                (None, None) => {}
            }
        }
        found.classes = classes;
        if found.both > 0 {
            let total = found.both as f64;
            let agreed = (0..found.classes.len())
                .map(|at| found.table[at][at] as f64)
                .sum::<f64>()
                / total;
            let chance = (0..found.classes.len())
                .map(|at| {
                    let rows: usize = found.table[at].iter().sum();
                    let columns: usize = found.table.iter().map(|row| row[at]).sum();
                    rows as f64 * columns as f64 / (total * total)
                })
                .sum::<f64>();
            found.share = Some(agreed);
            found.kappa = (chance < 1.0).then(|| (agreed - chance) / (1.0 - chance));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<Option<String>> {
        text.chars()
            .map(|letter| (letter != '-').then(|| letter.to_string()))
            .collect()
    }

    #[test]
    fn kappa_is_cohens() {
        // The textbook's case: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no.
        let first = format!("{}{}", "y".repeat(25), "n".repeat(25));
        let second = format!(
            "{}{}{}{}",
            "y".repeat(20),
            "n".repeat(5),
            "y".repeat(10),
            "n".repeat(15)
        );
        let cases: [(&str, &str, Option<f64>, Option<f64>); 5] = [
            (&first, &second, Some(0.7), Some(0.4)),
            ("ab", "ab", Some(1.0), Some(1.0)),
            ("ab", "ba", Some(0.0), Some(-1.0)),
            ("aa", "aa", Some(1.0), None),
            ("a-", "-b", None, None),
        ];
        for (a, b, share, kappa) in cases {
            let found = Agreement::of(&labels(a), &labels(b));
            let close = |x: Option<f64>, y: Option<f64>| match (x, y) {
                (Some(x), Some(y)) => (x - y).abs() < 1e-12,
                (x, y) => x == y,
            };
            assert!(
                close(found.share, share) && close(found.kappa, kappa),
                "{a} {b}: {found:?}"
            );
        }
        let found = Agreement::of(&labels("ab-a"), &labels("aab"));
        assert_eq!(found.differing, [1]);
        assert_eq!((found.both, found.only_first, found.only_second), (2, 1, 1));
    }
}
