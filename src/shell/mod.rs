//! The window: one frame after another, jobs in the background, what lies around the panes.

pub mod action;
pub mod chrome;
pub mod features;
pub mod group_list;
pub mod layout;
pub mod meter;
pub mod notices;
pub mod overlays;
pub mod palette;
pub mod replace_question;
pub mod screenshot;
pub mod shortcut_page;
pub mod start_page;
pub mod tour;
pub mod viewer;
pub mod window;

pub use crate::model::action::{Action, Menu};
pub use crate::model::command::{Area, Command, SelectMode};
pub use crate::model::envelope::{Envelope, WorkspaceId};
pub use crate::model::event::Event;
pub use crate::model::file_dialog::FileDialog;
pub use crate::model::job::Job;
pub use crate::model::replace::{NotWritten, ReplaceQuestion, Rewrite};
pub use crate::model::row_values::read_ahead;
pub use crate::model::save_folder::{SaveFolder, UserFolders};
pub use crate::model::scatter::{Axes, Tool};
pub use crate::model::session::SessionCommand;
pub use crate::model::settings::{Settings, Theme};
pub use crate::model::state::{Overlay, State, Workspace};
pub use crate::model::update::apply;
pub use meter::program_start;
pub use screenshot::{render, settle};
pub use viewer::{Start, Viewer};
pub use window::{has_display, open_window, quiet_drivers};

#[cfg(test)]
mod tests;
