//! What is shown without a dataset.

use std::sync::Arc;

use egui::{
    Align, Align2, Color32, Id, Layout, Rect, Response, RichText, Role, ScrollArea, Sense,
    TextureHandle, TextureOptions, Ui, WidgetInfo, pos2,
};
use egui_material_icons::icons::{ICON_BIOTECH, ICON_FOLDER_OPEN, ICON_HISTORY};

use crate::model::command::Command;
use crate::model::state::{Overlay, State};
use crate::model::task::TaskTimes;
use crate::model::thumbnail::STRIP;
use cytolance_widgets::{heading, primary_button, tokens};

/// Recent datasets, the demo, and how to begin.
pub(crate) fn show(ui: &mut Ui, state: &State, times: &TaskTimes, commands: &mut Vec<Command>) {
    let height = ui.available_height();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        content(ui, state, times, height, commands);
    });
}

fn content(
    ui: &mut Ui,
    state: &State,
    times: &TaskTimes,
    height: f32,
    commands: &mut Vec<Command>,
) {
    let tokens = tokens(ui);
    let width = 520.0_f32.min(ui.available_width() - 32.0);
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.add_space((height * 0.12).max(16.0));
        ui.label(RichText::new("Cytolance").size(34.0).color(tokens.text));
        ui.add_space(4.0);
        ui.label(
            RichText::new("Single-cell profiles, and the cells they were measured on")
                .size(14.0)
                .color(tokens.text_weak),
        );
        ui.add_space(28.0);
        ui.allocate_ui_with_layout(egui::vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
            if let Some(task) = state.tasks.last() {
                ui.horizontal(|ui| {
                    ui.spinner();
                    ui.label(&task.title);
                });
                let share = if task.total > 0 {
                    task.done as f32 / task.total as f32
                } else {
                    0.0
                };
                ui.add(
                    egui::ProgressBar::new(share)
                        .desired_width(width)
                        .desired_height(6.0),
                );
                let text = times.text(task, std::time::Instant::now());
                ui.label(RichText::new(text).color(tokens.text_weak));
                ui.add_space(16.0);
            }
            ui.horizontal(|ui| {
                let button =
                    primary_button(ui, "Open the demo plate").min_size(egui::vec2(170.0, 32.0));
                if ui.add_enabled(state.tasks.is_empty(), button).clicked() {
                    commands.push(Command::OpenDemo);
                }
                let button = egui::Button::new("Open a dataset…").min_size(egui::vec2(150.0, 32.0));
                if ui.add(button).clicked() {
                    commands.push(Command::SetOverlay(Overlay::Open));
                }
                let button = egui::Button::new("Import an export…").min_size(egui::vec2(150.0, 32.0));
                if ui.add(button).clicked() {
                    commands.push(Command::Act("import-an-export"));
                }
            });
            ui.add_space(24.0);
            ui.label(
                RichText::new(ICON_HISTORY.codepoint)
                    .font(icon_font(16.0))
                    .color(tokens.text_weak),
            );
            heading(ui, "Recent datasets");
            if state.settings.recents.is_empty() {
                ui.label(
                    RichText::new("None yet. Drop a .lance folder on this window, open one, or import an export.")
                        .color(tokens.text_weak),
                );
            }
            for recent in &state.settings.recents {
                ui.horizontal(|ui| {
                    if strip(ui, state, recent).clicked() {
                        commands.push(Command::Open(recent.clone()));
                    }
                    ui.vertical(|ui| {
                        let name = recent.rsplit(['/', '\\']).next().unwrap_or(recent);
                        if ui.link(name).on_hover_text(recent).clicked() {
                            commands.push(Command::Open(recent.clone()));
                        }
                        ui.add(
                            egui::Label::new(RichText::new(recent).small().color(tokens.text_weak))
                                .truncate(),
                        );
                    });
                });
            }
            ui.add_space(24.0);
            ui.label(
                RichText::new(ICON_BIOTECH.codepoint)
                    .font(icon_font(16.0))
                    .color(tokens.text_weak),
            );
            heading(ui, "From CellProfiler");
            ui.label(
                RichText::new(
                    "Drop a folder of CSV files, a SQLite database or a Parquet table on this window, or import it with the button above. It becomes a dataset with its pictures and outlines.",
                )
                .color(tokens.text_weak),
            );
        });
    });
}

/// The first cells of a recent dataset; a folder where they are not known.
fn strip(ui: &mut Ui, state: &State, uri: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(STRIP.into(), Sense::click());
    let label = format!("first cells of {uri}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    let Some(image) = state.thumbnails.get(uri) else {
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            ICON_FOLDER_OPEN.codepoint,
            icon_font(16.0),
            tokens(ui).text_weak,
        );
        return response;
    };
    let id = Id::unique(("thumbnail", uri, Arc::as_ptr(image) as usize));
    let texture = ui.data(|data| data.get_temp::<TextureHandle>(id));
    let texture = texture.unwrap_or_else(|| {
        let image = egui::ImageData::Color(Arc::clone(image));
        let new = ui.ctx().load_texture(uri, image, TextureOptions::LINEAR);
        ui.data_mut(|data| data.insert_temp(id, new.clone()));
        new
    });
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter()
        .image(texture.id(), rect, whole, Color32::WHITE);
    response
}

fn icon_font(size: f32) -> egui::FontId {
    egui::FontId::new(
        size,
        egui::FontFamily::Name(cytolance_widgets::ICONS.into()),
    )
}
