//! The field itself: picture or crops, outlines, the current cell, and what the pointer does.

use egui::{
    Color32, CornerRadius, Pos2, Rect, Sense, Stroke, StrokeKind, TextureOptions, Ui, Vec2,
};

use super::pane::FieldView;
use super::state::FieldOfView;
use crate::model::command::{Command, SelectMode};
use crate::model::picture_cell::styled_outlines;
use crate::model::points::SELECTED;
use crate::model::state::Workspace;
use crate::model::textures::{TextureKind, Textures};
use cytolance_imaging::{CellPicture, Outline, common_box};
use cytolance_kernels::polygon_contains;
use cytolance_widgets::{
    OutlineStyle, PictureTransform, paint_center, paint_outlines, scale_bar, tokens,
};

/// Most magnification beyond what fits.
const MOST_ZOOM: f32 = 40.0;
/// Cells whose crops stand in for the field's picture.
const MOST_CROPS: usize = 400;

/// Where the field is on the screen.
fn transform(
    area: Rect,
    size: [usize; 2],
    origin: [f64; 2],
    view: &FieldView,
) -> Option<PictureTransform> {
    let fit = PictureTransform::fit(area.shrink(4.0), size, origin)?;
    let scale = fit.scale * view.zoom;
    let middle = view.center.unwrap_or([
        origin[0] + size[0] as f64 / 2.0,
        origin[1] + size[1] as f64 / 2.0,
    ]);
    let offset = Vec2::new(
        (middle[0] - origin[0]) as f32 * scale,
        (middle[1] - origin[1]) as f32 * scale,
    );
    let corner = area.center() - offset;
    let extent = Vec2::new(size[0] as f32, size[1] as f32) * scale;
    Some(PictureTransform {
        rect: Rect::from_min_size(corner, extent),
        origin,
        scale,
    })
}

/// The box of all outlines and crops, where no picture says how large the field is.
fn extent(workspace: &Workspace, field: &FieldOfView) -> Option<([usize; 2], [f64; 2])> {
    if let Some(size) = field.size {
        return Some((size, [0.0, 0.0]));
    }
    let boxes = field
        .rows
        .iter()
        .zip(&field.outlines)
        .filter_map(|(row, cell)| {
            let crop = workspace.pictures.get(*row).and_then(|picture| {
                let crop = picture.crop.as_ref()?;
                let [x, y] = picture.origin;
                Some([x, y, x + f64::from(crop.width), y + f64::from(crop.height)])
            });
            crop.or_else(|| bounds_of(cell))
        });
    let all = common_box(boxes)?;
    let size = [
        (all[2] - all[0]).ceil() as usize,
        (all[3] - all[1]).ceil() as usize,
    ];
    Some((size, [all[0], all[1]]))
}

fn bounds_of(cell: &CellPicture) -> Option<[f64; 4]> {
    let outlines = cell.outlines.iter();
    common_box(outlines.filter_map(|(_, outline)| outline.bounds()))
}

/// The middle of the current cell in field pixels.
pub(super) fn center_of(workspace: &Workspace, field: &FieldOfView) -> Option<[f64; 2]> {
    let at = field
        .rows
        .iter()
        .position(|row| Some(*row) == workspace.cursor)?;
    let [x0, y0, x1, y1] = bounds_of(field.outlines.get(at)?)?;
    Some([f64::midpoint(x0, x1), f64::midpoint(y0, y1)])
}

/// The cell at a point of the field: of those whose outline holds it, the smallest.
fn cell_at(field: &FieldOfView, point: [f64; 2]) -> Option<u32> {
    let holds = |outline: &Outline| {
        let inside = outline
            .rings
            .iter()
            .fold(false, |inside, ring| inside ^ polygon_contains(ring, point));
        inside.then(|| outline.area())
    };
    field
        .rows
        .iter()
        .zip(&field.outlines)
        .filter_map(|(row, cell)| {
            let bounds = bounds_of(cell)?;
            let near = point[0] >= bounds[0]
                && point[0] <= bounds[2]
                && point[1] >= bounds[1]
                && point[1] <= bounds[3];
            if !near {
                return None;
            }
            let area = cell
                .outlines
                .iter()
                .filter_map(|(_, outline)| holds(outline))
                .reduce(f64::max)?;
            Some((*row, area))
        })
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(row, _)| row)
}

