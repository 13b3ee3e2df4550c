//! The feature as one of the window's.

use egui::Ui;

use super::load::load;
use super::state::LabelsState;
use super::{LabelsCommand, LabelsView, actions, show, strip};
use crate::model::action::Action;
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, Offer, PaneId, Place};
use crate::model::job::Job;
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::view::PaneView;
use cytolance_session::SessionFile;

/// The feature.
pub struct Labels;

impl Feature for Labels {
    fn id(&self) -> PaneId {
        PaneId("labels")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Labels",
            place: Place::Right,
        })
    }

    fn actions(&self) -> &'static [Action] {
        actions::ACTIONS
    }

    fn offers(&self, workspace: &Workspace, words: &[&str]) -> Vec<Offer> {
        let labels = &workspace.labels;
        let classes = labels.active().into_iter().flat_map(|label| {
            let classes = label.spec.classes.iter().enumerate();
            classes.map(|(at, class)| Offer {
                title: format!(
                    "Label: show only cells marked {} ({})",
                    class.name, label.spec.column
                ),
                command: Command::from(LabelsCommand::Filter(Some(at))),
            })
        });
        let columns = labels.columns.iter().enumerate();
        let others = columns
            .filter(|(at, _)| *at != labels.active)
            .map(|(at, label)| Offer {
                title: format!("Label: mark into {}", label.spec.column),
                command: Command::from(LabelsCommand::SetActive(at)),
            });
        let all = classes.chain(others);
        all.filter(|offer| offer.has(words)).collect()
    }

    fn opened(&self, workspace: &mut Workspace, keeps: bool) -> Vec<Job> {
        load(workspace, keeps)
    }

    fn save(&self, workspace: &Workspace, session: &mut SessionFile) {
        let columns = workspace.labels.columns.iter();
        session.labels = columns.map(|label| label.spec.clone()).collect();
    }

    fn above_cell(&self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        strip(ui, workspace, commands);
    }

    fn escape(&self, workspace: &Workspace) -> Option<Command> {
        let reviewing = workspace.parts.get::<LabelsState>().review.is_some();
        reviewing.then(|| Command::from(LabelsCommand::EndReview))
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        let own = view.parts.get_mut::<LabelsView>();
        show(ui, workspace, own, commands);
    }
}

impl Part for LabelsView {}
