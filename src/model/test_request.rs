//! What holds of the requests and the session of every pane, whatever it shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::command::Command;
use crate::model::failure::ending;
use crate::model::feature::{Feature, PaneId};
use crate::model::job::Job;
use crate::model::state::Workspace;
use crate::model::test_run::TestRun;
use crate::model::update::apply;
use crate::samples;
use cytolance_dataset::CellDataset;
use cytolance_profile::Condition;
use cytolance_session::SessionFile;

/// A request of which only the newest answer matters.
pub struct PaneRequest {
    /// What has to be set up for it.
    pub prepare: fn(&mut TestRun),
    /// Asks for it, as the pane does in every frame.
    pub ask: fn() -> Command,
    /// Makes it another request, with another answer.
    pub change: fn(&mut TestRun),
    /// What tells its job to stop; `None` of other jobs.
    pub stop: fn(&Job) -> Option<&Arc<AtomicBool>>,
    /// What the pane shows: its answer, and why there is none.
    pub seen: fn(&Workspace) -> Seen,
}

/// An answer, and why there is none.
pub type Seen = (Option<String>, Option<String>);

/// A dataset of cells in fields of two, in the wells A01 and A02 by turns.
pub fn fields(run: &TestRun, name: &str, areas: &[f64]) -> CellDataset {
    run.runtime
        .block_on(samples::cells_in_fields(&run.folder, name, areas))
}

/// A run in which such a dataset is open.
pub fn opened() -> TestRun {
    let mut run = TestRun::new();
    let dataset = fields(&run, "a.lance", &[900.0, 100.0, 500.0, 300.0]);
    run.opened(dataset);
    run.settle();
    run
}

/// Shows the cells of the first well only.
pub fn show_fewer(run: &mut TestRun) {
    run.apply(Command::AddFilter(Condition::OneOf {
        column: "Metadata_Well".to_owned(),
        values: ["A01".to_owned()].into(),
    }));
    run.settle();
    assert_eq!(run.workspace().shown.count(), 2);
}

impl PaneRequest {
    /// Asks in all the ways in which answers go astray.
    pub fn holds(&self) {
        self.is_asked_for_once_and_answered_once();
        self.is_late_where_another_was_asked_for();
        self.fails_and_is_asked_for_anew();
        self.is_nobodys_where_the_dataset_is_closed();
    }

    fn opened(&self) -> TestRun {
        let mut run = opened();
        (self.prepare)(&mut run);
        assert_eq!(self.seen(&run), (None, None));
        assert!(!run.workspace().is_busy());
        run
    }

    fn seen(&self, run: &TestRun) -> Seen {
        (self.seen)(run.workspace())
    }

    /// Asks, and returns the job where one has to be started for it.
    fn ask(&self, run: &mut TestRun) -> Option<Job> {
        let jobs = apply(&mut run.state, (self.ask)());
        jobs.into_iter().find(|job| (self.stop)(job).is_some())
    }

    fn stop_of(&self, job: &Job) -> Arc<AtomicBool> {
        Arc::clone((self.stop)(job).expect("a job of this request"))
    }

    /// What is shown where nothing goes astray.
    fn expected(&self, changed: bool) -> Seen {
        let mut run = self.opened();
        if changed {
            (self.change)(&mut run);
        }
        let job = self.ask(&mut run).expect("it is started");
        start(&run, job);
        run.settle();
        let seen = self.seen(&run);
        assert!(seen.0.is_some() && seen.1.is_none(), "{seen:?}");
        seen
    }

    fn is_asked_for_once_and_answered_once(&self) {
        let expected = self.expected(false);
        let mut run = self.opened();
        let job = self.ask(&mut run).expect("it is started");
        assert!(run.workspace().is_busy());
        assert!(self.ask(&mut run).is_none(), "it is under way");
        let again = ending(&job);
        start(&run, job);
        run.settle();
        assert_eq!(self.seen(&run), expected);
        assert!(self.ask(&mut run).is_none(), "it is there");
        fail(&mut run, again, "said twice");
        assert_eq!(self.seen(&run), expected, "one answer is all it gets");
    }

    fn is_late_where_another_was_asked_for(&self) {
        let [old, new] = [false, true].map(|changed| self.expected(changed));
        assert_ne!(old, new, "the change is seen");
        let mut run = self.opened();
        let first = self.ask(&mut run).expect("it is started");
        let stop = self.stop_of(&first);
        (self.change)(&mut run);
        assert!(!stop.load(Ordering::Relaxed));
        assert!(self.ask(&mut run).is_none(), "it waits");
        assert!(stop.load(Ordering::Relaxed), "the older one is to stop");
        start(&run, first);
        let late = run.answers();
        run.deliver(late);
        assert_eq!(self.seen(&run), (None, None), "nobody asks for it now");
        run.settle();
        assert_eq!(self.seen(&run), new);
        assert!(!run.workspace().is_busy());
    }

