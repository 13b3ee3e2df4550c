//! The labels' pane: classes and their counts, saving, review, history.

use egui::{Frame, Margin, RichText, ScrollArea, TextEdit, Ui};
use egui_material_icons::icons::{
    ICON_ADD, ICON_FILTER_ALT, ICON_PALETTE, ICON_REDO, ICON_SAVE, ICON_UNDO,
};

use super::command::LabelsCommand;
use super::state::LabelsState;
use super::{history_view, review_view};
use crate::model::command::Command;
use crate::model::labels::LabelColumn;
use crate::model::state::Workspace;
use cytolance_profile::thousands;
use cytolance_widgets::{heading, icon_button, primary_button, tokens};

/// Texts being typed.
#[derive(Default)]
pub struct LabelsView {
    new_class: String,
    new_column: String,
    author: Option<String>,
    pub(super) sample: String,
    pub(super) seed: String,
    pub(super) merge_path: String,
    pub(super) sides: [Option<super::Side>; 2],
}

/// The pane.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut LabelsView,
    commands: &mut Vec<Command>,
) {
    let labels = &workspace.labels;
    ScrollArea::vertical()
        .id_salt("labels")
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::symmetric(10, 6))
                .show(ui, |ui| {
                    let Some(label) = labels.active() else {
                        ui.horizontal(|ui| {
                            ui.spinner();
                            ui.label("reading the labels");
                        });
                        return;
                    };
                    columns(ui, workspace, view, commands);
                    classes(ui, label, view, commands);
                    ui.add_space(6.0);
                    saving(ui, workspace, label, commands);
                    conflicts(ui, workspace, commands);
                    ui.separator();
                    review_view::section(ui, workspace, view, commands);
                    ui.separator();
                    author(ui, view, commands);
                    history_view::section(ui, workspace, view, commands);
                });
        });
}

fn columns(ui: &mut Ui, workspace: &Workspace, view: &mut LabelsView, commands: &mut Vec<Command>) {
    let labels = &workspace.labels;
    ui.horizontal_wrapped(|ui| {
        for (at, label) in labels.columns.iter().enumerate() {
            if ui
                .selectable_label(at == labels.active, &label.spec.column)
                .on_hover_text("Keys 1 to 9 mark in this column")
                .clicked()
            {
                commands.push(Command::from(LabelsCommand::SetActive(at)));
            }
        }
    });
    ui.horizontal(|ui| {
        let field = ui.add(
            TextEdit::singleline(&mut view.new_column)
                .hint_text("another label, such as Phenotype")
                .desired_width(180.0),
        );
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let add = icon_button(
            ui,
            ICON_ADD.codepoint,
            "A label column of its own, with its own classes",
            "add label column",
        );
        if (add.clicked() || entered) && !view.new_column.trim().is_empty() {
            let name = std::mem::take(&mut view.new_column);
            commands.push(Command::from(LabelsCommand::AddColumn(name)));
        }
    });
}

fn classes(ui: &mut Ui, label: &LabelColumn, view: &mut LabelsView, commands: &mut Vec<Command>) {
    let weak = tokens(ui).text_weak;
    for (at, class) in label.spec.classes.iter().enumerate() {
        ui.horizontal(|ui| {
            let mut color = class.color;
            if ui
                .color_edit_button_srgb(&mut color)
                .on_hover_text("Colour of this class")
                .changed()
            {
                commands.push(Command::from(LabelsCommand::SetColor(at, color)));
            }
            let key = if at < 9 {
                format!("{}", at + 1)
            } else {
                String::new()
            };
            ui.label(RichText::new(key).monospace().color(weak));
            let button = egui::Button::new(&class.name).min_size(egui::vec2(110.0, 24.0));
            if ui
                .add(button)
                .on_hover_text("Mark the current cell, or the selected ones")
                .clicked()
            {
                commands.push(Command::from(LabelsCommand::Mark(Some(at))));
            }
            ui.label(RichText::new(thousands(label.count(at))).color(weak));
            if icon_button(
                ui,
                ICON_FILTER_ALT.codepoint,
                "Show only these cells",
                &format!("filter {}", class.name),
            )
            .clicked()
            {
                commands.push(Command::from(LabelsCommand::Filter(Some(at))));
            }
        });
    }
    ui.horizontal(|ui| {
        let field = ui.add(
            TextEdit::singleline(&mut view.new_class)
                .hint_text("another class")
                .desired_width(140.0),
        );
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let add = icon_button(ui, ICON_ADD.codepoint, "Add this class", "add class");
        if (add.clicked() || entered) && !view.new_class.trim().is_empty() {
            let name = std::mem::take(&mut view.new_class);
            commands.push(Command::from(LabelsCommand::AddClass(name)));
        }
        if ui
            .button("Unmark")
            .on_hover_text("Take the mark away (Delete)")
            .clicked()
        {
            commands.push(Command::from(LabelsCommand::Mark(None)));
        }
        if icon_button(
            ui,
            ICON_PALETTE.codepoint,
            "Colour the scatter plot by this label",
            "colour plot by label",
        )
        .clicked()
        {
            commands.push(Command::from(LabelsCommand::ColorPlot));
        }
    });
}

