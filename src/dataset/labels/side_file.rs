//! Labels beside a dataset that cannot be written: `NAME.labels.jsonl`, a JSON object a line, to be merged later.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;

use arrow::array::Array as _;
use arrow::util::display::array_value_to_string;
use serde::{Deserialize, Serialize};

use super::super::{CellDataset, DatasetError};
use super::{LabelChange, LabelEdit, SaveNote};
use crate::profile::LabelSpec;

/// Columns by which a cell is found again in a copy of the dataset.
const KEYS: [&str; 3] = [
    "Metadata_Source",
    "Metadata_ImageNumber",
    "Metadata_ObjectNumber",
];

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    dataset: String,
    version: u64,
    rows: u64,
    note: SaveNote,
    specs: Vec<LabelSpec>,
}

const FORMAT: &str = "cytolance-labels-1";

/// A further line.
#[derive(Serialize, Deserialize)]
struct Line {
    column: String,
    row: u32,
    /// Source, image and object number, where the dataset has them.
    keys: Vec<String>,
    before: Option<String>,
    after: Option<String>,
}

/// Writes labels, whole or not at all. Blocks.
///
/// # Errors
/// [`DatasetError`] where the file cannot be written or the cells' keys cannot be read.
pub async fn write_side_file(
    path: &Path,
    dataset: &CellDataset,
    edits: &[LabelEdit],
    note: &SaveNote,
) -> Result<(), DatasetError> {
    let failed = |reason: String| DatasetError::Write {
        uri: path.display().to_string(),
        reason,
    };
    let header = Header {
        format: FORMAT.to_owned(),
        dataset: dataset.uri().to_owned(),
        version: dataset.version(),
        rows: dataset.num_rows() as u64,
        note: note.clone(),
        specs: edits.iter().map(|edit| edit.spec.clone()).collect(),
    };
    let mut text = serde_json::to_string(&header).map_err(|error| failed(error.to_string()))?;
    text.push('\n');
    for edit in edits {
        let rows: Vec<u32> = edit.changes.iter().map(|change| change.row).collect();
        let keys = keys_of(dataset, &rows).await?;
        for (change, keys) in edit.changes.iter().zip(keys) {
            let line = Line {
                column: edit.spec.column.clone(),
                row: change.row,
                keys,
                before: change.before.clone(),
                after: change.after.clone(),
            };
            text.push_str(
                &serde_json::to_string(&line).map_err(|error| failed(error.to_string()))?,
            );
            text.push('\n');
        }
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| failed(error.to_string()))
}

/// Reads labels for a dataset: cells are found by their keys where both have them, else by their rows.
///
/// # Errors
/// [`DatasetError::Read`] where it is no such file, and where cells of it are not in the dataset.
pub async fn read_side_file(
    path: &Path,
    dataset: &CellDataset,
) -> Result<Vec<LabelEdit>, DatasetError> {
    let failed = |what: &str, reason: String| DatasetError::Read {
        uri: path.display().to_string(),
        what: what.to_owned(),
        reason,
    };
    let text =
        std::fs::read_to_string(path).map_err(|error| failed("labels", error.to_string()))?;
    let mut lines = text.lines();
    let header: Header = lines
        .next()
        .and_then(|line| serde_json::from_str(line).ok())
        .filter(|header: &Header| header.format == FORMAT)
        .ok_or_else(|| failed("the first line", format!("it is no {FORMAT}")))?;
    let lines: Vec<Line> = lines
        .enumerate()
        .map(|(at, line)| {
            serde_json::from_str(line)
                .map_err(|error| failed(&format!("line {}", at + 2), error.to_string()))
        })
        .collect::<Result<_, _>>()?;
    let has_keys =
        dataset.column(KEYS[2]).is_some() && lines.iter().all(|line| !line.keys.is_empty());
    let mut rows: HashMap<Vec<String>, u32> = HashMap::new();
    if has_keys {
        let all: Vec<u32> = (0..dataset.num_rows() as u32).collect();
        for (row, keys) in all.iter().zip(keys_of(dataset, &all).await?) {
            rows.insert(keys, *row);
        }
    } else if header.rows != dataset.num_rows() as u64 {
        return Err(failed(
            "labels",
            format!(
                "they are of a dataset of {} rows without keys, and this one has {}",
                header.rows,
                dataset.num_rows()
            ),
        ));
    }
    let mut edits: Vec<LabelEdit> = header
        .specs
        .into_iter()
        .map(|spec| LabelEdit {
            spec,
            changes: Vec::new(),
        })
        .collect();
    let mut lost = 0;
    for line in lines {
        let row = if has_keys {
            rows.get(&line.keys).copied()
        } else {
            Some(line.row).filter(|row| (*row as usize) < dataset.num_rows())
        };
        let edit = edits
            .iter_mut()
            .find(|edit| edit.spec.column == line.column);
        match row.zip(edit) {
            Some((row, edit)) => edit.changes.push(LabelChange {
                row,
                before: line.before,
                after: line.after,
            }),
            None => lost += 1,
        }
    }
    if lost > 0 {
        return Err(failed(
            "labels",
            format!("{lost} labelled cells are not in {}", dataset.uri()),
        ));
    }
    Ok(edits)
}

async fn keys_of(dataset: &CellDataset, rows: &[u32]) -> Result<Vec<Vec<String>>, DatasetError> {
    let names: Vec<String> = KEYS
        .iter()
        .filter(|name| dataset.column(name).is_some())
        .map(|name| (*name).to_owned())
        .collect();
    if names.is_empty() || rows.is_empty() {
        return Ok(vec![Vec::new(); rows.len()]);
    }
    let batch = dataset.take(rows, &names).await?;
    let text = |name: &String, row: usize| {
        let column = batch.column_by_name(name)?;
        if column.is_null(row) {
            return None;
        }
        array_value_to_string(column, row).ok()
    };
    Ok((0..rows.len())
        .map(|row| {
            names
                .iter()
                .map(|name| text(name, row).unwrap_or_default())
                .collect()
        })
        .collect())
}
