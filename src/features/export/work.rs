//! Writing exports.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Handle;

use super::draft::ExportDraft;
use crate::model::event::Event;
use crate::model::export_rows::ExportRows;
use crate::model::replace::NotWritten;
use cytolance_explore::Explorer;
use cytolance_export::{ExportError, Target};
use cytolance_exporters::{ExportKind, ExportOptions, ExportRequest, run_export};
use cytolance_session::SessionFile;

/// What is written how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What.
    pub kind: ExportKind,
    /// What is set of it.
    pub options: ExportOptions,
    /// Where to.
    pub target: Target,
    /// Which cells, in words.
    pub which: String,
    /// What was set up.
    pub session: Box<SessionFile>,
}

/// An export in the background.
pub struct OutputJob {
    /// Its task.
    pub task: u64,
    /// Stops it.
    pub cancelled: Arc<AtomicBool>,
    /// Columns, computed ones among them.
    pub explorer: Explorer,
    /// Which rows.
    pub rows: ExportRows,
    /// What of them.
    pub plan: Plan,
    /// What the dialog said, to be asked again.
    pub draft: Box<ExportDraft>,
}

/// News.
pub enum OutputEvent {
    /// It has ended.
    Ended {
        /// The task.
        task: u64,
        /// What to say, or why it was not written.
        outcome: Result<String, NotWritten>,
        /// What the dialog said.
        draft: Box<ExportDraft>,
    },
}

/// Does the work.
pub(crate) fn run(job: &OutputJob, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
    let outcome = handle.block_on(write(job, send));
    let ended = OutputEvent::Ended {
        task: job.task,
        outcome: outcome.map_err(NotWritten::from),
        draft: job.draft.clone(),
    };
    send(ended.into());
}

async fn write(job: &OutputJob, send: &(dyn Fn(Event) + Sync)) -> Result<String, ExportError> {
    let (task, plan) = (job.task, &job.plan);
    let progress = |done, total| send(Event::progress(task, done, total));
    let request = ExportRequest {
        kind: plan.kind,
        rows: job.rows.list(),
        which: plan.which.clone(),
        options: plan.options.clone(),
        session: (*plan.session).clone(),
        target: plan.target.clone(),
    };
    let done = run_export(&job.explorer, &request, &progress, &job.cancelled).await?;
    let mut text = format!("{} in {}", done.what, done.at.display());
    for note in done.notes {
        text += "; ";
        text += &note;
    }
    Ok(text)
}
