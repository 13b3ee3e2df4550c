//! Keys that a user gives to actions.

use egui::KeyboardShortcut;

use crate::model::state::State;
use crate::shell::action::ACTIONS;

/// Gives an action other keys, none, or with `None` its usual ones. Another action that had them loses them, and the user
/// is told.
pub(crate) fn set(state: &mut State, title: &str, keys: Option<Option<KeyboardShortcut>>) {
    let Some(action) = ACTIONS.iter().find(|action| action.title == title) else {
        return;
    };
    let Some(keys) = keys else {
        state.settings.shortcuts.remove(title);
        return;
    };
    if let Some(keys) = keys {
        let before = ACTIONS
            .iter()
            .find(|other| other.title != title && other.keys(&state.settings) == Some(keys));
        if let Some(other) = before {
            state
                .settings
                .shortcuts
                .insert(other.title.to_owned(), None);
            state.notify(
                false,
                format!(
                    "«{}» has no keys any more; «{title}» has them.",
                    other.title
                ),
            );
        }
    }
    if keys == action.shortcut {
        state.settings.shortcuts.remove(title);
    } else {
        state.settings.shortcuts.insert(title.to_owned(), keys);
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
        let of = |state: &State, title: &str| {
            ACTIONS
                .iter()
                .find(|action| action.title == title)
                .and_then(|action| action.keys(&state.settings))
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
}
