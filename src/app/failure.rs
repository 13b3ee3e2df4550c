//! What a job that fails inside the program leaves behind: the answer that ends its request, and a message.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::charts::{ChartsEvent, ChartsJob};
use super::checks::{ChecksEvent, ChecksJob};
use super::compare::{CompareEvent, CompareJob};
use super::event::Event;
use super::field::{FieldEvent, FieldJob};
use super::gallery::{GalleryEvent, GalleryJob};
use super::gates::{GateCounts, GatesEvent, GatesJob};
use super::job::Job;
use super::labels::{LabelsEvent, LabelsJob};
use super::plate::{PlateEvent, PlateJob};
use super::rules::{RulesEvent, RulesJob};
use super::session::{SessionEvent, SessionJob};
use super::state::CellValues;
use super::wizard::{Failure, Step, Target, WizardEvent, WizardJob};

/// Makes the answer that ends a request from the reason why there is no other.
pub(super) type Ending = Box<dyn FnOnce(String) -> Option<Event> + Send>;

/// Does work; where it fails inside the program, the request is ended and the failure told, instead of a pane that waits
/// for ever or a window that closes.
pub(super) fn guarded(ending: Ending, send: &dyn Fn(Event), work: impl FnOnce()) {
    let Err(reason) = caught(work) else { return };
    if let Some(event) = ending(reason.clone()) {
        send(event);
    }
    // No task has this number: it only tells.
    send(Event::TaskEnded {
        task: 0,
        message: Some(Err(reason)),
    });
}

/// Does work; a panic becomes a sentence.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let reason = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no reason given");
        format!("This is a fault of the program, please report it: {reason}")
    })
}

/// How a job's request is ended where the job cannot say so itself.
pub(super) fn ending(job: &Job) -> Ending {
    match job {
        Job::Open { task, .. } | Job::OpenDemo { task, .. } => {
            let task = *task;
            some(move |error| Event::TaskEnded {
                task,
                message: Some(Err(error)),
            })
        }
        Job::Query { work, .. } => {
            let generation = work.generation;
            some(move |error| Event::QueryEnded {
                generation,
                outcome: Err(error),
            })
        }
        Job::Summarize { work, .. } => {
            let generation = work.generation;
            some(move |_| Event::Summarized {
                generation,
                summaries: std::collections::HashMap::new(),
            })
        }
        Job::CountGroups { work, .. } => {
            let (generation, request) = (work.generation, work.request.clone());
            some(move |error| Event::GroupsCounted {
                generation,
                request,
                outcome: Err(error),
            })
        }
        Job::ReadCells { work, .. } => {
            let (generation, request) = (work.generation, work.request.clone());
            some(move |error| Event::CellsRead {
                generation,
                request,
                outcome: Err(error),
            })
        }
        Job::ReadColumns { names, .. } => {
            let names = names.clone();
            some(move |error| Event::ColumnsRead {
                names,
                error: Some(error),
            })
        }
        Job::ReadPictures {
            rows,
            style_generation,
            ..
        } => {
            let (rows, style_generation) = (rows.clone(), *style_generation);
            some(move |error| Event::PicturesRead {
                images: Vec::new(),
                rows,
                outcome: Err(error),
                style_generation,
            })
        }
        Job::BuildPoints { work, .. } => {
            let generation = work.generation;
            some(move |error| Event::PointsBuilt {
                generation,
                outcome: Err(error),
            })
        }
        Job::DrawRaster(work) => {
            let generation = work.generation;
            some(move |_| Event::RasterDrawn {
                generation,
                raster: None,
            })
        }
        Job::SelectArea { shown, turn, .. } => {
            let (rows, turn) = (crate::kernels::RowSet::empty(shown.len()), turn.clone());
            some(move |_| Event::AreaSelected { rows, turn })
        }
        Job::ReadValues { work, .. } => {
            let (generation, row) = (work.generation, work.request);
            let values = CellValues {
                row,
                ..CellValues::default()
            };
            some(move |_| Event::ValuesRead {
                generation,
                values: Some(values),
            })
        }
        Job::ReadField { work, .. } => {
            let generation = work.generation;
            some(move |_| Event::FieldRead {
                generation,
                field: None,
            })
        }
        Job::CopyCells { .. } => some(|error| Event::CellsCopied(Err(error))),
        Job::Output(job) => {
            let task = job.task;
            some(move |error| Event::TaskEnded {
                task,
                message: Some(Err(error)),
            })
        }
        Job::Gallery(GalleryJob::Group { work, .. }) => {
            let generation = work.generation;
            some(move |error| {
                Event::Gallery(GalleryEvent::Grouped {
                    generation,
                    outcome: Err(error),
                })
            })
        }
        Job::Plate(job) => of_plate(job),
        Job::Charts(job) => of_charts(job),
        Job::Field(job) => of_field(job),
        Job::Compare(CompareJob::Compare { task, .. }) => {
            let task = *task;
            some(move |error| {
                Event::Compare(CompareEvent::Compared {
                    task,
                    outcome: Err(error),
                })
            })
        }
        Job::Rules(job) => of_rules(job),
        Job::Gates(job) => of_gates(job),
        Job::Labels(job) => of_labels(job),
        Job::Checks(ChecksJob::Compute { task, .. }) => {
            let task = *task;
            some(move |error| {
                Event::Checks(ChecksEvent::Saved {
                    task,
                    outcome: Err(error),
                })
            })
        }
        Job::Session(job) => match job {
            SessionJob::Read { .. } => some(|error| Event::Session(SessionEvent::Read(Err(error)))),
            SessionJob::Write { .. } | SessionJob::Keep { .. } | SessionJob::Turn { .. } => none(),
        },
        Job::Wizard(job) => of_wizard(job),
        // Nobody waits for these.
        Job::FindContrast { .. }
        | Job::Pick(_)
        | Job::SaveSettings(_)
        | Job::KeepThumbnail { .. }
        | Job::ReadThumbnails(_) => none(),
    }
}

