//! The one place where the state changes.

use std::sync::Arc;

use crate::model::background::{read_field, read_values, start_groups, start_points, start_query};
use crate::model::command::{Command, SelectMode};
use crate::model::file_dialog::FileDialog;
use crate::model::group_table::first_grouping;
use crate::model::job::Job;
use crate::model::labels::category_palette;
use crate::model::picture_choice::choose_pictures;
use crate::model::reads::{retry_reads, want_columns, want_pictures};
use crate::model::scatter::RasterRequest;
use crate::model::selecting::select;
use crate::model::state::{Copied, Overlay, State, Workspace};
use crate::model::table::Table;
use cytolance_kernels::RowSet;
use cytolance_profile::{ColumnKind, Condition, Filter};

/// Carries out a command and returns the work that it starts. Pure: no I/O, no clock.
///
/// A new selection starts nothing: the next frame asks for the plot that shows it.
pub fn apply(state: &mut State, command: Command) -> Vec<Job> {
    match command {
        Command::Open(uri) => {
            let uri = uri.trim().to_owned();
            if uri.is_empty() {
                return Vec::new();
            }
            state.overlay = Overlay::None;
            let (task, _) = state.begin_opening(format!("Opening {uri}"));
            vec![Job::Open { task, uri }]
        }
        Command::ShowPictures(column) => {
            let workspace = state.workspace.as_mut();
            let chosen = workspace.map(|workspace| choose_pictures(workspace, &column, &[]));
            match chosen.unwrap_or(Ok(None)) {
                Ok(job) => job.into_iter().collect(),
                Err(error) => {
                    state.notify(true, error);
                    Vec::new()
                }
            }
        }
        Command::OpenDemo => {
            let (task, cancelled) = state.begin_opening("Preparing the demo plate");
            vec![Job::OpenDemo { task, cancelled }]
        }
        Command::BrowseDataset => {
            let dialog = FileDialog::folder("Open a dataset (a folder NAME.lance)");
            vec![dialog.then(Command::Open)]
        }
        Command::CloseDataset => {
            let left = crate::model::session::leaving(state);
            state.overlay = Overlay::None;
            if !state.close_workspace() {
                return Vec::new();
            }
            let mut jobs: Vec<Job> = crate::model::session::turn(state, left, None, false)
                .into_iter()
                .collect();
            if state.keeps {
                jobs.push(crate::model::thumbnail::read_job(state));
            }
            jobs
        }
        Command::SetOverlay(overlay) => {
            state.overlay = overlay;
            Vec::new()
        }
        Command::Act(id) => match state.action(id).filter(|action| action.is_enabled(state)) {
            Some(action) => {
                let command = (action.command)(state);
                apply(state, command)
            }
            None => Vec::new(),
        },
        Command::Replace => crate::model::replace::replace(state),
        Command::CancelTask(id) => {
            for task in state.tasks.iter().filter(|task| task.id == id) {
                task.cancel();
            }
            Vec::new()
        }
        Command::Dismiss(id) => {
            state.notices.retain(|notice| notice.id != id);
            Vec::new()
        }
        Command::SetTheme(theme) => {
            state.settings.theme = theme;
            vec![Job::SaveSettings(state.settings.clone())]
        }
        Command::SetShortcut(id, keys) => {
            crate::model::shortcut_keys::set(state, &id, keys);
            vec![Job::SaveSettings(state.settings.clone())]
        }
        Command::CopyCells => crate::model::clipboard::copy_cells(state),
        Command::CopyPlot => {
            let raster = state
                .workspace
                .as_ref()
                .and_then(|workspace| workspace.scatter.raster.as_ref());
            state.copy = raster.map(|raster| Copied::Image(Arc::clone(&raster.image)));
            Vec::new()
        }
        Command::Tour(step) => {
            state.tour = step;
            if state.tour.is_some() || state.settings.toured {
                return Vec::new();
            }
            state.settings.toured = true;
            vec![Job::SaveSettings(state.settings.clone())]
        }
        Command::ToggleMeter => {
            state.meter = !state.meter;
            Vec::new()
        }
        Command::Quit => {
            state.quit = true;
            Vec::new()
        }
        Command::Feature(command) => command.apply(state),
        Command::ShowPane(pane) => {
            state.wanted_pane = Some(pane);
            Vec::new()
        }
        Command::Dropped(path) => crate::model::dropping::dropped(state, path),
        Command::Happened(envelope) => crate::model::envelope::open(state, envelope),
        Command::ShowGroups(column, by) => {
            let Some(workspace) = &mut state.workspace else {
                return Vec::new();
            };
            let by = by.or_else(|| first_grouping(&workspace.columns));
            let Some(by) = by else {
                state.notify(true, "There is no column whose values could be groups.");
                return Vec::new();
            };
            workspace.groups.wanted = Some((column, by));
            state.overlay = Overlay::Groups;
            start_groups(workspace)
        }
        Command::FilterBy(column) => match state
            .workspace
            .as_ref()
            .and_then(|workspace| first_condition(workspace, &column))
        {
            Some(condition) => {
                state.overlay = Overlay::None;
                add_filter(state, condition)
            }
            None => Vec::new(),
        },
        Command::AddFilter(condition) => add_filter(state, condition),
        Command::FilterToSelection => {
            let Some(workspace) = &state.workspace else {
                return Vec::new();
            };
            if workspace.num_selected == 0 {
                return Vec::new();
            }
            let condition = Condition::Rows {
                name: format!("{} selected cells", workspace.num_selected),
                rows: Arc::clone(&workspace.selection),
            };
            add_filter(state, condition)
        }
        other => match &mut state.workspace {
            Some(workspace) => apply_to(workspace, other),
            None => Vec::new(),
        },
    }
}

