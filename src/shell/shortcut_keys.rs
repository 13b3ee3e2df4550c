//! Keys that a user gives to actions.

use egui::KeyboardShortcut;

use crate::model::state::State;
use crate::shell::action::ACTIONS;

/// Gives an action other keys, none, or with `None` its usual ones. Another action that had them loses them, and the user
/// is told.
pub(crate) fn set(state: &mut State, id: &str, keys: Option<Option<KeyboardShortcut>>) {
    let Some(action) = ACTIONS.iter().find(|action| action.id == id) else {
        return;
    };
    let Some(keys) = keys else {
        state.settings.shortcuts.remove(id);
        return;
    };
    if let Some(keys) = keys {
        let before = ACTIONS
            .iter()
            .find(|other| other.id != id && other.keys(&state.settings) == Some(keys));
        if let Some(other) = before {
            state.settings.shortcuts.insert(other.id.to_owned(), None);
            state.notify(
                false,
                format!(
                    "«{}» has no keys any more; «{}» has them.",
                    other.title, action.title
                ),
            );
        }
    }
    if keys == action.shortcut {
        state.settings.shortcuts.remove(id);
    } else {
        state.settings.shortcuts.insert(id.to_owned(), keys);
    }
}

#[cfg(test)]
mod tests {
    use egui::{Key, Modifiers};

    use super::*;

    #[test]
    fn keys_belong_to_one_action() {
        let mut state = State::default();
        let keys = KeyboardShortcut::new(Modifiers::NONE, Key::L);
        let of = |state: &State, id: &str| {
            ACTIONS
                .iter()
                .find(|action| action.id == id)
                .and_then(|action| action.keys(&state.settings))
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
}
