//! The label columns of a dataset.

use super::label_column::LabelColumn;

/// The label columns, stored and new ones.
#[derive(Default)]
pub struct LabelColumns {
    /// They themselves, at least one once they are read.
    pub columns: Vec<LabelColumn>,
    /// The one that keys mark in.
    pub active: usize,
}

impl LabelColumns {
    /// The column that keys mark in.
    pub fn active(&self) -> Option<&LabelColumn> {
        self.columns.get(self.active)
    }

    /// The same, to change its classes. Its values are changed by [`crate::model::state::Workspace::change_label`].
    pub fn active_mut(&mut self) -> Option<&mut LabelColumn> {
        self.columns.get_mut(self.active)
    }

    /// The place of the label column of a name.
    pub fn place(&self, name: &str) -> Option<usize> {
        let mut columns = self.columns.iter();
        columns.position(|label| label.spec.column == name)
    }

    /// The label column of a name.
    pub fn column(&self, name: &str) -> Option<&LabelColumn> {
        self.columns.get(self.place(name)?)
    }

    /// Marks that are not saved.
    pub fn num_unsaved(&self) -> usize {
        self.columns.iter().map(|label| label.unsaved().len()).sum()
    }

    /// Whether there is anything to save.
    pub fn is_dirty(&self) -> bool {
        self.columns.iter().any(LabelColumn::is_dirty)
    }
}
