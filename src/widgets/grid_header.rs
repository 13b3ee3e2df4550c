//! The header of a table: sort, resize, move, and the menu of a column.

use egui::epaint::CornerRadius;
use egui::{
    Align, Align2, CursorIcon, FontFamily, FontId, Id, Key, PointerButton, Popup, Pos2, Rangef,
    Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, vec2,
};
use egui_material_icons::icons;

use super::cell_text::paint_line;
use super::fonts::{ICONS, medium_font};
use super::grid_columns::{ColumnLayout, GridColumn, MIN_WIDTH, width_of};
use super::grid_view::GridEvent;
use super::theme::{CELL_PADDING, RADIUS, SMALL_TEXT_SIZE, Tokens, tokens};

/// What the user chose in the menu of a column; the app carries it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderAction {
    /// Smallest first.
    SortAscending,
    /// Largest first.
    SortDescending,
    /// No longer by this column.
    ClearSort,
    /// Add a filter on the column.
    Filter,
    /// Across in the scatter plot.
    PlotX,
    /// Up in the scatter plot.
    PlotY,
    /// As the colour of the scatter plot.
    ColorBy,
    /// Mean, median and more by well or another grouping.
    Groups,
    /// The column's name to the clipboard.
    CopyName,
}

/// Height of a header with a second line.
const TALL: f32 = 40.0;
/// Height of a header without.
const LOW: f32 = 28.0;
/// Width of the place for the sort arrow and that for the menu button.
const ICON_PLACE: f32 = 16.0;
/// How near to the edge of a column a press resizes it.
const EDGE: f32 = 4.0;

/// Height of the header of these columns.
pub(super) fn height(columns: &[GridColumn]) -> f32 {
    if columns.iter().any(|column| !column.subtitle.is_empty()) {
        TALL
    } else {
        LOW
    }
}

/// One of the two parts of a header: pinned or scrolling.
pub(super) struct HeaderPart<'a> {
    pub id: Id,
    pub columns: &'a [GridColumn],
    /// All columns of the part with their left edges, in the part's coordinates.
    pub group: &'a [(usize, f32)],
    /// Those of them that are in view.
    pub visible: &'a [(usize, f32)],
    /// Where the part's coordinates start on screen.
    pub left: f32,
    /// Where the part is on screen; what is outside is cut.
    pub rect: Rect,
}

