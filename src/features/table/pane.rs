//! The table: pictures beside features.

use std::sync::Arc;

use egui::{Rect, Ui};
use egui_material_icons::icons::{
    ICON_DENSITY_LARGE, ICON_DENSITY_MEDIUM, ICON_DENSITY_SMALL, ICON_DOWNLOAD, ICON_FILTER_ALT,
    ICON_VIEW_COLUMN,
};

use crate::model::command::Command;
use crate::model::picture_cell::paint_cell;
use crate::model::row_values::CellValue;
use crate::model::scatter::Axes;
use crate::model::state::{Overlay, Workspace};
use crate::model::table::Density;
use crate::model::textures::Textures;
use cytolance_explore::{Column, Values};
use cytolance_profile::{ColumnKind, ColumnName, Sort, check_meaning, feature_meaning};
use cytolance_widgets::GridState;
use cytolance_widgets::{
    GridColumn, GridEvent, GridView, HeaderAction, empty_state, format_number, icon_button,
    paint_null, paint_number, paint_text, tokens,
};

/// Rows read ahead of the view, above and below.
const READ_AHEAD: u64 = 12;

/// What the pane remembers between frames.
#[derive(Default)]
pub struct TableView {
    /// Scroll position.
    grid: GridState,
    /// Cursor that was scrolled to.
    scrolled_to: Option<u32>,
    /// The order in which the cells were shown last.
    sorted_by: Option<cytolance_profile::Sort>,
}

/// The table with its toolbar.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut TableView,
    textures: &mut Textures,
    commands: &mut Vec<Command>,
) {
    toolbar(ui, workspace, commands);
    if workspace.order.is_empty() {
        let (title, hint) = if workspace.dataset.num_rows() == 0 {
            (
                "This dataset has no cells",
                "Import an export with `cytolance import`, or open another dataset.",
            )
        } else {
            (
                "No cell passes the filters",
                "Widen a range, switch a filter off, or remove them all.",
            )
        };
        empty_state(ui, ICON_FILTER_ALT.codepoint, title, hint, |ui| {
            if !workspace.query.filters.is_empty() && ui.button("Remove all filters").clicked() {
                commands.push(Command::ClearFilters);
            }
        });
        return;
    }
    grid(ui, workspace, view, textures, commands);
}

fn toolbar(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    egui::Frame::new()
        .inner_margin(egui::Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                let densities = [
                    (Density::Compact, ICON_DENSITY_SMALL),
                    (Density::Medium, ICON_DENSITY_MEDIUM),
                    (Density::Large, ICON_DENSITY_LARGE),
                ];
                for (density, icon) in densities {
                    let response =
                        icon_button(ui, icon.codepoint, density.label(), density.label());
                    if density == workspace.table.density {
                        let line = response.rect.with_min_y(response.rect.bottom() - 2.0);
                        ui.painter().rect_filled(line, 1.0, tokens(ui).accent);
                    }
                    if response.clicked() {
                        commands.push(Command::SetDensity(density));
                    }
                }
                ui.separator();
                if icon_button(
                    ui,
                    ICON_VIEW_COLUMN.codepoint,
                    "Choose columns (Ctrl+K)",
                    "choose columns",
                )
                .clicked()
                {
                    commands.push(Command::SetOverlay(Overlay::Columns));
                }
                if icon_button(
                    ui,
                    ICON_DOWNLOAD.codepoint,
                    "Export cells to CSV (Ctrl+E)",
                    "export cells",
                )
                .clicked()
                {
                    commands.push(Command::Act("export-cells"));
                }
                if let Some(sort) = &workspace.query.sort {
                    ui.separator();
                    let arrow = if sort.descending {
                        "largest first"
                    } else {
                        "smallest first"
                    };
                    ui.label(
                        egui::RichText::new(format!("{}, {arrow}", sort.column))
                            .color(tokens(ui).text_weak),
                    );
                    if ui.small_button("Clear sort").clicked() {
                        commands.push(Command::SetSort(None));
                    }
                }
            });
        });
}

