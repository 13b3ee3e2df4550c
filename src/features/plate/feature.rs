//! The pane as one of the window's.

use egui::Ui;

use super::{PlateState, PlateView, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::job::Job;
use crate::model::parts::Part;
use crate::model::session::{keep, kept};
use crate::model::state::{State, Workspace};
use crate::model::view::PaneView;
use cytolance_session::SessionFile;

/// The feature.
pub struct Plate;

impl Feature for Plate {
    fn id(&self) -> PaneId {
        PaneId("plate")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Plate",
            place: Place::Middle,
        })
    }

    fn save(&self, workspace: &Workspace, session: &mut SessionFile) {
        let settings = &workspace.parts.get::<PlateState>().settings;
        keep(session, self.id().0, settings);
    }

    fn restore(
        &self,
        state: &mut State,
        session: &SessionFile,
        notes: &mut Vec<String>,
    ) -> Vec<Job> {
        if let (Some(workspace), Some(settings)) =
            (&mut state.workspace, kept(session, self.id().0, notes))
        {
            workspace.parts.get_mut::<PlateState>().settings = settings;
        }
        Vec::new()
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        let own = view.parts.get_mut::<PlateView>();
        show(ui, workspace, own, view.features, commands);
    }
}

impl Part for PlateView {}
