//! What commands and finished work do to charts.

use std::sync::Arc;

use super::command::{ChartsCommand, ChartsEvent, ChartsJob};
use super::state::{ChartKind, ChartRequest, ChartSettings, ChartsState};
use crate::model::command::Command;
use crate::model::feature::Feature;
use crate::model::file_dialog::FileDialog;
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::selecting::selected;
use crate::model::state::{State, Workspace};
use cytolance_export::FileKind;

/// Features correlated at most.
const MOST_FEATURES: usize = 40;

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: ChartsCommand) -> Vec<Job> {
    let features = state.features;
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        ChartsCommand::Want(size) => {
            let settings = filled(workspace);
            let request = ChartRequest {
                thresholds: thresholds(features, workspace, &settings),
                settings,
                size,
                shown: Arc::clone(&workspace.shown),
                selection: Arc::clone(&workspace.selection),
                values: workspace.values_generation,
            };
            let work = charts(workspace).work.ask(request);
            work.map(|work| job(workspace, work)).into_iter().collect()
        }
        ChartsCommand::Set(settings) => {
            charts(workspace).settings = settings;
            Vec::new()
        }
        ChartsCommand::Select(target, mode) => {
            let Some(chart) = charts(workspace).chart.clone() else {
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
            charts(workspace).file = Some(name);
            Vec::new()
        }
        ChartsCommand::Browse => {
            let path = workspace.save_folder.full_path(&chart_file(workspace));
            let dialog = FileDialog::save("Save the chart")
                .kind("Charts", FileKind::CHART.endings)
                .proposing(&path);
            vec![dialog.then(|path| Command::from(ChartsCommand::NameFile(path)))]
        }
        ChartsCommand::Save(target) => match &charts(workspace).chart {
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

fn charts(workspace: &mut Workspace) -> &mut ChartsState {
    workspace.parts.get_mut()
}

/// The file of charts as it was typed, or one beside the dataset.
pub(super) fn chart_file(workspace: &Workspace) -> String {
    let typed = workspace.parts.get::<ChartsState>().file.clone();
    typed.unwrap_or_else(|| {
        let name = workspace.dataset.name();
        let stem = name.strip_suffix(".lance").unwrap_or(name);
        let file = format!("{stem}-chart.svg");
        workspace.save_folder.full_text(&file)
    })
}

/// The settings with what was not chosen filled in.
fn filled(workspace: &Workspace) -> ChartSettings {
    let mut settings = workspace.parts.get::<ChartsState>().settings.clone();
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

/// What is marked on the axis of the chart's feature.
fn thresholds(
    features: &[&dyn Feature],
    workspace: &Workspace,
    settings: &ChartSettings,
) -> Vec<(String, f64)> {
    let Some(column) = &settings.feature else {
        return Vec::new();
    };
    let marked = features
        .iter()
        .flat_map(|feature| feature.thresholds_on(workspace, column));
    marked.collect()
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
            let charts = charts(workspace);
            let (wanted, next) = charts.work.end(generation);
            match outcome {
                Ok(chart) if wanted => {
                    charts.chart = Some(Arc::from(chart));
                    charts.error = None;
                }
                Err(error) if wanted => charts.error = Some(error),
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
