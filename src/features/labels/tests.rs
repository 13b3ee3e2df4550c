//! Marks, saves, conflicts, reviews and versions.

mod answers;

use super::{LabelsCommand, LabelsEvent, LabelsState, ReviewKind};
use crate::model::command::{Command, SelectMode};
use crate::model::envelope::Envelope;
use crate::model::event::Event;
use crate::model::feature::Feature as _;
use crate::model::session::session_of;
use crate::model::state::State;
use crate::model::test_run::TestRun;
use crate::model::update::apply;
use cytolance_dataset::{CellDataset, LabelChange, LabelConflict, LabelEdit, SaveNote};
use cytolance_kernels::RowSet;
use cytolance_profile::LabelSpec;

const QC: &str = "Label_QC";
const AREAS: [f64; 4] = [900.0, 100.0, 500.0, 300.0];

/// A dataset whose labels are read is open.
fn started() -> TestRun {
    let mut run = TestRun::of(&[&super::Labels]);
    let dataset = run.dataset("a.lance", &AREAS);
    run.opened(dataset);
    run.settle();
    run
}

fn labels(run: &TestRun) -> &LabelsState {
    run.workspace().parts.get()
}

/// What each cell is marked as.
fn marks(run: &TestRun) -> Vec<Option<&str>> {
    let label = run.workspace().labels.active().expect("a label");
    let rows = 0..run.workspace().dataset.num_rows() as u32;
    rows.map(|row| label.value(row)).collect()
}

fn mark(run: &mut TestRun, rows: &[u32], class: Option<usize>) {
    let all = run.workspace().dataset.num_rows();
    let rows = RowSet::from_rows(all, rows.iter().copied());
    run.apply(LabelsCommand::MarkRows(rows, class).into());
}

/// An answer to the open dataset's work.
fn tell(run: &mut TestRun, event: LabelsEvent) {
    let workspace = run.state.workspace_id();
    let event = Event::from(event);
    run.apply(Command::Happened(Envelope { workspace, event }));
}

/// What the user is told, and whether each is an error; it is read then.
fn said(run: &mut TestRun) -> Vec<(bool, String)> {
    let notices = std::mem::take(&mut run.state.notices).into_iter();
    notices
        .map(|notice| (notice.is_error, notice.text))
        .collect()
}

/// Somebody else saves a mark.
fn saved_elsewhere(run: &TestRun, dataset: &CellDataset, row: u32, class: &str) {
    let edit = LabelEdit {
        spec: LabelSpec::quality(),
        changes: vec![LabelChange {
            row,
            before: None,
            after: Some(class.to_owned()),
        }],
    };
    let note = SaveNote::now("Ada", "elsewhere");
    let saved = run.runtime.block_on(dataset.save_labels(&[edit], &note));
    saved.expect("saved");
}

#[test]
fn marks_are_taken_back_and_done_again_where_they_were_made() {
    let mut run = started();
    run.apply(Command::Look(1));
    run.apply(LabelsCommand::Mark(Some(0)).into());
    assert_eq!(run.workspace().cursor, Some(2), "on to the next cell");
    run.apply(Command::Select(vec![0, 3], SelectMode::Replace));
    run.apply(LabelsCommand::Mark(Some(1)).into());
    let (pass, fail) = (Some("pass"), Some("fail"));
    assert_eq!(
        marks(&run),
        [fail, pass, None, fail],
        "several are marked at once"
    );
    run.apply(LabelsCommand::Undo.into());
    assert_eq!(marks(&run), [None, pass, None, None]);
    run.apply(Command::Look(3));
    run.apply(LabelsCommand::Undo.into());
    assert_eq!(marks(&run), [None; 4]);
    assert_eq!(run.workspace().cursor, Some(1), "back to the cell");
    run.apply(LabelsCommand::Undo.into());
    run.apply(LabelsCommand::Redo.into());
    run.apply(LabelsCommand::Redo.into());
    run.apply(LabelsCommand::Redo.into());
    assert_eq!(
        marks(&run),
        [fail, pass, None, fail],
        "too often does nothing"
    );
    run.apply(LabelsCommand::Undo.into());
    mark(&mut run, &[2], Some(2));
    run.apply(LabelsCommand::Redo.into());
    assert_eq!(
        marks(&run),
        [None, pass, Some("unsure"), None],
        "another mark takes the place of what was taken back"
    );
    mark(&mut run, &[2], Some(2));
    mark(&mut run, &[0], Some(9));
    assert_eq!(
        labels(&run).undo.len(),
        2,
        "what changes nothing is no step"
    );
}

