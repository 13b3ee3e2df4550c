//! What can be asked of the plate, the work it starts, and what comes back.

use std::sync::Arc;

use super::state::{MapRequest, PlateSettings};
use crate::model::command::SelectMode;
use crate::model::latest::Started;
use crate::model::selecting::SelectTurn;
use cytolance_explore::{Explorer, PlateMap};
use cytolance_kernels::RowSet;

/// What can be asked.
#[derive(Debug)]
pub enum PlateCommand {
    /// The pane is on the screen.
    Want,
    /// Changes how it looks.
    Set(PlateSettings),
    /// Selects the shown cells of wells, given as plate and well.
    Select(Vec<(String, String)>, SelectMode),
    /// Shows the cells of one well only.
    Filter(String, String),
}

/// Work in the background.
pub enum PlateJob {
    /// Counts.
    Map {
        /// Columns.
        explorer: Explorer,
        /// The request.
        work: Started<MapRequest>,
    },
    /// Finds the cells of wells.
    Select {
        /// Columns.
        explorer: Explorer,
        /// Plates and wells.
        wells: Vec<(String, String)>,
        /// Rows that pass the filters.
        shown: Arc<RowSet>,
        /// What to do with them.
        turn: SelectTurn,
    },
}

/// News.
pub enum PlateEvent {
    /// A map, or why there is none.
    Mapped {
        /// Which request.
        generation: u64,
        /// The map.
        outcome: Result<PlateMap, String>,
    },
    /// The cells of wells.
    Found {
        /// The cells, or why not.
        outcome: Result<RowSet, String>,
        /// What to do with them.
        turn: SelectTurn,
    },
}
