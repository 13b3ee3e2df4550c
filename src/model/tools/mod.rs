//! Tools that compute columns, at work on the open dataset: any part of the viewer can start one.

mod binding;
mod command;
mod state;
mod update;
mod work;

pub use command::{ToolAnswer, ToolsCommand, ToolsEvent, ToolsJob};
pub use state::{Outcome, TOOLS_PANE, ToolDraft, ToolOrder, ToolsState};
pub(crate) use update::start;
