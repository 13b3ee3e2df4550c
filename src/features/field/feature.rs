//! The pane as one of the window's.

use egui::Ui;

use super::{FieldView, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Field;

impl Feature for Field {
    fn id(&self) -> PaneId {
        PaneId("field")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Field of view",
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
        let own = view.parts.get_mut::<FieldView>();
        show(ui, workspace, own, &mut view.textures, commands);
    }
}

impl Part for FieldView {}
