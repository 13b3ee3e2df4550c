//! What is kept between runs: theme and recent datasets.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use egui::KeyboardShortcut;
use serde::{Deserialize, Deserializer, Serialize};

use super::action::id_of;
use cytolance_files::{stable_key, write_whole};

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
    /// Keys that differ from the usual ones, by the action's identity; none for an action without keys.
    #[serde(deserialize_with = "by_id")]
    pub shortcuts: BTreeMap<String, Option<KeyboardShortcut>>,
    /// The tour was seen, or sent away.
    pub toured: bool,
}

/// Keys by identity, also where a file of an earlier version has titles.
fn by_id<'de, D: Deserializer<'de>>(
    file: D,
) -> Result<BTreeMap<String, Option<KeyboardShortcut>>, D::Error> {
    let shortcuts = BTreeMap::<String, Option<KeyboardShortcut>>::deserialize(file)?;
    let by_id = |(named, keys): (String, _)| (id_of(&named), keys);
    Ok(shortcuts.into_iter().map(by_id).collect())
}

impl Settings {
    /// Reads the settings; the defaults where there are none. A file that cannot be read is put aside, so that the next
    /// one does not replace it, and the sentence that says so comes along.
    pub fn load() -> (Self, Option<String>) {
        path().map_or_else(Default::default, |path| Self::load_from(&path))
    }

    fn load_from(path: &Path) -> (Self, Option<String>) {
        let reason = match Self::read(path) {
            Ok(settings) => return (settings, None),
            Err(reason) => reason,
        };
        let kept = free_name(path);
        let text = match std::fs::rename(path, &kept) {
            Ok(()) => format!(
                "The settings were damaged, so shortcuts, recent datasets and name are the usual ones again: {reason}. The file as it was is {}.",
                kept.display()
            ),
            Err(error) => format!(
                "The settings in {} cannot be read ({reason}), nor put aside ({error}); the next change of a setting replaces them.",
                path.display()
            ),
        };
        (Self::default(), Some(text))
    }

    /// The settings as they are now, for what runs without a window; the defaults where they cannot be read.
    pub fn peek() -> Self {
        path()
            .and_then(|path| Self::read(&path).ok())
            .unwrap_or_default()
    }

    fn read(path: &Path) -> Result<Self, String> {
        match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn save_to(&self, path: &Path) -> std::io::Result<()> {
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        write_whole(path, &serde_json::to_vec_pretty(self)?)
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

/// Writes settings, one after the other. Of those that wait only the newest are written, so none is written over newer
/// ones, whichever thread is quicker.
#[derive(Debug, Default)]
pub(crate) struct SettingsWriter {
    waiting: Mutex<Option<Settings>>,
    turn: Mutex<()>,
}

impl SettingsWriter {
    /// Takes settings to be written. Does not wait for the disk.
    pub fn ask(&self, settings: Settings) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings);
    }

    /// Writes what waits. That it cannot be written is no reason to bother anybody.
    pub fn write(&self) {
        if let Some(path) = path()
            && let Err(error) = self.write_to(&path)
        {
            tracing::warn!("cannot write {}: {error}", path.display());
        }
    }

    fn write_to(&self, path: &Path) -> std::io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        newest.map_or(Ok(()), |settings| settings.save_to(path))
    }
}

/// A name beside a damaged file that nothing has.
fn free_name(path: &Path) -> PathBuf {
    let with = |ending: String| {
        let mut name = OsString::from(path);
        name.push(ending);
        PathBuf::from(name)
    };
    let mut names = (2..).map(|number| with(format!(".damaged-{number}")));
    let first = with(".damaged".to_owned());
    std::iter::once(first)
        .chain(names.by_ref())
        .find(|name| !name.exists())
        .unwrap_or_else(|| path.to_path_buf())
}

/// The file in a folder that keeps something of the dataset with this address. One that an earlier version of the program
/// has named gets its name of today.
pub(crate) fn kept_file(folder: &Path, uri: &str, ending: &str) -> PathBuf {
    let file = folder.join(format!("{:016x}{ending}", stable_key(uri)));
    if !file.exists() {
        let earlier = folder.join(format!("{}{ending}", earlier_key(uri)));
        match std::fs::rename(&earlier, &file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::warn!("{} keeps its name: {error}", earlier.display());
            }
            _ => {}
        }
    }
    file
}

/// The key of the versions up to 0.1.0, which were compiled with this hash.
#[expect(
    clippy::disallowed_methods,
    reason = "the one that earlier versions had"
)]
fn earlier_key(uri: &str) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
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

    fn named(author: &str) -> Settings {
        Settings {
            author: author.to_owned(),
            ..Settings::default()
        }
    }

    #[test]
    fn damaged_settings_are_put_aside_and_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cytolance").join("settings.json");
        assert_eq!(Settings::load_from(&path), (Settings::default(), None));
        named("Ada").save_to(&path).expect("written");
        assert_eq!(Settings::load_from(&path), (named("Ada"), None));
        // As a crash left them that wrote in place, twice.
        for kept in ["settings.json.damaged", "settings.json.damaged-2"] {
            let whole = std::fs::read(&path).expect("read");
            let half = &whole[..whole.len() / 2];
            std::fs::write(&path, half).expect("written");
            let (settings, said) = Settings::load_from(&path);
            assert_eq!(settings, Settings::default());
            assert!(said.expect("said").contains(kept));
            assert_eq!(
                std::fs::read(path.with_file_name(kept)).expect("kept"),
                half
            );
            assert!(!path.exists());
            named("Ada").save_to(&path).expect("written");
        }
    }

    #[test]
    fn keys_that_an_earlier_version_kept_by_title_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        let earlier = r#"{ "shortcuts": { "Copy plot": null, "show-plate": null } }"#;
        std::fs::write(&path, earlier).expect("written");
        let (settings, complaint) = Settings::load_from(&path);
        assert_eq!(complaint, None);
        let ids: Vec<&str> = settings.shortcuts.keys().map(String::as_str).collect();
        assert_eq!(ids, ["copy-plot", "show-plate"]);
    }

    #[test]
    fn the_newest_settings_are_what_is_written_in_whichever_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        let writer = SettingsWriter::default();
        std::thread::scope(|scope| {
            for number in 0..50 {
                writer.ask(named(&number.to_string()));
                scope.spawn(|| writer.write_to(&path).expect("written"));
            }
        });
        assert_eq!(Settings::load_from(&path), (named("49"), None));
        let files = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(files, 1, "nothing unfinished is left");
    }

    #[test]
    fn what_an_earlier_version_kept_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let uri = "/data/plate-7.lance";
        let earlier = folder.path().join(format!("{}.png", earlier_key(uri)));
        std::fs::write(&earlier, "strip").expect("written");
        let file = kept_file(folder.path(), uri, ".png");
        assert_eq!(std::fs::read_to_string(&file).expect("found"), "strip");
        assert!(!earlier.exists());
        assert_eq!(kept_file(folder.path(), uri, ".png"), file, "once");
        assert_ne!(
            kept_file(folder.path(), "/data/plate-8.lance", ".png"),
            file
        );
    }
}
