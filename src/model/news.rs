//! What finished work does to the state.

use std::sync::Arc;

use crate::model::background::{read_field, read_values, start_query, start_summaries};
use crate::model::event::Event;
use crate::model::job::Job;
use crate::model::selecting::{select, select_in_turn};
use crate::model::state::{State, Workspace};
use crate::model::update::{apply, look};
use cytolance_explore::QueryResult;
use cytolance_kernels::RowSet;
use cytolance_profile::counted;

/// Takes in a piece of news and returns the work that follows from it.
pub(crate) fn happened(state: &mut State, event: Event) -> Vec<Job> {
    match event {
        Event::Opened {
            task,
            dataset,
            channels,
        } => crate::model::opening::opened(state, task, dataset, channels),
        Event::TaskProgress {
            task,
            title,
            done,
            total,
        } => {
            for known in state.tasks.iter_mut().filter(|known| known.id == task) {
                known.done = done;
                known.total = total;
                if let Some(title) = &title {
                    known.title.clone_from(title);
                }
            }
            Vec::new()
        }
        Event::TaskEnded { task, message } => {
            state.end_task(task);
            match message {
                Some(Ok(text)) => state.notify(false, text),
                Some(Err(text)) => state.notify(true, text),
                None => {}
            }
            Vec::new()
        }
        Event::Picked(command) => apply(state, *command),
        Event::NoFileDialog => {
            state.notify(true, crate::model::file_dialog::NO_DIALOG);
            Vec::new()
        }
        Event::Feature(event) => event.apply(state),
        Event::CellsCopied(Ok((cells, text))) => {
            state.copy = Some(crate::model::state::Copied::Text(text));
            state.notify(
                false,
                format!("Copied {}, as a table for Excel.", counted(cells, "cell")),
            );
            Vec::new()
        }
        Event::CellsCopied(Err(error)) => {
            state.notify(true, error);
            Vec::new()
        }
        Event::ChannelsRead {
            column,
            styles,
            outcome,
        } => crate::model::picture_choice::channels_read(state, &column, &styles, outcome),
        Event::ThumbnailsRead(strips) => {
            state.thumbnails = strips.into_iter().collect();
            Vec::new()
        }
        other => match &mut state.workspace {
            Some(workspace) => happened_to(workspace, other),
            None => Vec::new(),
        },
    }
}

