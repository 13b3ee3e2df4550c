//! The pane as one of the window's.

use egui::Ui;

use super::{FiltersView, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Filters;

impl Feature for Filters {
    fn id(&self) -> PaneId {
        PaneId("filters")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Filters",
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
        let own = view.parts.get_mut::<FiltersView>();
        show(ui, workspace, own, commands);
    }
}

impl Part for FiltersView {}
