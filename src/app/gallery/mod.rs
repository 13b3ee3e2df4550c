//! The gallery: the shown cells as a grid of crops.

use egui::Ui;
use tokio::runtime::Handle;

use super::command::Command;
use super::job::Job;
use super::panes::PaneView;
use super::state::State;
use super::state::Workspace;

/// What is known of it in the workspace.
#[derive(Default)]
pub struct GalleryState {}

impl GalleryState {
    /// Whether anything is being computed for the screen.
    pub fn is_busy(&self) -> bool {
        false
    }
}

/// What it remembers between frames that is nobody else's business.
#[derive(Default)]
pub struct GalleryView {}

/// What can be asked of it.
#[derive(Debug)]
pub enum GalleryCommand {}

impl GalleryCommand {
    /// Whether it only asks for what the screen shows, every frame anew, and changes nothing by itself.
    pub fn is_request(&self) -> bool {
        match *self {}
    }
}

/// Its work in the background.
pub enum GalleryJob {}

/// What its work brings.
pub enum GalleryEvent {}

/// Carries out a command.
pub(super) fn update(_state: &mut State, command: GalleryCommand) -> Vec<Job> {
    match command {}
}

/// Takes in news.
pub(super) fn happened(_state: &mut State, event: GalleryEvent) -> Vec<Job> {
    match event {}
}

/// Does its work.
pub(super) fn run(job: GalleryJob, _handle: &Handle, _send: &dyn Fn(GalleryEvent)) {
    match job {}
}

/// The pane.
pub(super) fn show(
    ui: &mut Ui,
    _workspace: &Workspace,
    _view: &mut GalleryView,
    _shared: &mut PaneView,
    _commands: &mut Vec<Command>,
) {
    ui.label("Gallery");
}
