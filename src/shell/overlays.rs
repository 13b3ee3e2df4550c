//! What lies over the panes: palette, dialogs.

use egui::{Context, Id, Key, Modal, RichText, ScrollArea, TextEdit, Ui};

use super::features::feature;
use super::{group_list, palette, replace_question, shortcut_page};
use crate::model::command::Command;
use crate::model::state::{Overlay, State, Workspace};
use cytolance_profile::{ColumnName, Condition, search_columns, thousands};
use cytolance_widgets::{heading, primary_button, tokens};

/// Columns listed at once.
const MOST_COLUMNS: usize = 300;

/// Texts typed into the palette and the dialogs.
#[derive(Debug, Default)]
pub struct OverlayTexts {
    pub(crate) search: String,
    path: String,
    sql: String,
    pub(crate) chosen: usize,
    /// The action that waits for new keys.
    pub(crate) rebinding: Option<String>,
    /// What the texts belong to; a newly opened overlay starts empty.
    kind: Option<std::mem::Discriminant<Overlay>>,
}

/// Shows the open overlay, if any.
pub(crate) fn show(
    context: &Context,
    state: &State,
    texts: &mut OverlayTexts,
    commands: &mut Vec<Command>,
) {
    let kind = std::mem::discriminant(&state.overlay);
    let fresh = texts.kind != Some(kind);
    if fresh {
        *texts = OverlayTexts {
            kind: Some(kind),
            ..OverlayTexts::default()
        };
    }
    if state.overlay == Overlay::None {
        return;
    }
    let before = commands.len();
    let modal = Modal::new(Id::unique("overlay")).show(context, |ui| {
        let width: f32 = match &state.overlay {
            Overlay::Shortcuts => 820.0,
            _ => 560.0,
        };
        ui.set_width(width.min(context.content_rect().width() - 48.0));
        match &state.overlay {
            Overlay::None => {}
            Overlay::Palette => palette::show(ui, state, texts, fresh, commands),
            Overlay::Open => open(ui, texts, fresh, commands),
            Overlay::Shortcuts => shortcut_page::show(ui, state, texts, commands),
            Overlay::Groups => with_workspace(ui, state, |ui, workspace| {
                group_list::show(ui, workspace, commands);
            }),
            Overlay::Columns => with_workspace(ui, state, |ui, workspace| {
                columns(ui, workspace, texts, fresh, commands);
            }),
            Overlay::NewFilter => with_workspace(ui, state, |ui, workspace| {
                new_filter(ui, workspace, texts, fresh, commands);
            }),
            Overlay::Of(id) => with_workspace(ui, state, |ui, workspace| {
                if let Some(feature) = feature(*id) {
                    feature.overlay(ui, workspace, commands);
                }
            }),
            Overlay::Replace(question) => replace_question::show(ui, question, commands),
        }
    });
    // What was done in it decides whether it stays.
    let chose = commands.len() > before;
    if modal.should_close() && !chose {
        commands.push(Command::SetOverlay(Overlay::None));
    }
}

fn with_workspace(ui: &mut Ui, state: &State, content: impl FnOnce(&mut Ui, &Workspace)) {
    match &state.workspace {
        Some(workspace) => content(ui, workspace),
        None => {
            ui.label("Open a dataset first.");
        }
    }
}

fn search_field(ui: &mut Ui, text: &mut String, hint: &str, fresh: bool) -> bool {
    let field = ui.add(
        TextEdit::singleline(text)
            .hint_text(hint)
            .desired_width(f32::INFINITY),
    );
    if fresh {
        field.request_focus();
    }
    field.changed()
}

fn open(ui: &mut Ui, texts: &mut OverlayTexts, fresh: bool, commands: &mut Vec<Command>) {
    heading(ui, "Open a dataset");
    ui.label(
        RichText::new(
            "A folder NAME.lance, or its URL (s3://… where the program was built for it).",
        )
        .color(tokens(ui).text_weak),
    );
    ui.horizontal(|ui| {
        let width = ui.available_width() - 90.0;
        let field = ui.add(
            TextEdit::singleline(&mut texts.path)
                .hint_text("path or URL")
                .desired_width(width),
        );
        if fresh {
            field.request_focus();
        }
        if ui.button("Browse…").clicked() {
            commands.push(Command::BrowseDataset);
        }
    });
    let enter = ui.input(|input| input.key_pressed(Key::Enter));
    buttons(
        ui,
        "Open",
        !texts.path.trim().is_empty(),
        enter,
        commands,
        || Command::Open(texts.path.clone()),
    );
}

