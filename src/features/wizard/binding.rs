//! Its commands, jobs and events as the program's.

use tokio::runtime::Handle;

use super::{Failure, Step, Target, WizardCommand, WizardEvent, WizardJob};
use super::{happened, run, update};
use crate::model::event::Event;
use crate::model::failure::{Ending, none, some};
use crate::model::feature::{FeatureCommand, FeatureEvent, FeatureJob};
use crate::model::job::Job;
use crate::model::state::State;

impl FeatureCommand for WizardCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        update(state, *self)
    }
}

impl FeatureJob for WizardJob {
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
        run(*self, handle, &|event| send(Event::from(event)));
    }

    fn ending(&self) -> Ending {
        let wizard = |ending: Box<dyn FnOnce(String) -> WizardEvent + Send>| some(ending);
        match self {
            Self::Find(work) => {
                let generation = work.generation;
                wizard(Box::new(move |error| WizardEvent::Found {
                    generation,
                    outcome: Err(error),
                }))
            }
            Self::Plan(work) => {
                let generation = work.generation;
                wizard(Box::new(move |error| WizardEvent::Planned {
                    generation,
                    outcome: Err(Failure {
                        text: error,
                        objects: Vec::new(),
                        step: Step::Source,
                    }),
                }))
            }
            Self::Try { work, .. } => {
                let generation = work.generation;
                wizard(Box::new(move |error| WizardEvent::Tried {
                    generation,
                    outcome: Err(error),
                }))
            }
            Self::CheckTarget(work) => {
                let generation = work.generation;
                wizard(Box::new(move |error| WizardEvent::TargetChecked {
                    generation,
                    target: Target::Refused(error),
                }))
            }
            Self::Run { task, .. } => {
                let task = *task;
                wizard(Box::new(move |error| WizardEvent::Ended {
                    task,
                    outcome: Err(Some(error)),
                }))
            }
            Self::SavePlan(..) | Self::SaveReport(..) => none(),
            Self::ReadReport(..) => wizard(Box::new(|error| WizardEvent::ReportRead(Err(error)))),
        }
    }
}

impl FeatureEvent for WizardEvent {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        happened(state, *self)
    }

    fn outlived(self: Box<Self>, state: &mut State) -> Vec<Job> {
        self.apply(state)
    }

    fn is_progress(&self) -> bool {
        matches!(self, Self::Progress { .. })
    }
}
