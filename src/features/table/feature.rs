//! The pane as one of the window's.

use egui::Ui;

use super::{TableView, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Table;

impl Feature for Table {
    fn id(&self) -> PaneId {
        PaneId("table")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Table",
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
        let own = view.parts.get_mut::<TableView>();
        show(ui, workspace, own, &mut view.textures, commands);
    }
}

impl Part for TableView {}
