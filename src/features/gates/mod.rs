//! Gates: named areas of plots and thresholds, combined with and, or, not.

mod binding;
mod command;
mod feature;
mod overlay;
mod pane;
mod session;
mod state;
mod tree_editor;
mod update;
mod work;

#[cfg(test)]
mod tests;

pub use command::{GatesCommand, GatesEvent, GatesJob};
pub use feature::Gates;
pub(crate) use overlay::overlay;
pub use pane::GatesView;
pub(crate) use pane::show;
pub(crate) use state::GateCounts;
pub use state::{GateNode, GatesState};
pub(crate) use update::{happened, update};
pub(crate) use work::run;