fn add_filter(state: &mut State, condition: Condition) -> Vec<Job> {
    let id = state.fresh_id();
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    workspace.query.filters.push(Filter {
        id,
        condition,
        enabled: true,
    });
    start_query(workspace)
}

/// The commands that need an open dataset.
fn apply_to(workspace: &mut Workspace, command: Command) -> Vec<Job> {
    match command {
        Command::SetCondition(id, condition) => {
            for filter in workspace
                .query
                .filters
                .iter_mut()
                .filter(|filter| filter.id == id)
            {
                filter.condition = condition.clone();
            }
            start_query(workspace)
        }
        Command::EnableFilter(id, enabled) => {
            for filter in workspace
                .query
                .filters
                .iter_mut()
                .filter(|filter| filter.id == id)
            {
                filter.enabled = enabled;
            }
            start_query(workspace)
        }
        Command::RemoveFilter(id) => {
            workspace.query.filters.retain(|filter| filter.id != id);
            workspace.summaries.remove(&id);
            start_query(workspace)
        }
        Command::ClearFilters => {
            workspace.query.filters.clear();
            workspace.summaries.clear();
            start_query(workspace)
        }
        Command::CycleSort(column) => {
            workspace.query.cycle_sort(&column);
            start_query(workspace)
        }
        Command::SetSort(sort) => {
            workspace.query.sort = sort;
            start_query(workspace)
        }
        Command::ToggleColumn(name) => {
            if let Some(column) = workspace.column(&name).cloned() {
                workspace.table.toggle(&column);
            }
            Vec::new()
        }
        Command::MoveColumn(from, to) => {
            workspace.table.move_column(from, to);
            Vec::new()
        }
        Command::PinColumn(at, pinned) => {
            workspace.table.pin(at, pinned);
            Vec::new()
        }
        Command::ResizeColumn(at, width) => {
            if let Some(column) = workspace.table.columns.get_mut(at) {
                column.width = width.clamp(40.0, 800.0);
            }
            Vec::new()
        }
        Command::ResetColumns => {
            let density = workspace.table.density;
            workspace.table = Table {
                density,
                ..Table::first(&workspace.dataset)
            };
            Vec::new()
        }
        Command::SetDensity(density) => {
            workspace.table.density = density;
            Vec::new()
        }
        Command::Select(rows, mode) => {
            if let Some(row) = rows.last().filter(|_| rows.len() == 1) {
                workspace.anchor = Some(*row);
            }
            let rows = RowSet::from_rows(workspace.dataset.num_rows(), rows);
            select(workspace, rows, mode)
        }
        Command::SelectTo(row) => select_to(workspace, row),
        Command::SelectShown => {
            let shown = (*workspace.shown).clone();
            workspace.set_selection(shown);
            Vec::new()
        }
        Command::InvertSelection => {
            let mut rest = (*workspace.shown).clone();
            rest.difference_with(&workspace.selection);
            workspace.set_selection(rest);
            Vec::new()
        }
        Command::ClearSelection => {
            workspace.set_selection(RowSet::empty(workspace.dataset.num_rows()));
            Vec::new()
        }
        Command::Look(row) => look(workspace, row),
        Command::Step(by) => {
            let at = workspace.cursor.and_then(|row| workspace.position(row));
            let last = workspace.order.len() as i64 - 1;
            let to = at.map_or(0, |at| (at as i64 + by).clamp(0, last.max(0)));
            step_to(workspace, to as usize)
        }
        Command::StepToEnd(last) => {
            let to = if last {
                workspace.order.len().saturating_sub(1)
            } else {
                0
            };
            step_to(workspace, to)
        }
        Command::SetAxes(axes) => {
            workspace.scatter.set_axes(axes);
            start_points(workspace)
        }
        Command::SetTool(tool) => {
            workspace.scatter.tool = tool;
            Vec::new()
        }
        Command::ShowPlot {
            view,
            size,
            dark,
            fit,
        } => show_plot(workspace, (view, size, dark), fit),
        Command::ResetPlot => {
            workspace.scatter.fit();
            Vec::new()
        }
        Command::SelectArea(area, mode) => match &workspace.scatter.points {
            Some(points) => vec![Job::SelectArea {
                points: Arc::clone(points),
                area,
                shown: Arc::clone(&workspace.shown),
                turn: workspace.selecting.turn(mode),
            }],
            None => Vec::new(),
        },
        Command::SetChannel(at, style) => {
            if let Some(channel) = workspace.channels.get_mut(at) {
                channel.style = style;
                workspace.style_generation += 1;
            }
            Vec::new()
        }
        Command::AutoContrast(which) => {
            auto_contrast(workspace, which);
            Vec::new()
        }
        Command::SetOutline(at, setting) => {
            if let Some(outline) = workspace.outlines.get_mut(at) {
                *outline = setting;
            }
            Vec::new()
        }
        Command::WantPictures(rows) => want_pictures(workspace, &rows),
        Command::WantCells(mut request) => {
            request.stamp = workspace.stamp(request.columns.iter().map(String::as_str));
            let work = workspace.cells_work.ask(request);
            work.map(|work| Job::ReadCells {
                dataset: workspace.dataset.clone(),
                work,
            })
            .into_iter()
            .collect()
        }
        Command::RetryReads => retry_reads(workspace),
        Command::WantColumns(names) => want_columns(workspace, names),
        // These are done with or without a dataset.
        Command::Open(..)
        | Command::ShowPictures(..)
        | Command::OpenDemo
        | Command::BrowseDataset
        | Command::CloseDataset
        | Command::SetOverlay(..)
        | Command::Act(..)
        | Command::Replace
        | Command::CancelTask(..)
        | Command::Dismiss(..)
        | Command::SetTheme(..)
        | Command::SetShortcut(..)
        | Command::CopyCells
        | Command::CopyPlot
        | Command::Tour(..)
        | Command::ToggleMeter
        | Command::Quit
        | Command::Feature(..)
        | Command::ShowPane(..)
        | Command::Dropped(..)
        | Command::Happened(..)
        | Command::ShowGroups(..)
        | Command::FilterBy(..)
        | Command::AddFilter(..)
        | Command::FilterToSelection => Vec::new(),
    }
}

