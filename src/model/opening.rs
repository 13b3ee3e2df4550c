//! Opening a dataset, and leaving the one that is open.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::model::background::start_points;
use crate::model::job::Job;
use crate::model::state::{State, Workspace};
use crate::model::task::Task;
use crate::model::update::look;
use cytolance_dataset::{CellDataset, ChannelInfo};

/// How a dataset is set up when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NextView {
    /// As it was left.
    #[default]
    AsLeft,
    /// As the command line says.
    AsAsked,
}

impl State {
    /// Starts the account of a task that opens a dataset. It takes the place of those that open others.
    pub fn begin_opening(&mut self, title: impl Into<String>) -> (u64, Arc<AtomicBool>) {
        if let Some(older) = self.newest_opening {
            for task in self.tasks.iter().filter(|task| task.id == older) {
                task.cancel();
            }
            self.end_task(older);
        }
        let (task, cancelled) = self.begin_task(title);
        self.newest_opening = Some(task);
        (task, cancelled)
    }

    /// Whether another dataset was asked for after this task began.
    pub fn is_overtaken(&self, task: u64) -> bool {
        self.newest_opening
            .is_some_and(|newest| newest > task && task > 0)
    }

    /// Leaves the open dataset, and tells the work that is only for its panes to stop. Whether there was one.
    pub fn close_workspace(&mut self) -> bool {
        let Some(mut closed) = self.workspace.take() else {
            return false;
        };
        closed.query_work.abandon();
        closed.summary_work.abandon();
        closed.scatter.build.abandon();
        closed.scatter.raster_work.abandon();
        let useless = closed.parts.leave();
        for task in self.tasks.iter().filter(|task| useless.contains(&task.id)) {
            task.cancel();
        }
        true
    }
}

/// Shows a dataset that a task has opened.
pub(crate) fn opened(
    state: &mut State,
    task: u64,
    dataset: CellDataset,
    channels: Vec<ChannelInfo>,
) -> Vec<Job> {
    let mut tasks = state.tasks.iter().filter(|known| known.id == task);
    let stopped = tasks.any(Task::is_cancelled);
    state.end_task(task);
    if stopped || state.is_overtaken(task) {
        // Another one was asked for in the meantime, or none.
        return Vec::new();
    }
    let left = crate::model::session::leaving(state);
    state.close_workspace();
    state.settings.remember(dataset.uri());
    let mut jobs = vec![Job::SaveSettings(state.settings.clone())];
    let mut workspace = Box::new(Workspace::new(dataset, channels));
    workspace.save_folder = state.folders.beside(workspace.dataset.uri());
    workspace.table_budget = state.table_budget.unwrap_or(workspace.table_budget);
    jobs.push(Job::FindContrast {
        dataset: workspace.dataset.clone(),
        channels: workspace.channels.len(),
        pictures: workspace.pictures_since,
    });
    jobs.extend(start_points(&mut workspace));
    if let Some(row) = workspace.cursor {
        jobs.extend(look(&mut workspace, row));
    }
    for feature in state.features {
        jobs.extend(feature.opened(&mut workspace, state.keeps));
    }
    let waits = state.waiting_session.as_ref().map(|(task, ..)| *task);
    let view = std::mem::take(&mut state.next_view);
    let resumes = view == NextView::AsLeft && waits != Some(task);
    let uri = workspace.dataset.uri().to_owned();
    jobs.extend(crate::model::session::turn(state, left, Some(uri), resumes));
    state.workspace = Some(workspace);
    // Whoever opens a dataset wants to see it; a page keeps its choices.
    state.page = None;
    jobs.extend(crate::model::session::dataset_opened(state, task));
    jobs
}
