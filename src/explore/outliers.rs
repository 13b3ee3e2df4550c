//! Which cells an outlier rule finds.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::column::NULL_CODE;
use super::filter::{rows_by, rows_where};
use super::z_score_cache::ZScoreCache;
use super::{Column, Values};
use cytolance_kernels::{Bins, Moments, Partition, RowSet};
use cytolance_profile::{OutlierRule, ZScope};

/// Bars of a histogram of z-scores.
pub const Z_BINS: usize = 80;
/// A histogram of z-scores reaches at least so far to both sides.
const NEAR: f64 = 3.5;
/// And at most so far; what lies beyond is counted in its last bars.
const FAR: f64 = 8.0;

/// The rows that a rule finds; `columns` are those that it names, of `len` rows each.
///
/// A rule without thresholds finds nothing, nor does one whose features are not all among the columns.
pub fn outlier_rows(rule: &OutlierRule, columns: &[Arc<Column>], len: usize) -> RowSet {
    ZScoreCache::default().rows(rule, columns, len)
}

/// The z-scores of one of a rule's features, NaN where they are not known; `None` where the column is not there or holds
/// no numbers.
pub fn z_scores(
    rule: &OutlierRule,
    feature: &str,
    columns: &[Arc<Column>],
) -> Option<Arc<Vec<f64>>> {
    let column = columns.iter().find(|column| column.name == feature)?;
    let scale = ZScale::new(rule, column, columns)?;
    Some(Arc::new(scale.scores(&column.numbers()?)))
}

/// Among which cells centre and spread are taken.
#[derive(Debug)]
enum Cohort {
    All,
    /// Every row's group.
    Groups {
        codes: Arc<Vec<u32>>,
        groups: usize,
    },
    Some(RowSet),
}

impl Cohort {
    fn new(scope: &ZScope, columns: &[Arc<Column>]) -> Option<Self> {
        let mut columns = columns.iter();
        let mut find = || columns.find(|column| scope.is_told_by(&column.name));
        Some(match scope {
            ZScope::Dataset => Self::All,
            ZScope::Plate => {
                let (codes, groups) = codes_of(find()?);
                Self::Groups { codes, groups }
            }
            ZScope::Controls { values, .. } => Self::Some(rows_with(find()?, values)),
        })
    }
}

/// Every row's place among the distinct values of a column, and their number.
fn codes_of(column: &Column) -> (Arc<Vec<u32>>, usize) {
    if let Values::Categories { codes, names } = &column.values {
        return (Arc::clone(codes), names.len());
    }
    // Plates are often numbers.
    let mut places: HashMap<u64, u32> = HashMap::new();
    let mut codes = vec![NULL_CODE; column.len()];
    let numbers = column.numbers().unwrap_or_default();
    for (code, number) in codes.iter_mut().zip(numbers.iter()) {
        if !number.is_nan() {
            let next = places.len() as u32;
            *code = *places.entry(number.to_bits()).or_insert(next);
        }
    }
    (Arc::new(codes), places.len())
}

/// The rows whose value is one of these texts.
fn rows_with(column: &Column, values: &std::collections::BTreeSet<String>) -> RowSet {
    if let Values::Categories { codes, names } = &column.values {
        let chosen: Vec<bool> = names.iter().map(|name| values.contains(name)).collect();
        return rows_where(codes, |code| chosen.get(*code as usize) == Some(&true));
    }
    let chosen: Vec<f64> = values.iter().filter_map(|text| text.parse().ok()).collect();
    match column.numbers() {
        Some(numbers) => rows_where(&numbers, |number| chosen.contains(number)),
        None => RowSet::empty(column.len()),
    }
}

/// The rows that lack one of a rule's features: coSMicQC's `find_outliers` leaves them out before anything else.
fn incomplete(rule: &OutlierRule, columns: &[Arc<Column>]) -> Option<RowSet> {
    let mut missing: Option<RowSet> = None;
    for threshold in &rule.thresholds {
        let column = columns
            .iter()
            .find(|column| column.name == threshold.feature && column.null_count() > 0);
        if let Some(numbers) = column.and_then(|column| column.numbers()) {
            let rows = rows_where(&numbers, |number| number.is_nan());
            match &mut missing {
                Some(missing) => missing.union_with(&rows),
                None => missing = Some(rows),
            }
        }
    }
    missing
}

