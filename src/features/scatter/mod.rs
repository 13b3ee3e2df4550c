//! The scatter plot.

mod header;
mod pane;

pub(crate) use pane::show;
