//! The pane as one of the window's.

use egui::Ui;

use super::{GatesCommand, GatesView, overlay, show};
use crate::model::command::{Area, Command};
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::parts::Part;
use crate::model::plot_frame::PlotFrame;
use crate::model::state::Workspace;
use crate::model::view::PaneView;

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
        workspace.gates.thresholds_on(column)
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
        workspace.gates.drawing.then_some(becomes_gate)
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