fn some(ending: impl FnOnce(String) -> Event + Send + 'static) -> Ending {
    Box::new(move |error| Some(ending(error)))
}

fn none() -> Ending {
    Box::new(|_| None)
}

fn of_plate(job: &PlateJob) -> Ending {
    match job {
        PlateJob::Map { work, .. } => {
            let generation = work.generation;
            some(move |error| {
                Event::Plate(PlateEvent::Mapped {
                    generation,
                    outcome: Err(error),
                })
            })
        }
        PlateJob::Select { turn, .. } => {
            let turn = turn.clone();
            some(move |error| {
                Event::Plate(PlateEvent::Found {
                    outcome: Err(error),
                    turn,
                })
            })
        }
    }
}

fn of_charts(job: &ChartsJob) -> Ending {
    match job {
        ChartsJob::Draw { work, .. } => {
            let generation = work.generation;
            some(move |error| {
                Event::Charts(ChartsEvent::Drawn {
                    generation,
                    outcome: Err(error),
                })
            })
        }
        ChartsJob::Select { turn, .. } => {
            let turn = turn.clone();
            some(move |error| {
                Event::Charts(ChartsEvent::Found {
                    outcome: Err(error),
                    turn,
                })
            })
        }
        // The failure is told; nothing waits for the file.
        ChartsJob::Save { .. } | ChartsJob::SaveScatter { .. } => none(),
    }
}

fn of_field(job: &FieldJob) -> Ending {
    match job {
        FieldJob::Strip { work, .. } => {
            let generation = work.generation;
            some(move |error| {
                Event::Field(FieldEvent::StripCounted {
                    generation,
                    outcome: Err(error),
                })
            })
        }
        FieldJob::Look { work, .. } => {
            let generation = work.generation;
            some(move |error| {
                Event::Field(FieldEvent::Looked {
                    generation,
                    outcome: Err(error),
                })
            })
        }
    }
}

fn of_gates(job: &GatesJob) -> Ending {
    match job {
        GatesJob::Count { work, .. } => {
            let generation = work.generation;
            some(move |_| {
                Event::Gates(GatesEvent::Counted {
                    generation,
                    counts: GateCounts::default(),
                })
            })
        }
        GatesJob::Select { turn, .. } => {
            let turn = turn.clone();
            some(move |error| {
                Event::Gates(GatesEvent::Found {
                    outcome: Err(error),
                    turn,
                })
            })
        }
    }
}

