//! Which features set some cells apart from the others.

use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::BoxFuture;
use rayon::prelude::*;

use super::{ExploreError, Explorer};
use cytolance_dataset::numbers_of;
use cytolance_kernels::{Bins, MAD_TO_DEVIATION, Moments, RowSet, median, quantile};
use cytolance_profile::{ColumnInfo, Role};

/// Cells looked at of each side; of more, a sample.
const MOST_CELLS: usize = 20_000;
/// Cells of the rest by which two features are told to be similar.
const CORRELATED_CELLS: usize = 1000;
/// Features whose ranks correlate by more than this say the same.
const SIMILAR: f32 = 0.9;
/// Columns read at a time.
pub(super) const CHUNK: usize = 64;
/// Features listed at most.
const MOST_FEATURES: usize = 40;
/// Bars of a pair of histograms.
const BINS: usize = 32;
/// Shares of the values at which the histograms end; what lies beyond is counted in the last bars.
const ENDS: [f64; 2] = [0.005, 0.995];

/// The values of a feature among the selected cells and among the rest, in the same bins.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramPair {
    /// Lower edge of the first bin.
    pub min: f64,
    /// Upper edge of the last bin.
    pub max: f64,
    /// Counts of the selected cells; the outermost bins hold what lies beyond, too.
    pub selected: Vec<u32>,
    /// Counts of the rest.
    pub rest: Vec<u32>,
}

/// A feature that sets the selected cells apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The column.
    pub feature: String,
    /// Difference of the medians in robust standard deviations of the rest; positive where the selected are larger.
    pub effect: f64,
    /// Median of the selected cells.
    pub median: f64,
    /// Median of the rest.
    pub median_rest: f64,
    /// Between these two lie 90 % of the selected cells.
    pub middle: [f64; 2],
    /// Both distributions.
    pub histograms: HistogramPair,
    /// Features of smaller effect that say the same: name and rank correlation.
    pub similar: Vec<(String, f32)>,
}

/// The features that set a selection apart, the most telling first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Suggestions {
    /// The features.
    pub features: Vec<Suggestion>,
    /// Selected cells.
    pub selected: usize,
    /// Shown cells that are not selected.
    pub rest: usize,
    /// Cells of each side that were looked at.
    pub looked_at: [usize; 2],
    /// Columns that were compared.
    pub compared: usize,
}

/// The columns worth comparing: numbers that are measured, not keys, numbers of objects or what rules have computed.
pub fn comparable_features(columns: &[ColumnInfo]) -> Vec<String> {
    let is_key = |name: &str| {
        // As they are computed, and as they are kept.
        name.starts_with("cqc.")
            || name.starts_with("cqc_")
            || name.ends_with("ObjectNumber")
            || name.ends_with("ImageNumber")
            || name.contains("Object_Number")
            || name.contains("_Parent_")
    };
    columns
        .iter()
        .filter(|column| {
            let measured = matches!(column.role, Role::Feature | Role::Quality | Role::Image);
            column.kind.is_number() && measured && !is_key(&column.name)
        })
        .map(|column| column.name.clone())
        .collect()
}

/// Compares the selected among the shown cells with the other shown ones, in every one of `names`.
///
/// Of more than 20,000 cells on a side a sample is looked at, always the same for the same cells and `seed`. `progress`
/// hears columns done and columns in all.
///
/// # Errors
/// [`ExploreError::Cancelled`] once `cancelled` is set; those of reading.
pub fn suggest<'a>(
    explorer: &'a Explorer,
    names: &'a [String],
    selection: &'a RowSet,
    shown: &'a RowSet,
    seed: u64,
    cancelled: &'a AtomicBool,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
) -> BoxFuture<'a, Result<Suggestions, ExploreError>> {
    Box::pin(async move {
        let mut selected = selection.clone();
        selected.intersect_with(shown);
        if selected.is_empty() {
            selected = selection.clone();
        }
        let mut rest = shown.clone();
        rest.difference_with(&selected);
        let sides = Sides::new(&sample(&selected, seed), &sample(&rest, seed));
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut done = 0;
        progress(0, names.len());
        for chunk in names.chunks(CHUNK) {
            if cancelled.load(Ordering::Relaxed) {
                return Err(ExploreError::Cancelled);
            }
            let values = values_of(explorer, chunk, &sides.rows, cancelled).await?;
            candidates.par_extend(
                chunk
                    .par_iter()
                    .zip(values)
                    .filter_map(|(name, values)| sides.candidate(name, &values)),
            );
            done += chunk.len();
            progress(done, names.len());
        }
        Ok(Suggestions {
            features: ranked(candidates),
            selected: selected.count(),
            rest: rest.count(),
            looked_at: [
                sides
                    .is_selected
                    .iter()
                    .filter(|selected| **selected)
                    .count(),
                sides
                    .is_selected
                    .iter()
                    .filter(|selected| !**selected)
                    .count(),
            ],
            compared: names.len(),
        })
    })
}

