//! What leaves the program: tables, pictures, outlines, reports, sessions.

use tokio::runtime::Handle;

use super::job::Job;
use super::state::State;

/// What is known of it in the workspace.
#[derive(Default)]
pub struct OutputState {}

impl OutputState {
    /// Whether anything is being computed for the screen.
    pub fn is_busy(&self) -> bool {
        false
    }
}

/// What it remembers between frames that is nobody else's business.
#[derive(Default)]
pub struct OutputView {}

/// What can be asked of it.
#[derive(Debug)]
pub enum OutputCommand {}

impl OutputCommand {
    /// Whether it only asks for what the screen shows, every frame anew, and changes nothing by itself.
    pub fn is_request(&self) -> bool {
        match *self {}
    }
}

/// Its work in the background.
pub enum OutputJob {}

/// What its work brings.
pub enum OutputEvent {}

/// Carries out a command.
pub(super) fn update(_state: &mut State, command: OutputCommand) -> Vec<Job> {
    match command {}
}

/// Takes in news.
pub(super) fn happened(_state: &mut State, event: OutputEvent) -> Vec<Job> {
    match event {}
}

/// Does its work.
pub(super) fn run(job: OutputJob, _handle: &Handle, _send: &dyn Fn(OutputEvent)) {
    match job {}
}
