//! The scatter plot.

use egui::{
    Color32, CursorIcon, Event, Key, Modifiers, PointerButton, Pos2, Sense, Stroke, Ui, Vec2b,
};
use egui_material_icons::icons::ICON_SCATTER_PLOT;
use egui_plot::{Plot, PlotImage, PlotPoint};

use super::header;
use crate::model::command::{Area, Command, SelectMode};
use crate::model::feature::Feature;
use crate::model::picture_cell::paint_cell;
use crate::model::plot_frame::PlotFrame;
use crate::model::scatter::{Points, Tool};
use crate::model::state::Workspace;
use crate::model::textures::Textures;
use cytolance_plot::Bounds;
use cytolance_widgets::{empty_state, end_of, format_number, tokens};

/// Pixels around the pointer within which a point is meant.
const REACH: f32 = 10.0;
/// Points that ticks and the name of the other axis take.
const AXIS: f32 = 36.0;
/// Points a letter of an axis' name takes.
const LETTER: f32 = 6.2;

/// What the pane remembers between frames.
#[derive(Default)]
pub struct ScatterView {
    /// The plot's picture: its number and texture.
    plot_texture: Option<(u64, egui::TextureHandle)>,
    /// The path of a lasso or the corners of a box being drawn, in plot coordinates.
    drawing: Vec<[f64; 2]>,
    /// The part of the plane that the plot shows.
    pub(super) plot_view: Option<cytolance_plot::Bounds>,
}

/// The plot with its header.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut ScatterView,
    textures: &mut Textures,
    features: &[&dyn Feature],
    commands: &mut Vec<Command>,
) {
    egui::Frame::new()
        .inner_margin(egui::Margin::symmetric(8, 4))
        .show(ui, |ui| {
            header::show(ui, workspace, view, commands);
        });
    let scatter = &workspace.scatter;
    if let Some(error) = &scatter.error {
        empty_state(
            ui,
            ICON_SCATTER_PLOT.codepoint,
            "This plot cannot be drawn",
            error,
            |_| {},
        );
        return;
    }
    if scatter.axes.x.is_none() || scatter.axes.y.is_none() {
        empty_state(
            ui,
            ICON_SCATTER_PLOT.codepoint,
            "No plot yet",
            "Choose a numeric column for each axis.",
            |_| {},
        );
        return;
    }
    let Some(points) = &scatter.points else {
        empty_state(
            ui,
            ICON_SCATTER_PLOT.codepoint,
            "Reading the columns",
            "",
            egui::Ui::spinner,
        );
        return;
    };
    let none_drawn = scatter
        .raster
        .as_ref()
        .is_some_and(|raster| raster.points == 0 && !scatter.raster_work.is_running());
    if points.index.is_empty() || none_drawn && workspace.shown.is_empty() {
        let hint =
            "None of the shown cells has a value in both columns. Change a filter or an axis.";
        empty_state(ui, ICON_SCATTER_PLOT.codepoint, "No points", hint, |_| {});
        return;
    }
    draw(ui, workspace, points, view, textures, features, commands);
}

