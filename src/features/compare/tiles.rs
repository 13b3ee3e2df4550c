//! Pinned cells as rows of pictures: all channels together, then one by one, under one magnification.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Color32, Rect, Sense, TextureOptions, Ui, Vec2, vec2};
use egui_material_icons::icons::ICON_CLOSE;

use super::pane::CompareView;
use super::state::{CompareCommand, CompareState};
use crate::model::command::Command;
use crate::model::picture_cell::styled_outlines;
use crate::model::state::Workspace;
use crate::model::textures::composed;
use cytolance_imaging::{ChannelStyle, Compositor};
use cytolance_widgets::{
    PictureTransform, icon_button, paint_center, paint_outlines, paint_placeholder, tokens,
};

/// Textures of cells, by row and channel; all channels together without one.
#[derive(Default)]
pub(super) struct TileTextures {
    style: u64,
    entries: HashMap<(u32, Option<usize>), egui::TextureHandle>,
}

impl TileTextures {
    /// Forgets what was drawn in other colours or of cells that are not there any more.
    fn keep(&mut self, style: u64, rows: &[u32]) {
        if self.style != style {
            self.entries.clear();
            self.style = style;
        }
        self.entries.retain(|(row, _), _| rows.contains(row));
    }

    fn get(
        &mut self,
        ui: &Ui,
        workspace: &Workspace,
        row: u32,
        channel: Option<usize>,
    ) -> Option<egui::TextureId> {
        if let Some(texture) = self.entries.get(&(row, channel)) {
            return Some(texture.id());
        }
        let picture = workspace.pictures.get(row)?;
        let styles: Vec<ChannelStyle> = workspace
            .styles()
            .into_iter()
            .enumerate()
            .map(|(at, style)| match channel {
                // A single channel is shown even where it is switched off in the composite.
                Some(channel) => ChannelStyle {
                    visible: at == channel,
                    ..style
                },
                None => style,
            })
            .collect();
        let image = composed(&Compositor::new(&styles), picture.crop.as_ref()?)?;
        let image = egui::ImageData::Color(Arc::new(image));
        let name = format!("compare {row} {channel:?}");
        let texture = ui.ctx().load_texture(name, image, TextureOptions::NEAREST);
        let id = texture.id();
        self.entries.insert((row, channel), texture);
        Some(id)
    }
}

/// The rows of pictures, `side` points each.
pub(super) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut CompareView,
    side: f32,
    commands: &mut Vec<Command>,
) {
    let pins = &workspace.parts.get::<CompareState>().pins;
    let tokens = tokens(ui);
    view.textures.keep(workspace.style_generation, pins);
    let mut channels: Vec<Option<usize>> = vec![None];
    if workspace.channels.len() > 1 {
        channels.extend((0..workspace.channels.len()).map(Some));
    }
    ui.horizontal(|ui| {
        ui.add_space(88.0);
        ui.spacing_mut().item_spacing.x = 4.0;
        for channel in &channels {
            let (name, color) = match channel.and_then(|at| workspace.channels.get(at)) {
                Some(channel) => {
                    let [r, g, b] = channel.style.color;
                    (channel.info.name.clone(), Color32::from_rgb(r, g, b))
                }
                None => ("all".to_owned(), tokens.text),
            };
            let (rect, _) = ui.allocate_exact_size(vec2(side, 18.0), Sense::hover());
            let line = rect.with_min_y(rect.bottom() - 2.0);
            ui.painter().rect_filled(line, 1.0, color);
            ui.painter().text(
                rect.center() - vec2(0.0, 1.0),
                egui::Align2::CENTER_CENTER,
                name,
                egui::TextStyle::Small.resolve(ui.style()),
                tokens.text_weak,
            );
        }
    });
    for row in pins {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.allocate_ui(vec2(84.0, side), |ui| {
                ui.set_min_width(84.0);
                ui.vertical(|ui| {
                    if ui
                        .link(format!("cell {}", u64::from(*row) + 1))
                        .on_hover_text("Look at this cell")
                        .clicked()
                    {
                        commands.push(Command::Look(*row));
                    }
                    let keys = workspace.dataset.keys();
                    if let Some(well) = keys
                        .well
                        .as_deref()
                        .and_then(|well| workspace.explorer.cached(well))
                        .and_then(|column| column.text(*row))
                    {
                        ui.label(egui::RichText::new(well).small().color(tokens.text_weak));
                    }
                    if icon_button(
                        ui,
                        ICON_CLOSE.codepoint,
                        "Take this cell away",
                        &format!("unpin cell {}", u64::from(*row) + 1),
                    )
                    .clicked()
                    {
                        commands.push(Command::from(CompareCommand::Unpin(*row)));
                    }
                });
            });
            for channel in &channels {
                tile(ui, workspace, view, *row, *channel, side);
            }
        });
    }
}

fn tile(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut CompareView,
    row: u32,
    channel: Option<usize>,
    side: f32,
) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::click_and_drag());
    ui.painter().rect_filled(rect, 2.0, Color32::BLACK);
    navigate(ui, rect, &response, view);
    let Some(picture) = workspace.pictures.get(row) else {
        paint_placeholder(ui, rect, "");
        return;
    };
    let Some(crop) = &picture.crop else {
        paint_placeholder(ui, rect, "no picture");
        return;
    };
    let size = [crop.width as usize, crop.height as usize];
    let Some(fit) = PictureTransform::fit(rect, size, picture.origin) else {
        return;
    };
    let scale = fit.scale * view.zoom;
    let extent = fit.rect.size() * view.zoom;
    let center = rect.center() + view.pan * rect.width() * view.zoom;
    let shown = PictureTransform {
        rect: Rect::from_center_size(center, extent),
        scale,
        ..fit
    };
    let painter = ui.painter_at(rect);
    if let Some(texture) = view.textures.get(ui, workspace, row, channel) {
        let whole = Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
        painter.image(texture, shown.rect, whole, Color32::WHITE);
    }
    if view.outlines {
        let outlines = styled_outlines(workspace, picture, false);
        paint_outlines(&painter, &shown, false, &outlines);
        if let Some(center) = picture.center {
            paint_center(&painter, &shown, center);
        }
    }
    response.on_hover_text(
        "Ctrl and wheel: closer, for all at once. Drag: move. Double click: as before",
    );
}

/// Wheel and drag move all pictures together.
fn navigate(ui: &Ui, rect: Rect, response: &egui::Response, view: &mut CompareView) {
    if response.dragged() {
        view.pan += response.drag_delta() / (rect.width() * view.zoom);
    }
    if response.double_clicked() {
        view.zoom = 1.0;
        view.pan = Vec2::ZERO;
    }
    if response.hovered() {
        let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        // With Ctrl, so that the wheel alone still scrolls the pane.
        let ctrl = ui.input(|input| input.modifiers.command);
        let factor = if ctrl {
            pinch * (wheel / 200.0).exp()
        } else {
            pinch
        };
        view.zoom = (view.zoom * factor).clamp(1.0, 20.0);
    }
}
