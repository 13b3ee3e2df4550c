//! Filters: each a widget that shows its column.

mod pane;

pub(crate) use pane::show;
