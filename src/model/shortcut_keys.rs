//! Keys that a user gives to actions.

use egui::KeyboardShortcut;

use super::state::State;

/// Gives an action other keys, none, or with `None` its usual ones. Another action that had them loses them, and the user
/// is told.
pub(crate) fn set(state: &mut State, title: &str, keys: Option<Option<KeyboardShortcut>>) {
    let actions = state.actions();
    let Some(action) = actions.iter().find(|action| action.title == title) else {
        return;
    };
    let Some(keys) = keys else {
        state.settings.shortcuts.remove(title);
        return;
    };
    if let Some(keys) = keys {
        let before = actions
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