fn draw(
    ui: &mut Ui,
    workspace: &Workspace,
    points: &Points,
    view: &mut ScatterView,
    textures: &mut Textures,
    features: &[&dyn Feature],
    commands: &mut Vec<Command>,
) {
    let scatter = &workspace.scatter;
    let tokens = tokens(ui);
    let dark = ui.visuals().dark_mode;
    if let Some(raster) = &scatter.raster
        && view
            .plot_texture
            .as_ref()
            .is_none_or(|(number, _)| *number != raster.number)
    {
        let options = egui::TextureOptions::LINEAR;
        if let Some((number, texture)) = &mut view.plot_texture {
            texture.set(egui::ImageData::Color(raster.image.clone()), options);
            *number = raster.number;
        } else {
            let texture = ui.ctx().load_texture(
                "scatter",
                egui::ImageData::Color(raster.image.clone()),
                options,
            );
            view.plot_texture = Some((raster.number, texture));
        }
    }
    let fit = scatter.due_fit();
    let pan = scatter.tool == Tool::Pan;
    let mut plot = Plot::new("scatter plot")
        .allow_drag(pan)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_grid(Vec2b::new(true, true))
        .grid_color(tokens.line)
        .show_crosshair(false)
        .label_formatter(|_| None)
        .sense(Sense::click_and_drag())
        .x_axis_formatter(|mark, _| format_number(mark.value))
        .y_axis_formatter(|mark, _| format_number(mark.value));
    if let (Some(x), Some(y)) = (&points.axes.x, &points.axes.y) {
        // A longer name would lie over what is beside the plot; its end is where names differ.
        let [x, y] = [(x, ui.available_width()), (y, ui.available_height())]
            .map(|(name, room)| end_of(name, ((room - AXIS) / LETTER).max(4.0) as usize));
        plot = plot.x_axis_label(x).y_axis_label(y);
    }
    let whole = points.index.bounds().map(|bounds| bounds.expanded(0.05));
    let drawing = std::mem::take(&mut view.drawing);
    let texture = view.plot_texture.as_ref().map(|(_, texture)| texture.id());
    let response = plot.show(ui, |plot| {
        if let Some(whole) = whole.filter(|_| fit.is_some()) {
            plot.set_plot_bounds(egui_plot::PlotBounds::from_min_max(whole.min, whole.max));
        }
        if let (Some(raster), Some(texture)) = (&scatter.raster, texture) {
            let view = raster.view;
            let center = PlotPoint::new(
                f64::midpoint(view.min[0], view.max[0]),
                f64::midpoint(view.min[1], view.max[1]),
            );
            plot.image(PlotImage::new(
                "cells",
                texture,
                center,
                [view.width() as f32, view.height() as f32],
            ));
        }
    });
    if response.response.double_clicked() {
        commands.push(Command::ResetPlot);
    }
    let bounds = response.transform.bounds();
    let shown = Bounds {
        min: bounds.min(),
        max: bounds.max(),
    };
    let frame = *response.transform.frame();
    let pixels = frame.size() * ui.ctx().pixels_per_point();
    if shown.width() > 0.0 && shown.height() > 0.0 && pixels.x >= 2.0 && pixels.y >= 2.0 {
        commands.push(Command::ShowPlot {
            view: shown,
            size: [pixels.x as usize, pixels.y as usize],
            dark,
            fit: fit.unwrap_or(scatter.fitted),
        });
    }
    view.plot_view = Some(shown);
    // Everything below is painted on the plot, not over its axes.
    let painter = ui.painter().with_clip_rect(frame.intersect(ui.clip_rect()));
    let plot = PlotFrame::new(painter, response.transform);
    let painter = &plot.painter;
    if let Some(row) = workspace.cursor
        && let (Some(x), Some(y)) = (points.x.number(row), points.y.number(row))
        && workspace.shown.contains(row)
    {
        let at = plot.to_screen([x, y]);
        painter.circle_stroke(at, 7.0, Stroke::new(3.0, tokens.surface));
        painter.circle_stroke(at, 7.0, Stroke::new(1.5, tokens.text));
    }
    let plot_response = response.response;
    for feature in features {
        feature.over_plot(ui, workspace, &plot, commands);
    }
    plot_response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, "scatter plot"));
    let pointer = plot_response
        .interact_pointer_pos()
        .or_else(|| plot_response.hover_pos())
        .map(|at| plot.to_plane(at));
    let modifiers = ui.input(|input| input.modifiers);
    view.drawing = drawing;
    if pan {
        view.drawing.clear();
        let reach = [
            shown.width() / f64::from(frame.width()) * f64::from(REACH),
            shown.height() / f64::from(frame.height()) * f64::from(REACH),
        ];
        let all = workspace.order.len() == workspace.dataset.num_rows();
        let shown_only = (!all).then_some(&*workspace.shown);
        let hovered = pointer
            .filter(|_| plot_response.hovered() && !plot_response.dragged())
            .and_then(|point| points.index.nearest(point, reach, shown_only));
        if let Some(row) = hovered {
            ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
            hover_card(ui, workspace, points, textures, row, commands);
            if plot_response.clicked() {
                let mode = if modifiers.command || modifiers.shift {
                    SelectMode::Toggle
                } else {
                    SelectMode::Replace
                };
                commands.push(Command::Select(vec![row], mode));
                commands.push(Command::Look(row));
            }
        } else if plot_response.clicked() {
            commands.push(Command::ClearSelection);
        }
        return;
    }
    ui.ctx().set_cursor_icon(if plot_response.hovered() {
        CursorIcon::Crosshair
    } else {
        CursorIcon::Default
    });
    let takes_area = features
        .iter()
        .find_map(|feature| feature.takes_area(workspace));
    area(
        ui,
        scatter.tool,
        &plot_response,
        &plot,
        modifiers,
        takes_area,
        view,
        commands,
    );
    let path: Vec<egui::Pos2> = outline_of(scatter.tool, &view.drawing)
        .iter()
        .map(|at| plot.to_screen(*at))
        .collect();
    if path.len() > 1 {
        let fill = Color32::from_rgba_unmultiplied(
            tokens.accent.r(),
            tokens.accent.g(),
            tokens.accent.b(),
            24,
        );
        if scatter.tool == Tool::Box {
            painter.add(egui::Shape::convex_polygon(
                path.clone(),
                fill,
                Stroke::NONE,
            ));
        }
        painter.add(egui::Shape::closed_line(
            path,
            Stroke::new(1.5, tokens.accent),
        ));
    }
}

