//! Keys that a user gives to actions.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::model::command::Command;
use crate::model::state::State;
use crate::model::update::apply;
use crate::shell::features::FEATURES;

#[test]
fn keys_belong_to_one_action() {
    let mut state = State::of(FEATURES);
    let keys = KeyboardShortcut::new(Modifiers::NONE, Key::L);
    let of = |state: &State, title: &str| {
        let actions = state.actions();
        let action = actions.iter().find(|action| action.title == title);
        action.and_then(|action| action.keys(&state.settings))
    };
    let set = |state: &mut State, title: &str, keys| {
        apply(state, Command::SetShortcut(title.to_owned(), keys));
    };
    assert_eq!(of(&state, "Plot: lasso"), Some(keys));
    set(&mut state, "Show gallery", Some(Some(keys)));
    assert_eq!(of(&state, "Show gallery"), Some(keys));
    assert_eq!(of(&state, "Plot: lasso"), None);
    assert_eq!(state.notices.len(), 1, "the loss is told");
    set(&mut state, "Plot: lasso", None);
    set(&mut state, "Show gallery", None);
    assert!(
        state.settings.shortcuts.is_empty(),
        "the usual ones are not kept"
    );
}