/// Cancel and the one button that does it.
fn buttons(
    ui: &mut Ui,
    label: &str,
    ready: bool,
    enter: bool,
    commands: &mut Vec<Command>,
    command: impl FnOnce() -> Command,
) {
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let button = primary_button(ui, label);
        if ui.add_enabled(ready, button).clicked() || (ready && enter) {
            commands.push(command());
        }
        if ui.button("Cancel").clicked() {
            commands.push(Command::SetOverlay(Overlay::None));
        }
    });
}

fn columns(
    ui: &mut Ui,
    workspace: &Workspace,
    texts: &mut OverlayTexts,
    fresh: bool,
    commands: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        heading(ui, "Table columns");
        if ui.small_button("First columns again").clicked() {
            commands.push(Command::ResetColumns);
        }
    });
    search_field(ui, &mut texts.search, "Search columns", fresh);
    column_list(ui, workspace, &texts.search, &mut |ui, name| {
        let mut on = workspace.table.position(name).is_some();
        if ui
            .checkbox(&mut on, ColumnName::parse(name).measure)
            .on_hover_text(name)
            .changed()
        {
            commands.push(Command::ToggleColumn(name.to_owned()));
        }
    });
}

fn new_filter(
    ui: &mut Ui,
    workspace: &Workspace,
    texts: &mut OverlayTexts,
    fresh: bool,
    commands: &mut Vec<Command>,
) {
    heading(ui, "Filter by");
    search_field(ui, &mut texts.search, "Search columns", fresh);
    let enter = ui.input(|input| input.key_pressed(Key::Enter));
    let mut first = None;
    column_list(ui, workspace, &texts.search, &mut |ui, name| {
        if first.is_none() {
            first = Some(name.to_owned());
        }
        let label = ColumnName::parse(name).measure;
        if ui
            .selectable_label(false, label)
            .on_hover_text(name)
            .clicked()
        {
            commands.push(Command::FilterBy(name.to_owned()));
        }
    });
    ui.separator();
    ui.label(RichText::new("or an SQL condition").color(tokens(ui).text_weak));
    let hint = "Cells_AreaShape_Area > 2000 AND Metadata_Well = 'A01'";
    ui.add(
        TextEdit::singleline(&mut texts.sql)
            .hint_text(hint)
            .desired_width(f32::INFINITY),
    );
    if enter {
        if !texts.sql.trim().is_empty() {
            commands.push(Command::AddFilter(Condition::Sql {
                text: texts.sql.trim().to_owned(),
            }));
            commands.push(Command::SetOverlay(Overlay::None));
        } else if let Some(name) = first.filter(|_| !texts.search.is_empty()) {
            commands.push(Command::FilterBy(name));
        }
    }
}

/// Found columns under the names of their compartment and feature group, while nothing was typed; by rank otherwise.
fn column_list(
    ui: &mut Ui,
    workspace: &Workspace,
    search: &str,
    row: &mut dyn FnMut(&mut Ui, &str),
) {
    let found: Vec<_> = search_columns(&workspace.columns, search)
        .into_iter()
        .filter(|column| column.kind.is_shown())
        .collect();
    let mut group = String::new();
    ScrollArea::vertical()
        .max_height(380.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for column in found.iter().take(MOST_COLUMNS) {
                let name = ColumnName::parse(&column.name);
                let title = format!(
                    "{} · {}",
                    name.compartment,
                    if name.group.is_empty() {
                        "keys"
                    } else {
                        name.group
                    }
                );
                if title != group {
                    ui.label(RichText::new(&title).small().color(tokens(ui).text_weak));
                    group = title;
                }
                row(ui, &column.name);
            }
            if found.len() > MOST_COLUMNS {
                let more = format!(
                    "and {} more; type to find them",
                    thousands(found.len() - MOST_COLUMNS)
                );
                ui.label(RichText::new(more).small().color(tokens(ui).text_weak));
            }
            if found.is_empty() {
                ui.label(
                    RichText::new("No column has this in its name.").color(tokens(ui).text_weak),
                );
            }
        });
}
