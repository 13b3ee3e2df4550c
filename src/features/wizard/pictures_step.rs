//! The third step: where the pictures are now, and how the channels are called and coloured.

use egui::{Label, RichText, Ui};
use egui_material_icons::icons::ICON_CLOSE;

use super::command::{FolderKind, WizardCommand, WizardPick};
use super::pieces::{
    self, Pane, card, error, folder_list, good, labelled_field, two_columns, warning, weak,
};
use super::state::PathDraft;
use super::{channels, examples};
use cytolance_import::{Contradicted, ImportPreview, NameChoice, OffsetChoice, PlaneRule, Remark};
use cytolance_profile::thousands;
use cytolance_widgets::{icon_button, tokens};

/// Micrometres that a person begins with where nothing is known.
const FIRST_PIXEL_SIZE: f64 = 0.65;

pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    let Some(planned) = &pane.wizard.planned else {
        return;
    };
    let preview = &planned.preview;
    two_columns(ui, 0.5, |ui, side| {
        if side == 0 {
            where_they_are(ui, pane, preview);
            path_changes(ui, pane, preview);
            file_names(ui, pane, preview);
            volumes(ui, pane, preview);
            pixel_size(ui, pane, preview);
            illumination(ui, pane, preview);
        } else {
            examples::show(ui, pane, false);
            channels::show(ui, pane);
            verification(ui, pane);
        }
    });
}

fn where_they_are(ui: &mut Ui, pane: &mut Pane<'_>, preview: &ImportPreview) {
    card(ui, "Folders with the pictures", |ui| {
        folder_list(
            ui,
            pane,
            FolderKind::Images,
            "Folder",
            "Looked for where the export recorded them, then in the export's own folder and below.",
        );
        let (found, expected) = (preview.images_found, preview.images.expected);
        if !preview.images.stored.is_empty() {
            good(
                ui,
                &format!(
                    "The source holds the pictures itself; they are copied from {}. Name a folder to cut new ones from the whole fields.",
                    preview.images.stored.join(", ")
                ),
            );
        } else if expected == 0 {
            warning(
                ui,
                "The export does not say which pictures its cells are on. The dataset will hold the measurements, without pictures.",
            );
        } else if found == 0 {
            error(
                ui,
                &format!(
                    "None of the {} pictures was found. Add the folder in which they are now, or go on: the dataset will hold the measurements, without pictures.",
                    thousands(expected)
                ),
            );
        } else if found < expected {
            let kept = preview.channels.len();
            let text = if found == kept * preview.fields {
                // Whole channels are missing, so that no field of view is.
                format!(
                    "{} of {} pictures found: all of {}. Channels without any picture are left out.",
                    thousands(found),
                    thousands(expected),
                    preview.channel_sources.join(", ")
                )
            } else {
                format!(
                    "{} of {} pictures found. Cells on a field of view that lacks one are imported without a picture.",
                    thousands(found),
                    thousands(expected)
                )
            };
            warning(ui, &text);
        } else {
            good(ui, &format!("All {} pictures found.", thousands(expected)));
        }
        if !preview.images.missing.is_empty() {
            let missing: Vec<String> = preview
                .images
                .missing
                .iter()
                .map(|line| super::failure::in_words(line))
                .collect();
            pieces::lines(ui, "Missing", missing.len(), &missing);
        }
        for column in &preview.images.no_channels {
            weak(ui, column.reason.as_str());
        }
    });
}

/// What the tried pictures say to the measured intensities, and what is to be done about those that contradict.
fn verification(ui: &mut Ui, pane: &mut Pane<'_>) {
    let Some(set) = &pane.wizard.examples else {
        return;
    };
    let (lines, offset) = (&set.examples.verification, pane.options.offset);
    if lines.is_empty() && offset.is_none() {
        return;
    }
    card(ui, "Pictures and measured intensities", |ui| {
        let mut contradictions: Vec<String> = Vec::new();
        for line in lines {
            if line.contradicted > 0 {
                warning(ui, &line.to_string());
            } else if line.verified > 0 {
                good(ui, &line.to_string());
            } else {
                weak(ui, line.to_string());
            }
            contradictions.extend(line.examples.iter().cloned());
        }
        if !contradictions.is_empty() {
            let all = contradictions.len();
            pieces::lines(ui, "Contradictions", all, &contradictions);
        }
        for [x, y] in set.examples.offsets.keys().copied() {
            warning(
                ui,
                &format!(
                    "The objects lie {x}, {y} pixels further in the pictures than they were measured."
                ),
            );
            if ui
                .button(format!("Cut crops {x}, {y} pixels further"))
                .clicked()
            {
                // From where they are cut now.
                pane.options.offset = OffsetChoice::Given([x, y]);
            }
        }
        if !offset.is_none() {
            ui.horizontal(|ui| {
                ui.label(format!("Crops are cut {offset} pixels further."));
                if ui.button("Cut them where they were measured").clicked() {
                    pane.options.offset = OffsetChoice::None;
                }
            });
        }
        for (choice, title) in [
            (Contradicted::LeaveOut, "Leave out crops that contradict"),
            (Contradicted::Keep, "Keep them, with a remark"),
        ] {
            ui.radio_value(&mut pane.options.contradicted, choice, title);
        }
    });
}

