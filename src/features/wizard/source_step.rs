//! The first step: a folder or file, and what was found in it.

use egui::{Align, Frame, Layout, Margin, RichText, ScrollArea, Stroke, TextEdit, Ui, vec2};
use egui_material_icons::icons::ICON_UPLOAD_FILE;

use super::account::LEFT_ALONE;
use super::command::{WizardCommand, WizardPick};
use super::pieces::{self, Pane, card, fact, weak};
use super::state::Found;
use super::words;
use cytolance_import::{format_faces, source_kinds};
use cytolance_profile::thousands;
use cytolance_widgets::theme::{RADIUS_LARGE, SPACE_SMALL};
use cytolance_widgets::{ICONS, SEMIBOLD, primary_button, tokens};

pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    drop_area(ui, pane);
    ui.add_space(8.0);
    if pane.wizard.finding.is_running() {
        ui.horizontal(|ui| {
            ui.spinner();
            weak(ui, "Looking what is there…");
        });
        return;
    }
    if let Some(error) = &pane.wizard.source_error {
        pieces::error(ui, error);
        ui.add_space(8.0);
    }
    if let Some(found) = &pane.wizard.found {
        found_card(ui, pane, found);
    } else {
        card(ui, "What can be imported", |ui| {
            for face in format_faces() {
                fact(ui, face.label, face.written);
            }
            fact(
                ui,
                "A folder of these",
                "one export a plate, well or site: all of them become one dataset",
            );
            weak(
                ui,
                "Pictures and masks are found in the next steps. A saved plan (plan.toml) can be opened here, too.",
            );
        });
    }
}

fn drop_area(ui: &mut Ui, pane: &mut Pane<'_>) {
    let tokens = tokens(ui);
    let hovering = ui.input(|input| !input.raw.hovered_files.is_empty());
    let stroke = if hovering { tokens.accent } else { tokens.line };
    Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(1.0, stroke))
        .corner_radius(RADIUS_LARGE)
        .inner_margin(Margin::same(24))
        .show(ui, |ui| {
            ui.with_layout(Layout::top_down(Align::Center), |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = SPACE_SMALL;
                ui.label(
                    RichText::new(ICON_UPLOAD_FILE.codepoint)
                        .font(egui::FontId::new(
                            36.0,
                            egui::FontFamily::Name(ICONS.into()),
                        ))
                        .color(tokens.text_weak),
                );
                ui.label(
                    RichText::new("Drop a folder or a file here")
                        .font(egui::FontId::new(
                            15.0,
                            egui::FontFamily::Name(SEMIBOLD.into()),
                        ))
                        .color(tokens.text),
                );
                weak(ui, "or choose it, or type where it is");
                ui.add_space(8.0);
                path_row(ui, pane);
            });
        });
}

fn path_row(ui: &mut Ui, pane: &mut Pane<'_>) {
    let width = ui.available_width().min(760.0);
    ui.allocate_ui_with_layout(
        vec2(width, 28.0),
        Layout::left_to_right(Align::Center),
        |ui| {
            if ui.button("Choose a folder…").clicked() {
                pane.send(WizardCommand::Pick(WizardPick::SourceFolder));
            }
            if ui.button("Choose a file…").clicked() {
                pane.send(WizardCommand::Pick(WizardPick::SourceFile));
            }
            let label = ui.label("Path");
            let mut text = pane.wizard.source_text.clone();
            let field = ui
                .add(
                    TextEdit::singleline(&mut text)
                        .hint_text("/data/plate-7")
                        .desired_width((ui.available_width() - 76.0).max(80.0)),
                )
                .labelled_by(label.id);
            let enter = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            if field.changed() {
                pane.send(WizardCommand::TypeSource(text.clone()));
            }
            let ready = !text.trim().is_empty();
            let fresh = pane.wizard.found.is_none();
            let button = if fresh {
                primary_button(ui, "Look")
            } else {
                egui::Button::new("Look")
            };
            if ui.add_enabled(ready, button).clicked() || (enter && ready) {
                pane.send(WizardCommand::ImportFrom(text));
            }
        },
    );
}

