//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{ChecksCommand, ChecksEvent, ChecksJob};
use super::{happened, run, update};
use crate::model::event::Event;
use crate::model::failure::{Ending, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;
use crate::profile::counted;

impl FeatureCommand for ChecksCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, &self)
    }
}

impl FeatureJob for ChecksJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, &|event| send(Event::from(event)));
    }

    fn ending(&self) -> Ending {
        let Self::Compute { task, .. } = self;
        let task = *task;
        some(move |error| ChecksEvent::Saved {
            task,
            outcome: Err(error),
        })
    }
}

impl FeatureEvent for ChecksEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        match *self {
            ChecksEvent::Progress { .. } => return self.apply(state),
            // The columns fit nothing that is open now.
            ChecksEvent::Saved { task, outcome } => {
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
            }
        }
        Vec::new()
    }

    fn is_progress(&self) -> bool {
        matches!(self, Self::Progress { .. })
    }
}
