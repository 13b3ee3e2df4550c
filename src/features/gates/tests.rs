//! Gates, their filters and counts, with answers that come late, twice, of another dataset, or not at all.

use super::state::CountRequest;
use super::{GateCounts, GateNode, GatesCommand, GatesEvent, GatesJob, GatesState};
use crate::model::command::{Area, Command, SelectMode};
use crate::model::envelope::Envelope;
use crate::model::event::Event;
use crate::model::failure::ending;
use crate::model::feature::Feature as _;
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::scatter::Axes;
use crate::model::session::session_of;
use crate::model::test_run::TestRun;
use crate::model::update::apply;
use cytolance_plot::Bounds;
use cytolance_profile::{Condition, GateShape, Side};
use cytolance_session::SessionFile;

const AREA: &str = "Cells_AreaShape_Area";
const FORM: &str = "Cells_AreaShape_FormFactor";
const AREAS: [f64; 4] = [900.0, 100.0, 500.0, 300.0];

fn started() -> TestRun {
    let mut run = TestRun::of(&[&super::Gates]);
    let dataset = run.dataset("a.lance", &AREAS);
    run.opened(dataset);
    run.settle();
    run
}

fn gates(run: &TestRun) -> &GatesState {
    run.workspace().parts.get()
}

fn above(value: f64) -> GateShape {
    GateShape::Threshold {
        column: AREA.to_owned(),
        side: Side::Above,
        value,
    }
}

/// Carries out commands and all that follows from them.
fn done(run: &mut TestRun, commands: impl IntoIterator<Item = GatesCommand>) {
    for command in commands {
        run.apply(command.into());
        run.settle();
    }
}

fn count(run: &TestRun, gate: &str) -> Option<usize> {
    gates(run).counts.gates.get(gate)?.clone().ok()
}

/// The work of a count that is asked for.
fn started_count(run: &mut TestRun) -> (Job, Started<CountRequest>) {
    let mut jobs = apply(&mut run.state, GatesCommand::Want.into());
    let job = jobs.pop().expect("a job");
    let Some(GatesJob::Count { work, .. }) = job.of() else {
        panic!("another job");
    };
    let work = work.clone();
    (job, work)
}

fn tell(run: &mut TestRun, event: GatesEvent) {
    let workspace = run.state.workspace_id();
    let event = Event::from(event);
    run.apply(Command::Happened(Envelope { workspace, event }));
}

fn counted(generation: u64, gate: &str, count: usize) -> GatesEvent {
    let counts = GateCounts {
        gates: [(gate.to_owned(), Ok(count))].into(),
        ..GateCounts::default()
    };
    GatesEvent::Counted { generation, counts }
}

#[test]
fn gates_are_counted_and_their_filters_follow() {
    let mut run = started();
    done(
        &mut run,
        [
            GatesCommand::Add(above(300.0)),
            GatesCommand::FilterGate("gate 1".to_owned()),
            GatesCommand::FilterGate("gate 1".to_owned()),
            GatesCommand::Want,
        ],
    );
    assert_eq!(run.workspace().query.filters.len(), 1, "once");
    assert_eq!(run.workspace().order.to_vec(), [0, 2, 3]);
    assert_eq!(
        (count(&run, "gate 1"), gates(&run).counts.tree),
        (Some(3), Some(3))
    );
    done(
        &mut run,
        [
            GatesCommand::Reshape("gate 1".to_owned(), above(400.0)),
            GatesCommand::Want,
        ],
    );
    assert_eq!(run.workspace().order.to_vec(), [0, 2]);
    assert_eq!(count(&run, "gate 1"), Some(2));
    done(
        &mut run,
        [
            GatesCommand::Hide("gate 1".to_owned(), true),
            GatesCommand::Rename("gate 1".to_owned(), " large ".to_owned()),
            GatesCommand::Reshape("large".to_owned(), above(800.0)),
        ],
    );
    assert_eq!(run.workspace().order.to_vec(), [0], "by its new name");
    assert!(gates(&run).hidden.contains("large"));
    done(&mut run, [GatesCommand::Remove("large".to_owned())]);
    assert!(
        run.workspace().query.filters.is_empty(),
        "its filter goes with it"
    );
    assert_eq!(run.workspace().order.len(), 4);
    assert!(gates(&run).tree.is_empty());
}