/// Selects from the last clicked cell to this one.
fn select_to(workspace: &mut Workspace, row: u32) -> Vec<Job> {
    let from = workspace
        .anchor
        .or(workspace.cursor)
        .and_then(|anchor| workspace.position(anchor));
    let Some((from, to)) = from.zip(workspace.position(row)) else {
        return Vec::new();
    };
    let rows = workspace.order.rows(from.min(to)..from.max(to) + 1);
    let rows = RowSet::from_rows(workspace.dataset.num_rows(), rows);
    let mut jobs = select(workspace, rows, SelectMode::Replace);
    jobs.extend(look(workspace, row));
    jobs
}

/// Asks for the picture of a part of the plot.
fn show_plot(
    workspace: &mut Workspace,
    (view, size, dark): (cytolance_plot::Bounds, [usize; 2], bool),
    fit: u64,
) -> Vec<Job> {
    workspace.scatter.view = Some(view);
    workspace.scatter.fitted = workspace.scatter.fitted.max(fit);
    let Some(points) = &workspace.scatter.points else {
        return Vec::new();
    };
    let color = points.color.as_ref();
    let request = RasterRequest {
        palette: color.map_or_else(Vec::new, |column| category_palette(workspace, column)),
        points: Arc::clone(points),
        view,
        size,
        shown: Arc::clone(&workspace.shown),
        selection: Arc::clone(&workspace.selection),
        dark,
    };
    workspace
        .scatter
        .raster_work
        .ask(request)
        .map(Job::DrawRaster)
        .into_iter()
        .collect()
}