/// At most [`MOST_CELLS`] rows of a set in ascending order, each as likely as any other.
pub(super) fn sample(rows: &RowSet, seed: u64) -> Vec<u32> {
    let mut left = rows.count();
    let mut wanted = left.min(MOST_CELLS);
    if wanted == left {
        return rows.iter().collect();
    }
    let mut random = fastrand::Rng::with_seed(seed);
    let mut chosen = Vec::with_capacity(wanted);
    for row in rows.iter() {
        if random.usize(..left) < wanted {
            chosen.push(row);
            wanted -= 1;
        }
        left -= 1;
    }
    chosen
}

/// Values of some rows, in ascending order, of several columns. Columns that are not in memory are passed through, not
/// kept: all of them would push out those that filters and plots need.
pub(super) async fn values_of(
    explorer: &Explorer,
    names: &[String],
    rows: &[u32],
    cancelled: &AtomicBool,
) -> Result<Vec<Vec<f64>>, ExploreError> {
    let mut values: Vec<Vec<f64>> = Vec::with_capacity(names.len());
    let mut missing: Vec<(usize, String)> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let numbers = explorer.cached(name).and_then(|column| column.numbers());
        if let Some(numbers) = &numbers {
            values.push(rows.iter().map(|row| numbers[*row as usize]).collect());
        } else {
            missing.push((at, name.clone()));
            values.push(Vec::with_capacity(rows.len()));
        }
    }
    if missing.is_empty() {
        return Ok(values);
    }
    let stored: Vec<String> = missing.iter().map(|(_, name)| name.clone()).collect();
    let (mut first, mut next) = (0_usize, 0_usize);
    explorer
        .dataset()
        .scan_columns(&stored, &mut |batch| {
            let end = first + batch.num_rows();
            let past = next + rows[next..].partition_point(|row| (*row as usize) < end);
            for (at, name) in &missing {
                let numbers = batch.column_by_name(name).and_then(numbers_of);
                let of = |row: &u32| {
                    let place = *row as usize - first;
                    numbers
                        .as_ref()
                        .and_then(|numbers| numbers.get(place).copied())
                        .unwrap_or(f64::NAN)
                };
                values[*at].extend(rows[next..past].iter().map(of));
            }
            (first, next) = (end, past);
            !cancelled.load(Ordering::Relaxed)
        })
        .await?;
    if cancelled.load(Ordering::Relaxed) {
        return Err(ExploreError::Cancelled);
    }
    Ok(values)
}

/// The cells that are compared.
struct Sides {
    /// In ascending order.
    rows: Vec<u32>,
    /// Of each of these.
    is_selected: Vec<bool>,
    /// Places among these by which features are correlated.
    correlated: Vec<usize>,
}

/// A feature before it is ranked.
struct Candidate {
    suggestion: Suggestion,
    /// Ranks of its values, centred and of unit length.
    ranks: Vec<f32>,
}

impl Sides {
    fn new(selected: &[u32], rest: &[u32]) -> Self {
        let mut cells: Vec<(u32, bool)> = selected
            .iter()
            .map(|row| (*row, true))
            .chain(rest.iter().map(|row| (*row, false)))
            .collect();
        cells.sort_unstable();
        let step = rest.len().div_ceil(CORRELATED_CELLS).max(1);
        let of_rest = cells
            .iter()
            .enumerate()
            .filter(|(_, (_, selected))| !selected);
        Self {
            correlated: of_rest.map(|(at, _)| at).step_by(step).collect(),
            rows: cells.iter().map(|(row, _)| *row).collect(),
            is_selected: cells.iter().map(|(_, selected)| *selected).collect(),
        }
    }

