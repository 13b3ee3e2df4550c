//! One plate: its wells in their places, and what the pointer does there.

use std::collections::HashSet;

use egui::{
    Align2, Color32, CornerRadius, FontId, Mesh, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui,
    pos2, vec2,
};

use super::command::PlateCommand;
use super::pane::PlateView;
use crate::model::command::{Command, SelectMode};
use crate::model::points::SELECTED;
use cytolance_explore::{PlateValues, WellValue};
use cytolance_plot::Colormap;
use cytolance_profile::{Well, row_letters};
use cytolance_widgets::{format_number, tokens};

/// Room for the letters of rows and the numbers of columns.
const HEADER: f32 = 20.0;
/// Wells from this size on have values and sites in them.
const ROOM_FOR_TEXT: f32 = 34.0;
const ROOM_FOR_SITES: f32 = 14.0;
/// Wells from this size on have round corners.
const ROUND_FROM: f32 = 14.0;

/// Colours of values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub range: Option<[f64; 2]>,
}

impl Scale {
    /// The colour of a value; values beyond the ends have the ends' colours.
    pub(super) fn color(self, value: f64) -> Color32 {
        let [r, g, b] = Colormap::Viridis.color_between(value, self.range);
        Color32::from_rgb(r, g, b)
    }
}

/// Ink that is read on a colour.
fn ink(on: Color32) -> Color32 {
    let light = 0.3 * f32::from(on.r()) + 0.59 * f32::from(on.g()) + 0.11 * f32::from(on.b());
    if light > 140.0 {
        Color32::BLACK
    } else {
        Color32::WHITE
    }
}

/// A plate of `well` points a well.
pub(super) fn show(
    ui: &mut Ui,
    plate: &PlateValues,
    well_size: f32,
    scale: Scale,
    show_values: bool,
    view: &mut PlateView,
    commands: &mut Vec<Command>,
) {
    let (rows, columns) = (plate.format.rows, plate.format.columns);
    let size = vec2(
        HEADER + columns as f32 * well_size,
        HEADER + rows as f32 * well_size,
    );
    let (area, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let place = |well: Well| {
        let corner = pos2(
            area.left() + HEADER + well.column as f32 * well_size,
            area.top() + HEADER + well.row as f32 * well_size,
        );
        Rect::from_min_size(corner, vec2(well_size, well_size)).shrink(1.0)
    };
    headers(ui, area, plate, well_size, commands);
    let tokens = tokens(ui);
    let filled: HashSet<Well> = plate.wells.iter().filter_map(|well| well.place).collect();
    let line = tokens.line.gamma_multiply(0.6);
    for row in 0..rows {
        for column in 0..columns {
            let well = Well { row, column };
            if !filled.contains(&well) {
                let (radius, stroke) = (CornerRadius::same(2), Stroke::new(1.0, line));
                let painter = ui.painter();
                painter.rect_stroke(place(well), radius, stroke, StrokeKind::Inside);
            }
        }
    }
    // Hundreds of small wells are one shape: corners would not be seen on them.
    let mut small = (well_size < ROUND_FROM).then(Mesh::default);
    let mode = SelectMode::held(ui);
    for well in &plate.wells {
        let Some(at) = well.place else { continue };
        let rect = place(at);
        match &mut small {
            Some(mesh) => add_small(mesh, rect, well, scale, tokens.raised),
            None => paint(ui, rect, well, scale, show_values),
        }
        let id = ui.unique_id().with((&plate.name, &well.name));
        let one = ui.interact(rect, id, Sense::click());
        one.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, spoken(well)));
        let both = || (plate.name.clone(), well.name.clone());
        if one.double_clicked() {
            let (plate, well) = both();
            commands.push(Command::from(PlateCommand::Filter(plate, well)));
        } else if one.clicked() {
            commands.push(Command::from(PlateCommand::Select(vec![both()], mode)));
        }
        if one.hovered() {
            one.on_hover_text_at_pointer(hover_text(well));
        }
    }
    if let Some(mesh) = small {
        ui.painter().add(Shape::mesh(mesh));
    }
    drag(ui, area, plate, &place, &response, view, commands);
}

/// A well for screen readers.
fn spoken(well: &WellValue) -> String {
    let cells = format!("well {}, {} cells", well.name, well.count);
    match well.value {
        Some(value) => format!("{cells}, {}", format_number(value)),
        None => cells,
    }
}

/// A well without corners, text and sites. One whose cells the filters hide is half filled.
fn add_small(mesh: &mut Mesh, rect: Rect, well: &WellValue, scale: Scale, plain: Color32) {
    if well.count == 0 {
        mesh.add_colored_rect(rect.with_min_y(rect.center().y), plain);
        return;
    }
    let color = well.value.map_or(plain, |value| scale.color(value));
    mesh.add_colored_rect(rect, color);
    if let Some(bar) = selected_bar(rect, well) {
        let [r, g, b] = SELECTED;
        mesh.add_colored_rect(bar.expand(0.5), Color32::BLACK);
        mesh.add_colored_rect(bar, Color32::from_rgb(r, g, b));
    }
}

/// Where the share of selected cells is shown.
fn selected_bar(rect: Rect, well: &WellValue) -> Option<Rect> {
    let share = well.selected as f32 / well.count.max(1) as f32;
    let height = (rect.height() * 0.14).clamp(2.0, 6.0);
    (well.selected > 0).then(|| {
        Rect::from_min_max(
            pos2(rect.left(), rect.bottom() - height),
            pos2(rect.left() + rect.width() * share, rect.bottom()),
        )
    })
}

