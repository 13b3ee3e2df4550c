//! Reading and writing sessions.

use std::path::Path;

use super::command::{SessionEvent, SessionJob, SessionRead};
use cytolance_session::{SESSION_ENDING, SessionError, SessionFile, path_beside};

/// Does a job.
pub(crate) fn run(job: SessionJob, send: &dyn Fn(SessionEvent)) {
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
        SessionJob::Keep { keeper, session } => report(keeper.keep(&session)),
        SessionJob::Turn {
            keeper,
            left,
            entered,
            resumes,
        } => {
            if let Some(left) = left {
                report(keeper.leave(&left));
            }
            let Some(uri) = entered else { return };
            let kept = keeper.enter(&uri);
            if !resumes {
                return;
            }
            match kept {
                Some(kept) => send(SessionEvent::Kept(kept)),
                None => {
                    if let Some(path) = path_beside(&uri).filter(|path| path.exists()) {
                        send(SessionEvent::Beside(path));
                    }
                }
            }
        }
    }
}

/// That a session cannot be kept keeps nobody from working.
fn report(kept: Result<(), String>) {
    if let Err(error) = kept {
        tracing::warn!("the session is not kept: {error}");
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
