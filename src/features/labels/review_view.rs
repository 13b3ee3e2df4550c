//! Review: begin it, and where it is.

use egui::{RichText, TextEdit, Ui};
use egui_material_icons::icons::{ICON_ARROW_BACK, ICON_ARROW_FORWARD, ICON_CLOSE};

use super::command::LabelsCommand;
use super::pane::LabelsView;
use super::state::{LabelsState, ReviewKind};
use crate::model::command::Command;
use crate::model::state::Workspace;
use cytolance_profile::thousands;
use cytolance_widgets::{heading, icon_button, tokens};

/// Cells of a random sample, where nothing else is typed.
const SAMPLE: usize = 50;

/// The ways to begin.
pub(super) fn section(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut LabelsView,
    commands: &mut Vec<Command>,
) {
    let weak = tokens(ui).text_weak;
    heading(ui, "Review");
    ui.label(
        RichText::new("One cell after the other; a key marks it and goes on to the next.")
            .color(weak),
    );
    let mut start = |kind| commands.push(Command::from(LabelsCommand::StartReview(kind)));
    ui.horizontal_wrapped(|ui| {
        if ui
            .button("Unmarked cells")
            .on_hover_text("The shown cells without a mark, in the table's order")
            .clicked()
        {
            start(ReviewKind::Unmarked);
        }
        if ui
            .button("All shown cells")
            .on_hover_text("In the table's order")
            .clicked()
        {
            start(ReviewKind::Shown);
        }
    });
    ui.horizontal(|ui| {
        if ui.button("Random sample of").clicked() {
            start(ReviewKind::Sample {
                count: view.sample.trim().parse().unwrap_or(SAMPLE),
                seed: view.seed.trim().parse().unwrap_or(1),
            });
        }
        let count = ui.add(
            TextEdit::singleline(&mut view.sample)
                .hint_text(SAMPLE.to_string())
                .desired_width(44.0),
        );
        count.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "sample size"));
        let label = ui.label(RichText::new("seed").color(weak));
        ui.add(
            TextEdit::singleline(&mut view.seed)
                .hint_text("1")
                .desired_width(44.0),
        )
        .labelled_by(label.id);
    });
    bar(ui, workspace, commands);
}

/// How far the review is, and the ways on, back and out.
pub(super) fn bar(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let review = &workspace.parts.get::<LabelsState>().review;
    let (Some(review), Some(label)) = (review, workspace.labels.active()) else {
        return;
    };
    let tokens = tokens(ui);
    let total = review.queue.len();
    ui.horizontal_wrapped(|ui| {
        if icon_button(
            ui,
            ICON_ARROW_BACK.codepoint,
            "The cell before (Backspace)",
            "review back",
        )
        .clicked()
        {
            commands.push(Command::from(LabelsCommand::StepReview(-1)));
        }
        if icon_button(
            ui,
            ICON_ARROW_FORWARD.codepoint,
            "Leave this one as it is (Enter)",
            "review on",
        )
        .clicked()
        {
            commands.push(Command::from(LabelsCommand::StepReview(1)));
        }
        let text = if review.at >= total {
            format!("Review done: {} cells", thousands(total))
        } else {
            format!(
                "Review: {} of {}",
                thousands(review.at + 1),
                thousands(total)
            )
        };
        ui.label(RichText::new(text).color(tokens.text));
        let bar = egui::ProgressBar::new(review.at as f32 / total.max(1) as f32)
            .desired_width(90.0)
            .desired_height(6.0);
        ui.add(bar);
        if icon_button(
            ui,
            ICON_CLOSE.codepoint,
            "End the review (Escape)",
            "end review",
        )
        .clicked()
        {
            commands.push(Command::from(LabelsCommand::EndReview));
        }
        // What was decided so far, of at most the cells that were seen.
        let seen = review.queue.get(..review.at.min(total)).unwrap_or_default();
        if seen.len() <= 20_000 {
            let mut counts = vec![0_usize; label.spec.classes.len()];
            for row in seen {
                let code = label.code(*row);
                if let Some(at) = (0..counts.len()).find(|at| label.class_code(*at) == Some(code)) {
                    counts[at] += 1;
                }
            }
            let parts: Vec<String> = label
                .spec
                .classes
                .iter()
                .zip(counts)
                .filter(|(_, count)| *count > 0)
                .map(|(class, count)| format!("{count} {}", class.name))
                .collect();
            ui.label(
                RichText::new(parts.join(", "))
                    .small()
                    .color(tokens.text_weak),
            );
        }
    });
}
