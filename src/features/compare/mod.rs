//! Cells side by side, and the features that differ most between them.

mod binding;
mod feature;
mod pane;
mod state;
mod tiles;
mod update;

pub use feature::Compare;
pub use pane::CompareView;
pub(crate) use pane::show;
pub use state::{CompareCommand, CompareEvent, CompareJob, CompareState};
pub(crate) use update::{happened, run, update};

#[cfg(test)]
mod tests;