#[test]
fn the_tree_s_filter_is_told_from_that_of_a_gate_of_its_name() {
    let mut run = started();
    done(
        &mut run,
        [
            GatesCommand::Add(above(300.0)),
            GatesCommand::Rename("gate 1".to_owned(), "gates".to_owned()),
            GatesCommand::Filter,
            GatesCommand::Filter,
            GatesCommand::FilterGate("gates".to_owned()),
        ],
    );
    assert_eq!(
        run.workspace().query.filters.len(),
        2,
        "the tree's and the gate's"
    );
    let not = GateNode::Not(Box::new(GateNode::Gate("gates".to_owned())));
    done(&mut run, [GatesCommand::SetTree(not)]);
    assert_eq!(run.workspace().order.len(), 0, "in it and not in it");
    done(&mut run, [GatesCommand::Remove("gates".to_owned())]);
    assert_eq!(run.workspace().query.filters.len(), 1, "the tree's stays");
    assert_eq!(
        run.workspace().order.len(),
        4,
        "a tree without gates hides nothing"
    );
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let mut run = started();
    done(
        &mut run,
        [
            GatesCommand::Add(above(1.0)),
            GatesCommand::Add(above(2.0)),
            GatesCommand::Rename("gate 2".to_owned(), "gate 1".to_owned()),
            GatesCommand::Rename("gate 2".to_owned(), "  ".to_owned()),
            GatesCommand::Rename("gate 9".to_owned(), "gate 3".to_owned()),
        ],
    );
    let names: Vec<&str> = gates(&run)
        .gates
        .iter()
        .map(|gate| gate.name.as_str())
        .collect();
    assert_eq!(names, ["gate 1", "gate 2"]);
    assert_eq!(run.state.notices.len(), 1);
    assert!(run.state.notices[0].is_error);
}

#[test]
fn what_is_drawn_is_a_gate_on_the_axes() {
    let mut run = started();
    run.apply(Command::SetAxes(Axes {
        x: Some(AREA.to_owned()),
        y: Some(FORM.to_owned()),
        color: None,
    }));
    let bounds = Bounds {
        min: [200.0, 0.0],
        max: [600.0, 1.0],
    };
    let line = vec![[0.0, 0.0], [1.0, 1.0]];
    done(
        &mut run,
        [
            GatesCommand::Draw(Area::Box(bounds)),
            GatesCommand::Draw(Area::Polygon(line)),
            GatesCommand::Select(Some("gate 1".to_owned()), SelectMode::Replace),
        ],
    );
    assert_eq!(gates(&run).gates.len(), 1, "a line holds no cells");
    let selected: Vec<u32> = run.workspace().selection.iter().collect();
    assert_eq!(selected, [2, 3]);
}

#[test]
fn counts_of_gates_that_have_changed_since_are_not_shown() {
    let mut run = started();
    done(&mut run, [GatesCommand::Add(above(300.0))]);
    let (_, first) = started_count(&mut run);
    run.apply(GatesCommand::Reshape("gate 1".to_owned(), above(800.0)).into());
    let more = apply(&mut run.state, GatesCommand::Want.into());
    assert!(more.is_empty() && first.cancelled.load(std::sync::atomic::Ordering::Relaxed));
    // The old count comes nevertheless; the new one is begun by it.
    tell(&mut run, counted(first.generation, "gate 1", 3));
    assert_eq!(count(&run, "gate 1"), None);
    assert!(run.workspace().is_busy());
    run.settle();
    assert_eq!(count(&run, "gate 1"), Some(1));
    // It comes once more, long after.
    for generation in [first.generation, first.generation + 1] {
        tell(&mut run, counted(generation, "gate 1", 3));
        assert_eq!(count(&run, "gate 1"), Some(1));
    }
    assert!(!run.workspace().is_busy());
}

#[test]
fn a_count_that_fails_is_ended() {
    let mut run = started();
    done(&mut run, [GatesCommand::Add(above(300.0))]);
    let (job, _) = started_count(&mut run);
    assert!(run.workspace().is_busy());
    let failed = ending(&job)("a fault".to_owned()).expect("an answer");
    run.apply(Command::Happened(failed.into()));
    assert!(!run.workspace().is_busy());
    assert_eq!(count(&run, "gate 1"), None);
    let again = apply(&mut run.state, GatesCommand::Want.into());
    assert!(again.is_empty(), "it is not asked for in every frame");
    let nowhere = GateShape::Threshold {
        column: "Nowhere".to_owned(),
        side: Side::Above,
        value: 0.0,
    };
    let reshaped = GatesCommand::Reshape("gate 1".to_owned(), nowhere);
    done(&mut run, [reshaped, GatesCommand::Want]);
    let counts = &gates(&run).counts.gates;
    assert!(
        counts["gate 1"]
            .as_ref()
            .is_err_and(|error| error.contains("Nowhere")),
        "{counts:?}"
    );
}

#[test]
fn work_for_a_dataset_that_is_closed_is_stopped_and_changes_nothing_in_the_next() {
    let mut run = started();
    done(&mut run, [GatesCommand::Add(above(300.0))]);
    let (_, work) = started_count(&mut run);
    let select = GatesCommand::Select(None, SelectMode::Replace);
    run.apply(select.into());
    let mut late = run.answers();
    let workspace = run.state.workspace_id();
    let event = Event::from(counted(work.generation, "gate 1", 3));
    late.push(Envelope { workspace, event });
    let b = run.dataset("b.lance", &AREAS);
    run.opened(b);
    assert!(work.cancelled.load(std::sync::atomic::Ordering::Relaxed));
    run.settle();
    assert!(gates(&run).gates.is_empty(), "these gates were A's");
    done(&mut run, [GatesCommand::Add(above(800.0))]);
    let (_, own) = started_count(&mut run);
    assert_eq!(
        own.generation, work.generation,
        "there is something to confuse"
    );
    run.deliver(late);
    assert_eq!(count(&run, "gate 1"), None);
    assert!(gates(&run).work.is_running(), "its own count still runs");
    assert_eq!(run.workspace().num_selected, 0);
}

