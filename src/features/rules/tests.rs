//! What the rules do to the workspace, and what the pane shows.

use std::sync::{Arc, Mutex};

use egui_kittest::{Harness, kittest::Queryable as _};
use tokio::runtime::Handle;

use super::command::RuleUse;
use super::pane::RulesView;
use super::state::{RuleRequest, added};
use super::suggest_pane::range_of;
use super::{Rules, RulesCommand, RulesEvent, RulesState, show};
use crate::model::command::{Command, SelectMode};
use crate::model::feature::Feature as _;
use crate::model::job::Job;
use crate::model::state::{Overlay, State, Workspace};
use crate::model::test_run::TestRun;
use crate::model::tools::ToolsState;
use crate::model::update::apply;
use crate::samples::six_cells;
use cytolance_explore::{HistogramPair, Suggestion};
use cytolance_export::Target;
use cytolance_profile::{Condition, OutlierRule, ZThreshold, published_rules};
use cytolance_session::SessionFile;

const AREA: &str = "Cells_AreaShape_Area";

async fn opened(folder: &tempfile::TempDir) -> State {
    let workspace = Workspace::new(six_cells(folder).await, Vec::new());
    let mut state = State::default();
    state.workspace = Some(Box::new(workspace));
    state
}

fn workspace(state: &State) -> &Workspace {
    state.workspace.as_ref().expect("an open dataset")
}

fn known(state: &State) -> &[OutlierRule] {
    &workspace(state).parts.get::<RulesState>().rules
}

fn rule(name: &str, feature: &str, z: f64) -> OutlierRule {
    OutlierRule {
        name: name.to_owned(),
        thresholds: vec![ZThreshold {
            feature: feature.to_owned(),
            z,
        }],
        ignore_nulls: false,
        ..OutlierRule::default()
    }
}

/// Does the work that a command starts, and what follows from it.
fn done(state: &mut State, command: Command, handle: &Handle) {
    let mut jobs = apply(state, command);
    while let Some(job) = jobs.pop() {
        let events = Mutex::new(Vec::new());
        match job {
            Job::Feature(job) => job.run(handle, &|event| {
                let happened = Command::Happened(event.into());
                events.lock().expect("events").push(happened);
            }),
            Job::Query { explorer, work } => {
                let query = explorer.run(&work.request.query, &work.cancelled, &|_| ());
                let outcome = handle.block_on(query).map_err(|error| error.to_string());
                let event = crate::model::event::Event::QueryEnded {
                    generation: work.generation,
                    outcome,
                };
                events
                    .lock()
                    .expect("events")
                    .push(Command::Happened(event.into()));
            }
            _ => {}
        }
        for event in events.into_inner().expect("events") {
            jobs.extend(apply(state, event));
        }
    }
}

fn with_state(test: impl FnOnce(&mut State, &Handle)) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = runtime.block_on(opened(&folder));
    test(&mut state, runtime.handle());
}

#[test]
fn rules_are_counted_selected_filtered_and_followed() {
    with_state(|state, handle| {
        let send = |state: &mut State, command| done(state, Command::from(command), handle);
        let mut large = rule("large", AREA, 1.0);
        send(state, RulesCommand::Add(large.clone()));
        send(
            state,
            RulesCommand::Add(rule("gone", "Nuclei_AreaShape_Area", 1.0)),
        );
        send(state, RulesCommand::Want);
        let found = |state: &State, name: &str| {
            let rules = workspace(state).parts.get::<RulesState>();
            let found = rules.found(name).expect("a count");
            (found.count, found.shown, found.missing.len())
        };
        // The area of one cell is not known.
        assert_eq!(found(state, "large"), (0, 0, 0));
        assert_eq!(found(state, "gone"), (0, 0, 1));
        assert!(!workspace(state).parts.is_busy());
        large.ignore_nulls = true;
        send(state, RulesCommand::Edit("large".to_owned(), large.clone()));
        send(state, RulesCommand::Want);
        assert_eq!(found(state, "large"), (1, 1, 0));

        let select = RuleUse::Select(SelectMode::Replace);
        send(state, RulesCommand::Use("large".to_owned(), select));
        assert_eq!(workspace(state).selection.iter().collect::<Vec<_>>(), [5]);
        send(state, RulesCommand::Use("gone".to_owned(), select));
        let said = state.notices.last().expect("a message");
        assert!(said.is_error && said.text.contains("Nuclei_AreaShape_Area"));

        send(
            state,
            RulesCommand::Use("large".to_owned(), RuleUse::Filter),
        );
        assert_eq!(workspace(state).order.to_vec(), [5]);
        large.thresholds[0].z = 0.5;
        large.name = "larger".to_owned();
        send(state, RulesCommand::Edit("large".to_owned(), large.clone()));
        assert_eq!(
            workspace(state).order.to_vec(),
            [0, 5],
            "the filter follows"
        );
        send(
            state,
            RulesCommand::Use("larger".to_owned(), RuleUse::Filter),
        );
        assert_eq!(workspace(state).query.filters.len(), 1, "one filter a rule");

        send(
            state,
            RulesCommand::Use("larger".to_owned(), RuleUse::AddColumns),
        );
        let explorer = &workspace(state).explorer;
        let flag = explorer.cached("cqc.larger.is_outlier").expect("a column");
        let flags: Vec<_> = (0..6).map(|row| flag.text(row).expect("a flag")).collect();
        assert_eq!(flags, ["true", "false", "false", "false", "false", "true"]);
        let scores = explorer
            .cached(&format!("cqc.larger.Z_Score.{AREA}"))
            .expect("a column");
        assert!(
            scores
                .number(5)
                .is_some_and(|z| (z - 2.0_f64.sqrt()).abs() < 1e-9)
        );
        assert!(scores.is_null(3));
        assert!(workspace(state).column("cqc.larger.is_outlier").is_some());
        assert_eq!(added(workspace(state), "larger"), Some(large));
    });
}