/// The field in an area of `size` points.
pub(super) fn show(
    ui: &mut Ui,
    size: Vec2,
    workspace: &Workspace,
    field: &FieldOfView,
    view: &mut FieldView,
    textures: &mut Textures,
    commands: &mut Vec<Command>,
) {
    let (area, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, "field of view"));
    let painter = ui.painter_at(area);
    painter.rect_filled(area, 0.0, Color32::BLACK);
    if field.image.is_none() {
        let rows = field.rows.iter().copied().take(MOST_CROPS).collect();
        commands.push(Command::WantPictures(rows));
    }
    let Some((size, origin)) = extent(workspace, field) else {
        return;
    };
    let Some(shown) = transform(area, size, origin, view) else {
        return;
    };
    navigate(ui, area, size, origin, &response, view, &shown);
    let Some(shown) = transform(area, size, origin, view) else {
        return;
    };
    paint_pixels(ui, area, workspace, field, view, textures, &shown);
    if view.outlines {
        paint_cells(ui, area, workspace, field, &shown);
    }
    paint_marks(ui, area, workspace, field, &shown);
    if let Some(microns) = workspace.dataset.metadata().pixel_size_um {
        scale_bar(ui, area.shrink(8.0), microns / f64::from(shown.scale));
    }
    let under = response
        .hover_pos()
        .and_then(|at| cell_at(field, shown.from_screen(at)));
    if let (Some(row), true) = (under, response.clicked()) {
        let toggles = ui.input(|input| input.modifiers.command);
        let mode = if toggles {
            SelectMode::Toggle
        } else {
            SelectMode::Replace
        };
        commands.push(Command::Select(vec![row], mode));
        commands.push(Command::Look(row));
    }
    if let Some(row) = under {
        response.on_hover_text_at_pointer(hover_text(workspace, row));
    }
}

fn hover_text(workspace: &Workspace, row: u32) -> String {
    let mut lines = vec![format!("cell {}", u64::from(row) + 1)];
    for column in workspace.table.columns.iter().take(8) {
        if let Some(value) = workspace
            .explorer
            .cached(&column.name)
            .and_then(|values| values.text(row))
        {
            lines.push(format!("{}: {value}", column.name));
        }
    }
    if !workspace.shown.contains(row) {
        lines.push("hidden by a filter".to_owned());
    }
    lines.join("\n")
}

/// Wheel and drag.
fn navigate(
    ui: &Ui,
    area: Rect,
    size: [usize; 2],
    origin: [f64; 2],
    response: &egui::Response,
    view: &mut FieldView,
    shown: &PictureTransform,
) {
    let middle = |view: &FieldView| {
        view.center.unwrap_or([
            origin[0] + size[0] as f64 / 2.0,
            origin[1] + size[1] as f64 / 2.0,
        ])
    };
    if response.dragged() {
        let moved = response.drag_delta() / shown.scale;
        let [x, y] = middle(view);
        view.center = Some([x - f64::from(moved.x), y - f64::from(moved.y)]);
    }
    if response.double_clicked() {
        view.zoom = 1.0;
        view.center = None;
    }
    if let Some(at) = response.hover_pos() {
        let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        let factor = pinch * (wheel / 200.0).exp();
        if (factor - 1.0).abs() > 1e-4 {
            let zoom = (view.zoom * factor).clamp(0.5, MOST_ZOOM);
            // What is under the pointer stays there.
            let fixed = shown.from_screen(at);
            let scale = shown.scale * zoom / view.zoom;
            let offset = (at - area.center()) / scale;
            view.center = Some([
                fixed[0] - f64::from(offset.x),
                fixed[1] - f64::from(offset.y),
            ]);
            view.zoom = zoom;
        }
    }
}

fn paint_pixels(
    ui: &Ui,
    area: Rect,
    workspace: &Workspace,
    field: &FieldOfView,
    view: &mut FieldView,
    textures: &mut Textures,
    shown: &PictureTransform,
) {
    let painter = ui.painter_at(area);
    let whole = Rect::from_min_max(Pos2::ZERO, egui::pos2(1.0, 1.0));
    if let Some(image) = &field.image {
        let key = (field.field, field.cell, field.style_generation);
        if view.texture.as_ref().is_none_or(|(known, _)| *known != key) {
            let options = TextureOptions {
                magnification: egui::TextureFilter::Nearest,
                ..TextureOptions::LINEAR
            };
            let data = egui::ImageData::Color(std::sync::Arc::clone(image));
            view.texture = Some((key, ui.ctx().load_texture("field", data, options)));
        }
        if let Some((_, texture)) = &view.texture {
            painter.image(texture.id(), shown.rect, whole, Color32::WHITE);
        }
        return;
    }
    // The crops at their places.
    for row in field.rows.iter().take(MOST_CROPS) {
        let Some(picture) = workspace.pictures.get(*row) else {
            continue;
        };
        let Some(crop) = &picture.crop else { continue };
        let corner = shown.to_screen(picture.origin);
        let extent = Vec2::new(crop.width as f32, crop.height as f32) * shown.scale;
        let rect = Rect::from_min_size(corner, extent);
        if !rect.intersects(area) {
            continue;
        }
        if let Some((texture, _)) = textures.get(ui.ctx(), workspace, *row, TextureKind::Smooth) {
            painter.image(texture, rect, whole, Color32::WHITE);
        }
        painter.rect_stroke(
            rect,
            CornerRadius::ZERO,
            Stroke::new(0.5, tokens(ui).text_weak),
            StrokeKind::Inside,
        );
    }
}