fn happened_to(workspace: &mut Workspace, event: Event) -> Vec<Job> {
    match event {
        Event::QueryEnded {
            generation,
            outcome,
        } => {
            let (wanted, next) = workspace.query_work.end(generation);
            let mut jobs: Vec<Job> = next
                .map(|work| Job::Query {
                    explorer: workspace.explorer.clone(),
                    work,
                })
                .into_iter()
                .collect();
            if !wanted {
                return jobs;
            }
            match outcome {
                Ok(result) => {
                    show_result(workspace, result);
                    jobs.extend(start_summaries(workspace));
                }
                Err(error) => workspace.query_error = Some(error),
            }
            jobs
        }
        Event::QueryBegun { generation, result } => {
            if workspace.query_work.is_current(generation) {
                show_result(workspace, result);
            }
            Vec::new()
        }
        Event::Summarized {
            generation,
            summaries,
        } => {
            let (_, next) = workspace.summary_work.end(generation);
            // Even stale counts are newer than those on the screen.
            workspace.summaries.extend(summaries);
            next.map(|work| Job::Summarize {
                explorer: workspace.explorer.clone(),
                work,
            })
            .into_iter()
            .collect()
        }
        Event::GroupsCounted {
            generation,
            request,
            outcome,
        } => {
            let (wanted, next) = workspace.groups.work.end(generation);
            if wanted {
                workspace.groups.found = Some((request, outcome));
            }
            next.map(|work| Job::CountGroups {
                explorer: workspace.explorer.clone(),
                work,
            })
            .into_iter()
            .collect()
        }
        Event::CellsRead {
            generation,
            request,
            outcome,
        } => {
            let (_, next) = workspace.cells_work.end(generation);
            let stamp = workspace.stamp(request.columns.iter().map(String::as_str));
            match outcome {
                // Read before the last change: the next frame asks again.
                _ if stamp != request.stamp => {}
                Ok(values) => workspace.cells.store(&request, values),
                Err(error) => {
                    for name in request.columns {
                        workspace.unreadable.insert(name, error.clone());
                    }
                }
            }
            next.map(|work| Job::ReadCells {
                dataset: workspace.dataset.clone(),
                work,
            })
            .into_iter()
            .collect()
        }
        Event::ColumnsRead { names, error } => {
            for name in names {
                workspace.loading.remove(&name);
                if let Some(error) = &error {
                    workspace.unreadable.insert(name, error.clone());
                }
            }
            Vec::new()
        }
        Event::PicturesRead {
            rows,
            outcome,
            style_generation,
            ..
        } => {
            match outcome {
                // Asked for when another column was shown.
                _ if style_generation < workspace.pictures_since => {}
                Ok(pictures) => workspace
                    .pictures
                    .store(rows.into_iter().zip(pictures).collect()),
                Err(error) => {
                    workspace.pictures.fail(&rows);
                    workspace.unreadable.insert("crops".to_owned(), error);
                }
            }
            crate::model::thumbnail::keep_job(workspace)
                .into_iter()
                .collect()
        }
        Event::ContrastFound(pictures, _) if pictures != workspace.pictures_since => Vec::new(),
        Event::ContrastFound(_, ranges) => {
            for (channel, range) in workspace.channels.iter_mut().zip(ranges) {
                if let Some(range) = range {
                    // What a person or a session has set stays.
                    if [channel.style.min, channel.style.max] == channel.auto {
                        [channel.style.min, channel.style.max] = range;
                    }
                    channel.auto = range;
                }
            }
            workspace.style_generation += 1;
            workspace.thumbnail_due = true;
            crate::model::thumbnail::keep_job(workspace)
                .into_iter()
                .collect()
        }
        Event::PointsBuilt {
            generation,
            outcome,
        } => {
            let (wanted, next) = workspace.scatter.build.end(generation);
            if wanted {
                match outcome {
                    Ok(points) => {
                        workspace.scatter.points = Some(points);
                        workspace.scatter.error = None;
                    }
                    Err(error) => workspace.scatter.error = Some(error),
                }
            }
            next.map(|work| Job::BuildPoints {
                explorer: workspace.explorer.clone(),
                work,
            })
            .into_iter()
            .collect()
        }
        Event::RasterDrawn { generation, raster } => {
            let (_, next) = workspace.scatter.raster_work.end(generation);
            // Even a stale raster is newer than the one on the screen.
            if let Some(mut raster) = raster {
                workspace.scatter.num_rasters += 1;
                raster.number = workspace.scatter.num_rasters;
                workspace.scatter.raster = Some(raster);
            }
            next.map(Job::DrawRaster).into_iter().collect()
        }
        Event::AreaSelected { rows, turn } => select_in_turn(workspace, &turn, Some(rows)),
        Event::ValuesRead { generation, values } => {
            let (_, next) = workspace.values_work.end(generation);
            if let Some(values) = values.filter(|values| workspace.cursor == Some(values.row)) {
                workspace.values = Some(Arc::new(values));
            }
            next.map(|work| read_values(workspace, work))
                .into_iter()
                .collect()
        }
        Event::FieldRead { generation, field } => {
            let (_, next) = workspace.field_work.end(generation);
            if let Some(field) = field.filter(|field| workspace.cursor == Some(field.row)) {
                workspace.source_pictures = Some(field);
            }
            next.map(|work| read_field(workspace, work))
                .into_iter()
                .collect()
        }
        // These are news with or without a dataset.
        Event::Opened { .. }
        | Event::TaskProgress { .. }
        | Event::TaskEnded { .. }
        | Event::Picked(..)
        | Event::NoFileDialog
        | Event::Feature(..)
        | Event::CellsCopied(..)
        | Event::ChannelsRead { .. }
        | Event::ThumbnailsRead(..) => Vec::new(),
    }
}

fn show_result(workspace: &mut Workspace, result: QueryResult) {
    // The same rows keep their address, so that nothing downstream is computed anew.
    if *workspace.shown != *result.shown {
        workspace.shown = result.shown;
    }
    workspace.order = result.order;
    workspace.query_error = None;
}

/// Adds the filter that arrives with the command line to what is filtered already, and selects its rows.
pub(crate) fn start_with(
    workspace: &mut Workspace,
    filter: Option<cytolance_profile::Filter>,
    selection: &[u32],
) -> Vec<Job> {
    workspace.query.filters.extend(filter);
    let mut jobs = start_query(workspace);
    let rows: Vec<u32> = selection
        .iter()
        .copied()
        .filter(|row| (*row as usize) < workspace.dataset.num_rows())
        .collect();
    if let Some(row) = rows.first().copied() {
        jobs.extend(look(workspace, row));
        workspace.selection = Arc::default();
        let rows = RowSet::from_rows(workspace.dataset.num_rows(), rows);
        jobs.extend(select(
            workspace,
            rows,
            crate::model::command::SelectMode::Replace,
        ));
    }
    jobs
}