impl HeaderPart<'_> {
    /// Shows the part and adds what the user did.
    pub fn show(&self, ui: &mut Ui, events: &mut Vec<GridEvent>) {
        ui.set_clip_rect(self.rect.intersect(ui.clip_rect()));
        for &(index, left) in self.visible {
            let Some(column) = self.columns.get(index) else {
                continue;
            };
            let x = Rangef::new(self.left + left, self.left + left + width_of(column));
            let rect = Rect::from_x_y_ranges(x, self.rect.y_range());
            self.header(ui, index, column, rect, events);
        }
        // After all headers, so that an edge lies over both of its neighbours.
        for &(index, left) in self.visible {
            if let Some(column) = self.columns.get(index) {
                let right = self.left + left + width_of(column);
                self.edge(ui, index, column, right, events);
            }
        }
    }

    fn header(
        &self,
        ui: &mut Ui,
        index: usize,
        column: &GridColumn,
        rect: Rect,
        events: &mut Vec<GridEvent>,
    ) {
        let tokens = tokens(ui);
        let id = self.id.with(("header", index));
        let sense = if column.movable {
            Sense::click_and_drag()
        } else {
            Sense::click()
        };
        let response = ui.interact(rect, id, sense);
        let enabled = ui.is_enabled();
        response.widget_info(|| {
            WidgetInfo::labeled(
                Role::ColumnHeader,
                enabled,
                format!("column {}", column.title),
            )
        });
        let sort = column.sort;
        ui.ctx().accesskit_node_builder(id, |node| {
            use egui::accesskit::SortDirection;
            node.set_column_index(index);
            match sort {
                Some(true) => node.set_sort_direction(SortDirection::Descending),
                Some(false) => node.set_sort_direction(SortDirection::Ascending),
                None => {}
            }
        });

        let menu_side = if column.numeric {
            rect.with_max_x(rect.left() + ICON_PLACE + EDGE)
                .translate(vec2(2.0, 0.0))
        } else {
            rect.with_min_x(rect.right() - ICON_PLACE - EDGE)
                .translate(vec2(-2.0, 0.0))
        };
        let over = response.contains_pointer();
        let menu_id = self.id.with(("menu", index));
        let menu_open = Popup::is_id_open(ui.ctx(), menu_id.with("popup"));
        let dragged = response.dragged_by(PointerButton::Primary);
        if over || menu_open || dragged {
            ui.painter().rect_filled(rect, 0.0, tokens.hover());
        }
        if response.has_focus() {
            ui.painter().rect_stroke(
                rect.shrink(1.0),
                CornerRadius::same(RADIUS),
                Stroke::new(1.0, tokens.accent),
                egui::StrokeKind::Inside,
            );
        }

        let wants_menu_button = rect.width() >= 2.0 * MIN_WIDTH;
        let mut text_rect = rect.shrink2(vec2(CELL_PADDING, 0.0));
        let show_menu_button = wants_menu_button && (over || menu_open) && !dragged;
        if show_menu_button {
            let place = menu_side.width() - 4.0;
            if column.numeric {
                text_rect.min.x += place;
            } else {
                text_rect.max.x -= place;
            }
        }
        if let Some(descending) = sort {
            let arrow = if descending {
                icons::ICON_ARROW_DOWNWARD
            } else {
                icons::ICON_ARROW_UPWARD
            };
            let place = if column.numeric {
                let place = text_rect.with_max_x(text_rect.left() + ICON_PLACE);
                text_rect.min.x += ICON_PLACE;
                place
            } else {
                let place = text_rect.with_min_x(text_rect.right() - ICON_PLACE);
                text_rect.max.x -= ICON_PLACE;
                place
            };
            paint_icon(ui, place, arrow.codepoint, 14.0, tokens.accent);
        }
        paint_titles(ui, column, text_rect, tokens);

        if show_menu_button {
            // Not focusable and without a node of its own: the menu is the header's, by the context menu key too.
            let button = ui.interact(menu_side, menu_id, Sense::CLICK);
            let color = if button.hovered() || menu_open {
                tokens.text
            } else {
                tokens.text_weak
            };
            paint_icon(
                ui,
                menu_side,
                icons::ICON_ARROW_DROP_DOWN.codepoint,
                18.0,
                color,
            );
            Popup::menu(&button)
                .id(menu_id.with("popup"))
                .accessible_name(format!("menu of column {}", column.title))
                .show(|ui| menu(ui, index, column, events));
        }
        Popup::context_menu(&response)
            .accessible_name(format!("menu of column {}", column.title))
            .show(|ui| menu(ui, index, column, events));

        if response.clicked() {
            events.push(GridEvent::HeaderClicked(index));
        }
        if response.has_focus() && column.movable {
            self.move_by_keyboard(ui, index, events);
        }
        if dragged || response.drag_stopped_by(PointerButton::Primary) {
            self.drag(ui, index, column, &response, rect, events);
        } else if !column.tooltip.is_empty() && !menu_open {
            response.on_hover_text(&column.tooltip);
        }
    }

    /// Ctrl and an arrow move the column that has the focus.
    fn move_by_keyboard(&self, ui: &Ui, index: usize, events: &mut Vec<GridEvent>) {
        let position = self.group.iter().position(|&(other, _)| other == index);
        let Some(position) = position else { return };
        let left = ui.input_mut(|i| i.consume_key(egui::Modifiers::COMMAND, Key::ArrowLeft));
        let right = ui.input_mut(|i| i.consume_key(egui::Modifiers::COMMAND, Key::ArrowRight));
        let to = match (left, right) {
            (true, false) => position.checked_sub(1),
            (false, true) => Some(position + 1),
            _ => None,
        };
        if let Some(&(to, _)) = to.and_then(|to| self.group.get(to)) {
            events.push(GridEvent::Move { from: index, to });
        }
    }

    /// The header follows the pointer, a line shows where it would go.
    fn drag(
        &self,
        ui: &Ui,
        index: usize,
        column: &GridColumn,
        response: &Response,
        rect: Rect,
        events: &mut Vec<GridEvent>,
    ) {
        let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else {
            return;
        };
        let target =
            ColumnLayout::drop_target(self.group, self.columns, index, pointer.x - self.left);
        if response.drag_stopped() {
            if let Some((_, to)) = target {
                events.push(GridEvent::Move { from: index, to });
            }
            return;
        }
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        let tokens = tokens(ui);
        let painter = ui.ctx().layer_painter(egui::LayerId::new(
            egui::Order::Tooltip,
            self.id.with("dragged header"),
        ));
        let painter = painter.with_clip_rect(self.rect.expand2(vec2(0.0, 4.0)));
        let total = response.total_drag_delta().unwrap_or_default();
        let ghost = rect.translate(vec2(total.x, 0.0));
        painter.rect_filled(
            ghost,
            f32::from(RADIUS),
            tokens.accent_soft.gamma_multiply(0.85),
        );
        paint_line(
            &painter,
            ghost.shrink2(vec2(CELL_PADDING, 0.0)),
            &column.title,
            medium_font(12.0),
            tokens.text,
            Align::Min,
        );
        if let Some((gap, _)) = target {
            painter.vline(
                self.left + gap,
                self.rect.y_range(),
                Stroke::new(3.0, tokens.accent),
            );
        }
    }

    /// The edge at the right of a column: drag to resize, double click to fit.
    fn edge(
        &self,
        ui: &Ui,
        index: usize,
        column: &GridColumn,
        right: f32,
        events: &mut Vec<GridEvent>,
    ) {
        let tokens = tokens(ui);
        let x = Rangef::new(right - EDGE, right + EDGE);
        let rect = Rect::from_x_y_ranges(x, self.rect.y_range());
        let response = ui
            .interact(
                rect,
                self.id.with(("edge", index)),
                Sense::CLICK | Sense::DRAG,
            )
            .on_hover_and_drag_cursor(CursorIcon::ResizeColumn);
        let lit = response.hovered() || response.dragged();
        let (width, color) = if lit {
            (2.0, tokens.accent)
        } else {
            (1.0, tokens.line)
        };
        let y = self.rect.y_range().shrink(if lit { 0.0 } else { 8.0 });
        ui.painter()
            .vline(right - 0.5, y, Stroke::new(width, color));
        if response.double_clicked() {
            events.push(GridEvent::AutoFit(index));
        } else if response.dragged()
            && response.drag_delta().x != 0.0
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let left = right - width_of(column);
            let width = (pointer.x - left).max(MIN_WIDTH).round();
            events.push(GridEvent::Resized {
                column: index,
                width,
            });
        }
    }
}

