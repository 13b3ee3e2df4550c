//! What lies at a path: the exports in it, told by their content.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folders::Folders;
use super::format::{ExportTables, Format, FormatFace, SourceKind, ending};
use super::image_set::module_errors;
use super::{Export, IgnoredFile, JoinedRows, SourceError, SourceRemark};

/// Files that come from the same programs and are no source: by their endings, what to do instead, and whether they may
/// hold tables that a person expects to be imported.
const NO_SOURCES: [(&[&str], &str, bool); 9] = [
    (
        &["cppipe", "cpproj"],
        "it is a pipeline, not its output; choose the folder that the pipeline wrote",
        false,
    ),
    (
        &["mat"],
        "HDF5 output is not read; run ExportToSpreadsheet or ExportToDatabase on it in CellProfiler",
        false,
    ),
    (
        &["h5", "hdf5"],
        "HDF5 output is not read; run ExportToSpreadsheet or ExportToDatabase on it in CellProfiler",
        true,
    ),
    (
        &["xlsx", "xls", "ods"],
        "save the sheets as CSV files first",
        true,
    ),
    (
        &["sql"],
        "it is a MySQL script; export to SQLite instead, or load it and export the tables as CSV",
        true,
    ),
    (
        &["zip", "tar", "tgz", "7z", "rar"],
        "it is an archive; unpack it and choose the folder",
        true,
    ),
    (
        &["gz", "bz2", "xz", "zst"],
        "it is compressed; unpack it and choose what was in it",
        true,
    ),
    (
        &["feather", "arrow", "ipc"],
        "Arrow files are not read; save the table as Parquet",
        true,
    ),
    (
        &["rds", "rdata", "pkl", "pickle"],
        "it is an object of R or Python; save the table as CSV or Parquet",
        true,
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
        if let Some(table) = &mut export.image {
            let errors: Vec<SourceRemark> = module_errors(table)
                .map(|(module, images)| SourceRemark::ModuleErrors {
                    module: module.to_owned(),
                    images,
                    of: table.num_rows,
                })
                .collect();
            table.notes.remarks.extend(errors);
        }
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

/// What lies at a source.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The exports; they may be of several kinds.
    pub exports: Vec<FoundExport>,
    /// Files and folders that are of none of them, and why.
    pub left_alone: Vec<IgnoredFile>,
}

impl Findings {
    /// Takes in what was found elsewhere.
    fn extend(&mut self, others: Self) {
        self.exports.extend(others.exports);
        self.left_alone.extend(others.left_alone);
    }
}

impl From<FoundExport> for Findings {
    fn from(export: FoundExport) -> Self {
        Self {
            exports: vec![export],
            left_alone: Vec::new(),
        }
    }
}

/// Those of one kind among the exports that were found at `source`; the others are left alone.
///
/// # Errors
/// [`SourceError`] when there is none of the kind that is wanted, or there are several kinds and none is.
pub fn of_one_kind(
    findings: Findings,
    kind: Option<SourceKind>,
    source: &Path,
) -> Result<Findings, SourceError> {
    let Findings {
        exports,
        mut left_alone,
    } = findings;
    let Some(kind) = kind else {
        if exports.iter().any(|export| export.kind != exports[0].kind) {
            return Err(SourceError::SeveralExports {
                path: source.to_path_buf(),
                choices: format!(
                    "{}; or its kind, as --kind {}",
                    choices(&exports),
                    exports[0].kind.face().word
                ),
            });
        }
        return Ok(Findings {
            exports,
            left_alone,
        });
    };
    let (mut exports, others): (Vec<FoundExport>, Vec<FoundExport>) =
        exports.into_iter().partition(|export| export.kind == kind);
    let has_others = !others.is_empty();
    left_alone.extend(others.into_iter().map(|export| IgnoredFile {
        path: export.path,
        reason: format!(
            "it is a {}, and {} was asked for",
            export.kind.face().title,
            kind.face().name
        ),
    }));
    if exports.is_empty() {
        return Err(SourceError::NoExport {
            path: source.to_path_buf(),
            expected: kind.face().expected.to_owned(),
            found: left_alone,
        });
    }
    if let ([only], true) = (exports.as_mut_slice(), has_others) {
        only.name.clear();
    }
    Ok(Findings {
        exports,
        left_alone,
    })
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
) -> Result<Findings, SourceError> {
    if let Some(found) = formats.iter().find_map(|format| format.find_source(source)) {
        return found;
    }
    let search = Search { formats };
    let metadata = std::fs::metadata(source).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            SourceError::not_there(source, error)
        } else {
            SourceError::unreadable(source, error)
        }
    })?;
    if metadata.is_file() {
        return search.file(source);
    }
    let mut folders = Folders::below(source, |ending| search.is_table(ending))?;
    let mut found = Findings {
        exports: Vec::new(),
        left_alone: std::mem::take(&mut folders.left_alone),
    };
    for (folder, files) in &folders.with_files {
        let name = folder
            .strip_prefix(source)
            .map(|rest| rest.to_string_lossy().replace('\\', "/"))
            .unwrap_or_default();
        found.extend(search.folder(folder, &name, files));
    }
    for format in formats {
        format.unite(&mut found.exports);
    }
    if found.exports.is_empty() {
        let lance = folders.lance.into_iter().map(|path| IgnoredFile {
            path,
            reason: "a Lance table, which is a source by itself: choose it".to_owned(),
        });
        found.left_alone.extend(lance);
        return Err(SourceError::NoExport {
            path: source.to_path_buf(),
            expected: any_of(&search.faces(|face| face.expected)),
            found: found.left_alone,
        });
    }
    let homes: Vec<&Path> = found
        .exports
        .iter()
        .filter_map(|export| home_of(&export.path))
        .collect();
    let empty = folders.without_tables(&homes, &found.left_alone);
    found.left_alone.extend(empty);
    if let [only] = found.exports.as_mut_slice() {
        only.name.clear();
    }
    Ok(found)
}

