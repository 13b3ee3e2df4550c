//! The file beside an export that says where it came from: dataset, version, filters, program.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::ExportError;
use super::whole_file::write_whole;
use crate::dataset::CellDataset;

/// Where an export came from.
#[derive(Debug, Clone, Serialize)]
pub struct Provenance {
    /// The program and its version.
    pub program: String,
    /// When it was written, as RFC 3339.
    pub time: String,
    /// Path or URL of the dataset.
    pub dataset: String,
    /// Its version.
    pub version: u64,
    /// Cells of the dataset.
    pub cells: usize,
    /// Cells that were written.
    pub written: usize,
    /// Which cells, in words: selected, shown, labelled.
    pub which: String,
    /// The columns that were written.
    pub columns: Vec<String>,
    /// Filters, gates, rules and order, as the session file has them.
    pub session: Value,
}

impl Provenance {
    /// Of an export that is made now.
    pub fn new(dataset: &CellDataset, which: &str, written: usize) -> Self {
        Self {
            program: concat!("cytolance ", env!("CARGO_PKG_VERSION")).to_owned(),
            time: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            dataset: dataset.uri().to_owned(),
            version: dataset.version(),
            cells: dataset.num_rows(),
            written,
            which: which.to_owned(),
            columns: Vec::new(),
            session: Value::Null,
        }
    }

    /// Writes it beside an export: `cells.csv.json` beside `cells.csv`.
    ///
    /// # Errors
    /// [`ExportError::Write`].
    pub fn write_beside(&self, export: &Path) -> Result<PathBuf, ExportError> {
        let mut name = export.as_os_str().to_owned();
        name.push(".json");
        let path = PathBuf::from(name);
        let text = serde_json::to_string_pretty(self).map_err(|error| ExportError::Write {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        write_whole(&path, (text + "\n").as_bytes())?;
        Ok(path)
    }
}
