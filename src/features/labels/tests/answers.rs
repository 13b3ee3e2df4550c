//! Answers that come late, twice, of another dataset, or not at all.

use super::*;
use crate::features::labels::LabelsJob;
use crate::features::labels::command::LoadedLabels;
use crate::model::failure::ending;
use crate::model::job::Job;
use cytolance_dataset::{SavedLabels, VersionInfo};
use cytolance_explore::{Column, NULL_CODE};

#[test]
fn a_save_that_fails_leaves_the_marks_and_the_next_one_has_them() {
    let mut run = started();
    mark(&mut run, &[2], Some(0));
    let jobs = apply(&mut run.state, LabelsCommand::Save.into());
    let failed = ending(&jobs[0])("the disk is full".to_owned()).expect("an answer");
    assert!(labels(&run).saving && run.workspace().parts.is_writing());
    run.apply(Command::Happened(failed.into()));
    let told = said(&mut run);
    assert!(
        told[0].0 && told[0].1.starts_with("the disk is full."),
        "{told:?}"
    );
    assert!(!labels(&run).saving && !run.workspace().parts.is_writing());
    assert_eq!(run.workspace().labels.num_unsaved(), 1);
    run.apply(LabelsCommand::Save.into());
    run.settle();
    assert_eq!(run.workspace().labels.num_unsaved(), 0);
    assert_eq!(run.workspace().dataset.version(), 2);
}

#[test]
fn an_answer_that_comes_twice_changes_nothing_more() {
    let mut run = started();
    mark(&mut run, &[0], Some(0));
    let edits = labels(&run).edits(&run.workspace().labels);
    run.apply(LabelsCommand::Save.into());
    run.settle();
    let dataset = run.workspace().dataset.clone();
    mark(&mut run, &[0, 3], Some(1));
    for _ in 0..2 {
        let saved = SavedLabels {
            version: dataset.version(),
            dataset: dataset.clone(),
            written: 1,
            merged_versions: 0,
            rows_moved: false,
            conflicts: Vec::new(),
            gone: Vec::new(),
        };
        let edits = edits.clone();
        tell(
            &mut run,
            LabelsEvent::Saved {
                edits,
                outcome: Ok(saved),
            },
        );
        let fail = Some("fail");
        assert_eq!(marks(&run), [fail, None, None, fail]);
        assert_eq!(run.workspace().labels.num_unsaved(), 2);
        let stored = Column::of_categories(
            QC,
            vec![0, NULL_CODE, NULL_CODE, NULL_CODE],
            vec!["pass".to_owned()],
        );
        let loaded = LoadedLabels {
            complaints: Vec::new(),
            specs: vec![LabelSpec::quality()],
            columns: vec![stored.into()],
            recovered: Vec::new(),
            read_only: None,
            journal: None,
        };
        tell(&mut run, LabelsEvent::Loaded(Ok(loaded)));
        assert_eq!(
            marks(&run),
            [fail, None, None, fail],
            "what is not saved stays"
        );
        assert_eq!(run.workspace().labels.columns.len(), 1);
    }
    run.apply(LabelsCommand::Save.into());
    run.settle();
    assert_eq!(run.workspace().labels.num_unsaved(), 0);
}

#[test]
fn labels_that_were_read_for_a_closed_dataset_are_nobodys() {
    let mut run = TestRun::of(&[&crate::features::labels::Labels]);
    let [a, b] = ["a.lance", "b.lance"].map(|name| run.dataset(name, &AREAS));
    run.opened(a);
    let of_a = run.answers();
    run.opened(b);
    let of_b = run.answers();
    let loaded = |answers: &[Envelope]| {
        let labels = |answer: &Envelope| matches!(answer.event.of(), Some(LabelsEvent::Loaded(_)));
        answers.iter().filter(|answer| labels(answer)).count()
    };
    assert_eq!((loaded(&of_a), loaded(&of_b)), (1, 1));
    run.deliver(of_a);
    assert!(labels(&run).loading, "these labels were A's");
    mark(&mut run, &[0], Some(0));
    assert!(
        run.workspace().labels.columns.is_empty(),
        "there is none to mark in"
    );
    run.deliver(of_b);
    assert!(!labels(&run).loading);
}

#[test]
fn a_save_that_ends_after_its_dataset_was_left_is_told_and_changes_nothing_else() {
    let mut run = started();
    let b = run.dataset("b.lance", &[10.0, 30.0, 20.0]);
    mark(&mut run, &[0], Some(0));
    run.apply(LabelsCommand::Save.into());
    let saved = run.answers();
    run.opened(b);
    run.settle();
    mark(&mut run, &[2], Some(1));
    let running = apply(&mut run.state, LabelsCommand::Save.into());
    run.deliver(saved);
    let told = (false, "Saved 1 mark of a.lance as version 2.".to_owned());
    assert_eq!(said(&mut run), [told]);
    assert_eq!(run.workspace().dataset.name(), "b.lance");
    assert_eq!(run.workspace().dataset.version(), 1);
    assert!(labels(&run).saving, "the save of this one still runs");
    assert_eq!(run.workspace().labels.num_unsaved(), 1);
    drop(running);
}

