//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::command::{PixelSizeCommand, PixelSizeEvent, PixelSizeJob};
use super::update::{happened, said, update};
use crate::model::event::Event;
use crate::model::failure::{Ending, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;
use cytolance_dataset::SaveNote;

impl FeatureCommand for PixelSizeCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }
}

impl FeatureJob for PixelSizeJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        let what = said(self.size);
        let note = SaveNote::now(&self.author, &what);
        let kept = handle.block_on(self.dataset.keep_pixel_size(self.size, &note));
        let event = PixelSizeEvent {
            task: self.task,
            outcome: kept.map_err(|error| error.to_string()),
        };
        send(event.into());
    }

    fn ending(&self) -> Ending {
        let task = self.task;
        some(move |error| PixelSizeEvent {
            task,
            outcome: Err(error),
        })
    }
}

impl FeatureEvent for PixelSizeEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        state.end_task(self.task);
        match self.outcome {
            Ok(dataset) => {
                let size = said(dataset.metadata().pixel_size_um);
                state.notify(false, format!("Saved in {}: {size}.", dataset.name()));
            }
            Err(error) => state.notify(true, error),
        }
        Vec::new()
    }
}
