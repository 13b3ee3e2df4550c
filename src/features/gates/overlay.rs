//! Gates on the scatter plot: drawn where their columns are on the axes, and reshaped by their handles.

use egui::{Color32, CursorIcon, Painter, Pos2, Rect, Sense, Stroke, Ui, Vec2};

use super::command::GatesCommand;
use super::state::GatesState;
use crate::model::command::Command;
use crate::model::plot_frame::PlotFrame;
use crate::model::scatter::{Axes, Tool};
use crate::model::state::Workspace;
use cytolance_plot::charts::group_color;
use cytolance_plot::figure::Ink;
use cytolance_profile::GateShape;
use cytolance_widgets::tokens;

/// Side of a handle in points.
const HANDLE: f32 = 9.0;

/// How a gate's columns lie on the axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    /// As they are.
    Straight,
    /// The other way round.
    Swapped,
    /// One column, horizontal.
    OnX,
    /// One column, vertical.
    OnY,
}

fn lie(shape: &GateShape, axes: &Axes) -> Option<Lie> {
    let (x, y) = (axes.x.as_deref(), axes.y.as_deref());
    match shape.columns().as_slice() {
        [a, b] if Some(*a) == x && Some(*b) == y => Some(Lie::Straight),
        [a, b] if Some(*a) == y && Some(*b) == x => Some(Lie::Swapped),
        [a] if Some(*a) == x => Some(Lie::OnX),
        [a] if Some(*a) == y => Some(Lie::OnY),
        _ => None,
    }
}

/// The corners that can be dragged, in the gate's own columns.
fn handles(shape: &GateShape) -> Vec<[f64; 2]> {
    match shape {
        GateShape::Rectangle { min, max, .. } => {
            vec![*min, [max[0], min[1]], *max, [min[0], max[1]]]
        }
        GateShape::Polygon { points, .. } => points.clone(),
        GateShape::Threshold { .. } | GateShape::Quantile { .. } => Vec::new(),
    }
}

/// The shape with one corner at another place.
fn moved(shape: &GateShape, handle: usize, to: [f64; 2]) -> GateShape {
    let mut shape = shape.clone();
    match &mut shape {
        GateShape::Rectangle { min, max, .. } => {
            let corners = [*min, [max[0], min[1]], *max, [min[0], max[1]]];
            // The corner across stays.
            let fixed = corners[(handle + 2) % 4];
            for axis in 0..2 {
                min[axis] = fixed[axis].min(to[axis]);
                max[axis] = fixed[axis].max(to[axis]);
            }
        }
        GateShape::Polygon { points, .. } => {
            if let Some(point) = points.get_mut(handle) {
                *point = to;
            }
        }
        GateShape::Threshold { value, .. } => *value = to[0],
        GateShape::Quantile { .. } => {}
    }
    shape
}

/// The shape moved as a whole.
fn shifted(shape: &GateShape, by: [f64; 2]) -> GateShape {
    let mut shape = shape.clone();
    let shift = |point: &mut [f64; 2]| {
        point[0] += by[0];
        point[1] += by[1];
    };
    match &mut shape {
        GateShape::Rectangle { min, max, .. } => {
            shift(min);
            shift(max);
        }
        GateShape::Polygon { points, .. } => points.iter_mut().for_each(shift),
        GateShape::Threshold { value, .. } => *value += by[0],
        GateShape::Quantile { .. } => {}
    }
    shape
}