fn grid(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut TableView,
    textures: &mut Textures,
    commands: &mut Vec<Command>,
) {
    let row_height = workspace.table.density.row_height();
    let columns = grid_columns(workspace, row_height);
    let values: Vec<Option<Arc<Column>>> = workspace
        .table
        .columns
        .iter()
        .map(|column| workspace.explorer.cached(&column.name))
        .collect();
    let missing: Vec<String> = workspace
        .table
        .columns
        .iter()
        .zip(&values)
        .filter(|(column, value)| value.is_none() && is_value(workspace, &column.name))
        .map(|(column, _)| column.name.clone())
        .collect();
    let whole = workspace.reads_whole_columns();
    if whole && !missing.is_empty() {
        commands.push(Command::WantColumns(missing));
    }
    let cursor = workspace
        .cursor
        .and_then(|row| workspace.position(row))
        .map(|at| at as u64);
    if view.scrolled_to != workspace.cursor {
        view.scrolled_to = workspace.cursor;
        if let Some(at) = cursor {
            view.grid.scroll_to(at);
        }
    }
    if view.sorted_by != workspace.query.sort {
        view.sorted_by.clone_from(&workspace.query.sort);
        // Whoever sorts wants to see what is first, not where the current cell has gone.
        view.grid.scroll_to(0);
    }
    let order = &workspace.order;
    let selected = |at: u64| {
        order
            .get(at as usize)
            .is_some_and(|row| workspace.selection.contains(row))
    };
    let grid = GridView {
        id: egui::Id::unique("cells"),
        columns: &columns,
        num_rows: order.len() as u64,
        row_height,
        selected: &selected,
        cursor,
    };
    let output = grid.show(
        ui,
        &mut view.grid,
        &mut |ui: &mut Ui, rect: Rect, at: u64, column: usize| {
            let Some(row) = order.get(at as usize) else {
                return;
            };
            match column.checked_sub(1) {
                None => {
                    paint_cell(ui, rect.shrink(3.0), workspace, textures, row, false);
                }
                Some(column) => {
                    if let Some(Some(values)) = values.get(column) {
                        paint_value(ui, rect, values, row);
                    } else if let Some(shown) = workspace.table.columns.get(column) {
                        // Being read: the row is there, its values follow.
                        if let Some(value) = workspace.cells.get(&shown.name, row) {
                            paint_cell_value(ui, rect, value, columns[column + 1].numeric);
                        }
                    }
                }
            }
        },
    );
    let rows = order.len() as u64;
    let from = output.visible_rows.start.saturating_sub(READ_AHEAD);
    let to = (output.visible_rows.end + READ_AHEAD).min(rows);
    // What is in view comes first, then what is around it.
    let visible = output
        .visible_rows
        .clone()
        .chain(output.visible_rows.end..to)
        .chain(from..output.visible_rows.start);
    let mut wanted: Vec<u32> = visible.filter_map(|at| order.get(at as usize)).collect();
    // Vectors and bytes are read for the rows in view alone, however few rows there are.
    let unread: Vec<&str> = output
        .visible_columns
        .iter()
        .filter_map(|column| column.checked_sub(1))
        .filter(|column| values.get(*column).is_some_and(Option::is_none))
        .filter_map(|column| workspace.table.columns.get(column))
        .map(|column| column.name.as_str())
        .filter(|name| !whole || !is_value(workspace, name))
        .filter(|name| !workspace.unreadable.contains_key(*name))
        .collect();
    if !unread.is_empty() {
        let request = workspace.cells.missing(&wanted, &unread);
        commands.extend(request.map(Command::WantCells));
    }
    if let Some(row) = workspace.cursor {
        wanted.insert(0, row);
    }
    commands.push(Command::WantPictures(wanted));
    for event in output.events {
        events(ui, workspace, event, commands, view);
    }
}

/// Whether a column has one value a row, which can be held in memory and sorted by.
fn is_value(workspace: &Workspace, name: &str) -> bool {
    workspace
        .column(name)
        .is_none_or(|column| column.kind.is_value())
}

fn grid_columns(workspace: &Workspace, row_height: f32) -> Vec<GridColumn> {
    let mut columns = vec![GridColumn {
        title: "Cell".to_owned(),
        subtitle: String::new(),
        tooltip: "The stored crop with its outlines".to_owned(),
        width: (row_height * 1.1).max(56.0),
        pinned: true,
        numeric: false,
        sort: None,
        movable: false,
    }];
    columns.extend(workspace.table.columns.iter().map(|column| {
        let name = ColumnName::parse(&column.name);
        let subtitle = if name.group.is_empty() {
            name.compartment.to_owned()
        } else {
            format!("{} · {}", name.compartment, name.group)
        };
        GridColumn {
            title: if name.measure.is_empty() {
                column.name.clone()
            } else {
                name.measure.to_owned()
            },
            subtitle: if subtitle == column.name {
                String::new()
            } else {
                subtitle
            },
            tooltip: tooltip_of(&column.name),
            width: column.width,
            pinned: column.pinned,
            numeric: workspace
                .column(&column.name)
                .is_some_and(|info| info.kind.is_number()),
            sort: workspace
                .query
                .sort
                .as_ref()
                .filter(|sort| sort.column == column.name)
                .map(|sort| sort.descending),
            movable: true,
        }
    }));
    columns
}

