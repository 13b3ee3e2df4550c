//! Saving labels: against others, after deletions, on foreign datasets.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use lance::Dataset;

use super::{LabelChange, LabelEdit, SaveNote, SavedLabels, read_side_file, write_side_file};
use crate::dataset::samples::six_cells;
use crate::dataset::{CellDataset, DatasetError, DatasetSink, WriteTarget};
use crate::profile::{LabelClass, LabelSpec};

const PASS: Option<&str> = Some("pass");
const FAIL: Option<&str> = Some("fail");

type Cell<'a> = (u32, Option<&'a str>, Option<&'a str>);

fn edit(spec: LabelSpec, cells: &[Cell<'_>]) -> LabelEdit {
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

fn quality(cells: &[Cell<'_>]) -> LabelEdit {
    edit(LabelSpec::quality(), cells)
}

async fn save(dataset: &CellDataset, edits: &[LabelEdit]) -> SavedLabels {
    dataset
        .save_labels(edits, &SaveNote::now("Ada", "test"))
        .await
        .expect("saved")
}

/// A letter a row: the first of its label, or a dot.
async fn letters(dataset: &CellDataset, column: &str) -> String {
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

async fn write(uri: &str, target: WriteTarget, batch: &RecordBatch) -> CellDataset {
    let sink = DatasetSink::open(uri, target, batch.schema(), HashMap::new())
        .await
        .expect("a sink");
    sink.queue().expect("a queue").send(batch).expect("sent");
    sink.finish().await.expect("a dataset")
}

/// Cells of one image with these object numbers.
fn numbered(objects: &[i64]) -> RecordBatch {
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

async fn numbered_cells(folder: &tempfile::TempDir, objects: &[i64]) -> CellDataset {
    let uri = folder.path().join("cells.lance");
    write(
        uri.to_str().expect("UTF-8"),
        WriteTarget::Create,
        &numbered(objects),
    )
    .await
}

async fn lance_of(dataset: &CellDataset) -> Dataset {
    Dataset::open(dataset.uri()).await.expect("a dataset")
}

/// Path and fields of every data file but those of labels alone.
fn other_files(dataset: &CellDataset) -> Vec<String> {
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

#[tokio::test(flavor = "multi_thread")]
async fn every_save_is_one_version_with_who_when_and_what() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = six_cells(&folder).await;
    let files = other_files(&seen);
    let first = save(&seen, &[quality(&[(1, None, PASS), (4, None, FAIL)])]).await;
    assert_eq!(
        (first.version, first.written, first.merged_versions),
        (2, 2, 0)
    );
    assert_eq!(letters(&first.dataset, "Label_QC").await, ".p..f.");
    assert_eq!(first.dataset.label_specs(), [LabelSpec::quality()]);
    let note = SaveNote {
        author: "Grace".to_owned(),
        time: "2026-02-03T04:05:06Z".to_owned(),
        what: "one taken back".to_owned(),
    };
    let second = first
        .dataset
        .save_labels(&[quality(&[(4, FAIL, None), (0, None, FAIL)])], &note)
        .await
        .expect("saved");
    assert_eq!((second.version, second.written), (3, 2));
    assert_eq!(letters(&second.dataset, "Label_QC").await, "fp....");
    assert_eq!(
        other_files(&second.dataset),
        files,
        "nothing else is touched"
    );
    // The same again changes nothing, and is no version.
    let third = save(&second.dataset, &[quality(&[(0, FAIL, FAIL)])]).await;
    assert_eq!((third.version, third.written), (3, 1));
    let versions = seen.versions().await.expect("versions");
    let told: Vec<_> = versions
        .iter()
        .map(|version| {
            (
                version.version,
                version.author.as_deref(),
                version.operation.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (3, Some("Grace"), "values changed"),
            (2, Some("Ada"), "columns added or described"),
            (1, None, "all rows written")
        ]
    );
    assert_eq!(versions[0].time, note.time);
    assert_eq!(versions[0].what.as_deref(), Some("one taken back"));
    assert!(
        versions[0]
            .program
            .as_ref()
            .is_some_and(|program| program.starts_with("cytolance "))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_saved_is_merged_cell_by_cell() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = six_cells(&folder).await;
    // Two people open the same version; both bring the column into being.
    let theirs = [
        quality(&[(0, None, PASS), (1, None, PASS), (2, None, FAIL)]),
        edit(
            LabelSpec {
                column: "Label_Mitosis".to_owned(),
                classes: vec![],
            },
            &[],
        ),
    ];
    save(&seen, &theirs).await;
    let saved = save(
        &seen,
        &[quality(&[
            (1, None, PASS),
            (2, None, PASS),
            (5, None, FAIL),
        ])],
    )
    .await;
    assert_eq!(letters(&saved.dataset, "Label_QC").await, "ppf..f");
    assert_eq!(letters(&saved.dataset, "Label_Mitosis").await, "......");
    assert_eq!((saved.written, saved.merged_versions), (2, 1));
    assert_eq!(saved.conflicts.len(), 1);
    let conflict = &saved.conflicts[0];
    assert_eq!(
        (
            conflict.row,
            conflict.mine.as_deref(),
            conflict.theirs.as_deref()
        ),
        (2, PASS, FAIL)
    );
    // Rows that others have added leave those before them where they were.
    let uri = seen.uri().to_owned();
    let more = seen.take(&[0, 1], &["Metadata_Well".to_owned()]).await;
    write(&uri, WriteTarget::Append, &more.expect("rows")).await;
    let saved = save(&saved.dataset, &[quality(&[(3, None, PASS)])]).await;
    assert_eq!(letters(&saved.dataset, "Label_QC").await, "ppfp.f..");
    assert!(!saved.rows_moved);
    // In the second fragment, whose rows have no file of labels yet.
    let saved = save(
        &saved.dataset,
        &[quality(&[(7, None, FAIL), (4, None, PASS)])],
    )
    .await;
    assert_eq!(letters(&saved.dataset, "Label_QC").await, "ppfppf.f");
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_are_found_again_by_their_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = numbered_cells(&folder, &[11, 12, 13, 14, 15, 16]).await;
    let seen = save(&seen, &[quality(&[(0, None, PASS), (5, None, PASS)])])
        .await
        .dataset;
    let mut lance = lance_of(&seen).await;
    lance
        .delete("Metadata_ObjectNumber IN (12, 14)")
        .await
        .expect("deleted");
    let saved = save(
        &seen,
        &[quality(&[
            (0, PASS, FAIL),
            (1, None, PASS),
            (4, None, FAIL),
        ])],
    )
    .await;
    assert!(saved.rows_moved);
    assert_eq!(letters(&saved.dataset, "Label_QC").await, "f.fp");
    assert_eq!(saved.gone.len(), 1);
    assert_eq!(
        (saved.gone[0].row, saved.gone[0].mine.as_deref()),
        (1, PASS)
    );
    // Rows that were deleted stay where they are in the files.
    let saved = save(&saved.dataset, &[quality(&[(1, None, PASS)])]).await;
    assert_eq!(letters(&saved.dataset, "Label_QC").await, "fpfp");
    // A column that is new to a fragment with deleted rows.
    let spec = LabelSpec {
        column: "Label_B".to_owned(),
        ..LabelSpec::quality()
    };
    let saved = save(
        &saved.dataset,
        &[edit(spec, &[(3, None, PASS)]), quality(&[(2, FAIL, None)])],
    )
    .await;
    assert_eq!(letters(&saved.dataset, "Label_B").await, "...p");
    assert_eq!(letters(&saved.dataset, "Label_QC").await, "fp.p");
    // All rows written anew, in another order.
    write(
        seen.uri(),
        WriteTarget::Overwrite,
        &numbered(&[16, 15, 13, 11, 99]),
    )
    .await;
    let saved = save(
        &saved.dataset,
        &[quality(&[(3, PASS, FAIL), (0, FAIL, PASS)])],
    )
    .await;
    assert_eq!(letters(&saved.dataset, "Label_QC").await, ".....");
    assert_eq!(saved.conflicts.len(), 2, "the labels they saw are gone");
    let saved = save(&saved.dataset, &[quality(&[(3, None, FAIL)])]).await;
    assert_eq!(letters(&saved.dataset, "Label_QC").await, "...f.");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_numbers_deleted_rows_are_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = six_cells(&folder).await;
    let mut lance = lance_of(&seen).await;
    lance
        .delete("Metadata_ObjectNumber = 2")
        .await
        .expect("deleted");
    let error = seen
        .save_labels(&[quality(&[(4, None, PASS)])], &SaveNote::now("Ada", ""))
        .await
        .expect_err("rows are elsewhere");
    assert!(
        error.to_string().contains("Metadata_ImageNumber"),
        "{error}"
    );
    let twice = numbered_cells(&folder, &[1, 1, 2]).await;
    lance_of(&twice)
        .await
        .delete("Metadata_ObjectNumber = 2")
        .await
        .expect("deleted");
    let error = twice
        .save_labels(&[quality(&[(0, None, PASS)])], &SaveNote::now("Ada", ""))
        .await
        .expect_err("which of the two?");
    assert!(error.to_string().contains("several cells"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_of_other_tools_are_extended() {
    let folder = tempfile::tempdir().expect("a folder");
    let uri = folder.path().join("foreign.lance");
    let uri = uri.to_str().expect("UTF-8");
    let texts = StringArray::from(vec![Some("good"), None, Some("bad")]);
    let dictionary = arrow::compute::cast(
        &texts,
        &arrow::datatypes::DataType::Dictionary(
            Box::new(arrow::datatypes::DataType::Int32),
            Box::new(arrow::datatypes::DataType::Utf8),
        ),
    )
    .expect("a dictionary");
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("Label_Text", Arc::new(texts) as ArrayRef, true),
        ("Label_Codes", dictionary, true),
        (
            "Label_Flag",
            Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
            true,
        ),
        (
            "Label_Count",
            Arc::new(Int64Array::from(vec![1, 2, 3])),
            true,
        ),
    ])
    .expect("a batch");
    let seen = write(uri, WriteTarget::Create, &batch).await;
    let specs = seen.read_label_specs().await.expect("labels");
    let told: Vec<_> = specs
        .iter()
        .map(|spec| {
            let names: Vec<&str> = spec.classes.iter().map(|c| c.name.as_str()).collect();
            (spec.column.as_str(), names.join(" "))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Label_Text", "bad good".to_owned()),
            ("Label_Codes", "bad good".to_owned()),
            ("Label_Flag", "true false".to_owned()),
        ]
    );
    let good = Some("good");
    let saved = save(
        &seen,
        &[
            edit(specs[0].clone(), &[(1, None, good)]),
            edit(specs[1].clone(), &[(1, None, good), (2, Some("bad"), None)]),
            edit(specs[2].clone(), &[(1, None, Some("false"))]),
        ],
    )
    .await;
    assert_eq!(letters(&saved.dataset, "Label_Text").await, "ggb");
    assert_eq!(letters(&saved.dataset, "Label_Codes").await, "gg.");
    assert_eq!(letters(&saved.dataset, "Label_Flag").await, "tff");
    let types = |dataset: &CellDataset| {
        dataset
            .columns()
            .iter()
            .map(|column| column.arrow_type.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(types(&saved.dataset), types(&seen));
    // A second save of two columns, which now need no change of classes.
    let saved = save(
        &saved.dataset,
        &[
            edit(specs[0].clone(), &[(0, good, Some("bad"))]),
            edit(specs[2].clone(), &[(0, Some("true"), None)]),
        ],
    )
    .await;
    assert_eq!(letters(&saved.dataset, "Label_Text").await, "bgb");
    assert_eq!(letters(&saved.dataset, "Label_Flag").await, ".ff");
    let count = LabelSpec {
        column: "Label_Count".to_owned(),
        classes: LabelSpec::quality().classes,
    };
    let error = seen
        .save_labels(&[edit(count, &[(0, None, PASS)])], &SaveNote::now("", ""))
        .await
        .expect_err("numbers");
    assert!(error.to_string().contains("Int64"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_are_kept_with_the_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = six_cells(&folder).await;
    let class = |name: &str| LabelClass {
        name: name.to_owned(),
        color: [1, 2, 3],
    };
    let spec = |names: &[&str]| LabelSpec {
        column: "Label_Phase".to_owned(),
        classes: names.iter().map(|name| class(name)).collect(),
    };
    // A label without a single mark yet.
    let first = save(&seen, &[edit(spec(&["G1", "S"]), &[])]).await;
    assert_eq!(first.version, 2);
    assert_eq!(first.dataset.label_specs(), [spec(&["G1", "S"])]);
    // Two people add a class each.
    save(&first.dataset, &[edit(spec(&["G1", "S", "G2"]), &[])]).await;
    let both = save(
        &first.dataset,
        &[edit(spec(&["G1", "S", "M"]), &[(2, None, Some("M"))])],
    )
    .await;
    assert_eq!(both.dataset.label_specs(), [spec(&["G1", "S", "G2", "M"])]);
    assert_eq!(letters(&both.dataset, "Label_Phase").await, "..M...");
    let error = both
        .dataset
        .save_labels(
            &[edit(spec(&["G1"]), &[(2, None, Some("S"))])],
            &SaveNote::now("Ada", ""),
        )
        .await
        .expect_err("no such class");
    assert!(error.to_string().contains("G1"), "{error}");
    let error = seen
        .save_labels(&[quality(&[(6, None, PASS)])], &SaveNote::now("Ada", ""))
        .await
        .expect_err("no such row");
    assert!(error.to_string().contains("6 rows"), "{error}");
    // True and false are stored as such.
    let flags = LabelSpec {
        column: "Label_Flag".to_owned(),
        classes: vec![class("true"), class("false")],
    };
    let saved = save(&both.dataset, &[edit(flags, &[(1, None, Some("false"))])]).await;
    assert_eq!(
        saved
            .dataset
            .column("Label_Flag")
            .map(|c| c.arrow_type.as_str()),
        Some("boolean")
    );
    assert_eq!(letters(&saved.dataset, "Label_Flag").await, ".f....");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_is_looked_at_and_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = six_cells(&folder).await;
    let first = save(&seen, &[quality(&[(0, None, PASS)])]).await;
    let second = save(
        &first.dataset,
        &[quality(&[(0, PASS, FAIL), (1, None, FAIL)])],
    )
    .await;
    let older = second.dataset.at_version(2).await.expect("opened");
    assert_eq!(letters(&older, "Label_QC").await, "p.....");
    assert!(older.is_pinned() && !older.is_writable().await);
    assert!(second.dataset.is_writable().await);
    let error = older
        .save_labels(&[quality(&[(0, PASS, FAIL)])], &SaveNote::now("Ada", ""))
        .await;
    assert!(matches!(error, Err(DatasetError::Write { .. })));
    let note = SaveNote::now("Ada", "back to the first labels");
    let restored = older.restore(2, &note).await.expect("restored");
    assert_eq!((restored.version(), restored.is_pinned()), (4, false));
    assert_eq!(letters(&restored, "Label_QC").await, "p.....");
    let versions = restored.versions().await.expect("versions");
    assert_eq!(versions[0].operation, "version 2 restored");
    assert_eq!(
        versions[0].what.as_deref(),
        Some("back to the first labels")
    );
    // What somebody saw before that is merged with what is there now.
    let saved = save(
        &second.dataset,
        &[quality(&[(1, FAIL, PASS), (2, None, PASS)])],
    )
    .await;
    assert_eq!(letters(&saved.dataset, "Label_QC").await, "p.p...");
    assert_eq!(saved.conflicts.len(), 1);
    for nowhere in [0, 99] {
        let error = older.restore(nowhere, &note).await.expect_err("no version");
        assert!(error.to_string().contains("versions 1 to"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_save_at_once_all_get_their_turn() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = six_cells(&folder).await;
    let writers: Vec<_> = (0..6)
        .map(|row| {
            let seen = seen.clone();
            tokio::spawn(async move {
                // Back and forth, each time on what was open at first.
                let mut open = seen;
                for (before, after) in [(None, PASS), (PASS, FAIL), (FAIL, PASS)] {
                    let saved = save(&open, &[quality(&[(row, before, after)])]).await;
                    assert!(saved.conflicts.is_empty());
                    open = saved.dataset;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    let latest = CellDataset::open(seen.uri()).await.expect("opened");
    assert_eq!(latest.version(), 19, "a version a save");
    assert_eq!(letters(&latest, "Label_QC").await, "pppppp");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_side_file_finds_its_cells_by_their_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = numbered_cells(&folder, &[11, 12, 13]).await;
    let path = folder.path().join("labels.jsonl");
    let note = SaveNote::now("Ada", "");
    let marks = [quality(&[
        (0, None, PASS),
        (1, None, FAIL),
        (2, None, FAIL),
    ])];
    write_side_file(&path, &seen, &marks, &note)
        .await
        .expect("written");
    let now = write(seen.uri(), WriteTarget::Overwrite, &numbered(&[13, 20, 11])).await;
    let side = read_side_file(&path, &now).await.expect("read");
    assert_eq!((side.gone.len(), side.gone[0].row), (1, 1));
    let saved = save(&now, &side.edits).await;
    assert_eq!(letters(&saved.dataset, "Label_QC").await, "f.p");
    let twice = write(seen.uri(), WriteTarget::Overwrite, &numbered(&[13, 13])).await;
    let error = read_side_file(&path, &twice).await.expect_err("which?");
    assert!(error.to_string().contains("line 4"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_of_versions_are_compared_cell_by_cell() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = numbered_cells(&folder, &[11, 12, 13, 14]).await;
    let reviewed = LabelSpec {
        column: "Label_Grace".to_owned(),
        ..LabelSpec::quality()
    };
    let first = save(
        &seen,
        &[
            quality(&[(0, None, PASS), (1, None, PASS), (3, None, FAIL)]),
            edit(reviewed, &[(1, None, FAIL), (3, None, FAIL)]),
        ],
    )
    .await
    .dataset;
    let two = first
        .compare_labels(&first, "Label_QC", "Label_Grace")
        .await
        .expect("compared");
    assert_eq!((two.both, two.differing.as_slice()), (2, [1].as_slice()));
    lance_of(&first)
        .await
        .delete("Metadata_ObjectNumber = 11")
        .await
        .expect("deleted");
    let later = CellDataset::open(first.uri()).await.expect("opened");
    let later = save(&later, &[quality(&[(0, PASS, FAIL)])]).await.dataset;
    let agreement = later
        .compare_labels(&first, "Label_QC", "Label_QC")
        .await
        .expect("compared");
    assert_eq!(agreement.table, [[1, 0], [1, 0]]);
    assert_eq!(agreement.differing, [0]);
    // Before there was such a column nothing is labelled.
    let none = later.labels_of(&seen, "Label_QC").await.expect("labels");
    assert_eq!(none, vec![None; 3]);
}