#[test]
fn filters_and_order_follow_the_marks() {
    let mut run = started();
    run.apply(LabelsCommand::Filter(None).into());
    run.settle();
    assert_eq!(run.workspace().order.len(), 4);
    mark(&mut run, &[1, 2], Some(0));
    run.settle();
    assert_eq!(run.workspace().order.to_vec(), [0, 3]);
    run.apply(LabelsCommand::Undo.into());
    run.settle();
    assert_eq!(run.workspace().order.len(), 4);
}

#[test]
fn marks_made_during_a_save_are_saved_by_the_next() {
    let mut run = started();
    mark(&mut run, &[0], Some(0));
    run.apply(LabelsCommand::Save.into());
    mark(&mut run, &[1], Some(1));
    mark(&mut run, &[0], Some(2));
    let again = apply(&mut run.state, LabelsCommand::Save.into());
    assert!(again.is_empty(), "one at a time");
    run.settle();
    assert!(!labels(&run).saving);
    assert_eq!(run.workspace().dataset.version(), 2);
    assert_eq!(marks(&run)[..2], [Some("unsure"), Some("fail")]);
    assert_eq!(run.workspace().labels.num_unsaved(), 2);
    run.apply(LabelsCommand::Save.into());
    run.settle();
    assert_eq!(run.workspace().dataset.version(), 3);
    assert!(!run.workspace().labels.is_dirty());
    said(&mut run);
    run.apply(LabelsCommand::Save.into());
    let nothing = (false, "There are no marks to save.".to_owned());
    assert_eq!(said(&mut run), [nothing]);
}

#[test]
fn a_mark_of_somebody_else_is_settled_by_hand() {
    for (mine, expected, unsaved) in [(true, "fail", 1), (false, "pass", 0)] {
        let mut run = started();
        let dataset = run.workspace().dataset.clone();
        mark(&mut run, &[1], Some(1));
        saved_elsewhere(&run, &dataset, 1, "pass");
        run.apply(LabelsCommand::Save.into());
        run.settle();
        assert_eq!(labels(&run).conflicts.len(), 1);
        assert_eq!(marks(&run)[1], Some("fail"), "until it is settled");
        let told = said(&mut run);
        assert!(
            told.iter()
                .any(|(_, text)| text.contains("marked otherwise")),
            "{told:?}"
        );
        let edits = labels(&run).edits(&run.workspace().labels);
        assert!(
            edits.iter().all(|edit| edit.changes.is_empty()),
            "no save decides it"
        );
        run.apply(LabelsCommand::Settle { at: Some(7), mine }.into());
        assert_eq!(labels(&run).conflicts.len(), 1, "there is no such place");
        run.apply(LabelsCommand::Settle { at: Some(0), mine }.into());
        assert!(labels(&run).conflicts.is_empty());
        assert_eq!(marks(&run)[1], Some(expected));
        assert_eq!(run.workspace().labels.num_unsaved(), unsaved);
        run.apply(LabelsCommand::Settle { at: None, mine }.into());
        assert_eq!(marks(&run)[1], Some(expected), "nothing is left to settle");
    }
}

#[test]
fn a_conflict_in_a_label_that_is_not_there_is_settled_without_it() {
    let mut run = started();
    let workspace = run.state.workspace.as_mut().expect("an open dataset");
    let state = workspace.parts.get_mut::<LabelsState>();
    state.conflicts.push(LabelConflict {
        column: "Label_Gone".to_owned(),
        row: 0,
        before: None,
        mine: None,
        theirs: Some("pass".to_owned()),
    });
    run.apply(
        LabelsCommand::Settle {
            at: None,
            mine: false,
        }
        .into(),
    );
    assert!(labels(&run).conflicts.is_empty());
    assert_eq!(marks(&run), [None; 4]);
}

