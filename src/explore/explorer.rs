//! Questions about the cells of one dataset.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::column_builder::ColumnBuilder;
use super::filter::passing;
use super::gates::gate_rows;
use super::order::{first_rows, sorted_rows};
use super::{Column, ExploreError, RowOrder, ZScoreCache, axes};
use cytolance_dataset::CellDataset;
use cytolance_kernels::RowSet;
use cytolance_profile::{Columns, Condition, Query, RecentlyUsed, Sort};
use futures::future::BoxFuture;

/// Bytes of the rows that conditions have left, kept so that moving one filter evaluates one condition.
const PASSING_BYTES: usize = 48 << 20;
/// Rows of which the first ones are shown before all are sorted.
const LARGE: usize = 500_000;
/// How many.
const FIRST_ROWS: usize = 1000;

/// What a query leaves.
#[derive(Debug, Clone)]
pub struct QueryResult {
    /// Rows that pass all filters.
    pub shown: Arc<RowSet>,
    /// The same rows in order; missing values last, equal ones as stored.
    pub order: RowOrder,
}

struct Inner {
    dataset: CellDataset,
    kept: Arc<Kept>,
    /// Which of the versions that were gone on with this is, the first one 0.
    version: u64,
}

/// What is in memory; it outlives a version of the dataset that has the same rows.
struct Kept {
    cache: Mutex<RecentlyUsed<String, Arc<Column>>>,
    /// Bytes of columns kept.
    budget: usize,
    /// Columns that the dataset does not have, or not yet so: labels with marks that are not saved, checks, scores.
    computed: Mutex<BTreeMap<String, Arc<Column>>>,
    /// All rows in the last order asked for: changing a filter does not sort again.
    order: Mutex<Option<(Sort, Arc<Vec<u32>>)>>,
    /// What conditions have left, the latest last.
    passing: Mutex<VecDeque<(Condition, Option<Arc<RowSet>>)>>,
    /// Scales of z-scores of outlier rules.
    z_scores: ZScoreCache,
    /// Rows read of the columns that are being read, and rows to read.
    reading: [AtomicUsize; 2],
    /// The version that was gone on with last: what is read of another one is not kept.
    version: AtomicU64,
    /// Changes of values so far: what was found before one is not kept after it.
    changes: AtomicU64,
}

/// A dataset with a cache of columns. Cheap to clone.
#[derive(Clone)]
pub struct Explorer {
    inner: Arc<Inner>,
}

