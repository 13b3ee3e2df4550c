//! What tools do to the workspace, to sessions and to the palette.

use std::sync::{Arc, Mutex};

use egui_kittest::{Harness, kittest::Queryable as _};
use toml::Table;

use super::{Tools, show};
use crate::model::command::Command;
use crate::model::feature::Feature as _;
use crate::model::session::{session_of, take_up};
use crate::model::state::Overlay;
use crate::model::test_run::TestRun;
use crate::model::tools::{Outcome, ToolDraft, ToolsCommand, ToolsState};
use cytolance_explore::Column;
use cytolance_profile::{Condition, OutlierRule, ZThreshold};
use cytolance_session::SessionFile;
use cytolance_tools::{OutlierParameters, Outliers, TOOLS, tool};

const AREA: &str = "Cells_AreaShape_Area";
const FLAG: &str = "cqc.large.is_outlier";
const AREAS: [f64; 4] = [900.0, 100.0, 500.0, 300.0];

/// The parameters of a rule about a column.
fn rule(feature: &str, z: f64) -> Table {
    OutlierParameters::of_rule(OutlierRule {
        name: "large".to_owned(),
        thresholds: vec![ZThreshold {
            feature: feature.to_owned(),
            z,
        }],
        ..OutlierRule::default()
    })
    .table()
}

fn start(parameters: Table, then: Outcome) -> Command {
    Command::from(ToolsCommand::Start {
        tool: Outliers::ID.to_owned(),
        parameters,
        then,
    })
}

fn opened() -> TestRun {
    let mut run = TestRun::of(&[&Tools]);
    let dataset = run.dataset("a.lance", &AREAS);
    run.opened(dataset);
    run.settle();
    run
}

/// Whom the rule finds, as far as the workspace knows.
fn found(run: &TestRun) -> Vec<u32> {
    let flag = run.workspace().explorer.cached(FLAG).expect("a column");
    let rows = 0..flag.len() as u32;
    rows.filter(|row| flag.text(*row).as_deref() == Some("true"))
        .collect()
}

#[test]
fn the_later_of_two_orders_stays_whichever_is_answered_first() {
    for late_last in [true, false] {
        let mut run = opened();
        run.apply(start(rule(AREA, 1.0), Outcome::Added));
        let first = run.answers();
        run.apply(start(rule(AREA, -0.1), Outcome::Added));
        let second = run.answers();
        let order = if late_last {
            [first, second]
        } else {
            [second, first]
        };
        for answers in order {
            run.deliver(answers);
        }
        run.settle();
        assert_eq!(found(&run), [1, 3], "the first last: {late_last}");
        let applied = &run.workspace().parts.get::<ToolsState>().applied;
        assert_eq!(applied.len(), 1);
        assert_eq!(applied[0].parameters, rule(AREA, -0.1));
        assert!(!run.workspace().is_busy() && run.state.tasks.is_empty());
    }
}

#[test]
fn columns_of_values_that_have_changed_meanwhile_are_made_anew() {
    let mut run = opened();
    let score = |run: &mut TestRun, values: [f64; 4]| {
        let column = Arc::new(Column::of_floats("Score", values.to_vec()));
        let workspace = run.state.workspace.as_mut().expect("an open dataset");
        let jobs = workspace.set_computed(&[column]);
        let id = run.state.workspace_id();
        for job in jobs {
            run.executor.start(job, id);
        }
    };
    score(&mut run, [9.0, 1.0, 1.0, 1.0]);
    run.apply(start(rule("Score", 1.0), Outcome::Added));
    let stale = run.answers();
    score(&mut run, [1.0, 1.0, 1.0, 9.0]);
    run.deliver(stale);
    run.settle();
    assert_eq!(found(&run), [3]);
    assert!(run.state.tasks.is_empty());
}

#[test]
fn answers_for_a_dataset_that_is_closed_are_dropped() {
    let mut run = opened();
    run.apply(start(rule(AREA, 1.0), Outcome::Added));
    let foreign = run.answers();
    let other = run.dataset("b.lance", &AREAS);
    run.opened(other);
    run.settle();
    run.deliver(foreign);
    run.settle();
    assert!(run.workspace().explorer.computed().is_empty());
    assert!(run.state.tasks.is_empty());
}

#[test]
fn what_cannot_be_started_says_why() {
    let cases = [
        ("nonsense", Table::new(), "there is no tool nonsense"),
        (Outliers::ID, rule("Nowhere", 1.0), "no Nowhere"),
        (
            Outliers::ID,
            Table::from_iter([("z".to_owned(), toml::Value::Integer(1))]),
            "has no parameter z",
        ),
    ];
    for (tool, parameters, words) in cases {
        let mut run = opened();
        run.apply(Command::from(ToolsCommand::Start {
            tool: tool.to_owned(),
            parameters,
            then: Outcome::Added,
        }));
        let said = run.state.notices.last().expect("a message");
        assert!(said.is_error && said.text.contains(words), "{}", said.text);
        assert!(run.state.tasks.is_empty() && run.answers().is_empty());
    }
}

