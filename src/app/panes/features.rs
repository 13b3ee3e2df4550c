//! All values of one cell.

use egui::{RichText, TextEdit, Ui};

use super::PaneView;
use crate::app::state::{CellValues, Workspace};
use crate::dataset::BBOX_COLUMNS;
use crate::explore::search_columns;
use crate::widgets::{format_number, heading, tokens};

/// Values listed at once; the search finds the others.
const MOST_VALUES: usize = 300;

/// Where the cell was cut out, and its features with a search box.
pub(super) fn show(ui: &mut Ui, workspace: &Workspace, view: &mut PaneView) {
    let tokens = tokens(ui);
    let Some(values) = &workspace.values else {
        ui.spinner();
        return;
    };
    provenance(ui, values);
    ui.add_space(6.0);
    heading(ui, "Features");
    let hint = format!("Search {} columns", values.values.len());
    ui.add(
        TextEdit::singleline(&mut view.feature_search)
            .hint_text(hint)
            .desired_width(f32::INFINITY),
    );
    let found = search_columns(&workspace.columns, &view.feature_search);
    let lookup: std::collections::HashMap<&str, &Option<String>> = values
        .values
        .iter()
        .map(|(name, text)| (name.as_str(), text))
        .collect();
    let mut listed = 0;
    egui::Grid::new("features")
        .num_columns(2)
        .striped(false)
        .spacing([8.0, 3.0])
        .show(ui, |ui| {
            let room = (ui.available_width() - 120.0).max(80.0);
            for column in found {
                let Some(text) = lookup.get(column.name.as_str()) else {
                    continue;
                };
                listed += 1;
                if listed > MOST_VALUES {
                    continue;
                }
                let name =
                    egui::Label::new(RichText::new(&column.name).small().color(tokens.text_weak))
                        .truncate();
                ui.scope(|ui| {
                    ui.set_max_width(room);
                    ui.add(name).on_hover_text(&column.name);
                });
                let shown = match text {
                    None => "–".to_owned(),
                    Some(text) if column.kind.is_number() => text
                        .parse::<f64>()
                        .map_or_else(|_| text.clone(), format_number),
                    Some(text) => text.clone(),
                };
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let label = ui.add(
                        egui::Label::new(RichText::new(shown).small().color(tokens.text))
                            .truncate(),
                    );
                    if let Some(full) = text {
                        label.on_hover_text(full);
                    }
                });
                ui.end_row();
            }
        });
    if listed > MOST_VALUES {
        ui.label(
            RichText::new(format!(
                "and {} more; search to find them",
                listed - MOST_VALUES
            ))
            .small()
            .color(tokens.text_weak),
        );
    } else if listed == 0 {
        ui.label(
            RichText::new("No column has this in its name.")
                .small()
                .color(tokens.text_weak),
        );
    }
}

fn provenance(ui: &mut Ui, values: &CellValues) {
    let value = |name: &str| {
        values
            .values
            .iter()
            .find(|(known, _)| known == name)
            .and_then(|(_, text)| text.clone())
    };
    let tokens = tokens(ui);
    let corners: Vec<String> = BBOX_COLUMNS.iter().filter_map(|name| value(name)).collect();
    if let [x_min, y_min, x_max, y_max] = corners.as_slice() {
        let source = value("Metadata_Source")
            .map(|source| format!(" of {source}"))
            .unwrap_or_default();
        ui.label(
            RichText::new(format!(
                "cut from x {x_min} to {x_max}, y {y_min} to {y_max}{source}"
            ))
            .small()
            .color(tokens.text_weak),
        );
    }
}
