//! The second step: what a row is, what is joined to it, and which columns come of it.

use egui::{Align, Label, Layout, RichText, ScrollArea, TextEdit, Ui, UiBuilder, vec2};

use super::joins;
use super::pieces::{self, Pane, card, two_columns, weak};
use super::state::{ColumnLine, Planned};
use cytolance_profile::thousands;
use cytolance_widgets::tokens;

/// Height of a line of the column list.
const LINE: f32 = 20.0;

pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    two_columns(ui, 0.56, |ui, side| {
        if side == 0 {
            left(ui, pane);
        } else if let Some(planned) = &pane.wizard.planned {
            columns(ui, pane, planned);
        }
    });
}

fn left(ui: &mut Ui, pane: &mut Pane<'_>) {
    let preview = pane.wizard.preview();
    let profile_of = preview.and_then(|preview| preview.rows_are.object());
    if let Some(whole) = profile_of {
        card(ui, "One row is one of", |ui| {
            weak(
                ui,
                format!("{whole}s: each row is the profile of all cells of one, not a cell."),
            );
        });
    } else {
        primary_choice(ui, pane);
    }
    let Some(planned) = &pane.wizard.planned else {
        return;
    };
    card(ui, "How the tables are joined", |ui| {
        joins::show(ui, &planned.preview);
        for pair in &planned.preview.pairs {
            joins::pair_choice(ui, pair, &mut pane.options.pair);
        }
    });
    card(ui, "Rows of each table", |ui| {
        pieces::sums_table(ui, "cells", &planned.account.sums);
    });
    card(ui, "What is left out, and why", |ui| {
        pieces::account_notes(ui, &planned.account, true);
    });
}

/// Asks which object a row stands for.
fn primary_choice(ui: &mut Ui, pane: &mut Pane<'_>) {
    let preview = pane.wizard.preview();
    card(ui, "One row is one of", |ui| {
        // All that were ever seen, so that the buttons stay where they are whatever is chosen.
        let mut names: Vec<(String, Option<usize>)> = pane
            .wizard
            .objects
            .iter()
            .map(|name| {
                let known = preview
                    .iter()
                    .flat_map(|preview| &preview.objects)
                    .find(|object| object.name == *name);
                (name.clone(), known.map(|object| object.objects))
            })
            .collect();
        names.sort();
        let chosen = pane
            .options
            .primary
            .clone()
            .or_else(|| preview.map(|preview| preview.primary.clone()));
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            for (name, rows) in names {
                let label = match rows {
                    Some(rows) => format!("{name}  ({})", thousands(rows)),
                    None => name.clone(),
                };
                if ui.radio(chosen.as_deref() == Some(&name), label).clicked() {
                    pane.options.primary = Some(name);
                }
            }
        });
        weak(
            ui,
            "Each row of the dataset stands for one such object; the measurements of the others are joined to it.",
        );
        ui.checkbox(&mut pane.options.complete, "Complete cells only")
            .on_hover_text("Leaves out cells that lack one of the other objects");
    });
}

fn columns(ui: &mut Ui, pane: &mut Pane<'_>, planned: &Planned) {
    card(ui, "Columns", |ui| {
        let search = &mut pane.view.column_search;
        ui.add(
            TextEdit::singleline(search)
                .hint_text("Search columns")
                .desired_width(f32::INFINITY),
        )
        .widget_info_label("Search columns");
        let needle = search.to_lowercase();
        let words: Vec<&str> = needle.split_whitespace().collect();
        let found: Vec<&ColumnLine> = planned
            .columns
            .iter()
            .filter(|column| {
                words.is_empty() || {
                    let name =
                        format!("{} {} {}", column.object, column.name, column.kind).to_lowercase();
                    words.iter().all(|word| name.contains(word))
                }
            })
            .collect();
        weak(
            ui,
            if words.is_empty() {
                format!("{} in the tables", thousands(found.len()))
            } else {
                format!(
                    "{} of {}",
                    thousands(found.len()),
                    thousands(planned.columns.len())
                )
            },
        );
        if found.is_empty() {
            weak(ui, "No column has this in its name.");
            return;
        }
        let height = (ui.clip_rect().bottom() - ui.cursor().top() - 40.0).clamp(240.0, 900.0);
        ScrollArea::vertical()
            .id_salt("columns")
            .max_height(height)
            .min_scrolled_height(height)
            .auto_shrink([false, true])
            .show_rows(ui, LINE, found.len(), |ui, range| {
                for column in &found[range] {
                    column_line(ui, column);
                }
            });
    });
}

fn column_line(ui: &mut Ui, column: &ColumnLine) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), LINE), egui::Sense::hover());
    let color = tokens(ui).text_weak;
    let kind = rect.with_min_x(rect.right() - 100.0);
    let object = kind
        .translate(vec2(-112.0, 0.0))
        .with_max_x(kind.left() - 8.0);
    let name = rect.with_max_x(object.left() - 8.0);
    for (rect, text) in [
        (name, RichText::new(&column.name)),
        (object, RichText::new(&column.object).color(color)),
        (kind, RichText::new(column.kind).color(color)),
    ] {
        ui.scope_builder(
            UiBuilder::new()
                .max_rect(rect)
                .layout(Layout::left_to_right(Align::Center)),
            |ui| ui.add(Label::new(text).truncate()),
        );
    }
    response.on_hover_text(format!(
        "{} of {}, {}",
        column.name, column.object, column.kind
    ));
}

/// A name for screen readers and tests, for fields without a label beside them.
pub(super) trait Named {
    /// Gives the name.
    fn widget_info_label(self, label: &str) -> Self;
}

impl Named for egui::Response {
    fn widget_info_label(self, label: &str) -> Self {
        self.ctx
            .accesskit_node_builder(self.id, |node| node.set_label(label));
        self
    }
}
