//! Labels beside a dataset that cannot be written: a text file of JSON lines, to be merged later.
//!
//! The first line says what the file is: `{"format": "cytolance.labels", "format_version": 1, "dataset", "version",
//! "rows", "author", "time", "what", "labels": [{"column", "classes"}]}`. Each line after it is a decision:
//! `{"column", "row", "before", "after", "image", "object", "source"}`, the last three where the dataset has
//! `Metadata_ImageNumber`, `Metadata_ObjectNumber` and `Metadata_Source`.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::label_edit::{LabelChange, LabelConflict, LabelEdit, SaveNote, collapsed, edited_rows};
use super::row_match::{CellKey, Found, has_keys, keys_of, offsets_hold, rows_of};
use crate::{CellDataset, DatasetError};
use cytolance_files::GrowingFile;
use cytolance_profile::LabelSpec;

const FORMAT: &str = "cytolance.labels";
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    format_version: u32,
    dataset: String,
    version: u64,
    rows: usize,
    author: String,
    time: String,
    what: String,
    labels: Vec<LabelSpec>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    column: String,
    row: u32,
    before: Option<String>,
    after: Option<String>,
    #[serde(flatten)]
    key: Option<CellKey>,
}

/// What a side file holds, for a dataset as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideLabels {
    /// The decisions about cells that are there, with their rows in the dataset.
    pub edits: Vec<LabelEdit>,
    /// Those about cells that are not; the rows are those of the version that was seen.
    pub gone: Vec<LabelConflict>,
    /// Who decided, when and what.
    pub note: SaveNote,
    /// The dataset that they were looking at.
    pub dataset: String,
    /// Its version.
    pub version: u64,
}

/// Writes decisions about a dataset to a file, whole or not at all; what was in it before is replaced.
///
/// # Errors
/// [`DatasetError::LabelFile`] when it cannot be written, [`DatasetError::Read`] when the cells' numbers cannot be read.
pub fn write_side_file<'a>(
    path: &'a Path,
    dataset: &'a CellDataset,
    edits: &'a [LabelEdit],
    note: &'a SaveNote,
) -> BoxFuture<'a, Result<(), DatasetError>> {
    Box::pin(async move {
        let edits = collapsed(edits.iter().cloned());
        let rows = edited_rows(&edits);
        let keys = keys_of(dataset, &rows).await?;
        let header = Header {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            dataset: dataset.uri().to_owned(),
            version: dataset.version(),
            rows: dataset.num_rows(),
            author: note.author.clone(),
            time: note.time.clone(),
            what: note.what.clone(),
            labels: edits.iter().map(|edit| edit.spec.clone()).collect(),
        };
        let lines = edits.into_iter().flat_map(|edit| {
            let column = edit.spec.column;
            edit.changes
                .into_iter()
                .map(move |change| (column.clone(), change))
        });
        let key_of = |row: u32| {
            let at = rows.binary_search(&row).ok()?;
            keys.as_ref()?.get(at)?.clone()
        };
        let write = || -> std::io::Result<()> {
            let mut out = BufWriter::new(GrowingFile::begin(path)?);
            serde_json::to_writer(&mut out, &header)?;
            out.write_all(b"\n")?;
            for (column, change) in lines {
                let line = Line {
                    key: key_of(change.row),
                    column,
                    row: change.row,
                    before: change.before,
                    after: change.after,
                };
                serde_json::to_writer(&mut out, &line)?;
                out.write_all(b"\n")?;
            }
            let file = out
                .into_inner()
                .map_err(std::io::IntoInnerError::into_error)?;
            file.replace().map(|_| ())
        };
        write().map_err(|error| file_error(path, format!("cannot be written: {error}")))
    })
}

