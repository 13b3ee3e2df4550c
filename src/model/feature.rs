//! What a feature adds to the commands, jobs and events of the program: values that know themselves what is done about them,
//! so that nothing lists all features but the one list of the window.

use std::any::Any;
use std::fmt::Debug;

use egui::Ui;
use tokio::runtime::Handle;

use super::action::Action;
use super::command::{Area, Command};
use super::dropping::DropPlace;
use super::event::Event;
use super::failure::Ending;
use super::job::Job;
use super::plot_frame::PlotFrame;
use super::state::{State, Workspace};
use super::view::PaneView;
use cytolance_profile::OutlierRule;
use cytolance_session::SessionFile;

/// The name of a feature, in arrangements and sessions that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PaneId(pub &'static str);

/// Where a pane is at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the left, beside the cells.
    Left,
    /// Where the table is.
    Middle,
    /// Where the plot is.
    Below,
    /// At the right, where one cell is.
    Right,
}

/// A pane as the window arranges it.
#[derive(Debug, Clone, Copy)]
pub struct Face {
    /// Title of its tab.
    pub title: &'static str,
    /// Where it is at first.
    pub place: Place,
}

/// Something that the palette offers.
#[derive(Debug)]
pub struct Offer {
    /// What it is called.
    pub title: String,
    /// What it does.
    pub command: Command,
}

impl Offer {
    /// Whether its title has all these words, which are in small letters.
    pub fn has(&self, words: &[&str]) -> bool {
        let title = self.title.to_lowercase();
        words.iter().all(|word| title.contains(word))
    }
}

/// Something that the viewer can do, with or without a pane. What it keeps of a dataset is a [`super::parts::Part`] of the
/// workspace; what its pane remembers between frames, one of the view.
pub trait Feature: Sync {
    /// Its name.
    fn id(&self) -> PaneId;

    /// Its pane, where it has one.
    fn face(&self) -> Option<Face> {
        None
    }

    /// What can be done with it without further arguments: menus, shortcuts and the palette have it.
    fn actions(&self) -> &'static [Action] {
        &[]
    }

    /// What the palette offers of it for these words, in small letters, beside its actions.
    fn offers(&self, _workspace: &Workspace, _words: &[&str]) -> Vec<Offer> {
        Vec::new()
    }

    /// A dataset was opened. `keeps` where what is unsaved is kept in case the program ends.
    fn opened(&self, _workspace: &mut Workspace, _keeps: bool) -> Vec<Job> {
        Vec::new()
    }

    /// Puts what is set up of it into a session.
    fn save(&self, _workspace: &Workspace, _session: &mut SessionFile) {}

    /// Names of columns that the dataset does not have, and that [`Self::restore`] has computed: filters, order and plots of
    /// the session may use them.
    fn promises(&self, _workspace: &Workspace, _session: &SessionFile) -> Vec<String> {
        Vec::new()
    }

    /// Sets it up as a session says; notes say what could not be done.
    fn restore(
        &self,
        _state: &mut State,
        _session: &SessionFile,
        _notes: &mut Vec<String>,
    ) -> Vec<Job> {
        Vec::new()
    }

    /// Values that it marks on a column's axis, with their names.
    fn thresholds_on(&self, _workspace: &Workspace, _column: &str) -> Vec<(String, f64)> {
        Vec::new()
    }

    /// The outlier rules that it has: others show how many cells each finds.
    fn outlier_rules<'a>(&self, _workspace: &'a Workspace) -> &'a [OutlierRule] {
        &[]
    }

    /// Draws over the points of the scatter plot, and follows what is dragged there.
    fn over_plot(
        &self,
        _ui: &Ui,
        _workspace: &Workspace,
        _plot: &PlotFrame,
        _commands: &mut Vec<Command>,
    ) {
    }

    /// What becomes of an area drawn on the scatter plot, where it is not to select cells now.
    fn takes_area(&self, _workspace: &Workspace) -> Option<fn(Area) -> Command> {
        None
    }

    /// What it does now with a file or folder that is dropped on the window.
    fn drop_place(&self, _state: &State) -> Option<DropPlace> {
        None
    }

    /// What it has to say of the cell that is looked at, above its pictures.
    fn above_cell(&self, _ui: &mut Ui, _workspace: &Workspace, _commands: &mut Vec<Command>) {}

    /// What Escape ends of it, before it clears the selection.
    fn escape(&self, _workspace: &Workspace) -> Option<Command> {
        None
    }

    /// Shows its pane.
    fn show(
        &self,
        _ui: &mut Ui,
        _workspace: &Workspace,
        _view: &mut PaneView,
        _commands: &mut Vec<Command>,
    ) {
    }

    /// Shows its page, where it is the one in front. What a page remembers between frames is in `view.pages`.
    fn page(
        &self,
        _ui: &mut Ui,
        _state: &State,
        _view: &mut PaneView,
        _commands: &mut Vec<Command>,
    ) {
    }

    /// Shows its dialog over the panes.
    fn overlay(&self, _ui: &mut Ui, _workspace: &Workspace, _commands: &mut Vec<Command>) {}
}

