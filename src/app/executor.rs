//! Runs jobs off the interface thread and sends their news back.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use rayon::prelude::*;
use tokio::runtime::Handle;

use super::demo_plate::DemoFiles;
use super::envelope::{Envelope, WorkspaceId};
use super::event::Event;
use super::failure::{ending, guarded};
use super::field_pictures::read_field;
use super::file_dialog::{Picked, pick};
use super::group_table::count_groups;
use super::job::Job;
use super::points::{build_points, draw_raster, rows_in};
use super::row_values::read_cells;
use super::settings::Settings;
use super::state::{CellValues, ColumnSummary, SummaryRequest};
use super::textures::composed;
use crate::dataset::CellDataset;
use crate::explore::{Explorer, filter_histogram};
use crate::imaging::{CellPicture, Compositor};
use crate::profile::ColumnKind;
use crate::session::first_contrast;

/// Bars of a filter's histogram.
const FILTER_BINS: usize = 64;

/// The background.
pub struct Executor {
    runtime: Handle,
    sender: Sender<Envelope>,
    receiver: Receiver<Envelope>,
    context: egui::Context,
    /// Jobs that have not sent their last news yet.
    running: Arc<AtomicUsize>,
}

impl Executor {
    /// `context` is asked to repaint when there is news.
    pub fn new(runtime: Handle, context: egui::Context) -> Self {
        let (sender, receiver) = channel();
        Self {
            runtime,
            sender,
            receiver,
            context,
            running: Arc::default(),
        }
    }

    /// Whether nothing runs. News that came in between may still wait.
    pub fn is_idle(&self) -> bool {
        self.running.load(Ordering::Acquire) == 0
    }

    /// The interface that is told of news.
    pub fn context(&self) -> &egui::Context {
        &self.context
    }

    /// Jobs that run.
    pub fn num_running(&self) -> usize {
        self.running.load(Ordering::Acquire)
    }

    /// The news since the last call.
    pub fn news(&self) -> Vec<Envelope> {
        self.receiver.try_iter().collect()
    }

    /// Starts a job for a dataset that is open, or for the program where none is.
    pub fn start(&self, job: Job, workspace: Option<WorkspaceId>) {
        let out = Outbox {
            workspace,
            sender: self.sender.clone(),
            context: self.context.clone(),
        };
        let handle = self.runtime.clone();
        let ending = ending(&job);
        match job {
            Job::DrawRaster(work) => {
                let running = Running::new(&self.running);
                // Pure arithmetic: the CPU pool, not the I/O pool.
                rayon::spawn(move || {
                    guarded(ending, &|event| out.send(event), || {
                        let raster = draw_raster(&work.request, &work.cancelled);
                        out.send(Event::RasterDrawn {
                            generation: work.generation,
                            raster,
                        });
                    });
                    drop(running);
                });
            }
            Job::Pick(purpose) => {
                self.runtime.spawn(async move {
                    match pick(&purpose).await {
                        Picked::Path(path) => out.send(Event::Picked { purpose, path }),
                        Picked::NoDialog => out.send(Event::NoFileDialog),
                        Picked::Nothing => {}
                    }
                });
            }
            job => {
                let running = Running::new(&self.running);
                self.runtime.spawn_blocking(move || {
                    guarded(ending, &|event| out.send(event), || run(job, &handle, &out));
                    drop(running);
                });
            }
        }
    }
}

/// Counts a job for as long as it lives, panics included.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(count))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The way back to the interface.
#[derive(Clone)]
struct Outbox {
    workspace: Option<WorkspaceId>,
    sender: Sender<Envelope>,
    context: egui::Context,
}

impl Outbox {
    fn send(&self, event: Event) {
        // The window may be gone already.
        let _ = self.sender.send(Envelope {
            workspace: self.workspace,
            event,
        });
        self.context.request_repaint();
    }
}