/// Plate, well and site from file names, where the tables do not say them.
fn file_names(ui: &mut Ui, pane: &mut Pane<'_>, preview: &ImportPreview) {
    let chosen = pane.options.file_names;
    if preview.names.is_none() && chosen.is_auto() {
        return;
    }
    card(ui, "Plate, well and site", |ui| {
        match &preview.names {
            Some(names) => {
                let text = format!(
                    "The tables do not say them, but the names of the pictures do: {}.",
                    names.example
                );
                ui.add(Label::new(text).wrap());
                let text = format!(
                    "{} for {} of {} fields of view",
                    names.columns.join(", "),
                    thousands(names.fit),
                    thousands(names.of)
                );
                if names.fit < names.of {
                    warning(ui, &format!("{text}; the others stay empty."));
                } else {
                    good(ui, &text);
                }
            }
            None if chosen == NameChoice::Off => {
                weak(ui, "Not read from the names of the pictures.");
            }
            None => warning(
                ui,
                "No picture is named like this, or the tables say it all.",
            ),
        }
        let title = |choice: NameChoice| match choice {
            NameChoice::Auto => "As most names are".to_owned(),
            NameChoice::Off => "Do not read file names".to_owned(),
            NameChoice::Given(naming) => format!("As {} names them", naming.title()),
        };
        egui::ComboBox::from_label("File names")
            .selected_text(title(chosen))
            .width(220.0)
            .show_ui(ui, |ui| {
                for choice in NameChoice::all() {
                    ui.selectable_value(&mut pane.options.file_names, choice, title(choice));
                }
            });
    });
}

/// Which planes of volumes are shown; nothing where the pictures are flat.
fn volumes(ui: &mut Ui, pane: &mut Pane<'_>, preview: &ImportPreview) {
    let chosen = pane.options.plane;
    if preview.volumes.is_none() && chosen.is_default() {
        return;
    }
    card(ui, "Volumes", |ui| {
        match &preview.volumes {
            Some(told_by) => {
                let text = format!("{told_by} says that the pictures have several planes each.");
                ui.add(Label::new(text).wrap());
            }
            None => {
                weak(ui, "The pictures are flat, so this says nothing.");
            }
        }
        let title = |rule: PlaneRule| match rule {
            PlaneRule::Centre => "The plane of each object's centre",
            PlaneRule::Max => "The brightest of each object's planes",
            PlaneRule::Mean => "The mean of each object's planes",
            PlaneRule::At(_) => "One plane for all",
        };
        let mut number = match chosen {
            PlaneRule::At(plane) => plane,
            _ => 0,
        };
        egui::ComboBox::from_label("Crops show")
            .selected_text(title(chosen))
            .width(260.0)
            .show_ui(ui, |ui| {
                let rules = [PlaneRule::Centre, PlaneRule::Max, PlaneRule::Mean];
                for rule in rules.into_iter().chain([PlaneRule::At(number)]) {
                    ui.selectable_value(&mut pane.options.plane, rule, title(rule));
                }
            });
        if matches!(pane.options.plane, PlaneRule::At(_)) {
            ui.horizontal(|ui| {
                let label = ui.label("Plane, counted from 0");
                let field = egui::DragValue::new(&mut number).range(0..=9_999);
                if ui.add(field).labelled_by(label.id).changed() {
                    pane.options.plane = PlaneRule::At(number);
                }
            });
        }
    });
}

/// How large a pixel is: what was found, and what the person says instead.
fn pixel_size(ui: &mut Ui, pane: &mut Pane<'_>, preview: &ImportPreview) {
    if preview.channels.is_empty() {
        return;
    }
    card(ui, "Pixel size", |ui| {
        let mut is_said = pane.options.pixel_size_um.is_some();
        match preview.pixel_size.um {
            Some(_) if is_said => {}
            Some(_) => {
                let found = super::failure::in_words(&preview.pixel_size.to_string());
                good(ui, &format!("A pixel is {found}."));
            }
            None => {
                weak(
                    ui,
                    "Neither the tables nor the pictures say how large a pixel is, or not all the same. Scale bars need it.",
                );
            }
        }
        ui.horizontal(|ui| {
            if ui.checkbox(&mut is_said, "Say it").changed() {
                let found = preview.pixel_size.um.unwrap_or(FIRST_PIXEL_SIZE);
                pane.options.pixel_size_um = is_said.then_some(found);
            }
            if let Some(um) = &mut pane.options.pixel_size_um {
                let field = egui::DragValue::new(um)
                    .range(0.001..=1000.0)
                    .speed(0.001)
                    .max_decimals(4)
                    .update_while_editing(false)
                    .suffix(" \u{b5}m");
                ui.add(field).labelled_by(ui.label("Edge of a pixel").id);
            }
        });
        for remark in &preview.remarks {
            if let Remark::Picture(remark) = remark
                && remark.is_on_pixel_size()
            {
                warning(ui, &super::failure::in_words(&remark.to_string()));
            }
        }
    });
}

