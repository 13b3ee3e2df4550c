//! The filters: one card each.

use std::collections::BTreeSet;

use egui::{Frame, Margin, RichText, ScrollArea, TextEdit, Ui};
use egui_material_icons::icons::{
    ICON_ADD, ICON_CLOSE, ICON_FILTER_ALT, ICON_VISIBILITY, ICON_VISIBILITY_OFF,
};

use crate::model::command::Command;
use crate::model::state::{ColumnSummary, Overlay, Workspace};
use cytolance_explore::Whole;
use cytolance_profile::{ColumnName, Condition, Filter, thousands};
use cytolance_widgets::{
    BoundWords, RangeHistogram, empty_state, icon_button, medium_font, tokens,
};

/// Values of a category listed without searching.
const MOST_VALUES: usize = 60;

/// What the pane remembers between frames.
#[derive(Default)]
pub struct FiltersView {
    /// Search texts of filters with many values, by filter.
    search: std::collections::HashMap<u64, String>,
}

/// All filters and the count of what they leave.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut FiltersView,
    commands: &mut Vec<Command>,
) {
    let tokens = tokens(ui);
    Frame::new()
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            // Wrapped: a button more must not make the pane's cards wider than the pane.
            ui.horizontal_wrapped(|ui| {
                if icon_button(
                    ui,
                    ICON_ADD.codepoint,
                    "Add a filter (Ctrl+F)",
                    "add filter",
                )
                .clicked()
                {
                    commands.push(Command::SetOverlay(Overlay::NewFilter));
                }
                let shown = format!(
                    "{} of {} {}",
                    thousands(workspace.order.len()),
                    thousands(workspace.dataset.num_rows()),
                    workspace.dataset.metadata().rows_are.many()
                );
                ui.label(RichText::new(shown).color(tokens.text_weak));
                if workspace.num_selected > 0 && ui.small_button("Only selected").clicked() {
                    commands.push(Command::FilterToSelection);
                }
            });
        });
    if workspace.query.filters.is_empty() {
        empty_state(
            ui,
            ICON_FILTER_ALT.codepoint,
            "All cells are shown",
            "Filter by a feature's range, by treatment or well, or by what you select in the plot.",
            |ui| {
                if ui.button("Add a filter").clicked() {
                    commands.push(Command::SetOverlay(Overlay::NewFilter));
                }
            },
        );
        return;
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for filter in &workspace.query.filters {
            Frame::new()
                .fill(tokens.surface)
                .corner_radius(6)
                .inner_margin(Margin::same(10))
                .outer_margin(Margin::symmetric(8, 4))
                .show(ui, |ui| {
                    ui.set_min_width(ui.available_width());
                    card(ui, workspace, filter, view, commands);
                });
        }
    });
}

