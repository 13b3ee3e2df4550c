//! A tour of five steps on whatever dataset is open, the demo plate at best.

use egui::{Align2, Context, Frame, Margin, RichText};

use crate::model::command::Command;
use crate::model::feature::PaneId;
use crate::model::state::State;
use cytolance_widgets::{medium_font, primary_button, tokens};

/// A step.
pub(crate) struct Step {
    title: &'static str,
    text: &'static str,
    /// The pane it is about.
    pane: PaneId,
}

/// All steps.
pub(crate) static STEPS: [Step; 5] = [
    Step {
        title: "Every row is a cell",
        text: "The table shows each cell's stored picture and outlines beside its features. Click a header to sort; the arrow keys go from cell to cell; the inspector at the right shows the current one, large.",
        pane: PaneId("table"),
    },
    Step {
        title: "Points are cells, too",
        text: "Hover over the plot to see the cell behind a point. Press L and draw around a cloud: these cells are selected in every pane. Filters at the left narrow down what all of them show.",
        pane: PaneId("scatter"),
    },
    Step {
        title: "Look at many at once",
        text: "The gallery (G) shows the same cells as a grid of crops, in the table's order, grouped by well or label if you like. The plate (W) shows where they come from; the field of view (F) shows their neighbours.",
        pane: PaneId("gallery"),
    },
    Step {
        title: "Let the numbers propose",
        text: "Outlier rules (O) find badly segmented cells by z-scores; drag a threshold and watch the count. Select what they find, look at it in the gallery, and ask what sets it apart.",
        pane: PaneId("rules"),
    },
    Step {
        title: "Decide, save, go on",
        text: "Keys 1, 2, 3 mark a cell pass, fail or unsure and move on; Ctrl+Z takes it back; Ctrl+S saves one new version of the dataset. Ctrl+E exports; Ctrl+P finds every command.",
        pane: PaneId("labels"),
    },
];

/// Shows the current step in a corner, beside what it is about.
pub(crate) fn show(context: &Context, state: &State, commands: &mut Vec<Command>) {
    let Some((at, step)) = state.tour.and_then(|at| Some((at, STEPS.get(at)?))) else {
        return;
    };
    egui::Area::new(egui::Id::unique("tour"))
        .anchor(Align2::CENTER_BOTTOM, [0.0, -48.0])
        .order(egui::Order::Foreground)
        .show(context, |ui| {
            let tokens = tokens(ui);
            Frame::new()
                .fill(tokens.raised)
                .stroke(egui::Stroke::new(1.5, tokens.accent))
                .corner_radius(8)
                .inner_margin(Margin::symmetric(18, 14))
                .show(ui, |ui| {
                    ui.set_max_width(460.0);
                    ui.label(
                        RichText::new(format!("{} of {}: {}", at + 1, STEPS.len(), step.title))
                            .font(medium_font(15.0))
                            .color(tokens.text),
                    );
                    ui.label(RichText::new(step.text).color(tokens.text));
                    ui.add_space(6.0);
                    ui.horizontal(|ui| {
                        let mut go = |to: Option<usize>| {
                            commands.push(Command::Tour(to));
                            if let Some(step) = to.and_then(|to| STEPS.get(to)) {
                                commands.push(Command::ShowPane(step.pane));
                            }
                        };
                        let last = at + 1 == STEPS.len();
                        let next = if last { "Done" } else { "Next" };
                        if ui.add(primary_button(ui, next)).clicked() {
                            go((!last).then_some(at + 1));
                        }
                        if at > 0 && ui.button("Back").clicked() {
                            go(Some(at - 1));
                        }
                        if !last && ui.button("End the tour").clicked() {
                            go(None);
                        }
                    });
                });
        });
}
