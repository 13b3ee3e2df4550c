//! Charts beside the scatter plot: histogram, box, violin, distribution, correlation.

mod binding;
mod command;
mod feature;
mod pane;
mod state;
mod update;
mod work;

pub use command::{ChartsCommand, ChartsEvent, ChartsJob};
pub use feature::Charts;
pub(crate) use pane::show;
pub use state::ChartsState;
pub(crate) use update::{happened, update};
pub(crate) use work::run;

#[cfg(test)]
mod tests;
