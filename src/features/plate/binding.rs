//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{PlateCommand, PlateEvent, PlateJob};
use super::{happened, run, update};
use crate::model::event::Event;
use crate::model::failure::{Ending, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for PlateCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }

    fn is_request(&self) -> bool {
        matches!(self, Self::Want)
    }
}

impl FeatureJob for PlateJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, &|event| send(Event::from(event)));
    }

    fn ending(&self) -> Ending {
        match self {
            Self::Map { work, .. } => {
                let generation = work.generation;
                some(move |error| PlateEvent::Mapped {
                    generation,
                    outcome: Err(error),
                })
            }
            Self::Select { turn, .. } => {
                let turn = turn.clone();
                some(move |error| PlateEvent::Found {
                    outcome: Err(error),
                    turn,
                })
            }
        }
    }
}

impl FeatureEvent for PlateEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }
}