fn run(job: Job, handle: &Handle, out: &Outbox) {
    match job {
        Job::Open { task, uri } => out.send(open(handle, task, &uri)),
        Job::OpenDemo { task, cancelled } => {
            let progress = |title: &str, done, total| {
                out.send(Event::TaskProgress {
                    task,
                    title: Some(title.to_owned()),
                    done,
                    total,
                });
            };
            let event = match DemoFiles::default_place().prepare(handle, &progress, &cancelled) {
                Ok(dataset) => open(handle, task, &dataset),
                Err(error) => Event::TaskEnded {
                    task,
                    message: Some(Err(error)),
                },
            };
            out.send(event);
        }
        Job::Query { explorer, work } => {
            let generation = work.generation;
            let early = |result| out.send(Event::QueryBegun { generation, result });
            let outcome = handle
                .block_on(explorer.run(&work.request.query, &work.cancelled, &early))
                .map_err(|error| error.to_string());
            out.send(Event::QueryEnded {
                generation,
                outcome,
            });
        }
        Job::Summarize { explorer, work } => {
            let summaries = handle.block_on(summaries(&explorer, &work.request, &work.cancelled));
            out.send(Event::Summarized {
                generation: work.generation,
                summaries,
            });
        }
        Job::CountGroups { explorer, work } => {
            let outcome = handle.block_on(count_groups(&explorer, &work.request));
            out.send(Event::GroupsCounted {
                generation: work.generation,
                request: work.request,
                outcome,
            });
        }
        Job::ReadCells { dataset, work } => {
            let outcome = handle.block_on(read_cells(&dataset, &work.request));
            out.send(Event::CellsRead {
                generation: work.generation,
                request: work.request,
                outcome,
            });
        }
        Job::ReadColumns { explorer, names } => {
            let error = handle
                .block_on(explorer.columns(&names))
                .err()
                .map(|error| error.to_string());
            out.send(Event::ColumnsRead { names, error });
        }
        Job::ReadPictures {
            dataset,
            rows,
            styles,
            style_generation,
        } => {
            let outcome: Result<Vec<Arc<CellPicture>>, String> = handle
                .block_on(dataset.pictures(&rows))
                .map(|pictures| pictures.into_iter().map(Arc::new).collect())
                .map_err(|error| error.to_string());
            let compositor = Compositor::new(&styles);
            let image = |picture: &Arc<CellPicture>| {
                composed(&compositor, picture.crop.as_ref()?).map(Arc::new)
            };
            let images = outcome.iter().flatten().collect::<Vec<_>>();
            let images = images.into_par_iter().map(image).collect();
            out.send(Event::PicturesRead {
                rows,
                outcome,
                images,
                style_generation,
            });
        }
        Job::FindContrast { dataset, channels } => {
            let found = handle.block_on(first_contrast(&dataset, channels));
            let found = found.inspect_err(|error| tracing::warn!("{error}"));
            out.send(Event::ContrastFound(found.unwrap_or_default()));
        }
        Job::BuildPoints { explorer, work } => {
            let outcome = build_points(handle, &explorer, &work.request).map(Arc::new);
            out.send(Event::PointsBuilt {
                generation: work.generation,
                outcome,
            });
        }
        Job::SelectArea {
            points,
            area,
            shown,
            turn,
        } => {
            let mut rows = rows_in(&points, &area);
            rows.intersect_with(&shown);
            out.send(Event::AreaSelected { rows, turn });
        }
        Job::ReadValues { dataset, work } => {
            let values = read_values(handle, &dataset, work.request)
                .inspect_err(|error| tracing::warn!("{error}"))
                .ok();
            out.send(Event::ValuesRead {
                generation: work.generation,
                values,
            });
        }
        Job::ReadField {
            dataset,
            channels,
            work,
        } => out.send(Event::FieldRead {
            generation: work.generation,
            field: read_field(handle, &dataset, &channels, work.request),
        }),
        Job::Gallery(job) => {
            super::gallery::run(job, handle, &|event| out.send(Event::Gallery(event)));
        }
        Job::Plate(job) => super::plate::run(job, handle, &|event| out.send(Event::Plate(event))),
        Job::Charts(job) => {
            super::charts::run(job, handle, &|event| out.send(Event::Charts(event)));
        }
        Job::Field(job) => super::field::run(job, handle, &|event| out.send(Event::Field(event))),
        Job::Compare(job) => {
            super::compare::run(job, handle, &|event| out.send(Event::Compare(event)));
        }
        Job::Rules(job) => super::rules::run(job, handle, &|event| out.send(Event::Rules(event))),
        Job::Gates(job) => super::gates::run(job, handle, &|event| out.send(Event::Gates(event))),
        Job::Labels(job) => {
            super::labels::run(job, handle, &|event| out.send(Event::Labels(event)));
        }
        Job::Output(job) => {
            super::output::run(&job, handle, &|event| out.send(Event::Output(event)));
        }
        Job::Checks(job) => {
            super::checks::run(job, handle, &|event| out.send(Event::Checks(event)));
        }
        Job::Session(job) => super::session::run(job, &|event| out.send(Event::Session(event))),
        Job::CopyCells {
            dataset,
            explorer,
            rows,
            columns,
        } => {
            let table = super::clipboard::table(handle, &dataset, &explorer, &rows, &columns);
            out.send(Event::CellsCopied(table));
        }
        Job::Wizard(job) => {
            super::wizard::run(job, handle, &|event| out.send(Event::Wizard(event)));
        }
        Job::SaveSettings(settings) => Settings::save(&settings),
        Job::KeepThumbnail {
            uri,
            styles,
            pictures,
        } => super::thumbnail::keep(&uri, &styles, &pictures),
        Job::ReadThumbnails(uris) => {
            out.send(Event::ThumbnailsRead(super::thumbnail::read(&uris)));
        }
        // Started elsewhere.
        Job::DrawRaster(_) | Job::Pick(_) => {}
    }
}

