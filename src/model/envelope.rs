//! Whom news is for: a job works for the dataset that was open when it was started, and its answer says so.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::features::charts::ChartsEvent;
use crate::features::checks::ChecksEvent;
use crate::features::compare::CompareEvent;
use crate::features::export::OutputEvent;
use crate::features::labels::LabelsEvent;
use crate::features::rules::RulesEvent;
use crate::model::event::Event;
use crate::model::job::Job;
use crate::model::news::happened;
use crate::model::replace::NotWritten;
use crate::model::session::SessionEvent;
use crate::model::state::State;
use crate::profile::counted;

/// A dataset that is or was open in this run. Opened again it is another one, whatever its address: what was found for
/// the first has other request numbers, and perhaps other rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WorkspaceId(u64);

impl WorkspaceId {
    /// One that was not used before.
    pub fn fresh() -> Self {
        static USED: AtomicU64 = AtomicU64::new(0);
        Self(USED.fetch_add(1, Ordering::Relaxed))
    }
}

/// News and whom it is for.
#[derive(Debug)]
pub struct Envelope {
    /// The dataset for which the work was started; `None` where none was open then.
    pub workspace: Option<WorkspaceId>,
    /// The news.
    pub event: Event,
}

impl From<Event> for Envelope {
    /// News that the program itself has, of no dataset's work.
    fn from(event: Event) -> Self {
        Self {
            workspace: None,
            event,
        }
    }
}

impl State {
    /// The dataset that is open.
    pub fn workspace_id(&self) -> Option<WorkspaceId> {
        self.workspace.as_ref().map(|workspace| workspace.id)
    }

    /// Whether news is of work for a dataset that is open no more.
    pub fn is_foreign(&self, envelope: &Envelope) -> bool {
        envelope
            .workspace
            .is_some_and(|id| self.workspace_id() != Some(id))
    }
}

/// The door through which all news comes in.
pub(crate) fn open(state: &mut State, envelope: Envelope) -> Vec<Job> {
    if state.is_foreign(&envelope) {
        return outlived(state, envelope.event);
    }
    happened(state, envelope.event)
}

/// What is left to do about news of a dataset that is open no more: nothing, but for work that a person waits for whatever
/// is open, and the account of tasks.
fn outlived(state: &mut State, event: Event) -> Vec<Job> {
    match event {
        // Whatever is open.
        Event::Opened { .. }
        | Event::TaskProgress { .. }
        | Event::TaskEnded { .. }
        | Event::Picked { .. }
        | Event::ThumbnailsRead(_)
        | Event::NoFileDialog
        | Event::CellsCopied(_)
        | Event::Output(OutputEvent::Progress { .. })
        | Event::Wizard(_)
        | Event::Session(SessionEvent::Written(Err(_)))
        | Event::Rules(RulesEvent::Progress { .. })
        | Event::Checks(ChecksEvent::Progress { .. })
        | Event::Compare(CompareEvent::Progress { .. })
        | Event::Labels(LabelsEvent::SavedBeside { .. }) => happened(state, event),
        // Files: what is in the way is not asked about, for the answer would be about another dataset's.
        Event::Output(OutputEvent::Ended { task, outcome, .. }) => {
            state.end_task(task);
            written(state, outcome);
            Vec::new()
        }
        Event::Charts(ChartsEvent::Saved { path, outcome, .. }) => {
            written(state, outcome.map(|()| format!("Saved {}", path.display())));
            Vec::new()
        }
        Event::Rules(RulesEvent::Saved(path, outcome)) => {
            written(state, outcome.map(|_| format!("Saved {}", path.display())));
            Vec::new()
        }
        Event::Session(SessionEvent::Written(Ok(path))) => {
            written(
                state,
                Ok(format!("The session is kept in {}", path.display())),
            );
            Vec::new()
        }
        Event::Session(SessionEvent::Occupied(path, found)) => {
            written(state, Err(NotWritten::Exists(path, found)));
            Vec::new()
        }
        // Their columns or pictures fit nothing that is open now.
        Event::Checks(ChecksEvent::Saved { task, outcome }) => {
            state.end_task(task);
            match outcome {
                Ok(summary) => {
                    let checks = counted(summary.columns.len(), "check");
                    state.notify(
                        false,
                        format!("Saved {checks} of {}.", summary.dataset.name()),
                    );
                }
                Err(error) => state.notify(true, error),
            }
            Vec::new()
        }
        Event::Labels(LabelsEvent::Saved { outcome, .. }) => {
            match outcome {
                Ok(saved) => {
                    let marks = counted(saved.written, "mark");
                    let name = saved.dataset.name();
                    let text = format!("Saved {marks} of {name} as version {}.", saved.version);
                    state.notify(false, text);
                }
                Err(error) => state.notify(
                    true,
                    format!("{error}. The marks are kept, and come back with their dataset."),
                ),
            }
            Vec::new()
        }
        Event::Compare(CompareEvent::Compared { task, .. })
        | Event::Labels(LabelsEvent::VersionOpened { task, .. })
        | Event::Rules(RulesEvent::Suggested { task, .. }) => {
            state.end_task(task);
            Vec::new()
        }
        Event::QueryBegun { .. }
        | Event::QueryEnded { .. }
        | Event::Summarized { .. }
        | Event::GroupsCounted { .. }
        | Event::CellsRead { .. }
        | Event::ColumnsRead { .. }
        | Event::PicturesRead { .. }
        | Event::ContrastFound(_)
        | Event::PointsBuilt { .. }
        | Event::RasterDrawn { .. }
        | Event::AreaSelected { .. }
        | Event::ValuesRead { .. }
        | Event::FieldRead { .. }
        | Event::Gallery(_)
        | Event::Plate(_)
        | Event::Charts(_)
        | Event::Field(_)
        | Event::Rules(_)
        | Event::Gates(_)
        | Event::Labels(_)
        | Event::Session(_) => Vec::new(),
    }
}

/// Says that something was written, or why not.
fn written(state: &mut State, outcome: Result<String, NotWritten>) {
    match outcome {
        Ok(text) => state.notify(false, text),
        Err(NotWritten::Failed(text)) => state.notify(true, text),
        Err(NotWritten::Exists(path, _)) => state.notify(
            true,
            format!(
                "Another dataset is open now, so {} was left as it is.",
                path.display()
            ),
        ),
    }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
