//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{GateCounts, GatesCommand, GatesEvent, GatesJob};
use super::{happened, run, update};
use crate::model::event::Event;
use crate::model::failure::{Ending, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for GatesCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }

    fn is_request(&self) -> bool {
        matches!(self, Self::Want)
    }
}

impl FeatureJob for GatesJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, &|event| send(Event::from(event)));
    }

    fn ending(&self) -> Ending {
        match self {
            Self::Count { work, .. } => {
                let generation = work.generation;
                some(move |_| GatesEvent::Counted {
                    generation,
                    counts: GateCounts::default(),
                })
            }
            Self::Select { turn, .. } => {
                let turn = turn.clone();
                some(move |error| GatesEvent::Found {
                    outcome: Err(error),
                    turn,
                })
            }
        }
    }
}

impl FeatureEvent for GatesEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }
}
