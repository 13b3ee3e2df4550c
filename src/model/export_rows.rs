//! Which cells leave the program: into a file, or to the clipboard.

use std::sync::Arc;

use cytolance_explore::RowOrder;
use cytolance_kernels::RowSet;

/// The rows that an export writes; listed only when it begins, off the interface thread.
#[derive(Debug, Clone)]
pub struct ExportRows {
    /// The shown rows.
    pub order: RowOrder,
    /// The selected ones, where these are meant.
    pub selection: Option<Arc<RowSet>>,
}

impl ExportRows {
    /// The rows in the table's order.
    pub fn list(&self) -> Vec<u32> {
        let mut rows = self.order.to_vec();
        let Some(selection) = &self.selection else {
            return rows;
        };
        rows.retain(|row| selection.contains(*row));
        // Selected cells that the filters hide still belong to the selection; they come last.
        let mut hidden = (**selection).clone();
        hidden.difference_with(&RowSet::from_rows(selection.len(), rows.iter().copied()));
        rows.extend(hidden.iter());
        rows
    }
}