    /// `None` where a side has no value.
    fn candidate(&self, feature: &str, values: &[f64]) -> Option<Candidate> {
        let side = |wanted: bool| -> Vec<f64> {
            let cells = values.iter().zip(&self.is_selected);
            let mut side: Vec<f64> = cells
                .filter(|(value, selected)| **selected == wanted && value.is_finite())
                .map(|(value, _)| *value)
                .collect();
            side.sort_unstable_by(f64::total_cmp);
            side
        };
        let (selected, rest) = (side(true), side(false));
        if selected.is_empty() || rest.is_empty() {
            return None;
        }
        let (center, center_rest) = (quantile(&selected, 0.5), quantile(&rest, 0.5));
        let mut distances: Vec<f64> = rest.iter().map(|v| (v - center_rest).abs()).collect();
        let mad = MAD_TO_DEVIATION * median(&mut distances);
        // Where more than half of the rest have one value, as in counts: how far all of them are spread.
        let spread = [mad, Moments::plain(&rest).spread]
            .into_iter()
            .find(|spread| *spread > 0.0)
            .unwrap_or_else(|| {
                let both: Vec<f64> = selected.iter().chain(&rest).copied().collect();
                Moments::plain(&both).spread
            });
        let effect = (center - center_rest) / spread;
        let correlated: Vec<f64> = self.correlated.iter().map(|at| values[*at]).collect();
        Some(Candidate {
            suggestion: Suggestion {
                feature: feature.to_owned(),
                effect: if effect.is_finite() { effect } else { 0.0 },
                median: center,
                median_rest: center_rest,
                middle: [quantile(&selected, 0.05), quantile(&selected, 0.95)],
                histograms: HistogramPair::of(&selected, &rest),
                similar: Vec::new(),
            },
            ranks: ranks(&correlated),
        })
    }
}

impl HistogramPair {
    /// Of sorted values.
    fn of(selected: &[f64], rest: &[f64]) -> Self {
        let [low, high] = ENDS;
        let min = quantile(selected, low).min(quantile(rest, low));
        let max = quantile(selected, high).max(quantile(rest, high));
        let bins = Bins::new([min, max], BINS);
        let counts = |values: &[f64]| {
            let mut counts = vec![0; BINS];
            for value in values {
                if let Some(bin) = bins.bin(value.clamp(min, max)) {
                    counts[bin] += 1;
                }
            }
            counts
        };
        Self {
            min,
            max,
            selected: counts(selected),
            rest: counts(rest),
        }
    }
}

/// The ranks of values, equal ones sharing theirs and missing ones in the middle; centred and of unit length.
fn ranks(values: &[f64]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..values.len())
        .filter(|at| !values[*at].is_nan())
        .collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]));
    let middle = (order.len() as f32 - 1.0) / 2.0;
    let mut ranks = vec![0.0_f32; values.len()];
    let mut from = 0;
    for run in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let shared = from as f32 + (run.len() as f32 - 1.0) / 2.0 - middle;
        for at in run {
            ranks[*at] = shared;
        }
        from += run.len();
    }
    let length = ranks.iter().map(|rank| rank * rank).sum::<f32>().sqrt();
    if length > 0.0 {
        for rank in &mut ranks {
            *rank /= length;
        }
    }
    ranks
}

