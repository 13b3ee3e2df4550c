//! Pinned cells, two groups of cells, and what sets them apart.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::model::parts::Part;
use cytolance_explore::{Difference, Explorer, Suggestions};
use cytolance_kernels::RowSet;

/// Cells side by side at most: more are too small to compare.
pub const MOST_PINS: usize = 8;

/// What can be asked.
#[derive(Debug)]
pub enum CompareCommand {
    /// Puts cells beside those that are there.
    Pin(Vec<u32>),
    /// Puts the current cell there, or takes it away.
    TogglePin,
    /// Puts the first selected cells there instead of those that are there.
    PinSelection,
    /// Takes a cell away.
    Unpin(u32),
    /// Takes all away.
    Clear,
    /// Remembers the selection as the first or the second group.
    Remember(bool),
    /// Selects a group again.
    Select(bool),
    /// Compares the groups.
    CompareGroups,
    /// Compares the pinned cells.
    ComparePins,
}

/// What is compared.
#[derive(Debug, Clone)]
pub enum Sides {
    /// The pinned cells.
    Cells(Vec<u32>),
    /// Two groups.
    Groups(Arc<RowSet>, Arc<RowSet>),
}

/// What came out.
#[derive(Debug, Clone)]
pub enum Compared {
    /// Of pinned cells.
    Cells(Vec<u32>, Vec<Difference>),
    /// Of two groups.
    Groups(Suggestions),
}

/// Work in the background.
pub enum CompareJob {
    /// Compares.
    Compare {
        /// Its task.
        task: u64,
        /// Stops it.
        cancelled: Arc<AtomicBool>,
        /// Columns.
        explorer: Explorer,
        /// What.
        sides: Sides,
        /// The cells among which scores are taken.
        shown: Arc<RowSet>,
    },
}

/// News.
pub enum CompareEvent {
    /// A comparison has ended.
    Compared {
        /// The task.
        task: u64,
        /// What came out, or why not.
        outcome: Result<Compared, String>,
    },
}

/// Comparison.
#[derive(Default)]
pub struct CompareState {
    /// Pinned cells, in the order in which they were pinned.
    pub pins: Vec<u32>,
    /// Two groups.
    pub groups: [Option<Arc<RowSet>>; 2],
    /// What came out last.
    pub found: Option<Result<Compared, String>>,
    /// The comparison that runs.
    pub running: Option<u64>,
}

impl Part for CompareState {
    fn is_busy(&self) -> bool {
        self.running.is_some()
    }

    fn leave(&mut self) -> Vec<u64> {
        self.running.into_iter().collect()
    }
}
