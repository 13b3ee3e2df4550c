//! A figure on the screen.

use std::sync::Arc;

use egui::{Align2, Color32, FontId, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2, vec2};

use super::theme::tokens;
use cytolance_plot::figure::{Anchor, Figure, Ink, Item, Palette};

/// What the pointer does on a figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FigureOutput {
    /// The target under the pointer.
    pub hovered: Option<usize>,
    /// The target that was clicked.
    pub clicked: Option<usize>,
}

/// The palette of the theme.
fn palette(ui: &Ui) -> Palette {
    let tokens = tokens(ui);
    let of = |color: Color32| color.to_srgba_unmultiplied();
    Palette {
        background: [0; 4],
        text: of(tokens.text),
        weak: of(tokens.text_weak),
        line: of(tokens.line),
        accent: of(tokens.accent),
        selected: [255, 196, 64, 255],
    }
}

/// Paints a figure at the top left of the room that is left, in its own size; `label` is its name for screen readers.
pub fn figure_view(ui: &mut Ui, figure: &Figure, label: &str) -> FigureOutput {
    let size = vec2(figure.width as f32, figure.height as f32);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, label));
    let palette = palette(ui);
    let painter = ui.painter_at(rect);
    let at = |[x, y]: [f64; 2]| rect.min + Vec2::new(x as f32, y as f32);
    let ink = |ink: Ink| {
        let [r, g, b, a] = palette.color(ink);
        Color32::from_rgba_unmultiplied(r, g, b, a)
    };
    for item in &figure.items {
        match item {
            Item::Box { rect: own, fill } => {
                painter.rect_filled(place(rect, *own), 0.0, ink(*fill));
            }
            Item::Line {
                points,
                ink: color,
                width,
                dashed,
            } => {
                let points: Vec<Pos2> = points.iter().copied().map(at).collect();
                let stroke = Stroke::new(*width as f32, ink(*color));
                if *dashed {
                    painter.extend(Shape::dashed_line(&points, stroke, 4.0, 3.0));
                } else {
                    painter.add(Shape::line(points, stroke));
                }
            }
            Item::Area { points, fill } => area(&painter, points, &at, ink(*fill)),
            Item::Disc {
                center,
                radius,
                fill,
            } => {
                painter.circle_filled(at(*center), *radius as f32, ink(*fill));
            }
            Item::Text {
                at: place,
                anchor,
                text,
                size,
                ink: color,
                upwards,
            } => {
                let font = FontId::proportional(*size as f32);
                let place = at(*place);
                if *upwards {
                    let galley = painter.layout_no_wrap(text.clone(), font, ink(*color));
                    let corner = place + vec2(-galley.size().y * 0.75, galley.size().x / 2.0);
                    let mut shape = egui::epaint::TextShape::new(corner, galley, ink(*color));
                    shape.angle = -std::f32::consts::FRAC_PI_2;
                    painter.add(shape);
                } else {
                    let align = match anchor {
                        Anchor::Start => Align2::LEFT_BOTTOM,
                        Anchor::Middle => Align2::CENTER_BOTTOM,
                        Anchor::End => Align2::RIGHT_BOTTOM,
                    };
                    // A base line is a little above the lower edge of a line of text.
                    let lower = place + vec2(0.0, *size as f32 * 0.28);
                    painter.text(lower, align, text, font, ink(*color));
                }
            }
            // Charts have no pictures; the others are for files.
            Item::Picture { .. } => {}
        }
    }
    let under = |pointer: Pos2| {
        figure
            .targets
            .iter()
            .find(|target| place(rect, target.rect).contains(pointer))
    };
    let hovered = response.hover_pos().and_then(under);
    let mut output = FigureOutput {
        hovered: hovered.map(|target| target.id),
        clicked: None,
    };
    if let Some(target) = hovered {
        painter.rect_filled(place(rect, target.rect), 0.0, tokens(ui).hover());
        if response.clicked() {
            output.clicked = Some(target.id);
        }
        response.on_hover_text_at_pointer(&target.label);
    }
    output
}

fn place(figure: Rect, [x, y, w, h]: [f64; 4]) -> Rect {
    Rect::from_min_size(
        figure.min + vec2(x as f32, y as f32),
        vec2(w as f32, h as f32),
    )
}

/// A filled area of any shape: egui fills convex ones only, and violins are strips between two sides.
fn area(
    painter: &egui::Painter,
    points: &[[f64; 2]],
    at: &dyn Fn([f64; 2]) -> Pos2,
    fill: Color32,
) {
    let mut mesh = egui::Mesh::default();
    let half = points.len() / 2;
    for step in 0..half {
        let (a, b) = (points[step], points[points.len() - 1 - step]);
        mesh.colored_vertex(at(a), fill);
        mesh.colored_vertex(at(b), fill);
        if step > 0 {
            let first = 2 * (step as u32 - 1);
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.add_triangle(first + 1, first + 2, first + 3);
        }
    }
    painter.add(Shape::Mesh(Arc::new(mesh)));
}
