//! The columns of a dataset, found by name.

use std::collections::HashMap;
use std::ops::Deref;

use super::ColumnInfo;

/// Columns in their order. Thousands are looked for by name in every frame, so each name knows its place.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    all: Vec<ColumnInfo>,
    places: HashMap<String, usize>,
}

impl Columns {
    /// The column of this name; of several the first.
    pub fn named(&self, name: &str) -> Option<&ColumnInfo> {
        self.all.get(*self.places.get(name)?)
    }

    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// Adds a column at the end.
    pub fn push(&mut self, column: ColumnInfo) {
        let place = self.all.len();
        self.places.entry(column.name.clone()).or_insert(place);
        self.all.push(column);
    }
}

impl Deref for Columns {
    type Target = [ColumnInfo];

    fn deref(&self) -> &[ColumnInfo] {
        &self.all
    }
}

impl FromIterator<ColumnInfo> for Columns {
    fn from_iter<I: IntoIterator<Item = ColumnInfo>>(columns: I) -> Self {
        let mut all = Self::default();
        columns.into_iter().for_each(|column| all.push(column));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColumnKind, Role};

    #[test]
    fn a_column_is_found_where_a_walk_through_all_finds_it() {
        let column = |number: u32, role| ColumnInfo {
            name: format!("Cells_{number}"),
            kind: ColumnKind::Float,
            role,
            arrow_type: "double".to_owned(),
        };
        let mut random = fastrand::Rng::with_seed(3);
        let mut columns: Columns = (0..300)
            .map(|_| column(random.u32(..200), Role::Metadata))
            .collect();
        columns.push(column(7, Role::Metadata));
        assert_eq!(columns.len(), 301);
        for number in 0..210 {
            let name = format!("Cells_{number}");
            let walked = columns.iter().position(|column| column.name == name);
            let found = columns.named(&name).map(std::ptr::from_ref);
            assert_eq!(found, walked.map(|at| std::ptr::from_ref(&columns[at])));
            assert_eq!(columns.has(&name), walked.is_some());
        }
    }
}