/// Reads a side file for a dataset, which may have grown or changed since. Cells are found by their numbers where both
/// have them, else by their rows, which must then be where they were.
///
/// # Errors
/// [`DatasetError::LabelFile`] with the line when it is no such file, is damaged, or its rows cannot be found.
pub fn read_side_file<'a>(
    path: &'a Path,
    dataset: &'a CellDataset,
) -> BoxFuture<'a, Result<SideLabels, DatasetError>> {
    Box::pin(async move {
        let (header, lines) = parse(path)?;
        let keyed = has_keys(dataset) && lines.iter().all(|line| line.key.is_some());
        let rows = if keyed {
            rows_by_key(path, dataset, &lines).await?
        } else {
            check_rows(path, dataset, &header).await?;
            lines
                .iter()
                .map(|line| ((line.row as usize) < dataset.num_rows()).then_some(line.row))
                .collect()
        };
        let mut edits: Vec<LabelEdit> = header
            .labels
            .into_iter()
            .map(|spec| LabelEdit {
                spec,
                changes: Vec::new(),
            })
            .collect();
        let mut gone = Vec::new();
        for (at, (line, row)) in lines.into_iter().zip(rows).enumerate() {
            let Some(edit) = edits
                .iter_mut()
                .find(|edit| edit.spec.column == line.column)
            else {
                return Err(file_error(
                    path,
                    format!(
                        "line {}: the first line does not name the label {}",
                        at + 2,
                        line.column
                    ),
                ));
            };
            match row {
                Some(row) => edit.changes.push(LabelChange {
                    row,
                    before: line.before,
                    after: line.after,
                }),
                None => gone.push(LabelConflict {
                    column: line.column,
                    row: line.row,
                    before: line.before,
                    mine: line.after,
                    theirs: None,
                }),
            }
        }
        Ok(SideLabels {
            edits,
            gone,
            note: SaveNote {
                author: header.author,
                time: header.time,
                what: header.what,
            },
            dataset: header.dataset,
            version: header.version,
        })
    })
}

fn parse(path: &Path) -> Result<(Header, Vec<Line>), DatasetError> {
    let file = std::fs::File::open(path)
        .map_err(|error| file_error(path, format!("cannot be read: {error}")))?;
    let mut lines = BufReader::new(file).lines().enumerate();
    let text = |at: usize, line: std::io::Result<String>| {
        line.map_err(|error| file_error(path, format!("line {}: {error}", at + 1)))
    };
    let first = match lines.next() {
        Some((at, line)) => text(at, line)?,
        None => return Err(file_error(path, "it is empty".to_owned())),
    };
    let header: Header = serde_json::from_str(&first)
        .map_err(|error| file_error(path, format!("this is no file of labels: {error}")))?;
    if header.format != FORMAT || header.format_version > FORMAT_VERSION {
        return Err(file_error(
            path,
            format!(
                "it is {} {}, and this program reads {FORMAT} {FORMAT_VERSION}",
                header.format, header.format_version
            ),
        ));
    }
    let mut marks = Vec::new();
    for (at, line) in lines {
        let line = text(at, line)?;
        if line.trim().is_empty() {
            continue;
        }
        let mark = serde_json::from_str(&line)
            .map_err(|error| file_error(path, format!("line {}: {error}", at + 1)))?;
        marks.push(mark);
    }
    Ok((header, marks))
}

async fn rows_by_key(
    path: &Path,
    dataset: &CellDataset,
    lines: &[Line],
) -> Result<Vec<Option<u32>>, DatasetError> {
    let wanted: HashSet<CellKey> = lines.iter().filter_map(|line| line.key.clone()).collect();
    let found: HashMap<CellKey, Found> = rows_of(dataset, &wanted).await?;
    lines
        .iter()
        .enumerate()
        .map(
            |(at, line)| match line.key.as_ref().and_then(|key| found.get(key)) {
                Some(Found::Once(row)) => Ok(Some(*row)),
                Some(Found::Often) => Err(file_error(
                    path,
                    format!(
                        "line {}: {} has several cells of this image and object number",
                        at + 2,
                        dataset.uri()
                    ),
                )),
                None => Ok(None),
            },
        )
        .collect()
}

