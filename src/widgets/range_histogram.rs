//! A histogram with a range on it: the way to filter by a number.

use egui::emath::smart_aim::best_in_range_f64;
use egui::{Align, CursorIcon, Id, Rect, Response, Sense, Stroke, Ui, vec2};

use super::histogram_bars::{BarScale, bars, describe, is_lit, paint_handle, steps};
use super::number_format::format_number;
use super::range_axis::{Axis, Bound};
use super::range_field::{BoundWords, NumberField};
use super::theme::{SPACE_SMALL, tokens};

const HEIGHT: f32 = 56.0;
/// Radius of the handles, and the room left beside the bars for half of one.
const HANDLE: f32 = 6.0;
const FIELD_WIDTH: f32 = 76.0;
/// Of a date with a time of day.
const WORDS_WIDTH: f32 = 136.0;

/// Counts in bins, all rows and those that are shown, with a range to drag or to type.
pub struct RangeHistogram<'a> {
    /// What the numbers are; names the fields and handles.
    pub label: &'a str,
    /// Lower edge of the first bin.
    pub min: f64,
    /// Upper edge of the last bin.
    pub max: f64,
    /// Counts over all rows.
    pub all: &'a [u32],
    /// Counts over the rows that are shown.
    pub shown: &'a [u32],
    /// Heights as logarithms, for counts of very different size.
    pub log_counts: bool,
    /// How bounds are written where they are not numbers.
    pub words: Option<&'a dyn BoundWords>,
}

/// What a drag on the bars does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Grab {
    /// Moves both bounds by as much; they were there when it began.
    Both { low: f64, high: f64 },
    /// Draws a new range from a value.
    Draw { from: f64 },
}

