//! Cells side by side, and the features that differ most between them.

mod pane;
mod state;
mod tiles;
mod update;

pub use pane::CompareView;
pub(super) use pane::show;
pub use state::{CompareCommand, CompareEvent, CompareJob, CompareState};
pub(super) use update::{happened, run, update};
