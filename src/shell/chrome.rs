//! Menu bar, status bar, messages, shortcuts.

use std::fmt::Write as _;

use egui::{Align, Align2, Context, Frame, Layout, Margin, RichText, Ui};
use egui_material_icons::icons::ICON_KEYBOARD;

use crate::model::action::Menu;
use crate::model::command::Command;
use crate::model::state::{Overlay, State};
use crate::model::task::TaskTimes;
use crate::model::textures::Textures;
use crate::shell::meter::{Caches, Meter};
use crate::shell::notices::good_news;
use cytolance_profile::{counted, thousands};
use cytolance_widgets::{icon_button, medium_font, tokens};

/// Keys that edit text while a text field has the focus.
const TEXT_KEYS: [egui::Key; 5] = [
    egui::Key::A,
    egui::Key::C,
    egui::Key::V,
    egui::Key::X,
    egui::Key::Z,
];

/// The keys that reach a program as a wish to copy, not as keys.
const COPY: egui::KeyboardShortcut =
    egui::KeyboardShortcut::new(egui::Modifiers::COMMAND, egui::Key::C);

/// Whether something is to be copied that is no text on the screen.
fn copies(context: &Context) -> bool {
    let asked = context.input(|input| input.events.contains(&egui::Event::Copy));
    let labels = context.plugin_opt::<egui::text_selection::LabelSelectionState>();
    asked && !labels.is_some_and(|labels| labels.lock().has_selection())
}

/// Turns key presses into commands.
pub(crate) fn shortcuts(context: &Context, state: &State, commands: &mut Vec<Command>) {
    let typing = context.text_edit_focused();
    // Those with more modifiers come first: Ctrl+Shift+S is not Ctrl+S.
    let mut keyed: Vec<_> = state
        .actions()
        .iter()
        .filter_map(|action| Some((action, action.keys(&state.settings)?)))
        .collect();
    let modifiers = |keys: &egui::KeyboardShortcut| {
        let held = keys.modifiers;
        usize::from(held.shift) + usize::from(held.alt) + usize::from(held.command)
    };
    keyed.sort_by_key(|(_, keys)| std::cmp::Reverse(modifiers(keys)));
    for (action, shortcut) in keyed {
        // Plain keys, and those that edit text, belong to the text field or the dialog that is open.
        let for_fields = shortcut.modifiers.is_none() || TEXT_KEYS.contains(&shortcut.logical_key);
        let has_fields = typing || state.overlay != Overlay::None;
        if !action.is_enabled(state) || (for_fields && has_fields) {
            continue;
        }
        if context.input_mut(|input| input.consume_shortcut(&shortcut))
            || (shortcut == COPY && copies(context))
        {
            commands.push((action.command)(state));
        }
    }
}

/// Menus, the dataset's name, and how many cells are selected, shown, there.
pub(crate) fn top_bar(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let actions = state.actions();
    egui::MenuBar::new().ui(ui, |ui| {
        for (menu, title) in [
            (Menu::File, "File"),
            (Menu::Edit, "Edit"),
            (Menu::View, "View"),
            (Menu::Label, "Label"),
            (Menu::Go, "Go"),
            (Menu::Help, "Help"),
        ] {
            ui.menu_button(title, |ui| {
                ui.set_min_width(240.0);
                for action in actions.iter().filter(|action| action.menu == menu) {
                    let enabled = action.is_enabled(state);
                    // A class that the label does not have is no menu entry.
                    if !enabled && action.class.is_some() {
                        continue;
                    }
                    let mut button = egui::Button::new(action.name(state));
                    if let Some(shortcut) = &action.keys(&state.settings) {
                        button = button.shortcut_text(ui.ctx().format_shortcut(shortcut));
                    }
                    if ui.add_enabled(enabled, button).clicked() {
                        commands.push((action.command)(state));
                        ui.close();
                    }
                }
            });
        }
        let tokens = tokens(ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button(
                ui,
                ICON_KEYBOARD.codepoint,
                "Command palette (Ctrl+P)",
                "command palette",
            )
            .clicked()
            {
                commands.push(Command::SetOverlay(Overlay::Palette));
            }
            if let Some(workspace) = &state.workspace {
                let counts = format!(
                    "{} selected / {} shown / {} {}",
                    thousands(workspace.num_selected),
                    thousands(workspace.order.len()),
                    thousands(workspace.dataset.num_rows()),
                    workspace.dataset.metadata().rows_are.many()
                );
                ui.label(RichText::new(counts).color(tokens.text_weak));
                let unsaved = workspace.labels.num_unsaved();
                if unsaved > 0 {
                    ui.label(
                        RichText::new(format!("{} not saved", counted(unsaved, "mark")))
                            .color(tokens.warn),
                    );
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add_space(16.0);
                    ui.label(
                        RichText::new(workspace.dataset.name())
                            .font(medium_font(13.0))
                            .color(tokens.text),
                    )
                    .on_hover_text(workspace.dataset.uri());
                    ui.label(
                        RichText::new(format!("v{}", workspace.dataset.version()))
                            .color(tokens.text_weak),
                    );
                });
            }
        });
    });
}

