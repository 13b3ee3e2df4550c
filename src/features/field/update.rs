//! What commands and finished work do to the fields of view.

use std::sync::Arc;

use super::command::{FieldCommand, FieldEvent, FieldJob};
use super::state::{FieldState, LookRequest, StripRequest};
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::state::{State, Workspace};
use cytolance_dataset::DEPTH_COLUMNS;

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: &FieldCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        FieldCommand::Want => {
            let mut jobs = want_strip(workspace);
            jobs.extend(want_field(workspace));
            jobs
        }
    }
}

fn want_strip(workspace: &mut Workspace) -> Vec<Job> {
    let fields = workspace.parts.get_mut::<FieldState>();
    let known = fields.strip.as_ref();
    let request = StripRequest {
        shown: Arc::clone(&workspace.shown),
        version: workspace.dataset.version(),
        known: known.map(|strip| Arc::clone(&strip.index)),
    };
    let work = fields.strip_work.ask(request);
    work.map(|work| strip_job(workspace, work))
        .into_iter()
        .collect()
}

fn strip_job(workspace: &Workspace, work: Started<StripRequest>) -> Job {
    Job::from(FieldJob::Strip {
        explorer: workspace.explorer.clone(),
        channel: workspace
            .channels
            .first()
            .map(|channel| channel.info.name.clone()),
        work,
    })
}

fn want_field(workspace: &mut Workspace) -> Vec<Job> {
    let fields = workspace.parts.get_mut::<FieldState>();
    let field = fields
        .strip
        .as_ref()
        .zip(workspace.cursor)
        .and_then(|(strip, row)| strip.index.of(row));
    let Some(field) = field else {
        return Vec::new();
    };
    let is_deep = workspace.dataset.column(DEPTH_COLUMNS[0]).is_some();
    let request = LookRequest {
        field,
        cell: workspace.cursor.filter(|_| is_deep),
        style_generation: workspace.style_generation,
        known: fields.view.clone(),
    };
    let work = fields.look_work.ask(request);
    work.and_then(|work| look_job(workspace, work))
        .into_iter()
        .collect()
}

fn look_job(workspace: &Workspace, work: Started<LookRequest>) -> Option<Job> {
    let fields = workspace.parts.get::<FieldState>();
    let index = Arc::clone(&fields.strip.as_ref()?.index);
    Some(Job::from(FieldJob::Look {
        dataset: workspace.dataset.clone(),
        channels: workspace.channel_infos(),
        styles: workspace.styles(),
        index,
        work,
    }))
}

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: FieldEvent) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    let fields = workspace.parts.get_mut::<FieldState>();
    match event {
        FieldEvent::StripCounted {
            generation,
            outcome,
        } => {
            let (wanted, next) = fields.strip_work.end(generation);
            match outcome {
                Ok(strip) if wanted => {
                    fields.strip = Some(Arc::new(strip));
                    fields.strip_error = None;
                }
                Err(error) if wanted => fields.strip_error = Some(error),
                _ => {}
            }
            next.map(|work| strip_job(workspace, work))
                .into_iter()
                .collect()
        }
        FieldEvent::Looked {
            generation,
            outcome,
        } => {
            let (wanted, next) = fields.look_work.end(generation);
            match outcome {
                Ok(view) if wanted => {
                    fields.view = Some(Arc::new(view));
                    fields.look_error = None;
                }
                Err(error) if wanted => fields.look_error = Some(error),
                _ => {}
            }
            next.and_then(|work| look_job(workspace, work))
                .into_iter()
                .collect()
        }
    }
}