fn of_rules(job: &RulesJob) -> Ending {
    match job {
        RulesJob::Count { work, .. } => {
            let (generation, request) = (work.generation, work.request.clone());
            some(move |error| {
                Event::Rules(RulesEvent::Counted {
                    generation,
                    request,
                    outcome: Err(error),
                })
            })
        }
        RulesJob::Find { then, .. } => {
            let then = *then;
            some(move |error| {
                Event::Rules(RulesEvent::Found {
                    outcome: Err(error),
                    then,
                })
            })
        }
        RulesJob::Load(path) => {
            let path = path.clone();
            some(move |error| Event::Rules(RulesEvent::Loaded(path, Err(error))))
        }
        RulesJob::Suggest {
            task,
            selection,
            shown,
            ..
        } => {
            let (task, selection, shown) = (*task, selection.clone(), shown.clone());
            some(move |error| {
                Event::Rules(RulesEvent::Suggested {
                    task,
                    selection,
                    shown,
                    outcome: Some(Err(error)),
                })
            })
        }
        RulesJob::Save(..) => none(),
    }
}

fn of_labels(job: &LabelsJob) -> Ending {
    match job {
        LabelsJob::Load { .. } => some(|error| Event::Labels(LabelsEvent::Loaded(Err(error)))),
        LabelsJob::Save { beside: true, .. } => some(|error| {
            Event::Labels(LabelsEvent::SavedBeside {
                outcome: Err(error),
            })
        }),
        LabelsJob::Save { .. } => some(|error| {
            Event::Labels(LabelsEvent::Saved {
                edits: Vec::new(),
                outcome: Err(error),
            })
        }),
        LabelsJob::FindReview { .. } => some(|error| Event::Labels(LabelsEvent::NoReview(error))),
        LabelsJob::ReadHistory(_) => {
            some(|error| Event::Labels(LabelsEvent::HistoryRead(Err(error))))
        }
        LabelsJob::OpenVersion { task, .. } | LabelsJob::Restore { task, .. } => {
            let task = *task;
            some(move |error| {
                Event::Labels(LabelsEvent::VersionOpened {
                    task,
                    outcome: Err(error),
                    newest: true,
                })
            })
        }
        LabelsJob::Compare { .. } => some(|error| Event::Labels(LabelsEvent::Compared(Err(error)))),
        LabelsJob::ReadFile { .. } => {
            some(|error| Event::Labels(LabelsEvent::FileRead(Err(error))))
        }
        LabelsJob::Keep { .. } | LabelsJob::Forget { .. } => none(),
    }
}

fn of_wizard(job: &WizardJob) -> Ending {
    let wizard = |ending: Box<dyn FnOnce(String) -> WizardEvent + Send>| {
        some(move |error| Event::Wizard(ending(error)))
    };
    match job {
        WizardJob::Find(work) => {
            let generation = work.generation;
            wizard(Box::new(move |error| WizardEvent::Found {
                generation,
                outcome: Err(error),
            }))
        }
        WizardJob::Plan(work) => {
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
        WizardJob::Try { work, .. } => {
            let generation = work.generation;
            wizard(Box::new(move |error| WizardEvent::Tried {
                generation,
                outcome: Err(error),
            }))
        }
        WizardJob::CheckTarget(work) => {
            let generation = work.generation;
            wizard(Box::new(move |error| WizardEvent::TargetChecked {
                generation,
                target: Target::Refused(error),
            }))
        }
        WizardJob::Run { task, .. } => {
            let task = *task;
            wizard(Box::new(move |error| WizardEvent::Ended {
                task,
                outcome: Err(Some(error)),
            }))
        }
        WizardJob::SavePlan(..) | WizardJob::SaveReport(..) => none(),
        WizardJob::ReadReport(..) => wizard(Box::new(|error| WizardEvent::ReportRead(Err(error)))),
    }
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
