//! SQLite files of ExportToDatabase or cytominer-database, with the `.properties` files that lead to them.

mod database;
mod layout;
mod properties_file;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::database::open_database;
use self::layout::{DatabaseLayout, TableChoice};
use self::properties_file::{PropertiesFile, PropertiesTables};
use super::csv::csv_pair;
use super::format::{ExportTables, Format, FormatFace, ending};
use super::source::bytes_of;
use super::{Export, Findings, FoundExport, SourceError, SourceKind};

/// SQLite files of ExportToDatabase or cytominer-database.
#[derive(Debug)]
pub struct SqliteFormat;

const FACE: FormatFace = FormatFace {
    word: "sqlite",
    name: "SQLite",
    label: "SQLite database",
    title: "CellProfiler SQLite database",
    written: "as ExportToDatabase or cytominer-database writes it, or its .properties file",
    given: "SQLite database or its .properties file",
    expected: "an ExportToDatabase SQLite file",
    endings: &["sqlite", "sqlite3", "db", "db3"],
    companions: &["properties"],
    signature: b"SQLite format 3\0",
    pictures_beside: true,
};

impl Format for SqliteFormat {
    fn face(&self) -> &'static FormatFace {
        &FACE
    }

    fn find_file(&self, path: &Path) -> Result<Findings, SourceError> {
        if !is_properties(path) {
            let layout = DatabaseLayout::read(path, &TableChoice::All)?;
            return Ok(found(path, layout).into());
        }
        let file = PropertiesFile::read(path)?;
        let export = match &file.tables {
            PropertiesTables::Database(database, choice) => {
                found(database, DatabaseLayout::read(database, choice)?)
            }
            PropertiesTables::Csv(image, objects) => csv_pair(image.as_deref(), objects)?,
        };
        Ok(Findings::from(FoundExport {
            channel_hints: file.channels,
            remarks: file.remarks,
            ..export
        }))
    }

    /// Names and colours of channels from the `.properties` files that CellProfiler writes beside a database.
    fn take_companions(&self, found: &mut [FoundExport], files: &[PathBuf]) {
        let is_database = |export: &FoundExport| export.kind == SourceKind::of(&Self);
        if !found.iter().any(is_database) {
            return;
        }
        for path in files.iter().filter(|path| is_properties(path)) {
            // One that is about something else is no mistake here: nobody chose it.
            let Ok(file) = PropertiesFile::read(path) else {
                continue;
            };
            let PropertiesTables::Database(database, _) = &file.tables else {
                continue;
            };
            let about = |export: &&mut FoundExport| {
                is_database(export)
                    && export.channel_hints.is_empty()
                    && export.path.file_name() == database.file_name()
            };
            if let Some(export) = found.iter_mut().find(about) {
                export.channel_hints = file.channels;
                export.remarks = file.remarks;
            }
        }
    }
}

/// Whether a file is a `.properties` file, by its name.
fn is_properties(path: &Path) -> bool {
    FACE.companions.contains(&ending(path).as_str())
}

fn found(database: &Path, layout: DatabaseLayout) -> FoundExport {
    let kind = SourceKind::of(&SqliteFormat);
    let bytes = bytes_of(database);
    FoundExport::new(database.to_path_buf(), kind, bytes, Arc::new(layout))
}

impl ExportTables for DatabaseLayout {
    fn open(&self, path: &Path, name: String) -> Result<Export, SourceError> {
        open_database(path, self, name)
    }
}
