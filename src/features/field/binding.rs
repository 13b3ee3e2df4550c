//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{FieldCommand, FieldEvent, FieldJob};
use super::{happened, run, update};
use crate::model::event::Event;
use crate::model::failure::{Ending, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for FieldCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, &self)
    }

    fn is_request(&self) -> bool {
        matches!(self, Self::Want)
    }
}

impl FeatureJob for FieldJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, &|event| send(Event::from(event)));
    }

    fn ending(&self) -> Ending {
        match self {
            Self::Strip { work, .. } => {
                let generation = work.generation;
                some(move |error| FieldEvent::StripCounted {
                    generation,
                    outcome: Err(error),
                })
            }
            Self::Look { work, .. } => {
                let generation = work.generation;
                some(move |error| FieldEvent::Looked {
                    generation,
                    outcome: Err(error),
                })
            }
        }
    }
}

impl FeatureEvent for FieldEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }
}
