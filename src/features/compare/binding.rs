//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{CompareCommand, CompareEvent, CompareJob};
use super::{happened, run, update};
use crate::model::event::Event;
use crate::model::failure::{Ending, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for CompareCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }
}

impl FeatureJob for CompareJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, send);
    }

    fn ending(&self) -> Ending {
        let Self::Compare { task, .. } = self;
        let task = *task;
        some(move |error| CompareEvent::Compared {
            task,
            outcome: Err(error),
        })
    }
}

impl FeatureEvent for CompareEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        let Self::Compared { task, .. } = *self;
        state.end_task(task);
        Vec::new()
    }
}
