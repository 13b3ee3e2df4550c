//! The last step: how crops are cut, where the dataset goes, what it will cost, and how to repeat it.

use std::path::Path;

use egui::{DragValue, Label, RichText, Ui};

use super::cells_step::Named as _;
use super::command::{WizardCommand, WizardPick};
use super::pieces::{self, Pane, card, fact, labelled_field, two_columns, weak};
use super::state::{Run, Target};
use super::{examples, words};
use cytolance_dataset::WriteTarget;
use cytolance_export::Target as SaveTarget;
use cytolance_import::{CropRule, DEFAULT_MARGIN, PictureRemark, Remark};
use cytolance_profile::thousands;
use cytolance_widgets::tokens;

/// Edge of a square crop when it is first chosen.
const FIRST_SQUARE: u32 = 128;

pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    match &pane.wizard.run {
        Run::Cancelled => pieces::warning(ui, "The import was cancelled. Nothing was written."),
        Run::Failed(text) => pieces::error(
            ui,
            &format!("The import failed, and nothing was written. {text}"),
        ),
        _ => {}
    }
    two_columns(ui, 0.56, |ui, side| {
        if side == 0 {
            destination(ui, pane);
            crops(ui, pane);
            let found = pane
                .wizard
                .preview()
                .map_or(0, |preview| preview.images_found);
            if found > 0 {
                examples::show(ui, pane, false);
            }
        } else {
            estimate(ui, pane);
            repeat(ui, pane);
        }
    });
}

fn destination(ui: &mut Ui, pane: &mut Pane<'_>) {
    card(ui, "Where to write", |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            for (target, label) in [
                (WriteTarget::Create, "New dataset"),
                (WriteTarget::Append, "Add to a dataset"),
                (WriteTarget::Overwrite, "Replace a dataset"),
            ] {
                ui.radio_value(&mut pane.options.target, target, label);
            }
        });
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 140.0).max(120.0);
            labelled_field(
                ui,
                "Dataset",
                &mut pane.options.dataset,
                "path of a folder NAME.lance",
                width,
            );
            if ui.button("Browse…").clicked() {
                pane.send(WizardCommand::Pick(WizardPick::Dataset));
            }
        });
        let target = pane.options.target;
        if let Some(open) = pane.open_dataset
            && target != WriteTarget::Create
            && open != pane.options.dataset
            && ui
                .button("Use the open dataset")
                .on_hover_text(open)
                .clicked()
        {
            open.clone_into(&mut pane.options.dataset);
        }
        match (&pane.wizard.target, target) {
            (None, _) => {
                weak(ui, "Looking what is there…");
            }
            (Some(Target::Refused(text)), _) => pieces::error(ui, text),
            (Some(Target::Occupied), _) => pieces::error(
                ui,
                "Something that is not a dataset has this name already: choose another name.",
            ),
            (Some(Target::Free), WriteTarget::Append) => pieces::error(
                ui,
                "There is no dataset of this name to add to: choose one that is there, or «New dataset».",
            ),
            (Some(Target::Free), _) => {
                weak(
                    ui,
                    "Nothing is there yet; the dataset becomes visible when it is complete.",
                );
            }
            (Some(Target::Dataset(rows)), WriteTarget::Create) => pieces::error(
                ui,
                &format!(
                    "A dataset with {} has this name already: choose another name, or add to it, or replace it.",
                    words::count(*rows, "cell", "cells")
                ),
            ),
            (Some(Target::Dataset(rows)), WriteTarget::Append) => {
                weak(
                    ui,
                    format!(
                        "The new rows come after the {} that are there, as a new version.",
                        words::count(*rows, "cell", "cells")
                    ),
                );
            }
            (Some(Target::Dataset(rows)), WriteTarget::Overwrite) => pieces::warning(
                ui,
                &format!(
                    "The {} that are there are replaced by a new version; the old one stays in its history.",
                    words::count(*rows, "cell", "cells")
                ),
            ),
        }
    });
}

fn crops(ui: &mut Ui, pane: &mut Pane<'_>) {
    card(ui, "How the cells are cut out", |ui| {
        if pane
            .wizard
            .preview()
            .is_none_or(|preview| preview.images_found == 0)
        {
            let copied = pane
                .wizard
                .preview()
                .is_some_and(|preview| !preview.images.stored.is_empty());
            weak(
                ui,
                if copied {
                    "The source holds the cut-out cells; they are copied as they are."
                } else {
                    "There are no pictures to cut cells out of."
                },
            );
            return;
        }
        let before = pane.options.crop;
        let (is_margin, pixels) = match before {
            CropRule::Margin(pixels) => (true, pixels),
            CropRule::Square(pixels) => (false, pixels),
        };
        let mut shown = pane.view.crop.unwrap_or(pixels);
        ui.horizontal(|ui| {
            if ui.radio(is_margin, "The cell and a margin of").clicked() && !is_margin {
                pane.options.crop = CropRule::Margin(DEFAULT_MARGIN);
            }
            if is_margin {
                number(ui, pane, &mut shown, 0..=256, "margin in pixels");
            }
        });
        ui.horizontal(|ui| {
            if ui.radio(!is_margin, "A square of").clicked() && is_margin {
                pane.options.crop = CropRule::Square(FIRST_SQUARE);
            }
            if !is_margin {
                number(ui, pane, &mut shown, 8..=1024, "edge in pixels");
            }
        });
        let remarks = pane.wizard.preview().map(|preview| &preview.remarks);
        let without_boxes = remarks
            .into_iter()
            .flatten()
            .find(|remark| matches!(remark, Remark::Picture(PictureRemark::NoBoxes { .. })));
        if let (true, Some(remark)) = (is_margin, without_boxes) {
            weak(ui, super::failure::in_words(&remark.to_string()));
            return;
        }
        weak(
            ui,
            if is_margin {
                "Each crop is as large as its cell; those at the rim of the picture are smaller."
            } else {
                "All crops have the same size, with the cell in the middle where the picture has room."
            },
        );
    });
}

