//! What commands and finished work do to sessions.

use std::path::Path;

use super::command::{SessionCommand, SessionEvent, SessionJob, SessionRead};
use super::keeper::{KeptSession, Leaving};
use super::link::{session_of, take_up};
use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::replace::{NotWritten, Rewrite};
use crate::model::state::{State, Workspace};
use crate::model::update::apply;
use cytolance_export::Target;
use cytolance_profile::counted;
use cytolance_session::{SessionFile, path_beside};

/// The dataset that is about to be left, as it is set up now.
pub(crate) fn leaving(state: &mut State) -> Option<Leaving> {
    let number = state.fresh_id();
    let workspace = state.workspace.as_ref()?;
    Some(Leaving {
        uri: workspace.dataset.uri().to_owned(),
        session: Box::new(session_of(state.features, workspace, &state.layout)),
        number,
    })
}

/// One dataset is left, another entered; `resumes` where that is to be set up as it was left.
pub(crate) fn turn(
    state: &State,
    left: Option<Leaving>,
    entered: Option<String>,
    resumes: bool,
) -> Option<Job> {
    let keeper = state.sessions.clone()?;
    Some(Job::from(SessionJob::Turn {
        keeper,
        left,
        entered,
        resumes,
    }))
}

/// Takes up the session for whose dataset a task was opening, once that is open.
pub(crate) fn dataset_opened(state: &mut State, task: u64) -> Vec<Job> {
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

/// What of a session decides which cells are seen and in which order, in words.
fn what_hides(session: &SessionFile) -> Option<String> {
    let parts: Vec<String> = [
        (session.filters.len(), "filter"),
        (session.gates.len(), "gate"),
        (session.rules.len(), "rule"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| counted(count, what))
    .chain(
        session
            .sort
            .is_some()
            .then(|| "the order of the cells".to_owned()),
    )
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: SessionCommand) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return match command {
            SessionCommand::Open(Some(path)) => vec![Job::from(SessionJob::Read { path })],
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
                Job::from(SessionJob::Write {
                    session: Box::new(session_of(state.features, workspace, &state.layout)),
                    target: Target::new(path, is_own),
                })
            })
            .into_iter()
            .collect(),
        SessionCommand::Replace(path) => vec![Job::from(SessionJob::Write {
            session: Box::new(session_of(state.features, workspace, &state.layout)),
            target: Target::new(path, true),
        })],
        SessionCommand::Open(path) => place(path)
            .map(|path| Job::from(SessionJob::Read { path }))
            .into_iter()
            .collect(),
        SessionCommand::Keep => match (state.sessions.clone(), leaving(state)) {
            (Some(keeper), Some(session)) => {
                vec![Job::from(SessionJob::Keep { keeper, session })]
            }
            _ => Vec::new(),
        },
        SessionCommand::StartAfresh => start_afresh(state),
    }
}

/// Sets everything up as it is when a dataset is seen for the first time. Marks stay.
fn start_afresh(state: &mut State) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let first = Workspace::new(workspace.dataset.clone(), workspace.channel_infos());
    let session = session_of(state.features, &first, "");
    let (mut jobs, _) = take_up(state, &session);
    state.wanted_layout = Some(String::new());
    jobs.extend(apply(state, Command::AutoContrast(None)));
    // What was said of the set-up is not so any more.
    state.notices.retain(|notice| notice.is_error);
    state.notify(
        false,
        "Everything is set up as when the dataset was seen first; marks stay.",
    );
    jobs
}

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: SessionEvent) -> Vec<Job> {
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
            let again = Rewrite::new(move || Command::from(SessionCommand::Replace(path.clone())));
            state.not_written(why, again);
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
        SessionEvent::Kept(KeptSession { session, crashed }) => {
            let (jobs, notes) = take_up(state, &session);
            let mut text = match (crashed, what_hides(&session)) {
                (true, _) => {
                    "The program ended unexpectedly the last time; filters, columns and colours are back as they were kept last, a few seconds before."
                        .to_owned()
                }
                (false, Some(what)) => {
                    format!("Back where you left: {what}. File, Start afresh takes all of it away.")
                }
                (false, None) => String::new(),
            };
            for note in &notes {
                text.push('\n');
                text.push_str(note);
            }
            let text = text.trim_start();
            if !text.is_empty() {
                state.notify(!notes.is_empty(), text);
            }
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