fn paint_cell_value(ui: &Ui, rect: Rect, value: &CellValue, numeric: bool) {
    match value {
        CellValue::Null if numeric => paint_number(ui, rect, "", true),
        CellValue::Null => paint_null(ui, rect),
        CellValue::Number(number) => paint_number(ui, rect, &format_number(*number), false),
        CellValue::Text(text) if numeric => paint_number(ui, rect, text, false),
        CellValue::Text(text) => paint_text(ui, rect, text),
    }
}

fn paint_value(ui: &Ui, rect: Rect, column: &Column, row: u32) {
    match &column.values {
        Values::Categories { .. } => match column.text(row) {
            Some(text) => paint_text(ui, rect, &text),
            None => paint_null(ui, rect),
        },
        Values::Integers(..) if column.kind == ColumnKind::Time => match column.text(row) {
            Some(text) => paint_text(ui, rect, &text),
            None => paint_null(ui, rect),
        },
        Values::Integers(..) => {
            let text = column.text(row);
            paint_number(
                ui,
                rect,
                text.as_deref().unwrap_or_default(),
                text.is_none(),
            );
        }
        Values::Floats(..) => {
            let number = column.number(row);
            let text = number.map(format_number).unwrap_or_default();
            paint_number(ui, rect, &text, number.is_none());
        }
    }
}

fn events(
    ui: &Ui,
    workspace: &Workspace,
    event: GridEvent,
    commands: &mut Vec<Command>,
    view: &mut TableView,
) {
    let name = |column: usize| {
        let at = column.checked_sub(1)?;
        workspace
            .table
            .columns
            .get(at)
            .map(|column| column.name.clone())
    };
    let order = &workspace.order;
    match event {
        GridEvent::HeaderClicked(column) => {
            let sorted = name(column).filter(|name| is_value(workspace, name));
            commands.extend(sorted.map(Command::CycleSort));
        }
        GridEvent::RowClicked { row, modifiers } => {
            let Some(row) = order.get(row as usize) else {
                return;
            };
            // The row is under the pointer: the table must not jump to it.
            view.scrolled_to = Some(row);
            commands.extend(Command::click(row, modifiers));
        }
        GridEvent::RowDoubleClicked(_) => {}
        GridEvent::Resized { column, width } => {
            if let Some(at) = column.checked_sub(1) {
                commands.push(Command::ResizeColumn(at, width));
            }
        }
        GridEvent::AutoFit(column) => {
            if let (Some(at), Some(name)) = (column.checked_sub(1), name(column)) {
                let measure = ColumnName::parse(&name).measure.len().max(8);
                commands.push(Command::ResizeColumn(at, measure as f32 * 7.5 + 32.0));
            }
        }
        GridEvent::Hide(column) => commands.extend(name(column).map(Command::ToggleColumn)),
        GridEvent::Pin { column, pinned } => {
            if let Some(at) = column.checked_sub(1) {
                commands.push(Command::PinColumn(at, pinned));
            }
        }
        GridEvent::Move { from, to } => {
            if let Some(from) = from.checked_sub(1) {
                commands.push(Command::MoveColumn(from, to.saturating_sub(1)));
            }
        }
        GridEvent::HeaderMenu { column, action } => {
            let Some(name) = name(column) else { return };
            let axes = workspace.scatter.axes.clone();
            let sort = |descending| {
                Command::SetSort(Some(Sort {
                    column: name.clone(),
                    descending,
                }))
            };
            if action == HeaderAction::CopyName {
                ui.ctx().copy_text(name);
                return;
            }
            if !is_value(workspace, &name) && action != HeaderAction::Filter {
                return;
            }
            commands.push(match action {
                HeaderAction::SortAscending => sort(false),
                HeaderAction::SortDescending => sort(true),
                HeaderAction::ClearSort => Command::SetSort(None),
                HeaderAction::Filter => Command::FilterBy(name),
                HeaderAction::PlotX => Command::SetAxes(Axes {
                    x: Some(name),
                    ..axes
                }),
                HeaderAction::PlotY => Command::SetAxes(Axes {
                    y: Some(name),
                    ..axes
                }),
                HeaderAction::Groups => Command::ShowGroups(name, None),
                HeaderAction::ColorBy | HeaderAction::CopyName => Command::SetAxes(Axes {
                    color: Some(name),
                    ..axes
                }),
            });
        }
    }
}

/// A column's name and what it says, where that is known.
fn tooltip_of(name: &str) -> String {
    let meaning = feature_meaning(name).or_else(|| check_meaning(name).map(str::to_owned));
    match meaning {
        Some(meaning) => format!("{name}\n{meaning}"),
        None => name.to_owned(),
    }
}
