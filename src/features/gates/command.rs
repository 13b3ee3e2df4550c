//! What can be asked of gates, the work it starts, and what comes back.

use std::sync::Arc;

use super::state::{CountRequest, GateCounts, GateNode};
use crate::model::command::{Area, SelectMode};
use crate::model::latest::Started;
use crate::model::selecting::SelectTurn;
use cytolance_explore::Explorer;
use cytolance_kernels::RowSet;
use cytolance_profile::{GateShape, GateTree};

/// What can be asked.
#[derive(Debug)]
pub enum GatesCommand {
    /// The pane or a plot with gates is on the screen.
    Want,
    /// Whether what is drawn on the plot becomes a gate.
    SetDrawing(bool),
    /// A gate of what was drawn on the plot.
    Draw(Area),
    /// A gate of this shape.
    Add(GateShape),
    /// Another shape for a gate.
    Reshape(String, GateShape),
    /// Another name for a gate.
    Rename(String, String),
    /// Takes a gate away.
    Remove(String),
    /// Shows a gate in plots, or not.
    Hide(String, bool),
    /// Combines the gates.
    SetTree(GateNode),
    /// Filters by the tree; what is changed later changes the filter.
    Filter,
    /// Filters by one gate.
    FilterGate(String),
    /// Selects the cells of a gate, or of the tree.
    Select(Option<String>, SelectMode),
}

/// Work in the background.
pub enum GatesJob {
    /// Counts.
    Count {
        /// Columns.
        explorer: Explorer,
        /// The request.
        work: Started<CountRequest>,
    },
    /// Finds the cells of a tree.
    Select {
        /// Columns.
        explorer: Explorer,
        /// The tree.
        tree: Arc<GateTree>,
        /// Rows that pass the filters.
        shown: Arc<RowSet>,
        /// What to do with them.
        turn: SelectTurn,
    },
}

/// News.
pub enum GatesEvent {
    /// Counts.
    Counted {
        /// Which request.
        generation: u64,
        /// What was counted.
        counts: GateCounts,
    },
    /// The cells of a tree.
    Found {
        /// The cells, or why not.
        outcome: Result<RowSet, String>,
        /// What to do with them.
        turn: SelectTurn,
    },
}
