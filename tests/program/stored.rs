//! Sources that have the crops and outlines beside their rows: Lance tables, Parquet with OME-Arrow columns.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, Int64Array, ListArray, RecordBatch, StringArray, StructArray, UInt32Array,
};
use arrow::datatypes::{DataType, Field, Schema};
use cytolance_dataset::CellDataset;
use serde_json::Value;

use crate::formats::Content;
use crate::support::{open, plate, run, runtime, text, write_parquet};

fn import(source: &Path, target: &Path) -> Value {
    let report = target.with_extension("json");
    run(&[
        "import",
        text(source),
        "--out",
        text(target),
        "--report",
        text(&report),
    ])
    .ok();
    serde_json::from_str(&fs::read_to_string(report).expect("a report")).expect("JSON")
}

/// All columns of a dataset, pictures and outlines too.
fn everything(dataset: &CellDataset) -> RecordBatch {
    let schema = dataset.schema();
    let names: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let columns = runtime()
        .block_on(dataset.read_columns(&names))
        .expect("columns");
    RecordBatch::try_new(Arc::clone(schema), columns).expect("a batch")
}

#[test]
fn a_lance_table_and_parquet_with_pictures_are_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = open(&plate().dataset);
    let expected = Content::of(&dataset);
    let file = folder.path().join("crops.parquet");
    write_parquet(&file, &everything(&dataset));
    for (source, what) in [(plate().dataset.as_path(), "Lance"), (&file, "Parquet")] {
        let target = folder.path().join(what).with_extension("lance");
        let report = import(source, &target);
        assert_eq!(report["rows"], 831, "{what}");
        assert_eq!(report["rows_with_picture"], 831, "{what}");
        assert_eq!(
            report["images"]["stored"],
            serde_json::json!(["ome_arrow_image"])
        );
        let copy = open(&target);
        expected.assert_equals(&Content::of(&copy), &["Metadata_Source"], what);
        assert_eq!(copy.metadata().channels, dataset.metadata().channels);
        let boxes = |dataset: &CellDataset| {
            let names = ["Metadata_SourceBBoxXMin".to_owned()];
            runtime()
                .block_on(dataset.read_columns(&names))
                .expect("boxes")
        };
        assert_eq!(
            boxes(&copy)[0].null_count(),
            boxes(&dataset)[0].null_count()
        );
    }
}

/// Whole numbers of 64 bits wherever there are whole numbers, as pandas leaves them.
fn widened(values: &ArrayRef) -> ArrayRef {
    match values.data_type() {
        DataType::Struct(_) => {
            let old = values
                .as_any()
                .downcast_ref::<StructArray>()
                .expect("a struct");
            let columns: Vec<ArrayRef> = old.columns().iter().map(widened).collect();
            let fields: Vec<Field> = old
                .fields()
                .iter()
                .zip(&columns)
                .map(|(field, column)| Field::new(field.name(), column.data_type().clone(), true))
                .collect();
            Arc::new(StructArray::new(
                fields.into(),
                columns,
                old.nulls().cloned(),
            ))
        }
        DataType::List(_) => {
            let old = values.as_any().downcast_ref::<ListArray>().expect("a list");
            let items = widened(old.values());
            let field = Arc::new(Field::new("item", items.data_type().clone(), true));
            Arc::new(ListArray::new(
                field,
                old.offsets().clone(),
                items,
                old.nulls().cloned(),
            ))
        }
        kind if kind.is_integer() => {
            arrow::compute::cast(values, &DataType::Int64).expect("whole numbers")
        }
        _ => Arc::clone(values),
    }
}

/// A table as `CytoDataFrame`'s `to_ome_parquet` writes it: a column a channel and layer, boxes of the objects,
/// names of pictures that are somewhere else, and columns in which there is nothing.
#[test]
fn a_column_a_channel_becomes_one_picture() {
    let folder = tempfile::tempdir().expect("a folder");
    let plate = everything(&open(&plate().dataset)).slice(0, 20);
    let picture = plate.column_by_name("ome_arrow_image").expect("pictures");
    let mut columns: Vec<(String, ArrayRef)> = plate
        .schema()
        .fields()
        .iter()
        .zip(plate.columns())
        .filter(|(field, _)| {
            let name = field.name();
            !name.starts_with("Outline_")
                && !name.contains("SourceBBox")
                && name != "ome_arrow_image"
        })
        .map(|(field, column)| (field.name().clone(), Arc::clone(column)))
        .collect();
    let pandas = widened(picture);
    for name in [
        "Image_FileName_DNA_OMEArrow_ORIG",
        "Image_FileName_DNA_OMEArrow_LABL",
        "Image_FileName_DNA_OMEArrow_COMP",
        "Image_URL_DNA_OMEArrow_ORIG",
    ] {
        columns.push((name.to_owned(), Arc::clone(&pandas)));
    }
    columns.push((
        "Image_FileName_ER_OMEArrow_ORIG".to_owned(),
        arrow::array::new_null_array(&DataType::Null, plate.num_rows()),
    ));
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let file = folder.path().join("frame.parquet");
    write_parquet(&file, &batch);
    let target = folder.path().join("frame.lance");
    let report = import(&file, &target);
    assert_eq!(
        report["images"]["stored"],
        serde_json::json!(["Image_FileName_DNA_OMEArrow_ORIG"])
    );
    assert_eq!(report["rows_with_picture"], 20);
    let left_out = report["files"][0]["notes"]["columns_left_out"].to_string();
    for (name, words) in [
        ("DNA_OMEArrow_LABL", "no channel"),
        ("DNA_OMEArrow_COMP", "no channel"),
        ("URL_DNA_OMEArrow_ORIG", "again"),
        ("ER_OMEArrow_ORIG", "no value"),
    ] {
        assert!(
            left_out.contains(name) && left_out.contains(words),
            "{name}: {left_out}"
        );
    }
    let copy = open(&target);
    let all: Vec<u32> = (0..20).collect();
    let theirs = runtime().block_on(copy.pictures(&all)).expect("pictures");
    let original = open(&crate::support::plate().dataset);
    let ours = runtime()
        .block_on(original.pictures(&all))
        .expect("pictures");
    for (row, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert_eq!(ours.crop, theirs.crop, "row {row}");
    }
}

