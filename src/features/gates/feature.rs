//! The pane as one of the window's.

use egui::Ui;

use super::{GatesCommand, GatesState, GatesView, overlay, session, show};
use crate::model::command::{Area, Command, SelectMode};
use crate::model::feature::{Face, Feature, Offer, PaneId, Place};
use crate::model::job::Job;
use crate::model::parts::Part;
use crate::model::plot_frame::PlotFrame;
use crate::model::state::{State, Workspace};
use crate::model::view::PaneView;
use cytolance_session::SessionFile;

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

    fn thresholds_on(&self, workspace: &Workspace, column: &str) -> Vec<(String, f64)> {
        workspace.parts.get::<GatesState>().thresholds_on(column)
    }

    fn over_plot(
        &self,
        ui: &Ui,
        workspace: &Workspace,
        plot: &PlotFrame,
        commands: &mut Vec<Command>,
    ) {
        overlay(ui, workspace, plot, commands);
    }

    fn takes_area(&self, workspace: &Workspace) -> Option<fn(Area) -> Command> {
        let becomes_gate: fn(Area) -> Command = |area| Command::from(GatesCommand::Draw(area));
        workspace
            .parts
            .get::<GatesState>()
            .drawing
            .then_some(becomes_gate)
    }

    fn offers(&self, workspace: &Workspace, words: &[&str]) -> Vec<Offer> {
        let gates = workspace.parts.get::<GatesState>().gates.iter();
        let all = gates.flat_map(|gate| {
            let name = gate.name.clone();
            [
                Offer {
                    title: format!("Gate: show only the cells of {name}"),
                    command: Command::from(GatesCommand::FilterGate(name.clone())),
                },
                Offer {
                    title: format!("Gate: select the cells of {name}"),
                    command: Command::from(GatesCommand::Select(Some(name), SelectMode::Replace)),
                },
            ]
        });
        all.filter(|offer| offer.has(words)).collect()
    }

    fn save(&self, workspace: &Workspace, session: &mut SessionFile) {
        session::save(workspace, session);
    }

    fn restore(
        &self,
        state: &mut State,
        session: &SessionFile,
        notes: &mut Vec<String>,
    ) -> Vec<Job> {
        session::restore(state, session, notes);
        Vec::new()
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
