//! A scroll bar over a document of any length: it knows fractions, not points.

use egui::{Align2, FontId, Id, LayerId, Order, Rect, Role, Sense, Ui, Vec2, WidgetInfo, vec2};

use super::fonts::numbers_font;
use super::theme::{RADIUS, SMALL_TEXT_SIZE, SPACE, tokens};

/// Width of the strip that a bar takes.
pub(super) const THICKNESS: f32 = 12.0;
const MIN_HANDLE: f32 = 28.0;

/// A scroll bar in its strip.
pub(super) struct ScrollBar<'a> {
    pub id: Id,
    pub label: &'a str,
    pub rect: Rect,
    pub vertical: bool,
    /// Share of the document that is in view.
    pub share: f64,
    /// Where the document is, 0 at its start and 1 at its end.
    pub fraction: f64,
}

impl ScrollBar<'_> {
    /// Shows the bar; returns the fraction to go to when the user moved it. `grip` is kept by the caller.
    pub fn show(&self, ui: &Ui, grip: &mut f32, bubble: impl FnOnce() -> String) -> Option<f64> {
        let along = |v: Vec2| if self.vertical { v.y } else { v.x };
        let length = along(self.rect.size());
        let handle = (length * self.share as f32).max(MIN_HANDLE).min(length);
        let travel = length - handle;
        let start = travel * self.fraction as f32;

        let response = ui.interact(self.rect, self.id, Sense::CLICK | Sense::DRAG);
        let enabled = ui.is_enabled();
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ScrollBar, enabled, self.label);
            info.value = Some(self.fraction);
            info
        });

        let mut moved = None;
        let pressed = response.is_pointer_button_down_on();
        if let Some(pointer) = response.interact_pointer_pos()
            && pressed
            && travel > 0.0
        {
            let at = along(pointer - self.rect.min);
            let began = ui.input(|input| input.pointer.any_pressed());
            let on_handle = (start..=start + handle).contains(&at);
            if began {
                // Outside of the handle, its middle jumps to the pointer.
                *grip = if on_handle { at - start } else { handle / 2.0 };
            }
            // A press on the handle alone must not move it: one point is thousands of rows.
            if response.drag_delta() != Vec2::ZERO || (began && !on_handle) {
                moved = Some(f64::from(((at - *grip) / travel).clamp(0.0, 1.0)));
            }
        }

        let tokens = tokens(ui);
        let lit = response.hovered() || pressed;
        let thickness = if lit { 8.0 } else { 5.0 };
        let start = travel * moved.unwrap_or(self.fraction) as f32;
        let (offset, size) = if self.vertical {
            (
                vec2((THICKNESS - thickness) / 2.0, start),
                vec2(thickness, handle),
            )
        } else {
            (
                vec2(start, (THICKNESS - thickness) / 2.0),
                vec2(handle, thickness),
            )
        };
        let strength = match (pressed, lit) {
            (true, _) => 0.65,
            (false, true) => 0.5,
            (false, false) => 0.28,
        };
        let handle_rect = Rect::from_min_size(self.rect.min + offset, size);
        ui.painter().rect_filled(
            handle_rect,
            thickness / 2.0,
            tokens.text_weak.gamma_multiply(strength),
        );
        if pressed && response.dragged() {
            self.paint_bubble(ui, handle_rect, bubble());
        }
        moved
    }

    /// What the handle stands on, beside it: one point of a long table is many rows.
    fn paint_bubble(&self, ui: &Ui, handle: Rect, text: String) {
        if text.is_empty() || !self.vertical {
            return;
        }
        let tokens = tokens(ui);
        let font: FontId = numbers_font(SMALL_TEXT_SIZE);
        let galley = ui.painter().layout_no_wrap(text, font, tokens.text);
        let size = galley.size() + vec2(2.0 * SPACE, SPACE);
        let rect = Align2::RIGHT_CENTER.anchor_size(handle.left_center() - vec2(SPACE, 0.0), size);
        let layer = LayerId::new(Order::Tooltip, self.id.with("bubble"));
        let painter = ui.ctx().layer_painter(layer);
        painter.rect_filled(rect, RADIUS, tokens.raised);
        painter.galley(rect.min + vec2(SPACE, SPACE / 2.0), galley, tokens.text);
    }
}
