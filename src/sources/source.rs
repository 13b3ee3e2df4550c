//! What lies at a path: the exports in it, told by their content.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::crop_table::{ParquetRole, attach_crops};
use super::csv_export::{CsvFiles, csv_exports, extension};
use super::database::{DatabaseLayout, open_database};
use super::parquet_table::open_parquet;
use super::properties_file::{ChannelHint, PropertiesFile};
use super::{Export, IgnoredFile, JoinedRows, SourceError};

/// Folders that are looked into below the source.
const DEPTH: usize = 6;

/// The kinds of exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// CSV files of ExportToSpreadsheet.
    Csv,
    /// A SQLite file of ExportToDatabase or cytominer-database.
    #[serde(rename = "sqlite")]
    Database,
    /// Parquet of `CytoTable` or pycytominer: one row a cell, already joined.
    Parquet,
    /// A Lance table: one row a cell.
    Lance,
}

impl SourceKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Database, Self::Parquet, Self::Lance];

    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Database => "sqlite",
            Self::Parquet => "parquet",
            Self::Lance => "lance",
        }
    }

    /// As a person would say it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Csv => "CellProfiler CSV export",
            Self::Database => "CellProfiler SQLite database",
            Self::Parquet => "Parquet table of cells",
            Self::Lance => "Lance table of cells",
        }
    }
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
    remarks: Vec<String>,
    /// Files with the crops of its rows.
    crops: Vec<PathBuf>,
    files: Files,
}

#[derive(Debug, Clone)]
enum Files {
    Csv(CsvFiles),
    Database(DatabaseLayout),
    Parquet(PathBuf),
    Rows(JoinedRows),
}

impl FoundExport {
    /// Reads the tables' types and keys; the rest of the values is read when it is needed.
    ///
    /// # Errors
    /// [`SourceError`] naming the file that cannot be read.
    pub fn open(&self) -> Result<Export, SourceError> {
        let mut export = match &self.files {
            Files::Csv(files) => files.open(&self.path, self.name.clone()),
            Files::Database(layout) => open_database(&self.path, layout, self.name.clone()),
            Files::Parquet(path) => open_parquet(path, self.name.clone()),
            Files::Rows(rows) => rows.open(&self.path, self.name.clone()),
        }?;
        export.remarks.extend(self.remarks.iter().cloned());
        export.number_tables();
        attach_crops(&mut export, &self.crops)?;
        Ok(export)
    }

    /// Joined rows that somebody else opened.
    pub fn of_rows(path: PathBuf, kind: SourceKind, bytes: u64, rows: JoinedRows) -> Self {
        Self::new(path, String::new(), kind, bytes, Files::Rows(rows))
    }

