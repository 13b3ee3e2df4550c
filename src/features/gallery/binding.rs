//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{GalleryCommand, GalleryEvent, GalleryJob};
use super::{happened, run, update};
use crate::model::event::Event;
use crate::model::failure::{Ending, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for GalleryCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }

    fn is_request(&self) -> bool {
        matches!(self, Self::Want)
    }
}

impl FeatureJob for GalleryJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, &|event| send(Event::from(event)));
    }

    fn ending(&self) -> Ending {
        let Self::Group { work, .. } = self;
        let generation = work.generation;
        some(move |error| GalleryEvent::Grouped {
            generation,
            outcome: Err(error),
        })
    }
}

impl FeatureEvent for GalleryEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }
}
