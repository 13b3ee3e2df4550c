//! The joins as a drawing: the objects as boxes, what belongs together on the lines between them.

use egui::{Align2, Rect, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo, pos2, vec2};

use super::pieces::{warning, weak};
use super::words;
use cytolance_import::{ImportPreview, ObjectPreview, PairReport};
use cytolance_profile::thousands;
use cytolance_widgets::{medium_font, tokens};

const BOX_HEIGHT: f32 = 48.0;
const BOX_GAP: f32 = 12.0;

pub(super) fn show(ui: &mut Ui, preview: &ImportPreview) {
    let Some((primary, others)) = preview.objects.split_first() else {
        weak(ui, "The export has no objects.");
        return;
    };
    let lines = others.len().max(1) as f32;
    let height = lines * (BOX_HEIGHT + BOX_GAP) - BOX_GAP;
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let box_width = ((width - 120.0) / 2.0).clamp(96.0, 220.0);
    let first = Rect::from_center_size(
        pos2(rect.left() + box_width / 2.0, rect.center().y),
        vec2(box_width, BOX_HEIGHT),
    );
    for (at, other) in others.iter().enumerate() {
        let top = rect.top() + at as f32 * (BOX_HEIGHT + BOX_GAP);
        let there = Rect::from_min_size(
            pos2(rect.right() - box_width, top),
            vec2(box_width, BOX_HEIGHT),
        );
        line(ui, first, there, &thousands(other.joined));
        object_box(ui, there, other, false);
    }
    object_box(ui, first, primary, true);
    response.widget_info(|| {
        let joined: Vec<String> = others
            .iter()
            .map(|other| format!("{} {} joined", thousands(other.joined), other.name))
            .collect();
        let label = format!(
            "joins of {} {}: {}",
            thousands(primary.objects),
            primary.name,
            joined.join(", ")
        );
        WidgetInfo::labeled(Role::Image, true, label)
    });
    if others.is_empty() {
        weak(ui, "There are no other objects: nothing has to be joined.");
    }
    let mut complete = !others.is_empty();
    for other in others {
        let without = preview.rows.saturating_sub(other.joined);
        if without > 0 {
            complete = false;
            warning(
                ui,
                &format!(
                    "{} of {} {} have no {}: these columns stay empty there",
                    thousands(without),
                    thousands(preview.rows),
                    primary.name,
                    other.name
                ),
            );
        }
        let unused = other.objects.saturating_sub(other.joined);
        if unused > 0 {
            complete = false;
            weak(
                ui,
                format!(
                    "Left out: {} of {} that belong to none of the {}",
                    words::count(unused, "row", "rows"),
                    other.name,
                    primary.name
                ),
            );
        }
    }
    if complete {
        weak(ui, "Every row finds its partners.");
    }
}

/// Asks whether an object set that no parent column relates is to be joined by number and place, where that can be told.
pub(super) fn pair_choice(ui: &mut Ui, pair: &PairReport, wanted: &mut Vec<String>) {
    let was_joined = wanted.contains(&pair.object);
    if !was_joined && !pair.is_likely() {
        return;
    }
    let mut joined = was_joined;
    ui.checkbox(
        &mut joined,
        format!(
            "{}: {} of {} have the same number and lie inside one of the {}: join them",
            pair.object,
            thousands(pair.placed),
            thousands(pair.objects),
            pair.primary
        ),
    )
    .on_hover_text(
        "No parent column says what belongs together. Those that lie elsewhere are never joined.",
    );
    if joined != was_joined {
        wanted.retain(|name| *name != pair.object);
        if joined {
            wanted.push(pair.object.clone());
        }
    }
}

fn object_box(ui: &Ui, rect: Rect, object: &ObjectPreview, primary: bool) {
    let tokens = tokens(ui);
    let (fill, stroke) = if primary {
        (tokens.accent_soft, tokens.accent)
    } else {
        (tokens.raised, tokens.line)
    };
    let painter = ui.painter();
    painter.rect(
        rect,
        6.0,
        fill,
        Stroke::new(1.0, stroke),
        egui::StrokeKind::Inside,
    );
    let painter = painter.with_clip_rect(rect.shrink(4.0).intersect(ui.clip_rect()));
    painter.text(
        rect.center() - vec2(0.0, 9.0),
        Align2::CENTER_CENTER,
        &object.name,
        medium_font(13.0),
        tokens.text,
    );
    painter.text(
        rect.center() + vec2(0.0, 9.0),
        Align2::CENTER_CENTER,
        words::count(object.objects, "row", "rows"),
        TextStyle::Small.resolve(ui.style()),
        if primary {
            tokens.text
        } else {
            tokens.text_weak
        },
    );
}

fn line(ui: &Ui, from: Rect, to: Rect, count: &str) {
    let tokens = tokens(ui);
    let (start, end) = (from.right_center(), to.left_center());
    let middle = f32::midpoint(start.x, end.x);
    let stroke = Stroke::new(1.5, tokens.text_weak.gamma_multiply(0.6));
    let painter = ui.painter();
    painter.line(
        vec![
            start,
            pos2(start.x + 12.0, start.y),
            pos2(start.x + 12.0, end.y),
            end,
        ],
        stroke,
    );
    let galley = painter.layout_no_wrap(
        count.to_owned(),
        cytolance_widgets::numbers_font(12.0),
        tokens.text,
    );
    let at = pos2(middle.max(start.x + 20.0 + galley.size().x / 2.0), end.y);
    let back = Rect::from_center_size(at, galley.size() + vec2(10.0, 2.0));
    painter.rect_filled(back, 4.0, tokens.surface);
    painter.galley(back.center() - galley.size() / 2.0, galley, tokens.text);
}
