//! Reading and writing sessions.

use std::path::{Path, PathBuf};

use super::command::{SessionEvent, SessionJob, SessionRead};
use crate::app::settings::uri_key;
use crate::session::{SESSION_ENDING, SessionError, SessionFile, path_beside};

/// Does a job.
pub(in crate::app) fn run(job: SessionJob, send: &dyn Fn(SessionEvent)) {
    match job {
        SessionJob::Write { session, target } => {
            send(match session.write_to(&target) {
                Ok(()) => SessionEvent::Written(Ok(target.full_path())),
                Err(SessionError::Exists { path, found }) => SessionEvent::Occupied(path, found),
                Err(error) => SessionEvent::Written(Err(error.to_string())),
            });
        }
        SessionJob::Read { path } => send(SessionEvent::Read(
            SessionFile::read(&path)
                .map(|session| SessionRead {
                    dataset: dataset_of(&session, &path),
                    session: Box::new(session),
                    path,
                })
                .map_err(|error| error.to_string()),
        )),
        SessionJob::Keep { session, uri } => {
            let Some(path) = autosave_path(&uri) else {
                return;
            };
            let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
            if let Err(error) = folder
                .map_err(|error| error.to_string())
                .and_then(|()| session.write(&path).map_err(|error| error.to_string()))
            {
                tracing::warn!("the session cannot be kept in case of a crash: {error}");
            }
        }
        SessionJob::Find { uri } => {
            let left = autosave_path(&uri)
                .filter(|path| path.exists())
                .and_then(|path| SessionFile::read(&path).ok());
            match left {
                Some(session) => send(SessionEvent::Left(Box::new(session))),
                None => {
                    if let Some(path) = path_beside(&uri).filter(|path| path.exists()) {
                        send(SessionEvent::Beside(path));
                    }
                }
            }
        }
        SessionJob::Forget { uri } => forget_autosave(&uri),
    }
}

/// Where the dataset of a session is. One that was moved together with its session is found beside it.
fn dataset_of(session: &SessionFile, path: &Path) -> Option<String> {
    let said = &session.dataset.uri;
    if said.contains("://") || (!said.is_empty() && Path::new(said).exists()) {
        return Some(said.clone());
    }
    let name = path.file_name()?.to_str()?.strip_suffix(SESSION_ENDING)?;
    let beside = path.with_file_name(format!("{name}.lance"));
    beside
        .exists()
        .then(|| beside.to_string_lossy().into_owned())
}

/// The dataset was closed as it should be: nothing has to come back.
pub(in crate::app) fn forget_autosave(uri: &str) {
    if let Some(path) = autosave_path(uri) {
        // There may be none.
        let _ = std::fs::remove_file(path);
    }
}

fn autosave_path(uri: &str) -> Option<PathBuf> {
    let name = format!("{}{SESSION_ENDING}", uri_key(uri));
    Some(
        dirs::config_dir()?
            .join("cytolance")
            .join("sessions")
            .join(name),
    )
}
