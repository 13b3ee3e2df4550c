//! A few cells as they will be stored, in the channels' colours and with their outlines.

use egui::{Color32, ColorImage, Sense, TextureHandle, TextureOptions, Ui, vec2};

use super::pieces::{Pane, card, error, lines, weak};
use super::state::ExampleSet;
use cytolance_imaging::{ChannelStyle, Compositor, Crop, Outline, common_box};
use cytolance_import::ExampleCell;
use cytolance_profile::{is_cytoplasm, outline_color};
use cytolance_widgets::theme::SPACE;
use cytolance_widgets::{OutlineStyle, paint_picture, paint_placeholder};

/// Edge of an example on the screen.
const TILE: std::ops::RangeInclusive<f32> = 96.0..=300.0;

/// Composited examples, until the cells or the colours are others.
#[derive(Default)]
pub(super) struct ExampleTextures {
    key: Option<(u64, Vec<ChannelStyle>)>,
    textures: Vec<Option<TextureHandle>>,
}

impl ExampleTextures {
    fn prepare(&mut self, ui: &Ui, set: &ExampleSet, styles: Vec<ChannelStyle>) {
        let key = (set.number, styles);
        if self.key.as_ref() == Some(&key) {
            return;
        }
        let compositor = Compositor::new(&key.1);
        self.textures = set
            .examples
            .cells
            .iter()
            .map(|cell| composed(ui, &compositor, cell.picture.crop.as_ref()?))
            .collect();
        self.key = Some(key);
    }
}

fn composed(ui: &Ui, compositor: &Compositor, crop: &Crop) -> Option<TextureHandle> {
    let planes: Vec<&[u16]> = crop.planes.iter().map(AsRef::as_ref).collect();
    let mut pixels = Vec::new();
    compositor.composite(&planes, &mut pixels);
    let size = [crop.width as usize, crop.height as usize];
    if pixels.is_empty() || pixels.len() != size[0] * size[1] {
        return None;
    }
    let pixels = pixels
        .into_iter()
        .map(|[r, g, b, _]| Color32::from_rgb(r, g, b))
        .collect();
    let image = ColorImage::new(size, pixels);
    Some(
        ui.ctx()
            .load_texture("example cell", image, TextureOptions::LINEAR),
    )
}

/// The examples, or why there are none.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>, with_outlines: bool) {
    card(ui, "Example cells", |ui| {
        let busy = pane.wizard.trying.is_running() || pane.wizard.planning.is_running();
        if let Some(text) = &pane.wizard.examples_error {
            error(ui, text);
            return;
        }
        let Some(set) = &pane.wizard.examples else {
            if busy {
                ui.horizontal(|ui| {
                    ui.spinner();
                    weak(ui, "Cutting out a few cells…");
                });
            } else {
                weak(ui, "There is nothing to show yet.");
            }
            return;
        };
        let cells = &set.examples.cells;
        if !cells.iter().any(|cell| cell.picture.crop.is_some()) {
            let reasons = &set.examples.without_picture;
            if reasons.is_empty() {
                weak(ui, "There is no picture of a cell.");
            }
            for reason in reasons.keys().take(3) {
                weak(ui, format!("No picture of a cell: {reason}"));
            }
            let any_outline = cells.iter().any(|cell| !cell.picture.outlines.is_empty());
            if !with_outlines || !any_outline {
                return;
            }
        }
        let traced: Vec<String> = pane
            .wizard
            .preview()
            .iter()
            .flat_map(|preview| &preview.objects)
            .filter(|object| object.traced)
            .map(|object| object.name.clone())
            .collect();
        let styles = pane.wizard.example_styles();
        pane.view.textures.prepare(ui, set, styles);
        let number = set.examples.cells.len().max(1) as f32;
        let room = (ui.available_width() - (number - 1.0) * SPACE) / number;
        let edge = room.clamp(*TILE.start(), *TILE.end());
        ui.horizontal_wrapped(|ui| {
            for (at, cell) in set.examples.cells.iter().enumerate() {
                let texture = pane.view.textures.textures.get(at).cloned().flatten();
                tile(ui, cell, texture.as_ref(), edge, with_outlines, &traced);
            }
        });
        if busy {
            weak(ui, "updating…");
        }
        let without: Vec<String> = set
            .examples
            .without_picture
            .iter()
            .map(|(reason, count)| format!("{count} cells: {}", super::failure::in_words(reason)))
            .collect();
        if !without.is_empty() {
            lines(
                ui,
                "Reasons why cells of these fields have no crop",
                without.len(),
                &without,
            );
        }
        if !set.examples.failed.is_empty() {
            lines(
                ui,
                "Pictures that cannot be read",
                set.examples.failed.len(),
                &set.examples.failed,
            );
        }
    });
}

fn tile(
    ui: &mut Ui,
    cell: &ExampleCell,
    texture: Option<&TextureHandle>,
    edge: f32,
    with_outlines: bool,
    traced: &[String],
) {
    ui.vertical(|ui| {
        ui.set_width(edge);
        let (rect, response) = ui.allocate_exact_size(vec2(edge, edge), Sense::hover());
        let outlines: Vec<(&Outline, OutlineStyle)> = cell
            .picture
            .outlines
            .iter()
            .enumerate()
            .map(|(at, (object, outline))| {
                let [r, g, b] = outline_color(object, at);
                let style = OutlineStyle {
                    color: Color32::from_rgb(r, g, b),
                    width: 1.5,
                    // The cytoplasm's outline repeats the other two.
                    visible: with_outlines && !is_cytoplasm(object),
                    // As in the viewer: what is dashed is an ellipse, not the shape.
                    dashed: !traced.iter().any(|name| name == object),
                };
                (outline, style)
            })
            .collect();
        let size = cell
            .picture
            .crop
            .as_ref()
            .map(|crop| [crop.width as usize, crop.height as usize]);
        let boxes = outlines.iter().filter_map(|(outline, _)| outline.bounds());
        let painted = match (size, common_box(boxes)) {
            (Some(size), _) => paint_picture(
                ui,
                rect,
                texture.map(TextureHandle::id),
                size,
                cell.picture.origin,
                &outlines,
            ),
            (None, Some([x0, y0, x1, y1])) if with_outlines => {
                let size = [(x1 - x0).ceil() as usize + 4, (y1 - y0).ceil() as usize + 4];
                paint_picture(ui, rect, None, size, [x0 - 2.0, y0 - 2.0], &outlines)
            }
            _ => None,
        };
        if painted.is_none() {
            paint_placeholder(ui, rect, "no picture");
        }
        let text = match size {
            Some([width, height]) => format!("{}, {width} × {height} pixels", cell.label),
            None => cell.label.clone(),
        };
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Image, true, format!("example {text}"))
        });
        weak(ui, text);
    });
}
