//! A place in a store: its objects listed, asked for and read. All calls block and may come from any thread.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt as _};

use super::runtime::{runtime, wait};
use super::{Connection, RemoteError, connect};

/// Objects that are listed ahead of the one that takes them.
const LISTED_AHEAD: usize = 4_096;
/// Questions under way at once.
const AT_ONCE: usize = 32;
/// A body that breaks off is read again from its start this many times.
const READS: usize = 3;

/// An open store below an address. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RemoteStore {
    base: Arc<str>,
    connection: Connection,
}

impl PartialEq for RemoteStore {
    fn eq(&self, other: &Self) -> bool {
        self.base == other.base
    }
}

impl Eq for RemoteStore {}

impl Hash for RemoteStore {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.base.hash(state);
    }
}

impl RemoteStore {
    /// Opens a store. See [`connect`].
    ///
    /// # Errors
    /// [`RemoteError`] when the address or the configuration makes no sense.
    pub fn open(address: &str) -> Result<Self, RemoteError> {
        let address = address.to_owned();
        let connection = wait(async move { connect(&address).await }, None)?;
        Ok(Self::of(connection))
    }

    fn of(connection: Connection) -> Self {
        let base = if connection.path.as_ref().is_empty() {
            connection.origin.clone()
        } else {
            format!("{}/{}", connection.origin, connection.path)
        };
        Self {
            base: base.into(),
            connection,
        }
    }

    /// Asks for one object below an address, in the store that is open for it or a new one, and says whether it is there.
    /// Gives up `within` this time.
    ///
    /// # Errors
    /// [`RemoteError`], also when there is no answer in time.
    pub fn find(
        known: Option<Self>,
        address: &str,
        name: &str,
        within: Duration,
    ) -> Result<(Self, bool), RemoteError> {
        let (address, name) = (address.to_owned(), name.to_owned());
        let ask = async move {
            let store = match known {
                Some(store) => store,
                None => Self::of(connect(&address).await?),
            };
            let path = store.path_of(&format!("{}/{name}", store.base))?;
            match store.connection.store.head(&path).await {
                Ok(_) => Ok((store, true)),
                Err(Error::NotFound { .. }) => Ok((store, false)),
                Err(error) => Err(store.error(&error)),
            }
        };
        let in_time = async move {
            let answer = tokio::time::timeout(within, ask).await;
            answer.unwrap_or_else(|_| {
                let seconds = within.as_secs();
                let reason = format!("no answer within {seconds} s");
                Err(RemoteError::Other(reason))
            })
        };
        wait(in_time, None)
    }

