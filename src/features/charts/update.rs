//! What commands and finished work do to charts.

use std::sync::Arc;

use super::command::{ChartsCommand, ChartsEvent, ChartsJob};
use super::state::{ChartKind, ChartRequest, ChartSettings};
use crate::model::file_dialog::PickPurpose;
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::selecting::selected;
use crate::model::state::{State, Workspace};

/// Features correlated at most.
const MOST_FEATURES: usize = 40;

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: ChartsCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        ChartsCommand::Want(size) => {
            let request = ChartRequest {
                settings: filled(workspace),
                size,
                shown: Arc::clone(&workspace.shown),
                selection: Arc::clone(&workspace.selection),
                thresholds: thresholds(workspace),
                values: workspace.values_generation,
            };
            let work = workspace.charts.work.ask(request);
            work.map(|work| job(workspace, work)).into_iter().collect()
        }
        ChartsCommand::Set(settings) => {
            workspace.charts.settings = settings;
            Vec::new()
        }
        ChartsCommand::Select(target, mode) => {
            let Some(chart) = workspace.charts.chart.clone() else {
                return Vec::new();
            };
            vec![Job::from(ChartsJob::Select {
                explorer: workspace.explorer.clone(),
                // The cells that it was drawn of, whatever has been filtered since.
                shown: Arc::clone(&chart.shown),
                chart,
                target,
                turn: workspace.selecting.turn(mode),
            })]
        }
        ChartsCommand::NameFile(name) => {
            workspace.charts.file = Some(name);
            Vec::new()
        }
        ChartsCommand::Browse => {
            let path = workspace.save_folder.full_path(&workspace.chart_file());
            vec![Job::Pick(PickPurpose::Chart(path))]
        }
        ChartsCommand::Save(target) => match &workspace.charts.chart {
            Some(chart) => vec![Job::from(ChartsJob::Save {
                figure: Box::new(chart.figure.clone()),
                target,
            })],
            None => Vec::new(),
        },
        ChartsCommand::SaveScatter(target) => {
            let (Some(points), Some(raster)) =
                (&workspace.scatter.points, &workspace.scatter.raster)
            else {
                return Vec::new();
            };
            vec![Job::from(ChartsJob::SaveScatter {
                points: Arc::clone(points),
                raster: raster.clone(),
                shown: Arc::clone(&workspace.shown),
                target,
            })]
        }
    }
}

impl Workspace {
    /// The file of charts as it was typed, or one beside the dataset.
    pub(super) fn chart_file(&self) -> String {
        self.charts.file.clone().unwrap_or_else(|| {
            let name = self.dataset.name();
            let stem = name.strip_suffix(".lance").unwrap_or(name);
            self.save_folder.full_text(&format!("{stem}-chart.svg"))
        })
    }
}

/// The settings with what was not chosen filled in.
fn filled(workspace: &Workspace) -> ChartSettings {
    let mut settings = workspace.charts.settings.clone();
    if settings.feature.is_none() {
        settings.feature.clone_from(&workspace.scatter.axes.x);
    }
    if settings.kind == ChartKind::Correlation && settings.features.is_empty() {
        settings.features = workspace
            .table
            .columns
            .iter()
            .filter(|column| {
                workspace.column(&column.name).is_some_and(|info| {
                    info.kind.is_number() && !info.name.starts_with("Metadata_")
                })
            })
            .map(|column| column.name.clone())
            .collect();
    }
    settings.features.truncate(MOST_FEATURES);
    settings
}

/// Gates on the feature of the chart.
fn thresholds(workspace: &Workspace) -> Vec<(String, f64)> {
    let gates = workspace.parts.get::<crate::features::gates::GatesState>();
    filled(workspace)
        .feature
        .map_or_else(Vec::new, |feature| gates.thresholds_on(&feature))
}

fn job(workspace: &Workspace, work: Started<ChartRequest>) -> Job {
    Job::from(ChartsJob::Draw {
        explorer: workspace.explorer.clone(),
        work,
    })
}

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: ChartsEvent) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match event {
        ChartsEvent::Drawn {
            generation,
            outcome,
        } => {
            let (wanted, next) = workspace.charts.work.end(generation);
            match outcome {
                Ok(chart) if wanted => {
                    workspace.charts.chart = Some(Arc::from(chart));
                    workspace.charts.error = None;
                }
                Err(error) if wanted => workspace.charts.error = Some(error),
                _ => {}
            }
            next.map(|work| job(workspace, work)).into_iter().collect()
        }
        ChartsEvent::Found { outcome, turn } => selected(state, &turn, outcome),
        ChartsEvent::Saved {
            path,
            again,
            outcome,
        } => {
            match outcome {
                Ok(()) => state.notify(false, format!("Saved {}", path.display())),
                Err(why) => state.not_written(why, again),
            }
            Vec::new()
        }
    }
}
