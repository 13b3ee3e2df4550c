//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{SessionCommand, SessionEvent, SessionJob};
use super::{happened, run, update};
use crate::model::envelope::written;
use crate::model::event::Event;
use crate::model::failure::{Ending, none, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::replace::NotWritten;
use crate::model::state::State;

impl FeatureCommand for SessionCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }

    fn is_request(&self) -> bool {
        matches!(self, Self::Keep)
    }

    fn needs_layout(&self) -> bool {
        true
    }
}

impl FeatureJob for SessionJob {
    fn run(self: Box<Self>, _handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, &|event| send(Event::from(event)));
    }

    fn ending(&self) -> Ending {
        match self {
            Self::Read { .. } => some(|error| SessionEvent::Read(Err(error))),
            Self::Write { .. } | Self::Keep { .. } | Self::Turn { .. } => none(),
        }
    }
}

impl FeatureEvent for SessionEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        match *self {
            SessionEvent::Written(Err(_)) => return self.apply(state),
            SessionEvent::Written(Ok(path)) => written(
                state,
                Ok(format!("The session is kept in {}", path.display())),
            ),
            SessionEvent::Occupied(path, found) => {
                written(state, Err(NotWritten::Exists(path, found)));
            }
            _ => {}
        }
        Vec::new()
    }
}
