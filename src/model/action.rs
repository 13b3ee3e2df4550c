//! What can be done without further arguments.

use std::borrow::Cow;

use egui::KeyboardShortcut;

use super::command::Command;
use super::settings::Settings;
use super::state::{State, Workspace};

/// The menu an action is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menu {
    /// Datasets and files.
    File,
    /// Selection and filters.
    Edit,
    /// What is shown.
    View,
    /// Marking cells.
    Label,
    /// Moving from cell to cell; not in a menu of its own.
    Go,
    /// About the program.
    Help,
}

/// Something to do.
pub struct Action {
    /// What settings call it, whatever its title becomes.
    pub id: &'static str,
    /// Name in menus and palette.
    pub title: &'static str,
    /// Its menu.
    pub menu: Menu,
    /// Keys.
    pub shortcut: Option<KeyboardShortcut>,
    /// Whether it needs an open dataset.
    pub needs_dataset: bool,
    /// It is about the class at this place of the active label's list.
    pub class: Option<usize>,
    /// What it does.
    pub command: fn(&State) -> Command,
}

/// The identity of an action that settings name. Those of versions up to 0.1.0 name its title of then, of which its
/// identity is made.
pub fn id_of(named: &str) -> String {
    let words = named.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}

impl Action {
    /// Whether it can be done now.
    pub fn is_enabled(&self, state: &State) -> bool {
        // Over the wizard the dataset is not seen, so nothing is done to it.
        let open = state.workspace.as_ref().filter(|_| !state.wizard.visible);
        let classes = |workspace: &Workspace| {
            let label = workspace.labels.active();
            label.map_or(0, |label| label.spec.classes.len())
        };
        match (self.class, open) {
            (Some(class), Some(workspace)) => class < classes(workspace),
            (Some(_), None) => false,
            (None, open) => !self.needs_dataset || open.is_some(),
        }
    }

    /// Its keys: those that the user chose, or the usual ones.
    pub fn keys(&self, settings: &Settings) -> Option<KeyboardShortcut> {
        match settings.shortcuts.get(self.id) {
            Some(chosen) => *chosen,
            None => self.shortcut,
        }
    }

    /// Its name, with the class it marks with.
    pub fn name(&self, state: &State) -> Cow<'static, str> {
        let class = self.class.and_then(|class| {
            let label = state.workspace.as_ref()?.labels.active()?;
            Some((label.spec.classes.get(class)?, &label.spec.column))
        });
        match class {
            Some((class, column)) => format!("Mark: {} ({column})", class.name).into(),
            None => self.title.into(),
        }
    }
}