/// Folders with the functions that even out the light; most imports have none, so they are closed at first.
fn illumination(ui: &mut Ui, pane: &mut Pane<'_>, preview: &ImportPreview) {
    if preview.images.expected == 0 {
        return;
    }
    card(ui, "", |ui| {
        egui::CollapsingHeader::new("Illumination correction")
            .default_open(!pane.options.illumination.is_empty())
            .show(ui, |ui| {
                folder_list(
                    ui,
                    pane,
                    FolderKind::Illumination,
                    "Folder of functions",
                    "None: the pictures are taken as they are. With the functions that the pipeline wrote (.npy, .mat), the crops are evened out as the measurements were.",
                );
            });
    });
}

fn path_changes(ui: &mut Ui, pane: &mut Pane<'_>, preview: &ImportPreview) {
    if preview.images.expected == 0 {
        return;
    }
    card(ui, "Where recorded folders are now", |ui| {
        let color = tokens(ui).text_weak;
        if preview.images.path_changes.is_empty() && pane.options.path_changes.is_empty() {
            weak(
                ui,
                if preview.images_found > 0 {
                    "The pictures are where the export recorded them."
                } else {
                    "No recorded folder was found again."
                },
            );
        }
        for change in &preview.images.path_changes {
            let recorded = if change.recorded_prefix.is_empty() {
                "(no folder recorded)"
            } else {
                &change.recorded_prefix
            };
            ui.add(
                Label::new(RichText::new(recorded).color(color))
                    .wrap()
                    .selectable(true),
            );
            ui.add(
                Label::new(format!("is now  {}", change.found_prefix))
                    .wrap()
                    .selectable(true),
            );
            weak(
                ui,
                format!(
                    "{} found there",
                    super::words::count(change.files, "picture", "pictures")
                ),
            );
            ui.add_space(4.0);
        }
        let mut removed = None;
        for (at, change) in pane.options.path_changes.iter().enumerate() {
            ui.horizontal(|ui| {
                let name = format!("remove path change {}", change.recorded);
                if icon_button(ui, ICON_CLOSE.codepoint, "Remove this change", &name).clicked() {
                    removed = Some(at);
                }
                let text = format!("You said: {} is now {}", change.recorded, change.found);
                ui.add(Label::new(text).wrap());
            });
        }
        if let Some(at) = removed {
            let change = pane.options.path_changes.remove(at);
            pane.send(WizardCommand::SetDraft(PathDraft {
                recorded: change.recorded,
                found: change.found,
            }));
        }
        new_change(ui, pane, preview);
    });
}

/// Two fields that say where a folder is, for what is not found by itself or found in the wrong place.
fn new_change(ui: &mut Ui, pane: &mut Pane<'_>, preview: &ImportPreview) {
    let mut draft = pane.wizard.draft.clone();
    egui::CollapsingHeader::new("Say where a folder is")
        .id_salt("new path change")
        .default_open(preview.images_found == 0 || draft != PathDraft::default())
        .show(ui, |ui| {
            weak(
                ui,
                "What the export recorded, or how it begins, and what takes its place.",
            );
            ui.horizontal(|ui| {
                let width = (ui.available_width() - 80.0).max(120.0);
                labelled_field(
                    ui,
                    "Recorded",
                    &mut draft.recorded,
                    "D:\\experiment-7\\plate-1",
                    width,
                );
            });
            ui.horizontal(|ui| {
                let width = (ui.available_width() - 160.0).max(120.0);
                labelled_field(
                    ui,
                    "Is now",
                    &mut draft.found,
                    "/data/experiment-7/plate-1",
                    width,
                );
                if ui.button("Browse…").clicked() {
                    pane.send(WizardCommand::Pick(WizardPick::ChangedFolder));
                }
            });
            let ready = !draft.recorded.trim().is_empty() && !draft.found.trim().is_empty();
            ui.horizontal(|ui| {
                if ui
                    .add_enabled(ready, egui::Button::new("Use this change"))
                    .clicked()
                {
                    pane.send(WizardCommand::AcceptDraft);
                }
                let recorded = recorded_folder(preview);
                if let Some(recorded) = recorded.filter(|folder| *folder != draft.recorded)
                    && ui
                        .button("Fill in the recorded folder")
                        .on_hover_text(&recorded)
                        .clicked()
                {
                    draft.recorded = recorded;
                }
            });
        });
    if draft != pane.wizard.draft {
        // Before «use», which may have been pressed in the same frame.
        pane.commands.insert(
            0,
            crate::model::command::Command::from(WizardCommand::SetDraft(draft)),
        );
    }
}

/// The folder of the first missing picture: its line begins with the recorded path.
fn recorded_folder(preview: &ImportPreview) -> Option<String> {
    let line = preview.images.missing.first()?;
    let path = line.split(": not there").next()?;
    let path = path.split(": in a store").next()?;
    let end = path.rfind(['/', '\\'])?;
    (end > 0).then(|| path[..end].to_owned())
}