#[test]
fn names_stay_unique() {
    with_state(|state, handle| {
        let send = |state: &mut State, command| done(state, Command::from(command), handle);
        send(state, RulesCommand::Add(rule("a", AREA, 1.0)));
        send(state, RulesCommand::Add(rule("a", AREA, 2.0)));
        send(state, RulesCommand::Duplicate("a".to_owned()));
        send(
            state,
            RulesCommand::Edit("a_2".to_owned(), rule("a", AREA, 5.0)),
        );
        send(
            state,
            RulesCommand::Edit("a_3".to_owned(), rule(" ", AREA, 6.0)),
        );
        send(state, RulesCommand::Delete("a".to_owned()));
        let names: Vec<&str> = known(state).iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["rule", "a_2"]);
    });
}

#[test]
fn files_of_rules_are_saved_and_loaded() {
    with_state(|state, handle| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder
            .path()
            .join("rules.yml")
            .to_string_lossy()
            .into_owned();
        let send = |state: &mut State, command| done(state, Command::from(command), handle);
        send(state, RulesCommand::Add(rule("a", AREA, 1.0)));
        let save = || RulesCommand::Save(Target::new(&path, false));
        send(state, save());
        let said = state.notices.last().expect("a message");
        assert!(!said.is_error && said.text.contains(&path), "{}", said.text);
        // Once more: it is asked first, and nothing is written before.
        send(
            state,
            RulesCommand::Edit("a".to_owned(), rule("a", AREA, 2.0)),
        );
        let before = std::fs::read(&path).expect("a file");
        send(state, save());
        assert!(matches!(state.overlay, Overlay::Replace(_)));
        assert_eq!(std::fs::read(&path).expect("a file"), before);
        done(state, Command::Replace, handle);
        assert_eq!(state.overlay, Overlay::None);
        assert_ne!(std::fs::read(&path).expect("a file"), before);
        send(
            state,
            RulesCommand::Edit("a".to_owned(), rule("a", AREA, 1.0)),
        );
        send(state, save());
        done(state, Command::Replace, handle);
        send(
            state,
            RulesCommand::Edit("a".to_owned(), rule("a", AREA, 7.0)),
        );
        send(state, RulesCommand::Load(path.clone()));
        assert_eq!(known(state), [rule("a", AREA, 1.0)]);
        std::fs::write(&path, "thresholds: 5").expect("written");
        send(state, RulesCommand::Load(path));
        let said = state.notices.last().expect("a message");
        assert!(
            said.is_error && said.text.contains("rules.yml"),
            "{}",
            said.text
        );
    });
}

#[test]
fn what_sets_the_selection_apart_is_found() {
    with_state(|state, handle| {
        done(state, Command::Select(vec![5], SelectMode::Replace), handle);
        done(state, Command::from(RulesCommand::Suggest), handle);
        let rules = workspace(state).parts.get::<RulesState>();
        assert!(rules.suggesting.is_none() && state.tasks.is_empty());
        let found = rules.suggestions.as_ref().expect("suggestions");
        let found = found.outcome.as_ref().expect("features");
        let features: Vec<&str> = found
            .features
            .iter()
            .map(|feature| feature.feature.as_str())
            .collect();
        assert_eq!(features, [AREA]);
    });
}

