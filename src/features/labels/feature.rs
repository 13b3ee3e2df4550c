//! The pane as one of the window's.

use egui::Ui;

use super::{LabelsView, show, strip};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Labels;

impl Feature for Labels {
    fn id(&self) -> PaneId {
        PaneId("labels")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Labels",
            place: Place::Right,
        })
    }

    fn above_cell(&self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        strip(ui, workspace, commands);
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        let own = view.parts.get_mut::<LabelsView>();
        show(ui, workspace, own, commands);
    }
}

impl Part for LabelsView {}
