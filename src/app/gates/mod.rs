//! Gates: named areas of plots and thresholds, combined with and, or, not.

mod command;
mod overlay;
mod pane;
mod state;
mod tree_editor;
mod update;

pub use command::{GatesCommand, GatesEvent, GatesJob};
pub(super) use overlay::overlay;
pub use pane::GatesView;
pub(super) use pane::show;
pub(super) use state::GateCounts;
pub use state::{GateNode, GatesState};
pub(super) use update::{happened, run, update};
