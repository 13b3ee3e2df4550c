//! The pane as one of the window's.

use egui::Ui;

use super::show;
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};

use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Charts;

impl Feature for Charts {
    fn id(&self) -> PaneId {
        PaneId("charts")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Charts",
            place: Place::Below,
        })
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        _view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        show(ui, workspace, commands);
    }
}
