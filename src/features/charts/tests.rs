//! What answers do to charts, and what a session has of them.

use super::state::{ChartKind, ChartSettings};
use super::{Charts, ChartsCommand, ChartsJob, ChartsState};
use crate::model::command::{Command, SelectMode};
use crate::model::feature::{Feature, PaneId};
use crate::model::job::Job;
use crate::model::state::{Overlay, Workspace};
use crate::model::test_request::{PaneRequest, comes_back, fields, opened, selects, show_fewer};
use crate::model::test_run::TestRun;
use crate::model::update::apply;
use cytolance_export::Target;

const AREA: &str = "Cells_AreaShape_Area";

fn set(run: &mut TestRun, kind: ChartKind) {
    run.apply(Command::from(ChartsCommand::Set(ChartSettings {
        kind,
        feature: Some(AREA.to_owned()),
        group: Some("Metadata_Well".to_owned()),
        ..ChartSettings::default()
    })));
}

fn want() -> Command {
    Command::from(ChartsCommand::Want([400, 300]))
}

/// Boxes of the two wells are on the screen.
fn draw(run: &mut TestRun) {
    set(run, ChartKind::Box);
    run.apply(want());
    run.settle();
}

#[test]
fn a_chart_is_of_the_newest_request_and_of_its_dataset() {
    let request = PaneRequest {
        prepare: |run| set(run, ChartKind::Histogram),
        ask: want,
        change: show_fewer,
        stop: |job| match job.of()? {
            ChartsJob::Draw { work, .. } => Some(&work.cancelled),
            _ => None,
        },
        seen: |workspace| {
            let charts = workspace.parts.get::<ChartsState>();
            let numbers = |chart: &super::state::Chart| format!("{:?}", chart.figure.table.rows);
            let chart = charts.chart.as_ref().map(|chart| numbers(chart));
            (chart, charts.error.clone())
        },
    };
    request.holds();
}

#[test]
fn the_cells_of_a_box_are_selected_unless_something_else_was_in_the_meantime() {
    let select = || Command::from(ChartsCommand::Select(1, SelectMode::Replace));
    selects(draw, select, &[1, 3]);
}

#[test]
fn a_file_is_told_of_whatever_is_open_and_replaced_only_where_its_dataset_is() {
    let mut run = opened();
    draw(&mut run);
    let file = run.folder.path().join("chart.csv");
    let save = || Command::from(ChartsCommand::Save(Target::new(&file, false)));
    run.apply(save());
    run.settle();
    run.apply(save());
    run.settle();
    assert!(matches!(&run.state.overlay, Overlay::Replace(question) if question.path == file));
    run.apply(Command::SetOverlay(Overlay::None));

    // The second of these finds the file; both come when another dataset is open.
    let new = run.folder.path().join("other.csv");
    let other = Command::from(ChartsCommand::Save(Target::new(&new, false)));
    run.apply(other);
    let mut late = run.answers();
    run.apply(save());
    late.extend(run.answers());
    let dataset = fields(&run, "b.lance", &[10.0, 30.0]);
    run.opened(dataset);
    run.settle();
    run.deliver(late);
    assert_eq!(run.state.overlay, Overlay::None);
    let said = |path: &std::path::Path| path.display().to_string();
    let told: Vec<(bool, &str)> = run
        .state
        .notices
        .iter()
        .map(|notice| (notice.is_error, notice.text.as_str()))
        .collect();
    let left = format!(
        "Another dataset is open now, so {} was left as it is.",
        said(&file)
    );
    assert_eq!(
        told,
        [
            (false, &*format!("Saved {}", said(&file))),
            (false, &*format!("Saved {}", said(&new))),
            (true, &*left),
        ]
    );
}

/// Something that marks a value on every axis.
struct Ceiling;

impl Feature for Ceiling {
    fn id(&self) -> PaneId {
        PaneId("ceiling")
    }

    fn thresholds_on(&self, _workspace: &Workspace, column: &str) -> Vec<(String, f64)> {
        vec![(format!("ceiling of {column}"), 500.0)]
    }
}

#[test]
fn what_others_mark_on_the_axis_is_in_the_chart() {
    let mut run = opened();
    run.state.features = &[&Ceiling];
    set(&mut run, ChartKind::Histogram);
    let jobs = apply(&mut run.state, want());
    let Some(ChartsJob::Draw { work, .. }) = jobs.first().and_then(Job::of) else {
        panic!("{} jobs", jobs.len());
    };
    let ceiling = (format!("ceiling of {AREA}"), 500.0);
    assert_eq!(work.request.thresholds, [ceiling]);
}

#[test]
fn a_session_has_how_the_chart_looks() {
    comes_back(
        &Charts,
        r#"
        kind = "violin"
        feature = "Cells_AreaShape_Area"
        group = "Metadata_Well"
        features = ["Cells_AreaShape_Area", "Cells_AreaShape_FormFactor"]
        correlation = "spearman"
        bins = 40
        log_counts = true
        "#,
    );
}