fn open(handle: &Handle, task: u64, uri: &str) -> Event {
    let opened = handle.block_on(async {
        let dataset = CellDataset::open(uri).await?;
        let channels = dataset.channels().await?;
        Ok::<_, crate::dataset::DatasetError>((dataset, channels))
    });
    match opened {
        Ok((dataset, channels)) => Event::Opened {
            task,
            dataset,
            channels,
        },
        Err(error) => Event::TaskEnded {
            task,
            message: Some(Err(error.to_string())),
        },
    }
}

/// What the filters show of their columns under the other filters, switched-off ones included.
async fn summaries(
    explorer: &Explorer,
    request: &SummaryRequest,
    cancelled: &AtomicBool,
) -> HashMap<u64, ColumnSummary> {
    let mut summaries = HashMap::new();
    // A column that is read for its histogram alone would push out those that are filtered by.
    if !explorer.fits() {
        return summaries;
    }
    for filter in &request.query.filters {
        let Some(name) = filter.condition.column() else {
            continue;
        };
        let Ok(columns) = explorer.columns(&[name.to_owned()]).await else {
            continue;
        };
        let Some(column) = columns.first() else {
            continue;
        };
        // Cancelled: what was counted so far is newer than what is shown.
        let Ok(others) = explorer
            .passing_others(&request.query, filter.id, cancelled)
            .await
        else {
            return summaries;
        };
        if column.kind.is_number() {
            if let Some(histogram) = filter_histogram(column, &others, FILTER_BINS) {
                summaries.insert(filter.id, ColumnSummary::Range(histogram));
            }
        } else if let crate::explore::Values::Categories { names, .. } = &column.values {
            let all = column.category_counts(None);
            let shown = column.category_counts(Some(&others));
            let categories = names
                .iter()
                .zip(all.into_iter().zip(shown))
                .map(|(name, (all, shown))| (name.clone(), all as usize, shown as usize))
                .collect();
            summaries.insert(filter.id, ColumnSummary::Categories(categories));
        }
    }
    summaries
}

fn read_values(handle: &Handle, dataset: &CellDataset, row: u32) -> Result<CellValues, String> {
    let names: Vec<String> = dataset
        .columns()
        .iter()
        .filter(|column| {
            !matches!(
                column.kind,
                ColumnKind::Picture | ColumnKind::Outline | ColumnKind::Other
            )
        })
        .map(|column| column.name.clone())
        .collect();
    let batch = handle
        .block_on(dataset.take(&[row], &names))
        .map_err(|error| error.to_string())?;
    let values = names
        .into_iter()
        .filter_map(|name| {
            let array = batch.column_by_name(&name)?;
            let present = !array.is_empty() && !array.is_null(0);
            let text = present
                .then(|| arrow::util::display::array_value_to_string(array, 0).ok())
                .flatten();
            Some((name, text))
        })
        .collect();
    Ok(CellValues { row, values })
}
