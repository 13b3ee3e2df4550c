//! The table: rows and columns are virtual, only cells in view are painted.

use std::ops::Range;

use egui::{
    Id, Modifiers, Rect, Response, Role, Sense, Shape, Stroke, Ui, UiBuilder, WidgetInfo, pos2,
};

use super::grid_columns::{ColumnLayout, GridColumn, stretch};
use super::grid_header::{self, HeaderAction, HeaderPart};
use super::grid_scroll::{GridState, RowWindow};
use super::scroll_bar::{ScrollBar, THICKNESS};
use super::theme::{Tokens, tokens};

/// A table to show.
pub struct GridView<'a> {
    /// Identity on screen; keep it while the same table is shown.
    pub id: Id,
    /// The columns, pinned or not, in order.
    pub columns: &'a [GridColumn],
    /// Number of rows.
    pub num_rows: u64,
    /// Height of every row in points.
    pub row_height: f32,
    /// Which rows are selected; asked for rows in view only.
    pub selected: &'a dyn Fn(u64) -> bool,
    /// The row that the keyboard is on.
    pub cursor: Option<u64>,
}

/// What the user did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GridEvent {
    /// A click on the header of a column: by custom, the next way to sort by it.
    HeaderClicked(usize),
    /// A click on a row.
    RowClicked {
        /// The row.
        row: u64,
        /// Keys held: shift extends, command adds.
        modifiers: Modifiers,
    },
    /// A double click on a row; its first click came as `RowClicked`.
    RowDoubleClicked(u64),
    /// The edge of a column is dragged.
    Resized {
        /// The column.
        column: usize,
        /// Its new width.
        width: f32,
    },
    /// The column should be as wide as what it shows.
    AutoFit(usize),
    /// The column should go.
    Hide(usize),
    /// The column should stay at the left, or no longer.
    Pin {
        /// The column.
        column: usize,
        /// Whether it should stay.
        pinned: bool,
    },
    /// The column was moved: `columns.insert(to, columns.remove(from))`.
    Move {
        /// Where it was.
        from: usize,
        /// Where it is once it was taken out.
        to: usize,
    },
    /// A choice in the menu of a column.
    HeaderMenu {
        /// The column.
        column: usize,
        /// The choice.
        action: HeaderAction,
    },
}

/// What was shown and what the user did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GridOutput {
    /// Rows at least partly in view.
    pub visible_rows: Range<u64>,
    /// Columns at least partly in view, pinned ones first.
    pub visible_columns: Vec<usize>,
    /// The row under the pointer.
    pub hovered_row: Option<u64>,
    /// What the user did, in order.
    pub events: Vec<GridEvent>,
}

/// The places of a table on screen.
struct Places {
    header: Rect,
    /// Rows, without the scroll bars.
    body: Rect,
    /// Left edge of the columns that scroll.
    split: f32,
    vertical_bar: Option<Rect>,
    horizontal_bar: Option<Rect>,
}

