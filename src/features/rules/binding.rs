//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{RulesCommand, RulesEvent, RulesJob};
use super::{happened, run, update};
use crate::model::envelope::written;
use crate::model::event::Event;
use crate::model::failure::{Ending, none, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for RulesCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }

    fn is_request(&self) -> bool {
        matches!(self, Self::Want)
    }
}

impl FeatureJob for RulesJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, send);
    }

    fn ending(&self) -> Ending {
        match self {
            Self::Count { work, .. } => {
                let (generation, request) = (work.generation, work.request.clone());
                some(move |error| RulesEvent::Counted {
                    generation,
                    request,
                    outcome: Err(error),
                })
            }
            Self::Find { mode, .. } => {
                let mode = *mode;
                some(move |error| RulesEvent::Found {
                    outcome: Err(error),
                    mode,
                })
            }
            Self::Load(path) => {
                let path = path.clone();
                some(move |error| RulesEvent::Loaded(path, Err(error)))
            }
            Self::Suggest {
                task,
                selection,
                shown,
                ..
            } => {
                let (task, selection, shown) = (*task, selection.clone(), shown.clone());
                some(move |error| RulesEvent::Suggested {
                    task,
                    selection,
                    shown,
                    outcome: Some(Err(error)),
                })
            }
            Self::Save(..) => none(),
        }
    }
}

impl FeatureEvent for RulesEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        match *self {
            RulesEvent::Saved(path, outcome) => {
                written(state, outcome.map(|_| format!("Saved {}", path.display())));
            }
            RulesEvent::Suggested { task, .. } => state.end_task(task),
            _ => {}
        }
        Vec::new()
    }
}
