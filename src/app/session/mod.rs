//! Sessions in the window: keeping what was set up, taking it up again, and bringing it back after a crash.

mod command;
mod link;
mod update;
mod work;

pub(super) use link::session_of;

pub use command::{SessionCommand, SessionEvent, SessionJob};
pub(super) use update::{dataset_opened, happened, opened, update};
pub(super) use work::{forget_autosave, run};
