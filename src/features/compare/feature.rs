//! The pane as one of the window's.

use egui::{Key, Ui};

use super::{CompareCommand, CompareView, show};
use crate::model::action::{Action, action, plain};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Compare;

static ACTIONS: &[Action] = &[
    action!(580, "pin-this-cell-for-comparison" => "Pin this cell for comparison",
        Go,
        Some(plain(Key::P)),
        true,
        |_| Command::from(CompareCommand::TogglePin)
    ),
];

impl Feature for Compare {
    fn id(&self) -> PaneId {
        PaneId("compare")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Compare",
            place: Place::Middle,
        })
    }

    fn actions(&self) -> &'static [Action] {
        ACTIONS
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        let own = view.parts.get_mut::<CompareView>();
        show(ui, workspace, own, commands);
    }
}

impl Part for CompareView {}
