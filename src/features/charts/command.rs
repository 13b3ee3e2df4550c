//! What can be asked of charts, the work it starts, and what comes back.

use std::path::PathBuf;
use std::sync::Arc;

use super::state::{Chart, ChartRequest, ChartSettings};
use crate::model::command::SelectMode;
use crate::model::latest::Started;
use crate::model::replace::{NotWritten, Rewrite};
use crate::model::scatter::{Points, Raster};
use crate::model::selecting::SelectTurn;
use cytolance_explore::Explorer;
use cytolance_export::Target;
use cytolance_kernels::RowSet;
use cytolance_plot::figure::Figure;

/// What can be asked.
#[derive(Debug)]
pub enum ChartsCommand {
    /// The pane is on the screen, with so many points of room.
    Want([u32; 2]),
    /// Changes how it looks.
    Set(ChartSettings),
    /// Selects the cells of a target.
    Select(usize, SelectMode),
    /// Another name for the file of charts.
    NameFile(String),
    /// Asks for that file with the system's dialog.
    Browse,
    /// Saves the chart: as SVG, PNG, or its numbers as CSV.
    Save(Target),
    /// Saves the scatter plot the same way.
    SaveScatter(Target),
}

/// Work in the background.
pub enum ChartsJob {
    /// Draws a chart.
    Draw {
        /// Columns.
        explorer: Explorer,
        /// The request.
        work: Started<ChartRequest>,
    },
    /// Finds the cells of a target.
    Select {
        /// Columns.
        explorer: Explorer,
        /// The chart.
        chart: Arc<Chart>,
        /// The target.
        target: usize,
        /// Rows that pass the filters.
        shown: Arc<RowSet>,
        /// What to do with them.
        turn: SelectTurn,
    },
    /// Saves a figure.
    Save {
        /// The figure.
        figure: Box<Figure>,
        /// The file.
        target: Target,
    },
    /// Saves the scatter plot.
    SaveScatter {
        /// The points.
        points: Arc<Points>,
        /// Their picture.
        raster: Raster,
        /// Rows that pass the filters.
        shown: Arc<RowSet>,
        /// The file.
        target: Target,
    },
}

/// News.
pub enum ChartsEvent {
    /// A chart, or why there is none.
    Drawn {
        /// Which request.
        generation: u64,
        /// The chart.
        outcome: Result<Box<Chart>, String>,
    },
    /// The cells of a target.
    Found {
        /// The cells, or why not.
        outcome: Result<RowSet, String>,
        /// What to do with them.
        turn: SelectTurn,
    },
    /// A figure was saved, or why not.
    Saved {
        /// Where.
        path: PathBuf,
        /// What would be saved over what is there.
        again: Rewrite,
        /// Why it was not saved.
        outcome: Result<(), NotWritten>,
    },
}