impl RangeHistogram<'_> {
    /// Shows the histogram over the full width. The response is `changed()` when the user moved or typed a bound.
    ///
    /// Handles stay within the histogram; typed bounds may be anywhere.
    pub fn show(self, ui: &mut Ui, low: &mut f64, high: &mut f64) -> Response {
        let id = ui.make_persistent_id(("range histogram", self.label));
        let before = (low.to_bits(), high.to_bits());
        let width = ui.available_width().max(4.0 * HANDLE);
        let (rect, _) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
        let plot = rect
            .shrink2(vec2(HANDLE, 0.0))
            .with_max_y(rect.bottom() - HANDLE);
        let axis = Axis {
            min: self.min,
            max: self.max,
            plot,
        };
        let mut low_field = self.field(id, Bound::Low);
        let mut high_field = self.field(id, Bound::High);

        let mut response = self.drag_bars(ui, id, &axis, low, high);
        self.paint(ui, &axis, *low, *high);
        response |= self.handle(ui, id, &axis, Bound::Low, low, *high);
        response |= self.handle(ui, id, &axis, Bound::High, high, *low);
        ui.add_space(SPACE_SMALL - ui.spacing().item_spacing.y);
        low_field.refused = *low > *high;
        high_field.refused = low_field.refused;
        let row = ui.horizontal(|ui| {
            let low_response = low_field.show(ui, low);
            let rest = ui.available_width() - low_response.rect.width();
            ui.add_space((rest - ui.spacing().item_spacing.x).max(0.0));
            low_response | high_field.show(ui, high)
        });
        response |= row.inner;
        // Both handles and both fields say so themselves; a drag that came back to where it was does not count.
        let changed = before != (low.to_bits(), high.to_bits());
        response.flags.set(egui::response::Flags::CHANGED, changed);
        response
    }

    fn field(&self, id: Id, bound: Bound) -> NumberField<'_> {
        NumberField {
            words: self.words,
            id: id.with((bound.name(), "field")),
            label: format!("{} {}", self.label, bound.name()),
            empty: match bound {
                Bound::Low => self.min,
                Bound::High => self.max,
            },
            width: if self.words.is_some() {
                WORDS_WIDTH
            } else {
                FIELD_WIDTH
            },
            align: match bound {
                Bound::Low => Align::Min,
                Bound::High => Align::Max,
            },
            refused: false,
        }
    }

    fn drag_bars(&self, ui: &Ui, id: Id, axis: &Axis, low: &mut f64, high: &mut f64) -> Response {
        let response = ui.interact(axis.plot, id.with("bars"), Sense::CLICK | Sense::DRAG);
        let Some(pointer) = response.interact_pointer_pos().or(response.hover_pos()) else {
            return response;
        };
        let at = axis.value(pointer.x);
        let covers_all = *low <= self.min && *high >= self.max;
        let inside = !covers_all && (*low..=*high).contains(&at);
        if response.drag_started() {
            let origin = ui.input(|input| input.pointer.press_origin());
            let from = axis.value(origin.unwrap_or(pointer).x);
            let on_range = !covers_all && (*low..=*high).contains(&from);
            let grab = if on_range {
                Grab::Both {
                    low: *low,
                    high: *high,
                }
            } else {
                Grab::Draw { from }
            };
            ui.data_mut(|data| data.insert_temp(id, grab));
        }
        if response.dragged()
            && let Some(grab) = ui.data(|data| data.get_temp::<Grab>(id))
        {
            match grab {
                Grab::Both {
                    low: from_low,
                    high: from_high,
                } => {
                    let total = response.total_drag_delta().unwrap_or_default().x;
                    (*low, *high) = axis.moved((from_low, from_high), total);
                }
                Grab::Draw { from } => (*low, *high) = (from.min(at), from.max(at)),
            }
        }
        if response.double_clicked() {
            (*low, *high) = (self.min, self.max);
        }
        let response = response.on_hover_and_drag_cursor(if inside {
            CursorIcon::Grab
        } else {
            CursorIcon::Crosshair
        });
        if response.dragged() {
            return response;
        }
        match self.bin_text(axis, pointer.x) {
            Some(text) => response.on_hover_text_at_pointer(text),
            None => response,
        }
    }

    /// What the bar at `x` counts.
    fn bin_text(&self, axis: &Axis, x: f32) -> Option<String> {
        let bins = self.all.len();
        let share = ((x - axis.plot.left()) / axis.plot.width()).clamp(0.0, 1.0);
        let bin = ((share * bins as f32) as usize).min(bins.checked_sub(1)?);
        let edge = |i: usize| self.min + (self.max - self.min) * (i as f64 / bins as f64);
        let all = self.all.get(bin)?;
        let shown = self.shown.get(bin).unwrap_or(&0);
        let text = |value: f64| match self.words {
            Some(words) => words.text(value),
            None => format_number(value),
        };
        let (from, to) = (text(edge(bin)), text(edge(bin + 1)));
        Some(format!("{from} to {to}\n{shown} of {all} rows shown"))
    }

    fn handle(
        &self,
        ui: &Ui,
        id: Id,
        axis: &Axis,
        bound: Bound,
        value: &mut f64,
        other: f64,
    ) -> Response {
        let tokens = tokens(ui);
        let plot = axis.plot;
        let id = id.with((bound.name(), "handle"));
        let x = axis.x(*value);
        // Each reaches to its own side, so that two that meet can still be taken apart.
        let reach = match bound {
            Bound::Low => x - 10.0..=x + 2.0,
            Bound::High => x - 2.0..=x + 10.0,
        };
        let rect = Rect::from_x_y_ranges(reach, plot.top()..=plot.bottom() + HANDLE);
        let mut response = ui
            .interact(rect, id, Sense::DRAG | Sense::FOCUSABLE)
            .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
        let mut new = *value;
        if response.drag_started() {
            let origin = ui.input(|input| input.pointer.press_origin());
            let grip = origin.map_or(0.0, |origin| origin.x - x);
            ui.data_mut(|data| data.insert_temp(id, grip));
        }
        if response.dragged()
            && response.drag_delta().x != 0.0
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let grip: f32 = ui.data(|data| data.get_temp(id)).unwrap_or_default();
            new = axis.value(pointer.x - grip);
        }
        if let Some(keyed) = self.keyboard(ui, &response, *value) {
            new = keyed;
        }
        let new = bound.limit(new, other);
        if new.to_bits() != value.to_bits() {
            *value = new;
            response.mark_changed();
        }
        let label = format!("{} {} handle", self.label, bound.name());
        describe(ui, &response, &label, *value, [self.min, self.max]);
        let knob = if is_lit(&response) {
            vec2(10.0, 14.0)
        } else {
            vec2(8.0, 12.0)
        };
        paint_handle(ui.painter(), plot, axis.x(*value), knob, &response, tokens);
        response
    }

    /// Arrows move a handle with the focus by a hundredth, with shift by a tenth; screen readers by a hundredth.
    fn keyboard(&self, ui: &Ui, response: &Response, value: f64) -> Option<f64> {
        let steps = steps(ui, response);
        if steps == 0.0 {
            return None;
        }
        let step = (self.max - self.min) / 100.0;
        let moved = value + steps * step;
        let rounded = best_in_range_f64(moved - step / 20.0, moved + step / 20.0);
        Some(rounded.max(self.min).min(self.max))
    }

    fn paint(&self, ui: &Ui, axis: &Axis, low: f64, high: f64) {
        let tokens = tokens(ui);
        let plot = axis.plot;
        let painter = ui.painter();
        if low > self.min || high < self.max {
            let range = Rect::from_x_y_ranges(axis.x(low)..=axis.x(high), plot.y_range());
            painter.rect_filled(range, 0.0, tokens.accent_faint());
        }
        let top = self.top();
        let scale = if self.log_counts {
            BarScale::Logarithm
        } else {
            BarScale::Linear
        };
        for (counts, color) in [
            (self.all, tokens.text_weak.gamma_multiply(0.35)),
            (self.shown, tokens.accent),
        ] {
            painter.add(bars(plot, counts, top, scale, color));
        }
        painter.hline(
            plot.x_range(),
            plot.bottom(),
            Stroke::new(1.0, tokens.text_weak.gamma_multiply(0.5)),
        );
    }

    /// The highest count. Of shares, either may be the higher one; all rows may also be unknown.
    fn top(&self) -> u32 {
        let counts = self.all.iter().chain(self.shown);
        counts.max().copied().unwrap_or(0).max(1)
    }
}

