//! Sessions in the window: keeping what was set up, taking it up again, and bringing it back after a crash.

mod command;
mod keeper;
mod link;
mod update;
mod work;

pub(super) use link::session_of;

pub use command::{SessionCommand, SessionEvent, SessionJob};
pub use keeper::SessionKeeper;
pub(super) use update::{dataset_opened, happened, leaving, turn, update};
pub(super) use work::run;

#[cfg(test)]
mod golden_tests;
