//! What can go wrong while reading an export, with the file that caused it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::IgnoredFile;

/// Files that an error goes through.
const SHOWN_FILES: usize = 12;

/// The error of the system or of a library that caused one of ours.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// An export that cannot be read; the message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file, folder or table that the system or its reader gave up on.
    #[error("cannot read {path}: {source}", path = path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system or the reader said.
        source: Cause,
    },
    /// A table that can be read and does not hold what an import needs.
    #[error("cannot read {path}: {reason}", path = path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// Nothing that can be imported.
    #[error(
        "no CellProfiler export found in {path}{found}expected {expected}",
        path = path.display(),
        found = list_of(found, path)
    )]
    NoExport {
        /// The folder or file looked into.
        path: PathBuf,
        /// What was looked for.
        expected: String,
        /// What is there instead, and why it is no export.
        found: Vec<IgnoredFile>,
    },
    /// A source that is not there.
    #[error("there is no {path}{above}: check how it is spelled", path = path.display())]
    NotThere {
        /// The path.
        path: PathBuf,
        /// How far the path leads, in words; empty where it is not known.
        above: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// More than one kind of export, and no way to tell which is meant.
    #[error(
        "{path} holds several kinds of export: name the one to import ({choices})",
        path = path.display()
    )]
    SeveralExports {
        /// The folder looked into.
        path: PathBuf,
        /// The exports found, comma-separated.
        choices: String,
    },
    /// A file that is none of the formats that can be read.
    #[error("{path} is not a source that can be imported: {reason}", path = path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// What it is instead, and what to do.
        reason: String,
    },
    /// A file that is another than when it was opened.
    #[error(
        "{path} changed while it was being read: import again when the program that writes it has finished",
        path = path.display()
    )]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file without a header row.
    #[error("{path} is empty: it has no header row", path = path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A file that is no CSV.
    #[error("{path} is not readable as CSV: {reason}", path = path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A key column that the join needs.
    #[error("{path} has no column {column}, which says which {meaning} a row belongs to", path = path.display())]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
        /// What the column would say.
        meaning: &'static str,
    },
}

impl SourceError {
    /// The error of a file, folder or table that cannot be read, with its cause.
    pub fn unreadable(path: &Path, cause: impl Into<Cause>) -> Self {
        Self::Unreadable {
            path: path.to_path_buf(),
            source: cause.into(),
        }
    }

    /// The error of a table that does not hold what an import needs.
    pub(super) fn unusable(path: &Path, reason: impl Into<String>) -> Self {
        Self::Unusable {
            path: path.to_path_buf(),
            reason: reason.into(),
        }
    }

    /// The error of a source that is not there, with the last folder of its path that is.
    pub(super) fn not_there(path: &Path, cause: std::io::Error) -> Self {
        let there = path
            .ancestors()
            .skip(1)
            .find(|folder| !folder.as_os_str().is_empty() && folder.is_dir());
        Self::NotThere {
            path: path.to_path_buf(),
            above: there.map_or_else(String::new, |folder| {
                format!(" ({} is there)", folder.display())
            }),
            source: cause,
        }
    }

    /// What is wrong, without the name of the file, for a list that names it.
    pub fn reason(&self) -> String {
        match self {
            Self::Unreadable { source, .. } => format!("it cannot be read: {source}"),
            Self::Unusable { reason, .. } | Self::UnknownFormat { reason, .. } => reason.clone(),
            Self::Empty { .. } => "empty: it has no header row".to_owned(),
            Self::Csv { reason, .. } => format!("not readable as CSV: {reason}"),
            other => other.to_string(),
        }
    }
}

/// Files and reasons a line each, those of a folder by their paths in it; what goes on with the sentence.
fn list_of(files: &[IgnoredFile], folder: &Path) -> String {
    let mut list = String::new();
    for IgnoredFile { path, reason } in files.iter().take(SHOWN_FILES) {
        let below = path.strip_prefix(folder).unwrap_or(path);
        let name = match path.file_name() {
            Some(name) if below.as_os_str().is_empty() => Path::new(name),
            _ => below,
        };
        let _ = write!(list, "\n  {}: {reason}", name.display());
    }
    if files.len() > SHOWN_FILES {
        let _ = write!(list, "\n  and {} more", files.len() - SHOWN_FILES);
    }
    list.push_str(if list.is_empty() { ": " } else { "\n" });
    list
}