    /// Its address for people: not escaped, no slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Calls `take` with the folder (an address as [`Self::base`]) and name of every object below the base, until it
    /// returns false. False when the server cannot list.
    ///
    /// # Errors
    /// [`RemoteError`] from the store, or when cancelled.
    pub fn list(
        &self,
        cancel: &AtomicBool,
        take: &mut dyn FnMut(&str, &str) -> bool,
    ) -> Result<bool, RemoteError> {
        let (sender, receiver) = sync_channel(LISTED_AHEAD);
        let connection = self.connection.clone();
        let task = runtime()?.spawn(async move {
            let mut objects = connection.store.list(Some(&connection.path));
            while let Some(object) = objects.next().await {
                // A full queue blocks this thread; the other one goes on with what others wait for.
                let sent = tokio::task::block_in_place(|| sender.send(object));
                if sent.is_err() {
                    return;
                }
            }
        });
        let mut any = false;
        loop {
            if cancel.load(Ordering::Relaxed) {
                task.abort();
                return Err(RemoteError::Cancelled);
            }
            match receiver.recv_timeout(Duration::from_millis(50)) {
                Ok(Ok(object)) => {
                    any = true;
                    let path = object.location.as_ref();
                    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                    // An object of no bytes and no ending stands for a folder.
                    if object.size == 0 && !name.contains('.') {
                        continue;
                    }
                    if !take(&self.address_of(folder), name) {
                        return Ok(true);
                    }
                }
                Ok(Err(error)) => {
                    return if !any && self.cannot_list(&error) {
                        Ok(false)
                    } else {
                        Err(self.error(&error))
                    };
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(true),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// A web server answers a request to list with whatever it likes: an error, or a page.
    fn cannot_list(&self, error: &Error) -> bool {
        let is_web = self.base.starts_with("http://") || self.base.starts_with("https://");
        is_web && !matches!(self.error(error), RemoteError::Other(text) if text.contains("onnect"))
    }

    /// Whether objects of these addresses, all below the origin of this store, exist.
    pub fn exist(&self, urls: &[String]) -> Vec<Result<bool, RemoteError>> {
        self.ask(urls, |connection, path| async move {
            match connection.store.head(&path).await {
                Ok(_) => Ok(true),
                Err(Error::NotFound { .. }) => Ok(false),
                Err(error) => Err(RemoteError::of(&error, connection.help)),
            }
        })
    }

    /// Asks for several objects side by side; the answers are in the order of `urls`.
    fn ask<T, F>(
        &self,
        urls: &[String],
        question: impl Fn(Connection, Path) -> F + Send + Sync + 'static,
    ) -> Vec<Result<T, RemoteError>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, RemoteError>> + Send,
    {
        let paths: Vec<Result<Path, RemoteError>> =
            urls.iter().map(|url| self.path_of(url)).collect();
        let connection = self.connection.clone();
        let asked = wait(
            async move {
                let answers = futures::stream::iter(paths)
                    .map(|path| {
                        let asked = path.map(|path| question(connection.clone(), path));
                        async move { asked?.await }
                    })
                    .buffered(AT_ONCE)
                    .collect()
                    .await;
                Ok(answers)
            },
            None,
        );
        match asked {
            Ok(answers) => answers,
            Err(error) => urls.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// All bytes of an object, read again where the connection breaks off.
    ///
    /// # Errors
    /// [`RemoteError`], also for more than `most` bytes.
    pub fn read(&self, url: &str, most: u64) -> Result<Vec<u8>, RemoteError> {
        let path = self.path_of(url)?;
        let connection = self.connection.clone();
        wait(
            async move { read_object(&connection, &path, most).await },
            None,
        )
    }

    /// All bytes of several objects, fetched side by side, in the order of `urls`. See [`Self::read`].
    pub fn read_many(&self, urls: &[String], most: u64) -> Vec<Result<Vec<u8>, RemoteError>> {
        self.ask(urls, move |connection, path| async move {
            read_object(&connection, &path, most).await
        })
    }

    fn error(&self, error: &Error) -> RemoteError {
        RemoteError::of(error, self.connection.help)
    }

    fn address_of(&self, path: &str) -> String {
        if path.is_empty() {
            self.connection.origin.clone()
        } else {
            format!("{}/{path}", self.connection.origin)
        }
    }

    fn path_of(&self, url: &str) -> Result<Path, RemoteError> {
        let rest = url
            .strip_prefix(self.connection.origin.as_str())
            .ok_or_else(|| RemoteError::Address(url.to_owned()))?;
        Path::parse(rest.trim_start_matches('/')).map_err(|_| RemoteError::Address(url.to_owned()))
    }
}

async fn read_object(
    connection: &Connection,
    path: &Path,
    most: u64,
) -> Result<Vec<u8>, RemoteError> {
    let failed = |error: Error| RemoteError::of(&error, connection.help);
    let mut broken = None;
    for _ in 0..READS {
        let got = connection.store.get(path).await.map_err(failed)?;
        if got.meta.size > most {
            return Err(RemoteError::TooLarge(most >> 30));
        }
        let mut bytes = Vec::with_capacity(got.meta.size as usize);
        let mut parts = got.into_stream();
        loop {
            match parts.try_next().await {
                Ok(Some(part)) if (bytes.len() + part.len()) as u64 > most => {
                    return Err(RemoteError::TooLarge(most >> 30));
                }
                Ok(Some(part)) => bytes.extend_from_slice(&part),
                Ok(None) => return Ok(bytes),
                Err(error) => {
                    broken = Some(failed(error));
                    break;
                }
            }
        }
    }
    Err(broken.unwrap_or(RemoteError::NotFound))
}
