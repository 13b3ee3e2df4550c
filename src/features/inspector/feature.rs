//! The pane as one of the window's.

use egui::Ui;

use super::{FeatureList, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

/// The feature.
pub struct Inspector;

impl Feature for Inspector {
    fn id(&self) -> PaneId {
        PaneId("inspector")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Inspector",
            place: Place::Right,
        })
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        let own = view.parts.get_mut::<FeatureList>();
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

impl Part for FeatureList {}
