//! What is shown and in which order, as a comparable value: a changed query starts work.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{GateTree, OutlierRule};
use cytolance_kernels::RowSet;

/// One condition on the rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// A number between two bounds, both included. Nulls do not match a bound; without bounds all rows do.
    Range {
        /// Column name.
        column: String,
        /// Lower bound.
        min: f64,
        /// Upper bound.
        max: f64,
    },
    /// A category that is one of these. An empty set matches nothing.
    OneOf {
        /// Column name.
        column: String,
        /// The categories that match.
        values: BTreeSet<String>,
    },
    /// Text that contains this, whatever the case.
    Contains {
        /// Column name.
        column: String,
        /// What to look for; empty matches every text.
        text: String,
    },
    /// Text that equals this exactly.
    Equals {
        /// Column name.
        column: String,
        /// What to compare with.
        text: String,
    },
    /// A missing value, or with `null: false` a present one.
    Null {
        /// Column name.
        column: String,
        /// Whether missing values match (true) or present ones.
        null: bool,
    },
    /// A named set of rows, such as a lasso.
    Rows {
        /// Name shown in the filter list.
        name: String,
        /// The rows that match.
        rows: Arc<RowSet>,
    },
    /// Gates, combined.
    Gates {
        /// Name shown in the filter list.
        name: String,
        /// The gates.
        tree: Arc<GateTree>,
    },
    /// Outliers by a rule.
    Outlier {
        /// The rule.
        rule: Arc<OutlierRule>,
    },
    /// A condition in SQL, evaluated by the dataset.
    Sql {
        /// The expression after `WHERE`.
        text: String,
    },
}

impl Condition {
    /// The columns that must be loaded to evaluate the condition.
    pub fn columns(&self) -> BTreeSet<&str> {
        match self {
            Self::Gates { tree, .. } => tree.columns(),
            Self::Outlier { rule } => rule.columns(),
            other => other.column().into_iter().collect(),
        }
    }

    /// The one column that the condition is about, if there is one.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Range { column, .. }
            | Self::OneOf { column, .. }
            | Self::Contains { column, .. }
            | Self::Equals { column, .. }
            | Self::Null { column, .. } => Some(column),
            Self::Rows { .. } | Self::Gates { .. } | Self::Outlier { .. } | Self::Sql { .. } => {
                None
            }
        }
    }
}

/// A condition and whether it is switched on.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// Stable while the filter lives, so that widgets keep their state.
    pub id: u64,
    /// What must hold.
    pub condition: Condition,
    /// A filter that is off stays in the list and matches everything.
    pub enabled: bool,
}

/// Order of the rows by one column; nulls are last either way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// Column name.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// Filters and order: everything that decides which rows the table shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Conditions, all of which must hold.
    pub filters: Vec<Filter>,
    /// Order; the dataset's own where there is none.
    pub sort: Option<Sort>,
}

impl Query {
    /// Filters that are switched on.
    pub fn active(&self) -> impl Iterator<Item = &Filter> {
        self.filters.iter().filter(|filter| filter.enabled)
    }

    /// Columns that must be loaded before the query can run.
    pub fn columns(&self) -> BTreeSet<String> {
        self.active()
            .flat_map(|filter| filter.condition.columns())
            .chain(self.sort.iter().map(|sort| sort.column.as_str()))
            .map(str::to_owned)
            .collect()
    }

    /// The three states of a click on a header: ascending, descending, unsorted.
    pub fn cycle_sort(&mut self, column: &str) {
        self.sort = match self.sort.take() {
            Some(sort) if sort.column == column && !sort.descending => Some(Sort {
                descending: true,
                ..sort
            }),
            Some(sort) if sort.column == column => None,
            _ => Some(Sort {
                column: column.to_owned(),
                descending: false,
            }),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_clicks_cycle_through_three_states() {
        let mut query = Query::default();
        query.cycle_sort("a");
        assert_eq!(query.sort.as_ref().map(|sort| sort.descending), Some(false));
        query.cycle_sort("a");
        assert_eq!(query.sort.as_ref().map(|sort| sort.descending), Some(true));
        query.cycle_sort("b");
        assert_eq!(
            query.sort.as_ref().map(|sort| sort.column.as_str()),
            Some("b")
        );
        query.cycle_sort("b");
        query.cycle_sort("b");
        assert_eq!(query.sort, None);
    }

    #[test]
    fn a_disabled_filter_needs_no_column() {
        let filter = |id, enabled| Filter {
            id,
            enabled,
            condition: Condition::Null {
                column: format!("c{id}"),
                null: true,
            },
        };
        let query = Query {
            filters: vec![filter(1, true), filter(2, false)],
            sort: None,
        };
        assert_eq!(query.columns().into_iter().collect::<Vec<_>>(), ["c1"]);
    }
}