/// Centre and spread of a feature, of all cells or of every group: what turns a value into a z-score.
#[derive(Debug)]
pub struct ZScale {
    /// By group; one without groups.
    moments: Vec<Moments>,
    codes: Option<Arc<Vec<u32>>>,
}

impl ZScale {
    /// `None` where the feature holds no numbers, or the column of the rule's scope is not among `columns`.
    pub fn new(rule: &OutlierRule, feature: &Column, columns: &[Arc<Column>]) -> Option<Self> {
        let numbers = feature.numbers()?;
        let cohort = Cohort::new(&rule.scope, columns)?;
        let left_out = rule
            .ignore_nulls
            .then(|| incomplete(rule, columns))
            .flatten();
        let counts = |row: usize| {
            left_out
                .as_ref()
                .is_none_or(|rows| !rows.contains(row as u32))
        };
        let moments_of = |mut values: Vec<f64>| {
            if rule.robust {
                Moments::robust(&mut values)
            } else {
                Moments::plain(&values)
            }
        };
        Some(match cohort {
            Cohort::All if left_out.is_none() && !rule.robust => Self {
                moments: vec![Moments::plain(&numbers)],
                codes: None,
            },
            Cohort::All => {
                let rows = (0..numbers.len()).into_par_iter();
                let values = rows.filter(|row| counts(*row)).map(|row| numbers[row]);
                Self {
                    moments: vec![moments_of(values.collect())],
                    codes: None,
                }
            }
            Cohort::Some(rows) => {
                let rows = rows.iter().map(|row| row as usize);
                let values = rows.filter(|row| counts(*row) && *row < numbers.len());
                Self {
                    moments: vec![moments_of(values.map(|row| numbers[row]).collect())],
                    codes: None,
                }
            }
            Cohort::Groups { codes, groups } => {
                let group_of = |row: usize| {
                    let code = codes[row] as usize;
                    (code < groups && counts(row)).then_some(code)
                };
                let rows = numbers.len().min(codes.len());
                let partition = Partition::new(rows, groups, group_of, |row| numbers[row]);
                let moments = (0..groups)
                    .into_par_iter()
                    .map(|group| {
                        let mut values = Vec::new();
                        partition.gather(group, &mut values, |value| value);
                        moments_of(values)
                    })
                    .collect();
                Self {
                    moments,
                    codes: Some(codes),
                }
            }
        })
    }

    /// Centre and spread where a row is.
    #[inline]
    fn at(&self, row: usize) -> Moments {
        let group = match &self.codes {
            Some(codes) => codes.get(row).map_or(usize::MAX, |code| *code as usize),
            None => 0,
        };
        self.moments.get(group).copied().unwrap_or(Moments::UNKNOWN)
    }

    /// Bytes in memory, those of a category's codes aside.
    pub(super) fn bytes(&self) -> usize {
        let codes = self
            .codes
            .as_ref()
            .filter(|codes| Arc::strong_count(codes) == 1);
        let codes = codes.map_or(0, |codes| codes.len() * size_of::<u32>());
        codes + self.moments.len() * size_of::<Moments>() + Z_BINS * size_of::<u32>()
    }

    /// The groups' centres and spreads; one without groups.
    pub fn moments(&self) -> &[Moments] {
        &self.moments
    }

    /// The z-scores of the feature's values.
    pub fn scores(&self, numbers: &[f64]) -> Vec<f64> {
        numbers
            .par_iter()
            .enumerate()
            .map(|(row, value)| self.at(row).score(*value))
            .collect()
    }

    /// The rows beyond a threshold: above a positive one, below any other.
    pub fn beyond(&self, numbers: &[f64], threshold: f64) -> RowSet {
        let is_beyond = |score: f64| {
            if threshold > 0.0 {
                score > threshold
            } else {
                score < threshold
            }
        };
        match (&self.codes, self.moments.as_slice()) {
            (None, [moments]) => rows_where(numbers, |value| is_beyond(moments.score(*value))),
            _ => rows_by(numbers.len(), |row| {
                is_beyond(self.at(row).score(numbers[row]))
            }),
        }
    }

