//! What the checks found, by column.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, BooleanArray, Float64Array, Int64Array};

use cytolance_dataset::{AddedColumn, column_names};
use cytolance_profile::{CHECK_COLUMNS, Role, check_meaning};

/// Values of one column, one a row.
pub(super) enum CheckValues {
    Flags(Vec<Option<bool>>),
    Counts(Vec<Option<i64>>),
    Shares(Vec<Option<f64>>),
}

/// Columns in the making.
pub(super) struct CheckColumns {
    rows: usize,
    /// Words of the checks that are wanted; all where empty.
    only: BTreeSet<String>,
    /// By the name that object and channel give them.
    columns: Vec<(String, CheckValues)>,
    places: HashMap<String, usize>,
}

impl CheckColumns {
    pub fn new(rows: usize, only: &[String]) -> Self {
        Self {
            rows,
            only: only.iter().cloned().collect(),
            columns: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Whether a check is wanted, by its word.
    pub fn wants(&self, word: &str) -> bool {
        self.only.is_empty() || self.only.contains(word)
    }

    /// The column of a check, made where it is not there yet.
    fn column(
        &mut self,
        name: &str,
        empty: impl FnOnce(usize) -> CheckValues,
    ) -> Option<&mut CheckValues> {
        let word = CHECK_COLUMNS
            .iter()
            .find(|check| name.starts_with(check.name))
            .map(|check| check.word)?;
        if !self.wants(word) {
            return None;
        }
        let place = if let Some(place) = self.places.get(name) {
            *place
        } else {
            let place = self.columns.len();
            self.columns.push((name.to_owned(), empty(self.rows)));
            self.places.insert(name.to_owned(), place);
            place
        };
        self.columns.get_mut(place).map(|(_, values)| values)
    }

    pub fn flag(&mut self, name: &str, row: u32, value: Option<bool>) {
        if let Some(CheckValues::Flags(values)) =
            self.column(name, |rows| CheckValues::Flags(vec![None; rows]))
            && let Some(place) = values.get_mut(row as usize)
        {
            *place = value;
        }
    }

    pub fn count(&mut self, name: &str, row: u32, value: Option<i64>) {
        if let Some(CheckValues::Counts(values)) =
            self.column(name, |rows| CheckValues::Counts(vec![None; rows]))
            && let Some(place) = values.get_mut(row as usize)
        {
            *place = value;
        }
    }

    pub fn share(&mut self, name: &str, row: u32, value: Option<f64>) {
        if let Some(CheckValues::Shares(values)) =
            self.column(name, |rows| CheckValues::Shares(vec![None; rows]))
            && let Some(place) = values.get_mut(row as usize)
        {
            *place = value.filter(|value| value.is_finite());
        }
    }

    /// The columns in the order of the checks, with what they mean; those without any value are left out and named.
    pub fn finish(self) -> (Vec<AddedColumn>, Vec<String>) {
        let rank = |name: &str| {
            CHECK_COLUMNS
                .iter()
                .position(|check| name.starts_with(check.name))
        };
        let mut columns = self.columns;
        columns.sort_by(|(a, _), (b, _)| rank(a).cmp(&rank(b)).then(a.cmp(b)));
        let (mut found, mut empty) = (Vec::new(), Vec::new());
        // A channel may be called DNA.raw, a column may not.
        let wanted: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let names = column_names(&wanted, &[]);
        for (name, (_, values)) in names.into_iter().zip(columns) {
            let values: ArrayRef = match values {
                CheckValues::Flags(values) => Arc::new(BooleanArray::from(values)),
                CheckValues::Counts(values) => Arc::new(Int64Array::from(values)),
                CheckValues::Shares(values) => Arc::new(Float64Array::from(values)),
            };
            if values.null_count() == values.len() {
                empty.push(name);
                continue;
            }
            found.push(AddedColumn {
                description: check_meaning(&name).unwrap_or_default().to_owned(),
                role: Role::Quality,
                name,
                values,
            });
        }
        (found, empty)
    }
}
