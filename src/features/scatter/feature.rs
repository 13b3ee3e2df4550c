//! The pane as one of the window's.

use egui::Ui;

use super::{ScatterView, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Scatter;

impl Feature for Scatter {
    fn id(&self) -> PaneId {
        PaneId("scatter")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Scatter",
            place: Place::Below,
        })
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        let own = view.parts.get_mut::<ScatterView>();
        show(
            ui,
            workspace,
            own,
            &mut view.textures,
            view.features,
            commands,
        );
    }
}

impl Part for ScatterView {}
