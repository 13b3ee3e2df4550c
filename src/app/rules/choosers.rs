//! Choosing columns and values.

use std::collections::BTreeSet;

use egui::{Popup, PopupCloseBehavior, Response, ScrollArea, TextEdit, Ui};

use crate::app::command::Command;
use crate::app::state::Workspace;
use crate::explore::{Values, search_columns};
use crate::profile::ColumnInfo;

/// Columns or values listed.
const MOST: usize = 200;
/// Characters of a long name that a button shows: its end, where names differ.
const SHORT: usize = 34;

/// The end of a long name.
pub(super) fn short(name: &str) -> String {
    let length = name.chars().count();
    if length <= SHORT {
        return name.to_owned();
    }
    let tail: String = name.chars().skip(length + 1 - SHORT).collect();
    format!("…{tail}")
}

/// A searchable list of columns below a button.
pub(super) fn column_menu(
    ui: &Ui,
    button: &Response,
    columns: &[ColumnInfo],
    current: Option<&str>,
    usable: &dyn Fn(&ColumnInfo) -> bool,
) -> Option<String> {
    let mut chosen = None;
    Popup::menu(button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(340.0);
            let search = search_field(ui, button, "Search columns");
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                let found = search_columns(columns, &search);
                let found = found.into_iter().filter(|column| usable(column));
                for column in found.take(MOST) {
                    let is_current = current == Some(column.name.as_str());
                    if ui.selectable_label(is_current, &column.name).clicked() {
                        chosen = Some(column.name.clone());
                    }
                }
            });
            if chosen.is_some() {
                ui.close();
            }
        });
    if chosen.is_some() {
        forget_search(ui, button);
    }
    chosen
}

/// A list of a category's values below a button, to be ticked. `Some` where one was.
pub(super) fn value_menu(
    button: &Response,
    workspace: &Workspace,
    column: &str,
    values: &BTreeSet<String>,
    commands: &mut Vec<Command>,
) -> Option<BTreeSet<String>> {
    let mut edited = None;
    Popup::menu(button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(260.0);
            let Some(known) = workspace.explorer.cached(column) else {
                commands.push(Command::WantColumns(vec![column.to_owned()]));
                ui.spinner();
                return;
            };
            let Values::Categories { names, .. } = &known.values else {
                ui.label("The column has no values to choose from.");
                return;
            };
            let search = search_field(ui, button, "Search values").to_lowercase();
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                let found = names
                    .iter()
                    .filter(|name| search.is_empty() || name.to_lowercase().contains(&search));
                for name in found.take(MOST) {
                    let mut on = values.contains(name);
                    if ui.checkbox(&mut on, name).changed() {
                        let mut new = values.clone();
                        if on {
                            new.insert(name.clone());
                        } else {
                            new.remove(name);
                        }
                        edited = Some(new);
                    }
                }
            });
        });
    edited
}

/// What is searched for in the list below a button; the field has the focus when the list opens.
fn search_field(ui: &mut Ui, button: &Response, hint: &str) -> String {
    let id = button.id.with("search");
    let mut search: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let field = ui.add(
        TextEdit::singleline(&mut search)
            .hint_text(hint)
            .desired_width(f32::INFINITY),
    );
    if button.clicked() {
        field.request_focus();
    }
    ui.data_mut(|data| data.insert_temp(id, search.clone()));
    search
}

fn forget_search(ui: &Ui, button: &Response) {
    ui.data_mut(|data| data.remove_temp::<String>(button.id.with("search")));
}
