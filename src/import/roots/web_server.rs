//! Web servers that cannot list their files: asked for `root/name` and `root/tail/name`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::PictureLocation;
use cytolance_remote::RemoteStore;

/// Trailing folders of the recorded path that are tried below a root.
const MAX_TAIL: usize = 4;

/// Names of a folder that are tried with every tail before the folder is given up.
const PROBES: usize = 3;

/// What was asked and answered.
#[derive(Debug, Default)]
pub(super) struct WebServers {
    stores: Vec<RemoteStore>,
    answers: Mutex<HashMap<String, bool>>,
    /// Which server and how many trailing folders led to a recorded folder's files.
    tails: Mutex<HashMap<Vec<String>, (usize, usize)>>,
    last_error: Mutex<Option<String>>,
}

impl WebServers {
    pub fn new(stores: &[RemoteStore]) -> Self {
        Self {
            stores: stores.to_vec(),
            ..Self::default()
        }
    }

    pub fn is_empty(&self) -> bool {
        self.stores.is_empty()
    }

    /// Asks for one picture: where its folder's other pictures were, else everywhere.
    pub fn find(&self, folder: &[String], name: &str) -> Option<PictureLocation> {
        if self.stores.is_empty() {
            return None;
        }
        let first = lock(&self.tails).get(folder).copied();
        let places = (0..self.stores.len())
            .flat_map(|store| (0..=folder.len().min(MAX_TAIL)).map(move |tail| (store, tail)));
        for (store, tail) in first
            .into_iter()
            .chain(places.filter(|place| Some(*place) != first))
        {
            let url = self.url(store, folder, tail, name);
            if self.exists(store, &url) {
                lock(&self.tails).insert(folder.to_vec(), (store, tail));
                return Some(PictureLocation::Remote {
                    url,
                    store: self.stores[store].clone(),
                });
            }
        }
        None
    }

    /// Asks for many pictures: a few of each folder with every tail, then all with the tail that led somewhere.
    pub fn ask(&self, wanted: &[(&[String], &str)]) {
        let mut folders: HashMap<&[String], Vec<&str>> = HashMap::new();
        for (folder, name) in wanted {
            folders.entry(folder).or_default().push(name);
        }
        for (folder, names) in folders {
            let found = names
                .iter()
                .take(PROBES)
                .find_map(|name| self.find(folder, name));
            let place = lock(&self.tails).get(folder).copied();
            if let (Some(_), Some((store, tail))) = (found, place) {
                let urls: Vec<String> = names
                    .iter()
                    .map(|name| self.url(store, folder, tail, name))
                    .collect();
                let answers = self.stores[store].exist(&urls);
                lock(&self.answers).extend(
                    urls.into_iter()
                        .zip(answers)
                        .filter_map(|(url, answer)| Some((url, answer.ok()?))),
                );
            }
        }
    }

    /// What a server said last that was no answer.
    pub fn last_error(&self) -> Option<String> {
        lock(&self.last_error).clone()
    }

    fn url(&self, store: usize, folder: &[String], tail: usize, name: &str) -> String {
        let mut url = self.stores[store].base().to_owned();
        for part in &folder[folder.len() - tail..] {
            url.push('/');
            url.push_str(part);
        }
        url.push('/');
        url.push_str(name);
        url
    }

    fn exists(&self, store: usize, url: &str) -> bool {
        if let Some(answer) = lock(&self.answers).get(url) {
            return *answer;
        }
        let answer = self.stores[store].exist(&[url.to_owned()]).pop();
        match answer {
            Some(Ok(answer)) => {
                lock(&self.answers).insert(url.to_owned(), answer);
                answer
            }
            // A failing network is no answer: the next one may get through.
            Some(Err(error)) => {
                *lock(&self.last_error) = Some(format!("{url}: {error}"));
                false
            }
            None => false,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
