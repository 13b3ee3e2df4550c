//! What can be asked of the pixel size, the work it starts, and what comes back.

use cytolance_dataset::CellDataset;

/// What can be asked.
#[derive(Debug, Clone)]
pub enum PixelSizeCommand {
    /// Shows the dialog.
    Ask,
    /// Fills it in.
    Fill(String),
    /// Keeps what it says; nothing in it means that the size is not known.
    Keep,
}

/// Work in the background.
pub struct PixelSizeJob {
    /// Its task.
    pub task: u64,
    /// The dataset.
    pub dataset: CellDataset,
    /// Micrometres.
    pub size: Option<f64>,
    /// Who asks for it.
    pub author: String,
}

/// News: the version that says it, or why there is none.
pub struct PixelSizeEvent {
    /// The task.
    pub task: u64,
    /// What has come of it.
    pub outcome: Result<CellDataset, String>,
}