#[test]
fn suggested_filters_keep_the_side_that_differs() {
    let suggestion = |effect| Suggestion {
        feature: "a".to_owned(),
        effect,
        median: 5.0,
        median_rest: 1.0,
        middle: [4.0, 6.0],
        histograms: HistogramPair {
            min: 0.0,
            max: 1.0,
            selected: Vec::new(),
            rest: Vec::new(),
        },
        similar: Vec::new(),
    };
    let cases = [(2.0, 4.0, f64::INFINITY), (-2.0, f64::NEG_INFINITY, 6.0)];
    for (effect, min, max) in cases {
        let expected = Condition::Range {
            column: "a".to_owned(),
            min,
            max,
        };
        assert_eq!(range_of(&suggestion(effect)), expected);
    }
}

const AREAS: [f64; 4] = [900.0, 100.0, 500.0, 300.0];

/// A dataset is open, with a rule that finds its first cell.
fn started(name: &str) -> TestRun {
    let mut run = TestRun::of(&[&super::Rules]);
    let dataset = run.dataset(name, &AREAS);
    run.opened(dataset);
    run.settle();
    run.apply(Command::from(RulesCommand::Add(rule("large", AREA, 1.0))));
    run
}

fn count(run: &TestRun) -> Option<usize> {
    let rules = run.workspace().parts.get::<RulesState>();
    rules.found("large").map(|found| found.count)
}

#[test]
fn an_answer_that_comes_late_does_not_stay() {
    let mut run = started("a.lance");
    run.apply(Command::from(RulesCommand::Want));
    let late = run.answers();
    let wide = rule("large", AREA, -0.1);
    let edit = RulesCommand::Edit("large".to_owned(), wide);
    run.apply(Command::from(edit));
    run.apply(Command::from(RulesCommand::Want));
    run.deliver(late);
    run.settle();
    assert_eq!(count(&run), Some(2), "of the rule as it is now");
    assert!(!run.workspace().is_busy());
    // One of a rule that is gone is kept nowhere.
    run.apply(Command::from(RulesCommand::Edit(
        "large".to_owned(),
        rule("large", AREA, 1.0),
    )));
    run.apply(Command::from(RulesCommand::Want));
    run.apply(Command::from(RulesCommand::Delete("large".to_owned())));
    run.settle();
    assert_eq!(count(&run), None);
}

#[test]
fn an_answer_for_a_dataset_that_is_closed_changes_nothing() {
    let mut run = started("a.lance");
    run.apply(Command::Select(vec![1], SelectMode::Replace));
    run.apply(Command::from(RulesCommand::Want));
    let select = RuleUse::Select(SelectMode::Replace);
    run.apply(Command::from(RulesCommand::Use("large".to_owned(), select)));
    let add = RuleUse::AddColumns;
    run.apply(Command::from(RulesCommand::Use("large".to_owned(), add)));
    run.apply(Command::from(RulesCommand::Suggest));
    let foreign = run.answers();
    assert!(foreign.len() >= 4, "{}", foreign.len());
    let other = run.dataset("b.lance", &AREAS);
    run.opened(other);
    run.deliver(foreign);
    run.settle();
    assert_eq!(count(&run), None);
    assert_eq!(run.workspace().num_selected, 0);
    assert!(run.workspace().explorer.computed().is_empty());
    assert!(run.state.tasks.is_empty(), "{:?}", run.state.tasks);
    assert!(run.state.notices.is_empty(), "{:?}", run.state.notices);
}

#[test]
fn a_failure_is_told_and_asked_for_no_more() {
    let mut run = started("a.lance");
    run.apply(Command::from(RulesCommand::Want));
    let counted = run
        .answers()
        .into_iter()
        .find_map(|answer| match answer.event.of() {
            Some(RulesEvent::Counted {
                generation,
                request,
                ..
            }) => Some((*generation, request.clone())),
            _ => None,
        });
    let (generation, request): (u64, RuleRequest) = counted.expect("a count");
    let failed = || {
        let event = RulesEvent::Counted {
            generation,
            request: request.clone(),
            outcome: Err("the disk is gone".to_owned()),
        };
        Command::Happened(crate::model::event::Event::from(event).into())
    };
    run.apply(failed());
    let rules = run.workspace().parts.get::<RulesState>();
    let outcome = &rules.results["large"].outcome;
    assert_eq!(
        outcome.as_ref().err().map(String::as_str),
        Some("the disk is gone")
    );
    assert!(!run.workspace().is_busy());
    run.apply(Command::from(RulesCommand::Want));
    assert!(!run.workspace().is_busy(), "the same is not asked again");
    // The same answer once more changes nothing.
    run.apply(failed());
    run.settle();
    assert!(!run.workspace().is_busy());
}

