//! Stores that are asked for pictures one by one: each is opened once, and one that does not answer is left alone.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::PictureLocation;
use super::name_key::decoded;
use cytolance_remote::{RemoteError, RemoteStore};

/// A store that says nothing for this long is not waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// What is known of stores that pictures are asked of.
#[derive(Debug, Default)]
pub struct PictureStores {
    open: Mutex<HashMap<String, RemoteStore>>,
    /// Buckets and servers that did not answer: when, and what went wrong.
    silent: Mutex<HashMap<String, (Instant, String)>>,
    /// After this time a silent one is asked again; never, where nothing is said.
    patience: Option<Duration>,
}

impl PictureStores {
    /// Stores that are asked again some time after they did not answer: the network may be back.
    pub fn asked_again_after(patience: Duration) -> Self {
        Self {
            patience: Some(patience),
            ..Self::default()
        }
    }

    /// The picture of this name in a folder of a store. Blocks.
    ///
    /// # Errors
    /// Why the store cannot be asked.
    pub(super) fn find(&self, folder: &str, file: &str) -> Result<Option<PictureLocation>, String> {
        if let Some(reason) = self.silence(folder) {
            return Err(reason);
        }
        let known = lock(&self.open).get(folder).cloned();
        let found = RemoteStore::find(known, folder, &decoded(file), ANSWER_WITHIN);
        match found {
            Ok((store, found)) => {
                let url = format!("{}/{}", store.base(), decoded(file));
                lock(&self.open).insert(folder.to_owned(), store.clone());
                Ok(found.then_some(PictureLocation::Remote { url, store }))
            }
            Err(error) => {
                if matches!(error, RemoteError::Other(_)) {
                    self.keep_silent(folder, &error.to_string());
                }
                Err(error.to_string())
            }
        }
    }

    /// Notes that the bucket or server of an address did not answer.
    pub(crate) fn keep_silent(&self, address: &str, reason: &str) {
        let silent = (Instant::now(), reason.to_owned());
        lock(&self.silent).insert(origin_of(address).to_owned(), silent);
    }

    /// Why the bucket or server of an address is not asked.
    fn silence(&self, address: &str) -> Option<String> {
        let silent = lock(&self.silent);
        let (since, reason) = silent.get(origin_of(address))?;
        let is_over = self.patience.is_some_and(|time| since.elapsed() > time);
        (!is_over).then(|| reason.clone())
    }
}

/// Scheme and bucket or server of an address.
fn origin_of(address: &str) -> &str {
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/');
    &address[..end.map_or(address.len(), |end| start + end)]
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_silent_store_is_asked_once() {
        // It hangs up on everybody, and counts.
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        std::thread::spawn(move || {
            for caller in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                drop(caller);
            }
        });
        let stores = PictureStores::default();
        let (folder, other) = (format!("http://{address}/a"), format!("http://{address}/b"));
        let first = stores.find(&folder, "x.tif");
        assert!(first.is_err(), "{first:?}");
        let asked = calls.load(Ordering::SeqCst);
        assert!(asked > 0);
        for place in [&folder, &other] {
            assert_eq!(stores.find(place, "y.tif"), first);
        }
        assert_eq!(calls.load(Ordering::SeqCst), asked);
        let stores = PictureStores::asked_again_after(Duration::ZERO);
        for _ in 0..2 {
            let before = calls.load(Ordering::SeqCst);
            assert!(stores.find(&folder, "x.tif").is_err());
            assert!(calls.load(Ordering::SeqCst) > before);
        }
    }

    #[test]
    fn buckets_and_servers_are_told_apart() {
        for (address, origin) in [
            ("s3://bucket/x/y", "s3://bucket"),
            ("s3://bucket", "s3://bucket"),
            ("http://host:1/x", "http://host:1"),
        ] {
            assert_eq!(origin_of(address), origin);
        }
    }
}
