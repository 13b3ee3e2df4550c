//! In which features a few cells differ most from each other.

use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::BoxFuture;
use rayon::prelude::*;

use super::suggest::{CHUNK, sample, values_of};
use super::{ExploreError, Explorer};
use cytolance_kernels::{Moments, RowSet};

/// Features listed at most.
const MOST_FEATURES: usize = 60;

/// A feature in which cells differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The column.
    pub feature: String,
    /// The cells' values, in the order asked for; NaN where missing.
    pub values: Vec<f64>,
    /// Their robust z-scores among the shown cells: distance from the median in units of 1.4826 MAD.
    pub scores: Vec<f64>,
    /// Largest less smallest score.
    pub spread: f64,
}

/// The features of `names` in which the cells of `rows` differ most, the largest difference first.
///
/// Scores are taken among the cells of `shown`, of more than 20,000 among a sample (always the same for a `seed`).
/// Features without a spread among these, or with a value for fewer than two of the cells, are left out. `progress` hears
/// columns done and columns in all.
///
/// # Errors
/// [`ExploreError::Cancelled`] once `cancelled` is set; those of reading.
pub fn differences<'a>(
    explorer: &'a Explorer,
    names: &'a [String],
    rows: &'a [u32],
    shown: &'a RowSet,
    seed: u64,
    cancelled: &'a AtomicBool,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
) -> BoxFuture<'a, Result<Vec<Difference>, ExploreError>> {
    Box::pin(async move {
        let background = sample(shown, seed);
        let mut all: Vec<u32> = background.iter().chain(rows).copied().collect();
        all.sort_unstable();
        all.dedup();
        let place = |row: &u32| all.binary_search(row).unwrap_or_default();
        let of_background: Vec<usize> = background.iter().map(place).collect();
        let of_cells: Vec<usize> = rows.iter().map(place).collect();
        let mut found: Vec<Difference> = Vec::new();
        let mut done = 0;
        for chunk in names.chunks(CHUNK) {
            progress(done, names.len());
            if cancelled.load(Ordering::Relaxed) {
                return Err(ExploreError::Cancelled);
            }
            let values = values_of(explorer, chunk, &all, cancelled).await?;
            found.par_extend(chunk.par_iter().zip(values).filter_map(|(name, values)| {
                let mut others: Vec<f64> = of_background
                    .iter()
                    .filter_map(|at| values.get(*at).copied())
                    .filter(|value| value.is_finite())
                    .collect();
                let moments = Moments::robust(&mut others);
                let own: Vec<f64> = of_cells
                    .iter()
                    .map(|at| values.get(*at).copied().unwrap_or(f64::NAN))
                    .collect();
                difference(name, own, moments)
            }));
            done += chunk.len();
        }
        progress(done, names.len());
        found.sort_by(|a, b| b.spread.total_cmp(&a.spread));
        found.truncate(MOST_FEATURES);
        Ok(found)
    })
}

fn difference(feature: &str, values: Vec<f64>, moments: Moments) -> Option<Difference> {
    let scores: Vec<f64> = values.iter().map(|value| moments.score(*value)).collect();
    let finite = || scores.iter().copied().filter(|score| score.is_finite());
    let (low, high) = (finite().reduce(f64::min)?, finite().reduce(f64::max)?);
    if finite().count() < 2 {
        return None;
    }
    Some(Difference {
        feature: feature.to_owned(),
        spread: high - low,
        values,
        scores,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::six_cells;

    #[tokio::test]
    async fn cells_differ_in_robust_units() {
        let folder = tempfile::tempdir().expect("a folder");
        let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
        let names = ["Cells_AreaShape_Area".to_owned()];
        let shown = RowSet::full(6);
        let found = |rows: Vec<u32>| {
            let (explorer, names, shown) = (explorer.clone(), names.clone(), shown.clone());
            async move {
                let stop = AtomicBool::new(false);
                differences(&explorer, &names, &rows, &shown, 1, &stop, &|_, _| ())
                    .await
                    .expect("read")
            }
        };
        // 20, 30, 40, 50, 60: the median is 40, the median distance from it 10.
        let all = found(vec![5, 4]).await;
        assert_eq!(all[0].values, [60.0, 20.0]);
        assert!((all[0].spread - 4.0 / 1.4826).abs() < 1e-9, "{all:?}");
        assert!(all[0].scores[0] > 0.0 && all[0].scores[1] < 0.0);
        assert!(
            found(vec![3, 0]).await.is_empty(),
            "one value is no difference"
        );
    }
}
