//! Sessions in the window: keeping what was set up, taking it up again, and bringing it back after a crash.

mod binding;
mod command;
mod keeper;
mod link;
mod update;
mod work;

pub(crate) use link::{keep, kept, session_of};

pub use command::{SessionCommand, SessionEvent, SessionJob};
pub use keeper::SessionKeeper;
pub(crate) use update::{dataset_opened, happened, leaving, turn, update};
pub(crate) use work::run;