    /// How the z-scores are distributed.
    pub(super) fn histogram(&self, numbers: &[f64]) -> ZHistogram {
        let scores = || {
            numbers
                .par_iter()
                .enumerate()
                .map(|(row, value)| self.at(row).score(*value))
        };
        let [low, high] = scores()
            .filter(|score| !score.is_nan())
            .fold(
                || [-NEAR, NEAR],
                |[low, high], score| [low.min(score), high.max(score)],
            )
            .reduce(
                || [-NEAR, NEAR],
                |[low, high], [other_low, other_high]| [low.min(other_low), high.max(other_high)],
            );
        let range = [low.max(-FAR), high.min(FAR)];
        let bins = Bins::new(range, Z_BINS);
        let counts = scores()
            .fold(
                || vec![0_u32; Z_BINS + 1],
                |mut counts, score| {
                    let place = bins.bin(score.clamp(range[0], range[1]));
                    counts[place.unwrap_or(Z_BINS)] += 1;
                    counts
                },
            )
            .reduce(
                || vec![0_u32; Z_BINS + 1],
                |mut counts, others| {
                    for (count, other) in counts.iter_mut().zip(others) {
                        *count += other;
                    }
                    counts
                },
            );
        ZHistogram {
            min: range[0],
            max: range[1],
            unknown: counts[Z_BINS] as usize,
            counts: counts[..Z_BINS].to_vec(),
        }
    }
}

/// Z-scores in equal bins; the outermost hold what lies beyond, too.
#[derive(Debug, Clone, PartialEq)]
pub struct ZHistogram {
    /// Lower edge of the first bin.
    pub min: f64,
    /// Upper edge of the last bin.
    pub max: f64,
    /// By bin.
    pub counts: Vec<u32>,
    /// Cells whose z-score is not known.
    pub unknown: usize,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use cytolance_profile::ZThreshold;

    fn columns() -> Vec<Arc<Column>> {
        let nan = f64::NAN;
        let plates = vec![0, 0, 0, 0, 1, 1, 1, 1, NULL_CODE];
        let names = vec!["P1".to_owned(), "P2".to_owned()];
        [
            Column::of_floats(
                "a",
                vec![1.0, 2.0, 3.0, 10.0, 101.0, 102.0, 103.0, 110.0, 5.0],
            ),
            Column::of_floats("b", vec![1.0, 1.0, nan, 1.0, 1.0, 1.0, 1.0, 9.0, 1.0]),
            Column::of_floats("flat", vec![0.1; 9]),
            Column::of_categories(ZScope::PLATE, plates, names),
        ]
        .map(Arc::new)
        .into()
    }

    fn rule(thresholds: &[(&str, f64)]) -> OutlierRule {
        OutlierRule {
            name: "rule".to_owned(),
            thresholds: thresholds
                .iter()
                .map(|(feature, z)| ZThreshold {
                    feature: (*feature).to_owned(),
                    z: *z,
                })
                .collect(),
            ignore_nulls: false,
            ..OutlierRule::default()
        }
    }

    fn with(thresholds: &[(&str, f64)], change: impl Fn(&mut OutlierRule)) -> OutlierRule {
        let mut rule = rule(thresholds);
        change(&mut rule);
        rule
    }

