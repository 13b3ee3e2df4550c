//! All fields side by side: count, focus and light at a glance; a click goes there.

use egui::{
    Align2, CornerRadius, Rect, ScrollArea, Sense, Stroke, StrokeKind, TextStyle, Ui, pos2, vec2,
};

use super::state::{Strip, StripField};
use crate::model::command::Command;
use cytolance_plot::Colormap;
use cytolance_widgets::{format_number, tokens};

/// Width of a field in points, and of the gap after it.
const FIELD: f32 = 14.0;
/// Height of each of the three rows.
const ROW: f32 = 20.0;
/// Room for the names of the rows.
const NAMES: f32 = 76.0;

/// The strip; `current` is the field that is looked at.
pub(super) fn show(ui: &mut Ui, strip: &Strip, current: u32, commands: &mut Vec<Command>) {
    let tokens = tokens(ui);
    ui.horizontal(|ui| {
        let (names, _) = ui.allocate_exact_size(vec2(NAMES, 4.0 * ROW), Sense::hover());
        let titles = [
            ("cells", String::new()),
            (
                "focus",
                strip.focus.clone().unwrap_or_else(|| {
                    "not known: no QC_FieldFocus or ImageQuality column; compute the segmentation checks".to_owned()
                }),
            ),
            (
                "light",
                strip.light.clone().unwrap_or_else(|| {
                    "not known: no QC_FieldBackground or ImageQuality column".to_owned()
                }),
            ),
        ];
        for (at, (title, tip)) in titles.iter().enumerate() {
            let rect = Rect::from_min_size(
                pos2(names.left(), names.top() + at as f32 * (ROW + 4.0)),
                vec2(NAMES, ROW),
            );
            ui.painter().text(
                rect.right_center() - vec2(6.0, 0.0),
                Align2::RIGHT_CENTER,
                title,
                TextStyle::Small.resolve(ui.style()),
                tokens.text_weak,
            );
            if !tip.is_empty() {
                ui.interact(rect, ui.unique_id().with(("strip row", at)), Sense::hover())
                    .on_hover_text(tip);
            }
        }
        let most = strip.fields.iter().map(|field| field.count).max().unwrap_or(1).max(1);
        let ranges = [
            range(strip.fields.iter().filter_map(|field| field.focus)),
            range(strip.fields.iter().filter_map(|field| field.light)),
        ];
        ScrollArea::horizontal()
            .id_salt("strip")
            .auto_shrink(false)
            .show_viewport(ui, |ui, viewport| {
                let width = strip.fields.len() as f32 * FIELD;
                let (area, _) =
                    ui.allocate_exact_size(vec2(width, 3.0 * (ROW + 4.0)), Sense::hover());
                let first = (viewport.left() / FIELD).floor().max(0.0) as usize;
                let last = (viewport.right() / FIELD).ceil() as usize;
                for (at, field) in strip
                    .fields
                    .iter()
                    .enumerate()
                    .take(last + 1)
                    .skip(first)
                {
                    let left = area.left() + at as f32 * FIELD;
                    let rect = Rect::from_min_size(
                        pos2(left, area.top()),
                        vec2(FIELD - 2.0, 3.0 * (ROW + 4.0) - 4.0),
                    );
                    one(ui, rect, field, at as u32 == current, most, ranges, commands);
                }
            });
    });
}

fn range(values: impl Iterator<Item = f64>) -> Option<[f64; 2]> {
    values
        .filter(|value| value.is_finite())
        .fold(None, |range, value| match range {
            None => Some([value, value]),
            Some([low, high]) => Some([low.min(value), high.max(value)]),
        })
}

fn one(
    ui: &Ui,
    rect: Rect,
    field: &StripField,
    current: bool,
    most: u32,
    ranges: [Option<[f64; 2]>; 2],
    commands: &mut Vec<Command>,
) {
    let tokens = tokens(ui);
    let painter = ui.painter();
    let row = |at: usize| {
        Rect::from_min_size(
            pos2(rect.left(), rect.top() + at as f32 * (ROW + 4.0)),
            vec2(rect.width(), ROW),
        )
    };
    let bar = |count: u32| {
        let height = ROW * count as f32 / most as f32;
        row(0).with_min_y(row(0).bottom() - height)
    };
    painter.rect_filled(row(0), 1.0, tokens.raised);
    painter.rect_filled(bar(field.count), 1.0, tokens.text_weak.gamma_multiply(0.6));
    painter.rect_filled(bar(field.shown), 1.0, tokens.accent);
    for (at, (value, range)) in [field.focus, field.light]
        .into_iter()
        .zip(ranges)
        .enumerate()
    {
        let rect = row(at + 1);
        match (value, range) {
            (Some(value), Some(_)) => {
                let [r, g, b] = Colormap::Viridis.color_between(value, range);
                painter.rect_filled(rect, 1.0, egui::Color32::from_rgb(r, g, b));
            }
            _ => {
                painter.rect_stroke(
                    rect,
                    CornerRadius::same(1),
                    Stroke::new(1.0, tokens.line),
                    StrokeKind::Inside,
                );
            }
        }
    }
    if current {
        painter.rect_stroke(
            rect.expand(1.0),
            CornerRadius::same(2),
            Stroke::new(2.0, tokens.text),
            StrokeKind::Outside,
        );
    }
    let response = ui.interact(
        rect,
        ui.unique_id().with(("field", field.first_row)),
        Sense::click(),
    );
    response.widget_info(|| {
        let label = format!("field {}, {} cells", field.name, field.count);
        egui::WidgetInfo::labeled(egui::Role::Button, true, label)
    });
    if response.clicked() {
        commands.push(Command::Look(field.first_row));
    }
    let number = |value: Option<f64>| value.map_or_else(|| "not known".to_owned(), format_number);
    response.on_hover_text(format!(
        "{}\n{} cells, {} shown\nfocus {}\nlight {}",
        field.name,
        field.count,
        field.shown,
        number(field.focus),
        number(field.light)
    ));
}
