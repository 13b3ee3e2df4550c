//! Scales of z-scores that were found before, so that moving a threshold only compares.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::Column;
use super::outliers::{ZHistogram, ZScale};
use cytolance_kernels::RowSet;
use cytolance_profile::{OutlierRule, ZScope};

/// Bytes of scales kept. One is a few numbers and a histogram: z-scores themselves are as quickly computed as read. Only
/// plates that are numbers take four bytes a cell.
const BYTES: usize = 64 << 20;

/// Everything on which a feature's z-scores depend.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    feature: String,
    scope: ZScope,
    robust: bool,
    /// Features whose missing values leave cells out.
    incomplete: Option<Vec<String>>,
}

struct Entry {
    key: Key,
    /// The columns that it was computed of: another one of the same name is another column.
    columns: Vec<Weak<Column>>,
    scores: Arc<FeatureScores>,
}

/// A feature's z-scores, as far as they are shown.
#[derive(Debug)]
pub struct FeatureScores {
    /// What turns values into z-scores.
    pub scale: ZScale,
    /// Their distribution.
    pub histogram: ZHistogram,
    /// Cells without a value.
    pub nulls: usize,
}

/// What a rule finds, and why.
#[derive(Debug)]
pub struct RuleAccount {
    /// The outliers.
    pub rows: RowSet,
    /// By threshold: the feature's z-scores and the cells beyond this threshold alone; `None` where the feature is not
    /// there, holds no numbers, or the scope's column is not there.
    pub features: Vec<Option<(Arc<FeatureScores>, usize)>>,
}

/// Scales of z-scores by feature and options; the least recently used go first.
#[derive(Default)]
pub struct ZScoreCache {
    entries: Mutex<VecDeque<Entry>>,
}

impl ZScoreCache {
    /// The rows that a rule finds; `columns` are those that it names, of `len` rows each.
    pub fn rows(&self, rule: &OutlierRule, columns: &[Arc<Column>], len: usize) -> RowSet {
        let mut found: Option<RowSet> = None;
        for threshold in &rule.thresholds {
            let Some((column, scores)) = self.scores(rule, &threshold.feature, columns) else {
                return RowSet::empty(len);
            };
            let numbers = column.numbers().unwrap_or_default();
            let rows = scores.scale.beyond(&numbers, threshold.z);
            match &mut found {
                Some(found) => found.intersect_with(&rows),
                None => found = Some(rows),
            }
        }
        found.unwrap_or_else(|| RowSet::empty(len))
    }

    /// The rows that a rule finds, and what each of its thresholds does.
    pub fn account(&self, rule: &OutlierRule, columns: &[Arc<Column>], len: usize) -> RuleAccount {
        let features: Vec<Option<(Arc<FeatureScores>, RowSet)>> = rule
            .thresholds
            .iter()
            .map(|threshold| {
                let (column, scores) = self.scores(rule, &threshold.feature, columns)?;
                let rows = scores.scale.beyond(&column.numbers()?, threshold.z);
                Some((scores, rows))
            })
            .collect();
        let mut rows = RowSet::empty(len);
        if !features.is_empty() && features.iter().all(Option::is_some) {
            rows = RowSet::full(len);
            for (_, beyond) in features.iter().flatten() {
                rows.intersect_with(beyond);
            }
        }
        RuleAccount {
            rows,
            features: features
                .into_iter()
                .map(|feature| feature.map(|(scores, beyond)| (scores, beyond.count())))
                .collect(),
        }
    }

    /// A feature's column and z-scores under a rule's options; `None` where a column is missing or holds no numbers.
    fn scores(
        &self,
        rule: &OutlierRule,
        feature: &str,
        columns: &[Arc<Column>],
    ) -> Option<(Arc<Column>, Arc<FeatureScores>)> {
        let find = |name: &str| columns.iter().find(|column| column.name == name);
        let column = Arc::clone(find(feature)?);
        let incomplete: Option<Vec<String>> = rule.ignore_nulls.then(|| {
            let mut names: Vec<String> = rule
                .thresholds
                .iter()
                .map(|threshold| &threshold.feature)
                .filter(|name| find(name).is_some_and(|column| column.null_count() > 0))
                .cloned()
                .collect();
            names.sort_unstable();
            names.dedup();
            names
        });
        let mut used = vec![Arc::downgrade(&column)];
        let others = columns
            .iter()
            .filter(|column| rule.scope.is_told_by(&column.name));
        let incomplete_ones = incomplete.iter().flatten();
        let others = others.chain(incomplete_ones.filter_map(|name| find(name)));
        used.extend(others.map(Arc::downgrade));
        let key = Key {
            feature: feature.to_owned(),
            scope: rule.scope.clone(),
            robust: rule.robust,
            incomplete,
        };
        if let Some(scores) = self.known(&key, &used) {
            return Some((column, scores));
        }
        let scale = ZScale::new(rule, &column, columns)?;
        let scores = Arc::new(FeatureScores {
            histogram: scale.histogram(&column.numbers()?),
            nulls: column.null_count(),
            scale,
        });
        self.keep(Entry {
            key,
            columns: used,
            scores: Arc::clone(&scores),
        });
        Some((column, scores))
    }

    fn known(&self, key: &Key, columns: &[Weak<Column>]) -> Option<Arc<FeatureScores>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let at = entries.iter().position(|entry| entry.key == *key)?;
        let entry = entries.remove(at)?;
        let same = entry.columns.len() == columns.len()
            && entry
                .columns
                .iter()
                .zip(columns)
                .all(|(known, column)| known.ptr_eq(column));
        // One of other columns will never be asked for again.
        let scores = same.then(|| Arc::clone(&entry.scores));
        if same {
            entries.push_back(entry);
        }
        scores
    }

    fn keep(&self, entry: Entry) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push_back(entry);
        let bytes = |entry: &Entry| entry.scores.scale.bytes() + size_of::<Entry>();
        let mut kept: usize = entries.iter().map(bytes).sum();
        while kept > BYTES
            && entries.len() > 1
            && let Some(oldest) = entries.pop_front()
        {
            kept -= bytes(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_profile::ZThreshold;

    #[test]
    fn another_column_of_the_same_name_is_scored_anew() {
        let rule = OutlierRule {
            thresholds: vec![ZThreshold {
                feature: "a".to_owned(),
                z: 1.0,
            }],
            ..OutlierRule::default()
        };
        let column = |values: &[f64]| vec![Arc::new(Column::of_floats("a", values.to_vec()))];
        let cache = ZScoreCache::default();
        let first = column(&[0.0, 0.0, 9.0]);
        let account = cache.account(&rule, &first, 3);
        assert_eq!(account.rows.iter().collect::<Vec<_>>(), [2]);
        let again = cache.account(&rule, &first, 3);
        let scores = |account: &RuleAccount| {
            let (scores, beyond) = account.features[0].clone().expect("scores");
            assert_eq!(beyond, 1);
            scores
        };
        assert!(Arc::ptr_eq(&scores(&account), &scores(&again)));
        let second = column(&[9.0, 0.0, 0.0]);
        let account = cache.account(&rule, &second, 3);
        assert_eq!(account.rows.iter().collect::<Vec<_>>(), [0]);
    }
}