fn hover_text(well: &WellValue) -> String {
    let value = |value: Option<f64>| value.map_or_else(|| "no value".to_owned(), format_number);
    let mut lines = vec![
        well.name.clone(),
        format!("{} cells shown of {}", well.count, well.total),
        value(well.value),
    ];
    if well.selected > 0 {
        lines.push(format!("{} selected", well.selected));
    }
    for site in &well.sites {
        lines.push(format!(
            "site {}: {} cells, {}",
            site.name,
            site.count,
            value(site.value)
        ));
    }
    lines.join("\n")
}

/// Letters and numbers; a click selects the row or column.
fn headers(ui: &Ui, area: Rect, plate: &PlateValues, well_size: f32, commands: &mut Vec<Command>) {
    let tokens = tokens(ui);
    let font = FontId::proportional((well_size * 0.45).clamp(7.0, 11.0));
    let mut header = |rect: Rect, text: String, inside: &dyn Fn(Well) -> bool| {
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            &text,
            font.clone(),
            tokens.text_weak,
        );
        let response = ui.interact(
            rect,
            ui.unique_id().with((&plate.name, "header", &text)),
            Sense::click(),
        );
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Button, true, format!("wells {text}"))
        });
        if response.clicked() {
            let wells = plate
                .wells
                .iter()
                .filter(|well| well.place.is_some_and(inside))
                .map(|well| (plate.name.clone(), well.name.clone()))
                .collect();
            commands.push(Command::from(PlateCommand::Select(
                wells,
                SelectMode::held(ui),
            )));
        }
    };
    for row in 0..plate.format.rows {
        let rect = Rect::from_min_size(
            pos2(area.left(), area.top() + HEADER + row as f32 * well_size),
            vec2(HEADER, well_size),
        );
        header(rect, row_letters(row), &|well| well.row == row);
    }
    for column in 0..plate.format.columns {
        let rect = Rect::from_min_size(
            pos2(area.left() + HEADER + column as f32 * well_size, area.top()),
            vec2(well_size, HEADER),
        );
        header(rect, (column + 1).to_string(), &|well| {
            well.column == column
        });
    }
}

fn paint(ui: &Ui, rect: Rect, well: &WellValue, scale: Scale, show_values: bool) {
    let tokens = tokens(ui);
    let painter = ui.painter();
    if well.count == 0 {
        // There are cells, but the filters hide them: not the same as an empty well.
        painter.rect_filled(rect, 2.0, tokens.raised);
        painter.line_segment(
            [rect.left_bottom(), rect.right_top()],
            Stroke::new(1.0, tokens.text_weak),
        );
        return;
    }
    let across = (well.sites.len() as f32).sqrt().ceil().max(1.0);
    if well.sites.len() > 1 && rect.width() / across >= ROOM_FOR_SITES / 2.0 {
        let side = vec2(rect.width() / across, rect.height() / across);
        painter.rect_filled(rect, 2.0, tokens.raised);
        for (at, site) in well.sites.iter().enumerate() {
            let corner = rect.min
                + vec2(
                    (at as f32 % across).floor() * side.x,
                    (at as f32 / across).floor() * side.y,
                );
            let own = Rect::from_min_size(corner, side).shrink(0.5);
            if let Some(value) = site.value {
                painter.rect_filled(own, 1.0, scale.color(value));
            }
        }
    } else {
        match well.value {
            Some(value) => {
                let color = scale.color(value);
                painter.rect_filled(rect, 2.0, color);
                if show_values && rect.width() >= ROOM_FOR_TEXT {
                    let size = (rect.width() * 0.24).clamp(8.0, 13.0);
                    painter.text(
                        rect.center(),
                        Align2::CENTER_CENTER,
                        format_number(value),
                        FontId::proportional(size),
                        ink(color),
                    );
                }
            }
            None => {
                painter.rect_filled(rect, 2.0, tokens.raised);
            }
        }
    }
    if let Some(bar) = selected_bar(rect, well) {
        let [r, g, b] = SELECTED;
        painter.rect_filled(bar.expand(0.5), 0.0, Color32::BLACK);
        painter.rect_filled(bar, 0.0, Color32::from_rgb(r, g, b));
    }
}

/// A frame drawn over wells selects them.
fn drag(
    ui: &Ui,
    area: Rect,
    plate: &PlateValues,
    place: &dyn Fn(Well) -> Rect,
    response: &egui::Response,
    view: &mut PlateView,
    commands: &mut Vec<Command>,
) {
    let pointer = response.interact_pointer_pos();
    let start: Option<(String, Pos2)> = view.drag.clone();
    if response.drag_started()
        && let Some(at) = pointer
    {
        // Where the button went down, not where the pointer has come to since.
        let origin = ui.input(|input| input.pointer.press_origin()).unwrap_or(at);
        view.drag = Some((plate.name.clone(), origin));
        return;
    }
    let Some((name, from)) = start.filter(|(name, _)| *name == plate.name) else {
        return;
    };
    let to = ui
        .input(|input| input.pointer.latest_pos())
        .unwrap_or(from)
        .clamp(area.min, area.max);
    let frame = Rect::from_two_pos(from, to);
    ui.painter().rect_stroke(
        frame,
        2.0,
        Stroke::new(1.5, tokens(ui).accent),
        StrokeKind::Inside,
    );
    if !ui.input(|input| input.pointer.any_down()) {
        view.drag = None;
        let wells: Vec<(String, String)> = plate
            .wells
            .iter()
            .filter(|well| well.place.is_some_and(|at| frame.intersects(place(at))))
            .map(|well| (name.clone(), well.name.clone()))
            .collect();
        if !wells.is_empty() {
            commands.push(Command::from(PlateCommand::Select(
                wells,
                SelectMode::held(ui),
            )));
        }
    }
}
