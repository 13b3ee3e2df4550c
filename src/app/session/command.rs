//! What can be asked of sessions, the work it starts, and what comes back.

use std::path::PathBuf;

use crate::export::{Found, Target};
use crate::session::SessionFile;

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
}

impl SessionCommand {
    /// Whether it only asks for what the screen shows, every frame anew, and changes nothing by itself.
    pub fn is_request(&self) -> bool {
        matches!(self, Self::Keep)
    }
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
        /// The session.
        session: Box<SessionFile>,
        /// The dataset.
        uri: String,
    },
    /// Looks for a session that a crash has left, or one beside the dataset.
    Find {
        /// The dataset.
        uri: String,
    },
    /// The dataset was closed as it should be.
    Forget {
        /// The dataset.
        uri: String,
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
    /// A crash has left this one.
    Left(Box<SessionFile>),
    /// One lies beside the dataset.
    Beside(PathBuf),
}
