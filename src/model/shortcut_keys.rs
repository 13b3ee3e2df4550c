//! Keys that a user gives to actions.

use egui::KeyboardShortcut;

use super::state::State;

/// Gives an action other keys, none, or with `None` its usual ones. Another action that had them loses them, and the user
/// is told.
pub(crate) fn set(state: &mut State, id: &str, keys: Option<Option<KeyboardShortcut>>) {
    let actions = state.actions().to_vec();
    let Some(action) = actions.iter().find(|action| action.id == id) else {
        return;
    };
    let Some(keys) = keys else {
        state.settings.shortcuts.remove(id);
        return;
    };
    if let Some(keys) = keys {
        let before = actions
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
