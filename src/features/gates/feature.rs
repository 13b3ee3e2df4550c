//! The pane as one of the window's.

use egui::Ui;

use super::{GatesView, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Gates;

impl Feature for Gates {
    fn id(&self) -> PaneId {
        PaneId("gates")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Gates",
            place: Place::Left,
        })
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        let own = view.parts.get_mut::<GatesView>();
        show(ui, workspace, own, commands);
    }
}

impl Part for GatesView {}
