//! Labels: what a person decides of each cell, review, saving, history.

mod binding;
mod color;
mod command;
mod feature;
mod history_view;
mod label_column;
mod news;
mod pane;
mod review_view;
mod state;
mod update;
mod work;

pub(crate) use color::{category_palette, label_color};
pub use command::{LabelsCommand, LabelsEvent, LabelsJob};
pub use feature::Labels;
pub(crate) use label_column::LabelColumn;
pub(crate) use news::happened;
pub use pane::LabelsView;
pub(crate) use pane::{show, strip};
pub use state::{LabelsState, ReviewKind, Side};
pub(crate) use update::{opened, update};
pub(crate) use work::run;
