//! Painting the picture of a cell with its outlines.

use egui::{Align, Color32, Pos2, Rect, Shape, Stroke, TextStyle, TextureId, Ui, Vec2, pos2};

use super::cell_text::paint_line;
use super::theme::{SPACE_SMALL, on_picture, tokens};
use cytolance_imaging::Outline;

/// How the outline of an object is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutlineStyle {
    /// Colour of the line.
    pub color: Color32,
    /// Width of the line in points.
    pub width: f32,
    /// Whether it is drawn at all.
    pub visible: bool,
    /// Dashed lines mark outlines that are approximate.
    pub dashed: bool,
}

/// Where the field is on screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PictureTransform {
    /// Where the picture is on screen.
    pub rect: Rect,
    /// Field pixels of the picture's upper left corner.
    pub origin: [f64; 2],
    /// Points on screen by field pixel.
    pub scale: f32,
}

impl PictureTransform {
    /// The transform of a picture of `size` pixels in the middle of `rect`, as large as fits.
    ///
    /// `None` where there is no pixel or no room.
    pub fn fit(rect: Rect, size: [usize; 2], origin: [f64; 2]) -> Option<Self> {
        let size = Vec2::new(size[0] as f32, size[1] as f32);
        let scale = (rect.width() / size.x).min(rect.height() / size.y);
        (size.min_elem() > 0.0 && scale.is_finite() && scale > 0.0).then(|| Self {
            rect: Rect::from_center_size(rect.center(), size * scale),
            origin,
            scale,
        })
    }

    /// Where a point of the field is on screen.
    pub fn to_screen(&self, [x, y]: [f64; 2]) -> Pos2 {
        // The difference in f64: fields are large, crops are small.
        let offset = Vec2::new((x - self.origin[0]) as f32, (y - self.origin[1]) as f32);
        self.rect.min + offset * self.scale
    }

    /// The point of the field at a place on screen.
    pub fn from_screen(&self, at: Pos2) -> [f64; 2] {
        let offset = (at - self.rect.min) / self.scale;
        [
            self.origin[0] + f64::from(offset.x),
            self.origin[1] + f64::from(offset.y),
        ]
    }
}

/// Points that the mark of a centre leaves open on each side, and the length of its arms.
const CENTER_GAP: f32 = 3.0;
const CENTER_ARM: f32 = 5.0;

/// Outlines get a dark rim from this size of the picture on; below, it would hide the cell.
const RIM_FROM: f32 = 140.0;

/// Paints a picture of `size` pixels (width, height) into the middle of `rect`, and outlines in field pixels over it.
///
/// `origin` is the upper left corner of the picture in field pixels. Without a texture the outlines stand on an empty
/// tile. Whether pixels are sharp or smooth is up to the texture. `None` where nothing could be painted.
pub fn paint_picture(
    ui: &Ui,
    rect: Rect,
    texture: Option<TextureId>,
    size: [usize; 2],
    origin: [f64; 2],
    outlines: &[(&Outline, OutlineStyle)],
) -> Option<PictureTransform> {
    let mut transform = PictureTransform::fit(rect, size, origin)?;
    transform.rect = transform
        .rect
        .translate(to_whole_pixels(ui, transform.rect.min));
    let painter = ui.painter();
    match texture {
        Some(texture) => {
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(texture, transform.rect, whole, on_picture::UNTINTED);
        }
        None => {
            painter.rect_filled(transform.rect, 2.0, tokens(ui).raised);
        }
    }
    paint_outlines(
        &painter.with_clip_rect(transform.rect.intersect(ui.clip_rect())),
        &transform,
        transform.rect.size().max_elem() >= RIM_FROM,
        outlines,
    );
    Some(transform)
}

/// Paints outlines in field pixels; with a dark rim where they lie on bright pixels and the picture is large.
pub fn paint_outlines(
    painter: &egui::Painter,
    transform: &PictureTransform,
    with_rim: bool,
    outlines: &[(&Outline, OutlineStyle)],
) {
    for (outline, style) in outlines.iter().filter(|(_, style)| style.visible) {
        for ring in &outline.rings {
            let path = path_on_screen(ring, transform);
            if path.len() < 2 {
                continue;
            }
            if with_rim {
                let rim = Stroke::new(style.width + 1.5, on_picture::HALO);
                add_path(painter, &path, rim, style.dashed);
            }
            let stroke = Stroke::new(style.width, style.color);
            add_path(painter, &path, stroke, style.dashed);
        }
    }
}