/// Paints the gates over the plot, and follows their handles while the tool moves things.
pub(crate) fn overlay(
    ui: &Ui,
    workspace: &Workspace,
    plot: &PlotFrame,
    commands: &mut Vec<Command>,
) {
    let gates = workspace.parts.get::<GatesState>();
    if gates.gates.is_empty() {
        return;
    }
    commands.push(Command::from(GatesCommand::Want));
    let (frame, painter) = (plot.rect(), &plot.painter);
    let movable = workspace.scatter.tool == Tool::Pan;
    for (at, gate) in gates.gates.iter().enumerate() {
        if gates.hidden.contains(&gate.name) {
            continue;
        }
        let Some(lie) = lie(&gate.shape, &workspace.scatter.axes) else {
            continue;
        };
        let Ink::Color([r, g, b, _]) = group_color(at, 255) else {
            continue;
        };
        let color = Color32::from_rgb(r, g, b);
        let place = |[x, y]: [f64; 2]| match lie {
            Lie::Swapped => plot.to_screen([y, x]),
            _ => plot.to_screen([x, y]),
        };
        let back = |at: Pos2| {
            let [x, y] = plot.to_plane(at);
            match lie {
                Lie::Swapped | Lie::OnY => [y, x],
                _ => [x, y],
            }
        };
        let mut reshape = |shape: GateShape| {
            commands.push(Command::from(GatesCommand::Reshape(
                gate.name.clone(),
                shape,
            )));
        };
        let text = match gates.counts.gates.get(&gate.name) {
            Some(Ok(count)) => format!("{} {count}", gate.name),
            _ => gate.name.clone(),
        };
        if matches!(lie, Lie::OnX | Lie::OnY) {
            let value = match &gate.shape {
                GateShape::Threshold { value, .. } => Some(*value),
                _ => gates.counts.bounds.get(&gate.name).copied(),
            };
            if let Some(value) = value {
                let line = line_of(frame, lie, plot.to_screen([value, value]));
                painter.line_segment(line, Stroke::new(1.5, color));
                label(painter, line[0] + Vec2::new(4.0, 4.0), &text, color, ui);
                let area = Rect::from_two_pos(line[0], line[1]).expand(4.0);
                let id = ui.unique_id().with(("gate", &gate.name));
                let fixed = matches!(gate.shape, GateShape::Quantile { .. });
                if movable && !fixed {
                    let response =
                        ui.interact(area, id, Sense::drag())
                            .on_hover_cursor(if lie == Lie::OnX {
                                CursorIcon::ResizeHorizontal
                            } else {
                                CursorIcon::ResizeVertical
                            });
                    if let Some(pointer) = response
                        .interact_pointer_pos()
                        .filter(|_| response.dragged())
                    {
                        reshape(moved(&gate.shape, 0, back(pointer)));
                    }
                }
            }
            continue;
        }
        let corners = handles(&gate.shape);
        let path: Vec<Pos2> = corners.iter().copied().map(place).collect();
        painter.add(egui::Shape::closed_line(
            path.clone(),
            Stroke::new(3.5, tokens(ui).surface),
        ));
        painter.add(egui::Shape::closed_line(
            path.clone(),
            Stroke::new(1.8, color),
        ));
        let top = path
            .iter()
            .copied()
            .min_by(|a, b| a.y.total_cmp(&b.y))
            .unwrap_or(frame.min);
        let name = label(painter, top - Vec2::new(0.0, 16.0), &text, color, ui);
        if !movable {
            continue;
        }
        let whole = ui
            .interact(
                name,
                ui.unique_id().with(("gate", &gate.name)),
                Sense::drag(),
            )
            .on_hover_cursor(CursorIcon::Grab)
            .on_hover_text("Drag to move the gate");
        if whole.dragged() {
            let delta = whole.drag_delta();
            let (from, to) = (back(frame.center()), back(frame.center() + delta));
            reshape(shifted(&gate.shape, [to[0] - from[0], to[1] - from[1]]));
        }
        for (handle, corner) in path.iter().enumerate() {
            let square = Rect::from_center_size(*corner, Vec2::splat(HANDLE));
            if !frame.intersects(square) {
                continue;
            }
            let id = ui.unique_id().with(("gate handle", &gate.name, handle));
            let response = ui
                .interact(square, id, Sense::click_and_drag())
                .on_hover_cursor(CursorIcon::Move);
            let fill = if response.hovered() {
                tokens(ui).text
            } else {
                color
            };
            painter.rect_filled(square.shrink(2.0), 1.0, fill);
            if let Some(pointer) = response
                .interact_pointer_pos()
                .filter(|_| response.dragged())
            {
                reshape(moved(&gate.shape, handle, back(pointer)));
            }
            if response.double_clicked() {
                reshape(with_corner(&gate.shape, handle));
            }
            if response.secondary_clicked() {
                reshape(without_corner(&gate.shape, handle));
            }
        }
    }
}

/// A corner more, half way to the next one.
fn with_corner(shape: &GateShape, handle: usize) -> GateShape {
    let mut shape = shape.clone();
    if let GateShape::Polygon { points, .. } = &mut shape
        && let (Some(a), Some(b)) = (
            points.get(handle).copied(),
            points.get((handle + 1) % points.len()).copied(),
        )
    {
        let middle = [f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])];
        points.insert(handle + 1, middle);
    }
    shape
}

/// A corner less; three stay.
fn without_corner(shape: &GateShape, handle: usize) -> GateShape {
    let mut shape = shape.clone();
    if let GateShape::Polygon { points, .. } = &mut shape
        && points.len() > 3
        && handle < points.len()
    {
        points.remove(handle);
    }
    shape
}

fn line_of(frame: Rect, lie: Lie, at: Pos2) -> [Pos2; 2] {
    if lie == Lie::OnX {
        [
            Pos2::new(at.x, frame.top()),
            Pos2::new(at.x, frame.bottom()),
        ]
    } else {
        [
            Pos2::new(frame.left(), at.y),
            Pos2::new(frame.right(), at.y),
        ]
    }
}

/// A gate's name on a quiet ground; returns where.
fn label(painter: &Painter, at: Pos2, text: &str, color: Color32, ui: &Ui) -> Rect {
    let font = egui::FontId::proportional(11.0);
    let galley = painter.layout_no_wrap(text.to_owned(), font, color);
    let rect = Rect::from_min_size(at, galley.size()).expand(2.0);
    painter.rect_filled(rect, 2.0, tokens(ui).surface.gamma_multiply(0.8));
    painter.galley(at, galley, color);
    rect
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_move_and_the_one_across_stays() {
        let rectangle = GateShape::Rectangle {
            x: "x".to_owned(),
            y: "y".to_owned(),
            min: [0.0, 0.0],
            max: [2.0, 4.0],
        };
        let GateShape::Rectangle { min, max, .. } = moved(&rectangle, 0, [3.0, 1.0]) else {
            panic!("no rectangle")
        };
        assert_eq!(
            (min, max),
            ([2.0, 1.0], [3.0, 4.0]),
            "beyond the corner across"
        );
        let polygon = GateShape::Polygon {
            x: "x".to_owned(),
            y: "y".to_owned(),
            points: vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]],
        };
        let count = |shape: &GateShape| handles(shape).len();
        let more = with_corner(&polygon, 2);
        assert_eq!(handles(&more)[3], [0.0, 0.5]);
        assert_eq!(count(&without_corner(&more, 0)), 3);
        assert_eq!(count(&without_corner(&polygon, 0)), 3, "three stay");
        assert_eq!(handles(&shifted(&polygon, [1.0, 2.0]))[0], [1.0, 2.0]);
        let axes = |x: &str, y: &str| Axes {
            x: Some(x.to_owned()),
            y: Some(y.to_owned()),
            color: None,
        };
        assert_eq!(lie(&polygon, &axes("x", "y")), Some(Lie::Straight));
        assert_eq!(lie(&polygon, &axes("y", "x")), Some(Lie::Swapped));
        assert_eq!(lie(&polygon, &axes("x", "z")), None);
    }
}
