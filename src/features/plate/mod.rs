//! The plate: wells as a heat map, with sites inside them.

mod binding;
mod command;
mod feature;
mod heat_map;
mod pane;
mod state;
mod update;
mod work;

pub use command::{PlateCommand, PlateEvent, PlateJob};
pub use feature::Plate;
pub use pane::PlateView;
pub(crate) use pane::show;
pub use state::PlateState;
pub(crate) use update::{happened, update};
pub(crate) use work::run;

#[cfg(test)]
mod tests;
