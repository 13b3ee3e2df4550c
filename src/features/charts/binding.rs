//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{ChartsCommand, ChartsEvent, ChartsJob};
use super::{happened, run, update};
use crate::model::envelope::written;
use crate::model::event::Event;
use crate::model::failure::{Ending, none, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for ChartsCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }

    fn is_request(&self) -> bool {
        matches!(self, Self::Want(_))
    }
}

impl FeatureJob for ChartsJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, &|event| send(Event::from(event)));
    }

    fn ending(&self) -> Ending {
        match self {
            Self::Draw { work, .. } => {
                let generation = work.generation;
                some(move |error| ChartsEvent::Drawn {
                    generation,
                    outcome: Err(error),
                })
            }
            Self::Select { turn, .. } => {
                let turn = turn.clone();
                some(move |error| ChartsEvent::Found {
                    outcome: Err(error),
                    turn,
                })
            }
            // The failure is told; nothing waits for the file.
            Self::Save { .. } | Self::SaveScatter { .. } => none(),
        }
    }
}

impl FeatureEvent for ChartsEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        if let ChartsEvent::Saved { path, outcome, .. } = *self {
            written(state, outcome.map(|()| format!("Saved {}", path.display())));
        }
        Vec::new()
    }
}
