//! What a job that fails inside the program leaves behind: the answer that ends its request, and a message.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::model::event::Event;
use crate::model::job::Job;
use crate::model::state::CellValues;

/// Makes the answer that ends a request from the reason why there is no other.
pub type Ending = Box<dyn FnOnce(String) -> Option<Event> + Send>;

/// Does work; where it fails inside the program, the request is ended and the failure told, instead of a pane that waits
/// for ever or a window that closes.
pub(crate) fn guarded(ending: Ending, send: &dyn Fn(Event), work: impl FnOnce()) {
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
pub(crate) fn ending(job: &Job) -> Ending {
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
        Job::ReadChannels { column, .. } => {
            let column = column.clone();
            some(move |error| Event::ChannelsRead {
                column,
                styles: Vec::new(),
                outcome: Err(error),
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
            let (rows, turn) = (cytolance_kernels::RowSet::empty(shown.len()), turn.clone());
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
        Job::Feature(job) => job.ending(),
        // Nobody waits for these.
        Job::FindContrast { .. }
        | Job::Pick(_)
        | Job::SaveSettings(_)
        | Job::KeepThumbnail { .. }
        | Job::ReadThumbnails(_) => none(),
    }
}

/// The request is ended by this answer.
pub fn some<E: Into<Event>>(ending: impl FnOnce(String) -> E + Send + 'static) -> Ending {
    Box::new(move |error| Some(ending(error).into()))
}

/// Nothing waits for an answer.
pub fn none() -> Ending {
    Box::new(|_| None)
}
