//! What lies at a path: the exports in it, told by their content.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::format::{ExportTables, Format, FormatFace, SourceKind, ending};
use super::{Export, IgnoredFile, JoinedRows, SourceError, SourceRemark};

/// Folders that are looked into below the source.
const DEPTH: usize = 6;

/// Files that come from the same programs and are no source: by their endings, what to do instead.
const NO_SOURCES: [(&[&str], &str); 4] = [
    (
        &["cppipe", "cpproj"],
        "it is a pipeline, not its output; choose the folder that the pipeline wrote",
    ),
    (
        &["h5", "hdf5", "mat"],
        "HDF5 output is not read; run ExportToSpreadsheet or ExportToDatabase on it in CellProfiler",
    ),
    (&["xlsx", "xls"], "save the sheets as CSV files first"),
    (
        &["sql"],
        "it is a MySQL script; export to SQLite instead, or load it and export the tables as CSV",
    ),
];

/// How a channel is called and coloured by a file beside the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelHint {
    /// The channel's name in the Image table.
    pub channel: String,
    /// Its name for people.
    pub name: String,
    /// `#RRGGBB`, where one is given.
    pub color: Option<String>,
}

/// An export that was found but not opened yet.
#[derive(Debug, Clone)]
pub struct FoundExport {
    /// Its folder or file.
    pub path: PathBuf,
    /// What tells it from the others: its folder relative to the source, and its prefix; empty when alone.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Bytes of its tables.
    pub bytes: u64,
    /// Names and colours of channels that a `.properties` file gives.
    pub channel_hints: Vec<ChannelHint>,
    pub(super) remarks: Vec<SourceRemark>,
    /// Files beside it that cannot be read as any export.
    pub(super) ignored: Vec<IgnoredFile>,
    pub(super) tables: Arc<dyn ExportTables>,
}

impl FoundExport {
    /// An export with nothing beside it.
    pub fn new(path: PathBuf, kind: SourceKind, bytes: u64, tables: Arc<dyn ExportTables>) -> Self {
        Self {
            path,
            name: String::new(),
            kind,
            bytes,
            channel_hints: Vec::new(),
            remarks: Vec::new(),
            ignored: Vec::new(),
            tables,
        }
    }

    pub(super) fn named(self, name: String) -> Self {
        Self { name, ..self }
    }

    /// The files that its rows are in.
    pub fn files(&self) -> Vec<PathBuf> {
        self.tables.files(&self.path)
    }

    /// Reads the tables' types and keys; the rest of the values is read when it is needed.
    ///
    /// # Errors
    /// [`SourceError`] naming the file that cannot be read.
    pub fn open(&self) -> Result<Export, SourceError> {
        let mut export = self.tables.open(&self.path, self.name.clone())?;
        export.remarks.extend(self.remarks.iter().cloned());
        export.ignored.extend(self.ignored.iter().cloned());
        export.number_tables();
        Ok(export)
    }
}

/// Joined rows that somebody else opened.
impl ExportTables for JoinedRows {
    fn open(&self, path: &Path, name: String) -> Result<Export, SourceError> {
        JoinedRows::open(self, path, name)
    }
}

/// Those of one kind among the exports that were found at `source`.
///
/// # Errors
/// [`SourceError`] when there is none of the kind that is wanted, or there are several kinds and none is.
pub fn of_one_kind(
    mut found: Vec<FoundExport>,
    kind: Option<SourceKind>,
    source: &Path,
) -> Result<Vec<FoundExport>, SourceError> {
    let several = |found: &[FoundExport]| found.iter().any(|export| export.kind != found[0].kind);
    match kind {
        Some(kind) if found.iter().any(|export| export.kind == kind) => {
            found.retain(|export| export.kind == kind);
        }
        Some(kind) => {
            return Err(SourceError::NoExport {
                path: source.to_path_buf(),
                expected: kind.face().expected.to_owned(),
            });
        }
        None if several(&found) => {
            return Err(SourceError::SeveralExports {
                path: source.to_path_buf(),
                choices: format!(
                    "{}; or its kind, as --kind {}",
                    choices(&found),
                    found[0].kind.face().word
                ),
            });
        }
        None => {}
    }
    if let [only] = found.as_mut_slice() {
        only.name.clear();
    }
    Ok(found)
}

fn choices(found: &[FoundExport]) -> String {
    let mut choices: Vec<String> = found
        .iter()
        .map(|export| format!("{}: {}", export.kind.face().title, export.path.display()))
        .collect();
    choices.dedup();
    if choices.len() > 6 {
        let more = choices.len() - 5;
        choices.truncate(5);
        choices.push(format!("and {more} more"));
    }
    choices.join("; ")
}

/// Finds the exports of some formats at `source`: one that it is as a whole, a file, a folder, or a folder of such
/// folders. They may be of several kinds; see [`of_one_kind`].
///
/// # Errors
/// [`SourceError`] when there is none.
pub fn find_exports(
    formats: &'static [&'static dyn Format],
    source: &Path,
) -> Result<Vec<FoundExport>, SourceError> {
    if let Some(found) = formats.iter().find_map(|format| format.find_source(source)) {
        return found;
    }
    let search = Search { formats };
    let metadata =
        std::fs::metadata(source).map_err(|error| SourceError::unreadable(source, error))?;
    if metadata.is_file() {
        return search.file(source);
    }
    let mut found: Vec<FoundExport> = Vec::new();
    for (folder, files) in files_by_folder(source)? {
        let name = folder
            .strip_prefix(source)
            .map(|rest| rest.to_string_lossy().replace('\\', "/"))
            .unwrap_or_default();
        found.extend(search.folder(&folder, &name, &files)?);
    }
    for format in formats {
        format.unite(&mut found);
    }
    if found.is_empty() {
        return Err(SourceError::NoExport {
            path: source.to_path_buf(),
            expected: any_of(&search.faces(|face| face.expected)),
        });
    }
    if let [only] = found.as_mut_slice() {
        only.name.clear();
    }
    Ok(found)
}

