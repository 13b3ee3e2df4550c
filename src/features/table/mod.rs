//! The table.

mod pane;

pub(crate) use pane::show;
