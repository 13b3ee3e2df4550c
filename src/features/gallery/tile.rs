//! One cell in the gallery.

use std::sync::Arc;

use egui::{Color32, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use super::state::GalleryState;
use crate::model::command::Command;
use crate::model::labels::label_color;
use crate::model::picture_cell::paint_cell_as;
use crate::model::row_values::CellValue;
use crate::model::state::Workspace;
use crate::model::textures::{TextureKind, Textures};
use cytolance_explore::Column;
use cytolance_profile::{ColumnName, KeyPart};
use cytolance_widgets::{format_number, tokens};

/// Height of a caption in points.
const CAPTION: f32 = 14.0;

/// The tile of a row.
pub(super) fn show(
    ui: &mut Ui,
    rect: Rect,
    workspace: &Workspace,
    textures: &mut Textures,
    row: u32,
    captions: &[(String, Option<Arc<Column>>)],
    commands: &mut Vec<Command>,
) {
    let settings = &workspace.parts.get::<GalleryState>().settings;
    let picture = rect.with_max_y(rect.top() + rect.width());
    let kind = if settings.own_contrast {
        TextureKind::OwnContrast
    } else {
        TextureKind::Smooth
    };
    ui.painter().rect_filled(picture, 2.0, Color32::BLACK);
    paint_cell_as(
        ui,
        picture,
        workspace,
        textures,
        row,
        kind,
        settings.outlines,
    );
    let tokens = tokens(ui);
    if let Some(color) = label_color(workspace, &settings.label, row) {
        let side = (picture.width() * 0.2).clamp(8.0, 22.0);
        let corner = picture.right_top();
        let triangle = vec![
            corner,
            pos2(corner.x - side, corner.y),
            pos2(corner.x, corner.y + side),
        ];
        ui.painter().add(egui::Shape::convex_polygon(
            triangle,
            color,
            Stroke::new(1.0, Color32::BLACK),
        ));
    }
    let response = ui.interact(rect, ui.unique_id().with(("cell", row)), Sense::click());
    let selected = workspace.selection.contains(row);
    let current = workspace.cursor == Some(row);
    if selected {
        ui.painter().rect_stroke(
            picture,
            CornerRadius::same(2),
            Stroke::new(2.0, tokens.accent),
            StrokeKind::Inside,
        );
        // Not by colour alone.
        ui.painter().circle(
            picture.left_top() + vec2(8.0, 8.0),
            5.0,
            tokens.accent,
            Stroke::new(1.5, Color32::BLACK),
        );
    }
    if current {
        ui.painter().rect_stroke(
            picture,
            CornerRadius::same(2),
            Stroke::new(2.5, Color32::WHITE),
            StrokeKind::Inside,
        );
    } else if response.hovered() {
        ui.painter().rect_stroke(
            picture,
            CornerRadius::same(2),
            Stroke::new(1.0, tokens.text_weak),
            StrokeKind::Inside,
        );
    }
    for (at, (name, column)) in captions.iter().enumerate() {
        let line = Rect::from_min_size(
            pos2(rect.left(), picture.bottom() + at as f32 * CAPTION),
            vec2(rect.width(), CAPTION),
        );
        let text = value_of(workspace, name, column.as_deref(), row);
        cytolance_widgets::paint_small(ui, line, &text, tokens.text_weak, egui::Align::Center);
    }
    response.widget_info(|| {
        let label = format!("cell {}", u64::from(row) + 1);
        egui::WidgetInfo::selected(egui::Role::CheckBox, true, selected, label)
    });
    if response.clicked() {
        commands.extend(Command::click(row, ui.input(|input| input.modifiers)));
    }
    if response.hovered() {
        response.on_hover_ui(|ui| card(ui, workspace, row, captions));
    }
}

fn value_of(workspace: &Workspace, name: &str, column: Option<&Column>, row: u32) -> String {
    let number = |column: &Column| column.number(row).map(format_number);
    match column {
        Some(column) => number(column)
            .or_else(|| column.text(row))
            .unwrap_or_else(|| "–".to_owned()),
        None => match workspace.cells.get(name, row) {
            Some(CellValue::Number(number)) => format_number(*number),
            Some(CellValue::Text(text)) => text.to_string(),
            Some(CellValue::Null) => "–".to_owned(),
            None => String::new(),
        },
    }
}

fn card(ui: &mut Ui, workspace: &Workspace, row: u32, captions: &[(String, Option<Arc<Column>>)]) {
    ui.label(format!("cell {}", u64::from(row) + 1));
    let keys = workspace.dataset.keys();
    let keys = KeyPart::ALL
        .into_iter()
        .filter_map(|part| Some((keys.get(part)?, part.column())))
        .chain([("Metadata_Treatment", "Metadata_Treatment")]);
    for (name, usual) in keys {
        if let Some(text) = workspace
            .explorer
            .cached(name)
            .and_then(|column| column.text(row))
        {
            ui.label(format!("{}: {text}", ColumnName::parse(usual).measure));
        }
    }
    for (name, column) in captions {
        let text = value_of(workspace, name, column.as_deref(), row);
        ui.label(format!("{name}: {text}"));
    }
    if let Some(label) = workspace.labels.active()
        && let Some(value) = label.value(row)
    {
        ui.label(format!("{}: {value}", label.spec.column));
    }
}