#[test]
fn a_foreign_lance_table_needs_no_names_of_objects() {
    let folder = tempfile::tempdir().expect("a folder");
    let plate = everything(&open(&plate().dataset)).slice(0, 7);
    let picture = plate
        .column_by_name("ome_arrow_image")
        .expect("pictures")
        .clone();
    let batch = RecordBatch::try_from_iter([
        (
            "area",
            Arc::new(Int64Array::from_iter_values(0..7)) as ArrayRef,
        ),
        ("crop", picture),
    ])
    .expect("a batch");
    let file = folder.path().join("foreign.parquet");
    write_parquet(&file, &batch);
    let target = folder.path().join("foreign.lance");
    let report = import(&file, &target);
    assert_eq!(report["rows_with_picture"], 7);
    let copy = open(&target);
    assert!(copy.column("area").is_some());
    // Nothing to look at and nothing named after an object is no table of cells.
    let schema = Schema::new(vec![batch.schema().field(0).clone()]);
    let numbers =
        RecordBatch::try_new(Arc::new(schema), vec![Arc::clone(batch.column(0))]).expect("a batch");
    write_parquet(&file, &numbers);
    let refused = run(&["import", text(&file), "--out", text(&target), "--overwrite"]);
    assert_ne!(refused.code, 0);
    let words: Vec<&str> = refused.err.split_whitespace().collect();
    let said = words.join(" ");
    assert!(said.contains("no table of cells"), "{said}");
}

/// `CytoTable`'s image warehouse: the cells in one table, the crops in files of another, a row a channel.
#[test]
fn crops_in_a_table_of_their_own_find_their_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let plate = everything(&open(&plate().dataset)).slice(0, 12);
    let picture = plate.column_by_name("ome_arrow_image").expect("pictures");
    let ids: StringArray = (0..12).map(|row| Some(format!("obj-{row}"))).collect();
    let mut columns: Vec<(String, ArrayRef)> =
        vec![("Metadata_ObjectID".to_owned(), Arc::new(ids))];
    columns.extend(
        plate
            .schema()
            .fields()
            .iter()
            .zip(plate.columns())
            .filter(|(field, _)| !field.name().starts_with("Outline_") && !is_picture(field))
            .map(|(field, column)| (field.name().clone(), Arc::clone(column))),
    );
    let source = folder.path().join("warehouse");
    let table = |name: &str| {
        let folder = source.join(name).join("data");
        fs::create_dir_all(&folder).expect("a folder");
        folder
    };
    let cells = RecordBatch::try_from_iter(columns).expect("a batch");
    write_parquet(&table("profiles/joined_profiles").join("0.parquet"), &cells);
    // Two files, the rows of the cells mixed, one crop without a row and one row without a crop.
    for (file, rows) in [
        ("0", vec![7, 3, 99, 0]),
        ("1", vec![1, 2, 4, 5, 6, 8, 9, 10]),
    ] {
        let places: UInt32Array = rows.iter().map(|row| Some(*row % 12)).collect();
        let pictures = arrow::compute::take(picture, &places, None).expect("pictures");
        let ids: StringArray = rows.iter().map(|row| Some(format!("obj-{row}"))).collect();
        let channel: StringArray = rows.iter().map(|_| Some("Image_FileName_DNA")).collect();
        let crops = RecordBatch::try_from_iter([
            ("Metadata_ObjectID", Arc::new(ids) as ArrayRef),
            ("source_image_column", Arc::new(channel)),
            ("ome_arrow_image", Arc::clone(&pictures)),
            ("ome_arrow_mask", pictures),
        ])
        .expect("a batch");
        let path = table("images/image_crops")
            .join(file)
            .with_extension("parquet");
        write_parquet(&path, &crops);
    }
    let target = folder.path().join("warehouse.lance");
    let report = import(&source, &target);
    assert_eq!(report["rows"], 12);
    assert_eq!(report["rows_with_picture"], 11);
    let remarks = report["remarks"].to_string();
    assert!(remarks.contains("1 crop belongs to no row"), "{remarks}");
    let all: Vec<u32> = (0..12).collect();
    let theirs = runtime()
        .block_on(open(&target).pictures(&all))
        .expect("pictures");
    let ours = runtime()
        .block_on(open(&crate::support::plate().dataset).pictures(&all))
        .expect("pictures");
    for (row, (ours, theirs)) in ours.iter().zip(&theirs).enumerate().take(11) {
        assert_eq!(ours.crop, theirs.crop, "row {row}");
        assert_eq!(ours.origin, theirs.origin, "row {row}");
    }
    assert_eq!(theirs[11].crop, None);
}

fn is_picture(field: &Field) -> bool {
    field.name() == "ome_arrow_image"
}
