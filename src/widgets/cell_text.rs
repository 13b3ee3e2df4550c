//! Text in the cells of a table: one line, cut with an ellipsis, straight on the painter.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align, Color32, FontId, Galley, Painter, Pos2, Rect, TextStyle, Ui};

use super::fonts::numbers_font;
use super::theme::{CELL_PADDING, TEXT_SIZE, tokens};

/// What stands for a missing value.
const NULL: &str = "–";

/// Paints a number at the right of a cell, digits below digits; `null` paints the sign of a missing value.
pub fn paint_number(ui: &Ui, rect: Rect, text: &str, null: bool) {
    let tokens = tokens(ui);
    let (text, color) = if null {
        (NULL, tokens.text_weak)
    } else {
        (text, tokens.text)
    };
    paint_line(
        ui.painter(),
        rect.shrink2(egui::vec2(CELL_PADDING, 0.0)),
        text,
        numbers_font(TEXT_SIZE),
        color,
        Align::Max,
    );
}

/// Paints text at the left of a cell.
pub fn paint_text(ui: &Ui, rect: Rect, text: &str) {
    paint_line(
        ui.painter(),
        rect.shrink2(egui::vec2(CELL_PADDING, 0.0)),
        text,
        TextStyle::Body.resolve(ui.style()),
        tokens(ui).text,
        Align::Min,
    );
}

/// Paints the sign of a missing value at the left of a cell.
pub fn paint_null(ui: &Ui, rect: Rect) {
    paint_line(
        ui.painter(),
        rect.shrink2(egui::vec2(CELL_PADDING, 0.0)),
        NULL,
        TextStyle::Body.resolve(ui.style()),
        tokens(ui).text_weak,
        Align::Min,
    );
}

/// Paints a small line in a place, such as a caption.
pub fn paint_small(ui: &Ui, rect: Rect, text: &str, color: Color32, align: Align) {
    paint_line(
        ui.painter(),
        rect,
        text,
        TextStyle::Small.resolve(ui.style()),
        color,
        align,
    );
}

/// Lays out one line that is cut with an ellipsis where it gets wider than `width`.
pub(super) fn line(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: Color32,
    width: f32,
) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// Paints one line in the vertical middle of `rect`; returns where.
pub(super) fn paint_line(
    painter: &Painter,
    rect: Rect,
    text: &str,
    font: FontId,
    color: Color32,
    align: Align,
) -> Rect {
    let galley = line(painter, text, font, color, rect.width());
    let size = galley.size();
    let x = match align {
        Align::Min => rect.left(),
        Align::Center => rect.center().x - size.x / 2.0,
        Align::Max => rect.right() - size.x,
    };
    let at = Pos2::new(x, (rect.center().y - size.y / 2.0).round());
    painter.galley(at, galley, color);
    Rect::from_min_size(at, size)
}