/// How a save of a dataset that is closed ended, whether that is an error, and what of it is told.
type LateEnd = (fn() -> LabelsEvent, bool, &'static str);

#[test]
fn late_ends_of_saves_do_not_end_those_of_the_next_dataset() {
    let cases: [LateEnd; 3] = [
        (
            || LabelsEvent::SavedBeside {
                outcome: Ok("a.labels.jsonl".into()),
            },
            false,
            "a.labels.jsonl",
        ),
        (
            || LabelsEvent::SavedBeside {
                outcome: Err("no room for a".to_owned()),
            },
            true,
            "no room for a",
        ),
        (
            || LabelsEvent::Saved {
                edits: Vec::new(),
                outcome: Err("a is locked".to_owned()),
            },
            true,
            "a is locked. The marks are kept",
        ),
    ];
    for (event, is_error, text) in cases {
        for is_open in [true, false] {
            let mut run = started();
            let workspace = run.state.workspace_id();
            if is_open {
                let b = run.dataset("b.lance", &AREAS);
                run.opened(b);
                run.settle();
                mark(&mut run, &[0], Some(0));
                let jobs = apply(&mut run.state, LabelsCommand::Save.into());
                assert_eq!(jobs.len(), 1);
            } else {
                run.apply(Command::CloseDataset);
            }
            said(&mut run);
            let event = Event::from(event());
            run.apply(Command::Happened(Envelope { workspace, event }));
            let told = said(&mut run);
            assert_eq!(told.len(), 1);
            assert!(
                told[0].0 == is_error && told[0].1.contains(text),
                "{told:?}"
            );
            if is_open {
                assert!(labels(&run).saving, "{text}");
                assert_eq!(run.workspace().labels.num_unsaved(), 1);
            }
        }
    }
}

#[test]
fn labels_that_cannot_be_read_are_told_and_nothing_waits() {
    let mut run = TestRun::of(&[&crate::features::labels::Labels]);
    let dataset = run.dataset("a.lance", &AREAS);
    run.opened(dataset);
    assert!(labels(&run).loading);
    tell(&mut run, LabelsEvent::Loaded(Err("unreadable".to_owned())));
    assert!(!labels(&run).loading);
    assert_eq!(said(&mut run), [(true, "unreadable".to_owned())]);
    mark(&mut run, &[0], Some(0));
    run.apply(LabelsCommand::Undo.into());
    assert!(run.workspace().labels.columns.is_empty());
}

#[test]
fn cells_of_a_review_that_come_late_or_not_at_all_begin_none() {
    let mut run = started();
    run.apply(LabelsCommand::StartReview(ReviewKind::Shown).into());
    let late = run.answers();
    assert_eq!(late.len(), 1);
    let b = run.dataset("b.lance", &[1.0, 2.0]);
    run.opened(b);
    run.settle();
    run.deliver(late);
    assert!(labels(&run).review.is_none());
    let jobs = apply(
        &mut run.state,
        LabelsCommand::StartReview(ReviewKind::Shown).into(),
    );
    assert!(labels(&run).finding);
    let failed = ending(&jobs[0])("a fault".to_owned()).expect("an answer");
    run.apply(Command::Happened(failed.into()));
    assert!(!labels(&run).finding && labels(&run).review.is_none());
    assert_eq!(said(&mut run), [(true, "a fault".to_owned())]);
    let kind = ReviewKind::Unmarked;
    tell(
        &mut run,
        LabelsEvent::ReviewFound {
            kind,
            queue: Vec::new(),
        },
    );
    assert!(labels(&run).review.is_none(), "there is no cell to look at");
    assert_eq!(said(&mut run).len(), 1);
}

#[test]
fn a_version_that_cannot_be_opened_ends_its_task() {
    let open = |run: &mut TestRun| -> Job {
        let mut jobs = apply(&mut run.state, LabelsCommand::OpenVersion(1).into());
        jobs.pop().expect("a job")
    };
    let mut run = started();
    let job = open(&mut run);
    let Some(LabelsJob::OpenVersion { task, .. }) = job.of() else {
        panic!("another job");
    };
    assert_eq!(run.state.tasks.len(), 1);
    let failed = ending(&job)("it is gone".to_owned()).expect("an answer");
    run.apply(Command::Happened(failed.into()));
    assert!(run.state.tasks.is_empty());
    assert_eq!(said(&mut run), [(true, "it is gone".to_owned())]);
    // The same after the dataset was closed: nobody is left to tell.
    let (closed, job) = (run.state.workspace_id(), open(&mut run));
    assert_eq!(run.state.tasks.len(), 1, "another than task {task}");
    run.apply(Command::CloseDataset);
    let event = ending(&job)("it is gone".to_owned()).expect("an answer");
    let workspace = closed;
    run.apply(Command::Happened(Envelope { workspace, event }));
    assert!(run.state.tasks.is_empty() && run.state.workspace.is_none());
    assert!(run.state.notices.is_empty());
}

#[test]
fn history_and_comparison_of_a_closed_dataset_are_dropped() {
    let mut run = started();
    let closed = run.state.workspace_id();
    let b = run.dataset("b.lance", &AREAS);
    run.opened(b);
    run.settle();
    run.apply(LabelsCommand::ReadHistory.into());
    let answers = run.answers();
    let events = [
        LabelsEvent::HistoryRead(Ok(Vec::<VersionInfo>::new())),
        LabelsEvent::Compared(Err("a's".to_owned())),
        LabelsEvent::NoReview("a's".to_owned()),
        LabelsEvent::FileRead(Err("a's".to_owned())),
    ];
    for event in events {
        let (workspace, event) = (closed, Event::from(event));
        run.apply(Command::Happened(Envelope { workspace, event }));
    }
    assert!(labels(&run).reading_history, "this one's is still read");
    assert!(labels(&run).history.is_none() && labels(&run).comparison.is_none());
    assert!(run.state.notices.is_empty());
    run.deliver(answers);
    assert!(!labels(&run).reading_history);
    let history = labels(&run).history.as_ref().expect("read");
    assert_eq!(history.as_ref().map(Vec::len), Ok(1));
}
