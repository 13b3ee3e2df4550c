//! The journal: cut anywhere, damaged, opened twice.

use super::*;

const URI: &str = "s3://bucket/plates/plate-7.lance";

fn step(column: &str, cells: &[(u32, Option<&str>, Option<&str>)]) -> LabelEdit {
    LabelEdit {
        spec: LabelSpec {
            column: column.to_owned(),
            ..LabelSpec::quality()
        },
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

fn steps() -> Vec<LabelEdit> {
    vec![
        step("Label_QC", &[(4, None, Some("pass"))]),
        step(
            "Label_QC",
            &[(7, None, Some("fail")), (9, None, Some("fail"))],
        ),
        step("Label_Naïve", &[(4, None, Some("unsure"))]),
        step("Label_QC", &[(4, Some("pass"), None)]),
    ]
}

#[test]
fn whatever_is_cut_off_the_whole_lines_are_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut journal, found) = Journal::open(folder.path(), URI, 3).expect("opened");
    assert_eq!((found.version, found.steps.len()), (3, 0));
    // The end of the file after each step.
    let mut ends = Vec::new();
    for step in steps() {
        journal.append(&step).expect("written");
        ends.push(std::fs::metadata(journal.path()).expect("a file").len());
    }
    journal.sync().expect("synced");
    let path = journal.path().to_path_buf();
    drop(journal);
    let bytes = std::fs::read(&path).expect("a file");
    for cut in 0..=bytes.len() {
        std::fs::write(&path, &bytes[..cut]).expect("written");
        let (mut journal, found) = Journal::open(folder.path(), URI, 8).expect("opened");
        let whole = ends.iter().filter(|end| **end <= cut as u64).count();
        assert_eq!(found.steps, steps()[..whole], "cut at {cut}");
        assert_eq!(found.damaged, None, "cut at {cut}");
        // Its rows are of the version it was begun with; without steps it begins anew.
        assert_eq!(found.version, if whole > 0 { 3 } else { 8 }, "cut at {cut}");
        // What comes next does not run into the half line.
        let next = step("Label_QC", &[(1, None, Some("pass"))]);
        journal.append(&next).expect("written");
        drop(journal);
        let (_, found) = Journal::open(folder.path(), URI, 8).expect("opened");
        let mut wanted = steps()[..whole].to_vec();
        wanted.push(next);
        assert_eq!(found.steps, wanted, "cut at {cut}");
    }
}

#[test]
fn recovered_steps_come_to_edits() {
    let found = RecoveredMarks {
        version: 1,
        steps: steps(),
        damaged: None,
    };
    let edits = found.edits();
    let rows = |edit: &LabelEdit| edit.changes.iter().map(|c| c.row).collect::<Vec<_>>();
    // Row 4 of the first label was undone.
    assert_eq!(rows(&edits[0]), [7, 9]);
    assert_eq!(rows(&edits[1]), [4]);
}

#[test]
fn after_a_save_only_what_is_not_in_it_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut journal, _) = Journal::open(folder.path(), URI, 3).expect("opened");
    for step in steps() {
        journal.append(&step).expect("written");
    }
    journal.clear(4, &steps()[2..]).expect("cleared");
    journal.append(&steps()[0]).expect("written");
    drop(journal);
    let (mut journal, found) = Journal::open(folder.path(), URI, 9).expect("opened");
    assert_eq!(found.version, 4);
    assert_eq!(journal.version(), 4);
    assert_eq!(
        found.steps,
        [steps()[2].clone(), steps()[3].clone(), steps()[0].clone()]
    );
    journal.clear(10, &[]).expect("cleared");
    drop(journal);
    let (_, found) = Journal::open(folder.path(), URI, 10).expect("opened");
    assert!(found.steps.is_empty());
}

#[test]
fn lines_that_cannot_be_read_are_kept_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut journal, _) = Journal::open(folder.path(), URI, 3).expect("opened");
    for step in steps() {
        journal.append(&step).expect("written");
    }
    let path = journal.path().to_path_buf();
    drop(journal);
    let text = std::fs::read_to_string(&path).expect("a file");
    // As a disk leaves it that lost a block: the third step is zeros.
    let lines: Vec<&str> = text.lines().collect();
    let zeros = "\0".repeat(lines[4].len());
    let damaged = text.replace(lines[4], &zeros);
    std::fs::write(&path, &damaged).expect("written");
    let (_, found) = Journal::open(folder.path(), URI, 3).expect("opened");
    assert_eq!(found.steps, steps()[..2]);
    let copy = found.damaged.expect("a copy");
    assert_eq!(std::fs::read_to_string(copy).expect("a file"), damaged);
}

#[test]
fn two_windows_have_a_journal_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut first, _) = Journal::open(folder.path(), URI, 1).expect("opened");
    let (mut second, _) = Journal::open(folder.path(), URI, 1).expect("opened");
    assert_ne!(first.path(), second.path());
    let (other, _) = Journal::open(folder.path(), "s3://bucket/plate-7.lance", 1).expect("opened");
    assert_ne!(first.path(), other.path());
    first.append(&steps()[0]).expect("written");
    second.append(&steps()[1]).expect("written");
    drop(first);
    let (first, found) = Journal::open(folder.path(), URI, 1).expect("opened");
    assert_eq!(found.steps, steps()[..1], "the second window is open");
    drop((first, second));
    // Both have crashed, and only one window is opened after that.
    let (first, found) = Journal::open(folder.path(), URI, 1).expect("opened");
    assert_eq!(found.steps, steps()[..2]);
    drop(first);
    let (_first, found) = Journal::open(folder.path(), URI, 1).expect("opened");
    assert_eq!(found.steps, steps()[..2], "once");
    let (_second, found) = Journal::open(folder.path(), URI, 1).expect("opened");
    assert!(found.steps.is_empty());
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "x").expect("written");
    let error = Journal::open(&file.join("marks"), URI, 1).expect_err("a file is no folder");
    assert!(error.to_string().contains("file"), "{error}");
}

/// Where no more bytes go into files, nothing of a step is left to hide the next ones.
#[test]
fn a_step_that_does_not_go_in_leaves_no_half_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut journal, _) = Journal::open(folder.path(), URI, 3).expect("opened");
    let steps = steps();
    journal.append(&steps[0]).expect("written");
    let for_reading = File::open(journal.path()).expect("there");
    let file = std::mem::replace(&mut journal.file, for_reading);
    let error = journal.append(&steps[2]).expect_err("a full disk");
    assert!(error.to_string().contains("cannot be kept"), "{error}");
    journal.file = file;
    // What a disk that filled up midway has taken of it.
    journal
        .file
        .write_all(b"{\"label\":{\"col")
        .expect("written");
    journal.append(&steps[2]).expect("written");
    drop(journal);
    let (_, found) = Journal::open(folder.path(), URI, 3).expect("opened");
    assert_eq!(found.steps, [steps[0].clone(), steps[2].clone()]);
    assert_eq!(found.damaged, None);
}