/// Contrast of a channel (or all) from the sample of all crops.
fn auto_contrast(workspace: &mut Workspace, which: Option<usize>) {
    for (at, channel) in workspace.channels.iter_mut().enumerate() {
        if which.is_none_or(|which| which == at) {
            [channel.style.min, channel.style.max] = channel.auto;
            channel.style.gamma = 1.0;
        }
    }
    workspace.style_generation += 1;
}

fn first_condition(workspace: &Workspace, name: &str) -> Option<Condition> {
    let column = workspace.column(name)?.clone();
    Some(match column.kind {
        // Unbounded: the widget shows the column's range as soon as it is known.
        ColumnKind::Integer | ColumnKind::Float | ColumnKind::Time => Condition::Range {
            column: column.name,
            min: f64::NEG_INFINITY,
            max: f64::INFINITY,
        },
        ColumnKind::Text | ColumnKind::Boolean => Condition::OneOf {
            column: column.name,
            values: std::collections::BTreeSet::new(),
        },
        _ => Condition::Null {
            column: column.name,
            null: false,
        },
    })
}

fn step_to(workspace: &mut Workspace, position: usize) -> Vec<Job> {
    match workspace.order.get(position) {
        Some(row) => look(workspace, row),
        None => Vec::new(),
    }
}

/// Puts the cursor on a row and reads what the inspector shows of it.
pub(crate) fn look(workspace: &mut Workspace, row: u32) -> Vec<Job> {
    if row as usize >= workspace.dataset.num_rows() {
        return Vec::new();
    }
    workspace.cursor = Some(row);
    workspace.anchor = Some(row);
    // A key held down passes many cells: only the last one is read.
    let values = workspace.values_work.ask(row);
    let field = workspace.field_work.ask(row);
    let mut jobs: Vec<Job> = Vec::new();
    jobs.extend(values.map(|work| read_values(workspace, work)));
    jobs.extend(field.map(|work| read_field(workspace, work)));
    jobs
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