fn saving(ui: &mut Ui, workspace: &Workspace, label: &LabelColumn, commands: &mut Vec<Command>) {
    let (labels, state) = (&workspace.labels, workspace.parts.get::<LabelsState>());
    let weak = tokens(ui).text_weak;
    let rows = workspace.dataset.num_rows();
    ui.label(
        RichText::new(format!(
            "{} of {} cells marked",
            thousands(label.num_marked()),
            thousands(rows)
        ))
        .color(weak),
    );
    ui.horizontal(|ui| {
        let unsaved = labels.num_unsaved();
        let title = if state.read_only.is_some() {
            "Save beside"
        } else {
            "Save"
        };
        let button = primary_button(ui, title);
        if ui
            .add_enabled(labels.is_dirty() && !state.saving, button)
            .on_hover_text("Write all marks as one new version of the dataset (Ctrl+S)")
            .clicked()
        {
            commands.push(Command::from(LabelsCommand::Save));
        }
        let text = if state.saving {
            "saving".to_owned()
        } else if labels.is_dirty() {
            format!("{} not saved", thousands(unsaved))
        } else {
            "all saved".to_owned()
        };
        ui.label(RichText::new(text).color(weak));
        ui.add_enabled_ui(!state.undo.is_empty(), |ui| {
            if icon_button(ui, ICON_UNDO.codepoint, "Undo (Ctrl+Z)", "undo mark").clicked() {
                commands.push(Command::from(LabelsCommand::Undo));
            }
        });
        ui.add_enabled_ui(!state.redo.is_empty(), |ui| {
            if icon_button(ui, ICON_REDO.codepoint, "Redo (Ctrl+Shift+Z)", "redo mark").clicked() {
                commands.push(Command::from(LabelsCommand::Redo));
            }
        });
    });
    if let Some(reason) = &state.read_only {
        ui.label(
            RichText::new(format!(
                "The dataset is only read: {reason}. Marks are written to a file beside it."
            ))
            .color(tokens(ui).warn),
        );
    }
}

fn conflicts(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let conflicts = &workspace.parts.get::<LabelsState>().conflicts;
    if conflicts.is_empty() {
        return;
    }
    let tokens = tokens(ui);
    ui.separator();
    heading(ui, "Marked otherwise by somebody else");
    ui.horizontal(|ui| {
        for (mine, title) in [(true, "Keep all of mine"), (false, "Take all of theirs")] {
            if ui.button(title).clicked() {
                commands.push(Command::from(LabelsCommand::Settle { at: None, mine }));
            }
        }
    });
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "no mark".to_owned());
    ScrollArea::vertical()
        .id_salt("conflicts")
        .max_height(180.0)
        .show_rows(ui, 24.0, conflicts.len(), |ui, range| {
            for at in range {
                let Some(conflict) = conflicts.get(at) else {
                    continue;
                };
                ui.horizontal(|ui| {
                    if ui
                        .link(format!("cell {}", u64::from(conflict.row) + 1))
                        .clicked()
                    {
                        commands.push(Command::Look(conflict.row));
                    }
                    ui.label(RichText::new(&conflict.column).color(tokens.text_weak));
                    for (mine, value) in [(true, &conflict.mine), (false, &conflict.theirs)] {
                        let who = if mine { "mine" } else { "theirs" };
                        if ui.small_button(format!("{who}: {}", text(value))).clicked() {
                            commands
                                .push(Command::from(LabelsCommand::Settle { at: Some(at), mine }));
                        }
                    }
                });
            }
        });
}

fn author(ui: &mut Ui, view: &mut LabelsView, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let name = ui.label(RichText::new("saved as").color(tokens(ui).text_weak));
        let text = view.author.get_or_insert_with(String::new);
        let field = ui
            .add(
                TextEdit::singleline(text)
                    .hint_text("your name")
                    .desired_width(140.0),
            )
            .labelled_by(name.id)
            .on_hover_text("Stands in the history beside each save");
        if field.lost_focus() && !text.trim().is_empty() {
            commands.push(Command::from(LabelsCommand::SetAuthor(text.clone())));
        }
    });
}

/// The classes as a row of buttons, the current cell's one stressed: above the large picture.
pub(crate) fn strip(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let labels = &workspace.labels;
    let (Some(label), Some(row)) = (labels.active(), workspace.cursor) else {
        return;
    };
    let tokens = tokens(ui);
    let current = label.code(row);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (at, class) in label.spec.classes.iter().enumerate().take(9) {
            let [r, g, b] = class.color;
            let color = egui::Color32::from_rgb(r, g, b);
            let is_it = label.class_code(at) == Some(current);
            let text = RichText::new(format!("{} {}", at + 1, class.name)).color(if is_it {
                tokens.text
            } else {
                tokens.text_weak
            });
            let mut button = egui::Button::new(text).min_size(egui::vec2(0.0, 24.0));
            button = if is_it {
                button.stroke(egui::Stroke::new(2.0, color))
            } else {
                button.stroke(egui::Stroke::new(1.0, tokens.line))
            };
            let response = ui.add(button).on_hover_text(format!(
                "{}: {} (key {})",
                label.spec.column,
                class.name,
                at + 1
            ));
            let line = response
                .rect
                .with_max_x(response.rect.left() + 4.0)
                .shrink2(egui::vec2(0.0, 3.0));
            ui.painter().rect_filled(line, 1.0, color);
            if response.clicked() {
                commands.push(Command::from(LabelsCommand::Mark(Some(at))));
            }
        }
        if labels.is_dirty()
            && icon_button(
                ui,
                ICON_SAVE.codepoint,
                &format!("Save {} marks (Ctrl+S)", labels.num_unsaved()),
                "save marks",
            )
            .clicked()
        {
            commands.push(Command::from(LabelsCommand::Save));
        }
    });
    review_view::bar(ui, workspace, commands);
}
