//! A state whose jobs are really done, on threads as in the window, and whose answers come when a test says so.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::model::command::Command;
use crate::model::envelope::Envelope;
use crate::model::event::Event;
use crate::model::executor::Executor;
use crate::model::feature::Feature;
use crate::model::state::{State, Workspace};
use crate::model::update::apply;
use crate::samples;
use cytolance_dataset::CellDataset;

/// One for all tests: one that is dropped waits for jobs that nobody waits for.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}

pub struct TestRun {
    pub state: State,
    pub runtime: &'static Runtime,
    pub executor: Executor,
    pub folder: tempfile::TempDir,
}

impl TestRun {
    /// The core alone.
    pub fn new() -> Self {
        Self::of(&[])
    }

    /// With these features.
    pub fn of(features: &'static [&'static dyn Feature]) -> Self {
        let runtime = runtime();
        let executor = Executor::new(runtime.handle().clone(), egui::Context::default());
        Self {
            state: State::of(features),
            runtime,
            executor,
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// Writes a dataset of cells with these areas.
    pub fn dataset(&self, name: &str, areas: &[f64]) -> CellDataset {
        self.runtime
            .block_on(samples::cells_of(&self.folder, name, areas))
    }

    /// A dataset is open; its first work has begun.
    pub fn opened(&mut self, dataset: CellDataset) {
        let opened = Event::Opened {
            task: 0,
            dataset,
            channels: Vec::new(),
        };
        self.apply(Command::Happened(opened.into()));
    }

    /// Carries out a command and starts its work.
    pub fn apply(&mut self, command: Command) {
        for job in apply(&mut self.state, command) {
            self.executor.start(job, self.state.workspace_id());
        }
    }

    /// Waits for all that runs, and hands over its answers. They are taken while it waits, for there is place for so many
    /// only.
    pub fn answers(&self) -> Vec<Envelope> {
        let start = Instant::now();
        let mut answers = Vec::new();
        while !self.executor.is_idle() {
            assert!(start.elapsed() < Duration::from_mins(1), "it hangs");
            answers.extend(self.executor.news());
            std::thread::sleep(Duration::from_millis(2));
        }
        answers.extend(self.executor.news());
        answers
    }

    /// Takes answers in.
    pub fn deliver(&mut self, answers: Vec<Envelope>) {
        for answer in answers {
            self.apply(Command::Happened(answer));
        }
    }

    /// Goes on until nothing is left to do.
    pub fn settle(&mut self) {
        loop {
            let answers = self.answers();
            if answers.is_empty() {
                return;
            }
            self.deliver(answers);
        }
    }

    pub fn workspace(&self) -> &Workspace {
        self.state.workspace.as_ref().expect("an open dataset")
    }
}
