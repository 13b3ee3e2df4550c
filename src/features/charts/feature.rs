//! The pane as one of the window's.

use egui::Ui;

use super::{ChartsState, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::job::Job;
use crate::model::session::{keep, kept};
use crate::model::state::{State, Workspace};
use crate::model::view::PaneView;
use cytolance_session::SessionFile;

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

    fn save(&self, workspace: &Workspace, session: &mut SessionFile) {
        let settings = &workspace.parts.get::<ChartsState>().settings;
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
            workspace.parts.get_mut::<ChartsState>().settings = settings;
        }
        Vec::new()
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
