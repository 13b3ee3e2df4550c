//! What commands and finished work do to the gallery.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::state::{
    GalleryCommand, GalleryEvent, GalleryJob, GalleryState, GroupingRequest, SIDES,
};
use crate::explore::{Explorer, RowGroups, Sample, row_groups};
use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::state::{State, Workspace};
use crate::profile::{Condition, RowSet};

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: GalleryCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        GalleryCommand::Want => want(workspace),
        GalleryCommand::Set(mut settings) => {
            settings.side = settings.side.clamp(*SIDES.start(), *SIDES.end());
            let gallery = workspace.parts.get_mut::<GalleryState>();
            gallery.settings = settings;
            if !gallery.is_grouped() {
                gallery.groups = None;
                gallery.error = None;
                gallery.work.abandon();
            }
            Vec::new()
        }
        GalleryCommand::SetCaptions(captions) => {
            workspace.captions = captions;
            Vec::new()
        }
        GalleryCommand::SelectGroup(at) => {
            if let Some((_, rows)) = group(workspace, at) {
                workspace.set_selection(rows);
            }
            Vec::new()
        }
        GalleryCommand::FilterGroup(at) => {
            let (Some((name, rows)), Some(column)) = (
                group(workspace, at),
                gallery(workspace).settings.group.clone(),
            ) else {
                return Vec::new();
            };
            let is_text = workspace
                .column(&column)
                .is_some_and(|column| column.kind.is_category());
            let condition = match name.as_str() {
                "none" => Condition::Null { column, null: true },
                _ if is_text => Condition::OneOf {
                    column,
                    values: [name].into(),
                },
                _ => Condition::Rows {
                    name: format!("{column} {name}"),
                    rows: Arc::new(rows),
                },
            };
            crate::model::update::apply(state, Command::AddFilter(condition))
        }
    }
}

fn gallery(workspace: &Workspace) -> &GalleryState {
    workspace.parts.get()
}

/// A group's name and rows.
fn group(workspace: &Workspace, at: usize) -> Option<(String, RowSet)> {
    let groups = gallery(workspace).groups.as_ref()?;
    let first: u64 = groups.counts.get(..at)?.iter().sum();
    let count = *groups.counts.get(at)?;
    let rows = groups.rows.get(first as usize..(first + count) as usize)?;
    let rows = RowSet::from_rows(workspace.dataset.num_rows(), rows.iter().copied());
    Some((groups.names.get(at)?.clone(), rows))
}

fn want(workspace: &mut Workspace) -> Vec<Job> {
    let gallery = workspace.parts.get_mut::<GalleryState>();
    if !gallery.is_grouped() {
        return Vec::new();
    }
    let settings = &gallery.settings;
    let request = GroupingRequest {
        shown: Arc::clone(&workspace.shown),
        sort: workspace.query.sort.clone(),
        order: workspace.order.clone(),
        group: settings.group.clone(),
        sample: settings.sample.map(|count| Sample {
            count,
            seed: settings.seed,
        }),
        values: workspace.values_generation,
    };
    let work = gallery.work.ask(request);
    work.map(|work| job(workspace, work)).into_iter().collect()
}

fn job(workspace: &Workspace, work: Started<GroupingRequest>) -> Job {
    Job::from(GalleryJob::Group {
        explorer: workspace.explorer.clone(),
        work,
    })
}

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: GalleryEvent) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    let GalleryEvent::Grouped {
        generation,
        outcome,
    } = event;
    let gallery = workspace.parts.get_mut::<GalleryState>();
    let (wanted, next) = gallery.work.end(generation);
    if wanted {
        match outcome {
            Ok(groups) => {
                gallery.groups = Some(Arc::new(groups));
                gallery.error = None;
            }
            Err(error) => gallery.error = Some(error),
        }
    }
    next.map(|work| job(workspace, work)).into_iter().collect()
}

/// Does its work.
pub(crate) fn run(job: GalleryJob, handle: &Handle, send: &dyn Fn(GalleryEvent)) {
    let GalleryJob::Group { explorer, work } = job;
    send(GalleryEvent::Grouped {
        generation: work.generation,
        outcome: groups(handle, &explorer, &work.request),
    });
}

fn groups(
    handle: &Handle,
    explorer: &Explorer,
    request: &GroupingRequest,
) -> Result<RowGroups, String> {
    let names: Vec<String> = request.group.iter().cloned().collect();
    let columns = handle
        .block_on(explorer.columns(&names))
        .map_err(|error| error.to_string())?;
    let column = columns.first().map(AsRef::as_ref);
    row_groups(&request.order, column, request.sample).ok_or_else(|| {
        format!(
            "{} makes no groups: it is neither text nor whole numbers with few values.",
            names.join("")
        )
    })
}
