//! The table.

mod feature;
mod pane;

pub use feature::Table;
pub use pane::TableView;
pub(crate) use pane::show;
