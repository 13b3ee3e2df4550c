use super::*;
use crate::dataset::samples::six_cells;

fn edit(changes: &[(u32, Option<&str>, Option<&str>)]) -> LabelEdit {
    let text = |value: &Option<&str>| value.map(str::to_owned);
    LabelEdit {
        spec: LabelSpec::quality(),
        changes: changes
            .iter()
            .map(|(row, before, after)| LabelChange {
                row: *row,
                before: text(before),
                after: text(after),
            })
            .collect(),
    }
}

fn note(author: &str) -> SaveNote {
    SaveNote {
        author: author.to_owned(),
        time: "2026-11-27T12:00:00Z".to_owned(),
        what: "marks".to_owned(),
    }
}

fn files(dataset: &CellDataset) -> Vec<String> {
    dataset
        .inner()
        .fragments()
        .iter()
        .flat_map(|fragment| fragment.files.iter().map(|file| file.path.clone()))
        .collect()
}

async fn labels(dataset: &CellDataset) -> Vec<Option<String>> {
    dataset.read_labels("Label_QC").await.expect("labels")
}

const PASS: Option<&str> = Some("pass");
const FAIL: Option<&str> = Some("fail");

fn owned(values: &[Option<&str>]) -> Vec<Option<String>> {
    values
        .iter()
        .map(|value| value.map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn saves_are_versions_and_touch_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = six_cells(&folder).await;
    let before = files(&dataset);
    let first = dataset
        .save_labels(&[edit(&[(1, None, PASS), (4, None, FAIL)])], &note("Ada"))
        .await
        .expect("saved");
    assert_eq!(
        (first.version, first.written),
        (dataset.version() + 1, 2),
        "one version"
    );
    assert!(first.conflicts.is_empty() && first.merged_versions == 0);
    let wanted = [None, PASS, None, None, FAIL, None];
    assert_eq!(labels(&first.dataset).await, owned(&wanted));
    assert_eq!(first.dataset.label_specs(), [LabelSpec::quality()]);
    let second = first
        .dataset
        .save_labels(&[edit(&[(4, FAIL, None), (0, None, PASS)])], &note("Ada"))
        .await
        .expect("saved");
    assert_eq!(second.version, first.version + 1, "one version");
    let wanted = [PASS, PASS, None, None, None, None];
    assert_eq!(
        labels(&second.dataset).await,
        owned(&wanted),
        "unmarked, too"
    );
    assert!(
        files(&second.dataset).starts_with(&before),
        "other columns stay in their files"
    );
    let area = ["Cells_AreaShape_Area".to_owned()];
    let values =
        |dataset: CellDataset| async move { dataset.read_columns(&area).await.expect("read") };
    assert_eq!(
        crate::dataset::numbers_of(&values(second.dataset.clone()).await[0]).map(|v| v[5]),
        Some(60.0),
        "rows keep their order"
    );
    let history = second.dataset.versions().await.expect("versions");
    assert_eq!(history[0].version, second.version);
    assert_eq!(history[0].author.as_deref(), Some("Ada"));
    assert_eq!(history[0].what, "marks");
    let old = second
        .dataset
        .at_version(first.version)
        .await
        .expect("there");
    assert_eq!(
        labels(&old).await,
        owned(&[None, PASS, None, None, FAIL, None])
    );
    let back = second
        .dataset
        .restore(first.version, &note("Ada"))
        .await
        .expect("restored");
    assert!(back.version() > second.version);
    assert_eq!(labels(&back).await, labels(&old).await);
    assert!(second.dataset.at_version(999).await.is_err());
    assert!(second.dataset.restore(999, &note("Ada")).await.is_err());
}

#[tokio::test]
async fn two_people_are_merged_cell_by_cell() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = six_cells(&folder).await;
    // Both opened the same version.
    let ada = dataset
        .save_labels(&[edit(&[(0, None, PASS), (1, None, PASS)])], &note("Ada"))
        .await
        .expect("saved");
    let ben = dataset
        .save_labels(
            &[edit(&[(1, None, FAIL), (2, None, FAIL), (0, None, PASS)])],
            &note("Ben"),
        )
        .await
        .expect("saved");
    assert_eq!(ben.merged_versions, 1);
    assert_eq!(ben.written, 1, "agreed cells are not written again");
    let expected = LabelConflict {
        column: "Label_QC".to_owned(),
        row: 1,
        before: None,
        mine: Some("fail".to_owned()),
        theirs: Some("pass".to_owned()),
    };
    assert_eq!(ben.conflicts, [expected]);
    let wanted = [PASS, PASS, FAIL, None, None, None];
    assert_eq!(labels(&ben.dataset).await, owned(&wanted));
    // Ada goes on from what she saw.
    let again = ada
        .dataset
        .save_labels(&[edit(&[(3, None, PASS)])], &note("Ada"))
        .await
        .expect("saved");
    let wanted = [PASS, PASS, FAIL, PASS, None, None];
    assert_eq!(labels(&again.dataset).await, owned(&wanted));
}

#[tokio::test(flavor = "multi_thread")]
async fn saves_at_the_same_moment_all_arrive() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = six_cells(&folder).await;
    let saves = (0..6).map(|row| {
        let dataset = dataset.clone();
        tokio::spawn(async move {
            dataset
                .save_labels(&[edit(&[(row, None, PASS)])], &note("one of six"))
                .await
                .expect("saved")
        })
    });
    for save in saves.collect::<Vec<_>>() {
        assert!(save.await.expect("ran").conflicts.is_empty());
    }
    let newest = CellDataset::open(dataset.uri()).await.expect("opened");
    assert_eq!(labels(&newest).await, owned(&[PASS; 6]));
}

#[tokio::test]
async fn labels_beside_a_dataset_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = six_cells(&folder).await;
    let path = folder.path().join("six.labels.jsonl");
    let edits = [edit(&[(2, None, FAIL), (5, PASS, None)])];
    write_side_file(&path, &dataset, &edits, &note("Ada"))
        .await
        .expect("written");
    assert_eq!(read_side_file(&path, &dataset).await.expect("read"), edits);
    std::fs::write(&path, "nonsense").expect("written");
    let error = read_side_file(&path, &dataset)
        .await
        .expect_err("no labels");
    assert!(error.to_string().contains("six.labels.jsonl"), "{error}");
}
