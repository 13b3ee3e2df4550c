//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{LabelsCommand, LabelsEvent, LabelsJob};
use super::{happened, run, save, update};
use crate::model::event::Event;
use crate::model::failure::{Ending, none, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for LabelsCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }
}

impl FeatureJob for LabelsJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, &|event| send(Event::from(event)));
    }

    fn ending(&self) -> Ending {
        match self {
            Self::Load { .. } => some(|error| LabelsEvent::Loaded(Err(error))),
            Self::Save { beside: true, .. } => some(|error| LabelsEvent::SavedBeside {
                outcome: Err(error),
            }),
            Self::Save { .. } => some(|error| LabelsEvent::Saved {
                edits: Vec::new(),
                outcome: Err(error),
            }),
            Self::FindReview { .. } => some(LabelsEvent::NoReview),
            Self::ReadHistory(_) => some(|error| LabelsEvent::HistoryRead(Err(error))),
            Self::OpenVersion { task, .. } | Self::Restore { task, .. } => {
                let task = *task;
                some(move |error| LabelsEvent::VersionOpened {
                    task,
                    outcome: Err(error),
                    newest: true,
                })
            }
            Self::Compare { .. } => some(|error| LabelsEvent::Compared(Err(error))),
            Self::ReadFile { .. } => some(|error| LabelsEvent::FileRead(Err(error))),
            Self::Keep { .. } | Self::Forget { .. } => none(),
        }
    }
}

impl FeatureEvent for LabelsEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        match *self {
            LabelsEvent::SavedBeside { outcome } => save::tell_beside(state, outcome),
            LabelsEvent::Saved { outcome, .. } => save::tell_late(state, outcome),
            LabelsEvent::VersionOpened { task, .. } => state.end_task(task),
            _ => {}
        }
        Vec::new()
    }

    fn needs_layout(&self) -> bool {
        matches!(self, Self::VersionOpened { .. })
    }
}
