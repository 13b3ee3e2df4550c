//! The command palette: actions, columns, gates and labels by their names.

use egui::{Key, RichText, ScrollArea, TextEdit, Ui};

use crate::model::command::Command;
use crate::model::scatter::Axes;
use crate::model::state::{Overlay, State, Workspace};
use crate::shell::overlays::OverlayTexts;
use cytolance_profile::{Sort, feature_meaning, search_columns};
use cytolance_widgets::tokens;

/// Columns that are offered at once.
const MOST_COLUMNS: usize = 12;

/// Something that can be chosen.
struct Entry {
    title: String,
    keys: String,
    hint: Option<String>,
    command: Command,
}

/// What can be done with a column: the words that ask for it, and the rest of the title.
const VERBS: [(&str, &str); 6] = [
    ("filter", "Filter by"),
    ("sort", "Sort by"),
    ("colour color", "Colour the plot by"),
    ("x horizontal", "Plot horizontally"),
    ("y vertical", "Plot vertically"),
    ("column show hide", "Show or hide in the table:"),
];

/// The palette.
pub(crate) fn show(
    ui: &mut Ui,
    state: &State,
    texts: &mut OverlayTexts,
    fresh: bool,
    commands: &mut Vec<Command>,
) {
    let field = ui.add(
        TextEdit::singleline(&mut texts.search)
            .hint_text("What do you want to do? Actions, columns, gates, labels")
            .desired_width(f32::INFINITY),
    );
    if fresh {
        field.request_focus();
    }
    if field.changed() {
        texts.chosen = 0;
    }
    let mut found = entries(ui, state, &texts.search);
    let (up, down, enter) = ui.input(|input| {
        (
            input.key_pressed(Key::ArrowUp),
            input.key_pressed(Key::ArrowDown),
            input.key_pressed(Key::Enter),
        )
    });
    if down {
        texts.chosen = (texts.chosen + 1).min(found.len().saturating_sub(1));
    }
    if up {
        texts.chosen = texts.chosen.saturating_sub(1);
    }
    let mut run = None;
    ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
        for (at, entry) in found.iter().enumerate() {
            let button = egui::Button::selectable(at == texts.chosen, &entry.title)
                .right_text(RichText::new(&entry.keys).color(tokens(ui).text_weak))
                .min_size(egui::vec2(ui.available_width(), 26.0));
            let mut response = ui.add(button);
            if let Some(hint) = &entry.hint {
                response = response.on_hover_text(hint);
            }
            if at == texts.chosen && (up || down) {
                response.scroll_to_me(None);
            }
            if response.clicked() || (enter && at == texts.chosen) {
                run = Some(at);
            }
        }
        if found.is_empty() {
            ui.label(RichText::new("Nothing is called that.").color(tokens(ui).text_weak));
        }
    });
    if let Some(at) = run {
        // First close, then act: the action may open another overlay.
        commands.push(Command::SetOverlay(Overlay::None));
        commands.push(found.swap_remove(at).command);
    }
}

fn entries(ui: &Ui, state: &State, search: &str) -> Vec<Entry> {
    let needle = search.to_lowercase();
    let words: Vec<&str> = needle.split_whitespace().collect();
    let mut found: Vec<Entry> = state
        .actions()
        .iter()
        .filter(|action| action.is_enabled(state))
        .map(|action| (action, action.name(state)))
        .filter(|(_, name)| {
            let name = name.to_lowercase();
            words.iter().all(|word| name.contains(word))
        })
        .map(|(action, name)| Entry {
            title: name.into_owned(),
            keys: action
                .keys(&state.settings)
                .map(|keys| ui.ctx().format_shortcut(&keys))
                .unwrap_or_default(),
            hint: None,
            command: (action.command)(state),
        })
        .collect();
    if let Some(workspace) = state.workspace.as_ref().filter(|_| !words.is_empty()) {
        for feature in state.features {
            let offers = feature.offers(workspace, &words).into_iter();
            found.extend(offers.map(|offer| Entry {
                title: offer.title,
                keys: String::new(),
                hint: None,
                command: offer.command,
            }));
        }
        found.extend(column_entries(workspace, &words));
    }
    found
}

/// What can be done with the columns that the words find. A verb among the words, `sort area`, leaves that alone.
fn column_entries(workspace: &Workspace, words: &[&str]) -> Vec<Entry> {
    let is_verb = |word: &str| {
        VERBS
            .iter()
            .any(|(names, _)| names.split(' ').any(|name| name == word))
    };
    let (verbs, names): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| is_verb(word));
    if names.is_empty() {
        return Vec::new();
    }
    let pattern = names.join(" ");
    let columns = search_columns(&workspace.columns, &pattern);
    let mut found = Vec::new();
    for column in columns
        .into_iter()
        .filter(|column| column.kind.is_value())
        .take(MOST_COLUMNS)
    {
        for (at, (words, title)) in VERBS.iter().enumerate() {
            let wanted = verbs.is_empty()
                || verbs
                    .iter()
                    .any(|verb| words.split(' ').any(|word| word == *verb));
            let plots = matches!(at, 3 | 4);
            if !wanted || (plots && !column.kind.is_number()) {
                continue;
            }
            found.push(Entry {
                title: format!("{title} {}", column.name),
                keys: String::new(),
                hint: feature_meaning(&column.name),
                command: column_command(workspace, at, &column.name),
            });
        }
    }
    found
}

fn column_command(workspace: &Workspace, verb: usize, name: &str) -> Command {
    let axes = workspace.scatter.axes.clone();
    let name = name.to_owned();
    match verb {
        0 => Command::FilterBy(name),
        1 => Command::SetSort(Some(Sort {
            column: name,
            descending: false,
        })),
        2 => Command::SetAxes(Axes {
            color: Some(name),
            ..axes
        }),
        3 => Command::SetAxes(Axes {
            x: Some(name),
            ..axes
        }),
        4 => Command::SetAxes(Axes {
            y: Some(name),
            ..axes
        }),
        _ => Command::ToggleColumn(name),
    }
}