    fn new(path: PathBuf, name: String, kind: SourceKind, bytes: u64, files: Files) -> Self {
        Self {
            path,
            name,
            kind,
            bytes,
            channel_hints: Vec::new(),
            remarks: Vec::new(),
            crops: Vec::new(),
            files,
        }
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
        Some(_) => {
            return Err(SourceError::NoExport {
                path: source.to_path_buf(),
            });
        }
        None if several(&found) => {
            return Err(SourceError::SeveralExports {
                path: source.to_path_buf(),
                choices: format!(
                    "{}; or its kind, as --kind {}",
                    choices(&found),
                    found[0].kind.word()
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

/// Finds the exports at `source`: a file, a folder, or a folder of such folders. They may be of several kinds; see
/// [`of_one_kind`].
///
/// # Errors
/// [`SourceError`] when there is none.
pub fn find_exports(source: &Path) -> Result<Vec<FoundExport>, SourceError> {
    let metadata = std::fs::metadata(source).map_err(|error| SourceError::io(source, &error))?;
    if metadata.is_file() {
        return exports_of_file(source);
    }
    let mut found: Vec<FoundExport> = Vec::new();
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
                return Err(SourceError::Io {
                    path: source.to_path_buf(),
                    reason: error.to_string(),
                });
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
    let mut beside = Beside::default();
    for (folder, files) in by_folder {
        let name = folder
            .strip_prefix(source)
            .map(|rest| rest.to_string_lossy().replace('\\', "/"))
            .unwrap_or_default();
        found.extend(exports_of_folder(&folder, &name, &files, &mut beside)?);
    }
    for export in found
        .iter_mut()
        .filter(|export| export.kind == SourceKind::Parquet)
    {
        export.crops.clone_from(&beside.crops);
        export.remarks.extend(
            beside
                .whole_pictures
                .iter()
                .map(|path| format!("{} was left alone: it holds whole pictures", path.display())),
        );
    }
    if found.is_empty() {
        return Err(SourceError::NoExport {
            path: source.to_path_buf(),
        });
    }
    if let [only] = found.as_mut_slice() {
        only.name.clear();
    }
    Ok(found)
}

/// Parquet files that are no tables of cells.
#[derive(Debug, Default)]
struct Beside {
    crops: Vec<PathBuf>,
    whole_pictures: Vec<PathBuf>,
}

impl Beside {
    /// Takes a file, if it is one of these.
    fn takes(&mut self, exports: &[FoundExport], path: &Path) -> bool {
        let is_parquet = |export: &FoundExport| export.kind == SourceKind::Parquet;
        if !exports.iter().any(is_parquet) {
            return false;
        }
        match ParquetRole::of(path) {
            ParquetRole::Cells => return false,
            ParquetRole::Crops => self.crops.push(path.to_path_buf()),
            ParquetRole::SourceImages => self.whole_pictures.push(path.to_path_buf()),
        }
        true
    }
}

fn choices(found: &[FoundExport]) -> String {
    let mut choices: Vec<String> = found
        .iter()
        .map(|export| format!("{}: {}", export.kind.title(), export.path.display()))
        .collect();
    choices.dedup();
    if choices.len() > 6 {
        let more = choices.len() - 5;
        choices.truncate(5);
        choices.push(format!("and {more} more"));
    }
    choices.join("; ")
}

fn exports_of_folder(
    folder: &Path,
    name: &str,
    files: &[PathBuf],
    beside: &mut Beside,
) -> Result<Vec<FoundExport>, SourceError> {
    let csv = csv_exports(files);
    let several = csv.len() > 1;
    let mut found: Vec<FoundExport> = csv
        .into_iter()
        .map(|files| {
            let prefix = files.prefix.trim_end_matches('_');
            let name = match (several, name.is_empty()) {
                (false, _) => name.to_owned(),
                (true, true) => prefix.to_owned(),
                (true, false) => format!("{name}/{prefix}"),
            };
            let bytes = files.bytes();
            let files = Files::Csv(files);
            FoundExport::new(folder.to_path_buf(), name, SourceKind::Csv, bytes, files)
        })
        .collect();
    let mut ignored = Vec::new();
    for path in files {
        // Pictures may lie here by the thousand: only what may be a table is looked into.
        if !matches!(
            extension(path).as_str(),
            "sqlite" | "sqlite3" | "db" | "db3" | "parquet" | "pq" | "parq"
        ) {
            continue;
        }
        match exports_of_file(path) {
            Ok(exports) if beside.takes(&exports, path) => {}
            Ok(exports) => {
                let file = path
                    .file_name()
                    .map(|file| file.to_string_lossy().into_owned());
                found.extend(exports.into_iter().map(|export| {
                    FoundExport {
                        name: [name, file.as_deref().unwrap_or_default()]
                            .iter()
                            .filter(|part| !part.is_empty())
                            .copied()
                            .collect::<Vec<_>>()
                            .join("/"),
                        ..export
                    }
                }));
            }
            Err(error) => ignored.push(IgnoredFile {
                path: path.clone(),
                reason: error.to_string(),
            }),
        }
    }
    take_hints(&mut found, files);
    if let Some(FoundExport {
        files: Files::Csv(files),
        ..
    }) = found.first_mut()
    {
        files.ignored.extend(ignored);
    } else if found.is_empty()
        && let Some(first) = ignored.pop()
    {
        return Err(SourceError::UnknownFormat {
            path: first.path,
            reason: first.reason,
        });
    }
    Ok(found)
}

/// Names and colours of channels from the `.properties` files that CellProfiler writes beside a database.
fn take_hints(found: &mut [FoundExport], files: &[PathBuf]) {
    let is_database = |export: &FoundExport| export.kind == SourceKind::Database;
    if !found.iter().any(is_database) {
        return;
    }
    for path in files.iter().filter(|path| PropertiesFile::is_one(path)) {
        // One that is about something else is no mistake here: nobody chose it.
        let Ok(file) = PropertiesFile::read(path) else {
            continue;
        };
        let about = |export: &&mut FoundExport| {
            is_database(export)
                && export.channel_hints.is_empty()
                && export.path.file_name() == file.database.file_name()
        };
        if let Some(export) = found.iter_mut().find(about) {
            export.channel_hints = file.channels;
            export.remarks = file.remarks;
        }
    }
}

fn exports_of_file(path: &Path) -> Result<Vec<FoundExport>, SourceError> {
    let mut magic = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(16).read_to_end(&mut magic))
        .map_err(|error| SourceError::io(path, &error))?;
    let bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let found = |kind, files| {
        let path = path.to_path_buf();
        vec![FoundExport::new(path, String::new(), kind, bytes, files)]
    };
    if magic.starts_with(b"SQLite format 3\0") {
        let layout = DatabaseLayout::read(path, "")?;
        return Ok(found(SourceKind::Database, Files::Database(layout)));
    }
    if magic.starts_with(b"PAR1") {
        return Ok(found(
            SourceKind::Parquet,
            Files::Parquet(path.to_path_buf()),
        ));
    }
    let unknown = |reason: &str| {
        Err(SourceError::UnknownFormat {
            path: path.to_path_buf(),
            reason: reason.to_owned(),
        })
    };
    if magic.is_empty() {
        return Err(SourceError::Empty {
            path: path.to_path_buf(),
        });
    }
    if PropertiesFile::is_one(path) {
        let file = PropertiesFile::read(path)?;
        let layout = DatabaseLayout::read(&file.database, &file.prefix)?;
        let bytes = std::fs::metadata(&file.database).map_or(0, |metadata| metadata.len());
        let files = Files::Database(layout);
        let kind = SourceKind::Database;
        return Ok(vec![FoundExport {
            channel_hints: file.channels,
            remarks: file.remarks,
            ..FoundExport::new(file.database, String::new(), kind, bytes, files)
        }]);
    }
    match extension(path).as_str() {
        "csv" | "txt" | "tsv" => {
            // A file stands for the export it belongs to.
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .map_or_else(|| PathBuf::from("."), Path::to_path_buf);
            let read =
                std::fs::read_dir(&folder).map_err(|error| SourceError::io(&folder, &error))?;
            let mut files: Vec<PathBuf> = read
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.is_file())
                .collect();
            files.sort();
            let name = path.file_name();
            let mut exports = csv_exports(&files);
            exports.retain(|files| {
                files
                    .objects
                    .iter()
                    .map(|(_, path)| path)
                    .chain(&files.image)
                    .chain(&files.experiment)
                    .any(|path| path.file_name() == name)
            });
            if exports.is_empty() {
                return Err(SourceError::NoExport {
                    path: path.to_path_buf(),
                });
            }
            Ok(exports
                .into_iter()
                .map(|files| {
                    let bytes = files.bytes();
                    let files = Files::Csv(files);
                    FoundExport::new(folder.clone(), String::new(), SourceKind::Csv, bytes, files)
                })
                .collect())
        }
        "cppipe" | "cpproj" => {
            unknown("it is a pipeline, not its output; choose the folder that the pipeline wrote")
        }
        "h5" | "hdf5" | "mat" => unknown(
            "HDF5 output is not read; run ExportToSpreadsheet or ExportToDatabase on it in CellProfiler",
        ),
        "xlsx" | "xls" => unknown("save the sheets as CSV files first"),
        "sql" => unknown(
            "it is a MySQL script; export to SQLite instead, or load it and export the tables as CSV",
        ),
        _ => unknown(
            "neither SQLite nor Parquet nor CSV; choose the folder, database or table that CellProfiler wrote",
        ),
    }
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
