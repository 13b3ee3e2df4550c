//! Saving labels: a version a save, against others, on datasets of other tools.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};

use super::SaveNote;
use super::test_cells::{
    FAIL, PASS, edit, letters, numbered_cells, other_files, quality, save, write,
};
use crate::samples::six_cells;
use crate::{CellDataset, WriteTarget};
use cytolance_profile::{LabelClass, LabelSpec};

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
    assert!(error.to_string().contains("whole number"), "{error}");
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
async fn a_few_marks_of_many_cells_take_little_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let objects: Vec<i64> = (0..200_000).collect();
    let mut open = numbered_cells(&folder, &objects).await;
    // One class alone in a fragment is stored otherwise, two bytes a row.
    for cells in [
        [(7, None, PASS), (9, None, FAIL)],
        [(8, None, PASS), (150_000, None, FAIL)],
    ] {
        open = save(&open, &[quality(&cells)]).await.dataset;
        let label = open
            .inner()
            .schema()
            .field("Label_QC")
            .expect("a column")
            .id;
        let bytes: u64 = open
            .inner()
            .fragments()
            .iter()
            .flat_map(|fragment| &fragment.files)
            .filter(|file| file.fields.contains(&label))
            .filter_map(|file| file.file_size_bytes.get().map(std::num::NonZero::get))
            .sum();
        assert!((1..50_000).contains(&bytes), "{bytes} bytes");
    }
}
