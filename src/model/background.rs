//! Starts the work that what is set up now calls for.

use std::sync::Arc;

use crate::model::group_table::GroupRequest;
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::scatter::BuildRequest;
use crate::model::state::{QueryRequest, SummaryRequest, Workspace};

/// Starts the query for what the filters and the sort order are now.
pub(crate) fn start_query(workspace: &mut Workspace) -> Vec<Job> {
    let request = QueryRequest {
        query: workspace.query.clone(),
        stamp: workspace.query_stamp(&workspace.query),
    };
    workspace
        .query_work
        .ask(request)
        .map(|work| Job::Query {
            explorer: workspace.explorer.clone(),
            work,
        })
        .into_iter()
        .collect()
}

/// Starts the statistics by group for the shown cells, if they were asked for.
pub(crate) fn start_groups(workspace: &mut Workspace) -> Vec<Job> {
    let Some((column, by)) = workspace.groups.wanted.clone() else {
        return Vec::new();
    };
    let request = GroupRequest {
        stamp: workspace.stamp([column.as_str(), by.as_str()]),
        column,
        by,
        shown: Arc::clone(&workspace.shown),
    };
    workspace
        .groups
        .work
        .ask(request)
        .map(|work| Job::CountGroups {
            explorer: workspace.explorer.clone(),
            work,
        })
        .into_iter()
        .collect()
}

/// Starts counting what the filters show of their columns.
pub(crate) fn start_summaries(workspace: &mut Workspace) -> Vec<Job> {
    if workspace.query.filters.is_empty() {
        return Vec::new();
    }
    let request = SummaryRequest {
        query: workspace.query.clone(),
        shown: Arc::clone(&workspace.shown),
        stamp: workspace.query_stamp(&workspace.query),
    };
    workspace
        .summary_work
        .ask(request)
        .map(|work| Job::Summarize {
            explorer: workspace.explorer.clone(),
            work,
        })
        .into_iter()
        .collect()
}

/// Starts the points of the plot for the axes.
pub(crate) fn start_points(workspace: &mut Workspace) -> Vec<Job> {
    if workspace.scatter.axes.x.is_none() || workspace.scatter.axes.y.is_none() {
        return Vec::new();
    }
    let axes = &workspace.scatter.axes;
    let names = [&axes.x, &axes.y, &axes.color].into_iter().flatten();
    let request = BuildRequest {
        stamp: workspace.stamp(names.map(String::as_str)),
        axes: workspace.scatter.axes.clone(),
        previous: workspace.scatter.points.clone(),
    };
    workspace
        .scatter
        .build
        .ask(request)
        .map(|work| Job::BuildPoints {
            explorer: workspace.explorer.clone(),
            work,
        })
        .into_iter()
        .collect()
}

pub(crate) fn read_values(workspace: &Workspace, work: Started<u32>) -> Job {
    Job::ReadValues {
        dataset: workspace.dataset.clone(),
        work,
    }
}

pub(crate) fn read_field(workspace: &Workspace, work: Started<u32>) -> Job {
    Job::ReadField {
        dataset: workspace.dataset.clone(),
        channels: workspace.channel_infos(),
        work,
    }
}
