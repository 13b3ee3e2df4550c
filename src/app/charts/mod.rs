//! Charts beside the scatter plot: histogram, box, violin, distribution, correlation.

mod command;
mod pane;
mod state;
mod update;
mod work;

pub use command::{ChartsCommand, ChartsEvent, ChartsJob};
pub(super) use pane::show;
pub use state::ChartsState;
pub(super) use update::{happened, update};
pub(super) use work::run;
