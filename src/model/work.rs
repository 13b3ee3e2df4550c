//! What the core's jobs do, off the interface thread.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use tokio::runtime::Handle;

use crate::model::event::Event;
use crate::model::field_pictures::read_field;
use crate::model::group_table::count_groups;
use crate::model::job::Job;
use crate::model::points::{build_points, draw_raster, rows_in};
use crate::model::row_values::read_cells;
use crate::model::state::{CellValues, ColumnSummary, SummaryRequest};
use crate::model::textures::composed;
use cytolance_dataset::{CellDataset, shown_text};
use cytolance_demo::DemoFiles;
use cytolance_explore::{Explorer, filter_histogram};
use cytolance_imaging::{CellPicture, Compositor};
use cytolance_profile::ColumnKind;
use cytolance_session::first_contrast;

/// Bars of a filter's histogram.
const FILTER_BINS: usize = 64;

/// Does a job; `send` takes what comes of it.
pub(crate) fn run(job: Job, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
    match job {
        Job::Open { task, uri } => send(open(handle, task, &uri)),
        Job::OpenDemo { task, cancelled } => {
            let progress = |title: &str, done, total| {
                send(Event::TaskProgress {
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
            send(event);
        }
        Job::Query { explorer, work } => {
            let generation = work.generation;
            let early = |result| send(Event::QueryBegun { generation, result });
            let outcome = handle
                .block_on(explorer.run(&work.request.query, &work.cancelled, &early))
                .map_err(|error| error.to_string());
            send(Event::QueryEnded {
                generation,
                outcome,
            });
        }
        Job::Summarize { explorer, work } => {
            let summaries = handle.block_on(summaries(&explorer, &work.request, &work.cancelled));
            send(Event::Summarized {
                generation: work.generation,
                summaries,
            });
        }
        Job::CountGroups { explorer, work } => {
            let outcome = handle.block_on(count_groups(&explorer, &work.request));
            send(Event::GroupsCounted {
                generation: work.generation,
                request: work.request,
                outcome,
            });
        }
        Job::ReadCells { dataset, work } => {
            let outcome = handle.block_on(read_cells(&dataset, &work.request));
            send(Event::CellsRead {
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
            send(Event::ColumnsRead { names, error });
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
            send(Event::PicturesRead {
                rows,
                outcome,
                images,
                style_generation,
            });
        }
        Job::ReadChannels {
            dataset,
            column,
            styles,
        } => {
            let outcome = handle
                .block_on(dataset.channels())
                .map_err(|error| error.to_string());
            send(Event::ChannelsRead {
                column,
                styles,
                outcome,
            });
        }
        Job::FindContrast {
            dataset,
            channels,
            pictures,
        } => {
            let found = handle.block_on(first_contrast(&dataset, channels));
            let found = found.inspect_err(|error| tracing::warn!("{error}"));
            send(Event::ContrastFound(pictures, found.unwrap_or_default()));
        }
        Job::BuildPoints { explorer, work } => {
            let outcome = build_points(handle, &explorer, &work.request).map(Arc::new);
            send(Event::PointsBuilt {
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
            send(Event::AreaSelected { rows, turn });
        }
        Job::ReadValues { dataset, work } => {
            let values = read_values(handle, &dataset, work.request)
                .inspect_err(|error| tracing::warn!("{error}"))
                .ok();
            send(Event::ValuesRead {
                generation: work.generation,
                values,
            });
        }
        Job::ReadField {
            dataset,
            channels,
            work,
        } => send(Event::FieldRead {
            generation: work.generation,
            field: read_field(handle, &dataset, &channels, work.request),
        }),
        Job::Feature(job) => job.run(handle, send),
        Job::CopyCells {
            dataset,
            explorer,
            rows,
            columns,
        } => {
            let table =
                crate::model::clipboard::table(handle, &dataset, &explorer, &rows, &columns);
            send(Event::CellsCopied(table));
        }
        Job::KeepThumbnail {
            uri,
            styles,
            pictures,
        } => crate::model::thumbnail::keep(&uri, &styles, &pictures),
        Job::ReadThumbnails(uris) => {
            send(Event::ThumbnailsRead(crate::model::thumbnail::read(&uris)));
        }
        Job::DrawRaster(work) => {
            let raster = draw_raster(&work.request, &work.cancelled);
            send(Event::RasterDrawn {
                generation: work.generation,
                raster,
            });
        }
        // The executor asks a person, who takes longer than a thread may, and writes settings one after the other.
        Job::Pick(_) | Job::SaveSettings(_) => {}
    }
}

fn open(handle: &Handle, task: u64, uri: &str) -> Event {
    let opened = handle.block_on(async {
        let dataset = CellDataset::open(uri).await?;
        let channels = dataset.channels().await?;
        Ok::<_, cytolance_dataset::DatasetError>((dataset, channels))
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
        if column.kind.is_ranged() {
            if let Some(histogram) = filter_histogram(column, &others, FILTER_BINS) {
                summaries.insert(filter.id, ColumnSummary::Range(histogram));
            }
        } else if let cytolance_explore::Values::Categories { names, .. } = &column.values {
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
        .filter(|column| column.kind.is_shown())
        .map(|column| column.name.clone())
        .collect();
    let batch = handle
        .block_on(dataset.take(&[row], &names))
        .map_err(|error| error.to_string())?;
    let values = dataset
        .columns()
        .iter()
        .filter_map(|column| match column.kind {
            ColumnKind::Picture | ColumnKind::Outline => None,
            // What cannot be shown is there all the same.
            ColumnKind::Other => {
                let text = format!("not shown: {}", column.arrow_type);
                Some((column.name.clone(), Some(text)))
            }
            _ => {
                let array = batch.column_by_name(&column.name)?;
                Some((column.name.clone(), shown_text(array, 0)))
            }
        })
        .collect();
    Ok(CellValues { row, values })
}
