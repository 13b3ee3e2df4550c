//! Cells that are no longer where they were, older versions, side files, comparisons.

use super::test_cells::{
    FAIL, PASS, edit, lance_of, letters, numbered, numbered_cells, quality, save, write,
};
use super::{SaveNote, read_side_file, write_side_file};
use crate::samples::six_cells;
use crate::{CellDataset, DatasetError, WriteTarget};
use cytolance_profile::LabelSpec;

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
