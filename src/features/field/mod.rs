//! The field of view of the current cell, with the outlines of all its cells, and a strip of all fields.

mod binding;
mod canvas;
mod command;
mod feature;
mod pane;
mod state;
mod strip;
mod update;
mod work;

pub use command::{FieldCommand, FieldEvent, FieldJob};
pub use feature::Field;
pub use pane::FieldView;
pub(crate) use pane::show;
pub use state::FieldState;
pub(crate) use update::{happened, update};
pub(crate) use work::run;

#[cfg(test)]
mod tests;