/// The files below a folder, by the folders that they are in.
fn files_by_folder(source: &Path) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, SourceError> {
    let mut by_folder: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    for entry in walkdir::WalkDir::new(source)
        .max_depth(DEPTH)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        // A dataset of ours, and what is hidden, is no export.
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0
                || !(name.starts_with('.')
                    || entry.file_type().is_dir() && name.ends_with(".lance"))
        })
    {
        let entry = match entry {
            Ok(entry) => entry,
            // A loop of links leads to nothing new; the source itself must be readable.
            Err(error) if error.depth() > 0 => continue,
            Err(error) => {
                return Err(SourceError::unreadable(source, error));
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        let folder = entry
            .path()
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or_default();
        match by_folder
            .iter_mut()
            .rev()
            .find(|(known, _)| *known == folder)
        {
            Some((_, files)) => files.push(entry.into_path()),
            None => by_folder.push((folder, vec![entry.into_path()])),
        }
    }
    Ok(by_folder)
}

/// The formats that are looked for.
struct Search {
    formats: &'static [&'static dyn Format],
}

impl Search {
    fn faces(&self, word: impl Fn(&'static FormatFace) -> &'static str) -> Vec<&'static str> {
        self.formats
            .iter()
            .map(|format| word(format.face()))
            .collect()
    }

    /// The format of a file: by how it begins, else by its name.
    fn format_of(&self, beginning: &[u8], ending: &str) -> Option<&'static dyn Format> {
        let signed =
            |face: &FormatFace| !face.signature.is_empty() && beginning.starts_with(face.signature);
        let named = |face: &FormatFace| {
            face.companions.contains(&ending)
                || face.signature.is_empty() && face.endings.contains(&ending)
        };
        let find = |is: &dyn Fn(&FormatFace) -> bool| {
            let mut formats = self.formats.iter();
            formats.find(|format| is(format.face())).copied()
        };
        // An empty file is none, whatever its name says.
        find(&signed).or_else(|| (!beginning.is_empty()).then(|| find(&named))?)
    }

    /// The names of the formats of files, those that are told by their content first.
    fn names_of_files(&self) -> String {
        let mut faces: Vec<&FormatFace> = self.formats.iter().map(|format| format.face()).collect();
        faces.retain(|face| !face.endings.is_empty());
        faces.sort_by_key(|face| face.signature.is_empty());
        let names: Vec<&str> = faces.into_iter().map(|face| face.name).collect();
        names.join(" nor ")
    }

    /// The exports of one file.
    fn file(&self, path: &Path) -> Result<Vec<FoundExport>, SourceError> {
        let mut beginning = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(16).read_to_end(&mut beginning))
            .map_err(|error| SourceError::unreadable(path, error))?;
        let ending = ending(path);
        if let Some(format) = self.format_of(&beginning, &ending) {
            return format.find_file(path);
        }
        let path = path.to_path_buf();
        if beginning.is_empty() {
            return Err(SourceError::Empty { path });
        }
        let known = NO_SOURCES
            .iter()
            .find(|(endings, _)| endings.contains(&ending.as_str()));
        let reason = known.map_or_else(
            || {
                format!(
                    "neither {}; choose the folder, database or table that CellProfiler wrote",
                    self.names_of_files()
                )
            },
            |(_, reason)| (*reason).to_owned(),
        );
        Err(SourceError::UnknownFormat { path, reason })
    }

    /// The exports in one folder, which is called `name`.
    fn folder(
        &self,
        folder: &Path,
        name: &str,
        files: &[PathBuf],
    ) -> Result<Vec<FoundExport>, SourceError> {
        let mut found: Vec<FoundExport> = Vec::new();
        for format in self.formats {
            found.extend(format.find_in_folder(folder, name, files));
        }
        // Pictures may lie here by the thousand: only what may be a table is looked into.
        let may_be_table = |ending: &str| {
            let mut faces = self.formats.iter().map(|format| format.face());
            faces.any(|face| !face.signature.is_empty() && face.endings.contains(&ending))
        };
        let mut ignored = Vec::new();
        for path in files.iter().filter(|path| may_be_table(&ending(path))) {
            match self.file(path) {
                Ok(exports) => {
                    let file = path
                        .file_name()
                        .map(|file| file.to_string_lossy().into_owned());
                    let parts = [name, file.as_deref().unwrap_or_default()];
                    let parts: Vec<&str> =
                        parts.into_iter().filter(|part| !part.is_empty()).collect();
                    found.extend(
                        exports
                            .into_iter()
                            .map(|export| export.named(parts.join("/"))),
                    );
                }
                Err(error) => ignored.push(IgnoredFile {
                    path: path.clone(),
                    reason: error.to_string(),
                }),
            }
        }
        for format in self.formats {
            format.take_companions(&mut found, files);
        }
        if let Some(first) = found.first_mut() {
            first.ignored.extend(ignored);
        } else if let Some(first) = ignored.pop() {
            return Err(SourceError::UnknownFormat {
                path: first.path,
                reason: first.reason,
            });
        }
        Ok(found)
    }
}

/// A list in words: `a, b, or c`.
fn any_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [others @ .., last] => format!("{}, or {last}", others.join(", ")),
    }
}

/// The size of a file; 0 where it cannot be told.
pub(super) fn bytes_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
