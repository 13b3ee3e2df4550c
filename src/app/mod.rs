//! The viewer: state, commands, panes.

mod action;
mod background;
mod charts;
mod checks;
mod chrome;
mod clipboard;
mod column_menu;
mod command;
mod compare;
pub mod demo_crowd;
pub mod demo_plate;
mod envelope;
mod event;
mod executor;
mod failure;
mod field;
mod field_pictures;
mod gallery;
mod gates;
mod group_table;
mod job;
mod labels;
mod latest;
mod meter;
mod news;
mod notices;
mod output;
mod overlays;
mod palette;
mod panes;
mod pictures;
mod plate;
mod points;
mod row_values;
mod rules;
mod scatter;
mod screenshot;
mod selecting;
mod session;
mod settings;
mod shortcut_keys;
mod shortcut_page;
mod start_page;
mod state;
mod table;
mod task;
mod textures;
mod thumbnail;
mod tour;
mod update;
mod values;
mod viewer;
mod window;
mod wizard;

#[cfg(test)]
mod test_run;

pub use action::{ACTIONS, Action, Menu};
pub use command::{Area, Command, SelectMode};
pub use envelope::{Envelope, WorkspaceId};
pub use event::Event;
pub use job::Job;
pub use meter::program_start;
pub use row_values::read_ahead;
pub use scatter::{Axes, Tool};
pub use screenshot::{render, settle};
pub use session::SessionCommand;
pub use settings::{Settings, Theme};
pub use state::{Overlay, State, Workspace};
pub use update::apply;
pub use viewer::{Start, Viewer};
pub use window::{has_display, open_window};
pub use wizard::{
    FolderKind, Run, Step, Wizard, WizardCommand, WizardEvent, WizardJob, WizardPick, WizardView,
};
