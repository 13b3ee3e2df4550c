//! What answers do to the comparison.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::state::Compared;
use super::{CompareCommand, CompareJob, CompareState};
use crate::model::command::Command;
use crate::model::failure::ending;
use crate::model::job::Job;
use crate::model::parts::Part as _;
use crate::model::test_request::{fail, fields, opened, start};
use crate::model::test_run::TestRun;
use crate::model::update::apply;

/// Pins cells and returns the job that compares them, and what tells it to stop.
fn pin(run: &mut TestRun, rows: &[u32]) -> (Job, Arc<AtomicBool>) {
    let command = Command::from(CompareCommand::Pin(rows.to_vec()));
    let mut jobs = apply(&mut run.state, command);
    assert_eq!(jobs.len(), 1);
    let job = jobs.remove(0);
    let CompareJob::Compare { cancelled, .. } = job.of().expect("a comparison");
    let stop = Arc::clone(cancelled);
    (job, stop)
}

/// The cells that were compared, or why they could not be.
fn found(run: &TestRun) -> Option<Result<Vec<u32>, String>> {
    let compare = run.workspace().parts.get::<CompareState>();
    compare.found.clone().map(|found| {
        found.map(|found| match found {
            Compared::Cells(rows, _) => rows,
            Compared::Groups(_) => Vec::new(),
        })
    })
}

fn is_at_rest(run: &TestRun) -> bool {
    run.state.tasks.is_empty() && !run.workspace().is_busy()
}

#[test]
fn what_was_asked_for_last_is_shown_in_whatever_order_answers_come() {
    for newest_first in [false, true] {
        let mut run = opened();
        let (first, stop) = pin(&mut run, &[0, 1]);
        assert_eq!(run.state.tasks.len(), 1);
        let (second, _) = pin(&mut run, &[2]);
        assert!(stop.load(Ordering::Relaxed), "the older one is of no use");
        let mut answers = [first, second].map(|job| {
            start(&run, job);
            run.answers()
        });
        if newest_first {
            answers.reverse();
        }
        let [early, late] = answers;
        run.deliver(early);
        let shown = newest_first.then(|| Ok(vec![0, 1, 2]));
        assert_eq!(found(&run), shown, "newest first: {newest_first}");
        run.deliver(late);
        assert_eq!(found(&run), Some(Ok(vec![0, 1, 2])));
        assert!(is_at_rest(&run) && run.state.notices.is_empty());
    }
}

#[test]
fn a_comparison_that_fails_is_ended_once_and_says_why() {
    let mut run = opened();
    let (job, _) = pin(&mut run, &[0, 1]);
    assert!(!is_at_rest(&run));
    let (failed, again) = (ending(&job), ending(&job));
    let why = Some(Err("the disk is gone".to_owned()));
    for (ending, text) in [(failed, "the disk is gone"), (again, "said twice")] {
        fail(&mut run, ending, text);
        assert_eq!(found(&run), why);
        assert!(is_at_rest(&run));
    }
    let (job, _) = pin(&mut run, &[3]);
    start(&run, job);
    run.settle();
    assert_eq!(found(&run), Some(Ok(vec![0, 1, 3])), "that is past");
}

#[test]
fn a_comparison_of_a_dataset_that_was_left_stops_and_is_shown_nowhere() {
    let mut run = opened();
    let (job, stop) = pin(&mut run, &[0, 1]);
    start(&run, job);
    let late = run.answers();
    let other = fields(&run, "b.lance", &[10.0, 30.0, 20.0]);
    run.opened(other);
    assert!(stop.load(Ordering::Relaxed));
    run.settle();
    run.deliver(late);
    assert_eq!(found(&run), None);
    assert!(is_at_rest(&run) && run.state.notices.is_empty());
    let compare = run.workspace().parts.get::<CompareState>();
    assert!(compare.pins.is_empty() && !compare.is_busy());
}