#[test]
fn a_session_computes_its_columns_anew() {
    let mut run = opened();
    run.apply(start(rule(AREA, 1.0), Outcome::Added));
    run.settle();
    run.apply(Command::AddFilter(Condition::Equals {
        column: FLAG.to_owned(),
        text: "true".to_owned(),
    }));
    run.settle();
    assert_eq!(run.workspace().order.to_vec(), [0]);
    let session = session_of(run.state.features, run.workspace(), "");
    let text = session.to_text().expect("text");
    let session = SessionFile::parse(&text, std::path::Path::new("s.toml")).expect("a session");
    // Closed and opened again: nothing of the columns is left.
    let again = run.workspace().dataset.clone();
    run.opened(again);
    run.settle();
    assert!(run.workspace().column(FLAG).is_none());
    let notes = {
        let (jobs, notes) = take_up(&mut run.state, &session);
        let id = run.state.workspace_id();
        for job in jobs {
            run.executor.start(job, id);
        }
        notes
    };
    assert!(notes.is_empty(), "{notes:?}");
    run.settle();
    assert_eq!(found(&run), [0]);
    assert_eq!(
        run.workspace().order.to_vec(),
        [0],
        "the filter is there, too"
    );
    let open = run.workspace();
    assert!(open.query_error.is_none(), "{:?}", open.query_error);
    assert!(open.table.position(FLAG).is_some());
    // On cells that lack the feature it says so, and promises nothing.
    let mut lacking = session.clone();
    let mut applied: Vec<cytolance_session::Application> =
        lacking.panes["tools"].clone().try_into().expect("tools");
    applied[0].parameters = rule("Nowhere", 1.0);
    let value = toml::Value::try_from(&applied).expect("a value");
    lacking.panes.insert("tools".to_owned(), value);
    assert!(Tools.promises(run.workspace(), &lacking).is_empty());
    let mut notes = Vec::new();
    assert!(
        Tools
            .restore(&mut run.state, &lacking, &mut notes)
            .is_empty()
    );
    assert!(notes[0].contains("no Nowhere"), "{notes:?}");
}

#[test]
fn kept_columns_are_no_more_computed() {
    let mut run = opened();
    let named = || {
        let mut parameters = rule(AREA, 1.0);
        parameters.insert("scores".to_owned(), toml::Value::Boolean(false));
        parameters
    };
    run.apply(start(named(), Outcome::Kept));
    run.settle();
    let open = run.workspace();
    assert_eq!(
        open.dataset
            .made_by("cqc_large_is_outlier")
            .map(|made| made.0),
        Some("outliers")
    );
    assert!(open.explorer.computed().is_empty());
    assert!(open.parts.get::<ToolsState>().applied.is_empty());
    assert!(
        run.state
            .notices
            .last()
            .expect("a message")
            .text
            .contains("1 column is in version")
    );
}

#[test]
fn every_tool_is_in_the_palette_and_has_a_form() {
    let mut run = opened();
    for tool in TOOLS {
        let title = tool.title().to_lowercase();
        let words: Vec<&str> = title.split(' ').collect();
        let mut offers = Tools.offers(run.workspace(), &words);
        assert_eq!(offers.len(), 1, "{title}");
        run.apply(offers.remove(0).command);
        assert_eq!(run.state.overlay, Overlay::Of(Tools.id()));
        let draft = &run.workspace().parts.get::<ToolsState>().draft;
        let draft = draft.as_ref().expect("a form");
        assert_eq!(draft, &ToolDraft::new(*tool));
        assert!(draft.parameters().expect("parameters").is_empty());
    }
}

#[test]
fn the_form_says_what_is_wrong_and_runs_what_is_typed() {
    let mut run = opened();
    let outliers = tool(Outliers::ID).expect("the tool");
    let draft = ToolDraft::new(outliers);
    let asked = Arc::new(Mutex::new(Vec::new()));
    {
        let kept = Arc::clone(&asked);
        let open = run.workspace();
        let mut harness = Harness::builder()
            .with_size([560.0, 500.0])
            .with_context_setup(cytolance_widgets::install)
            .build_ui(move |ui| {
                let mut commands = Vec::new();
                show(ui, open, &draft, &mut commands);
                kept.lock().expect("commands").extend(commands);
            });
        harness.run();
        // The published rules are about nuclei, and these cells have none.
        harness.get_by_label_contains("none of the rules can be used");
        harness.get_by_label("robust").click();
        harness.run();
    }
    let asked = std::mem::take(&mut *asked.lock().expect("commands"));
    let filled = asked.iter().find_map(|command| match command.of() {
        Some(ToolsCommand::Fill(draft)) => Some(draft.clone()),
        _ => None,
    });
    let mut filled = filled.expect("another form");
    let parameters = filled.parameters().expect("parameters");
    assert_eq!(parameters.len(), 1);
    assert_eq!(parameters["robust"], toml::Value::Boolean(true));
    // What is wrong is told, and the form stays.
    run.apply(Command::from(ToolsCommand::Ask(Outliers::ID)));
    let typed = |filled: &mut ToolDraft, wanted: &str, typed: &str| {
        let mut texts = filled.texts.iter_mut();
        let text = texts.find(|(name, _)| name == wanted);
        typed.clone_into(&mut text.expect("a parameter").1);
    };
    for (name, text, words) in [
        ("only", "nothing", "there is no rule nothing"),
        ("robust", "perhaps", "neither true nor false"),
    ] {
        typed(&mut filled, name, text);
        run.apply(Command::from(ToolsCommand::Fill(filled.clone())));
        run.apply(Command::from(ToolsCommand::Run(Outcome::Added)));
        assert_eq!(run.state.overlay, Overlay::Of(Tools.id()));
        let said = &run.state.notices.last().expect("a message").text;
        assert!(said.contains(words), "{said}");
    }
    // Rules can be typed as a session writes them.
    let rules = rule(AREA, 1.0)["rules"].to_string();
    for (name, text) in [("only", ""), ("robust", "false"), ("rules", rules.as_str())] {
        typed(&mut filled, name, text);
    }
    run.apply(Command::from(ToolsCommand::Fill(filled)));
    run.apply(Command::from(ToolsCommand::Run(Outcome::Added)));
    assert_eq!(run.state.overlay, Overlay::None);
    run.settle();
    assert_eq!(found(&run), [0]);
}