#[test]
fn a_review_goes_through_its_cells_and_escape_ends_it() {
    let escape = |state: &State| {
        let workspace = state.workspace.as_ref()?;
        super::Labels.escape(workspace)
    };
    let mut run = started();
    mark(&mut run, &[1], Some(0));
    run.apply(LabelsCommand::StartReview(ReviewKind::Unmarked).into());
    assert!(run.workspace().is_busy());
    run.settle();
    let at = |run: &TestRun| {
        let review = labels(run).review.as_ref();
        (run.workspace().cursor, review.map(|review| review.at))
    };
    assert_eq!(at(&run), (Some(0), Some(0)));
    run.apply(Command::Select(vec![1, 2], SelectMode::Replace));
    run.apply(LabelsCommand::Mark(Some(0)).into());
    assert_eq!(
        at(&run),
        (Some(2), Some(1)),
        "the cell alone, then the next"
    );
    run.apply(LabelsCommand::StepReview(9).into());
    assert_eq!(at(&run), (Some(2), Some(3)), "done");
    run.apply(LabelsCommand::Undo.into());
    assert_eq!(at(&run), (Some(0), Some(0)), "where the mark was made");
    run.apply(LabelsCommand::StepReview(-9).into());
    assert_eq!(at(&run), (Some(0), Some(0)));
    run.apply(escape(&run.state).expect("a review to end"));
    assert!(labels(&run).review.is_none() && escape(&run.state).is_none());
    run.apply(LabelsCommand::StepReview(1).into());
    assert_eq!(at(&run), (Some(0), None));
}

#[test]
fn an_older_version_is_opened_without_the_history_and_saved_beside() {
    let mut run = started();
    mark(&mut run, &[0], Some(0));
    run.apply(LabelsCommand::OpenVersion(1).into());
    let told = said(&mut run);
    assert!(told[0].0 && told[0].1.contains("Save the marks first"));
    run.apply(LabelsCommand::Save.into());
    run.settle();
    run.apply(LabelsCommand::ReadHistory.into());
    run.settle();
    run.apply(LabelsCommand::OpenVersion(1).into());
    run.settle();
    assert!(run.state.tasks.is_empty());
    assert_eq!(run.workspace().dataset.version(), 1);
    let versions = labels(&run).history.as_ref().expect("the history stays");
    assert!(versions.as_ref().is_ok_and(|versions| versions.len() >= 2));
    assert!(labels(&run).read_only.is_some());
    assert_eq!(marks(&run), [None; 4]);
    said(&mut run);
    mark(&mut run, &[3], Some(1));
    run.apply(LabelsCommand::Save.into());
    run.settle();
    assert!(!labels(&run).saving);
    let file = run.folder.path().join("a.lance.labels.jsonl");
    assert!(file.exists(), "{:?}", said(&mut run));
    run.apply(LabelsCommand::OpenVersion(2).into());
    assert_eq!(
        said(&mut run).len(),
        2,
        "told where, and that marks are not saved"
    );
    run.apply(LabelsCommand::Undo.into());
    run.apply(LabelsCommand::OpenVersion(2).into());
    run.settle();
    assert!(
        labels(&run).read_only.is_none(),
        "the newest one can be written"
    );
    run.apply(LabelsCommand::MergeFile(file).into());
    run.settle();
    assert_eq!(marks(&run), [Some("pass"), None, None, Some("fail")]);
    assert_eq!(run.workspace().labels.num_unsaved(), 1);
}

#[test]
fn columns_are_added_offered_and_kept_in_sessions() {
    let mut run = started();
    run.apply(LabelsCommand::AddColumn(" Phenotype 2".to_owned()).into());
    run.apply(LabelsCommand::AddClass("mitotic".to_owned()).into());
    let labels = &run.workspace().labels;
    assert_eq!(labels.active, 1);
    assert!(run.workspace().column("Label_Phenotype_2").is_some());
    for (name, text) in [("Phenotype_2", "already"), ("  ", "needs a name")] {
        run.apply(LabelsCommand::AddColumn(name.to_owned()).into());
        let told = said(&mut run);
        assert!(told[0].0 && told[0].1.contains(text), "{told:?}");
    }
    let offered = |run: &TestRun, words: &[&str]| -> Vec<String> {
        let offers = super::Labels.offers(run.workspace(), words);
        offers.into_iter().map(|offer| offer.title).collect()
    };
    assert_eq!(
        offered(&run, &["mitotic"]),
        ["Label: show only cells marked mitotic (Label_Phenotype_2)"]
    );
    assert_eq!(
        offered(&run, &["into", "label"]),
        ["Label: mark into Label_QC"]
    );
    assert!(
        offered(&run, &["into", "phenotype"]).is_empty(),
        "it is active"
    );
    let session = session_of(run.state.features, run.workspace(), "");
    let specs: Vec<(&str, usize)> = session
        .labels
        .iter()
        .map(|spec| (spec.column.as_str(), spec.classes.len()))
        .collect();
    assert_eq!(specs, [(QC, 3), ("Label_Phenotype_2", 4)]);
    run.apply(LabelsCommand::SetActive(9).into());
    assert_eq!(run.workspace().labels.active, 1, "there is no tenth");
}