/// A number of pixels; the plan is made anew when it was let go, not on the way.
fn number(
    ui: &mut Ui,
    pane: &mut Pane<'_>,
    shown: &mut u32,
    range: std::ops::RangeInclusive<u32>,
    label: &str,
) {
    let response = ui
        .add(DragValue::new(shown).range(range).suffix(" pixels"))
        .widget_info_label(label);
    if response.dragged() || response.has_focus() {
        pane.view.crop = Some(*shown);
    } else if let Some(value) = pane.view.crop.take() {
        let value = if response.changed() { *shown } else { value };
        pane.options.crop = match pane.options.crop {
            CropRule::Margin(_) => CropRule::Margin(value),
            CropRule::Square(_) => CropRule::Square(value),
        };
    }
}

fn estimate(ui: &mut Ui, pane: &mut Pane<'_>) {
    let Some(preview) = pane.wizard.preview() else {
        return;
    };
    card(ui, "What to expect", |ui| {
        fact(ui, "Rows", &thousands(preview.rows));
        fact(ui, "Columns", &thousands(preview.columns));
        let kept = preview.channels.len();
        if preview.images.expected > 0 {
            fact(
                ui,
                "Pictures",
                &format!(
                    "{} of {} in {}",
                    thousands(preview.images_found),
                    thousands(preview.images.expected),
                    words::count(kept, "channel", "channels")
                ),
            );
        }
        let unknown = || {
            if pane.wizard.is_working() {
                "being found out…".to_owned()
            } else {
                "not known".to_owned()
            }
        };
        let size = pane.wizard.estimated_bytes();
        let size = size.map_or_else(unknown, |bytes| {
            format!("about {} at most", words::bytes(bytes))
        });
        fact(ui, "Size on disk", &size);
        let time = pane.wizard.estimated_seconds();
        let time = time.map_or_else(unknown, words::duration);
        fact(ui, "Time", &time);
        weak(
            ui,
            "From the tables and a few fields of view that were tried.",
        );
    });
}

fn repeat(ui: &mut Ui, pane: &mut Pane<'_>) {
    card(ui, "Do the same again", |ui| {
        if let Some(line) = pane.options.command_line() {
            weak(ui, "This command does the same in a terminal:");
            command_text(ui, &line);
            if ui.button("Copy the command").clicked() {
                ui.ctx().copy_text(line);
            }
        } else {
            weak(
                ui,
                "Channels or folders were changed, which only a plan file can say. Save it, and the command repeats the import:",
            );
        }
        ui.horizontal(|ui| {
            let usual = beside(&pane.options.dataset, "-plan.toml");
            let mut path = pane.view.plan_path.clone().unwrap_or_else(|| usual.clone());
            let width = (ui.available_width() - 240.0).max(100.0);
            let field = labelled_field(ui, "Plan file", &mut path, "plan.toml", width);
            if field.changed() {
                pane.view.plan_path = (path != usual).then(|| path.clone());
            }
            let ready = !path.trim().is_empty();
            if ui
                .add_enabled(ready, egui::Button::new("Save plan"))
                .clicked()
            {
                pane.send(WizardCommand::SavePlan(SaveTarget::new(path.trim(), false)));
            }
            if ui.button("Browse…").clicked() {
                pane.send(WizardCommand::Pick(WizardPick::Plan));
            }
        });
        if let Some(saved) = &pane.wizard.saved_plan {
            let line = format!("cytolance import --plan {}", quoted(saved));
            weak(ui, format!("Saved to {saved}"));
            command_text(ui, &line);
            if ui.button("Copy the plan's command").clicked() {
                ui.ctx().copy_text(line);
            }
        }
    });
}

fn command_text(ui: &mut Ui, line: &str) {
    egui::Frame::new()
        .fill(tokens(ui).raised)
        .corner_radius(4)
        .inner_margin(8)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(
                Label::new(RichText::new(line).monospace())
                    .wrap()
                    .selectable(true),
            );
        });
}

/// A file beside the dataset; without a folder where the dataset is in a store or its folder is not said.
pub(super) fn beside(dataset: &str, ending: &str) -> String {
    let trimmed = dataset.trim().trim_end_matches(['/', '\\']);
    let stem = trimmed.strip_suffix(".lance").unwrap_or(trimmed);
    if stem.is_empty() || stem.contains("://") {
        return format!("import{ending}");
    }
    let path = Path::new(stem);
    if let (true, Some(name)) = (path.is_relative(), path.file_name()) {
        return format!("{}{ending}", name.to_string_lossy());
    }
    format!("{stem}{ending}")
}

fn quoted(path: &str) -> String {
    if path.contains([' ', '\'', '(', ')', '&', ';']) {
        format!("'{}'", path.replace('\'', r"'\''"))
    } else {
        path.to_owned()
    }
}
