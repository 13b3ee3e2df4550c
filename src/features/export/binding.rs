//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{ExportCommand, OutputEvent, OutputJob};
use super::{happened, run, update};
use crate::model::envelope::written;
use crate::model::event::Event;
use crate::model::failure::{Ending, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for ExportCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }
}

impl FeatureJob for OutputJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(&self, handle, send);
    }

    fn ending(&self) -> Ending {
        let task = self.task;
        some(move |error| Event::TaskEnded {
            task,
            message: Some(Err(error)),
        })
    }
}

impl FeatureEvent for OutputEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        // What is in the way is not asked about, for the answer would be about another dataset's.
        let Self::Ended { task, outcome, .. } = *self;
        state.end_task(task);
        written(state, outcome);
        Vec::new()
    }
}
