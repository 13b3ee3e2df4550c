//! What can be asked of tools, the work it starts, and what comes back.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use toml::Table;

use super::state::{Outcome, ToolDraft, ToolOrder};
use cytolance_explore::{Column, Explorer};
use cytolance_tools::Kept;

/// What can be asked.
#[derive(Debug, Clone)]
pub enum ToolsCommand {
    /// Shows the form of this tool.
    Ask(&'static str),
    /// Fills the form in.
    Fill(ToolDraft),
    /// Computes what the form says.
    Run(Outcome),
    /// Computes with these parameters.
    Start {
        /// The tool.
        tool: String,
        /// What is not as usual.
        parameters: Table,
        /// What becomes of the columns.
        then: Outcome,
    },
}

/// Work in the background.
pub enum ToolsJob {
    /// Computes columns.
    Compute {
        /// Its task.
        task: u64,
        /// Stops it.
        cancelled: Arc<AtomicBool>,
        /// The dataset and its columns.
        explorer: Explorer,
        /// Which there are.
        columns: Arc<cytolance_profile::Columns>,
        /// What is computed.
        order: ToolOrder,
        /// Who asks for it.
        author: String,
    },
}

/// Columns that were computed.
#[derive(Debug)]
pub struct ToolAnswer {
    /// The columns.
    pub columns: Vec<Arc<Column>>,
    /// The version in which they are kept, where they are.
    pub kept: Option<Kept>,
    /// What was done, in a few words.
    pub account: String,
    /// What could not be told.
    pub notes: Vec<String>,
}

/// News.
pub enum ToolsEvent {
    /// The columns, or why there are none.
    Computed {
        /// The task.
        task: u64,
        /// What was computed.
        order: ToolOrder,
        /// What has come of it.
        outcome: Result<Box<ToolAnswer>, String>,
    },
}
