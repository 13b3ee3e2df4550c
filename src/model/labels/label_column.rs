//! A label column in memory: what every cell is marked as now, and what of it is not saved yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use cytolance_explore::{Column, NULL_CODE, Values};
use cytolance_kernels::RowSet;
use cytolance_profile::{LabelClass, LabelSpec};

/// A label column.
pub struct LabelColumn {
    /// Name and classes.
    pub spec: LabelSpec,
    /// Distinct values: the classes, then whatever else is stored. Only ever grows, so that codes stay valid.
    names: Vec<String>,
    /// Place of each row's value in `names`; [`NULL_CODE`] where unmarked. Empty while nothing is marked.
    codes: Arc<Vec<u32>>,
    /// Rows that differ from what is stored, with the code that is stored.
    unsaved: BTreeMap<u32, u32>,
    /// Marked rows by code.
    counts: Vec<usize>,
    /// Whether classes were added or changed since the last save.
    spec_changed: bool,
}

/// One row's change of value, by codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkChange {
    /// The row.
    pub row: u32,
    /// What it was.
    pub before: u32,
    /// What it is.
    pub after: u32,
}

impl LabelColumn {
    /// A column in which nothing is marked.
    pub fn new(spec: LabelSpec) -> Self {
        let names: Vec<String> = spec
            .classes
            .iter()
            .map(|class| class.name.clone())
            .collect();
        Self {
            counts: vec![0; names.len()],
            spec,
            names,
            codes: Arc::default(),
            unsaved: BTreeMap::new(),
            spec_changed: false,
        }
    }

    /// Takes in the stored values; marks that are not saved stay. Values of no class become classes.
    pub fn load(&mut self, stored: &Column) {
        let marks: Vec<(u32, u32)> = self
            .unsaved
            .keys()
            .map(|row| (*row, self.code(*row)))
            .collect();
        let Values::Categories { codes, names } = &stored.values else {
            return;
        };
        let places: Vec<u32> = names.iter().map(|name| self.code_of(name)).collect();
        let codes: Vec<u32> = codes
            .iter()
            .map(|code| places.get(*code as usize).copied().unwrap_or(NULL_CODE))
            .collect();
        self.counts = vec![0; self.names.len()];
        for code in &codes {
            if let Some(count) = self.counts.get_mut(*code as usize) {
                *count += 1;
            }
        }
        self.codes = Arc::new(codes);
        self.unsaved.clear();
        for (row, code) in marks {
            self.set(row, code);
        }
    }

    /// The code of a value, which becomes a class where it is none yet.
    pub fn code_of(&mut self, name: &str) -> u32 {
        if let Some(at) = self.names.iter().position(|known| known == name) {
            return at as u32;
        }
        self.names.push(name.to_owned());
        self.counts.push(0);
        if self.spec.class(name).is_none() {
            let color = self.spec.next_color();
            self.spec.classes.push(LabelClass {
                name: name.to_owned(),
                color,
            });
        }
        (self.names.len() - 1) as u32
    }

    /// Adds a class, if there is none of its name.
    pub fn add_class(&mut self, name: &str) {
        self.code_of(name);
        self.spec_changed = true;
    }

    /// Changes a class' colour.
    pub fn set_color(&mut self, at: usize, color: [u8; 3]) {
        if let Some(class) = self.spec.classes.get_mut(at) {
            class.color = color;
            self.spec_changed = true;
        }
    }

    /// The code of the class at a place of the list.
    pub fn class_code(&self, at: usize) -> Option<u32> {
        let class = self.spec.classes.get(at)?;
        let code = self.names.iter().position(|name| *name == class.name)?;
        Some(code as u32)
    }

    /// A row's code.
    pub fn code(&self, row: u32) -> u32 {
        self.codes.get(row as usize).copied().unwrap_or(NULL_CODE)
    }

    /// The value of a code; `None` where unmarked.
    pub fn name(&self, code: u32) -> Option<&str> {
        self.names.get(code as usize).map(String::as_str)
    }

    /// A row's value.
    pub fn value(&self, row: u32) -> Option<&str> {
        self.name(self.code(row))
    }

    /// Marks the rows of a set; the changes say which were something else before.
    pub fn mark(&mut self, rows: &RowSet, code: u32) -> Vec<MarkChange> {
        if self.codes.is_empty() {
            self.codes = Arc::new(vec![NULL_CODE; rows.len()]);
        }
        let changes: Vec<MarkChange> = rows
            .iter()
            .map(|row| MarkChange {
                row,
                before: self.code(row),
                after: code,
            })
            .filter(|change| change.before != change.after)
            .collect();
        for change in &changes {
            self.set(change.row, change.after);
        }
        changes
    }

