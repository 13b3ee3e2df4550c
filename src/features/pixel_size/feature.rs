//! The pixel size as one of the window's features.

use egui::Ui;

use super::PixelSizeCommand;
use super::dialog::show;
use crate::model::action::{Action, action};
use crate::model::command::Command;
use crate::model::feature::{Feature, PaneId};
use crate::model::parts::Part;
use crate::model::state::Workspace;

/// Its name.
pub(super) const PIXEL_SIZE: PaneId = PaneId("pixel-size");

/// The feature.
pub struct PixelSize;

/// What the dialog says, and what is being written.
#[derive(Default)]
pub struct PixelSizeState {
    /// Micrometres as they are typed.
    pub text: String,
    /// The task that writes.
    pub task: Option<u64>,
}

impl Part for PixelSizeState {
    fn is_writing(&self) -> bool {
        self.task.is_some()
    }
}

static ACTIONS: &[Action] = &[
    action!(86, "pixel-size" => "Pixel size…", File, None, true, |_| {
        Command::from(PixelSizeCommand::Ask)
    }),
];

impl Feature for PixelSize {
    fn id(&self) -> PaneId {
        PIXEL_SIZE
    }

    fn actions(&self) -> &'static [Action] {
        ACTIONS
    }

    fn overlay(&self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        show(ui, workspace, commands);
    }
}
