//! What can be done without further arguments.

use std::borrow::Cow;

use egui::{Key, KeyboardShortcut, Modifiers};

use super::command::Command;
use super::feature::Feature;
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

/// Ctrl and a key; on a Mac, Command.
pub const fn ctrl(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

/// A key alone.
pub const fn plain(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

/// The same with Shift.
pub const fn ctrl_shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
}

/// An action in a line: place, identity and title, menu, keys, whether it needs a dataset, command.
macro_rules! action {
    ($order:literal, $id:literal => $title:literal, $menu:ident, $shortcut:expr, $needs:literal, $command:expr) => {
        $crate::model::action::Action {
            id: $id,
            title: $title,
            menu: $crate::model::action::Menu::$menu,
            order: $order,
            shortcut: $shortcut,
            needs_dataset: $needs,
            class: None,
            command: $command,
        }
    };
}
pub(crate) use action;

/// Something to do.
pub struct Action {
    /// What settings call it, whatever its title becomes.
    pub id: &'static str,
    /// Name in menus and palette.
    pub title: &'static str,
    /// Its menu.
    pub menu: Menu,
    /// Its place among all actions: menus, palette and the page of keys are in this order.
    pub order: u16,
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

/// What all features offer, in the order of the menus.
pub fn actions(features: &[&'static dyn Feature]) -> Vec<&'static Action> {
    let mut all: Vec<&'static Action> = features
        .iter()
        .flat_map(|feature| feature.actions())
        .collect();
    all.sort_by_key(|action| action.order);
    all
}

impl State {
    /// What can be done, in the order of the menus.
    pub fn actions(&self) -> &[&'static Action] {
        &self.actions
    }

    /// The action of this identity.
    pub fn action(&self, id: &str) -> Option<&'static Action> {
        let mut all = self.actions.iter().copied();
        all.find(|action| action.id == id)
    }
}

impl Action {
    /// Whether it can be done now.
    pub fn is_enabled(&self, state: &State) -> bool {
        // Behind a page the dataset is not seen, so nothing is done to it.
        let open = state.workspace.as_ref().filter(|_| state.page.is_none());
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