#[test]
fn columns_are_added_once_and_kept_as_a_version() {
    let mut run = started("a.lance");
    let add = || Command::from(RulesCommand::Use("large".to_owned(), RuleUse::AddColumns));
    run.apply(add());
    let answers = run.answers();
    run.deliver(answers);
    run.settle();
    let flag = "cqc.large.is_outlier";
    let text = |run: &TestRun, name: &str| {
        let explorer = &run.workspace().explorer;
        let read = run.runtime.block_on(explorer.columns(&[name.to_owned()]));
        read.expect("a column")[0].text(0)
    };
    assert_eq!(text(&run, flag).as_deref(), Some("true"));
    let table = &run.workspace().table;
    assert!(table.position(flag).is_some(), "it is seen");
    let before = run.workspace().dataset.version();
    run.apply(Command::from(RulesCommand::Use(
        "large".to_owned(),
        RuleUse::Keep,
    )));
    run.settle();
    let dataset = &run.workspace().dataset;
    assert_eq!(dataset.version(), before + 1);
    let stored = "cqc_large_is_outlier";
    assert_eq!(text(&run, stored).as_deref(), Some("true"));
    let said = dataset.description(stored).expect("a description");
    assert!(said.contains(AREA), "{said}");
    assert!(run.workspace().column(stored).is_some());
    assert!(
        run.workspace().column(flag).is_some(),
        "what is shown stays"
    );
    let tools = run.workspace().parts.get::<ToolsState>();
    assert_eq!(tools.applied.len(), 1);
}

#[test]
fn sessions_keep_rules_and_an_empty_one_takes_them_away() {
    let mut run = started("a.lance");
    let mut session = SessionFile::default();
    Rules.save(run.workspace(), &mut session);
    assert_eq!(session.rules, [rule("large", AREA, 1.0)]);
    run.apply(Command::from(RulesCommand::Use(
        "large".to_owned(),
        RuleUse::Filter,
    )));
    run.settle();
    let mut notes = Vec::new();
    let empty = SessionFile::default();
    let jobs = Rules.restore(&mut run.state, &empty, &mut notes);
    assert!(jobs.is_empty() && known(&run.state).is_empty());
    // A filter by a rule of the same name follows the one of the session.
    session.rules[0].thresholds[0].z = -0.1;
    session.rules[0].ignore_nulls = true;
    let jobs = Rules.restore(&mut run.state, &session, &mut notes);
    assert_eq!(jobs.len(), 1, "the cells are filtered anew");
    assert_eq!(known(&run.state), session.rules);
    let filter = &run.workspace().query.filters[0].condition;
    assert!(matches!(filter, Condition::Outlier { rule } if **rule == session.rules[0]));
    assert!(notes.is_empty(), "{notes:?}");
}

/// The pane over a state; what it asks for is kept.
fn harness(state: &State) -> (Harness<'_>, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let mut view = RulesView::default();
    let harness = Harness::builder()
        .with_size([360.0, 700.0])
        .with_context_setup(cytolance_widgets::install)
        .build_ui(move |ui| {
            let mut commands = Vec::new();
            show(ui, workspace(state), &mut view, &mut commands);
            let new = commands.iter().filter(|command| !command.is_request());
            let new = new.map(|command| format!("{command:?}"));
            kept.lock().expect("commands").extend(new);
        });
    (harness, asked)
}

#[test]
fn the_pane_says_what_to_do_and_what_is_found() {
    with_state(|state, handle| {
        {
            let (mut harness, asked) = harness(state);
            harness.run();
            harness.get_by_label("Use coSMicQC's rules").click();
            harness.run();
            let asked = asked.lock().expect("commands");
            let first = published_rules()[0].name;
            assert_eq!(asked.len(), published_rules().len() + 1);
            assert!(asked[0].contains("Add(") && asked[0].contains(first));
            let opened = format!("Open(Some(\"{first}\"))");
            assert!(
                asked[3].contains(&opened),
                "the first one is seen: {asked:?}"
            );
        }
        let send = |state: &mut State, command| done(state, Command::from(command), handle);
        send(state, RulesCommand::Add(rule("large", AREA, 1.0)));
        send(state, RulesCommand::Want);
        let (mut harness, asked) = harness(state);
        harness.run();
        harness.get_by_label("0 of 6 cells");
        harness.get_by_label(&format!(
            "{AREA} has 1 missing value, so nothing is found, as by coSMicQC's label_outliers; switch on «ignore nulls»"
        ));
        for button in ["ignore nulls", "Leave out cells without a value"] {
            harness.get_by_label(button).click();
            harness.run();
        }
        harness.get_by_label("Filter").click();
        harness.run();
        let asked = asked.lock().expect("commands");
        assert!(
            asked[..2]
                .iter()
                .all(|asked| asked.contains("ignore_nulls: true")),
            "{asked:?}"
        );
        assert!(
            asked.last().is_some_and(|last| last.contains("Filter")),
            "{asked:?}"
        );
    });
}
