//! Small things that every pane has: headings, icon buttons, empty states.

use egui::{
    Align, Align2, Button, CursorIcon, FontFamily, FontId, InnerResponse, Layout, Response,
    RichText, Role, Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::fonts::{ICONS, SEMIBOLD};
use super::theme::{ICON_SIZE, ROW, SPACE_SMALL, TEXT_SIZE, tokens};

/// The heading of a section of a panel.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    let text = RichText::new(text)
        .font(FontId::new(TEXT_SIZE, FontFamily::Name(SEMIBOLD.into())))
        .color(tokens(ui).text);
    ui.label(text)
}

/// A square button that shows an icon. `label` is its name for screen readers and tests, `tooltip` says what it does.
pub fn icon_button(ui: &mut Ui, icon: &str, tooltip: &str, label: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(ROW), egui::Sense::click());
    let enabled = ui.is_enabled();
    if ui.is_rect_visible(rect) {
        let tokens = tokens(ui);
        let visuals = ui.style().interact(&response);
        // A row of icons is quiet until one is meant: no fill at rest.
        if response.hovered() || response.is_pointer_button_down_on() {
            ui.painter()
                .rect_filled(rect, visuals.corner_radius, visuals.weak_bg_fill);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(
                rect,
                visuals.corner_radius,
                visuals.bg_stroke,
                egui::StrokeKind::Inside,
            );
        }
        let color = if response.hovered() || response.has_focus() {
            tokens.text
        } else {
            tokens.text_weak
        };
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            icon,
            FontId::new(ICON_SIZE, FontFamily::Name(ICONS.into())),
            color,
        );
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, label));
    let response = response.on_hover_cursor(CursorIcon::Default);
    if tooltip.is_empty() {
        response
    } else {
        response.on_hover_text(tooltip)
    }
}

/// What an empty pane shows, in its middle: what is missing, what to do next, and the buttons to do it.
pub fn empty_state<R>(
    ui: &mut Ui,
    icon: &str,
    title: &str,
    hint: &str,
    add_buttons: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    let tokens = tokens(ui);
    let rect = ui.available_rect_before_wrap();
    // The height is only known after the first frame; until then the block hangs a little below the middle.
    let id = ui.unique_id().with(("empty state", title));
    let height = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(96.0);
    let top = rect.top() + ((rect.height() - height) / 2.0).max(0.0).floor();
    let max_rect = rect.with_min_y(top).shrink2(Vec2::new(16.0, 0.0));
    let result = ui.scope_builder(
        UiBuilder::new()
            .max_rect(max_rect)
            .layout(Layout::top_down(Align::Center)),
        |ui| {
            ui.spacing_mut().item_spacing.y = SPACE_SMALL;
            ui.label(
                RichText::new(icon)
                    .font(FontId::new(40.0, FontFamily::Name(ICONS.into())))
                    .color(tokens.text_weak.gamma_multiply(0.7)),
            );
            ui.label(
                RichText::new(title)
                    .font(FontId::new(15.0, FontFamily::Name(SEMIBOLD.into())))
                    .color(tokens.text),
            );
            ui.set_max_width(ui.available_width().min(420.0));
            ui.label(RichText::new(hint).color(tokens.text_weak));
            ui.add_space(SPACE_SMALL * 2.0);
            add_buttons(ui)
        },
    );
    let measured = result.response.rect.height();
    if (measured - height).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, measured));
        ui.ctx().request_repaint();
    }
    result
}

/// The style of the one button of a pane that does what the pane is for.
pub fn primary_button<'a>(ui: &Ui, text: &str) -> Button<'a> {
    let tokens = tokens(ui);
    Button::new(RichText::new(text).color(tokens.surface)).fill(tokens.accent)
}
