//! The Label menu.

use egui::{Key, KeyboardShortcut, Modifiers};

use super::command::LabelsCommand;
use super::state::ReviewKind;
use crate::model::action::{Action, Menu};
use crate::model::command::Command;
use crate::model::state::State;

const fn keys(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
const PLAIN: Modifiers = Modifiers::NONE;

const fn action(
    title: &'static str,
    shortcut: Option<KeyboardShortcut>,
    command: fn(&State) -> Command,
) -> Action {
    Action {
        title,
        menu: Menu::Label,
        shortcut,
        needs_dataset: true,
        class: None,
        command,
    }
}

/// Marks with the class at a place of the list; the key is that place, counted from one.
macro_rules! mark {
    ($class:literal, $title:literal, $key:ident) => {
        Action {
            class: Some($class),
            ..action($title, Some(keys(PLAIN, Key::$key)), |_| {
                Command::from(LabelsCommand::Mark(Some($class)))
            })
        }
    };
}

/// Its actions, in the order of the menu.
pub(super) static ACTIONS: &[Action] = &[
    action("Save marks", Some(keys(CTRL, Key::S)), |_| {
        Command::from(LabelsCommand::Save)
    }),
    action("Redo mark", Some(keys(CTRL_SHIFT, Key::Z)), |_| {
        Command::from(LabelsCommand::Redo)
    }),
    action("Undo mark", Some(keys(CTRL, Key::Z)), |_| {
        Command::from(LabelsCommand::Undo)
    }),
    mark!(0, "Mark with class 1", Num1),
    mark!(1, "Mark with class 2", Num2),
    mark!(2, "Mark with class 3", Num3),
    mark!(3, "Mark with class 4", Num4),
    mark!(4, "Mark with class 5", Num5),
    mark!(5, "Mark with class 6", Num6),
    mark!(6, "Mark with class 7", Num7),
    mark!(7, "Mark with class 8", Num8),
    mark!(8, "Mark with class 9", Num9),
    action("Unmark", Some(keys(PLAIN, Key::Delete)), |_| {
        Command::from(LabelsCommand::Mark(None))
    }),
    action("Review the unmarked cells", None, |_| {
        Command::from(LabelsCommand::StartReview(ReviewKind::Unmarked))
    }),
    action(
        "Review: next without a mark",
        Some(keys(PLAIN, Key::Enter)),
        |_| Command::from(LabelsCommand::StepReview(1)),
    ),
    action(
        "Review: the cell before",
        Some(keys(PLAIN, Key::Backspace)),
        |_| Command::from(LabelsCommand::StepReview(-1)),
    ),
    action("Show unmarked cells only", None, |_| {
        Command::from(LabelsCommand::Filter(None))
    }),
    action("Colour the plot by label", None, |_| {
        Command::from(LabelsCommand::ColorPlot)
    }),
    action("Show the versions", None, |_| {
        Command::from(LabelsCommand::ReadHistory)
    }),
];
