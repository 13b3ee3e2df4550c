//! The scatter plot.

mod feature;
mod header;
mod pane;

pub use feature::Scatter;
pub use pane::ScatterView;
pub(crate) use pane::show;