/// Without numbers of cells the rows must be where they were when the file was written.
async fn check_rows(
    path: &Path,
    dataset: &CellDataset,
    header: &Header,
) -> Result<(), DatasetError> {
    let refused = |why: &str| {
        file_error(
            path,
            format!(
                "its rows are those of version {} of {}, and {why}; without Metadata_ImageNumber and Metadata_ObjectNumber the cells cannot be found",
                header.version, header.dataset
            ),
        )
    };
    if dataset.version() == header.version {
        return if dataset.num_rows() == header.rows {
            Ok(())
        } else {
            Err(refused("that version has another number of rows here"))
        };
    }
    match dataset.at_version(header.version).await {
        Ok(then) if then.num_rows() == header.rows && offsets_hold(&then, dataset) => Ok(()),
        Ok(_) => Err(refused("rows were deleted or reordered since")),
        Err(_) => Err(refused("that version is not there")),
    }
}

fn file_error(path: &Path, reason: String) -> DatasetError {
    DatasetError::LabelFile {
        path: path.to_path_buf(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::six_cells;

    fn edit(rows: &[u32]) -> LabelEdit {
        LabelEdit {
            spec: LabelSpec::quality(),
            changes: rows
                .iter()
                .map(|row| LabelChange {
                    row: *row,
                    before: None,
                    after: Some("fail".to_owned()),
                })
                .collect(),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn labels_beside_a_dataset_are_merged_later() {
        let folder = tempfile::tempdir().expect("a folder");
        let dataset = six_cells(&folder).await;
        let path = folder.path().join("six.labels.jsonl");
        let note = SaveNote::now("Ada", "by hand");
        let edits = [edit(&[1, 4])];
        write_side_file(&path, &dataset, &edits, &note)
            .await
            .expect("written");
        let read = read_side_file(&path, &dataset).await.expect("read");
        assert_eq!(
            (read.edits.as_slice(), &read.note),
            (edits.as_slice(), &note)
        );
        let saved = dataset
            .save_labels(&read.edits, &read.note)
            .await
            .expect("saved");
        // The file still fits the version after it, in which nothing was moved.
        let again = read_side_file(&path, &saved.dataset).await.expect("read");
        assert_eq!(again.edits, edits);
        assert!(again.gone.is_empty());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn damaged_files_say_where() {
        let folder = tempfile::tempdir().expect("a folder");
        let dataset = six_cells(&folder).await;
        let path = folder.path().join("labels.jsonl");
        let note = SaveNote::now("Ada", "");
        write_side_file(&path, &dataset, &[edit(&[1, 4])], &note)
            .await
            .expect("written");
        let good = std::fs::read_to_string(&path).expect("a file");
        let cases = [
            (String::new(), "empty"),
            ("hello\n".to_owned(), "no file of labels"),
            (good.replace("cytolance.labels", "x"), "this program reads"),
            (good.replacen("\"row\":4", "\"row\":x", 1), "line 3"),
            (
                good.replacen(
                    "{\"column\":\"Label_QC\",\"row\":4",
                    "{\"column\":\"Label_B\",\"row\":4",
                    1,
                ),
                "line 3: the first line does not name",
            ),
            (
                good.replace("\"rows\":6", "\"rows\":7"),
                "another number of rows",
            ),
            (good.replace("\"version\":1", "\"version\":9"), "not there"),
        ];
        for (text, words) in cases {
            std::fs::write(&path, text).expect("written");
            let error = read_side_file(&path, &dataset)
                .await
                .expect_err(words)
                .to_string();
            assert!(error.contains(words), "{words}: {error}");
        }
        let nowhere = folder.path().join("none").join("x.jsonl");
        let error = write_side_file(&nowhere, &dataset, &[], &note).await;
        assert!(matches!(error, Err(DatasetError::LabelFile { .. })));
    }
}