fn found_card(ui: &mut Ui, pane: &mut Pane<'_>, found: &Found) {
    card(ui, "Found", |ui| {
        let kinds =
            source_kinds().filter(|kind| found.exports.iter().any(|export| export.kind == *kind));
        let several = kinds.clone().count() > 1;
        if several && pane.options.kind.is_none() {
            pieces::warning(
                ui,
                "There are several kinds of export here. Which one is meant?",
            );
        }
        for kind in kinds {
            let of_kind = found.exports.iter().filter(|export| export.kind == kind);
            let (number, bytes) = of_kind.fold((0, 0), |(number, bytes), export| {
                (number + 1, bytes + export.bytes)
            });
            if number > 0 {
                let text = format!(
                    "{} with {} of tables",
                    words::count(number, "export", "exports"),
                    words::bytes(bytes)
                );
                if several {
                    let label = format!("{}: {text}", kind.face().label);
                    ui.radio_value(&mut pane.options.kind, Some(kind), label);
                } else {
                    fact(ui, kind.face().label, &text);
                }
            }
        }
        if several && pane.options.kind.is_none() {
            return;
        }
        if found.exports.len() > 1 {
            let names: Vec<String> = found
                .exports
                .iter()
                .map(|export| format!("{}  ·  {}", export.name, words::bytes(export.bytes)))
                .collect();
            pieces::lines(ui, "Exports", names.len(), &names);
        }
        // Later the account of the tables lists them, with what the plan leaves out.
        let unplanned = pane.wizard.planned.is_none() || pane.wizard.failure.is_some();
        if unplanned && !found.left_alone.is_empty() {
            let left_alone = &found.left_alone;
            pieces::lines(ui, LEFT_ALONE, left_alone.len(), left_alone);
        }
        if pane.wizard.planned.is_none() && pane.wizard.failure.is_none() {
            ui.horizontal(|ui| {
                ui.spinner();
                weak(ui, "Reading the tables and joining them…");
            });
        }
    });
    if found.is_ambiguous() && pane.options.kind.is_none() {
        return;
    }
    if let Some(failure) = &pane.wizard.failure {
        pieces::error(ui, &failure.text);
        if failure.step != super::state::Step::Source {
            let label = format!("Go to {}", failure.step.title());
            if ui.button(label).clicked() {
                pane.send(WizardCommand::GoTo(failure.step));
            }
        }
        return;
    }
    let Some(planned) = &pane.wizard.planned else {
        return;
    };
    let preview = &planned.preview;
    card(ui, "What it holds", |ui| {
        fact(
            ui,
            "Rows",
            &format!(
                "{}, {}",
                thousands(preview.rows),
                if preview.rows_are.is_profile() {
                    preview.rows_are.rows().to_owned()
                } else {
                    format!("one for each of the {}", preview.primary)
                }
            ),
        );
        let objects: Vec<&str> = preview
            .objects
            .iter()
            .map(|object| object.name.as_str())
            .collect();
        fact(ui, "Objects", &objects.join(", "));
        fact(ui, "Fields of view", &thousands(preview.fields));
        fact(ui, "Columns", &thousands(preview.columns));
        let pictures = if !preview.images.stored.is_empty() {
            "in the source itself".to_owned()
        } else if preview.images.expected == 0 {
            "the export names none".to_owned()
        } else {
            format!(
                "{} found of {} that the export names",
                thousands(preview.images_found),
                thousands(preview.images.expected)
            )
        };
        fact(ui, "Pictures", &pictures);
        if !preview.channel_sources.is_empty() {
            fact(ui, "Channels", &preview.channel_sources.join(", "));
        }
        ui.add_space(4.0);
        ScrollArea::neither().show(ui, |ui| {
            pieces::sums_table(ui, "source", &planned.account.sums);
        });
        pieces::notes(ui, &planned.account.notes);
    });
}
