//! The gates' pane.

use egui::{Frame, Margin, RichText, ScrollArea, TextEdit, Ui};
use egui_material_icons::icons::{
    ICON_CLOSE, ICON_FILTER_ALT, ICON_HIGHLIGHT_ALT, ICON_POLYLINE, ICON_VISIBILITY,
    ICON_VISIBILITY_OFF,
};

use super::command::GatesCommand;
use super::state::GatesState;
use super::tree_editor;
use crate::model::command::{Command, SelectMode};
use crate::model::scatter::{Axes, Tool};
use crate::model::state::Workspace;
use cytolance_plot::charts::group_color;
use cytolance_plot::figure::Ink;
use cytolance_profile::{ColumnInfo, Gate, GateShape, Side, thousands};
use cytolance_widgets::{adder, empty_state, heading, icon_button, parse_number, tokens};

/// Texts being typed.
#[derive(Default)]
pub struct GatesView {
    /// The gate that gets another name, and the name so far.
    renaming: Option<(String, String)>,
    /// Whether the field for it has had the keyboard.
    naming_begun: bool,
    /// The gate whose value is typed, and the text so far.
    value: Option<(String, String)>,
}

/// The pane.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut GatesView,
    commands: &mut Vec<Command>,
) {
    commands.push(Command::from(GatesCommand::Want));
    let gates = workspace.parts.get::<GatesState>();
    Frame::new()
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let mut drawing = gates.drawing;
                if ui
                    .checkbox(&mut drawing, "draw gates")
                    .on_hover_text("What you draw on the scatter plot with lasso (L) or box (B) becomes a gate instead of a selection")
                    .changed()
                {
                    commands.push(Command::from(GatesCommand::SetDrawing(drawing)));
                    if drawing && workspace.scatter.tool == Tool::Pan {
                        commands.push(Command::SetTool(Tool::Lasso));
                    }
                }
                let numeric = |column: &ColumnInfo| column.kind.is_number();
                let (text, hint) = ("add a threshold", "A gate above or below a value");
                if let Some(column) = adder(ui, &workspace.columns, text, hint, &numeric) {
                    let value = workspace
                        .explorer
                        .cached(&column)
                        .and_then(|column| column.range())
                        .map_or(0.0, |(low, high)| f64::midpoint(low, high));
                    commands.push(Command::from(GatesCommand::Add(GateShape::Threshold {
                        column,
                        side: Side::Above,
                        value,
                    })));
                }
                let (text, hint) = ("add a quantile", "A gate that holds a share of the cells");
                if let Some(column) = adder(ui, &workspace.columns, text, hint, &numeric) {
                    commands.push(Command::from(GatesCommand::Add(GateShape::Quantile {
                        column,
                        side: Side::Above,
                        share: 0.95,
                    })));
                }
            });
        });
    if gates.gates.is_empty() {
        empty_state(
            ui,
            ICON_POLYLINE.codepoint,
            "No gates yet",
            "Switch on «draw gates» and draw around cells on the scatter plot, or add a threshold. Gates can be dragged, combined, and saved with the session.",
            |_| {},
        );
        return;
    }
    ScrollArea::vertical()
        .id_salt("gates")
        .auto_shrink(false)
        .show(ui, |ui| {
            for (at, gate) in gates.gates.iter().enumerate() {
                Frame::new()
                    .fill(tokens(ui).surface)
                    .corner_radius(6)
                    .inner_margin(Margin::same(8))
                    .outer_margin(Margin::symmetric(8, 3))
                    .show(ui, |ui| {
                        ui.set_min_width(ui.available_width());
                        card(ui, workspace, view, at, gate, commands);
                    });
            }
            Frame::new()
                .inner_margin(Margin::symmetric(10, 6))
                .show(ui, |ui| {
                    heading(ui, "Combined");
                    tree_editor::show(ui, gates, commands);
                    ui.horizontal(|ui| {
                        if let Some(count) = gates.counts.tree {
                            ui.label(
                                RichText::new(format!("{} cells", thousands(count)))
                                    .color(tokens(ui).text_weak),
                            );
                        }
                        if ui.button("Filter by it").clicked() {
                            commands.push(Command::from(GatesCommand::Filter));
                        }
                        if ui.button("Select").clicked() {
                            let mode = SelectMode::Replace;
                            commands.push(Command::from(GatesCommand::Select(None, mode)));
                        }
                    });
                });
        });
}

