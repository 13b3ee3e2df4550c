//! What is kept between runs: theme and recent datasets.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;

use egui::KeyboardShortcut;
use serde::{Deserialize, Serialize};

/// Datasets remembered.
const MOST_RECENTS: usize = 8;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Light on dark; pictures look best on it.
    #[default]
    Dark,
    /// Dark on light.
    Light,
    /// As the system has it.
    System,
}

/// The settings file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// Addresses of datasets, the last opened first.
    pub recents: Vec<String>,
    /// Who marks cells; the account's name where empty.
    pub author: String,
    /// Keys that differ from the usual ones, by the name of the action; none for an action without keys.
    pub shortcuts: BTreeMap<String, Option<KeyboardShortcut>>,
    /// The tour was seen, or sent away.
    pub toured: bool,
}

impl Settings {
    /// Reads the settings; the defaults where there are none.
    pub fn load() -> Self {
        path()
            .and_then(|path| std::fs::read(path).ok())
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Writes the settings. That they cannot be written is no reason to bother anybody.
    pub fn save(&self) {
        let Some(path) = path() else { return };
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| Ok(serde_json::to_vec_pretty(self)?))
            .and_then(|bytes| std::fs::write(&path, bytes));
        if let Err(error) = written {
            tracing::warn!("cannot write {}: {error}", path.display());
        }
    }

    /// Who marks cells.
    pub fn author_name(&self) -> String {
        if !self.author.is_empty() {
            return self.author.clone();
        }
        ["USER", "USERNAME", "LOGNAME"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
            .unwrap_or_else(|| "unknown".to_owned())
    }

    /// Puts an address on top of the recent ones.
    pub fn remember(&mut self, uri: &str) {
        self.recents.retain(|recent| recent != uri);
        self.recents.insert(0, uri.to_owned());
        self.recents.truncate(MOST_RECENTS);
    }
}

/// A name for what is kept of a dataset with this address.
pub(crate) fn uri_key(uri: &str) -> String {
    let mut hasher = DefaultHasher::new();
    uri.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn path() -> Option<PathBuf> {
    Some(dirs::config_dir()?.join("cytolance").join("settings.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recents_are_distinct_and_few() {
        let mut settings = Settings::default();
        for at in 0..12 {
            settings.remember(&format!("{at}.lance"));
        }
        settings.remember("7.lance");
        assert_eq!(settings.recents.len(), MOST_RECENTS);
        assert_eq!(settings.recents[..2], ["7.lance", "11.lance"]);
    }
}
