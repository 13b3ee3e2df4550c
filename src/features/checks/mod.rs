//! Checks of the segmentation as a task of the window.

mod binding;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Handle;

use crate::dataset::CellDataset;
use crate::import::{CheckSummary, save_checks};
use crate::model::event::Event;
use crate::model::job::Job;
use crate::model::state::State;

/// What can be asked.
#[derive(Debug)]
pub enum ChecksCommand {
    /// Computes and saves all checks.
    Compute,
}

/// Work in the background.
pub enum ChecksJob {
    /// Computes and saves.
    Compute {
        /// Its task.
        task: u64,
        /// Stops it.
        cancelled: Arc<AtomicBool>,
        /// The dataset.
        dataset: CellDataset,
        /// Who asked.
        author: String,
    },
}

/// News.
pub enum ChecksEvent {
    /// How far it is.
    Progress {
        /// The task.
        task: u64,
        /// Fields done.
        done: usize,
        /// Fields in all.
        total: usize,
    },
    /// The checks are saved, or why not.
    Saved {
        /// The task.
        task: u64,
        /// What was checked.
        outcome: Result<CheckSummary, String>,
    },
}

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: &ChecksCommand) -> Vec<Job> {
    match command {
        ChecksCommand::Compute => {
            let author = state.settings.author_name();
            let is_written = state
                .workspace
                .as_ref()
                .is_some_and(|workspace| workspace.parts.is_writing());
            if is_written || state.workspace.is_none() {
                return Vec::new();
            }
            let (task, cancelled) = state.begin_task("Checking the segmentation");
            match &state.workspace {
                Some(workspace) => vec![Job::from(ChecksJob::Compute {
                    task,
                    cancelled,
                    dataset: workspace.dataset.clone(),
                    author,
                })],
                None => Vec::new(),
            }
        }
    }
}

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: ChecksEvent) -> Vec<Job> {
    match event {
        ChecksEvent::Progress { task, done, total } => crate::model::news::happened(
            state,
            Event::TaskProgress {
                task,
                title: None,
                done,
                total,
            },
        ),
        ChecksEvent::Saved { task, outcome } => {
            state.tasks.retain(|known| known.id != task);
            match outcome {
                Ok(summary) => {
                    let mut text = format!(
                        "{} checks are columns now, of {} fields.",
                        summary.columns.len(),
                        summary.fields
                    );
                    for note in &summary.notes {
                        text.push('\n');
                        text.push_str(note);
                    }
                    state.notify(false, text);
                    match &mut state.workspace {
                        Some(workspace) => workspace.rebase(summary.dataset, &summary.columns),
                        None => Vec::new(),
                    }
                }
                Err(error) => {
                    state.notify(true, error);
                    Vec::new()
                }
            }
        }
    }
}

/// Does its work.
pub(crate) fn run(job: ChecksJob, handle: &Handle, send: &(dyn Fn(ChecksEvent) + Sync)) {
    let ChecksJob::Compute {
        task,
        cancelled,
        dataset,
        author,
    } = job;
    let progress = |done, total| send(ChecksEvent::Progress { task, done, total });
    let outcome = handle
        .block_on(save_checks(&dataset, &[], &author, &progress, &cancelled))
        .map_err(|error| error.to_string());
    send(ChecksEvent::Saved { task, outcome });
}