    /// Gives the rows of a step the values after it, or with `back` those before it.
    pub fn replay(&mut self, changes: &[MarkChange], back: bool) {
        for change in changes {
            self.set(change.row, if back { change.before } else { change.after });
        }
    }

    fn set(&mut self, row: u32, code: u32) {
        let before = self.code(row);
        if before == code || row as usize >= self.codes.len() {
            return;
        }
        // Copies the values only where a plot or an order still looks at the old ones.
        Arc::make_mut(&mut self.codes)[row as usize] = code;
        if let Some(count) = self.counts.get_mut(before as usize) {
            *count -= 1;
        }
        if let Some(count) = self.counts.get_mut(code as usize) {
            *count += 1;
        }
        match self.unsaved.get(&row) {
            Some(stored) if *stored == code => {
                self.unsaved.remove(&row);
            }
            Some(_) => {}
            None => {
                self.unsaved.insert(row, before);
            }
        }
    }

    /// Rows that are not saved yet, with the code that is stored.
    pub fn unsaved(&self) -> &BTreeMap<u32, u32> {
        &self.unsaved
    }

    /// Whether there is anything to save.
    pub fn is_dirty(&self) -> bool {
        self.spec_changed || !self.unsaved.is_empty()
    }

    /// A row is stored with this code now; the mark on it may be a later one.
    pub fn stored(&mut self, row: u32, code: u32) {
        if self.code(row) == code {
            self.unsaved.remove(&row);
        } else {
            self.unsaved.insert(row, code);
        }
    }

    /// The classes are stored.
    pub fn spec_stored(&mut self) {
        self.spec_changed = false;
    }

    /// Marked rows of a class.
    pub fn count(&self, at: usize) -> usize {
        self.class_code(at)
            .and_then(|code| self.counts.get(code as usize))
            .copied()
            .unwrap_or(0)
    }

    /// All marked rows.
    pub fn num_marked(&self) -> usize {
        self.counts.iter().sum()
    }

    /// The column for filters, plots and the table of a dataset with so many rows.
    pub fn column(&self, rows: usize) -> Column {
        let codes = if self.codes.is_empty() {
            Arc::new(vec![NULL_CODE; rows])
        } else {
            Arc::clone(&self.codes)
        };
        Column::of_categories(&self.spec.column, codes, self.names.clone())
    }

    /// The codes by row; empty while nothing is marked.
    pub fn codes(&self) -> &Arc<Vec<u32>> {
        &self.codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[u32]) -> RowSet {
        RowSet::from_rows(6, rows.iter().copied())
    }

    #[test]
    fn marks_are_counted_undone_and_saved() {
        let mut column = LabelColumn::new(LabelSpec::quality());
        let first = column.mark(&rows(&[1, 2]), 1);
        assert_eq!(
            (first.len(), column.count(1), column.num_marked()),
            (2, 2, 2)
        );
        let second = column.mark(&rows(&[2, 3]), 0);
        assert_eq!((second.len(), column.count(0), column.count(1)), (2, 2, 1));
        assert!(column.mark(&rows(&[3]), 0).is_empty(), "it is that already");
        column.replay(&second, true);
        assert_eq!(column.value(2), Some("fail"));
        assert_eq!(column.value(3), None);
        assert_eq!(
            column.unsaved().len(),
            2,
            "the third row is as stored again"
        );
        column.replay(&second, false);
        column.stored(2, 0);
        column.stored(3, 1);
        assert_eq!(column.unsaved().get(&2), None);
        assert_eq!(column.unsaved().get(&3), Some(&1), "marked again since");
        assert!(column.is_dirty());
    }

    #[test]
    fn stored_values_come_in_under_the_marks() {
        let stored = Column::of_categories(
            "Label_QC",
            vec![0, 1, NULL_CODE, 1, NULL_CODE, 0],
            vec!["blurred".to_owned(), "pass".to_owned()],
        );
        let mut column = LabelColumn::new(LabelSpec::quality());
        column.mark(&rows(&[0, 2]), 1);
        column.load(&stored);
        let values: Vec<_> = (0..6).map(|row| column.value(row)).collect();
        let fail = Some("fail");
        assert_eq!(
            values,
            [
                fail,
                Some("pass"),
                fail,
                Some("pass"),
                None,
                Some("blurred")
            ]
        );
        assert_eq!(column.spec.classes.len(), 4, "a value is a class");
        assert_eq!(column.unsaved().len(), 2);
        let stored = column.unsaved()[&0];
        assert_eq!(column.name(stored), Some("blurred"));
        assert_eq!((column.count(3), column.num_marked()), (1, 5));
    }
}
