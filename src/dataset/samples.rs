//! A small dataset for tests, as a stranger's tool might have written it: a table without pictures.
//!
//! The crates above include this file in their tests. A feature for it would build them all twice, with and without.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};

// By this name in whichever crate includes the file.
use cytolance_dataset::{CellDataset, DatasetSink, WriteTarget};

/// Six cells in two wells; the area of the fourth is not known.
///
/// The columns are `Metadata_Well` (A01, A01, A01, B02, B02, B02), `Metadata_ObjectNumber` (1 to 6) and
/// `Cells_AreaShape_Area` (50, 30, 40, null, 20, 60).
///
/// # Panics
/// Where the folder cannot be written.
pub async fn six_cells(folder: &tempfile::TempDir) -> CellDataset {
    let uri = folder.path().join("six.lance");
    let batch = RecordBatch::try_from_iter_with_nullable([
        (
            "Metadata_Well",
            Arc::new(StringArray::from(vec![
                "A01", "A01", "A01", "B02", "B02", "B02",
            ])) as ArrayRef,
            true,
        ),
        (
            "Metadata_ObjectNumber",
            Arc::new(Int64Array::from_iter_values(1..=6)),
            true,
        ),
        (
            "Cells_AreaShape_Area",
            Arc::new(Float64Array::from(vec![
                Some(50.0),
                Some(30.0),
                Some(40.0),
                None,
                Some(20.0),
                Some(60.0),
            ])),
            true,
        ),
    ])
    .expect("a batch");
    written(&uri, &batch).await
}

/// Cells with these areas, in a dataset of this name and in the wells A01 and A02 by turns;
/// `Cells_AreaShape_FormFactor` is a thousandth of the area.
///
/// # Panics
/// Where the folder cannot be written.
pub async fn cells_of(folder: &tempfile::TempDir, name: &str, areas: &[f64]) -> CellDataset {
    let batch = RecordBatch::try_from_iter_with_nullable(columns(areas)).expect("a batch");
    written(&folder.path().join(name), &batch).await
}

/// The same in fields of view of two cells each, which `Metadata_ImageNumber` counts from 1.
///
/// # Panics
/// Where the folder cannot be written.
pub async fn cells_in_fields(folder: &tempfile::TempDir, name: &str, areas: &[f64]) -> CellDataset {
    let fields = (0..areas.len() as i64).map(|at| at / 2 + 1);
    let fields = Arc::new(Int64Array::from_iter_values(fields)) as ArrayRef;
    let all = columns(areas)
        .into_iter()
        .chain([("Metadata_ImageNumber", fields, true)]);
    let batch = RecordBatch::try_from_iter_with_nullable(all).expect("a batch");
    written(&folder.path().join(name), &batch).await
}

fn columns(areas: &[f64]) -> [(&'static str, ArrayRef, bool); 4] {
    let floats = |scale: f64| {
        let values = areas.iter().map(|area| area * scale);
        Arc::new(Float64Array::from_iter_values(values)) as ArrayRef
    };
    let wells = ["A01", "A02"].into_iter().cycle().take(areas.len());
    [
        (
            "Metadata_Well",
            Arc::new(StringArray::from_iter_values(wells)) as ArrayRef,
            true,
        ),
        (
            "Metadata_ObjectNumber",
            Arc::new(Int64Array::from_iter_values(1..=areas.len() as i64)),
            true,
        ),
        ("Cells_AreaShape_Area", floats(1.0), true),
        ("Cells_AreaShape_FormFactor", floats(0.001), true),
    ]
}

async fn written(uri: &std::path::Path, batch: &RecordBatch) -> CellDataset {
    let uri = uri.to_str().expect("UTF-8");
    let sink = DatasetSink::open(uri, WriteTarget::Create, batch.schema(), HashMap::new())
        .await
        .expect("a sink");
    let queue = sink.queue().expect("a queue");
    queue.send(batch).expect("the batch fits");
    drop(queue);
    sink.finish().await.expect("a dataset")
}
