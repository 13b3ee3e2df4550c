//! The features that set the selection apart.

use std::sync::Arc;

use egui::{
    Align, Color32, Label, Layout, Mesh, Rect, RichText, Sense, Shape, Stroke, Ui, pos2, vec2,
};
use egui_material_icons::icons::{ICON_FILTER_ALT, ICON_PALETTE, ICON_SWAP_HORIZ, ICON_SWAP_VERT};

use super::command::RulesCommand;
use super::state::{FoundFeatures, RulesState};
use crate::model::command::Command;
use crate::model::scatter::Axes;
use crate::model::state::Workspace;
use cytolance_explore::{HistogramPair, Suggestion, Suggestions};
use cytolance_profile::{Condition, thousands};
use cytolance_widgets::{format_number, heading, icon_button, tokens};

/// Height of a pair of histograms.
const HEIGHT: f32 = 30.0;

/// The section.
pub(super) fn show(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let weak = tokens(ui).text_weak;
    heading(ui, "Suggest");
    let selected = workspace.num_selected;
    let searching = workspace.parts.get::<RulesState>().suggesting.is_some();
    if selected == 0 {
        let text = "Select cells in the plot, the table or the gallery; then the features that set them apart from the \
                    other shown cells are looked for.";
        ui.label(RichText::new(text).color(weak));
    }
    ui.horizontal_wrapped(|ui| {
        let button = egui::Button::new("What sets it apart?");
        let hint = "Compare the selection with the other shown cells in every feature";
        let button = ui.add_enabled(selected > 0 && !searching, button);
        if button.on_hover_text(hint).clicked() {
            commands.push(Command::from(RulesCommand::Suggest));
        }
        if searching {
            ui.spinner();
        } else if selected > 0 {
            let text = format!("{} selected cells", thousands(selected));
            ui.label(RichText::new(text).color(weak));
        }
    });
    let Some(found) = &workspace.parts.get::<RulesState>().suggestions else {
        return;
    };
    match &found.outcome {
        Err(error) => {
            ui.label(RichText::new(error).color(tokens(ui).error));
        }
        Ok(suggestions) => {
            ui.label(
                RichText::new(about(workspace, found, suggestions))
                    .small()
                    .color(weak),
            );
            if suggestions.features.is_empty() {
                ui.label("No feature differs.");
            }
            for suggestion in &suggestions.features {
                ui.push_id(&suggestion.feature, |ui| {
                    line(ui, workspace, suggestion, commands);
                });
            }
        }
    }
}

/// What was compared.
fn about(workspace: &Workspace, found: &FoundFeatures, suggestions: &Suggestions) -> String {
    let mut text = format!(
        "{} cells against {} in {} features, in robust standard deviations",
        thousands(suggestions.selected),
        thousands(suggestions.rest),
        thousands(suggestions.compared)
    );
    let [selected, rest] = suggestions.looked_at;
    if (selected, rest) != (suggestions.selected, suggestions.rest) {
        text = format!(
            "{text}; from a random sample of {} and {} of them",
            thousands(selected),
            thousands(rest)
        );
    }
    let is_current = Arc::ptr_eq(&found.selection, &workspace.selection)
        && Arc::ptr_eq(&found.shown, &workspace.shown);
    if !is_current {
        text.push_str(". The selection or the filters have changed since.");
    }
    text
}

/// The side of the selection's values on which it differs, as a filter.
pub(super) fn range_of(suggestion: &Suggestion) -> Condition {
    let [low, high] = suggestion.middle;
    let (min, max) = if suggestion.effect > 0.0 {
        (low, f64::INFINITY)
    } else {
        (f64::NEG_INFINITY, high)
    };
    Condition::Range {
        column: suggestion.feature.clone(),
        min,
        max,
    }
}

