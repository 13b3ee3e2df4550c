//! A dataset that is exported as a dataset says of itself what the first one says.

use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use cytolance_dataset::{CellDataset, DatasetMetadata, DatasetSink, WriteTarget};

use crate::support::{open, plate, run, runtime, text};

/// Twelve cells of the demo plate whose pixels stand for other values, whose nuclei are ellipses and whose pixels have a
/// size.
fn unusual(folder: &Path) -> std::path::PathBuf {
    let plate = open(&plate().dataset);
    let names: Vec<String> = plate
        .columns()
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let rows: Vec<u32> = (0..12).collect();
    let path = folder.join("unusual.lance");
    runtime().block_on(async {
        let batch = plate.take(&rows, &names).await.expect("rows");
        let mut metadata = plate.metadata().clone();
        metadata.channels[1].scale = Some([-0.5, 1.0 / 4096.0]);
        metadata.approximate_outlines = vec!["Nuclei".to_owned()];
        metadata.pixel_size_um = Some(0.325);
        metadata
            .experiment
            .insert("CellProfiler_Version".to_owned(), "4.2.6".to_owned());
        let mut map = metadata.to_map();
        map.insert("lab:freezer".to_owned(), "7".to_owned());
        let fields = plate.schema().fields().clone();
        let schema = std::sync::Arc::new(Schema::new_with_metadata(fields, map));
        let batch = RecordBatch::try_new(schema, batch.columns().to_vec()).expect("a batch");
        let none = std::collections::HashMap::new();
        let sink = DatasetSink::open(text(&path), WriteTarget::Create, batch.schema(), none)
            .await
            .expect("a sink");
        sink.queue().expect("a queue").send(&batch).expect("sent");
        sink.finish().await.expect("written");
    });
    path
}

/// What the copy says, without the account of the export, which is checked.
fn said(copy: &CellDataset, source: &Path, written: usize) -> DatasetMetadata {
    let mut said = copy.metadata().clone();
    let exports = std::mem::take(&mut said.exports);
    let [.., last] = exports.as_slice() else {
        panic!("no account of the export")
    };
    assert_eq!(last["dataset"], text(source));
    assert_eq!(last["written"], written);
    assert!(last.get("session").is_none(), "it stands beside the copy");
    said
}

#[test]
fn a_copy_says_of_itself_what_its_source_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = unusual(folder.path());
    let first = open(&source);
    assert_eq!(first.metadata().pixel_size_um, Some(0.325));
    let copy_at = |name: &str, from: &Path, more: &[&str]| {
        let path = folder.path().join(name);
        let mut arguments = vec!["export", text(from), "--out", text(&path)];
        arguments.extend(more);
        run(&arguments).ok();
        path
    };

    // All of it: nothing that the dataset says is lost, of no column either.
    let whole = copy_at("whole.lance", &source, &[]);
    let copy = open(&whole);
    assert_eq!(said(&copy, &source, 12), *first.metadata());
    assert_eq!(copy.schema().metadata()["lab:freezer"], "7");
    for field in first.schema().fields() {
        let copied = copy.schema().field_with_name(field.name()).expect("there");
        assert_eq!(copied.metadata(), field.metadata(), "{}", field.name());
        assert_eq!(copied.data_type(), field.data_type(), "{}", field.name());
    }
    let info = run(&["info", text(&whole)]).ok().out;
    assert!(info.contains("cytolance.single-cell-profile 1"), "{info}");
    let from = format!("exported  from version 1 of {}: all cells", text(&source));
    assert!(info.contains(&from), "{info}");
    // The pixels are those of the source, and a copy of the copy knows both its origins.
    let crops = |dataset: &CellDataset, row| {
        let pictures = runtime().block_on(dataset.pictures(&[row]));
        pictures.expect("a crop")[0].crop.clone()
    };
    let filter = ["--filter", "Metadata_ObjectNumber > 5"];
    let again = open(&copy_at("again.lance", &whole, &filter));
    assert_eq!(again.metadata().exports.len(), 2);
    assert_eq!(
        again.metadata().exports[1]["which"],
        "Metadata_ObjectNumber > 5"
    );
    let rows = again.num_rows();
    assert!(rows > 0 && rows < 12);
    assert_eq!(said(&again, &whole, rows), *first.metadata());
    assert_eq!(
        crops(&again, rows as u32 - 1),
        crops(&first, 11),
        "the last cell of both"
    );

    // Some of it: pictures and outlines go along, so that what is said of them still holds.
    let columns = ["--columns", "Metadata_Well,Cells_AreaShape_Area"];
    let part = open(&copy_at("part.lance", &source, &columns));
    assert_eq!(said(&part, &source, 12), *first.metadata());

    // A table has neither: what is said of channels and outlines is left out, the rest stays.
    let table = copy_at("table.parquet", &source, &columns);
    let file = std::fs::File::open(&table).expect("a file");
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
        .expect("Parquet");
    let said = DatasetMetadata::from_map(reader.schema().metadata());
    assert_eq!(said.exports.len(), 1);
    assert_eq!(
        DatasetMetadata {
            exports: Vec::new(),
            channels: first.metadata().channels.clone(),
            objects: first.metadata().objects.clone(),
            approximate_outlines: first.metadata().approximate_outlines.clone(),
            ..said.clone()
        },
        *first.metadata()
    );
    assert!(said.channels.is_empty() && said.approximate_outlines.is_empty());
    assert_eq!(said.objects, ["Cells"]);

    // Onto itself it would lose what is not chosen.
    let refused = run(&[
        "export",
        text(&source),
        "--out",
        text(&source),
        "--overwrite",
    ]);
    assert!(
        refused.code == 1 && refused.err.contains("choose another name"),
        "{}",
        refused.err
    );
    assert_eq!(open(&source).version(), first.version());
}
