//! How far two reviewers agree, or the labels of two versions.

use std::collections::{BTreeSet, HashMap};

/// Two labels of the same rows, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The values that occur among the rows labelled by both, sorted.
    pub classes: Vec<String>,
    /// Rows by the first reviewer's class (outer) and the second's (inner), in the order of `classes`.
    pub table: Vec<Vec<usize>>,
    /// Rows that both have labelled.
    pub both: usize,
    /// Rows that only the first has labelled.
    pub only_first: usize,
    /// Rows that only the second has labelled.
    pub only_second: usize,
    /// Rows that nobody has labelled.
    pub neither: usize,
    /// Rows that both have labelled, and differently; ascending.
    pub differing: Vec<u32>,
}

impl Agreement {
    /// Compares row by row; of vectors of different lengths the rows that both have.
    pub fn of<T: AsRef<str>>(first: &[Option<T>], second: &[Option<T>]) -> Self {
        let mut cells: HashMap<(&str, &str), usize> = HashMap::new();
        let (mut only_first, mut only_second, mut neither) = (0, 0, 0);
        let mut differing = Vec::new();
        for (row, pair) in first.iter().zip(second).enumerate() {
            match pair {
                (Some(one), Some(other)) => {
                    let (one, other) = (one.as_ref(), other.as_ref());
                    *cells.entry((one, other)).or_default() += 1;
                    if one != other {
                        differing.push(row as u32);
                    }
                }
                (Some(_), None) => only_first += 1,
                (None, Some(_)) => only_second += 1,
                (None, None) => neither += 1,
            }
        }
        let names: BTreeSet<&str> = cells
            .keys()
            .flat_map(|(one, other)| [*one, *other])
            .collect();
        let table: Vec<Vec<usize>> = names
            .iter()
            .map(|one| {
                let count = |other: &&str| cells.get(&(*one, *other)).copied().unwrap_or(0);
                names.iter().map(count).collect()
            })
            .collect();
        Self {
            both: table.iter().flatten().sum(),
            classes: names.into_iter().map(str::to_owned).collect(),
            table,
            only_first,
            only_second,
            neither,
            differing,
        }
    }

    /// Rows on which both agree.
    pub fn agreeing(&self) -> usize {
        (0..self.classes.len()).map(|at| self.table[at][at]).sum()
    }

    /// Share of the rows labelled by both on which they agree; none where there is no such row.
    pub fn share(&self) -> Option<f64> {
        (self.both > 0).then(|| self.agreeing() as f64 / self.both as f64)
    }

    /// Cohen's kappa, unweighted, over the rows labelled by both: (observed - expected) / (1 - expected), the expected
    /// agreement being that of two who give each class as often as these did, by chance. None where there is no such
    /// row, or where both gave one and the same class to all: then chance explains everything.
    pub fn kappa(&self) -> Option<f64> {
        let observed = self.share()?;
        let rows = self.both as f64;
        let expected: f64 = (0..self.classes.len())
            .map(|at| {
                let first: usize = self.table[at].iter().sum();
                let second: usize = self.table.iter().map(|line| line[at]).sum();
                (first as f64 / rows) * (second as f64 / rows)
            })
            .sum();
        // Both gave one class: 1 - 1.
        (expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<Option<String>> {
        text.chars()
            .map(|letter| (letter != '.').then(|| letter.to_string()))
            .collect()
    }

    #[test]
    fn kappa_is_that_of_the_textbook() {
        // Worked by hand; the values are those of sklearn.metrics.cohen_kappa_score.
        let many = |cells: [(&str, usize); 4]| -> (String, String) {
            let side = |at: usize| {
                cells
                    .iter()
                    .map(|(pair, times)| pair[at..=at].repeat(*times))
                    .collect()
            };
            (side(0), side(1))
        };
        // Cohen's example: 20 both yes, 15 both no, 5 and 10 split: 0.7 observed, 0.5 expected.
        let (first, second) = many([("yy", 20), ("yn", 5), ("ny", 10), ("nn", 15)]);
        let cases: [(&str, &str, Option<f64>, Option<f64>); 8] = [
            (&first, &second, Some(0.7), Some(0.4)),
            ("aabbc", "aabbc", Some(1.0), Some(1.0)),
            ("ab", "ba", Some(0.0), Some(-1.0)),
            // 5 of 6 agree; expected (2*3 + 2*1 + 2*2) / 36 = 1/3.
            ("aabbcc", "aabacc", Some(5.0 / 6.0), Some(0.75)),
            ("aaaa", "aaaa", Some(1.0), None),
            ("aaaa", "bbbb", Some(0.0), Some(0.0)),
            ("a..", ".b.", None, None),
            ("", "", None, None),
        ];
        for (first, second, share, kappa) in cases {
            let agreement = Agreement::of(&labels(first), &labels(second));
            let close = |found: Option<f64>, wanted: Option<f64>| match (found, wanted) {
                (Some(found), Some(wanted)) => (found - wanted).abs() < 1e-12,
                (found, wanted) => found == wanted,
            };
            assert!(
                close(agreement.share(), share) && close(agreement.kappa(), kappa),
                "{first} {second}: {:?} {:?}",
                agreement.share(),
                agreement.kappa()
            );
        }
    }

    #[test]
    fn only_rows_labelled_by_both_count() {
        let agreement = Agreement::of(&labels("ab.ca.b"), &labels("aab.b.b"));
        assert_eq!(agreement.classes, ["a", "b"]);
        assert_eq!(agreement.table, [[1, 1], [1, 1]]);
        assert_eq!(
            (agreement.both, agreement.only_first, agreement.only_second),
            (4, 1, 1)
        );
        assert_eq!(agreement.neither, 1);
        assert_eq!(agreement.differing, [1, 4]);
        assert_eq!(agreement.agreeing(), 2);
    }
}
