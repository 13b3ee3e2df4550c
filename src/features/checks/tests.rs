//! What checks do to the window: on cells without outlines they fail, so answers of others stand in where they are needed.

use super::ChecksCommand;
use crate::model::command::Command;
use crate::model::event::Event;
use crate::model::job::Job;
use crate::model::test_run::TestRun;
use crate::model::tools::{Outcome, ToolAnswer, ToolOrder, ToolsEvent, ToolsJob};
use crate::model::update::apply;
use cytolance_tools::{Computed, ComputedColumn, keep, tool};

const BORDER: &str = "QC_Border_Cells";

fn opened() -> TestRun {
    let mut run = TestRun::of(&[&super::Checks]);
    let dataset = run.dataset("a.lance", &[900.0, 100.0, 500.0]);
    run.opened(dataset);
    run.settle();
    run
}

/// The work of the command, which is not begun.
fn asked(run: &mut TestRun) -> (u64, ToolOrder) {
    let jobs = apply(&mut run.state, Command::from(ChecksCommand::Compute));
    match jobs.first().and_then(Job::of) {
        Some(ToolsJob::Compute { task, order, .. }) => (*task, order.clone()),
        None => panic!("{} jobs", jobs.len()),
    }
}

/// A version with a check, as the work would answer it.
fn answer(run: &TestRun) -> ToolAnswer {
    let dataset = &run.workspace().dataset;
    let rows = cytolance_kernels::RowSet::from_rows(dataset.num_rows(), [1]);
    let column = std::sync::Arc::new(cytolance_explore::Column::of_flags(BORDER, &rows));
    let computed = Computed {
        columns: vec![ComputedColumn {
            column: std::sync::Arc::clone(&column),
            meaning: "cut off".to_owned(),
        }],
        ..Computed::default()
    };
    let tool = tool("checks").expect("the tool");
    let parameters = toml::Table::new();
    let kept = keep(dataset, tool, &parameters, &computed, "Ada");
    ToolAnswer {
        columns: vec![column],
        kept: Some(run.runtime.block_on(kept).expect("kept")),
        account: "3 of 3 fields with source pictures".to_owned(),
        notes: vec!["no value at all: QC_Overlap".to_owned()],
    }
}

fn computed(task: u64, order: &ToolOrder, outcome: Result<ToolAnswer, String>) -> Event {
    Event::from(ToolsEvent::Computed {
        task,
        order: order.clone(),
        outcome: outcome.map(Box::new),
    })
}

#[test]
fn checks_become_columns_of_the_next_version() {
    let mut run = opened();
    let (task, order) = asked(&mut run);
    assert_eq!(order.then, Outcome::Kept);
    let answer = answer(&run);
    let version = answer.kept.as_ref().expect("kept").dataset.version();
    run.apply(Command::Happened(computed(task, &order, Ok(answer)).into()));
    run.settle();
    assert_eq!(run.workspace().dataset.version(), version);
    assert!(run.workspace().column(BORDER).is_some());
    assert!(run.state.tasks.is_empty());
    let said = &run.state.notices.last().expect("a message").text;
    for words in [BORDER, "3 of 3 fields", "no value at all: QC_Overlap"] {
        assert!(said.contains(words), "{said}");
    }
    // The same answer once more is not told again.
    let notices = run.state.notices.len();
    let again = Err("once more".to_owned());
    run.apply(Command::Happened(computed(task, &order, again).into()));
    assert_eq!(run.state.notices.len(), notices);
}

#[test]
fn one_version_is_written_at_a_time() {
    let mut run = opened();
    let (task, order) = asked(&mut run);
    assert!(!run.workspace().is_busy(), "the screen waits for nothing");
    let again = apply(&mut run.state, Command::from(ChecksCommand::Compute));
    assert!(again.is_empty());
    assert_eq!(run.state.tasks.len(), 1);
    let failed = Err("the disk is full".to_owned());
    run.apply(Command::Happened(computed(task, &order, failed).into()));
    let said = run.state.notices.last().expect("a message");
    assert!(said.is_error && said.text == "the disk is full");
    assert!(run.state.tasks.is_empty());
    asked(&mut run);
}

#[test]
fn checks_of_a_dataset_that_is_closed_are_told_of_and_change_nothing() {
    let mut run = opened();
    let (task, order) = asked(&mut run);
    let of = run.state.workspace_id();
    let foreign = |outcome| crate::model::envelope::Envelope {
        workspace: of,
        event: computed(task, &order, outcome),
    };
    let (answer, failed) = (answer(&run), Err("the disk is full".to_owned()));
    let other = run.dataset("b.lance", &[1.0, 2.0, 3.0]);
    run.opened(other);
    run.settle();
    run.deliver(vec![foreign(Ok(answer)), foreign(failed)]);
    assert!(run.workspace().column(BORDER).is_none());
    assert!(run.state.tasks.is_empty());
    let texts: Vec<&str> = run
        .state
        .notices
        .iter()
        .map(|notice| notice.text.as_str())
        .collect();
    assert_eq!(texts, ["Saved 1 column of a.lance.", "the disk is full"]);
}

#[test]
fn what_cannot_be_checked_says_why() {
    let mut run = opened();
    run.apply(Command::from(ChecksCommand::Compute));
    run.settle();
    let said = run.state.notices.last().expect("a message");
    assert!(
        said.is_error && said.text.contains("a.lance"),
        "{}",
        said.text
    );
    assert!(run.state.tasks.is_empty());
}