fn card(
    ui: &mut Ui,
    workspace: &Workspace,
    filter: &Filter,
    view: &mut FiltersView,
    commands: &mut Vec<Command>,
) {
    let tokens = tokens(ui);
    let title = title_of(&filter.condition);
    ui.horizontal(|ui| {
        let (icon, hint) = if filter.enabled {
            (ICON_VISIBILITY, "Switch this filter off without losing it")
        } else {
            (ICON_VISIBILITY_OFF, "Switch this filter on")
        };
        if icon_button(ui, icon.codepoint, hint, &format!("toggle filter {title}")).clicked() {
            commands.push(Command::EnableFilter(filter.id, !filter.enabled));
        }
        let color = if filter.enabled {
            tokens.text
        } else {
            tokens.text_weak
        };
        let width = (ui.available_width() - 32.0).max(20.0);
        let text = RichText::new(&title).font(medium_font(13.0)).color(color);
        ui.allocate_ui_with_layout(
            egui::vec2(width, 20.0),
            egui::Layout::left_to_right(egui::Align::Center),
            |ui| {
                ui.set_min_width(width);
                ui.add(egui::Label::new(text).truncate())
                    .on_hover_text(filter.condition.column().unwrap_or(&title));
            },
        );
        if icon_button(
            ui,
            ICON_CLOSE.codepoint,
            "Remove this filter",
            &format!("remove filter {title}"),
        )
        .clicked()
        {
            commands.push(Command::RemoveFilter(filter.id));
        }
    });
    ui.add_enabled_ui(filter.enabled, |ui| {
        match (&filter.condition, workspace.summaries.get(&filter.id)) {
            (Condition::Range { column, min, max }, Some(ColumnSummary::Range(histogram))) => {
                let (mut low, mut high) = (min.max(histogram.min), max.min(histogram.max));
                let name = ColumnName::parse(column);
                let times = times_of(workspace, column);
                let widget = RangeHistogram {
                    label: name.measure,
                    min: histogram.min,
                    max: histogram.max,
                    all: &histogram.all,
                    shown: &histogram.shown,
                    log_counts: false,
                    words: times.as_ref().map(|times| times as &dyn BoundWords),
                };
                if widget.show(ui, &mut low, &mut high).changed() {
                    // At the ends of the range the filter is open, so that it keeps what rounding would cut off.
                    let condition = Condition::Range {
                        column: column.clone(),
                        min: if low <= histogram.min {
                            f64::NEG_INFINITY
                        } else {
                            low
                        },
                        max: if high >= histogram.max {
                            f64::INFINITY
                        } else {
                            high
                        },
                    };
                    commands.push(Command::SetCondition(filter.id, condition));
                }
                if histogram.nulls > 0 {
                    ui.label(
                        RichText::new(format!("{} without a value", thousands(histogram.nulls)))
                            .small()
                            .color(tokens.text_weak),
                    );
                }
            }
            (Condition::OneOf { column, values }, Some(ColumnSummary::Categories(counts))) => {
                categories(ui, filter.id, column, values, counts, view, commands);
            }
            (Condition::Contains { column, text } | Condition::Equals { column, text }, _) => {
                let exact = matches!(filter.condition, Condition::Equals { .. });
                let mut edited = text.clone();
                if ui
                    .add(
                        TextEdit::singleline(&mut edited)
                            .hint_text("text")
                            .desired_width(f32::INFINITY),
                    )
                    .changed()
                {
                    let column = column.clone();
                    let condition = if exact {
                        Condition::Equals {
                            column,
                            text: edited,
                        }
                    } else {
                        Condition::Contains {
                            column,
                            text: edited,
                        }
                    };
                    commands.push(Command::SetCondition(filter.id, condition));
                }
            }
            (Condition::Null { column, null }, _) => {
                let mut wanted = *null;
                ui.radio_value(&mut wanted, false, "has a value");
                ui.radio_value(&mut wanted, true, "is missing");
                if wanted != *null {
                    commands.push(Command::SetCondition(
                        filter.id,
                        Condition::Null {
                            column: column.clone(),
                            null: wanted,
                        },
                    ));
                }
            }
            (Condition::Sql { text }, _) => {
                ui.label(RichText::new(text).monospace());
            }
            (Condition::Rows { rows, .. }, _) => {
                ui.label(
                    RichText::new(format!("{} cells, chosen by hand", thousands(rows.count())))
                        .color(tokens.text_weak),
                );
            }
            (Condition::Gates { tree, .. }, _) => {
                ui.label(
                    RichText::new(format!("gates on {}", joined(&tree.columns())))
                        .color(tokens.text_weak),
                );
            }
            (Condition::Outlier { rule }, _) => {
                ui.label(
                    RichText::new(format!("outliers by {}", joined(&rule.columns())))
                        .color(tokens.text_weak),
                );
            }
            (_, _) => {
                ui.horizontal(|ui| {
                    ui.spinner();
                    ui.label(RichText::new("reading the column").color(tokens.text_weak));
                });
            }
        }
    });
    kinds(ui, workspace, filter, commands);
}

/// The times of a column, whose bounds are dates and not numbers.
struct Times(Whole);

impl BoundWords for Times {
    fn text(&self, bound: f64) -> String {
        self.0.bound_text(bound)
    }

    fn number(&self, text: &str) -> Option<f64> {
        self.0.bound(text)
    }
}

