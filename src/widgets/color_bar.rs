//! The legend of a colour map.

use egui::{Color32, Rect, Sense, Ui, Vec2, pos2};

use cytolance_plot::Colormap;

/// Points of a step of colour.
const STEP: f32 = 2.0;

/// A bar of a map's colours, from the lowest to the highest value.
pub fn color_bar(ui: &mut Ui, map: Colormap, size: Vec2) {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let steps = (size.x / STEP) as usize;
    for step in 0..steps {
        let [r, g, b] = map.color(step as f32 / (steps.max(2) - 1) as f32);
        let left = rect.left() + step as f32 * STEP;
        let bar = Rect::from_min_max(pos2(left, rect.top()), pos2(left + STEP, rect.bottom()));
        ui.painter()
            .rect_filled(bar, 0.0, Color32::from_rgb(r, g, b));
    }
}
