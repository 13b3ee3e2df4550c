//! What commands and finished work do to sessions.

use std::path::Path;

use super::command::{SessionCommand, SessionEvent, SessionJob, SessionRead};
use super::link::{session_of, take_up};
use crate::app::command::Command;
use crate::app::job::Job;
use crate::app::replace::{NotWritten, Rewrite};
use crate::app::state::State;
use crate::app::update::apply;
use crate::export::Target;
use crate::session::{SessionFile, path_beside};

/// Looks for what belongs to a dataset that was just opened.
pub(in crate::app) fn opened(uri: &str) -> Job {
    Job::Session(SessionJob::Find {
        uri: uri.to_owned(),
    })
}

/// Takes up the session for whose dataset a task was opening, once that is open.
pub(in crate::app) fn dataset_opened(state: &mut State, task: u64) -> Vec<Job> {
    match state.waiting_session.take() {
        Some((waited, path, session)) if waited == task => open(state, &path, &session),
        _ => Vec::new(),
    }
}

/// Takes a session up and says so.
fn open(state: &mut State, path: &Path, session: &SessionFile) -> Vec<Job> {
    let (jobs, notes) = take_up(state, session);
    let own = state.folders.started_in.join(path);
    if let Some(workspace) = &mut state.workspace {
        workspace.session_file = Some(own);
    }
    let mut text = format!("The session {} is open.", path.display());
    for note in &notes {
        text.push('\n');
        text.push_str(note);
    }
    state.notify(!notes.is_empty(), text);
    jobs
}

/// Carries out a command.
pub(in crate::app) fn update(state: &mut State, command: SessionCommand) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return match command {
            SessionCommand::Open(Some(path)) => vec![Job::Session(SessionJob::Read { path })],
            _ => Vec::new(),
        };
    };
    let uri = workspace.dataset.uri().to_owned();
    let place = |path: Option<std::path::PathBuf>| path.or_else(|| path_beside(&uri));
    match command {
        SessionCommand::Save(path) | SessionCommand::Open(path)
            if place(path.clone()).is_none() =>
        {
            state.notify(
                true,
                "The dataset is not on this machine: say where the session is kept.",
            );
            Vec::new()
        }
        SessionCommand::Save(path) => place(path)
            .map(|path| {
                let path = state.folders.started_in.join(path);
                // Its own file it may write again and again.
                let is_own = workspace.session_file.as_ref() == Some(&path);
                Job::Session(SessionJob::Write {
                    session: Box::new(session_of(workspace, &state.layout)),
                    target: Target::new(path, is_own),
                })
            })
            .into_iter()
            .collect(),
        SessionCommand::Replace(path) => vec![Job::Session(SessionJob::Write {
            session: Box::new(session_of(workspace, &state.layout)),
            target: Target::new(path, true),
        })],
        SessionCommand::Open(path) => place(path)
            .map(|path| Job::Session(SessionJob::Read { path }))
            .into_iter()
            .collect(),
        SessionCommand::Keep => vec![Job::Session(SessionJob::Keep {
            session: Box::new(session_of(workspace, &state.layout)),
            uri,
        })],
    }
}

/// Takes in news.
pub(in crate::app) fn happened(state: &mut State, event: SessionEvent) -> Vec<Job> {
    match event {
        SessionEvent::Written(Ok(path)) => {
            state.notify(false, format!("The session is kept in {}", path.display()));
            if let Some(workspace) = &mut state.workspace {
                workspace.session_file = Some(path);
            }
            Vec::new()
        }
        SessionEvent::Occupied(path, found) => {
            let why = NotWritten::Exists(path.clone(), found);
            state.not_written(why, Rewrite::Session(path));
            Vec::new()
        }
        SessionEvent::Written(Err(error)) | SessionEvent::Read(Err(error)) => {
            state.notify(true, error);
            Vec::new()
        }
        SessionEvent::Read(Ok(read)) if state.workspace.is_some() => {
            open(state, &read.path, &read.session)
        }
        SessionEvent::Read(Ok(SessionRead {
            path,
            session,
            dataset: Some(uri),
        })) => {
            let jobs = apply(state, Command::Open(uri));
            if let Some(task) = state.tasks.last() {
                state.waiting_session = Some((task.id, path, session));
            }
            jobs
        }
        SessionEvent::Read(Ok(read)) => {
            state.notify(
                true,
                format!(
                    "The dataset of this session, {}, is not there, and none of its name lies beside {}. Open the dataset first, then the session.",
                    read.session.dataset.uri,
                    read.path.display()
                ),
            );
            Vec::new()
        }
        SessionEvent::Left(session) => {
            let (jobs, _) = take_up(state, &session);
            state.notify(
                false,
                "The program ended unexpectedly the last time; filters, columns and colours are back.",
            );
            jobs
        }
        SessionEvent::Beside(path) => {
            state.notify(
                false,
                format!(
                    "There is a session beside this dataset ({}): File, Open session.",
                    path.display()
                ),
            );
            Vec::new()
        }
    }
}
