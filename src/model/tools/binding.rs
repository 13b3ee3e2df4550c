//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::state::Outcome;
use super::update::{happened, update};
use super::work::run;
use super::{ToolsCommand, ToolsEvent, ToolsJob};
use crate::model::event::Event;
use crate::model::failure::{Ending, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;
use cytolance_profile::counted;

impl FeatureCommand for ToolsCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }
}

impl FeatureJob for ToolsJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, send);
    }

    fn ending(&self) -> Ending {
        let Self::Compute { task, order, .. } = self;
        let (task, order) = (*task, order.clone());
        some(move |error| ToolsEvent::Computed {
            task,
            order,
            outcome: Err(error),
        })
    }
}

impl FeatureEvent for ToolsEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        let Self::Computed {
            task,
            order,
            outcome,
        } = *self;
        state.end_task(task);
        match outcome {
            Ok(answer) => {
                // Columns that are not kept fit nothing that is open now.
                if let Some(kept) = answer.kept {
                    let columns = counted(kept.names.len(), "column");
                    let name = kept.dataset.name();
                    state.notify(false, format!("Saved {columns} of {name}."));
                }
            }
            Err(error) if order.then == Outcome::Kept => state.notify(true, error),
            Err(_) => {}
        }
        Vec::new()
    }
}
