//! The pane as one of the window's.

use egui::Ui;

use super::{RulesCommand, RulesState, RulesView, show, update};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::job::Job;
use crate::model::parts::Part;
use crate::model::state::{State, Workspace};
use crate::model::view::PaneView;
use cytolance_profile::OutlierRule;
use cytolance_session::SessionFile;

/// The feature.
pub struct Rules;

impl Feature for Rules {
    fn id(&self) -> PaneId {
        PaneId("rules")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Outliers",
            place: Place::Left,
        })
    }

    fn outlier_rules<'a>(&self, workspace: &'a Workspace) -> &'a [OutlierRule] {
        &workspace.parts.get::<RulesState>().rules
    }

    fn save(&self, workspace: &Workspace, session: &mut SessionFile) {
        let known = workspace.parts.get::<RulesState>();
        session.rules.clone_from(&known.rules);
    }

    fn restore(
        &self,
        state: &mut State,
        session: &SessionFile,
        _notes: &mut Vec<String>,
    ) -> Vec<Job> {
        update(state, RulesCommand::SetAll(session.rules.clone()))
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        let own = view.parts.get_mut::<RulesView>();
        show(ui, workspace, own, commands);
    }
}

impl Part for RulesView {}
