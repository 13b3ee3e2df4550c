//! Searchable lists below a button: of columns, and of a column's values.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Id, Key, Popup, PopupCloseBehavior, Response, ScrollArea, TextEdit, Ui};

use cytolance_profile::{ColumnInfo, search_columns};

/// Columns or values listed.
const MOST: usize = 200;
/// Characters of a long name that a button shows: its end, where names differ.
const SHORT: usize = 34;

/// The end of a name that is too long for a button.
pub fn short(name: &str) -> String {
    end_of(name, SHORT)
}

/// The end of a name of more characters than `most`.
pub fn end_of(name: &str, most: usize) -> String {
    let length = name.chars().count();
    if length <= most {
        return name.to_owned();
    }
    let tail: String = name.chars().skip(length + 1 - most).collect();
    format!("…{tail}")
}

/// A button with the name of the chosen column that opens the list, in which `none` stands for no column. `Some` once
/// something was chosen.
pub fn chooser(
    ui: &mut Ui,
    columns: &[ColumnInfo],
    label: &str,
    current: Option<&str>,
    none: Option<&str>,
    usable: &dyn Fn(&ColumnInfo) -> bool,
) -> Option<Option<String>> {
    let text = current.or(none).unwrap_or("choose a column");
    let button = ui
        .button(short(text))
        .on_hover_text(format!("{label}: {text}"));
    ColumnMenu {
        id: ui.scope_id().with(("column menu", label)),
        columns,
        current,
        none,
        usable,
    }
    .show(ui, &button)
}

/// A button that opens the list, for one column more. `Some` once one was chosen.
pub fn adder(
    ui: &mut Ui,
    columns: &[ColumnInfo],
    text: &str,
    hint: &str,
    usable: &dyn Fn(&ColumnInfo) -> bool,
) -> Option<String> {
    let button = ui.button(text).on_hover_text(hint);
    let menu = ColumnMenu {
        id: ui.scope_id().with(("column menu", text)),
        columns,
        current: None,
        none: None,
        usable,
    };
    menu.show(ui, &button).flatten()
}

/// A searchable list of columns.
struct ColumnMenu<'a> {
    /// Stays the same while the list is open, whatever comes and goes before its button.
    id: Id,
    columns: &'a [ColumnInfo],
    current: Option<&'a str>,
    /// What the choice of no column is called, where there is that choice.
    none: Option<&'a str>,
    usable: &'a dyn Fn(&ColumnInfo) -> bool,
}

impl ColumnMenu<'_> {
    fn show(&self, ui: &Ui, button: &Response) -> Option<Option<String>> {
        let mut chosen = None;
        popup(button).id(self.id).show(|ui| {
            ui.set_width(340.0);
            let (search, entered) = search_field(ui, self.id, button, "Search columns");
            if let Some(none) = self.none
                && ui.selectable_label(self.current.is_none(), none).clicked()
            {
                chosen = Some(None);
            }
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                let found = search_columns(self.columns, &search);
                let found = found.into_iter().filter(|column| (self.usable)(column));
                for (at, column) in found.take(MOST).enumerate() {
                    let is_current = self.current == Some(column.name.as_str());
                    let clicked = ui.selectable_label(is_current, &column.name).clicked();
                    if clicked || (entered && at == 0) {
                        chosen = Some(Some(column.name.clone()));
                    }
                }
            });
            if chosen.is_some() {
                ui.close();
            }
        });
        if chosen.is_some() {
            ui.data_mut(|data| data.remove_temp::<String>(self.id));
        }
        chosen
    }
}

/// A list of a category's values below a button, to be ticked. `Some` where one was. `names` is asked for all of them while
/// the list is open; it has none as long as they are being read.
pub fn value_menu(
    button: &Response,
    values: &BTreeSet<String>,
    names: impl FnOnce() -> Option<Arc<[String]>>,
) -> Option<BTreeSet<String>> {
    let mut edited = None;
    popup(button).show(|ui| {
        ui.set_width(260.0);
        let Some(names) = names() else {
            ui.spinner();
            return;
        };
        if names.is_empty() {
            ui.label("The column has no values to choose from.");
            return;
        }
        let (search, entered) = search_field(ui, button.id.with("search"), button, "Search values");
        let search = search.to_lowercase();
        ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            let found = names
                .iter()
                .filter(|name| search.is_empty() || name.to_lowercase().contains(&search));
            for (at, name) in found.take(MOST).enumerate() {
                let mut on = values.contains(name);
                let ticked = ui.checkbox(&mut on, name).changed();
                let first = entered && at == 0;
                on ^= first;
                if ticked || first {
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

fn popup(button: &Response) -> Popup<'_> {
    Popup::menu(button).close_behavior(PopupCloseBehavior::CloseOnClickOutside)
}

/// What is searched for in the list below a button, and whether Enter was pressed, which takes the first that was found.
/// The field has the focus when the list opens.
fn search_field(ui: &mut Ui, id: Id, button: &Response, hint: &str) -> (String, bool) {
    let mut search: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let field = ui.add(
        TextEdit::singleline(&mut search)
            .hint_text(hint)
            .desired_width(f32::INFINITY),
    );
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if button.clicked() || entered {
        field.request_focus();
    }
    ui.data_mut(|data| data.insert_temp(id, search.clone()));
    let takes_first = entered && !search.is_empty();
    (search, takes_first)
}
