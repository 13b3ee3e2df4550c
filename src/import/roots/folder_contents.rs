//! The names in one folder outside the index, read once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::name_key::{file_key, name_distance};

/// A folder with more files is asked file by file instead of being kept in memory.
const MAX_NAMES: usize = 500_000;

/// What a folder holds.
#[derive(Debug)]
pub(super) enum FolderContents {
    /// There is no such folder, as is normal for a recorded one.
    Absent,
    /// It is there, but may not be read.
    Unreadable(String),
    /// Its file names by key.
    Names(PathBuf, HashMap<String, Vec<Box<str>>>),
    /// Too many to keep.
    Huge(PathBuf),
}

impl FolderContents {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Self {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                return Self::Unreadable(format!("{}: {error}", folder.display()));
            }
            Err(_) => return Self::Absent,
        };
        let mut names: HashMap<String, Vec<Box<str>>> = HashMap::new();
        for (count, entry) in entries.flatten().enumerate() {
            if count >= MAX_NAMES {
                return Self::Huge(folder.to_path_buf());
            }
            // A link may lead nowhere; it is asked when it is wanted.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if let (false, Ok(name)) = (is_folder, entry.file_name().into_string()) {
                names
                    .entry(file_key(&name))
                    .or_default()
                    .push(name.into_boxed_str());
            }
        }
        Self::Names(folder.to_path_buf(), names)
    }

    /// The path of the file whose name is nearest to the recorded one.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        match self {
            Self::Absent | Self::Unreadable(_) => None,
            Self::Huge(folder) => Some(folder.join(name)).filter(|path| path.is_file()),
            Self::Names(folder, names) => names
                .get(&file_key(name))?
                .iter()
                .min_by_key(|found| (name_distance(name, found), (*found).clone()))
                .map(|found| folder.join(&**found)),
        }
    }
}