fn card(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut GatesView,
    at: usize,
    gate: &Gate,
    commands: &mut Vec<Command>,
) {
    let gates = workspace.parts.get::<GatesState>();
    let tokens = tokens(ui);
    let name = &gate.name;
    let mut asked: Vec<GatesCommand> = Vec::new();
    let mut ask = |command| asked.push(command);
    ui.horizontal(|ui| {
        if let Ink::Color([r, g, b, _]) = group_color(at, 255) {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(10.0, 16.0), egui::Sense::hover());
            ui.painter()
                .circle_filled(rect.center(), 5.0, egui::Color32::from_rgb(r, g, b));
        }
        if let Some((_, text)) = view.renaming.as_mut().filter(|(known, _)| known == name) {
            let field = ui.add(TextEdit::singleline(text).desired_width(120.0));
            if !view.naming_begun {
                field.request_focus();
                view.naming_begun = true;
            }
            let label = format!("new name of {name}");
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
            if ui.input(|input| input.key_pressed(egui::Key::Escape)) {
                view.renaming = None;
            } else if field.lost_focus() || ui.input(|input| input.key_pressed(egui::Key::Enter)) {
                ask(GatesCommand::Rename(name.clone(), text.clone()));
                view.renaming = None;
            }
        } else if ui
            .add(
                egui::Label::new(RichText::new(name).color(tokens.text))
                    .sense(egui::Sense::click()),
            )
            .on_hover_text("Double click: another name")
            .double_clicked()
        {
            view.renaming = Some((name.clone(), name.clone()));
            view.naming_begun = false;
        }
        match gates.counts.gates.get(name) {
            Some(Ok(count)) => {
                ui.label(RichText::new(thousands(*count)).color(tokens.text_weak));
            }
            Some(Err(error)) => {
                ui.label(RichText::new("?").color(tokens.error))
                    .on_hover_text(error);
            }
            None => {}
        }
    });
    shape_row(ui, view, gate, &mut ask);
    ui.horizontal(|ui| {
        let hidden = gates.hidden.contains(name);
        let icon = if hidden {
            ICON_VISIBILITY_OFF
        } else {
            ICON_VISIBILITY
        };
        if icon_button(
            ui,
            icon.codepoint,
            "Show it in plots, or not",
            &format!("show {name}"),
        )
        .clicked()
        {
            ask(GatesCommand::Hide(name.clone(), !hidden));
        }
        if icon_button(
            ui,
            ICON_HIGHLIGHT_ALT.codepoint,
            "Select its cells",
            &format!("select {name}"),
        )
        .clicked()
        {
            ask(GatesCommand::Select(
                Some(name.clone()),
                SelectMode::Replace,
            ));
        }
        if icon_button(
            ui,
            ICON_FILTER_ALT.codepoint,
            "Show its cells only",
            &format!("filter {name}"),
        )
        .clicked()
        {
            ask(GatesCommand::FilterGate(name.clone()));
        }
        if icon_button(
            ui,
            ICON_CLOSE.codepoint,
            "Take it away",
            &format!("remove {name}"),
        )
        .clicked()
        {
            ask(GatesCommand::Remove(name.clone()));
        }
        if let [x, y] = gate.shape.columns().as_slice()
            && ui
                .small_button("show plot")
                .on_hover_text("Puts its columns on the axes")
                .clicked()
        {
            commands.push(Command::SetAxes(Axes {
                x: Some((*x).to_owned()),
                y: Some((*y).to_owned()),
                ..workspace.scatter.axes.clone()
            }));
        }
    });
    commands.extend(asked.into_iter().map(Command::from));
}

/// What the gate is, with what can be typed.
fn shape_row(ui: &mut Ui, view: &mut GatesView, gate: &Gate, ask: &mut dyn FnMut(GatesCommand)) {
    let weak = tokens(ui).text_weak;
    let columns = gate.shape.columns().join(" × ");
    ui.label(RichText::new(columns).small().color(weak));
    let (side, number) = match &gate.shape {
        GateShape::Threshold { side, value, .. } => (*side, *value),
        GateShape::Quantile { side, share, .. } => (*side, *share),
        GateShape::Rectangle { .. } | GateShape::Polygon { .. } => return,
    };
    let with = |side: Side, number: f64| match gate.shape.clone() {
        GateShape::Threshold { column, .. } => GateShape::Threshold {
            column,
            side,
            value: number,
        },
        GateShape::Quantile { column, .. } => GateShape::Quantile {
            column,
            side,
            share: number.clamp(0.0, 1.0),
        },
        other => other,
    };
    ui.horizontal(|ui| {
        for (own, name) in [(Side::Above, "at least"), (Side::Below, "at most")] {
            if ui.selectable_label(side == own, name).clicked() && side != own {
                ask(GatesCommand::Reshape(gate.name.clone(), with(own, number)));
            }
        }
        let editing = view
            .value
            .as_ref()
            .is_some_and(|(known, _)| *known == gate.name);
        let mut text = if editing {
            view.value
                .as_ref()
                .map(|(_, text)| text.clone())
                .unwrap_or_default()
        } else {
            // Whole, because what stands here is written back.
            number.to_string()
        };
        let field = ui.add(TextEdit::singleline(&mut text).desired_width(80.0));
        let label = format!("value of {}", gate.name);
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
        if field.lost_focus() {
            if let Some(number) = parse_number(&text).filter(|_| editing) {
                ask(GatesCommand::Reshape(gate.name.clone(), with(side, number)));
            }
            view.value = None;
        } else if field.has_focus() {
            view.value = Some((gate.name.clone(), text));
        }
        if matches!(gate.shape, GateShape::Quantile { .. }) {
            ui.label(RichText::new("quantile of all cells").small().color(weak));
        }
    });
}
