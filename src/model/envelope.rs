//! Whom news is for: a job works for the dataset that was open when it was started, and its answer says so.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::event::Event;
use crate::model::job::Job;
use crate::model::news::happened;
use crate::model::replace::NotWritten;
use crate::model::state::State;

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
        | Event::Picked(_)
        | Event::ThumbnailsRead(_)
        | Event::NoFileDialog
        | Event::CellsCopied(_) => happened(state, event),
        Event::Feature(event) => event.outlived(state),
        Event::QueryBegun { .. }
        | Event::QueryEnded { .. }
        | Event::Summarized { .. }
        | Event::GroupsCounted { .. }
        | Event::CellsRead { .. }
        | Event::ColumnsRead { .. }
        | Event::PicturesRead { .. }
        | Event::ChannelsRead { .. }
        | Event::ContrastFound(..)
        | Event::PointsBuilt { .. }
        | Event::RasterDrawn { .. }
        | Event::AreaSelected { .. }
        | Event::ValuesRead { .. }
        | Event::FieldRead { .. } => Vec::new(),
    }
}

/// Says that something was written, or why not.
pub fn written(state: &mut State, outcome: Result<String, NotWritten>) {
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
