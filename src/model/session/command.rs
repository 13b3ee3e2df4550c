//! What can be asked of sessions, the work it starts, and what comes back.

use std::path::PathBuf;
use std::sync::Arc;

use super::keeper::{KeptSession, Leaving, SessionKeeper};
use cytolance_export::{Found, Target};
use cytolance_session::SessionFile;

/// What can be asked.
#[derive(Debug)]
pub enum SessionCommand {
    /// Writes the session to a file; beside the dataset without one.
    Save(Option<PathBuf>),
    /// Writes the session to a file in the place of what is there.
    Replace(PathBuf),
    /// Takes a session up; the one beside the dataset without a file.
    Open(Option<PathBuf>),
    /// Keeps it in case the program ends.
    Keep,
    /// Sets everything up as it is when a dataset is seen for the first time.
    StartAfresh,
}

/// Work in the background.
pub enum SessionJob {
    /// Writes a session.
    Write {
        /// The session.
        session: Box<SessionFile>,
        /// The file.
        target: Target,
    },
    /// Reads a session.
    Read {
        /// The file.
        path: PathBuf,
    },
    /// Keeps a session in case the program ends.
    Keep {
        /// Who keeps it.
        keeper: Arc<SessionKeeper>,
        /// The session and its dataset.
        session: Leaving,
    },
    /// Leaves a dataset and enters another, in this order: it may be the same one.
    Turn {
        /// Who keeps sessions.
        keeper: Arc<SessionKeeper>,
        /// The dataset that is left.
        left: Option<Leaving>,
        /// The one that is entered.
        entered: Option<String>,
        /// Whether it is to be set up as it was left.
        resumes: bool,
    },
}

/// A session that was read.
pub struct SessionRead {
    /// The file.
    pub path: PathBuf,
    /// What it says.
    pub session: Box<SessionFile>,
    /// Where its dataset is: where the session says, or beside the file; `None` where it is in neither place.
    pub dataset: Option<String>,
}

/// News.
pub enum SessionEvent {
    /// A session was written, or why not.
    Written(Result<PathBuf, String>),
    /// Another session, or something else, has the name.
    Occupied(PathBuf, Found),
    /// A session was read.
    Read(Result<SessionRead, String>),
    /// The dataset was left like this.
    Kept(KeptSession),
    /// One lies beside the dataset.
    Beside(PathBuf),
}