#[cfg(test)]
mod tests {
    use egui::Key;
    use egui::accesskit::Role as NodeRole;
    use egui_kittest::{Harness, kittest::Queryable as _};

    use super::*;

    fn harness<'a>() -> Harness<'a, (f64, f64, usize)> {
        Harness::builder()
            .with_size([300.0, 120.0])
            .with_context_setup(super::super::install)
            .build_ui_state(
                |ui, (low, high, changes)| {
                    let histogram = RangeHistogram {
                        label: "Area",
                        min: 0.0,
                        max: 10.0,
                        all: &[1, 5, 9, 4, 1],
                        shown: &[0, 2, 9, 4, 0],
                        log_counts: false,
                        words: None,
                    };
                    if histogram.show(ui, low, high).changed() {
                        *changes += 1;
                    }
                },
                (0.0, 10.0, 0),
            )
    }

    #[test]
    fn no_bar_is_higher_than_the_highest() {
        let cases: [(&[u32], &[u32], u32); 4] = [
            (&[1, 9], &[0, 4], 9),
            (&[], &[3, 700], 700),
            (&[5], &[20], 20),
            (&[], &[], 1),
        ];
        for (all, shown, top) in cases {
            let histogram = RangeHistogram {
                label: "Area",
                min: 0.0,
                max: 1.0,
                all,
                shown,
                log_counts: true,
                words: None,
            };
            assert_eq!(histogram.top(), top, "{all:?} {shown:?}");
        }
    }

    #[test]
    fn typed_bounds_change_the_range() {
        let mut harness = harness();
        // Text, bounds after Enter, changes so far.
        let cases = [
            ("Area minimum", "2.5", (2.5, 10.0), 1),
            ("Area minimum", "2.5", (2.5, 10.0), 1),
            ("Area maximum", "1e3", (2.5, 1000.0), 2),
            ("Area maximum", "abc", (2.5, 1000.0), 2),
            ("Area minimum", "-7,25", (-7.25, 1000.0), 3),
        ];
        for (label, text, range, changes) in cases {
            harness.get_by_label(label).focus();
            harness.run();
            harness.get_by_label(label).type_text(text);
            harness.run();
            harness.key_press(Key::Enter);
            harness.run();
            let &(low, high, count) = harness.state();
            assert_eq!(((low, high), count), (range, changes), "{label} {text}");
        }
        let bad = harness.get_by_label("Area maximum").value();
        assert_eq!(
            bad.as_deref(),
            Some("abc"),
            "bad text stays to be corrected"
        );
    }

    #[test]
    fn handles_and_bars_are_dragged() {
        let mut harness = harness();
        let drag = |harness: &mut Harness<'_, (f64, f64, usize)>, from: egui::Pos2, by: f32| {
            harness.drag_at(from);
            harness.run();
            for step in 1..=4 {
                harness.hover_at(from + vec2(by * step as f32 / 4.0, 0.0));
                harness.run();
            }
            harness.drop_at(from + vec2(by, 0.0));
            harness.run();
        };
        let handle = harness.get_by_label("Area minimum handle").rect();
        let span = {
            let high = harness.get_by_label("Area maximum handle").rect();
            high.center().x - handle.center().x - 8.0
        };
        drag(&mut harness, handle.center(), span * 0.3);
        let &(low, high, _) = harness.state();
        assert!((low - 3.0).abs() < 0.1 && high == 10.0, "{low} {high}");

        let handle = harness.get_by_label("Area maximum handle").rect();
        drag(&mut harness, handle.center(), -span * 0.4);
        let &(low, high, _) = harness.state();
        assert!(
            (low - 3.0).abs() < 0.1 && (high - 6.0).abs() < 0.1,
            "{low} {high}"
        );

        // In the middle, both.
        let middle = handle.center() - vec2(span * 0.55, 0.0);
        drag(&mut harness, middle, span * 0.2);
        let &(low, high, _) = harness.state();
        assert!(
            (low - 5.0).abs() < 0.15 && (high - 8.0).abs() < 0.15,
            "{low} {high}"
        );

        // Beside the range, a new one.
        let beside = handle.center() - vec2(span * 0.9, 0.0);
        drag(&mut harness, beside, span * 0.1);
        let &(low, high, _) = harness.state();
        assert!((high - low - 1.0).abs() < 0.15 && low < 2.0, "{low} {high}");
    }

    #[test]
    fn handles_answer_to_keys() {
        let mut harness = harness();
        let handle = harness.get_by_role_and_label(NodeRole::Slider, "Area minimum handle");
        handle.focus();
        harness.run();
        harness.key_press(Key::ArrowRight);
        harness.run();
        harness.key_press_modifiers(egui::Modifiers::SHIFT, Key::ArrowRight);
        harness.run();
        assert!(
            (harness.state().0 - 1.1).abs() < 1e-9,
            "{:?}",
            harness.state()
        );
        let handle = harness.get_by_label("Area minimum handle");
        assert!(handle.is_focused(), "arrows stay with the handle");
    }
}
