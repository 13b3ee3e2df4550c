//! CSV files of ExportToSpreadsheet: the files of a folder are one export together.

mod csv_export;
mod csv_header;
mod csv_records;
mod csv_table;
mod image_account;
mod joined_csv;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::csv_export::{CsvFiles, CsvFindings, csv_exports, joined_export};
use super::format::{ExportTables, Format, FormatFace};
use super::source::stem;
use super::{Export, Findings, FoundExport, IgnoredFile, SourceError, SourceKind};

pub use csv_export::tables_of_csv;

/// CSV files of ExportToSpreadsheet.
#[derive(Debug)]
pub struct CsvFormat;

const FACE: FormatFace = FormatFace {
    word: "csv",
    name: "CSV",
    label: "CSV files",
    title: "CellProfiler CSV export",
    written: "as ExportToSpreadsheet of CellProfiler writes them: Image.csv, Cells.csv, Nuclei.csv, …",
    given: "folder of CSV exports (also of sub-folders, one a well or plate)",
    expected: "CSV files with the columns ImageNumber and ObjectNumber (such as Cells.csv and Image.csv)",
    endings: &["csv", "txt", "tsv"],
    companions: &[],
    signature: b"",
    pictures_beside: true,
};

impl Format for CsvFormat {
    fn face(&self) -> &'static FormatFace {
        &FACE
    }

    /// A file stands for the export it belongs to: for itself and what parents relate to it.
    fn find_file(&self, path: &Path) -> Result<Findings, SourceError> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .map_or_else(|| PathBuf::from("."), Path::to_path_buf);
        let read =
            std::fs::read_dir(&folder).map_err(|error| SourceError::unreadable(&folder, error))?;
        let mut files: Vec<PathBuf> = read
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        let is_named = |other: &Path| other.file_name() == path.file_name();
        let CsvFindings {
            exports,
            mut left_alone,
        } = csv_exports(&files);
        let (mut home, others): (Vec<CsvFiles>, Vec<CsvFiles>) = exports
            .into_iter()
            .partition(|files| files.paths().any(|path| is_named(path)));
        // Beside tables of objects it is no part of theirs, but a source by itself.
        let Some(mut files) = home.pop().or_else(|| joined_export(path)) else {
            left_alone.retain(|file| is_named(&file.path));
            return Err(SourceError::NoExport {
                path: path.to_path_buf(),
                expected: FACE.expected.to_owned(),
                found: left_alone,
            });
        };
        let others = others.iter().flat_map(CsvFiles::paths);
        left_alone.extend(others.map(|other| IgnoredFile {
            path: other.clone(),
            reason: format!("of another export than {}, which was named", stem(path)),
        }));
        let unrelated = files.keep_related(path);
        // Told from the others of its folder, which may be imported, too.
        let name = if unrelated.is_empty() {
            String::new()
        } else {
            stem(path)
        };
        left_alone.extend(unrelated);
        Ok(Findings {
            exports: vec![files.found(&folder, name)],
            left_alone,
        })
    }

    fn find_in_folder(&self, path: &Path, folder: &str, files: &[PathBuf]) -> Findings {
        let CsvFindings {
            exports,
            left_alone,
        } = csv_exports(files);
        let several = exports.len() > 1;
        let exports = exports
            .into_iter()
            .map(|files| {
                let prefix = files.prefix.trim_end_matches('_');
                let name = match (several, folder.is_empty()) {
                    (false, _) => folder.to_owned(),
                    (true, true) => prefix.to_owned(),
                    (true, false) => format!("{folder}/{prefix}"),
                };
                files.found(path, name)
            })
            .collect();
        Findings {
            exports,
            left_alone,
        }
    }
}

/// The export of a table of objects and one of their image sets that somebody else named.
///
/// # Errors
/// [`SourceError`] when one of them cannot be read or is another table.
pub(super) fn csv_pair(image: Option<&Path>, objects: &Path) -> Result<FoundExport, SourceError> {
    let files = CsvFiles::of_pair(image, objects)?;
    let folder = objects.parent().unwrap_or(Path::new("."));
    Ok(files.found(folder, String::new()))
}

impl CsvFiles {
    fn found(self, folder: &Path, name: String) -> FoundExport {
        let bytes = self.bytes();
        let kind = SourceKind::of(&CsvFormat);
        // A file of joined rows stands for itself.
        let folder = self.joined.clone().unwrap_or_else(|| folder.to_path_buf());
        FoundExport::new(folder, kind, bytes, Arc::new(self)).named(name)
    }
}

impl ExportTables for CsvFiles {
    fn open(&self, path: &Path, name: String) -> Result<Export, SourceError> {
        self.read(path, name)
    }

    fn files(&self, _path: &Path) -> Vec<PathBuf> {
        self.paths().cloned().collect()
    }
}
