//! Why a session cannot be read, written or run.

use std::path::PathBuf;

use cytolance_export::Found;

/// A session or a report that failed; the message names the file and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The file cannot be read.
    #[error("cannot read the session {path}: {reason}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file is no session.
    #[error("{path} is no session of Cytolance: {reason}", path = path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// A newer program wrote it.
    #[error(
        "{path} is a session of format {found}, and this program knows {known}: open it with a newer Cytolance",
        path = path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest known one.
        known: u32,
    },
    /// The dataset does not answer.
    #[error("{reason}")]
    Run {
        /// Why.
        reason: String,
    },
    /// Something has the name already.
    #[error("{path} is there already and was not replaced", path = path.display())]
    Exists {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: Found,
    },
    /// The file cannot be written.
    #[error("cannot write {path}: {reason}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// A report or a look that could not be made, and why.
pub(super) fn failed(reason: impl std::fmt::Display) -> SessionError {
    SessionError::Run {
        reason: reason.to_string(),
    }
}
