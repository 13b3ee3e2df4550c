//! A typed number: one bound of a range.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Align, Id, Key, Response, TextEdit, Ui};

use super::fonts::numbers_font;
use super::number_format::{format_number, parse_number_or};
use super::theme::{TEXT_SIZE, tokens};

/// Bounds that are not written as numbers: times.
pub trait BoundWords {
    /// A bound as it is shown and typed.
    fn text(&self, bound: f64) -> String;
    /// A bound that was typed.
    fn number(&self, text: &str) -> Option<f64>;
}

/// A field that takes any number. Text that is none stays as it is and is shown in red; an empty field is `empty`.
pub(super) struct NumberField<'a> {
    pub id: Id,
    /// Name for screen readers and tests.
    pub label: String,
    pub empty: f64,
    pub width: f32,
    pub align: Align,
    /// Shown in red although it is a number.
    pub refused: bool,
    /// How it is written, if not as a number.
    pub words: Option<&'a dyn BoundWords>,
}

/// What was typed over a value and is not taken yet.
#[derive(Clone, Default)]
struct Typed {
    text: String,
    /// The bits of the value.
    over: u64,
}

impl NumberField<'_> {
    /// All digits.
    fn exact(&self, value: f64) -> String {
        match self.words {
            Some(words) => words.text(value),
            None => value.to_string(),
        }
    }

    fn read(&self, text: &str) -> Option<f64> {
        match self.words {
            Some(_) if text.trim().is_empty() => Some(self.empty),
            Some(words) => words.number(text),
            None => parse_number_or(text, self.empty),
        }
    }

    /// Shows the field. `changed()` only when the value is another one, on Enter or when the focus goes.
    pub fn show(&self, ui: &mut Ui, value: &mut f64) -> Response {
        let tokens = tokens(ui);
        // What is being typed, until it is taken as the value or the value comes from elsewhere.
        let bits = value.to_bits();
        let typed = ui.data(|data| data.get_temp::<Typed>(self.id));
        let typed = typed.filter(|typed| typed.over == bits);
        let mut text = match &typed {
            Some(typed) => typed.text.clone(),
            // All digits: what is not edited must not be rounded by Enter.
            None if ui.memory(|memory| memory.has_focus(self.id)) => self.exact(*value),
            None if self.words.is_some() => self.exact(*value),
            None => format_number(*value),
        };
        let good = self.read(&text).is_some() && !self.refused;
        let output = TextEdit::singleline(&mut text)
            .id(self.id)
            .font(numbers_font(TEXT_SIZE - 1.0))
            .text_color(if good { tokens.text } else { tokens.error })
            .desired_width(self.width)
            .align(egui::Align2([self.align, Align::Center]))
            .show(ui);
        let mut response = output.response.response;
        let mut changed = false;
        if response.gained_focus() {
            let exact = self.exact(*value);
            let mut state = TextEditState::load(ui.ctx(), self.id).unwrap_or_default();
            state.cursor.set_char_range(Some(CCursorRange::two(
                CCursor::default(),
                CCursor::new(exact.chars().count()),
            )));
            state.store(ui.ctx(), self.id);
            self.keep(ui, bits, exact);
            ui.ctx().request_repaint();
        } else if response.lost_focus() {
            let cancelled = ui.input(|input| input.key_pressed(Key::Escape));
            let parsed = self.read(&text);
            match parsed {
                Some(new) if !cancelled => {
                    // Not `!=` on floats as measurements: the bits say whether it was typed anew.
                    changed = new.to_bits() != value.to_bits();
                    *value = new;
                    self.forget(ui);
                }
                None if !cancelled => self.keep(ui, bits, text),
                _ => self.forget(ui),
            }
        } else if response.has_focus() && typed.is_none_or(|typed| typed.text != text) {
            self.keep(ui, bits, text);
        }
        // TextEdit marks every key; only a taken value counts.
        response.flags.set(egui::response::Flags::CHANGED, changed);
        response.accessible_name(&self.label)
    }

    fn keep(&self, ui: &Ui, over: u64, text: String) {
        ui.data_mut(|data| data.insert_temp(self.id, Typed { text, over }));
    }

    fn forget(&self, ui: &Ui) {
        ui.data_mut(|data| data.remove_temp::<Typed>(self.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let cases = [
            ("1", Some(1.0)),
            (" -2.5 ", Some(-2.5)),
            ("−2.5", Some(-2.5)),
            ("1,5", Some(1.5)),
            ("1e-3", Some(0.001)),
            ("1E3", Some(1000.0)),
            (".5", Some(0.5)),
            ("inf", Some(f64::INFINITY)),
            ("-∞", Some(f64::NEG_INFINITY)),
            ("", Some(7.0)),
            ("nan", None),
            ("1,000.5", None),
            ("1,2,3", None),
            ("12px", None),
            ("-", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_number_or(text, 7.0), expected, "{text:?}");
        }
    }
}
