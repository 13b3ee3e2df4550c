//! What a format of exports is to the rest of the program: its names, how it is told from others, how it is opened.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

use super::{Export, Findings, FoundExport, SourceError};

/// The names of a format, for people and for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatFace {
    /// The word for it on the command line and in plan files.
    pub word: &'static str,
    /// The word for its files in a sentence.
    pub name: &'static str,
    /// What it is, as a heading.
    pub label: &'static str,
    /// What one export is, as a person would say it.
    pub title: &'static str,
    /// Who writes it and what belongs to it; goes on from the label.
    pub written: &'static str,
    /// What of it can be given as a source.
    pub given: &'static str,
    /// What was looked for where nothing was found.
    pub expected: &'static str,
    /// Endings of its files, in lower case.
    pub endings: &'static [&'static str],
    /// Endings of files that say where an export is.
    pub companions: &'static [&'static str],
    /// How its files begin; empty where only their names tell what they are.
    pub signature: &'static [u8],
    /// Its pictures may lie beside it.
    pub pictures_beside: bool,
}

/// A format of exports. Each method is about one way in which an export can be found; those that a format does not
/// have stay as they are here.
pub trait Format: fmt::Debug + Sync {
    /// Its names.
    fn face(&self) -> &'static FormatFace;

    /// The export that a source is as a whole, which then is not searched. `None` where it is none of this format.
    fn find_source(&self, source: &Path) -> Option<Result<Findings, SourceError>> {
        let _ = source;
        None
    }

    /// The exports of a file that was chosen, or that has an ending and the signature of this format.
    ///
    /// # Errors
    /// [`SourceError`] when it is none, or cannot be read.
    fn find_file(&self, path: &Path) -> Result<Findings, SourceError>;

    /// The exports that several of the files of a folder make up together, and what of these is left alone; `folder` is
    /// its path from the source.
    fn find_in_folder(&self, path: &Path, folder: &str, files: &[PathBuf]) -> Findings {
        let _ = (path, folder, files);
        Findings::default()
    }

    /// Adds what other files of a folder say of the exports that were found in it.
    fn take_companions(&self, found: &mut [FoundExport], files: &[PathBuf]) {
        let _ = (found, files);
    }

    /// Brings exports together that only look like several, once everything is found.
    fn unite(&self, found: &mut Vec<FoundExport>) {
        let _ = found;
    }
}

/// Tables that were found but not opened yet.
pub trait ExportTables: fmt::Debug + Send + Sync {
    /// Reads the tables' types and keys; `path` and `name` are those of the export.
    ///
    /// # Errors
    /// [`SourceError`] naming the file that cannot be read.
    fn open(&self, path: &Path, name: String) -> Result<Export, SourceError>;

    /// The files that its rows are in.
    fn files(&self, path: &Path) -> Vec<PathBuf> {
        vec![path.to_path_buf()]
    }
}

/// The kind of an export: its format. Equal where the word is; written as its word.
#[derive(Clone, Copy)]
pub struct SourceKind(&'static FormatFace);

impl SourceKind {
    /// The kind of exports of a format.
    pub fn of(format: &dyn Format) -> Self {
        Self(format.face())
    }

    /// The names of its format.
    pub fn face(self) -> &'static FormatFace {
        self.0
    }
}

impl PartialEq for SourceKind {
    fn eq(&self, other: &Self) -> bool {
        self.face().word == other.face().word
    }
}

impl Eq for SourceKind {}

impl fmt::Debug for SourceKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.face().word)
    }
}

impl Serialize for SourceKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.face().word)
    }
}

/// A file's ending in lower case.
pub(super) fn ending(path: &Path) -> String {
    path.extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase()
}