/// The value of a lock, whatever became of a thread that held it: caches have no state that could be half done.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Explorer {
    /// An explorer that keeps up to `budget` bytes of columns.
    pub fn new(dataset: CellDataset, budget: usize) -> Self {
        Self {
            inner: Arc::new(Inner {
                dataset,
                kept: Arc::new(Kept {
                    cache: Mutex::default(),
                    budget,
                    computed: Mutex::default(),
                    order: Mutex::new(None),
                    passing: Mutex::default(),
                    z_scores: ZScoreCache::default(),
                    reading: [AtomicUsize::new(0), AtomicUsize::new(0)],
                    version: AtomicU64::new(0),
                    changes: AtomicU64::new(0),
                }),
                version: 0,
            }),
        }
    }

    /// The same columns in memory over another version of the dataset, whose rows are the same.
    ///
    /// `changed` are the columns whose values may differ; they are read anew unless they are computed.
    #[must_use]
    pub fn rebased(&self, dataset: CellDataset, changed: &[String]) -> Self {
        let kept = &self.inner.kept;
        // First, so that nothing of the old version is kept after what it left is forgotten.
        let version = kept.version.fetch_add(1, Ordering::AcqRel) + 1;
        for name in changed {
            self.forget(name);
            held(&kept.cache).remove(name);
        }
        // SQL may be about any stored column.
        held(&kept.passing).retain(|(condition, _)| !matches!(condition, Condition::Sql { .. }));
        Self {
            inner: Arc::new(Inner {
                dataset,
                kept: Arc::clone(kept),
                version,
            }),
        }
    }

    /// Puts a column in memory that takes the place of a stored one of its name. It stays until it is removed.
    pub fn set_computed(&self, column: Arc<Column>) {
        let name = column.name.clone();
        self.replace_computed(&name, || Some(column));
    }

    /// Replaces a computed column by what `make` makes of its values, or takes it away. While `make` runs nobody else
    /// is given the old column, so that it need not be copied, nor finds none in its place.
    pub fn replace_computed(&self, name: &str, make: impl FnOnce() -> Option<Arc<Column>>) {
        {
            let mut computed = held(&self.inner.kept.computed);
            computed.remove(name);
            if let Some(column) = make() {
                computed.insert(name.to_owned(), column);
            }
        }
        self.forget(name);
    }

    /// The columns that there are, stored and computed.
    pub fn known_columns(&self) -> Columns {
        let mut columns = (**self.dataset().columns()).clone();
        for column in self.computed() {
            if self.dataset().column(&column.name).is_none() {
                columns.push(column.info());
            }
        }
        columns
    }

    /// The computed columns.
    pub fn computed(&self) -> Vec<Arc<Column>> {
        held(&self.inner.kept.computed).values().cloned().collect()
    }

    /// Forgets what was found with the old values of a column.
    fn forget(&self, name: &str) {
        // Before the locks are taken: whoever finishes later sees it under them.
        self.inner.kept.changes.fetch_add(1, Ordering::AcqRel);
        held(&self.inner.kept.passing).retain(|(condition, _)| !condition.columns().contains(name));
        let mut order = held(&self.inner.kept.order);
        if order.as_ref().is_some_and(|(sort, _)| sort.column == name) {
            *order = None;
        }
    }

    /// Changes of values that have been seen so far, to be held against [`Self::is_unchanged`].
    fn seen(&self) -> u64 {
        self.inner.kept.changes.load(Ordering::Acquire)
    }

    /// Whether what was found since then is still so. To be asked with the lock held under which it is kept.
    fn is_unchanged(&self, seen: u64) -> bool {
        self.inner.version == self.inner.kept.version.load(Ordering::Acquire) && self.seen() == seen
    }

    /// The dataset.
    pub fn dataset(&self) -> &CellDataset {
        &self.inner.dataset
    }

    /// Scales of z-scores that were found before.
    pub fn z_scores(&self) -> &ZScoreCache {
        &self.inner.kept.z_scores
    }

    /// A column that is in memory. Does no I/O.
    pub fn cached(&self, name: &str) -> Option<Arc<Column>> {
        let computed = held(&self.inner.kept.computed).get(name).cloned();
        computed.or_else(|| held(&self.inner.kept.cache).get(&name.to_owned()).cloned())
    }

    /// Bytes of columns, of the last order, and of what conditions have left.
    pub fn cached_bytes(&self) -> usize {
        let order = held(&self.inner.kept.order)
            .as_ref()
            .map_or(0, |(_, order)| order.len() * 4);
        let passing = held(&self.inner.kept.passing).len() * self.inner.dataset.num_rows() / 8;
        held(&self.inner.kept.cache).bytes() + order + passing
    }

    /// How much of the columns that are being read is there, from 0 to 1; `None` while none is.
    pub fn reading(&self) -> Option<f32> {
        let [done, total] = self
            .inner
            .kept
            .reading
            .each_ref()
            .map(|rows| rows.load(Ordering::Relaxed));
        (total > 0).then(|| done as f32 / total as f32)
    }

    /// Whether a column is small enough to be kept. A larger one is filtered where it is stored.
    pub fn fits(&self) -> bool {
        self.inner.dataset.num_rows() * 8 <= self.inner.kept.budget
    }

    /// Columns in the order of `names`; those that are not in memory are read together. The usual names of plate, well
    /// and site stand for the dataset's columns of these, whatever they are called.
    ///
    /// # Errors
    /// [`ExploreError`] for unknown columns and for those that hold no values.
    pub fn columns<'a>(
        &'a self,
        names: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Arc<Column>>, ExploreError>> {
        Box::pin(async move {
            let known = |name: &String| match self.cached(name) {
                Some(_) => name.clone(),
                None => self.inner.dataset.stored_name(name).to_owned(),
            };
            let names: Vec<String> = names.iter().map(known).collect();
            let found = names.iter().map(|name| self.cached(name)).collect();
            self.complete(&names, found).await
        })
    }

    /// The same as they are stored, even where computed ones stand in their places.
    ///
    /// # Errors
    /// As those of [`Self::columns`].
    pub fn stored<'a>(
        &'a self,
        names: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Arc<Column>>, ExploreError>> {
        Box::pin(async move {
            let found = {
                let mut cache = held(&self.inner.kept.cache);
                names.iter().map(|name| cache.get(name).cloned()).collect()
            };
            self.complete(names, found).await
        })
    }

    /// Reads the columns that were not found.
    async fn complete(
        &self,
        names: &[String],
        mut found: Vec<Option<Arc<Column>>>,
    ) -> Result<Vec<Arc<Column>>, ExploreError> {
        let mut missing: Vec<String> = Vec::new();
        for (name, column) in names.iter().zip(&found) {
            if column.is_none() && !missing.contains(name) {
                missing.push(name.clone());
            }
        }
        if !missing.is_empty() {
            let version = self.inner.version;
            for column in self.read(&missing).await? {
                let mut cache = held(&self.inner.kept.cache);
                // Stored values change with the version alone.
                if version == self.inner.kept.version.load(Ordering::Acquire) {
                    let (name, bytes) = (column.name.clone(), column.bytes());
                    cache.insert(name, Arc::clone(&column), bytes);
                    // One that alone is larger stays all the same: it is about to be used.
                    let budget = self.inner.kept.budget;
                    cache.shrink_to(budget, |name, _| *name != column.name);
                }
                drop(cache);
                for (name, place) in names.iter().zip(&mut found) {
                    if *name == column.name {
                        *place = Some(Arc::clone(&column));
                    }
                }
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    async fn read(&self, names: &[String]) -> Result<Vec<Arc<Column>>, ExploreError> {
        let dataset = &self.inner.dataset;
        let mut builders = Vec::with_capacity(names.len());
        for name in names {
            let info = dataset
                .column(name)
                .ok_or_else(|| ExploreError::UnknownColumn {
                    name: name.clone(),
                    uri: dataset.uri().to_owned(),
                })?;
            let not_a_value = || ExploreError::NotAValue {
                name: name.clone(),
                arrow_type: info.arrow_type.clone(),
            };
            if !info.kind.is_value() {
                return Err(not_a_value());
            }
            let arrow_type = dataset.data_type(name).ok_or_else(not_a_value)?;
            let builder =
                ColumnBuilder::new(info, arrow_type, dataset.num_rows()).ok_or_else(not_a_value)?;
            builders.push((builder, not_a_value));
        }
        let [done, total] = &self.inner.kept.reading;
        total.fetch_add(dataset.num_rows(), Ordering::Relaxed);
        let mut rows = 0;
        let mut refused = None;
        let outcome = dataset
            .scan_columns(names, &mut |batch| {
                for ((builder, error), name) in builders.iter_mut().zip(names) {
                    let array = batch.column_by_name(name);
                    if array.and_then(|array| builder.push(array)).is_none() {
                        refused = Some(error());
                    }
                }
                rows += batch.num_rows();
                done.fetch_add(batch.num_rows(), Ordering::Relaxed);
                refused.is_none()
            })
            .await;
        done.fetch_sub(rows, Ordering::Relaxed);
        total.fetch_sub(dataset.num_rows(), Ordering::Relaxed);
        outcome?;
        match refused {
            Some(error) => Err(error),
            None => Ok(builders
                .into_iter()
                .map(|(builder, _)| Arc::new(builder.finish()))
                .collect()),
        }
    }

    /// Filters and sorts.
    ///
    /// `early` hears of a result whose order knows the first rows only, where sorting all of them takes longer.
    ///
    /// # Errors
    /// [`ExploreError::Cancelled`] once `cancelled` is set; those of the columns and of SQL conditions.
    pub fn run<'a>(
        &'a self,
        query: &'a Query,
        cancelled: &'a AtomicBool,
        early: &'a (dyn Fn(QueryResult) + Sync + 'a),
    ) -> BoxFuture<'a, Result<QueryResult, ExploreError>> {
        Box::pin(async move {
            self.load(query).await?;
            let mut shown = RowSet::full(self.inner.dataset.num_rows());
            for filter in query.active() {
                check(cancelled)?;
                if let Some(rows) = self.passing(&filter.condition, cancelled).await? {
                    shown.intersect_with(&rows);
                }
            }
            check(cancelled)?;
            let shown = Arc::new(shown);
            let Some(sort) = &query.sort else {
                let order = RowOrder::stored(Arc::clone(&shown));
                return Ok(QueryResult { shown, order });
            };
            let seen = self.seen();
            let column = self.column(&sort.column).await?;
            let known = held(&self.inner.kept.order)
                .as_ref()
                .filter(|(known, _)| known == sort)
                .map(|(_, order)| Arc::clone(order));
            let all = if let Some(all) = known {
                all
            } else {
                if column.len() >= LARGE {
                    let first = first_rows(&column, sort.descending, &shown, FIRST_ROWS);
                    early(QueryResult {
                        order: RowOrder::first(first.into(), Arc::clone(&shown)),
                        shown: Arc::clone(&shown),
                    });
                    check(cancelled)?;
                }
                let all = sorted_rows(&column, sort.descending)?;
                let mut order = held(&self.inner.kept.order);
                if self.is_unchanged(seen) {
                    *order = Some((sort.clone(), Arc::clone(&all)));
                }
                drop(order);
                all
            };
            check(cancelled)?;
            let order = RowOrder::sorted(all, column, sort.descending, &shown);
            Ok(QueryResult { shown, order })
        })
    }

    /// Reads what a query needs and memory has room for, in one go.
    async fn load(&self, query: &Query) -> Result<(), ExploreError> {
        let mut names = query.columns();
        // What is no value is asked for where it is stored; an order by it is refused.
        let is_value = |name: &str| {
            let info = self.inner.dataset.column(name);
            info.is_none_or(|info| info.kind.is_value()) || self.cached(name).is_some()
        };
        names.retain(|name| {
            is_value(name) || query.sort.as_ref().is_some_and(|sort| sort.column == *name)
        });
        if !self.fits() {
            // Filters then run where the columns are stored; an order needs all values.
            names.retain(|name| query.sort.as_ref().is_some_and(|sort| sort.column == *name));
        }
        let names: Vec<String> = names.into_iter().collect();
        self.columns(&names).await.map(|_| ())
    }

    async fn column(&self, name: &str) -> Result<Arc<Column>, ExploreError> {
        let columns = self.columns(&[name.to_owned()]).await?;
        columns
            .into_iter()
            .next()
            .ok_or_else(|| ExploreError::UnknownColumn {
                name: name.to_owned(),
                uri: self.inner.dataset.uri().to_owned(),
            })
    }

    async fn columns_of(&self, condition: &Condition) -> Result<Vec<Arc<Column>>, ExploreError> {
        let names: Vec<String> = condition.columns().into_iter().map(str::to_owned).collect();
        self.columns(&names).await
    }

    /// The rows that pass one condition; `None` where all do.
    ///
    /// # Errors
    /// As those of [`Self::run`].
    pub fn passing<'a>(
        &'a self,
        condition: &'a Condition,
        cancelled: &'a AtomicBool,
    ) -> BoxFuture<'a, Result<Option<Arc<RowSet>>, ExploreError>> {
        Box::pin(async move {
            if let Condition::Rows { rows, .. } = condition {
                return Ok(Some(Arc::clone(rows)));
            }
            {
                let mut kept = held(&self.inner.kept.passing);
                let known = kept.iter().position(|(known, _)| known == condition);
                if let Some(entry) = known.and_then(|at| kept.remove(at)) {
                    let rows = entry.1.clone();
                    kept.push_back(entry);
                    return Ok(rows);
                }
            }
            let dataset = &self.inner.dataset;
            let seen = self.seen();
            let rows = match (condition, condition.column()) {
                (Condition::Sql { text }, _) => Some(dataset.matching_rows(text, cancelled).await?),
                (Condition::Gates { tree, .. }, _) => {
                    let columns = self.columns_of(condition).await?;
                    Some(gate_rows(tree, &columns, dataset.num_rows()))
                }
                (Condition::Outlier { rule }, _) => {
                    let columns = self.columns_of(condition).await?;
                    Some(self.z_scores().rows(rule, &columns, dataset.num_rows()))
                }
                (_, None) => None,
                (_, Some(name))
                    if self.cached(name).is_none()
                        && (!self.fits()
                            || dataset
                                .column(name)
                                .is_some_and(|info| !info.kind.is_value())) =>
                {
                    match super::sql::of(condition, dataset.column(name), &dataset.sql_name(name)) {
                        Some(sql) => Some(dataset.matching_rows(&sql, cancelled).await?),
                        None => None,
                    }
                }
                (_, Some(name)) => passing(&*self.column(name).await?, condition),
            };
            check(cancelled)?;
            let rows = rows.map(Arc::new);
            let mut kept = held(&self.inner.kept.passing);
            if !self.is_unchanged(seen) {
                return Ok(rows);
            }
            kept.push_back((condition.clone(), rows.clone()));
            let room = (PASSING_BYTES / (dataset.num_rows() / 8).max(1)).max(4);
            while kept.len() > room {
                kept.pop_front();
            }
            Ok(rows)
        })
    }

    /// The rows that pass all switched-on filters but one: what its own histogram is about.
    ///
    /// # Errors
    /// As those of [`Self::run`].
    pub fn passing_others<'a>(
        &'a self,
        query: &'a Query,
        id: u64,
        cancelled: &'a AtomicBool,
    ) -> BoxFuture<'a, Result<RowSet, ExploreError>> {
        Box::pin(async move {
            let mut rows = RowSet::full(self.inner.dataset.num_rows());
            for filter in query.active().filter(|filter| filter.id != id) {
                if let Some(passing) = self.passing(&filter.condition, cancelled).await? {
                    rows.intersect_with(&passing);
                }
            }
            Ok(rows)
        })
    }

    /// Two numeric columns that make a telling first plot, judged by name.
    pub fn suggest_axes(&self) -> Option<(String, String)> {
        axes::suggest(&self.inner.dataset)
    }
}

fn check(cancelled: &AtomicBool) -> Result<(), ExploreError> {
    if cancelled.load(Ordering::Relaxed) {
        return Err(ExploreError::Cancelled);
    }
    Ok(())
}

#[cfg(test)]
#[path = "explorer_tests.rs"]
mod tests;
