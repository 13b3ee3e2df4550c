//! What follows where values change.

use super::*;
use crate::model::command::Command;
use crate::model::scatter::Axes;
use crate::model::state::ColumnSummary;
use crate::model::test_run::TestRun;

const SCORE: &str = "Score";
const AREA: &str = "Cells_AreaShape_Area";

/// Gives the cells other scores, as a rule or a check does.
fn score(run: &mut TestRun, scores: [f64; 4]) {
    let column = Arc::new(Column::of_floats(SCORE, scores.to_vec()));
    let workspace = run.state.workspace.as_mut().expect("an open dataset");
    let jobs = workspace.set_computed(&[column]);
    let id = run.state.workspace_id();
    for job in jobs {
        run.executor.start(job, id);
    }
}

/// Everything that is made of the scores: the cells that pass, in order; the points; the bars; the groups.
fn seen(run: &TestRun) -> (Vec<u32>, Vec<Option<f64>>, Vec<u64>, Vec<f64>) {
    let open = run.workspace();
    let points = open.scatter.points.as_ref().expect("points");
    let bounds = points.index.bounds().expect("a range");
    let on_axis: Vec<Option<f64>> = (0..4).map(|row| points.x.number(row)).collect();
    let numbers = || on_axis.iter().copied().flatten();
    assert_eq!(
        bounds.min[0],
        numbers().fold(f64::INFINITY, f64::min),
        "the index, too"
    );
    assert_eq!(bounds.max[0], numbers().fold(f64::NEG_INFINITY, f64::max));
    let bars = open
        .summaries
        .values()
        .next()
        .map_or_else(Vec::new, |summary| match summary {
            ColumnSummary::Range(histogram) => vec![histogram.min, histogram.max],
            ColumnSummary::Categories(_) => Vec::new(),
        });
    let groups = match &open.groups.found {
        Some((_, Ok(groups))) => groups.iter().map(|group| group.mean).collect(),
        _ => Vec::new(),
    };
    let bars = bars.into_iter().map(f64::to_bits).collect();
    (open.order.to_vec(), on_axis, bars, groups)
}

fn started() -> TestRun {
    let mut run = TestRun::new();
    let dataset = run.dataset("a.lance", &[900.0, 100.0, 500.0, 300.0]);
    run.opened(dataset);
    score(&mut run, [1.0, 2.0, 3.0, 4.0]);
    run.apply(Command::AddFilter(Condition::Range {
        column: SCORE.to_owned(),
        min: 1.5,
        max: f64::INFINITY,
    }));
    run.apply(Command::CycleSort(SCORE.to_owned()));
    run.apply(Command::SetAxes(Axes {
        x: Some(SCORE.to_owned()),
        y: Some(AREA.to_owned()),
        color: None,
    }));
    run.apply(Command::ShowGroups(
        SCORE.to_owned(),
        Some("Metadata_Well".to_owned()),
    ));
    run
}

#[test]
fn table_filters_plot_histograms_and_groups_follow() {
    let mut run = started();
    run.settle();
    let before = seen(&run);
    assert_eq!(before.0, [1, 2, 3]);
    score(&mut run, [9.0, 8.0, 0.0, 7.0]);
    run.settle();
    let after = seen(&run);
    assert_eq!(after.0, [3, 1, 0]);
    assert_eq!(after.1, [Some(9.0), Some(8.0), Some(0.0), Some(7.0)]);
    assert_eq!(after.2, [0.0_f64.to_bits(), 9.0_f64.to_bits()]);
    assert_ne!(after.3, before.3);
}

#[test]
fn a_change_while_work_runs_is_not_lost() {
    let mut run = started();
    run.settle();
    // All is asked for anew, and the answers are made of the old scores.
    run.apply(Command::CycleSort(SCORE.to_owned()));
    run.apply(Command::SetAxes(Axes {
        x: Some(SCORE.to_owned()),
        y: Some(AREA.to_owned()),
        color: Some(AREA.to_owned()),
    }));
    let late = run.answers();
    assert!(!late.is_empty());
    score(&mut run, [9.0, 8.0, 0.0, 7.0]);
    run.deliver(late);
    run.settle();
    let after = seen(&run);
    assert_eq!(after.0, [0, 1, 3], "largest first");
    assert_eq!(after.1, [Some(9.0), Some(8.0), Some(0.0), Some(7.0)]);
    assert!(!run.workspace().is_busy());
}

#[test]
fn another_version_is_read_anew() {
    let mut run = TestRun::new();
    let first = run.dataset("a.lance", &[900.0, 100.0, 500.0, 300.0]);
    // Another dataset of as many rows stands for a version with other values.
    let second = run.dataset("b.lance", &[1.0, 4.0, 2.0, 3.0]);
    run.opened(first);
    run.apply(Command::CycleSort(AREA.to_owned()));
    run.apply(Command::AddFilter(Condition::Sql {
        text: format!("{AREA} > 2"),
    }));
    run.settle();
    assert_eq!(run.workspace().order.to_vec(), [1, 3, 2, 0]);
    let old = run.workspace().explorer.clone();
    let workspace = run.state.workspace.as_mut().expect("an open dataset");
    let jobs = workspace.rebase(second, &[AREA.to_owned()]);
    // A job of before that is only done now keeps nothing for those after it.
    let query = workspace.query.clone();
    let never = std::sync::atomic::AtomicBool::new(false);
    run.runtime
        .block_on(old.run(&query, &never, &|_| ()))
        .expect("rows");
    let id = run.state.workspace_id();
    for job in jobs {
        run.executor.start(job, id);
    }
    run.settle();
    assert_eq!(run.workspace().order.to_vec(), [3, 1]);
    let values = run.workspace().values.as_ref().expect("the cell's values");
    assert!(
        values
            .values
            .iter()
            .any(|(name, value)| name == AREA && value.as_deref() == Some("1.0")),
        "{values:?}"
    );
}
