//! One cell: its picture, large, and everything known of it.

use egui::{Frame, Margin, RichText, ScrollArea, Sense, Ui};
use egui_material_icons::icons::{ICON_ARROW_BACK, ICON_ARROW_FORWARD, ICON_BIOTECH};

use super::FeatureList;
use super::{channels, feature_list};
use crate::model::command::{Command, SelectMode};
use crate::model::feature::Feature;
use crate::model::picture_cell::paint_cell;
use crate::model::state::Workspace;
use crate::model::textures::Textures;
use cytolance_widgets::{empty_state, icon_button, medium_font, scale_bar, tokens};

/// The inspector of the cell under the cursor.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut FeatureList,
    textures: &mut Textures,
    features: &[&dyn Feature],
    commands: &mut Vec<Command>,
) {
    let Some(row) = workspace.cursor else {
        empty_state(
            ui,
            ICON_BIOTECH.codepoint,
            "No cell chosen",
            "Click a row or a point to look at its cell.",
            |_| {},
        );
        return;
    };
    commands.push(Command::WantPictures(vec![row]));
    title(ui, workspace, row, commands);
    Frame::new()
        .inner_margin(Margin::symmetric(10, 2))
        .show(ui, |ui| {
            for feature in features {
                feature.above_cell(ui, workspace, commands);
            }
        });
    ScrollArea::vertical()
        .id_salt("inspector")
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::symmetric(10, 4))
                .show(ui, |ui| {
                    let side = ui.available_width().min(460.0);
                    let (rect, _) = ui.allocate_exact_size(
                        egui::vec2(ui.available_width(), side),
                        Sense::hover(),
                    );
                    ui.painter().rect_filled(rect, 6.0, egui::Color32::BLACK);
                    let transform =
                        paint_cell(ui, rect.shrink(2.0), workspace, textures, row, true);
                    if let (Some(transform), Some(microns)) =
                        (transform, workspace.dataset.metadata().pixel_size_um)
                    {
                        scale_bar(ui, transform.rect, microns / f64::from(transform.scale));
                    }
                    let picture = workspace.pictures.get(row);
                    if picture.is_some_and(|picture| picture.crop.is_none()) {
                        let rows_are = workspace.dataset.metadata().rows_are;
                        let text = rows_are
                            .why_no_picture()
                            .unwrap_or("The dataset has no picture of this cell.");
                        ui.label(RichText::new(text).small().color(tokens(ui).text_weak));
                    }
                    ui.add_space(6.0);
                    channels::show(ui, workspace, row, commands);
                    ui.add_space(6.0);
                    feature_list::show(ui, workspace, view);
                });
        });
}

fn title(ui: &mut Ui, workspace: &Workspace, row: u32, commands: &mut Vec<Command>) {
    let tokens = tokens(ui);
    Frame::new()
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                if icon_button(
                    ui,
                    ICON_ARROW_BACK.codepoint,
                    "Previous cell (Up)",
                    "previous cell",
                )
                .clicked()
                {
                    commands.push(Command::Step(-1));
                }
                if icon_button(
                    ui,
                    ICON_ARROW_FORWARD.codepoint,
                    "Next cell (Down)",
                    "next cell",
                )
                .clicked()
                {
                    commands.push(Command::Step(1));
                }
                ui.label(
                    RichText::new(name_of(workspace, row))
                        .font(medium_font(13.0))
                        .color(tokens.text),
                );
                let mut selected = workspace.selection.contains(row);
                if ui.checkbox(&mut selected, "selected").changed() {
                    commands.push(Command::Select(vec![row], SelectMode::Toggle));
                }
                if !workspace.shown.contains(row) {
                    ui.label(
                        RichText::new("hidden by a filter")
                            .small()
                            .color(tokens.warn),
                    );
                }
            });
        });
}

/// Well, image and object number where there are such; the row number otherwise.
fn name_of(workspace: &Workspace, row: u32) -> String {
    let value = |name: &str| {
        let values = workspace
            .values
            .as_ref()
            .filter(|values| values.row == row)?;
        let (_, text) = values.values.iter().find(|(known, _)| known == name)?;
        text.clone()
    };
    let mut parts = Vec::new();
    parts.extend(workspace.dataset.keys().well.as_deref().and_then(value));
    parts.extend(value("Metadata_ImageNumber").map(|number| format!("image {number}")));
    parts.extend(value("Metadata_ObjectNumber").map(|number| format!("object {number}")));
    if parts.is_empty() {
        parts.push(format!("row {row}"));
    }
    parts.join("  ")
}
