//! Labels: what a person decides of each cell, review, saving, history.

mod color;
mod command;
mod history_view;
mod label_column;
mod news;
mod pane;
mod review_view;
mod state;
mod update;
mod work;

pub(super) use color::{category_palette, label_color};
pub use command::{LabelsCommand, LabelsEvent, LabelsJob};
pub(super) use label_column::LabelColumn;
pub(super) use news::happened;
pub use pane::LabelsView;
pub(super) use pane::{show, strip};
pub use state::{LabelsState, ReviewKind, Side};
pub(super) use update::{opened, update};
pub(super) use work::run;
