//! Where files go whose names say no folder: beside the dataset, never where the program happened to be started.

use std::path::{Component, Path, PathBuf};

/// Folders of the user, asked for once when the window opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFolders {
    /// Where the program was started: relative paths of datasets count from here.
    pub started_in: PathBuf,
    /// The documents, or else the home folder.
    pub documents: PathBuf,
    /// The home folder, for names that begin with `~`.
    pub home: PathBuf,
    /// The program's own cache, whose datasets are no place for files of the user.
    pub cache: PathBuf,
}

impl UserFolders {
    /// Those of this user on this machine.
    pub fn of_system() -> Self {
        let home = dirs::home_dir().unwrap_or_else(std::env::temp_dir);
        Self {
            started_in: std::env::current_dir().unwrap_or_default(),
            documents: dirs::document_dir()
                .filter(|folder| folder.is_dir())
                .unwrap_or_else(|| home.clone()),
            cache: dirs::cache_dir().map_or_else(PathBuf::new, |cache| cache.join("cytolance")),
            home,
        }
    }

    /// The folder for what is made of a dataset: the one that it is in, or the documents where it is in a store or in
    /// the program's cache.
    pub fn beside(&self, uri: &str) -> SaveFolder {
        let dataset = self.started_in.join(uri);
        let in_cache = !self.cache.as_os_str().is_empty() && dataset.starts_with(&self.cache);
        let folder = if uri.contains("://") || in_cache {
            self.documents.clone()
        } else {
            dataset
                .parent()
                .map_or_else(|| self.documents.clone(), plain)
        };
        SaveFolder {
            folder,
            home: self.home.clone(),
        }
    }
}

/// The path without `.` and `..` in it.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// The folder of names without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaveFolder {
    folder: PathBuf,
    home: PathBuf,
}

impl SaveFolder {
    /// The whole path that a typed name means; URLs stay as they are.
    pub fn full_path(&self, text: &str) -> PathBuf {
        let text = text.trim();
        if text.contains("://") {
            return PathBuf::from(text);
        }
        match text.strip_prefix("~/") {
            Some(rest) => plain(&self.home.join(rest)),
            None => plain(&self.folder.join(text)),
        }
    }

    /// The same as text, for a field to begin with.
    pub fn full_text(&self, text: &str) -> String {
        self.full_path(text).to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_a_folder_go_beside_the_dataset() {
        let user = UserFolders {
            started_in: "/opt/cytolance".into(),
            documents: "/home/ada/Documents".into(),
            home: "/home/ada".into(),
            cache: "/home/ada/.cache/cytolance".into(),
        };
        let cases = [
            ("/data/plate.lance", "cells.csv", "/data/cells.csv"),
            (
                "/data/plate.lance",
                " sub/cells.csv ",
                "/data/sub/cells.csv",
            ),
            ("/data/plate.lance", "../cells.csv", "/cells.csv"),
            ("/data/plate.lance", "/else/cells.csv", "/else/cells.csv"),
            ("/data/plate.lance", "~/cells.csv", "/home/ada/cells.csv"),
            ("/data/plate.lance/", "cells.csv", "/data/cells.csv"),
            ("/data/plate.lance", "s3://b/x.lance", "s3://b/x.lance"),
            (
                "plates/plate.lance",
                "cells.csv",
                "/opt/cytolance/plates/cells.csv",
            ),
            ("./plate.lance", "cells.csv", "/opt/cytolance/cells.csv"),
            (
                "s3://bucket/plate.lance",
                "cells.csv",
                "/home/ada/Documents/cells.csv",
            ),
            (
                "/home/ada/.cache/cytolance/demo-1/demo-plate.lance",
                "cells.csv",
                "/home/ada/Documents/cells.csv",
            ),
        ];
        for (dataset, name, path) in cases {
            let full = user.beside(dataset).full_path(name);
            assert_eq!(full, PathBuf::from(path), "{name} for {dataset}");
        }
    }
}