impl GridView<'_> {
    /// Shows the table in all the space there is. `paint` paints the cell of a row and a column into a rectangle; it
    /// may also put widgets there.
    pub fn show(
        self,
        ui: &mut Ui,
        state: &mut GridState,
        paint: &mut dyn FnMut(&mut Ui, Rect, u64, usize),
    ) -> GridOutput {
        let rect = ui.available_rect_before_wrap();
        let rect = Rect::from_min_max(rect.min.round(), rect.max.round());
        ui.allocate_rect(rect, Sense::hover());
        if !(rect.width() >= 1.0 && rect.height() >= 1.0) {
            return GridOutput::default();
        }
        let ui = &mut ui.new_child(
            UiBuilder::new()
                .scope_id(self.id)
                .max_rect(rect)
                .accessibility_role(Role::Grid)
                .accessibility_label("table"),
        );
        ui.shrink_clip_rect(rect);
        let (num_rows, num_columns) = (self.num_rows, self.columns.len());
        ui.ctx().accesskit_node_builder(self.id, |node| {
            node.set_row_count(usize::try_from(num_rows).unwrap_or(usize::MAX));
            node.set_column_count(num_columns);
        });

        let layout = ColumnLayout::new(self.columns, rect.width());
        let places = self.places(rect, &layout);
        let window = RowWindow {
            num_rows: self.num_rows,
            row_height: self.row_height.max(1.0),
            height: places.body.height(),
        };
        self.scroll(ui, state, &layout, &places, window);

        let mut output = GridOutput {
            visible_rows: window.visible(state),
            ..GridOutput::default()
        };
        let width = places.body.right() - places.split;
        let scrolling = layout.in_window(state.scroll_x, width);
        let in_view = layout.pinned.iter().chain(scrolling);
        output.visible_columns = in_view.map(|&(index, _)| index).collect();

        let tokens = tokens(ui);
        ui.painter().rect_filled(rect, 0.0, tokens.surface);
        self.body(ui, state, &layout, &places, window, &mut output, paint);
        self.header(ui, state, &layout, &places, &mut output.events);
        Self::split_line(ui, state, &layout, &places, tokens);
        self.bars(ui, state, &layout, &places, window);
        output
    }

    fn places(&self, rect: Rect, layout: &ColumnLayout) -> Places {
        let header =
            rect.with_max_y((rect.top() + grid_header::height(self.columns)).min(rect.bottom()));
        let mut body = rect.with_min_y(header.bottom());
        // Each bar takes room from the other direction, so the second look may need what the first did not.
        let needs_horizontal =
            |width: f32| layout.pinned_width + layout.scrolling_width > width + 0.5;
        let needs_vertical =
            |height: f32| self.num_rows as f64 * f64::from(self.row_height) > f64::from(height);
        let mut horizontal = needs_horizontal(body.width());
        let vertical = needs_vertical(body.height() - if horizontal { THICKNESS } else { 0.0 });
        if vertical {
            body.max.x = (body.max.x - THICKNESS).max(body.min.x);
            horizontal = needs_horizontal(body.width());
        }
        if horizontal {
            body.max.y = (body.max.y - THICKNESS).max(body.min.y);
        }
        let split = (rect.left() + layout.pinned_width).min(body.right());
        Places {
            header,
            body,
            split,
            vertical_bar: vertical.then(|| {
                Rect::from_min_max(
                    pos2(body.right(), body.top()),
                    pos2(rect.right(), body.bottom()),
                )
            }),
            horizontal_bar: horizontal.then(|| {
                Rect::from_min_max(
                    pos2(split, body.bottom()),
                    pos2(body.right(), rect.bottom()),
                )
            }),
        }
    }

    /// Takes the wheel, what the app asked for, and puts the position within the table.
    fn scroll(
        &self,
        ui: &Ui,
        state: &mut GridState,
        layout: &ColumnLayout,
        places: &Places,
        window: RowWindow,
    ) {
        let width = places.body.right() - places.split;
        if let Some(row) = state.wanted_row.take()
            && self.num_rows > 0
        {
            window.reveal(state, row);
        }
        if let Some(column) = state.wanted_column.take() {
            state.scroll_x = layout.reveal(column, self.columns, state.scroll_x, width);
        }
        let area = places.header.union(places.body);
        let area = places.vertical_bar.map_or(area, |bar| area.union(bar));
        let area = places.horizontal_bar.map_or(area, |bar| area.union(bar));
        if ui.is_enabled() && ui.rect_contains_pointer(area) {
            let delta = ui.input(egui::InputState::smooth_scroll_delta);
            if delta.y != 0.0 && places.vertical_bar.is_some() {
                window.scroll_by(state, -delta.y);
                // Taken: no scroll area around the table moves too.
                ui.input_mut(|input| input.smooth_scroll_delta.y = 0.0);
            }
            if delta.x != 0.0 && places.horizontal_bar.is_some() {
                state.scroll_x -= delta.x;
                ui.input_mut(|input| input.smooth_scroll_delta.x = 0.0);
            }
        }
        window.clamp(state);
        let furthest = (layout.scrolling_width - width).max(0.0);
        // `max` and `min` rather than `clamp`: a NaN ends at zero.
        state.scroll_x = state.scroll_x.max(0.0).min(furthest);
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one pass over what show() computed"
    )]
    fn body(
        &self,
        ui: &mut Ui,
        state: &GridState,
        layout: &ColumnLayout,
        places: &Places,
        window: RowWindow,
        output: &mut GridOutput,
        paint: &mut dyn FnMut(&mut Ui, Rect, u64, usize),
    ) {
        let body = places.body;
        let pinned_clip = body.with_max_x(places.split).intersect(ui.clip_rect());
        let scrolling_clip = body.with_min_x(places.split).intersect(ui.clip_rect());
        let scrolling = layout.in_window(state.scroll_x, body.right() - places.split);
        let outer_clip = ui.clip_rect();
        for (place, row) in output.visible_rows.clone().enumerate() {
            let top = body.top() - state.offset + place as f32 * window.row_height;
            // Whole pixels, or lines and text shimmer while scrolling.
            let top = round_to_pixel(ui, top);
            let bottom = round_to_pixel(ui, top + window.row_height);
            let row_rect = Rect::from_x_y_ranges(body.x_range(), top..=bottom);
            ui.set_clip_rect(body.intersect(outer_clip));
            let response = self.row(ui, row_rect, row);
            if response.contains_pointer() {
                output.hovered_row = Some(row);
            }
            if response.clicked() {
                let modifiers = ui.input(|input| input.modifiers);
                output.events.push(GridEvent::RowClicked { row, modifiers });
            }
            if response.double_clicked() {
                output.events.push(GridEvent::RowDoubleClicked(row));
            }

            let cells = &mut ui.new_child(
                UiBuilder::new()
                    .scope_id(self.id.with(("cells", row)))
                    .max_rect(row_rect),
            );
            let cell_rows = row_rect.y_range();
            let parts = [
                (pinned_clip, layout.pinned.as_slice(), body.left()),
                (scrolling_clip, scrolling, places.split - state.scroll_x),
            ];
            for (clip, columns, from) in parts {
                for &(index, left) in columns {
                    let Some(column) = self.columns.get(index) else {
                        continue;
                    };
                    let x = stretch(round_to_pixel(ui, from + left), column);
                    // The last point is the line below the row.
                    let cell = Rect::from_x_y_ranges(x, cell_rows.min..=cell_rows.max - 1.0);
                    let clip = cell.intersect(clip);
                    if clip.is_positive() {
                        cells.set_clip_rect(clip);
                        paint(cells, cell, row, index);
                    }
                }
            }
        }
        ui.set_clip_rect(outer_clip);
    }

    /// The background of a row and its place in the accessibility tree.
    fn row(&self, ui: &Ui, rect: Rect, row: u64) -> Response {
        let tokens = tokens(ui);
        let id = self.id.with(("row", row));
        // Not focusable: the keyboard is on the cursor, not on one of a thousand tab stops.
        let response = ui.interact(rect, id, Sense::CLICK);
        let selected = (self.selected)(row);
        let is_cursor = self.cursor == Some(row);
        let enabled = ui.is_enabled();
        response.widget_info(|| {
            let label = format!("row {}", row.saturating_add(1));
            WidgetInfo::selected(Role::Row, enabled, selected, label)
        });
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_row_index(usize::try_from(row).unwrap_or(usize::MAX));
            node.set_selected(selected);
        });

        let painter = ui.painter();
        if selected {
            painter.rect_filled(rect, 0.0, tokens.selection);
        }
        if response.contains_pointer() {
            painter.rect_filled(rect, 0.0, tokens.hover());
        }
        painter.hline(
            rect.x_range(),
            rect.bottom() - 0.5,
            Stroke::new(1.0, tokens.line.gamma_multiply(0.7)),
        );
        if is_cursor {
            painter.rect_filled(rect.with_max_x(rect.left() + 3.0), 0.0, tokens.accent);
        }
        response
    }

    fn header(
        &self,
        ui: &mut Ui,
        state: &GridState,
        layout: &ColumnLayout,
        places: &Places,
        events: &mut Vec<GridEvent>,
    ) {
        let tokens = tokens(ui);
        let rect = places.header;
        ui.painter().rect_filled(rect, 0.0, tokens.panel);
        let clip = ui.clip_rect();
        let width = places.body.right() - places.split;
        let parts = [
            HeaderPart {
                id: self.id,
                columns: self.columns,
                group: &layout.scrolling,
                visible: layout.in_window(state.scroll_x, width),
                left: places.split - state.scroll_x,
                rect: rect.with_min_x(places.split),
            },
            HeaderPart {
                id: self.id,
                columns: self.columns,
                group: &layout.pinned,
                visible: &layout.pinned,
                left: rect.left(),
                rect: rect.with_max_x(places.split),
            },
        ];
        for part in parts {
            part.show(ui, events);
            ui.set_clip_rect(clip);
        }
        ui.painter().hline(
            rect.x_range(),
            rect.bottom() - 0.5,
            Stroke::new(1.0, tokens.line),
        );
    }

    /// The line right of the pinned columns, with a shadow while something is under them.
    fn split_line(
        ui: &Ui,
        state: &GridState,
        layout: &ColumnLayout,
        places: &Places,
        tokens: &Tokens,
    ) {
        if layout.pinned.is_empty() {
            return;
        }
        let x = places.split;
        let y = places.header.top()..=places.body.bottom();
        ui.painter()
            .vline(x - 0.5, y.clone(), Stroke::new(1.0, tokens.line));
        if state.scroll_x > 0.0 {
            let strength = if ui.visuals().dark_mode { 90 } else { 24 };
            let mut mesh = egui::Mesh::default();
            let dark = egui::Color32::from_black_alpha(strength);
            let shadow = Rect::from_x_y_ranges(x..=x + 6.0, y);
            mesh.colored_vertex(shadow.left_top(), dark);
            mesh.colored_vertex(shadow.right_top(), egui::Color32::TRANSPARENT);
            mesh.colored_vertex(shadow.right_bottom(), egui::Color32::TRANSPARENT);
            mesh.colored_vertex(shadow.left_bottom(), dark);
            mesh.add_triangle(0, 1, 2);
            mesh.add_triangle(0, 2, 3);
            ui.painter().add(Shape::mesh(mesh));
        }
    }

    fn bars(
        &self,
        ui: &Ui,
        state: &mut GridState,
        layout: &ColumnLayout,
        places: &Places,
        window: RowWindow,
    ) {
        if let Some(rect) = places.vertical_bar {
            let bar = ScrollBar {
                id: self.id.with("vertical bar"),
                label: "scroll rows",
                rect,
                vertical: true,
                share: window.rows_in_view() / self.num_rows as f64,
                fraction: window.fraction(state),
            };
            let mut grip = state.grip;
            let top_row = state.top_row;
            if let Some(fraction) = bar.show(ui, &mut grip, || format!("row {}", top_row + 1)) {
                window.set_fraction(state, fraction);
                ui.ctx().request_repaint();
            }
            state.grip = grip;
        }
        if let Some(rect) = places.horizontal_bar {
            let width = places.body.right() - places.split;
            let furthest = (layout.scrolling_width - width).max(0.0);
            let bar = ScrollBar {
                id: self.id.with("horizontal bar"),
                label: "scroll columns",
                rect,
                vertical: false,
                share: f64::from(width / layout.scrolling_width.max(1.0)),
                fraction: f64::from(state.scroll_x / furthest.max(1.0)),
            };
            if let Some(fraction) = bar.show(ui, &mut state.grip, String::new) {
                state.scroll_x = fraction as f32 * furthest;
                ui.ctx().request_repaint();
            }
        }
    }
}

fn round_to_pixel(ui: &Ui, value: f32) -> f32 {
    let pixels_per_point = ui.ctx().pixels_per_point();
    (value * pixels_per_point).round() / pixels_per_point
}
