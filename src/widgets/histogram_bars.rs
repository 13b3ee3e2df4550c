//! What histograms with something to drag on them share: bars, and a handle that keys and screen readers move.

use egui::{
    Color32, EventFilter, Key, Mesh, Painter, Rect, Response, Role, Shape, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, pos2,
};

use super::theme::Tokens;

/// What the height of a bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BarScale {
    /// The count.
    Linear,
    /// Its logarithm, for counts of very different size.
    Logarithm,
    /// Its root: the few rows far out are seen, too.
    Root,
}

/// The bars of counts whose highest is `top`.
pub(super) fn bars(plot: Rect, counts: &[u32], top: u32, scale: BarScale, color: Color32) -> Shape {
    let mut mesh = Mesh::default();
    let width = plot.width() / counts.len().max(1) as f32;
    // A gap where there is room for one.
    let gap = if width >= 3.0 { 1.0 } else { 0.0 };
    for (bin, &count) in counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
        let (count, top) = (f64::from(count), f64::from(top));
        let share = match scale {
            BarScale::Linear => count / top,
            BarScale::Logarithm => count.ln_1p() / top.ln_1p(),
            BarScale::Root => (count / top).sqrt(),
        };
        // A bin with one row in a million shows all the same.
        let height = (share.min(1.0) as f32 * (plot.height() - 2.0)).max(1.0);
        let left = (plot.left() + bin as f32 * width).round();
        let right = (plot.left() + (bin + 1) as f32 * width).round();
        let bar = Rect::from_min_max(
            pos2(left, plot.bottom() - height),
            pos2((right - gap).max(left + 1.0), plot.bottom()),
        );
        mesh.add_colored_rect(bar, color);
    }
    Shape::mesh(mesh)
}

/// How many steps keys and screen readers move what has the focus: arrows one, with shift ten.
pub(super) fn steps(ui: &Ui, response: &Response) -> f64 {
    use egui::accesskit::Action;
    let id = response.id;
    let mut steps = ui.input(|input| {
        input.num_accesskit_action_requests(id, Action::Increment) as f64
            - input.num_accesskit_action_requests(id, Action::Decrement) as f64
    });
    if response.has_focus() {
        ui.memory_mut(|memory| {
            let filter = EventFilter {
                horizontal_arrows: true,
                ..EventFilter::default()
            };
            memory.set_focus_lock_filter(id, filter);
        });
        steps += ui.input(|input| {
            let size = if input.modifiers.shift { 10.0 } else { 1.0 };
            let right = input.num_presses(Key::ArrowRight) as f64;
            (right - input.num_presses(Key::ArrowLeft) as f64) * size
        });
    }
    steps
}

/// Tells screen readers of a value that can be moved between two others.
pub(super) fn describe(ui: &Ui, response: &Response, label: &str, value: f64, range: [f64; 2]) {
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Slider, enabled, label);
        info.value = Some(value);
        info
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        use egui::accesskit::Action;
        node.set_min_numeric_value(range[0]);
        node.set_max_numeric_value(range[1]);
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
}

/// Whether a handle is drawn as one that is touched.
pub(super) fn is_lit(response: &Response) -> bool {
    response.hovered() || response.dragged() || response.has_focus()
}

/// A handle: a line over the bars with a knob at its foot.
pub(super) fn paint_handle(
    painter: &Painter,
    plot: Rect,
    x: f32,
    knob: Vec2,
    response: &Response,
    tokens: &Tokens,
) {
    let width = if is_lit(response) { 2.0 } else { 1.0 };
    painter.vline(x, plot.y_range(), Stroke::new(width, tokens.accent));
    let knob = Rect::from_center_size(pos2(x, plot.bottom()), knob);
    let rim = Stroke::new(2.0, tokens.panel);
    painter.rect(knob, 4.0, tokens.accent, rim, StrokeKind::Outside);
    if response.has_focus() {
        let ring = Stroke::new(1.0, tokens.accent);
        painter.rect_stroke(knob.expand(3.0), 6.0, ring, StrokeKind::Outside);
    }
}
