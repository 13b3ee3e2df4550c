//! CSV files of ExportToSpreadsheet: the files of a folder are one export together.

mod csv_export;
mod csv_header;
mod csv_records;
mod csv_table;
mod joined_csv;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::csv_export::{CsvFiles, csv_exports, joined_export};
use super::format::{ExportTables, Format, FormatFace};
use super::{Export, FoundExport, SourceError, SourceKind};

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

    /// A file stands for the export it belongs to.
    fn find_file(&self, path: &Path) -> Result<Vec<FoundExport>, SourceError> {
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
        let name = path.file_name();
        let mut exports = csv_exports(&files);
        exports.retain(|files| {
            files
                .objects
                .iter()
                .map(|(_, path)| path)
                .chain(&files.image)
                .chain(&files.experiment)
                .chain(&files.joined)
                .any(|path| path.file_name() == name)
        });
        // Beside tables of objects it is no part of theirs, but a source by itself.
        if exports.is_empty()
            && let Some(own) = files.iter().find(|path| path.file_name() == name)
        {
            exports.extend(joined_export(own));
        }
        if exports.is_empty() {
            return Err(SourceError::NoExport {
                path: path.to_path_buf(),
                expected: FACE.expected.to_owned(),
            });
        }
        Ok(exports
            .into_iter()
            .map(|files| files.found(&folder, String::new()))
            .collect())
    }

    fn find_in_folder(&self, path: &Path, folder: &str, files: &[PathBuf]) -> Vec<FoundExport> {
        let exports = csv_exports(files);
        let several = exports.len() > 1;
        exports
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
            .collect()
    }
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
        let objects = self.objects.iter().map(|(_, path)| path);
        objects.chain(&self.image).cloned().collect()
    }
}