fn line(ui: &mut Ui, workspace: &Workspace, suggestion: &Suggestion, commands: &mut Vec<Command>) {
    let tokens = tokens(ui);
    let feature = &suggestion.feature;
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 60.0).max(40.0);
        let layout = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(vec2(width, 18.0), layout, |ui| {
            ui.set_min_width(width);
            ui.add(Label::new(RichText::new(feature).color(tokens.text)).truncate())
                .on_hover_text(feature);
        });
        let hint = format!(
            "median {} in the selection, {} in the rest",
            format_number(suggestion.median),
            format_number(suggestion.median_rest)
        );
        ui.label(RichText::new(format!("{:+.1}", suggestion.effect)).color(tokens.text))
            .on_hover_text(hint);
    });
    ui.horizontal(|ui| {
        let buttons = 4.0 * (24.0 + ui.spacing().item_spacing.x);
        let width = (ui.available_width() - buttons).max(40.0);
        let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
        paint_pair(ui, rect, &suggestion.histograms);
        let histograms = &suggestion.histograms;
        response.on_hover_text(format!(
            "{} to {}: the selection in colour, the rest grey, each to its own height",
            format_number(histograms.min),
            format_number(histograms.max)
        ));
        let axes = &workspace.scatter.axes;
        let buttons = [
            (
                ICON_FILTER_ALT,
                "Filter by the side on which the selection lies",
                "filter",
                Command::AddFilter(range_of(suggestion)),
            ),
            (
                ICON_PALETTE,
                "Colour the scatter plot by it",
                "colour",
                Command::SetAxes(Axes {
                    color: Some(feature.clone()),
                    ..axes.clone()
                }),
            ),
            (
                ICON_SWAP_HORIZ,
                "Horizontal axis of the scatter plot",
                "x axis",
                Command::SetAxes(Axes {
                    x: Some(feature.clone()),
                    ..axes.clone()
                }),
            ),
            (
                ICON_SWAP_VERT,
                "Vertical axis of the scatter plot",
                "y axis",
                Command::SetAxes(Axes {
                    y: Some(feature.clone()),
                    ..axes.clone()
                }),
            ),
        ];
        for (icon, hint, word, command) in buttons {
            let label = format!("{word} {feature}");
            if icon_button(ui, icon.codepoint, hint, &label).clicked() {
                commands.push(command);
            }
        }
    });
    if !suggestion.similar.is_empty() {
        let names: Vec<String> = suggestion
            .similar
            .iter()
            .take(20)
            .map(|(name, r)| format!("{name} (r = {r:.2})"))
            .collect();
        let text = format!("similar: {}", suggestion.similar.len());
        ui.label(RichText::new(text).small().color(tokens.text_weak))
            .on_hover_text(names.join("\n"));
    }
}

/// The rest in grey, the selection over it in colour, each to its own height.
fn paint_pair(ui: &Ui, rect: Rect, pair: &HistogramPair) {
    let tokens = tokens(ui);
    let painter = ui.painter();
    painter.add(bars(
        rect,
        &pair.rest,
        tokens.text_weak.gamma_multiply(0.45),
    ));
    painter.add(bars(
        rect,
        &pair.selected,
        tokens.accent.gamma_multiply(0.75),
    ));
    let line = Stroke::new(1.0, tokens.text_weak.gamma_multiply(0.5));
    painter.hline(rect.x_range(), rect.bottom(), line);
}

fn bars(rect: Rect, counts: &[u32], color: Color32) -> Shape {
    let mut mesh = Mesh::default();
    let top = counts.iter().max().copied().unwrap_or(0).max(1) as f32;
    let width = rect.width() / counts.len().max(1) as f32;
    for (bin, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = (*count as f32 / top * (rect.height() - 1.0)).max(1.0);
        let left = rect.left() + bin as f32 * width;
        let corner = pos2(left, rect.bottom() - height);
        let bar = Rect::from_min_max(corner, pos2(left + width, rect.bottom()));
        mesh.add_colored_rect(bar, color);
    }
    Shape::mesh(mesh)
}