/// Marks the centre of a cell of which no outline is known: a cross that leaves the centre itself open.
pub fn paint_center(painter: &egui::Painter, transform: &PictureTransform, center: [f64; 2]) {
    let at = transform.to_screen(center);
    if at.any_nan() {
        return;
    }
    let (gap, arm) = (CENTER_GAP, CENTER_GAP + CENTER_ARM);
    for direction in [Vec2::X, Vec2::Y, -Vec2::X, -Vec2::Y] {
        let line = [at + direction * gap, at + direction * arm];
        painter.line_segment(line, Stroke::new(2.5, on_picture::HALO));
        painter.line_segment(line, Stroke::new(1.0, on_picture::INK));
    }
}

/// The points of a closed ring on screen, without those too near to the one before to make a difference.
fn path_on_screen(ring: &[[f64; 2]], transform: &PictureTransform) -> Vec<Pos2> {
    let mut path: Vec<Pos2> = Vec::with_capacity(ring.len());
    for &point in ring {
        let at = transform.to_screen(point);
        let far = path.last().is_none_or(|last| last.distance_sq(at) >= 0.25);
        if far && !at.any_nan() {
            path.push(at);
        }
    }
    // Closed by the painter, not by repeating the first point.
    if path.len() > 1 && path.first() == path.last() {
        path.pop();
    }
    path
}

fn add_path(painter: &egui::Painter, path: &[Pos2], stroke: Stroke, dashed: bool) {
    if dashed {
        let closed: Vec<Pos2> = path.iter().chain(path.first()).copied().collect();
        let dash = 3.0 + 2.0 * stroke.width;
        painter.extend(Shape::dashed_line(&closed, stroke, dash, 3.0));
    } else {
        painter.add(Shape::closed_line(path.to_vec(), stroke));
    }
}

/// A quiet tile where a picture is not there yet, or cannot be.
pub fn paint_placeholder(ui: &Ui, rect: Rect, text: &str) {
    let tokens = tokens(ui);
    ui.painter()
        .rect_filled(rect, 2.0, tokens.raised.gamma_multiply(0.6));
    if !text.is_empty() {
        paint_line(
            ui.painter(),
            rect.shrink(SPACE_SMALL),
            text,
            TextStyle::Small.resolve(ui.style()),
            tokens.text_weak,
            Align::Center,
        );
    }
}

fn to_whole_pixels(ui: &Ui, at: Pos2) -> Vec2 {
    let pixels = ui.ctx().pixels_per_point();
    let whole = |value: f32| (value * pixels).round() / pixels - value;
    Vec2::new(whole(at.x), whole(at.y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_keep_their_shape_in_the_middle() {
        let room = Rect::from_min_size(pos2(10.0, 20.0), Vec2::new(200.0, 100.0));
        let cases = [
            ([50, 50], Some((2.0, [60.0, 20.0]))),
            ([400, 100], Some((0.5, [10.0, 45.0]))),
            ([1, 1000], Some((0.1, [109.95, 20.0]))),
            ([0, 10], None),
        ];
        for (size, expected) in cases {
            let transform = PictureTransform::fit(room, size, [0.0, 0.0]);
            let found = transform.map(|t| (t.scale, [t.rect.min.x, t.rect.min.y]));
            match (found, expected) {
                (Some((scale, at)), Some((wanted, corner))) => {
                    assert!((scale - wanted).abs() < 1e-5, "{size:?}");
                    assert!((at[0] - corner[0]).abs() < 1e-3, "{size:?} {at:?}");
                    assert!((at[1] - corner[1]).abs() < 1e-3, "{size:?} {at:?}");
                }
                (found, expected) => assert_eq!(found.is_some(), expected.is_some(), "{size:?}"),
            }
        }
    }

    #[test]
    fn field_and_screen_are_inverse() {
        let room = Rect::from_min_size(pos2(0.0, 0.0), Vec2::splat(128.0));
        let transform = PictureTransform::fit(room, [64, 64], [40_000.5, 12.0]).unwrap();
        assert_eq!(transform.to_screen([40_010.5, 13.0]), pos2(20.0, 2.0));
        assert_eq!(transform.from_screen(pos2(20.0, 2.0)), [40_010.5, 13.0]);
    }

    #[test]
    fn rings_lose_points_that_do_not_show() {
        let room = Rect::from_min_size(pos2(0.0, 0.0), Vec2::splat(10.0));
        let transform = PictureTransform::fit(room, [100, 100], [0.0, 0.0]).unwrap();
        let ring: Vec<[f64; 2]> = (0..=100).map(|x| [f64::from(x), 0.0]).collect();
        assert_eq!(path_on_screen(&ring, &transform).len(), 21);
        let square = [[0.0, 0.0], [50.0, 0.0], [50.0, 50.0], [0.0, 0.0]];
        assert_eq!(path_on_screen(&square, &transform).len(), 3);
        assert!(path_on_screen(&[[f64::NAN, 0.0]], &transform).is_empty());
    }
}