    #[test]
    fn rules_find_what_is_beyond_all_thresholds() {
        let plate = |rule: &mut OutlierRule| rule.scope = ZScope::Plate;
        let ignore = |rule: &mut OutlierRule| rule.ignore_nulls = true;
        let controls = |column: &str, value: &str| ZScope::Controls {
            column: column.to_owned(),
            values: BTreeSet::from([value.to_owned()]),
        };
        // What scipy.stats.zscore says of the same numbers; by plate within each plate.
        let cases: Vec<(OutlierRule, &[u32])> = vec![
            (rule(&[]), &[]),
            (rule(&[("a", 1.0)]), &[4, 5, 6, 7]),
            (rule(&[("a", 1.2)]), &[7]),
            (rule(&[("a", -0.85)]), &[0, 1, 2, 8]),
            // A threshold of zero means below.
            (rule(&[("a", 0.0)]), &[0, 1, 2, 3, 8]),
            (with(&[("a", 1.0)], plate), &[3, 7]),
            (with(&[("a", -0.8)], plate), &[0, 4]),
            // One missing value: nothing is an outlier.
            (rule(&[("b", 1.0)]), &[]),
            (rule(&[("a", 1.0), ("b", 1.0)]), &[]),
            (with(&[("b", 1.0)], plate), &[7]),
            (with(&[("b", 1.0)], ignore), &[7]),
            (with(&[("a", 1.0), ("b", 1.0)], ignore), &[7]),
            (rule(&[("flat", -0.0)]), &[]),
            (rule(&[("gone", 1.0)]), &[]),
            (rule(&[("Metadata_Plate", 1.0)]), &[]),
            (
                with(&[("a", 2.0)], |rule| {
                    rule.scope = controls("Metadata_Plate", "P1");
                }),
                &[4, 5, 6, 7],
            ),
            (
                with(&[("a", -20.0)], |rule| {
                    rule.scope = controls("Metadata_Plate", "P2");
                }),
                &[0, 1, 2, 3, 8],
            ),
            // No control at all.
            (
                with(&[("a", 1.0)], |rule| {
                    rule.scope = controls("Metadata_Plate", "P3");
                }),
                &[],
            ),
            (
                with(&[("a", -5.0)], |rule| rule.scope = controls("a", "101")),
                &[],
            ),
            // Median 10, MAD 9.
            (
                with(&[("a", 6.0)], |rule| rule.robust = true),
                &[4, 5, 6, 7],
            ),
            (with(&[("a", 7.4)], |rule| rule.robust = true), &[7]),
        ];
        let columns = columns();
        let cache = ZScoreCache::default();
        for (rule, rows) in cases {
            let found = outlier_rows(&rule, &columns, 9);
            assert_eq!(found.iter().collect::<Vec<_>>(), rows, "{rule:?}");
            assert_eq!(cache.rows(&rule, &columns, 9), found, "{rule:?}");
            assert_eq!(cache.rows(&rule, &columns, 9), found, "kept: {rule:?}");
        }
    }

    #[test]
    fn scores_of_a_rule_leave_out_cells_that_lack_a_feature() {
        let ignoring = with(&[("a", 1.0), ("b", 1.0)], |rule| rule.ignore_nulls = true);
        let scores = z_scores(&ignoring, "a", &columns()).expect("scores");
        // scipy.stats.zscore of the column without its third value.
        let alone: Vec<f64> = [1.0, 2.0, 10.0, 101.0, 102.0, 103.0, 110.0, 5.0].into();
        let moments = Moments::plain(&alone);
        assert_eq!(scores[0], moments.score(1.0));
        assert!(z_scores(&ignoring, "gone", &columns()).is_none());
    }

    #[test]
    fn plates_that_are_numbers_are_groups_too() {
        let plates = Column::of_floats("p", vec![7.0, 9.0, 7.0, f64::NAN, 9.0]);
        let (codes, groups) = codes_of(&plates);
        assert_eq!(
            (codes.as_slice(), groups),
            (&[0, 1, 0, NULL_CODE, 1][..], 2)
        );
    }

    #[test]
    fn histograms_count_every_cell_once() {
        let rule = rule(&[("a", 1.0)]);
        let mut values: Vec<f64> = (0..5000).map(|i| f64::from(i % 100)).collect();
        values.push(1e6);
        let column = Arc::new(Column::of_floats("a", values.clone()));
        let scale = ZScale::new(&rule, &column, &[]).expect("a scale");
        let histogram = scale.histogram(&values);
        assert_eq!(histogram.counts.iter().sum::<u32>() as usize, values.len());
        assert_eq!(histogram.counts.last(), Some(&1));
        assert_eq!((histogram.min, histogram.max), (-NEAR, FAR));
        assert_eq!(histogram.unknown, 0);
    }
}
