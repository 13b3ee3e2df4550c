//! What commands and finished work do to the plate.

use std::sync::Arc;

use super::command::{PlateCommand, PlateEvent, PlateJob};
use super::state::{MapRequest, PlateState};
use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::selecting::selected;
use crate::model::state::{State, Workspace};
use crate::model::update::apply;
use cytolance_profile::Condition;

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: PlateCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        PlateCommand::Want => {
            let plate = workspace.parts.get_mut::<PlateState>();
            let request = MapRequest {
                settings: plate.settings.clone(),
                shown: Arc::clone(&workspace.shown),
                selection: Arc::clone(&workspace.selection),
                values: workspace.values_generation,
            };
            let work = plate.work.ask(request);
            work.map(|work| job(workspace, work)).into_iter().collect()
        }
        PlateCommand::Set(settings) => {
            workspace.parts.get_mut::<PlateState>().settings = settings;
            Vec::new()
        }
        PlateCommand::Select(wells, mode) => vec![Job::from(PlateJob::Select {
            explorer: workspace.explorer.clone(),
            wells,
            shown: Arc::clone(&workspace.shown),
            turn: workspace.selecting.turn(mode),
        })],
        PlateCommand::Filter(plate, well) => {
            let map = workspace.parts.get::<PlateState>().map.as_ref();
            let several = map.is_some_and(|map| map.plates.len() > 1);
            let mut wells = map
                .iter()
                .flat_map(|map| &map.plates)
                .flat_map(|plate| &plate.wells);
            let also = wells.find(|known| known.name == well);
            let also = also.map(|known| known.also.clone()).unwrap_or_default();
            let spellings = std::iter::once(well).chain(also).collect();
            let keys = workspace.dataset.keys();
            let conditions: Vec<Condition> = [
                keys.mapped_well().map(|column| (column, spellings)),
                keys.plate
                    .as_deref()
                    .filter(|_| several)
                    .map(|column| (column, [plate].into())),
            ]
            .into_iter()
            .flatten()
            .map(|(column, values)| Condition::OneOf {
                column: column.to_owned(),
                values,
            })
            .collect();
            // One well after the other, and not both at once, which no cell is in.
            workspace.query.filters.retain(|filter| {
                !conditions.iter().any(|new| match (&filter.condition, new) {
                    (Condition::OneOf { column, .. }, Condition::OneOf { column: new, .. }) => {
                        column == new
                    }
                    _ => false,
                })
            });
            conditions
                .into_iter()
                .flat_map(|condition| apply(state, Command::AddFilter(condition)))
                .collect()
        }
    }
}

fn job(workspace: &Workspace, work: Started<MapRequest>) -> Job {
    Job::from(PlateJob::Map {
        explorer: workspace.explorer.clone(),
        work,
    })
}

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: PlateEvent) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match event {
        PlateEvent::Mapped {
            generation,
            outcome,
        } => {
            let plate = workspace.parts.get_mut::<PlateState>();
            let (wanted, next) = plate.work.end(generation);
            match outcome {
                Ok(map) if wanted => {
                    plate.map = Some(Arc::new(map));
                    plate.error = None;
                }
                Err(error) if wanted => plate.error = Some(error),
                _ => {}
            }
            next.map(|work| job(workspace, work)).into_iter().collect()
        }
        PlateEvent::Found { outcome, turn } => selected(state, &turn, outcome),
    }
}