/// Spearman's correlation of two features, from their ranks.
fn correlation(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The features of largest effect, each with those that say the same under it. Of equal effects the one comes first that
/// correlates least with what is listed already.
fn ranked(mut candidates: Vec<Candidate>) -> Vec<Suggestion> {
    let size = |candidate: &Candidate| candidate.suggestion.effect.abs();
    candidates.retain(|candidate| size(candidate) > 0.0);
    candidates.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let mut listed: Vec<Candidate> = Vec::new();
    let mut rest = candidates.into_iter().peekable();
    while listed.len() < MOST_FEATURES
        && let Some(first) = rest.next()
    {
        let effect = size(&first);
        let mut equals = vec![first];
        while let Some(next) = rest.next_if(|next| size(next) == effect) {
            equals.push(next);
        }
        let nearest = |candidate: &Candidate, listed: &[Candidate]| {
            listed
                .iter()
                .map(|known| correlation(&known.ranks, &candidate.ranks))
                .enumerate()
                .max_by(|(_, a), (_, b)| a.abs().total_cmp(&b.abs()))
        };
        equals.sort_by_cached_key(|candidate| {
            let most = nearest(candidate, &listed).map_or(0.0, |(_, r)| r.abs());
            (most * 1e6) as u32
        });
        for candidate in equals {
            match nearest(&candidate, &listed) {
                Some((at, r)) if r.abs() > SIMILAR => {
                    let name = candidate.suggestion.feature;
                    listed[at].suggestion.similar.push((name, r));
                }
                _ => listed.push(candidate),
            }
        }
    }
    listed.truncate(MOST_FEATURES);
    listed
        .into_iter()
        .map(|candidate| candidate.suggestion)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Column;
    use crate::samples::six_cells;

    #[tokio::test]
    async fn the_feature_that_differs_comes_first_and_its_copies_under_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
        // Cell 5 differs in the first three; the second repeats the first, the third is unlike both.
        let columns = [
            ("telling", [1.0, 2.0, 3.0, 4.0, 5.0, 50.0]),
            ("copy", [-1.0, -2.0, -3.0, -4.0, -5.0, -40.0]),
            ("other", [5.0, 1.0, 4.0, 2.0, 3.0, 20.0]),
            ("same", [1.0, 2.0, 3.0, 4.0, 5.0, 3.0]),
            ("constant", [2.0; 6]),
            ("jump", [2.0, 2.0, 2.0, 2.0, 2.0, 3.0]),
            ("unknown", [1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN]),
        ];
        let mut names = vec!["Cells_AreaShape_Area".to_owned()];
        for (name, values) in columns {
            explorer.set_computed(Arc::new(Column::of_floats(name, values.to_vec())));
            names.push(name.to_owned());
        }
        let found = suggest(
            &explorer,
            &names,
            &RowSet::from_rows(6, [5]),
            &RowSet::full(6),
            0,
            &AtomicBool::new(false),
            &|_, _| (),
        )
        .await
        .expect("suggestions");
        let listed: Vec<(&str, f64)> = found
            .features
            .iter()
            .map(|feature| {
                (
                    feature.feature.as_str(),
                    (feature.effect * 100.0).round() / 100.0,
                )
            })
            .collect();
        // MAD 1 of 1..5 is 1.4826; the area's rest is 20, 30, 40, 50 and one unknown; the jump is measured by all.
        assert_eq!(
            listed,
            [
                ("telling", 31.7),
                ("other", 11.47),
                ("jump", 2.68),
                ("Cells_AreaShape_Area", 1.69)
            ]
        );
        let copies: Vec<&str> = found.features[0]
            .similar
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(copies, ["copy"]);
        assert_eq!(
            (found.selected, found.rest, found.looked_at),
            (1, 5, [1, 5])
        );
        let telling = &found.features[0];
        assert_eq!((telling.median, telling.median_rest), (50.0, 3.0));
        assert_eq!(telling.histograms.rest.iter().sum::<u32>(), 5);
        assert_eq!(telling.histograms.selected.last(), Some(&1));
    }

    #[test]
    fn samples_are_the_same_for_the_same_seed() {
        let rows = RowSet::from_rows(90_000, (0..90_000).step_by(3));
        let first = sample(&rows, 7);
        assert_eq!(first.len(), MOST_CELLS);
        assert!(first.is_sorted() && first.iter().all(|row| row % 3 == 0));
        assert_eq!(first, sample(&rows, 7));
        assert_ne!(first, sample(&rows, 8));
    }

    #[test]
    fn ranks_are_those_of_spearman() {
        let a = ranks(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        let cases = [
            (vec![10.0, 20.0, 30.0, 40.0, 1e9], 1.0),
            (vec![5.0, 4.0, 3.0, 2.0, 1.0], -1.0),
            (vec![1.0; 5], 0.0),
            // scipy.stats.spearmanr
            (vec![2.0, 1.0, 4.0, 3.0, 5.0], 0.8),
            (vec![1.0, 1.0, 2.0, 2.0, 3.0], 0.948_683_3),
        ];
        for (values, expected) in cases {
            let r = correlation(&a, &ranks(&values));
            assert!((r - expected).abs() < 1e-6, "{values:?}: {r}");
        }
    }
}