/// Follows a lasso or a box and selects when the button is let go.
#[expect(
    clippy::too_many_arguments,
    reason = "it is one half of `draw`, split for its length"
)]
fn area(
    ui: &Ui,
    tool: Tool,
    response: &egui::Response,
    plot: &PlotFrame,
    modifiers: Modifiers,
    takes_area: Option<fn(Area) -> Command>,
    view: &mut ScatterView,
    commands: &mut Vec<Command>,
) {
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        view.drawing.clear();
        return;
    }
    let started = response.drag_started_by(PointerButton::Primary);
    let stopped = response.drag_stopped_by(PointerButton::Primary);
    if started {
        let origin = ui.input(|input| input.pointer.press_origin());
        view.drawing = origin.map(|at| plot.to_plane(at)).into_iter().collect();
    }
    if started || stopped || response.dragged_by(PointerButton::Primary) {
        // A slow frame takes in many moves; all of them belong to the path.
        for at in ui
            .input(|input| moves(&input.events))
            .into_iter()
            .map(|at| plot.to_plane(at))
        {
            if view.drawing.last() == Some(&at) {
                continue;
            }
            if tool == Tool::Box {
                view.drawing.truncate(1);
            }
            view.drawing.push(at);
        }
    }
    if stopped {
        let path = std::mem::take(&mut view.drawing);
        let mode = SelectMode::of(modifiers);
        let area = match (tool, path.as_slice()) {
            (Tool::Box, [from, .., to]) => Some(Area::Box(Bounds {
                min: [from[0].min(to[0]), from[1].min(to[1])],
                max: [from[0].max(to[0]), from[1].max(to[1])],
            })),
            (Tool::Lasso, [_, _, _, ..]) => Some(Area::Polygon(path)),
            _ => None,
        };
        commands.extend(area.map(|area| match takes_area {
            Some(becomes) => becomes(area),
            None => Command::SelectArea(area, mode),
        }));
    } else if response.clicked() {
        commands.push(Command::ClearSelection);
    }
}

/// Where the pointer went with its button held.
fn moves(events: &[Event]) -> Vec<Pos2> {
    let mut path = Vec::new();
    for event in events {
        match event {
            Event::PointerMoved(at) => path.push(*at),
            Event::PointerButton { pressed: true, .. } => path.clear(),
            Event::PointerButton { pressed: false, .. } => break,
            _ => {}
        }
    }
    path
}

/// The corners of what is being drawn.
fn outline_of(tool: Tool, drawing: &[[f64; 2]]) -> Vec<[f64; 2]> {
    match (tool, drawing) {
        (Tool::Box, [from, .., to]) => vec![*from, [to[0], from[1]], *to, [from[0], to[1]]],
        _ => drawing.to_vec(),
    }
}

/// The cell beside the pointer.
fn hover_card(
    ui: &Ui,
    workspace: &Workspace,
    points: &Points,
    textures: &mut Textures,
    row: u32,
    commands: &mut Vec<Command>,
) {
    commands.push(Command::WantPictures(vec![row]));
    let id = ui.scope_id().with("hovered cell");
    egui::Tooltip::always_open(
        ui.ctx().clone(),
        ui.layer_id(),
        id,
        egui::PopupAnchor::Pointer,
    )
    .gap(16.0)
    .show(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(120.0), Sense::hover());
        paint_cell(ui, rect, workspace, textures, row, false);
        for (name, column) in [
            (&points.axes.x, Some(&points.x)),
            (&points.axes.y, Some(&points.y)),
            (&points.axes.color, points.color.as_ref()),
        ] {
            if let (Some(name), Some(column)) = (name, column) {
                let value = match column.number(row).filter(|_| column.kind.is_number()) {
                    Some(number) => format_number(number),
                    None => column.text(row).unwrap_or_else(|| "no value".to_owned()),
                };
                ui.label(egui::RichText::new(format!("{name}: {value}")).small());
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_all_moves_with_the_button_held() {
        let to = |x: f32| Event::PointerMoved(Pos2::new(x, 0.0));
        let button = |pressed| Event::PointerButton {
            pos: Pos2::ZERO,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        // Events of a frame, and where the pointer went.
        let cases: [(Vec<Event>, &[f32]); 4] = [
            (vec![to(1.0), to(2.0)], &[1.0, 2.0]),
            (vec![to(1.0), button(true), to(2.0), to(3.0)], &[2.0, 3.0]),
            (vec![to(1.0), to(2.0), button(false), to(3.0)], &[1.0, 2.0]),
            (vec![Event::PointerGone], &[]),
        ];
        for (events, path) in cases {
            let found: Vec<f32> = moves(&events).iter().map(|at| at.x).collect();
            assert_eq!(found, path);
        }
    }
}
