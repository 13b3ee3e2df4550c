//! The fourth step: masks and outlines, what was found of each object, and whether the areas agree.

use egui::{Grid, RichText, Ui};

use super::command::{FolderKind, WizardCommand, text_of};
use super::examples;
use super::failure::in_words;
use super::pieces::{Pane, card, folder_list, good, lines, two_columns, warning, weak};
use cytolance_import::{ImportPreview, ObjectPreview};
use cytolance_profile::thousands;
use cytolance_widgets::tokens;

pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    let Some(planned) = &pane.wizard.planned else {
        return;
    };
    let preview = &planned.preview;
    two_columns(ui, 0.5, |ui, side| {
        if side == 0 {
            folders(ui, pane);
            objects(ui, preview);
        } else {
            examples::show(ui, pane, true);
            areas(ui, pane, preview);
        }
    });
}

fn folders(ui: &mut Ui, pane: &mut Pane<'_>) {
    card(ui, "Folders with masks", |ui| {
        folder_list(
            ui,
            pane,
            FolderKind::Masks,
            "Folder",
            "None. A mask has each object in its number, or all in white; its file is called after the picture and the object, as in IMAGE_Cells.tiff.",
        );
        let suggested: Vec<String> = pane
            .wizard
            .found
            .iter()
            .flat_map(|found| &found.mask_folders)
            .filter(|folder| !pane.options.masks.contains(folder))
            .map(|folder| text_of(folder))
            .collect();
        if pane.options.masks.is_empty() {
            for folder in suggested {
                if ui.button(format!("Use {folder}")).clicked() {
                    pane.send(WizardCommand::AddFolder(FolderKind::Masks, folder));
                }
            }
        }
    });
    card(ui, "Folders with pictures of outlines", |ui| {
        folder_list(
            ui,
            pane,
            FolderKind::Outlines,
            "Folder of outlines",
            "None. These are what OverlayOutlines or SaveImages of CellProfiler wrote.",
        );
    });
}

fn objects(ui: &mut Ui, preview: &ImportPreview) {
    card(ui, "Outlines of each object", |ui| {
        let color = tokens(ui).text_weak;
        Grid::new("objects")
            .num_columns(3)
            .spacing([24.0, 6.0])
            .show(ui, |ui| {
                for title in ["Object", "Fields of view with a mask", "Outlines"] {
                    ui.label(RichText::new(title).small().color(color));
                }
                ui.end_row();
                for object in &preview.objects {
                    ui.label(&object.name);
                    let (some, all) = object.fields;
                    ui.label(format!("{} of {}", thousands(some), thousands(all)));
                    ui.label(kind(object));
                    ui.end_row();
                }
            });
        if preview
            .objects
            .iter()
            .any(|object| !object.traced && object.ellipses)
        {
            weak(
                ui,
                "An ellipse has the measured position, size and direction of the object, not its shape. The viewer draws it dashed.",
            );
        }
        for object in &preview.objects {
            let (some, all) = object.fields;
            if object.untraceable {
                warning(
                    ui,
                    &format!(
                        "Nothing can be traced of {}: no part of its {} lies where an object was measured. {}",
                        object.name,
                        if some == 1 { "mask" } else { "masks" },
                        if object.ellipses {
                            "It keeps its ellipses."
                        } else {
                            "It gets no outlines."
                        }
                    ),
                );
            }
            if object.traced && some < all {
                warning(
                    ui,
                    &format!(
                        "{} of {} fields of view have no mask of {}: their cells get no outline of it",
                        thousands(all - some),
                        thousands(all),
                        object.name
                    ),
                );
            }
        }
        if !preview.masks_failed.is_empty() {
            let failed: Vec<String> = preview
                .masks_failed
                .iter()
                .map(|line| in_words(line))
                .collect();
            lines(
                ui,
                "Masks that fit several fields of view",
                failed.len(),
                &failed,
            );
        }
    });
}

fn kind(object: &ObjectPreview) -> &'static str {
    if object.traced {
        "traced from masks"
    } else if object.ellipses {
        "ellipses from measurements"
    } else {
        "none"
    }
}

fn areas(ui: &mut Ui, pane: &mut Pane<'_>, preview: &ImportPreview) {
    let has_masks = |object: &ObjectPreview| object.traced || object.untraceable;
    if !preview.objects.iter().any(has_masks) {
        return;
    }
    card(
        ui,
        "Do the traced areas agree with the measured ones?",
        |ui| {
            let Some(set) = &pane.wizard.examples else {
                weak(ui, "Not known yet.");
                return;
            };
            let mut compared_any = false;
            for (object, (agree, compared)) in &set.examples.areas_agree {
                if *compared == 0 {
                    continue;
                }
                compared_any = true;
                let text = format!(
                    "{object}: {} of {} within 2 %, at their places, on the fields of view tried",
                    thousands(*agree),
                    thousands(*compared)
                );
                if agree == compared {
                    good(ui, &text);
                } else if *agree * 10 >= *compared * 9 {
                    weak(ui, text);
                } else {
                    warning(
                        ui,
                        &format!("{text}. These masks may belong to other objects or another run."),
                    );
                }
                let worst = set.examples.worst_areas.get(object);
                if let Some(worst) = worst.filter(|worst| !worst.is_empty() && agree < compared) {
                    lines(
                        ui,
                        &format!("{object} that differ most"),
                        worst.len(),
                        worst,
                    );
                }
            }
            let tried = &set.examples;
            for (object, reasons) in &tried.outlines_missing {
                let of_object = |(reason, count): (&String, &usize)| {
                    format!(
                        "{} of {object} without outline: {reason}",
                        thousands(*count)
                    )
                };
                for line in reasons.iter().map(of_object) {
                    warning(ui, &line);
                }
            }
            if !tried.mask_remarks.is_empty() {
                let remarks = &tried.mask_remarks;
                lines(ui, "Masks with other numbers", remarks.len(), remarks);
            }
            if !compared_any {
                weak(ui, "No area was measured, so there is nothing to compare.");
            }
        },
    );
}