/// Running work, good news, memory, frame time. Returns whether the pointer is on the good news.
pub(crate) fn status_bar(
    ui: &mut Ui,
    state: &State,
    textures: &Textures,
    task_times: &TaskTimes,
    meter: &Meter,
    commands: &mut Vec<Command>,
) -> bool {
    let tokens = tokens(ui);
    let mut reading = false;
    ui.horizontal(|ui| {
        ui.set_min_height(22.0);
        for task in &state.tasks {
            ui.add(egui::Spinner::new().size(12.0));
            let title = if task.is_cancelled() {
                format!("{} (stopping)", task.title)
            } else {
                task.title.clone()
            };
            ui.label(title);
            if task.total > 0 {
                let bar = egui::ProgressBar::new(task.done as f32 / task.total as f32)
                    .desired_width(120.0)
                    .desired_height(6.0);
                ui.add(bar);
                let text = task_times.text(task, std::time::Instant::now());
                ui.label(RichText::new(text).color(tokens.text_weak));
            }
            if ui.small_button("Cancel").clicked() {
                commands.push(Command::CancelTask(task.id));
            }
            ui.add_space(8.0);
        }
        reading = good_news(ui, state, commands);
        let Some(workspace) = &state.workspace else {
            return;
        };
        if workspace.is_busy() {
            ui.add(egui::Spinner::new().size(12.0));
        }
        // A store far away, or one that does not answer: the window goes on, and says what it waits for.
        if let Some((what, seconds)) = meter.waiting().filter(|(_, seconds)| *seconds > 2.0) {
            ui.label(format!("waiting for {what}, {seconds:.0} s"));
            ui.ctx()
                .request_repaint_after(std::time::Duration::from_secs(1));
        }
        if let Some((what, error)) = workspace.unreadable.iter().next() {
            let text = RichText::new(format!("{what}: {error}")).color(tokens.error);
            let width = (ui.available_width() * 0.5).max(120.0);
            ui.allocate_ui(egui::vec2(width, 20.0), |ui| {
                ui.add(egui::Label::new(text).truncate())
                    .on_hover_text(error);
            });
        }
        let failed = workspace.query_error.is_some() || !workspace.unreadable.is_empty();
        if failed && ui.small_button("Try again").clicked() {
            commands.push(Command::RetryReads);
        }
        if let Some(share) = workspace.explorer.reading() {
            ui.label(format!("reading columns {:.0} %", share * 100.0));
            ui.ctx()
                .request_repaint_after(std::time::Duration::from_millis(100));
        }
        if let Some(error) = &workspace.query_error {
            ui.label(RichText::new(error).color(tokens.error));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let megabytes = |bytes: usize| format!("{:.0} MB", bytes as f64 / 1e6);
            let mut more = meter
                .frame_time(0.5)
                .map(|time| format!("  ·  {time:.1} ms/frame"))
                .unwrap_or_default();
            if meter.memory() > 0 {
                let _ = write!(more, "  ·  memory {}", megabytes(meter.memory()));
            }
            let memory = format!(
                "columns {}  ·  crops {}  ·  textures {}{more}",
                megabytes(workspace.explorer.cached_bytes()),
                megabytes(workspace.pictures.bytes()),
                megabytes(textures.bytes()),
            );
            ui.label(RichText::new(memory).small().color(tokens.text_weak));
        });
    });
    reading
}

/// Times of frames and gestures, jobs and caches, in the upper right corner.
pub(crate) fn meter(context: &Context, state: &State, meter: &Meter, caches: Caches, jobs: usize) {
    if !state.meter {
        return;
    }
    let time =
        |time: Option<f64>| time.map_or_else(|| "-".to_owned(), |time| format!("{time:.1} ms"));
    let megabytes = |bytes: usize| format!("{:.0} MB", bytes as f64 / 1e6);
    let lines = [
        ("frame, median", time(meter.frame_time(0.5))),
        ("frame, 99 %", time(meter.frame_time(0.99))),
        ("frame, longest", time(meter.frame_time(1.0))),
        (
            "last gesture",
            meter.last_gesture().map_or_else(
                || "-".to_owned(),
                |(name, time)| format!("{name} {time:.1} ms"),
            ),
        ),
        ("jobs", jobs.to_string()),
        ("columns", megabytes(caches.columns)),
        ("crops", megabytes(caches.crops)),
        ("textures", megabytes(caches.textures)),
        ("memory", megabytes(meter.memory())),
    ];
    egui::Area::new(egui::Id::unique("meter"))
        .anchor(Align2::RIGHT_TOP, [-16.0, 40.0])
        .order(egui::Order::Foreground)
        .interactable(false)
        .show(context, |ui| {
            Frame::popup(ui.style()).show(ui, |ui| {
                egui::Grid::new("meter lines")
                    .spacing([16.0, 2.0])
                    .show(ui, |ui| {
                        for (name, value) in lines {
                            ui.label(RichText::new(name).small());
                            ui.label(RichText::new(value).small().monospace());
                            ui.end_row();
                        }
                    });
            });
        });
}

/// Says what happens to files that hang over the window, before they are dropped.
pub(crate) fn drop_hint(context: &Context, state: &State) {
    if context.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let text = crate::model::dropping::hint(state);
    egui::Area::new(egui::Id::unique("drop hint"))
        .anchor(Align2::CENTER_CENTER, [0.0, 0.0])
        .order(egui::Order::Foreground)
        .interactable(false)
        .show(context, |ui| {
            let tokens = tokens(ui);
            Frame::new()
                .fill(tokens.raised)
                .stroke(egui::Stroke::new(1.0, tokens.accent))
                .corner_radius(8)
                .inner_margin(Margin::symmetric(24, 16))
                .show(ui, |ui| {
                    ui.label(RichText::new(text).size(16.0).color(tokens.text));
                });
        });
}
