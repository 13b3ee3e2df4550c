//! The file beside an export that says where it came from: dataset, version, filters, program.

use serde::Serialize;
use serde_json::Value;

use super::ExportError;
use super::target::Target;
use super::whole_file::write_whole;
use cytolance_dataset::CellDataset;

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
    /// Columns of the dataset that were asked for with all others and that the format cannot hold, with their types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Filters, gates, rules and order, as the session file has them.
    pub session: Value,
}

impl Provenance {
    /// Of an export that is made now.
    pub fn new(dataset: &CellDataset, which: &str, written: usize) -> Self {
        Self {
            program: concat!("cytolance ", env!("CARGO_PKG_VERSION")).to_owned(),
            time: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            // A relative path would say nothing in another folder.
            dataset: Target::new(dataset.uri(), false)
                .full_path()
                .to_string_lossy()
                .into_owned(),
            version: dataset.version(),
            cells: dataset.num_rows(),
            written,
            which: which.to_owned(),
            columns: Vec::new(),
            left_out: Vec::new(),
            session: Value::Null,
        }
    }

    /// The same for the metadata of a copy: all but what was set up, which the file beside it says.
    pub fn entry(&self) -> Value {
        let mut entry = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(entries) = &mut entry {
            entries.remove("session");
        }
        entry
    }

    /// Writes it beside an export: `cells.csv.json` beside `cells.csv`; not in a store.
    ///
    /// # Errors
    /// [`ExportError::Exists`], [`ExportError::Write`].
    pub fn write_beside(&self, export: &Target) -> Result<(), ExportError> {
        let Some(beside) = export.provenance() else {
            return Ok(());
        };
        let text = serde_json::to_string_pretty(self).map_err(|error| ExportError::Write {
            path: beside.full_path(),
            reason: error.to_string(),
        })?;
        write_whole(&beside, (text + "\n").as_bytes())
    }
}
