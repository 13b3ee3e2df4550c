//! Questions about the cells of one dataset.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cache::ColumnCache;
use super::filter::keep;
use super::order::sorted_rows;
use super::{Column, ExploreError, axes};
use crate::dataset::CellDataset;
use crate::profile::{Condition, Query, RowSet, Sort};

/// What a query leaves.
#[derive(Debug, Clone)]
pub struct QueryResult {
    /// Rows that pass all filters.
    pub shown: Arc<RowSet>,
    /// The same rows in order; missing values last, equal ones as stored.
    pub order: Arc<[u32]>,
}

struct Inner {
    dataset: CellDataset,
    cache: Mutex<ColumnCache>,
    /// All rows in the last order asked for: changing a filter does not sort again.
    order: Mutex<Option<(Sort, Arc<[u32]>)>>,
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
                cache: Mutex::new(ColumnCache::new(budget)),
                order: Mutex::new(None),
            }),
        }
    }

    /// The dataset.
    pub fn dataset(&self) -> &CellDataset {
        &self.inner.dataset
    }

    /// A column that is in memory. Does no I/O.
    pub fn cached(&self, name: &str) -> Option<Arc<Column>> {
        held(&self.inner.cache).get(name)
    }

    /// Bytes of the columns in memory.
    pub fn cached_bytes(&self) -> usize {
        held(&self.inner.cache).bytes()
    }

    /// Columns in the order of `names`; those that are not in memory are read together.
    ///
    /// # Errors
    /// [`ExploreError`] for unknown columns and for those that hold no values.
    pub async fn columns(&self, names: &[String]) -> Result<Vec<Arc<Column>>, ExploreError> {
        let mut found: Vec<Option<Arc<Column>>> =
            names.iter().map(|name| self.cached(name)).collect();
        let mut missing: Vec<String> = Vec::new();
        for (name, column) in names.iter().zip(&found) {
            if column.is_none() && !missing.contains(name) {
                missing.push(name.clone());
            }
        }
        let mut infos = Vec::with_capacity(missing.len());
        for name in &missing {
            let info =
                self.inner
                    .dataset
                    .column(name)
                    .ok_or_else(|| ExploreError::UnknownColumn {
                        name: name.clone(),
                        uri: self.inner.dataset.uri().to_owned(),
                    })?;
            if !info.kind.is_number() && !info.kind.is_category() {
                return Err(ExploreError::NotAValue {
                    name: name.clone(),
                    arrow_type: info.arrow_type.clone(),
                });
            }
            infos.push(info);
        }
        if !missing.is_empty() {
            let arrays = self.inner.dataset.read_columns(&missing).await?;
            for (info, array) in infos.into_iter().zip(&arrays) {
                let column =
                    Column::from_arrow(info, array).ok_or_else(|| ExploreError::NotAValue {
                        name: info.name.clone(),
                        arrow_type: info.arrow_type.clone(),
                    })?;
                let column = Arc::new(column);
                held(&self.inner.cache).insert(Arc::clone(&column));
                for (name, place) in names.iter().zip(&mut found) {
                    if *name == info.name {
                        *place = Some(Arc::clone(&column));
                    }
                }
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// Filters and sorts.
    ///
    /// # Errors
    /// [`ExploreError::Cancelled`] once `cancelled` is set; those of the columns and of SQL conditions.
    pub async fn run(
        &self,
        query: &Query,
        cancelled: &AtomicBool,
    ) -> Result<QueryResult, ExploreError> {
        let names: Vec<String> = query.columns().into_iter().collect();
        // One read for all that is missing.
        let columns = self.columns(&names).await?;
        let column = |name: &str| columns.iter().find(|column| column.name == name);
        let mut shown = RowSet::full(self.inner.dataset.num_rows());
        for filter in query.active() {
            check(cancelled)?;
            match &filter.condition {
                Condition::Rows { rows, .. } => shown.intersect_with(rows),
                Condition::Sql { text } => {
                    shown.intersect_with(&self.inner.dataset.matching_rows(text).await?);
                }
                condition => {
                    if let Some(column) = condition.column().and_then(column) {
                        keep(column, condition, &mut shown);
                    }
                }
            }
        }
        check(cancelled)?;
        let order: Arc<[u32]> = match query
            .sort
            .as_ref()
            .and_then(|sort| Some((sort, column(&sort.column)?)))
        {
            None => shown.iter().collect(),
            Some((sort, column)) => {
                let all = self.all_rows_by(sort, column)?;
                all.iter()
                    .copied()
                    .filter(|row| shown.contains(*row))
                    .collect()
            }
        };
        check(cancelled)?;
        Ok(QueryResult {
            shown: Arc::new(shown),
            order,
        })
    }

    fn all_rows_by(&self, sort: &Sort, column: &Column) -> Result<Arc<[u32]>, ExploreError> {
        if let Some((known, order)) = held(&self.inner.order).as_ref()
            && known == sort
        {
            return Ok(Arc::clone(order));
        }
        let order = sorted_rows(column, sort.descending)?;
        *held(&self.inner.order) = Some((sort.clone(), Arc::clone(&order)));
        Ok(order)
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
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dataset::samples::six_cells;
    use crate::profile::Filter;

    fn by_area(descending: bool) -> Sort {
        Sort {
            column: "Cells_AreaShape_Area".to_owned(),
            descending,
        }
    }

    #[tokio::test]
    async fn queries_filter_and_sort() {
        let folder = tempfile::tempdir().expect("a folder");
        let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
        let area = |min, max| Condition::Range {
            column: "Cells_AreaShape_Area".to_owned(),
            min,
            max,
        };
        let well = Condition::OneOf {
            column: "Metadata_Well".to_owned(),
            values: BTreeSet::from(["A01".to_owned()]),
        };
        let unknown = Condition::Null {
            column: "Cells_AreaShape_Area".to_owned(),
            null: true,
        };
        let sql = Condition::Sql {
            text: "Metadata_ObjectNumber % 2 = 0".to_owned(),
        };
        let cases: [(Vec<Condition>, Option<Sort>, &[u32]); 10] = [
            (vec![], None, &[0, 1, 2, 3, 4, 5]),
            (vec![], Some(by_area(false)), &[4, 1, 2, 0, 5, 3]),
            (vec![], Some(by_area(true)), &[5, 0, 2, 1, 4, 3]),
            (vec![area(30.0, 50.0)], None, &[0, 1, 2]),
            // A range without bounds keeps everything, the unknown too.
            (
                vec![area(f64::NEG_INFINITY, f64::INFINITY)],
                None,
                &[0, 1, 2, 3, 4, 5],
            ),
            (vec![area(f64::NEG_INFINITY, 99.0)], None, &[0, 1, 2, 4, 5]),
            (vec![unknown], None, &[3]),
            (
                vec![well.clone(), area(35.0, 99.0)],
                Some(by_area(false)),
                &[2, 0],
            ),
            (vec![sql.clone()], Some(by_area(true)), &[5, 1, 3]),
            (vec![well, sql, area(99.0, 100.0)], None, &[]),
        ];
        for (conditions, sort, rows) in cases {
            let filters = conditions
                .into_iter()
                .zip(1..)
                .map(|(condition, id)| Filter {
                    id,
                    condition,
                    enabled: true,
                })
                .collect();
            let query = Query { filters, sort };
            let result = explorer
                .run(&query, &AtomicBool::new(false))
                .await
                .expect("a result");
            assert_eq!(*result.order, *rows, "{query:?}");
            assert_eq!(result.shown.count(), rows.len(), "{query:?}");
        }
    }

    #[tokio::test]
    async fn a_query_says_why_it_has_no_answer() {
        let folder = tempfile::tempdir().expect("a folder");
        let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
        let cases = [
            (Query::default(), true, "cancelled"),
            (
                Query {
                    filters: vec![Filter {
                        id: 1,
                        condition: Condition::Sql {
                            text: "Metadata_Wel = 'A01'".to_owned(),
                        },
                        enabled: true,
                    }],
                    sort: None,
                },
                false,
                "Metadata_Wel",
            ),
            (
                Query {
                    filters: vec![],
                    sort: Some(Sort {
                        column: "Cells_Gone".to_owned(),
                        descending: false,
                    }),
                },
                false,
                "Cells_Gone",
            ),
        ];
        for (query, cancelled, word) in cases {
            let error = explorer
                .run(&query, &AtomicBool::new(cancelled))
                .await
                .expect_err("no answer");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
