//! Filters: each a widget that shows its column.

mod feature;
mod pane;

pub use feature::Filters;
pub use pane::FiltersView;
pub(crate) use pane::show;
