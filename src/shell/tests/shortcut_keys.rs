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
    let of = |state: &State, id: &str| {
        let actions = state.actions().to_vec();
        let action = actions.iter().find(|action| action.id == id);
        action.and_then(|action| action.keys(&state.settings))
    };
    let set = |state: &mut State, id: &str, keys| {
        apply(state, Command::SetShortcut(id.to_owned(), keys));
    };
    assert_eq!(of(&state, "plot-lasso"), Some(keys));
    set(&mut state, "show-gallery", Some(Some(keys)));
    assert_eq!(of(&state, "show-gallery"), Some(keys));
    assert_eq!(of(&state, "plot-lasso"), None);
    assert_eq!(state.notices.len(), 1, "the loss is told");
    set(&mut state, "plot-lasso", None);
    set(&mut state, "show-gallery", None);
    assert!(
        state.settings.shortcuts.is_empty(),
        "the usual ones are not kept"
    );
}
