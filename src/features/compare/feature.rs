//! The pane as one of the window's.

use egui::Ui;

use super::{CompareView, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Compare;

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
