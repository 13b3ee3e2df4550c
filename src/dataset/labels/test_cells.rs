//! What the tests of labels have in common: small datasets, marks, their saving.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use lance::Dataset;

use super::{LabelChange, LabelEdit, SaveNote, SavedLabels};
use crate::{CellDataset, DatasetSink, WriteTarget};
use cytolance_profile::LabelSpec;

pub(super) const PASS: Option<&str> = Some("pass");
pub(super) const FAIL: Option<&str> = Some("fail");

pub(super) type Cell<'a> = (u32, Option<&'a str>, Option<&'a str>);

pub(super) fn edit(spec: LabelSpec, cells: &[Cell<'_>]) -> LabelEdit {
    LabelEdit {
        spec,
        changes: cells
            .iter()
            .map(|(row, before, after)| LabelChange {
                row: *row,
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
            })
            .collect(),
    }
}

pub(super) fn quality(cells: &[Cell<'_>]) -> LabelEdit {
    edit(LabelSpec::quality(), cells)
}

pub(super) async fn save(dataset: &CellDataset, edits: &[LabelEdit]) -> SavedLabels {
    dataset
        .save_labels(edits, &SaveNote::now("Ada", "test"))
        .await
        .expect("saved")
}

/// A letter a row: the first of its label, or a dot.
pub(super) async fn letters(dataset: &CellDataset, column: &str) -> String {
    let labels = dataset.read_labels(column).await.expect("labels");
    labels
        .iter()
        .map(|label| {
            label
                .as_ref()
                .and_then(|text| text.chars().next())
                .unwrap_or('.')
        })
        .collect()
}

pub(super) async fn write(uri: &str, target: WriteTarget, batch: &RecordBatch) -> CellDataset {
    let sink = DatasetSink::open(uri, target, batch.schema(), HashMap::new())
        .await
        .expect("a sink");
    sink.queue().expect("a queue").send(batch).expect("sent");
    sink.finish().await.expect("a dataset")
}

/// Cells of one image with these object numbers.
pub(super) fn numbered(objects: &[i64]) -> RecordBatch {
    let images = Int64Array::from(vec![1; objects.len()]);
    RecordBatch::try_from_iter_with_nullable([
        ("Metadata_ImageNumber", Arc::new(images) as ArrayRef, true),
        (
            "Metadata_ObjectNumber",
            Arc::new(Int64Array::from(objects.to_vec())),
            true,
        ),
    ])
    .expect("a batch")
}

pub(super) async fn numbered_cells(folder: &tempfile::TempDir, objects: &[i64]) -> CellDataset {
    let uri = folder.path().join("cells.lance");
    write(
        uri.to_str().expect("UTF-8"),
        WriteTarget::Create,
        &numbered(objects),
    )
    .await
}

pub(super) async fn lance_of(dataset: &CellDataset) -> Dataset {
    Dataset::open(dataset.uri()).await.expect("a dataset")
}

/// Path and fields of every data file but those of labels alone.
pub(super) fn other_files(dataset: &CellDataset) -> Vec<String> {
    let labels: Vec<i32> = dataset
        .inner()
        .schema()
        .fields
        .iter()
        .filter(|field| field.name.starts_with("Label_"))
        .map(|field| field.id)
        .collect();
    dataset
        .inner()
        .fragments()
        .iter()
        .flat_map(|fragment| &fragment.files)
        .filter(|file| {
            file.fields
                .iter()
                .any(|field| *field >= 0 && !labels.contains(field))
        })
        .map(|file| format!("{} {:?}", file.path, file.fields))
        .collect()
}