fn paint_titles(ui: &Ui, column: &GridColumn, rect: Rect, tokens: &Tokens) {
    let align = if column.numeric {
        Align::Max
    } else {
        Align::Min
    };
    let color = if column.sort.is_some() {
        tokens.accent
    } else {
        tokens.text
    };
    let (title, subtitle) = if column.subtitle.is_empty() {
        (rect, None)
    } else {
        let middle = Pos2::new(rect.left(), rect.center().y + 1.0);
        (
            Rect::from_min_max(rect.min + vec2(0.0, 4.0), Pos2::new(rect.right(), middle.y)),
            Some(Rect::from_min_max(middle, rect.max - vec2(0.0, 4.0))),
        )
    };
    let painter = ui.painter();
    paint_line(
        painter,
        title,
        &column.title,
        medium_font(12.0),
        color,
        align,
    );
    if let Some(rect) = subtitle {
        paint_line(
            painter,
            rect,
            &column.subtitle,
            FontId::proportional(SMALL_TEXT_SIZE - 0.5),
            tokens.text_weak,
            align,
        );
    }
}

fn paint_icon(ui: &Ui, rect: Rect, icon: &str, size: f32, color: egui::Color32) {
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        icon,
        FontId::new(size, FontFamily::Name(ICONS.into())),
        color,
    );
}

fn menu(ui: &mut Ui, index: usize, column: &GridColumn, events: &mut Vec<GridEvent>) {
    ui.set_min_width(176.0);
    let action = |action| GridEvent::HeaderMenu {
        column: index,
        action,
    };
    let mut item = |ui: &mut Ui, icon: egui_material_icons::MaterialIcon, text: &str, event| {
        let text = egui::RichText::new(text);
        let button = egui::Button::new((icon.rich_text().size(16.0), text));
        if ui.add(button).clicked() {
            events.push(event);
            ui.close();
        }
    };
    item(
        ui,
        icons::ICON_ARROW_UPWARD,
        "Sort ascending",
        action(HeaderAction::SortAscending),
    );
    item(
        ui,
        icons::ICON_ARROW_DOWNWARD,
        "Sort descending",
        action(HeaderAction::SortDescending),
    );
    if column.sort.is_some() {
        item(
            ui,
            icons::ICON_CLOSE,
            "Clear sorting",
            action(HeaderAction::ClearSort),
        );
    }
    ui.separator();
    item(
        ui,
        icons::ICON_FILTER_ALT,
        "Add filter",
        action(HeaderAction::Filter),
    );
    if column.numeric {
        item(
            ui,
            icons::ICON_SWAP_HORIZ,
            "Plot as x",
            action(HeaderAction::PlotX),
        );
        item(
            ui,
            icons::ICON_SWAP_VERT,
            "Plot as y",
            action(HeaderAction::PlotY),
        );
        item(
            ui,
            icons::ICON_FUNCTIONS,
            "Statistics by group",
            action(HeaderAction::Groups),
        );
    }
    item(
        ui,
        icons::ICON_PALETTE,
        "Colour by",
        action(HeaderAction::ColorBy),
    );
    ui.separator();
    let (pin, text) = if column.pinned {
        (false, "Unpin")
    } else {
        (true, "Pin to the left")
    };
    if column.movable {
        item(
            ui,
            icons::ICON_PUSH_PIN,
            text,
            GridEvent::Pin {
                column: index,
                pinned: pin,
            },
        );
    }
    item(
        ui,
        icons::ICON_FIT_WIDTH,
        "Fit width",
        GridEvent::AutoFit(index),
    );
    item(
        ui,
        icons::ICON_CONTENT_COPY,
        "Copy name",
        action(HeaderAction::CopyName),
    );
    item(
        ui,
        icons::ICON_VISIBILITY_OFF,
        "Hide",
        GridEvent::Hide(index),
    );
}
