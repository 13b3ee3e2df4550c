//! A session's filters and order as a query, and back.

use std::sync::Arc;

use super::row_ranges;
use super::session_file::{SessionCondition, SessionFile, SessionFilter, SessionSort};
use cytolance_profile::{Condition, Filter, Query, Sort};

/// A query, and what of the session could not become part of it, in words.
#[derive(Debug, Clone, Default)]
pub struct QueryNotes {
    /// The query.
    pub query: Query,
    /// What is left out, and why.
    pub notes: Vec<String>,
}

impl SessionFile {
    /// The filters and the order for a dataset with these columns and so many rows. What names a column that is not
    /// there is left out and noted, and so are rows that were chosen by hand on another dataset.
    pub fn query(&self, has_column: &dyn Fn(&str) -> bool, rows: usize) -> QueryNotes {
        let mut found = QueryNotes::default();
        for (at, filter) in self.filters.iter().enumerate() {
            let condition = match condition_of(&filter.condition, rows) {
                Ok(condition) => condition,
                Err(note) => {
                    found.notes.push(note);
                    continue;
                }
            };
            let missing: Vec<String> = condition
                .columns()
                .into_iter()
                .filter(|column| !has_column(column))
                .map(str::to_owned)
                .collect();
            if !missing.is_empty() {
                found.notes.push(format!(
                    "a filter is left out, because the dataset has no column {}",
                    missing.join(", ")
                ));
                continue;
            }
            found.query.filters.push(Filter {
                id: at as u64 + 1,
                condition,
                enabled: filter.enabled,
            });
        }
        match &self.sort {
            Some(sort) if has_column(&sort.column) => {
                found.query.sort = Some(Sort {
                    column: sort.column.clone(),
                    descending: sort.descending,
                });
            }
            Some(sort) => found.notes.push(format!(
                "the order is left out, because the dataset has no column {}",
                sort.column
            )),
            None => {}
        }
        found
    }

    /// Takes over filters and order; `rows` are those of the dataset.
    pub fn set_query(&mut self, query: &Query, rows: usize) {
        self.filters = query
            .filters
            .iter()
            .map(|filter| SessionFilter {
                enabled: filter.enabled,
                condition: session_condition(&filter.condition, rows),
            })
            .collect();
        self.sort = query.sort.as_ref().map(|sort| SessionSort {
            column: sort.column.clone(),
            descending: sort.descending,
        });
    }
}

fn condition_of(condition: &SessionCondition, rows: usize) -> Result<Condition, String> {
    Ok(match condition.clone() {
        SessionCondition::Range { column, min, max } => Condition::Range {
            column,
            min: min.unwrap_or(f64::NEG_INFINITY),
            max: max.unwrap_or(f64::INFINITY),
        },
        SessionCondition::OneOf { column, values } => Condition::OneOf {
            column,
            values: values.into_iter().collect(),
        },
        SessionCondition::Contains { column, text } => Condition::Contains { column, text },
        SessionCondition::Equals { column, text } => Condition::Equals { column, text },
        SessionCondition::Null { column, null } => Condition::Null { column, null },
        SessionCondition::Sql { text } => Condition::Sql { text },
        SessionCondition::Gates { name, tree } => Condition::Gates {
            name,
            tree: Arc::new(tree),
        },
        SessionCondition::Outlier { rule } => Condition::Outlier {
            rule: Arc::new(rule),
        },
        SessionCondition::Rows {
            name,
            rows: text,
            of,
        } => {
            if of != rows as u64 {
                return Err(format!(
                    "the filter «{name}» is left out: its cells were chosen by hand on a dataset of {of} rows, and this one has {rows}"
                ));
            }
            let rows = row_ranges::from_text(&text, rows).map_err(|part| {
                format!("the filter «{name}» is left out: «{part}» is no range of rows")
            })?;
            Condition::Rows {
                name,
                rows: Arc::new(rows),
            }
        }
    })
}

fn session_condition(condition: &Condition, rows: usize) -> SessionCondition {
    match condition.clone() {
        Condition::Range { column, min, max } => SessionCondition::Range {
            column,
            min: min.is_finite().then_some(min),
            max: max.is_finite().then_some(max),
        },
        Condition::OneOf { column, values } => SessionCondition::OneOf {
            column,
            values: values.into_iter().collect(),
        },
        Condition::Contains { column, text } => SessionCondition::Contains { column, text },
        Condition::Equals { column, text } => SessionCondition::Equals { column, text },
        Condition::Null { column, null } => SessionCondition::Null { column, null },
        Condition::Sql { text } => SessionCondition::Sql { text },
        Condition::Gates { name, tree } => SessionCondition::Gates {
            name,
            tree: (*tree).clone(),
        },
        Condition::Outlier { rule } => SessionCondition::Outlier {
            rule: (*rule).clone(),
        },
        Condition::Rows { name, rows: chosen } => SessionCondition::Rows {
            name,
            rows: row_ranges::to_text(&chosen),
            of: rows as u64,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use cytolance_kernels::RowSet;

    #[test]
    fn queries_come_back_and_misfits_are_named() {
        let filter = |id, condition| Filter {
            id,
            condition,
            enabled: id != 2,
        };
        let query = Query {
            filters: vec![
                filter(
                    1,
                    Condition::Range {
                        column: "a".to_owned(),
                        min: f64::NEG_INFINITY,
                        max: 3.5,
                    },
                ),
                filter(
                    2,
                    Condition::OneOf {
                        column: "b".to_owned(),
                        values: BTreeSet::from(["x".to_owned()]),
                    },
                ),
                filter(
                    3,
                    Condition::Rows {
                        name: "lasso".to_owned(),
                        rows: Arc::new(RowSet::from_rows(10, [1, 2, 9])),
                    },
                ),
            ],
            sort: Some(Sort {
                column: "b".to_owned(),
                descending: true,
            }),
        };
        let mut session = SessionFile::default();
        session.set_query(&query, 10);
        let back = session.query(&|_| true, 10);
        assert_eq!((back.query, back.notes.len()), (query, 0));
        let other = session.query(&|name| name != "b", 11);
        assert_eq!(other.query.filters.len(), 1);
        assert!(other.query.sort.is_none());
        assert_eq!(other.notes.len(), 3, "{:?}", other.notes);
    }
}
