//! Labels: what a person decides of each cell, review, saving, history.

mod actions;
mod binding;
mod columns;
mod command;
mod feature;
mod history_view;
mod journal;
mod load;
mod marks;
mod news;
mod pane;
mod review;
mod review_view;
mod save;
mod state;
mod update;
mod versions;
mod work;

#[cfg(test)]
mod tests;

pub use command::{LabelsCommand, LabelsEvent, LabelsJob};
pub use feature::Labels;
pub(crate) use news::happened;
pub use pane::LabelsView;
pub(crate) use pane::{show, strip};
pub use state::{LabelsState, ReviewKind, Side};
pub(crate) use update::update;
pub(crate) use work::run;
