//! All keys on one page; a click on one gives the action another.

use egui::{Event, Key, KeyboardShortcut, RichText, ScrollArea, Ui};

use crate::model::command::Command;
use crate::model::state::State;
use crate::shell::overlays::OverlayTexts;
use cytolance_widgets::{heading, tokens};

/// The page.
pub(crate) fn show(
    ui: &mut Ui,
    state: &State,
    texts: &mut OverlayTexts,
    commands: &mut Vec<Command>,
) {
    heading(ui, "Keyboard");
    ui.label(
        RichText::new("Click on keys to change them; then press the new ones. Escape leaves them, Delete takes them away.")
            .color(tokens(ui).text_weak),
    );
    if let Some(id) = texts.rebinding.clone()
        && let Some(command) = pressed(ui, &id)
    {
        texts.rebinding = None;
        commands.extend(command);
    }
    let mouse = [
        ("Click", "select and look at a cell"),
        ("Ctrl+Click", "add or remove a cell"),
        ("Shift+Click", "select a range of rows"),
        ("Shift / Alt, drawing", "add to / remove from the selection"),
        ("Double click in the plot", "show all points"),
    ];
    let actions = state.actions();
    let half = actions.len().div_ceil(2);
    // Without a least height, the page that is as high as its content has none to scroll in.
    let height = (ui.ctx().content_rect().height() - 160.0).clamp(120.0, 640.0);
    let list = ScrollArea::vertical()
        .max_height(height)
        .min_scrolled_height(height);
    list.show(ui, |ui| {
        ui.columns(2, |halves| {
            for (number, (ui, actions)) in halves.iter_mut().zip(actions.chunks(half)).enumerate() {
                egui::Grid::new(("shortcuts", number))
                    .num_columns(2)
                    .spacing([12.0, 4.0])
                    .show(ui, |ui| {
                        for action in actions {
                            let keys = action.keys(&state.settings);
                            let waits = texts.rebinding.as_deref() == Some(action.id);
                            let text = if waits {
                                "press keys…".to_owned()
                            } else {
                                keys.map_or_else(
                                    || "–".to_owned(),
                                    |keys| ui.ctx().format_shortcut(&keys),
                                )
                            };
                            let changed = state.settings.shortcuts.contains_key(action.id);
                            let button = egui::Button::selectable(
                                waits,
                                RichText::new(text).monospace().small(),
                            )
                            .min_size(egui::vec2(96.0, 20.0));
                            let response = ui.add(button);
                            let label = format!("keys of {}", action.title);
                            response.widget_info(|| {
                                egui::WidgetInfo::labeled(egui::Role::Button, true, &label)
                            });
                            if response.clicked() {
                                texts.rebinding = Some(action.id.to_owned());
                            }
                            if changed && response.secondary_clicked() {
                                commands.push(Command::SetShortcut(action.id.to_owned(), None));
                            }
                            let name = action.name(state);
                            let name = RichText::new(name.trim_end_matches('…'));
                            if changed {
                                ui.label(name.color(tokens(ui).accent)).on_hover_text(
                                    "changed; right click on the keys for the usual ones",
                                );
                            } else {
                                ui.label(name);
                            }
                            ui.end_row();
                        }
                        if number == 1 {
                            for (keys, what) in mouse {
                                ui.label(RichText::new(keys).monospace().small());
                                ui.label(what);
                                ui.end_row();
                            }
                        }
                    });
            }
        });
    });
}

/// Whether it is held with other keys and is none by itself.
fn is_held(key: Key) -> bool {
    matches!(
        key,
        Key::ShiftLeft
            | Key::ShiftRight
            | Key::ControlLeft
            | Key::ControlRight
            | Key::AltLeft
            | Key::AltRight
            | Key::SuperLeft
            | Key::SuperRight
    )
}

/// The keys that were pressed for an action; `Some(None)` where they stay as they are.
fn pressed(ui: &Ui, id: &str) -> Option<Option<Command>> {
    ui.input_mut(|input| {
        let found = input.events.iter().find_map(|event| match event {
            Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } if !is_held(*key) => Some((*key, *modifiers)),
            _ => None,
        })?;
        input
            .events
            .retain(|event| !matches!(event, Event::Key { .. }));
        let set = |keys| Some(Some(Command::SetShortcut(id.to_owned(), Some(keys))));
        match found {
            (Key::Escape, _) => Some(None),
            (Key::Delete | Key::Backspace, modifiers) if modifiers.is_none() => set(None),
            (key, modifiers) => set(Some(KeyboardShortcut::new(modifiers, key))),
        }
    })
}

#[cfg(test)]
mod tests {
    use egui::{Modifiers, RawInput};

    use super::*;

    #[test]
    fn keys_that_are_held_wait_for_another() {
        let context = egui::Context::default();
        let press = |key, modifiers| {
            let event = Event::Key {
                key,
                physical_key: None,
                pressed: true,
                repeat: false,
                modifiers,
            };
            let input = RawInput {
                events: vec![event],
                ..RawInput::default()
            };
            let mut found = None;
            let _ = context.run_ui(input, |ui| {
                if let Some(one) = pressed(ui, "light-theme") {
                    found = Some(one);
                }
            });
            found.map(|command| format!("{command:?}"))
        };
        assert_eq!(press(Key::ControlLeft, Modifiers::CTRL), None);
        assert_eq!(press(Key::ShiftRight, Modifiers::SHIFT), None);
        let said = press(Key::L, Modifiers::CTRL).expect("keys");
        assert!(
            said.contains("light-theme") && said.contains("logical_key: L"),
            "{said}"
        );
        assert_eq!(press(Key::Escape, Modifiers::NONE), Some("None".to_owned()));
    }
}
