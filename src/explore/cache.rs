//! Columns kept in memory up to a number of bytes; the least recently used go first.

use std::collections::HashMap;
use std::sync::Arc;

use super::Column;

pub(super) struct ColumnCache {
    entries: HashMap<String, (Arc<Column>, u64)>,
    budget: usize,
    bytes: usize,
    clock: u64,
}

impl ColumnCache {
    pub fn new(budget: usize) -> Self {
        Self {
            entries: HashMap::new(),
            budget,
            bytes: 0,
            clock: 0,
        }
    }

    pub fn get(&mut self, name: &str) -> Option<Arc<Column>> {
        self.clock += 1;
        let (column, used) = self.entries.get_mut(name)?;
        *used = self.clock;
        Some(Arc::clone(column))
    }

    /// Keeps a column; it stays even where it alone is larger than the budget, because it is about to be used.
    pub fn insert(&mut self, column: Arc<Column>) {
        self.clock += 1;
        self.bytes += column.bytes();
        let newest = self.clock;
        if let Some((old, _)) = self.entries.insert(column.name.clone(), (column, newest)) {
            self.bytes -= old.bytes();
        }
        while self.bytes > self.budget && self.entries.len() > 1 {
            let oldest = self
                .entries
                .iter()
                .min_by_key(|(_, (_, used))| *used)
                .map(|(name, _)| name.clone());
            let Some((column, _)) = oldest.and_then(|name| self.entries.remove(&name)) else {
                return;
            };
            self.bytes -= column.bytes();
        }
    }

    pub fn remove(&mut self, name: &str) {
        if let Some((column, _)) = self.entries.remove(name) {
            self.bytes -= column.bytes();
        }
    }

    pub fn budget(&self) -> usize {
        self.budget
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Float64Array};

    use super::*;
    use crate::profile::{ColumnInfo, ColumnKind, Role};

    #[test]
    fn the_least_recently_used_column_goes() {
        let column = |name: &str| {
            let info = ColumnInfo {
                name: name.to_owned(),
                kind: ColumnKind::Float,
                role: Role::Feature,
                arrow_type: "float64".to_owned(),
            };
            let array: ArrayRef = Arc::new(Float64Array::from(vec![0.0; 100]));
            Arc::new(Column::from_arrow(&info, &array).expect("a column"))
        };
        let mut cache = ColumnCache::new(2000);
        cache.insert(column("a"));
        cache.insert(column("b"));
        assert!(cache.get("a").is_some());
        cache.insert(column("c"));
        assert!(cache.get("b").is_none() && cache.get("a").is_some() && cache.get("c").is_some());
        cache.insert(column("c"));
        assert_eq!(cache.bytes(), 1800);
    }
}