    fn fails_and_is_asked_for_anew(&self) {
        let new = self.expected(true);
        let mut run = self.opened();
        let job = self.ask(&mut run).expect("it is started");
        let (failed, again) = (ending(&job), ending(&job));
        fail(&mut run, failed, "the disk is gone");
        let why = (None, Some("the disk is gone".to_owned()));
        assert_eq!(self.seen(&run), why);
        assert!(!run.workspace().is_busy());
        assert!(self.ask(&mut run).is_none(), "not again and again");
        (self.change)(&mut run);
        let job = self.ask(&mut run).expect("it is another one");
        fail(&mut run, again, "said late");
        assert_eq!(self.seen(&run), why, "it was of the older one");
        start(&run, job);
        run.settle();
        assert_eq!(self.seen(&run), new, "why there was none is past");
    }

    fn is_nobodys_where_the_dataset_is_closed(&self) {
        let mut run = self.opened();
        let job = self.ask(&mut run).expect("it is started");
        let (stop, failed) = (self.stop_of(&job), ending(&job));
        let closed = run.state.workspace_id();
        start(&run, job);
        let mut late = run.answers();
        late.extend(failed("the disk is gone".to_owned()).map(|event| {
            crate::model::envelope::Envelope {
                workspace: closed,
                event,
            }
        }));
        assert_eq!(late.len(), 2);
        let other = fields(&run, "b.lance", &[10.0, 30.0]);
        run.opened(other);
        assert!(stop.load(Ordering::Relaxed), "it is told to stop");
        run.settle();
        (self.prepare)(&mut run);
        run.deliver(late);
        run.settle();
        assert_eq!(self.seen(&run), (None, None));
        assert!(run.state.notices.is_empty(), "{:?}", run.state.notices);
    }
}

/// Starts a job of the open dataset.
pub fn start(run: &TestRun, job: Job) {
    run.executor.start(job, run.state.workspace_id());
}

/// A job of the open dataset fails inside the program.
pub fn fail(run: &mut TestRun, ending: crate::model::failure::Ending, why: &str) {
    let event = ending(why.to_owned()).expect("its request is ended");
    run.apply(Command::Happened(event.into()));
}

/// Cells that are found in the background, to be selected: the command that asks for them, and they.
pub fn selects(prepare: fn(&mut TestRun), ask: fn() -> Command, expected: &[u32]) {
    let opened = || {
        let mut run = opened();
        prepare(&mut run);
        run
    };
    let asked = |run: &mut TestRun| {
        let mut jobs = apply(&mut run.state, ask());
        assert_eq!(jobs.len(), 1);
        jobs.remove(0)
    };
    let selected = |run: &TestRun| run.workspace().selection.iter().collect::<Vec<u32>>();
    let mut run = opened();
    let failing = asked(&mut run);
    fail(&mut run, ending(&failing), "the disk is gone");
    assert!(selected(&run).is_empty());
    let said: Vec<&str> = run.state.notices.iter().map(|known| &*known.text).collect();
    assert_eq!(said, ["the disk is gone"]);
    let job = asked(&mut run);
    start(&run, job);
    run.settle();
    assert_eq!(selected(&run), expected, "what failed holds up nothing");

    // Another selection was made while they were looked for.
    let mut run = opened();
    let job = asked(&mut run);
    run.apply(Command::ClearSelection);
    start(&run, job);
    run.settle();
    assert!(selected(&run).is_empty());

    // Another dataset was opened.
    let job = asked(&mut run);
    start(&run, job);
    let late = run.answers();
    let other = fields(&run, "b.lance", &[10.0, 30.0, 20.0, 40.0]);
    run.opened(other);
    run.settle();
    run.deliver(late);
    assert!(selected(&run).is_empty());
}

/// What a session has of a feature sets it up, and is written again as it was; where it is damaged that is said, and
/// nothing changes.
pub fn comes_back(feature: &dyn Feature, section: &str) {
    let PaneId(name) = feature.id();
    let section: toml::Table = toml::from_str(section).expect("TOML");
    let session = |section: toml::Value| {
        let mut session = SessionFile::default();
        session.panes.insert(name.to_owned(), section);
        session
    };
    let saved = |workspace: &Workspace| {
        let mut session = SessionFile::default();
        feature.save(workspace, &mut session);
        session.panes
    };
    let mut run = opened();
    let whole = session(toml::Value::Table(section));
    assert_ne!(saved(run.workspace()), whole.panes, "it changes something");
    let mut notes = Vec::new();
    feature.restore(&mut run.state, &whole, &mut notes);
    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!(saved(run.workspace()), whole.panes);
    let damaged = session(toml::Value::Integer(7));
    for other in [SessionFile::default(), damaged] {
        feature.restore(&mut run.state, &other, &mut notes);
        assert_eq!(saved(run.workspace()), whole.panes);
    }
    assert_eq!(notes.len(), 1);
    assert!(notes[0].contains(&format!("the settings of {name} are not understood")));
}