/// Something that can be asked of a feature.
pub trait FeatureCommand: Any + Debug + Send {
    /// Carries it out and returns the work that it starts. Pure: no I/O, no clock.
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job>;

    /// Whether it only asks for what the screen shows, every frame anew, and changes nothing by itself.
    fn is_request(&self) -> bool {
        false
    }

    /// Whether the arrangement of the panes has to be known for it.
    fn needs_layout(&self) -> bool {
        false
    }
}

/// Work of a feature, off the interface thread.
pub trait FeatureJob: Any + Send {
    /// Does it. `send` takes what comes of it, also in between.
    fn run(self: Box<Self>, handle: &Handle, send: &(dyn Fn(Event) + Sync));

    /// How its request is ended where the work fails inside the program and cannot say so itself.
    fn ending(&self) -> Ending;
}

/// What has come of a feature's work.
pub trait FeatureEvent: Any + Send {
    /// Takes it in and returns the work that follows from it.
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job>;

    /// What is left to do about it where its dataset is open no more. Nothing, unless a person waits for it whatever is open,
    /// or a task is to be ended.
    fn outlived(self: Box<Self>, _state: &mut State) -> Vec<Job> {
        Vec::new()
    }

    /// Whether the arrangement of the panes has to be known for it.
    fn needs_layout(&self) -> bool {
        false
    }

    /// Whether it only says how far something is.
    fn is_progress(&self) -> bool {
        false
    }
}

impl<C: FeatureCommand> From<C> for Command {
    fn from(command: C) -> Self {
        Self::Feature(Box::new(command))
    }
}

impl<J: FeatureJob> From<J> for Job {
    fn from(job: J) -> Self {
        Self::Feature(Box::new(job))
    }
}

impl<E: FeatureEvent> From<E> for Event {
    fn from(event: E) -> Self {
        Self::Feature(Box::new(event))
    }
}

impl Command {
    /// It as one of a feature's.
    pub fn of<C: FeatureCommand>(&self) -> Option<&C> {
        let Self::Feature(command) = self else {
            return None;
        };
        (&**command as &dyn Any).downcast_ref()
    }
}

impl Job {
    /// It as one of a feature's.
    pub fn of<J: FeatureJob>(&self) -> Option<&J> {
        let Self::Feature(job) = self else {
            return None;
        };
        (&**job as &dyn Any).downcast_ref()
    }
}

impl Event {
    /// It as one of a feature's.
    pub fn of<E: FeatureEvent>(&self) -> Option<&E> {
        let Self::Feature(event) = self else {
            return None;
        };
        (&**event as &dyn Any).downcast_ref()
    }
}
