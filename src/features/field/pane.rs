//! The pane: the field above, the strip of all fields below.

use egui::{Frame, Margin, RichText, Ui};
use egui_material_icons::icons::{ICON_CENTER_FOCUS_STRONG, ICON_FIT_SCREEN, ICON_GRID_VIEW};

use super::command::FieldCommand;
use super::state::{FieldOfView, FieldState};
use super::{canvas, strip};
use crate::model::command::Command;
use crate::model::state::Workspace;
use crate::model::textures::Textures;
use cytolance_profile::thousands;
use cytolance_widgets::{empty_state, icon_button, medium_font, tokens};

/// Height of the strip in points.
const STRIP: f32 = 112.0;

/// Numbers of field and styles, and the cell that decides which plane of volumes is shown.
type ShownKey = (u32, Option<u32>, u64);

/// What the pane remembers between frames.
pub struct FieldView {
    /// Magnification beyond what fits.
    pub(super) zoom: f32,
    /// What of the field is in the middle, in field pixels; its middle without.
    pub(super) center: Option<[f64; 2]>,
    /// Whether outlines are drawn.
    pub(super) outlines: bool,
    /// The field's picture, and what it shows.
    pub(super) texture: Option<(ShownKey, egui::TextureHandle)>,
    /// The field that the zoom belongs to.
    pub(super) field: Option<u32>,
}

impl Default for FieldView {
    fn default() -> Self {
        Self {
            zoom: 1.0,
            center: None,
            outlines: true,
            texture: None,
            field: None,
        }
    }
}

/// The pane.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut FieldView,
    textures: &mut Textures,
    commands: &mut Vec<Command>,
) {
    commands.push(Command::from(FieldCommand::Want));
    let state = workspace.parts.get::<FieldState>();
    if let Some(error) = state.strip_error.as_ref().or(state.look_error.as_ref()) {
        empty_state(
            ui,
            ICON_GRID_VIEW.codepoint,
            "No field of view",
            error,
            |_| {},
        );
        return;
    }
    let (Some(field), Some(all)) = (&state.view, &state.strip) else {
        ui.centered_and_justified(egui::Ui::spinner);
        return;
    };
    if view.field != Some(field.field) {
        view.field = Some(field.field);
        view.zoom = 1.0;
        view.center = None;
    }
    toolbar(ui, workspace, view);
    let height = (ui.available_height() - STRIP).max(80.0);
    let size = egui::vec2(ui.available_width(), height);
    canvas::show(ui, size, workspace, field, view, textures, commands);
    strip::show(ui, all, field.field, commands);
}

fn toolbar(ui: &mut Ui, workspace: &Workspace, view: &mut FieldView) {
    let state = workspace.parts.get::<FieldState>();
    let (Some(field), Some(all)) = (&state.view, &state.strip) else {
        return;
    };
    let tokens = tokens(ui);
    Frame::new()
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                if icon_button(
                    ui,
                    ICON_FIT_SCREEN.codepoint,
                    "The whole field",
                    "whole field",
                )
                .clicked()
                {
                    view.zoom = 1.0;
                    view.center = None;
                }
                if icon_button(
                    ui,
                    ICON_CENTER_FOCUS_STRONG.codepoint,
                    "Close to the current cell",
                    "go to cell",
                )
                .clicked()
                {
                    view.center = canvas::center_of(workspace, field);
                    view.zoom = view.zoom.max(4.0);
                }
                ui.checkbox(&mut view.outlines, "outlines");
                if let Some(known) = all.fields.get(field.field as usize) {
                    ui.label(
                        RichText::new(&known.name)
                            .font(medium_font(13.0))
                            .color(tokens.text),
                    );
                    ui.label(
                        RichText::new(format!(
                            "{} cells, {} shown",
                            thousands(known.count as usize),
                            thousands(known.shown as usize)
                        ))
                        .color(tokens.text_weak),
                    );
                }
                if field.image.is_none() {
                    let why = field.missing.join("\n");
                    ui.label(
                        RichText::new(
                            "the source pictures are out of reach: the stored crops stand in",
                        )
                        .color(tokens.warn),
                    )
                    .on_hover_text(why);
                } else if is_left_out(workspace, field) {
                    ui.label(
                        RichText::new(
                            "no picture of the current cell is stored: this may be another field's",
                        )
                        .color(tokens.warn),
                    )
                    .on_hover_text(
                        "The import left it out. Why, says its report (File, Import report).",
                    );
                } else if !field.missing.is_empty() {
                    ui.label(RichText::new("some channels are missing").color(tokens.warn))
                        .on_hover_text(field.missing.join("\n"));
                }
            });
        });
}

/// Whether the dataset holds pictures, but none of the current cell of a field.
fn is_left_out(workspace: &Workspace, field: &FieldOfView) -> bool {
    let current = workspace.cursor.filter(|row| field.rows.contains(row));
    let picture = current.and_then(|row| workspace.pictures.get(row));
    workspace.dataset.picture_column().is_some()
        && picture.is_some_and(|picture| picture.crop.is_none())
}
