//! A histogram of z-scores with a threshold on it.

use egui::{Align, CursorIcon, Response, Sense, Stroke, Ui, vec2};

use super::histogram_bars::{BarScale, bars, describe, paint_handle, steps};
use super::number_format::format_number;
use super::range_axis::Axis;
use super::range_field::NumberField;
use super::theme::tokens;

const HEIGHT: f32 = 44.0;
/// Half the width of the handle, and the room beside the bars for it.
const HANDLE: f32 = 5.0;
const FIELD_WIDTH: f32 = 52.0;
/// An arrow key moves the threshold so far, with shift ten times.
const STEP: f64 = 0.05;

/// Counts in bins and a threshold to drag or to type: a positive one is exceeded upwards, any other downwards.
pub struct ThresholdHistogram<'a> {
    /// What the numbers are; names the line and the field.
    pub label: &'a str,
    /// Lower edge of the first bin.
    pub min: f64,
    /// Upper edge of the last bin.
    pub max: f64,
    /// Counts by bin.
    pub counts: &'a [u32],
}

impl ThresholdHistogram<'_> {
    /// Shows histogram and field over the full width. The response is `changed()` when the threshold was moved or typed;
    /// a typed one may lie anywhere.
    pub fn show(self, ui: &mut Ui, threshold: &mut f64) -> Response {
        let before = threshold.to_bits();
        let row = ui.horizontal(|ui| {
            let gap = ui.spacing().item_spacing.x;
            let width = (ui.available_width() - FIELD_WIDTH - 2.0 * gap - 8.0).max(60.0);
            let line = self.line(ui, width, threshold);
            let field = NumberField {
                id: ui.make_persistent_id(("threshold field", self.label)),
                label: format!("{} threshold", self.label),
                empty: *threshold,
                width: FIELD_WIDTH,
                align: Align::Max,
                refused: false,
                words: None,
            };
            line | field.show(ui, threshold)
        });
        let mut response = row.inner;
        if !threshold.is_finite() {
            *threshold = f64::from_bits(before);
        }
        let changed = before != threshold.to_bits();
        response.flags.set(egui::response::Flags::CHANGED, changed);
        response
    }

    fn line(&self, ui: &mut Ui, width: f32, threshold: &mut f64) -> Response {
        let id = ui.make_persistent_id(("threshold line", self.label));
        let (rect, _) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
        let plot = rect
            .shrink2(vec2(HANDLE, 0.0))
            .with_max_y(rect.bottom() - HANDLE);
        let axis = Axis {
            min: self.min,
            max: self.max,
            plot,
        };
        let sense = Sense::CLICK | Sense::DRAG | Sense::FOCUSABLE;
        let mut response = ui
            .interact(rect, id, sense)
            .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
        if (response.dragged() || response.clicked())
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let moved = axis.value(pointer.x);
            if moved.to_bits() != threshold.to_bits() {
                *threshold = moved;
                response.mark_changed();
            }
        }
        if let Some(keyed) = Self::keyboard(ui, &response, *threshold) {
            *threshold = keyed;
            response.mark_changed();
        }
        let label = format!("{} threshold line", self.label);
        describe(ui, &response, &label, *threshold, [self.min, self.max]);
        self.paint(ui, &axis, *threshold, &response);
        let side = if *threshold > 0.0 { "above" } else { "below" };
        response.on_hover_text(format!("{side} {}", format_number(*threshold)))
    }

    /// Arrow keys and screen readers.
    fn keyboard(ui: &Ui, response: &Response, value: f64) -> Option<f64> {
        let steps = steps(ui, response);
        // Whole steps, so that no rounding creeps in.
        (steps != 0.0).then(|| ((value / STEP + steps).round() * STEP * 100.0).round() / 100.0)
    }

    fn paint(&self, ui: &Ui, axis: &Axis, threshold: f64, response: &Response) {
        let tokens = tokens(ui);
        let plot = axis.plot;
        let painter = ui.painter();
        let x = axis.x(threshold);
        let beyond = if threshold > 0.0 {
            plot.with_min_x(x)
        } else {
            plot.with_max_x(x)
        };
        painter.rect_filled(beyond, 0.0, tokens.accent_faint());
        // Roots of the counts: the few cells beyond a threshold are what it is about.
        let top = self.counts.iter().max().copied().unwrap_or(0).max(1);
        let bars = |color| bars(plot, self.counts, top, BarScale::Root, color);
        painter.add(bars(tokens.text_weak.gamma_multiply(0.45)));
        painter
            .with_clip_rect(beyond.intersect(ui.clip_rect()))
            .add(bars(tokens.accent));
        let faint = Stroke::new(1.0, tokens.text_weak.gamma_multiply(0.5));
        painter.hline(plot.x_range(), plot.bottom(), faint);
        if self.min < 0.0 && 0.0 < self.max {
            painter.vline(
                axis.x(0.0),
                plot.bottom() - 3.0..=plot.bottom() + 3.0,
                faint,
            );
        }
        paint_handle(painter, plot, x, vec2(8.0, 10.0), response, tokens);
    }
}

#[cfg(test)]
mod tests {
    use egui::{Key, pos2};
    use egui_kittest::{Harness, kittest::Queryable as _};

    use super::*;

    fn harness<'a>(start: f64) -> Harness<'a, (f64, usize)> {
        Harness::builder()
            .with_size([320.0, 80.0])
            .with_context_setup(super::super::install)
            .build_ui_state(
                |ui, (threshold, changes)| {
                    let histogram = ThresholdHistogram {
                        label: "Area",
                        min: -4.0,
                        max: 4.0,
                        counts: &[1, 2, 9, 40, 30, 8, 2, 1],
                    };
                    if histogram.show(ui, threshold).changed() {
                        *changes += 1;
                    }
                },
                (start, 0),
            )
    }

    #[test]
    fn thresholds_are_typed_with_point_or_comma() {
        let mut harness = harness(2.0);
        let cases = [
            ("0,5", 0.5, 1),
            ("-1.25", -1.25, 2),
            ("x", -1.25, 2),
            ("inf", -1.25, 2),
        ];
        for (text, value, changes) in cases {
            harness.get_by_label("Area threshold").focus();
            harness.run();
            harness.get_by_label("Area threshold").type_text(text);
            harness.run();
            harness.key_press(Key::Enter);
            harness.run();
            assert_eq!(*harness.state(), (value, changes), "{text}");
        }
    }

    #[test]
    fn the_line_is_dragged_and_moved_by_keys() {
        let mut harness = harness(0.0);
        let rect = harness.get_by_label("Area threshold line").rect();
        let at = |share: f32| pos2(rect.left() + rect.width() * share, rect.center().y);
        harness.drag_at(at(0.5));
        harness.run();
        harness.hover_at(at(0.75));
        harness.run();
        harness.drop_at(at(0.75));
        harness.run();
        let (threshold, _) = *harness.state();
        assert!((threshold - 2.0).abs() < 0.15, "{threshold}");
        harness.get_by_label("Area threshold line").focus();
        harness.run();
        let before = harness.state().0;
        harness.key_press(Key::ArrowRight);
        harness.run();
        let (after, _) = *harness.state();
        assert!(after > before && after - before <= 0.1, "{before} {after}");
        harness.key_press_modifiers(egui::Modifiers::SHIFT, Key::ArrowLeft);
        harness.run();
        assert!((harness.state().0 - (after - 0.5)).abs() < 1e-9);
    }
}
