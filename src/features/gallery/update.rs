//! What commands and finished work do to the gallery.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::state::{
    GalleryCommand, GalleryEvent, GalleryJob, GalleryState, GroupingRequest, SIDES,
};
use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::state::{State, Workspace};
use cytolance_explore::{Explorer, RowGroups, Sample, row_groups};
use cytolance_kernels::RowSet;
use cytolance_profile::Condition;

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
            let settings = &gallery(workspace).settings;
            let is_without_value = |groups: &Arc<RowGroups>| groups.without_value == Some(at);
            let without_value = gallery(workspace)
                .groups
                .as_ref()
                .is_some_and(is_without_value);
            let (Some((name, rows)), Some(column)) = (group(workspace, at), settings.group.clone())
            else {
                return Vec::new();
            };
            let is_text = workspace
                .column(&column)
                .is_some_and(|column| column.kind.is_category());
            let condition = if without_value {
                Condition::Null { column, null: true }
            } else if is_text {
                Condition::OneOf {
                    column,
                    values: [name].into(),
                }
            } else {
                Condition::Rows {
                    name: format!("{column} {name}"),
                    rows: Arc::new(rows),
                }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::test_run::TestRun;
    use cytolance_explore::{Column, NULL_CODE};

    #[test]
    fn the_group_without_a_value_is_told_from_a_value_called_none() {
        let mut run = TestRun::of(&[&crate::features::gallery::Gallery]);
        let dataset = run.dataset("a.lance", &[1.0, 2.0, 3.0, 4.0]);
        run.opened(dataset);
        let names = ["dose", "none"].map(str::to_owned).to_vec();
        let treatment = Column::of_categories("Treatment", vec![1, 0, NULL_CODE, 1], names);
        let workspace = run.state.workspace.as_mut().expect("an open dataset");
        drop(workspace.set_computed(&[Arc::new(treatment)]));
        let mut settings = workspace.parts.get::<GalleryState>().settings.clone();
        settings.group = Some("Treatment".to_owned());
        run.apply(Command::from(GalleryCommand::Set(settings)));
        run.apply(Command::from(GalleryCommand::Want));
        run.settle();
        // Groups in order; the cells that are shown then.
        for (at, rows) in [(0, vec![1]), (1, vec![0, 3]), (2, vec![2])] {
            run.apply(Command::from(GalleryCommand::FilterGroup(at)));
            let groups = run.workspace().parts.get::<GalleryState>().groups.clone();
            run.settle();
            assert_eq!(run.workspace().order.to_vec(), rows, "group {at}");
            run.apply(Command::ClearFilters);
            run.settle();
            let workspace = run.state.workspace.as_mut().expect("an open dataset");
            workspace.parts.get_mut::<GalleryState>().groups = groups;
        }
    }
}
