//! Sessions that are kept between runs, one for each dataset: where one left is where one comes back.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError, create_dir_all, remove_file};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::model::settings::kept_file;
use cytolance_session::{SESSION_ENDING, SessionFile};

/// Keeps sessions in a folder.
#[derive(Debug)]
pub struct SessionKeeper {
    folder: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The newest number that was written, by dataset: an older one that comes late is not written over it.
    written: HashMap<String, u64>,
    /// The sign of the dataset that is open: locked for as long as this program runs, removed when the dataset is left.
    /// One that is there and not locked was left behind by a crash.
    sign: Option<(PathBuf, File)>,
}

/// A session as it was left.
#[derive(Debug)]
pub struct KeptSession {
    /// What it says.
    pub session: Box<SessionFile>,
    /// Whether the program that kept it ended without leaving the dataset.
    pub crashed: bool,
}

/// A dataset that is left, and how.
#[derive(Debug)]
pub struct Leaving {
    /// Its address.
    pub uri: String,
    /// What is set up.
    pub session: Box<SessionFile>,
    /// Counts what is kept.
    pub number: u64,
}

impl SessionKeeper {
    /// Keeps sessions in this folder, which need not be there yet.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            inner: Mutex::default(),
        }
    }

    /// Where the program keeps them, if this account has such a place.
    pub fn usual_folder() -> Option<PathBuf> {
        Some(dirs::config_dir()?.join("cytolance").join("sessions"))
    }

    /// Keeps a session in case the program ends. `number` counts up with every change.
    ///
    /// # Errors
    /// Why it cannot be written, with the file.
    pub fn keep(&self, leaving: &Leaving) -> Result<(), String> {
        // Held while writing: who comes later is newer, or sees that it is not.
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(&mut inner, leaving)
    }

    /// Keeps the session of a dataset that is left as it should be.
    ///
    /// # Errors
    /// As those of [`Self::keep`].
    pub fn leave(&self, leaving: &Leaving) -> Result<(), String> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let written = self.write(&mut inner, leaving);
        if let Some((path, file)) = inner.sign.take() {
            // Some systems do not remove open files.
            drop(file);
            if let Err(error) = remove_file(&path) {
                tracing::warn!("{} stays: {error}", path.display());
            }
        }
        written
    }

    /// A dataset was opened: the session with which it was left, if it was looked at before.
    pub fn enter(&self, uri: &str) -> Option<KeptSession> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let sign = kept_file(&self.folder, uri, ".open");
        let was_there = sign.exists();
        let mut crashed = false;
        inner.sign = None;
        let opened = create_dir_all(&self.folder).and_then(|()| {
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).write(true);
            options.open(&sign)
        });
        match opened {
            Ok(file) => match file.try_lock() {
                Ok(()) => {
                    crashed = was_there;
                    inner.sign = Some((sign, file));
                }
                // Another window has it open.
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => {
                    tracing::warn!("{} cannot be locked: {error}", sign.display());
                }
            },
            Err(error) => tracing::warn!("{} cannot be written: {error}", sign.display()),
        }
        let path = self.path(uri);
        if !path.exists() {
            return None;
        }
        match SessionFile::read(&path) {
            Ok(session) => Some(KeptSession {
                session: Box::new(session),
                crashed,
            }),
            Err(error) => {
                tracing::warn!("{error}");
                None
            }
        }
    }

    fn write(&self, inner: &mut Inner, leaving: &Leaving) -> Result<(), String> {
        let newest = inner.written.entry(leaving.uri.clone()).or_default();
        if *newest > leaving.number {
            return Ok(());
        }
        *newest = leaving.number;
        create_dir_all(&self.folder)
            .map_err(|error| format!("cannot write {}: {error}", self.folder.display()))?;
        let path = self.path(&leaving.uri);
        leaving
            .session
            .write(&path)
            .map_err(|error| error.to_string())
    }

    fn path(&self, uri: &str) -> PathBuf {
        kept_file(&self.folder, uri, SESSION_ENDING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaving(number: u64, density: &str) -> Leaving {
        Leaving {
            uri: "a.lance".to_owned(),
            session: Box::new(SessionFile {
                density: density.to_owned(),
                ..SessionFile::default()
            }),
            number,
        }
    }

    #[test]
    fn what_was_left_comes_back_and_a_crash_is_told_from_leaving() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("sessions");
        let keeper = SessionKeeper::new(place.clone());
        assert!(keeper.enter("a.lance").is_none(), "never seen");
        keeper.keep(&leaving(1, "medium")).expect("kept");
        keeper.leave(&leaving(3, "large")).expect("left");
        // Late: the thread that had it was slow.
        keeper.keep(&leaving(2, "compact")).expect("ignored");
        let back = keeper.enter("a.lance").expect("a session");
        assert_eq!(
            (back.session.density.as_str(), back.crashed),
            ("large", false)
        );
        // Another window, while this one is open.
        let other = SessionKeeper::new(place.clone());
        assert!(!other.enter("a.lance").expect("a session").crashed);
        other.leave(&leaving(1, "large")).expect("left");
        // The program ends without leaving: the lock goes with it.
        keeper.keep(&leaving(4, "compact")).expect("kept");
        drop(keeper);
        let next = SessionKeeper::new(place.clone());
        let back = next.enter("a.lance").expect("a session");
        assert_eq!(
            (back.session.density.as_str(), back.crashed),
            ("compact", true)
        );
        next.leave(&leaving(1, "compact")).expect("left");
        let last = SessionKeeper::new(place);
        assert!(
            !last.enter("a.lance").expect("a session").crashed,
            "told once"
        );
    }
}