#[test]
fn cells_that_cannot_be_found_leave_the_selection_and_hold_up_no_other() {
    let mut run = started();
    done(&mut run, [GatesCommand::Add(above(300.0))]);
    run.apply(Command::Select(vec![1], SelectMode::Replace));
    let select = || Command::from(GatesCommand::Select(None, SelectMode::Add));
    let mut jobs = apply(&mut run.state, select());
    let job = jobs.pop().expect("a job");
    // A later one is found first, and waits for its turn.
    run.apply(select());
    run.settle();
    assert_eq!(run.workspace().num_selected, 1);
    let failed = |run: &mut TestRun| {
        let event = ending(&job)("a fault".to_owned()).expect("an answer");
        run.apply(Command::Happened(event.into()));
    };
    failed(&mut run);
    assert_eq!(run.workspace().num_selected, 4);
    assert_eq!(run.state.notices.len(), 1);
    run.apply(Command::ClearSelection);
    failed(&mut run);
    assert_eq!(run.workspace().num_selected, 0, "said twice");
    let nobody = apply(
        &mut run.state,
        GatesCommand::Select(Some("gone".to_owned()), SelectMode::Replace).into(),
    );
    assert!(nobody.is_empty());
}

/// Takes up a session as the window does.
fn taken_up(run: &mut TestRun, session: &SessionFile) -> Vec<String> {
    use crate::model::session::{SessionCommand, SessionEvent};

    let path = run.folder.path().join("x.cytolance.toml");
    session.write(&path).expect("written");
    run.state.notices.clear();
    run.apply(SessionCommand::Open(Some(path)).into());
    let answers = run.answers();
    let read = |answer: &Envelope| matches!(answer.event.of(), Some(SessionEvent::Read(Ok(_))));
    assert!(answers.iter().any(read));
    run.deliver(answers);
    run.settle();
    let notices = run.state.notices.iter();
    notices.map(|notice| notice.text.clone()).collect()
}

#[test]
fn sessions_bring_gates_tree_and_filter_back() {
    let mut run = started();
    let either = GateNode::Or(vec![
        GateNode::Gate("gate 1".to_owned()),
        GateNode::Not(Box::new(GateNode::Gate("gate 2".to_owned()))),
    ]);
    done(
        &mut run,
        [
            GatesCommand::Add(above(800.0)),
            GatesCommand::Add(above(200.0)),
            GatesCommand::SetTree(either.clone()),
            GatesCommand::Hide("gate 2".to_owned(), true),
            GatesCommand::FilterGate("gate 2".to_owned()),
            GatesCommand::Filter,
        ],
    );
    let order = run.workspace().order.to_vec();
    assert_eq!(order, [0]);
    let mut session = session_of(run.state.features, run.workspace(), "");
    let made = gates(&run).gates.clone();

    let mut next = started();
    taken_up(&mut next, &session);
    assert_eq!(gates(&next).gates, made);
    assert_eq!(gates(&next).tree, either);
    assert!(gates(&next).hidden.contains("gate 2"));
    assert_eq!(next.workspace().order.to_vec(), order);
    // The tree's filter is known as such: it follows.
    done(&mut next, [GatesCommand::SetTree(GateNode::default())]);
    assert_eq!(
        next.workspace().order.to_vec(),
        [0, 2, 3],
        "by gate 2 alone"
    );
    let by_tree = gates(&next).filter.expect("the tree's filter");
    let mut filters = next.workspace().query.filters.iter();
    let filter = filters.find(|filter| filter.id == by_tree).expect("it");
    assert!(matches!(&filter.condition, Condition::Gates { name, .. } if name == "gates"));

    // Settings that are not understood are told; the gates come without them.
    session
        .panes
        .insert("gates".to_owned(), toml::Value::Integer(3));
    let mut damaged = started();
    let told = taken_up(&mut damaged, &session);
    assert!(
        told.iter()
            .any(|text| text.contains("the settings of gates")),
        "{told:?}"
    );
    assert_eq!(gates(&damaged).gates, made);
    assert!(gates(&damaged).tree.is_empty() && gates(&damaged).hidden.is_empty());
}

#[test]
fn the_palette_offers_each_gate() {
    let mut run = started();
    done(
        &mut run,
        [
            GatesCommand::Add(above(300.0)),
            GatesCommand::Rename("gate 1".to_owned(), "Large".to_owned()),
        ],
    );
    for (words, expected) in [
        (&["large"][..], 2),
        (&["select", "large"], 1),
        (&["filter", "large"], 0),
        (&["small"], 0),
    ] {
        let offers = super::Gates.offers(run.workspace(), words);
        assert_eq!(offers.len(), expected, "{words:?}");
    }
    let offers = super::Gates.offers(run.workspace(), &["show", "only"]);
    for offer in offers {
        run.apply(offer.command);
    }
    run.settle();
    assert_eq!(run.workspace().order.to_vec(), [0, 2, 3]);
}