fn paint_cells(
    ui: &Ui,
    area: Rect,
    workspace: &Workspace,
    field: &FieldOfView,
    shown: &PictureTransform,
) {
    let mut outlines: Vec<(&Outline, OutlineStyle)> = Vec::new();
    for (row, cell) in field.rows.iter().zip(&field.outlines) {
        let visible = bounds_of(cell).is_some_and(|bounds| {
            let rect = Rect::from_two_pos(
                shown.to_screen([bounds[0], bounds[1]]),
                shown.to_screen([bounds[2], bounds[3]]),
            );
            rect.intersects(area)
        });
        if !visible {
            continue;
        }
        let passes = workspace.shown.contains(*row);
        for (outline, mut style) in styled_outlines(workspace, cell, false) {
            if !passes {
                // Cells that the filters hide step back.
                style.color = style.color.gamma_multiply(0.3);
            }
            outlines.push((outline, style));
        }
    }
    let painter = ui.painter_at(area);
    paint_outlines(&painter, shown, false, &outlines);
    let cells = field.rows.iter().zip(&field.outlines);
    for (_, cell) in cells.filter(|(row, _)| workspace.shown.contains(**row)) {
        if let Some(center) = cell.center {
            paint_center(&painter, shown, center);
        }
    }
}

/// Frames of the current and the selected cells.
fn paint_marks(
    ui: &Ui,
    area: Rect,
    workspace: &Workspace,
    field: &FieldOfView,
    shown: &PictureTransform,
) {
    let painter = ui.painter_at(area);
    let [r, g, b] = SELECTED;
    for (row, cell) in field.rows.iter().zip(&field.outlines) {
        let current = workspace.cursor == Some(*row);
        if !current && !workspace.selection.contains(*row) {
            continue;
        }
        let Some(bounds) = bounds_of(cell) else {
            continue;
        };
        let rect = Rect::from_two_pos(
            shown.to_screen([bounds[0], bounds[1]]),
            shown.to_screen([bounds[2], bounds[3]]),
        )
        .expand(3.0);
        let (width, color) = if current {
            (2.5, Color32::WHITE)
        } else {
            (1.5, Color32::from_rgb(r, g, b))
        };
        painter.rect_stroke(rect, 3.0, Stroke::new(width, color), StrokeKind::Outside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> CellPicture {
        let ring = vec![
            [x, y],
            [x + side, y],
            [x + side, y + side],
            [x, y + side],
            [x, y],
        ];
        CellPicture {
            outlines: vec![("Cells".to_owned(), Outline { rings: vec![ring] })],
            ..CellPicture::default()
        }
    }

    #[test]
    fn the_smallest_cell_under_the_pointer_is_meant() {
        let field = FieldOfView {
            field: 0,
            cell: None,
            rows: vec![7, 8, 9],
            outlines: vec![
                square(0.0, 0.0, 50.0),
                square(10.0, 10.0, 10.0),
                square(60.0, 0.0, 5.0),
            ],
            size: Some([100, 100]),
            planes: Vec::new(),
            missing: Vec::new(),
            image: None,
            reduction: 1,
            style_generation: 0,
        };
        let cases = [
            ([5.0, 5.0], Some(7)),
            ([15.0, 15.0], Some(8)),
            ([62.0, 2.0], Some(9)),
            ([55.0, 2.0], None),
        ];
        for (point, row) in cases {
            assert_eq!(cell_at(&field, point), row, "{point:?}");
        }
    }

    #[test]
    fn zooming_keeps_the_middle() {
        let area = Rect::from_min_size(Pos2::ZERO, Vec2::splat(208.0));
        let view = FieldView {
            zoom: 2.0,
            center: Some([25.0, 75.0]),
            ..FieldView::default()
        };
        let shown = transform(area, [100, 100], [0.0, 0.0], &view).expect("a transform");
        assert!((shown.scale - 4.0).abs() < 1e-4);
        let middle = shown.to_screen([25.0, 75.0]);
        assert!((middle - area.center()).length() < 1e-3, "{middle:?}");
    }
}