/// The folder of an export, which may be a file.
fn home_of(path: &Path) -> Option<&Path> {
    if path.is_dir() {
        Some(path)
    } else {
        path.parent()
    }
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

    /// Whether files with this ending may be tables.
    fn is_table(&self, ending: &str) -> bool {
        let mut faces = self.formats.iter().map(|format| format.face());
        faces.any(|face| face.endings.contains(&ending))
    }

    /// Whether a file, by its name, holds tables that cannot be read as they are: what to do instead.
    fn unread_tables(&self, path: &Path) -> Option<&'static str> {
        let (reason, is_compressed) = no_source(&ending(path), true)?;
        // A compressed picture is no table.
        let inner = path.file_stem().map(Path::new).map(ending);
        (!is_compressed || inner.is_some_and(|inner| self.is_table(&inner))).then_some(reason)
    }

    /// The exports of one file.
    fn file(&self, path: &Path) -> Result<Findings, SourceError> {
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
        let known = no_source(&ending, false);
        let reason = known.map_or_else(
            || {
                format!(
                    "neither {}; choose the folder, database or table that CellProfiler wrote",
                    self.names_of_files()
                )
            },
            |(reason, _)| reason.to_owned(),
        );
        Err(SourceError::UnknownFormat { path, reason })
    }

    /// The exports in one folder, which is called `name`.
    fn folder(&self, folder: &Path, name: &str, files: &[PathBuf]) -> Findings {
        let mut found = Findings::default();
        for format in self.formats {
            found.extend(format.find_in_folder(folder, name, files));
        }
        // Pictures may lie here by the thousand: only what may be a table is looked into.
        let may_be_table = |ending: &str| {
            let mut faces = self.formats.iter().map(|format| format.face());
            faces.any(|face| !face.signature.is_empty() && face.endings.contains(&ending))
        };
        for path in files {
            if let Some(reason) = self.unread_tables(path) {
                found.left_alone.push(IgnoredFile {
                    path: path.clone(),
                    reason: reason.to_owned(),
                });
            }
            if !may_be_table(&ending(path)) {
                continue;
            }
            match self.file(path) {
                Ok(of_file) => {
                    let file = path
                        .file_name()
                        .map(|file| file.to_string_lossy().into_owned());
                    let parts = [name, file.as_deref().unwrap_or_default()];
                    let parts: Vec<&str> =
                        parts.into_iter().filter(|part| !part.is_empty()).collect();
                    let exports = of_file.exports.into_iter();
                    found
                        .exports
                        .extend(exports.map(|export| export.named(parts.join("/"))));
                    found.left_alone.extend(of_file.left_alone);
                }
                Err(error) => found.left_alone.push(IgnoredFile {
                    path: path.clone(),
                    reason: error.reason(),
                }),
            }
        }
        for format in self.formats {
            format.take_companions(&mut found.exports, files);
        }
        found
    }
}

/// What to do instead of importing a file with this ending, and whether it is one compressed file; of all such files, or
/// of those that may hold tables.
fn no_source(ending: &str, with_tables: bool) -> Option<(&'static str, bool)> {
    let mut known = NO_SOURCES
        .iter()
        .filter(|(_, _, has_tables)| *has_tables || !with_tables);
    let (endings, reason, _) = known.find(|(endings, _, _)| endings.contains(&ending))?;
    Some((reason, endings.contains(&"gz")))
}

/// A list in words: `a, b, or c`.
fn any_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [others @ .., last] => format!("{}, or {last}", others.join(", ")),
    }
}

/// A file's name without its ending.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The size of a file; 0 where it cannot be told.
pub(super) fn bytes_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