fn times_of(workspace: &Workspace, column: &str) -> Option<Times> {
    let whole = workspace.explorer.cached(column)?.whole.clone();
    matches!(whole, Whole::Time(_)).then_some(Times(whole))
}

/// The other ways to filter by the same column.
fn kinds(ui: &mut Ui, workspace: &Workspace, filter: &Filter, commands: &mut Vec<Command>) {
    let Some(name) = filter.condition.column() else {
        return;
    };
    let Some(column) = workspace.column(name) else {
        return;
    };
    let column_name = || name.to_owned();
    let mut choices: Vec<(&str, Condition)> = Vec::new();
    if column.kind.is_ranged() {
        let range = Condition::Range {
            column: column_name(),
            min: f64::NEG_INFINITY,
            max: f64::INFINITY,
        };
        choices.push(("range", range));
    } else if column.kind.is_category() {
        choices.push((
            "values",
            Condition::OneOf {
                column: column_name(),
                values: BTreeSet::new(),
            },
        ));
        choices.push((
            "contains",
            Condition::Contains {
                column: column_name(),
                text: String::new(),
            },
        ));
        choices.push((
            "equals",
            Condition::Equals {
                column: column_name(),
                text: String::new(),
            },
        ));
    }
    choices.push((
        "missing",
        Condition::Null {
            column: column_name(),
            null: true,
        },
    ));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (label, condition) in choices {
            let current =
                std::mem::discriminant(&condition) == std::mem::discriminant(&filter.condition);
            if ui
                .selectable_label(current, RichText::new(label).small())
                .clicked()
                && !current
            {
                commands.push(Command::SetCondition(filter.id, condition));
            }
        }
    });
}

fn categories(
    ui: &mut Ui,
    id: u64,
    column: &str,
    chosen: &BTreeSet<String>,
    counts: &[(String, usize, usize)],
    view: &mut FiltersView,
    commands: &mut Vec<Command>,
) {
    let tokens = tokens(ui);
    let search = view.search.entry(id).or_default();
    if counts.len() > 8 {
        ui.add(
            TextEdit::singleline(search)
                .hint_text("Search values")
                .desired_width(f32::INFINITY),
        );
    }
    let needle = search.to_lowercase();
    let found: Vec<&(String, usize, usize)> = counts
        .iter()
        .filter(|(name, ..)| needle.is_empty() || name.to_lowercase().contains(&needle))
        .collect();
    let mut edited = chosen.clone();
    ScrollArea::vertical()
        .id_salt(("values", id))
        .max_height(220.0)
        .show(ui, |ui| {
            for (name, all, shown) in found.iter().take(MOST_VALUES) {
                ui.horizontal(|ui| {
                    // Nothing chosen means that nothing is left out.
                    let mut on = chosen.contains(name);
                    let label = if name.is_empty() {
                        "(empty text)"
                    } else {
                        name.as_str()
                    };
                    if ui.checkbox(&mut on, label).changed() {
                        if on {
                            edited.insert(name.clone());
                        } else {
                            edited.remove(name);
                        }
                    }
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        let text = if shown == all {
                            thousands(*all)
                        } else {
                            format!("{} / {}", thousands(*shown), thousands(*all))
                        };
                        ui.label(RichText::new(text).small().color(tokens.text_weak));
                    });
                });
            }
        });
    if found.len() > MOST_VALUES {
        ui.label(
            RichText::new(format!(
                "and {} more; search to find them",
                found.len() - MOST_VALUES
            ))
            .small()
            .color(tokens.text_weak),
        );
    }
    if edited != *chosen {
        commands.push(Command::SetCondition(
            id,
            Condition::OneOf {
                column: column.to_owned(),
                values: edited,
            },
        ));
    }
}

fn joined(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}

fn title_of(condition: &Condition) -> String {
    match condition {
        Condition::Rows { name, .. } | Condition::Gates { name, .. } => name.clone(),
        Condition::Outlier { rule } => rule.name.clone(),
        Condition::Sql { .. } => "SQL".to_owned(),
        other => other.column().unwrap_or_default().to_owned(),
    }
}
