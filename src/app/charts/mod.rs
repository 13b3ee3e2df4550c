//! Charts beside the scatter plot: histogram, box, violin, distribution, correlation.

use egui::Ui;
use tokio::runtime::Handle;

use super::command::Command;
use super::job::Job;
use super::panes::PaneView;
use super::state::State;
use super::state::Workspace;

/// What is known of it in the workspace.
#[derive(Default)]
pub struct ChartsState {}

impl ChartsState {
    /// Whether anything is being computed for the screen.
    pub fn is_busy(&self) -> bool {
        false
    }
}

/// What it remembers between frames that is nobody else's business.
#[derive(Default)]
pub struct ChartsView {}

/// What can be asked of it.
#[derive(Debug)]
pub enum ChartsCommand {}

impl ChartsCommand {
    /// Whether it only asks for what the screen shows, every frame anew, and changes nothing by itself.
    pub fn is_request(&self) -> bool {
        match *self {}
    }
}

/// Its work in the background.
pub enum ChartsJob {}

/// What its work brings.
pub enum ChartsEvent {}

/// Carries out a command.
pub(super) fn update(_state: &mut State, command: ChartsCommand) -> Vec<Job> {
    match command {}
}

/// Takes in news.
pub(super) fn happened(_state: &mut State, event: ChartsEvent) -> Vec<Job> {
    match event {}
}

/// Does its work.
pub(super) fn run(job: ChartsJob, _handle: &Handle, _send: &dyn Fn(ChartsEvent)) {
    match job {}
}

/// The pane.
pub(super) fn show(
    ui: &mut Ui,
    _workspace: &Workspace,
    _view: &mut ChartsView,
    _shared: &mut PaneView,
    _commands: &mut Vec<Command>,
) {
    ui.label("Charts");
}
