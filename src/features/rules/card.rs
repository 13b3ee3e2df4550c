//! One rule: its count, its thresholds, its options, and what is done with what it finds.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Align, Button, Label, Layout, Popup, RichText, TextEdit, Ui, vec2};
use egui_material_icons::icons::{
    ICON_CHEVRON_RIGHT, ICON_CLOSE, ICON_EXPAND_MORE, ICON_MORE_VERT,
};

use super::command::{RuleUse, RulesCommand};
use super::pane::RulesView;
use super::state::{RuleFound, RuleResult, RulesState, Scored, added};
use crate::model::command::{Command, SelectMode};
use crate::model::state::Workspace;
use cytolance_explore::Values;
use cytolance_profile::{ColumnInfo, Condition, OutlierRule, ZScope, ZThreshold, thousands};
use cytolance_widgets::{
    ThresholdHistogram, adder, chooser, icon_button, medium_font, short, tokens, value_menu,
};

/// Where a new threshold begins.
const FIRST_THRESHOLD: f64 = 2.0;

/// A rule's card.
pub(super) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    rule: &OutlierRule,
    view: &mut RulesView,
    commands: &mut Vec<Command>,
) {
    let rules = workspace.parts.get::<RulesState>();
    let is_open = rules.open.as_deref() == Some(rule.name.as_str());
    header(ui, rule, is_open, view, commands);
    count_line(ui, workspace, rule);
    let result = rules.results.get(&rule.name);
    if let Some(result) = result {
        notes(ui, workspace, rule, result, commands);
    }
    if !is_open {
        return;
    }
    let mut edited = rule.clone();
    thresholds(ui, workspace, &mut edited, result);
    options(ui, workspace, &mut edited, commands);
    let found = rules.found(&rule.name);
    actions(ui, workspace, rule, found, commands);
    if edited != *rule {
        commands.push(Command::from(RulesCommand::Edit(rule.name.clone(), edited)));
    }
}

fn header(
    ui: &mut Ui,
    rule: &OutlierRule,
    is_open: bool,
    view: &mut RulesView,
    commands: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        let (icon, hint) = if is_open {
            (ICON_EXPAND_MORE, "Hide the thresholds")
        } else {
            (ICON_CHEVRON_RIGHT, "Show the thresholds")
        };
        let name = &rule.name;
        if icon_button(ui, icon.codepoint, hint, &format!("open rule {name}")).clicked() {
            let open = (!is_open).then(|| name.clone());
            commands.push(Command::from(RulesCommand::Open(open)));
        }
        let width = (ui.available_width() - 32.0).max(20.0);
        match &mut view.renaming {
            Some((renamed, text)) if renamed == name => {
                let field = ui.add(TextEdit::singleline(text).desired_width(width));
                let field = field.accessible_name("rule name");
                if !field.has_focus() && !field.lost_focus() {
                    field.request_focus();
                }
                if field.lost_focus() {
                    let cancelled = ui.input(|input| input.key_pressed(egui::Key::Escape));
                    if !cancelled && !text.trim().is_empty() {
                        let renamed = OutlierRule {
                            name: text.trim().to_owned(),
                            ..rule.clone()
                        };
                        let edit = RulesCommand::Edit(name.clone(), renamed);
                        commands.push(Command::from(edit));
                    }
                    view.renaming = None;
                }
            }
            _ => {
                let text = RichText::new(name)
                    .font(medium_font(13.0))
                    .color(tokens(ui).text);
                let layout = Layout::left_to_right(Align::Center);
                ui.allocate_ui_with_layout(vec2(width, 20.0), layout, |ui| {
                    ui.set_min_width(width);
                    ui.add(Label::new(text).truncate()).on_hover_text(name);
                });
            }
        }
        let label = format!("menu of rule {name}");
        let menu = icon_button(ui, ICON_MORE_VERT.codepoint, "Rename, copy, delete", &label);
        Popup::menu(&menu).show(|ui| {
            if ui.button("Rename").clicked() {
                view.renaming = Some((name.clone(), name.clone()));
            }
            if ui.button("Duplicate").clicked() {
                commands.push(Command::from(RulesCommand::Duplicate(name.clone())));
            }
            if ui.button("Delete").clicked() {
                commands.push(Command::from(RulesCommand::Delete(name.clone())));
            }
        });
    });
}

fn count_line(ui: &mut Ui, workspace: &Workspace, rule: &OutlierRule) {
    let tokens = tokens(ui);
    let rules = workspace.parts.get::<RulesState>();
    let Some(result) = rules.results.get(&rule.name) else {
        ui.label(RichText::new("counting").color(tokens.text_weak));
        return;
    };
    match &result.outcome {
        Err(error) => {
            ui.label(RichText::new(error).color(tokens.error));
        }
        Ok(found) if !found.missing.is_empty() => {
            let text = format!("The dataset has no {}.", found.missing.join(", no "));
            ui.label(RichText::new(text).color(tokens.warn));
        }
        Ok(_) if rule.thresholds.is_empty() => {
            ui.label(RichText::new("Add a feature.").color(tokens.text_weak));
        }
        Ok(found) => {
            let all = workspace.dataset.num_rows();
            let mut text = format!("{} of {} cells", thousands(found.count), thousands(all));
            if found.shown != found.count {
                text = format!("{text}, {} of them shown", thousands(found.shown));
            }
            ui.label(RichText::new(text).color(tokens.text));
        }
    }
}

fn thresholds(
    ui: &mut Ui,
    workspace: &Workspace,
    edited: &mut OutlierRule,
    result: Option<&RuleResult>,
) {
    let mut removed = None;
    for (at, threshold) in edited.thresholds.iter_mut().enumerate() {
        ui.push_id(at, |ui| {
            ui.horizontal(|ui| {
                let current = Some(threshold.feature.as_str());
                let number = |column: &ColumnInfo| column.kind.is_number();
                let chosen = chooser(ui, &workspace.columns, "feature", current, None, &number);
                if let Some(feature) = chosen.flatten() {
                    threshold.feature = feature;
                }
                let label = format!("remove threshold {}", threshold.feature);
                let hint = "Remove this threshold";
                if icon_button(ui, ICON_CLOSE.codepoint, hint, &label).clicked() {
                    removed = Some(at);
                }
            });
            let known = result.and_then(|result| result.scored(&threshold.feature));
            row(ui, threshold, known);
        });
    }
    if let Some(at) = removed {
        edited.thresholds.remove(at);
    }
    let taken = |name: &str| {
        let mut thresholds = edited.thresholds.iter();
        thresholds.any(|threshold| threshold.feature == name)
    };
    let usable = |column: &ColumnInfo| column.kind.is_number() && !taken(&column.name);
    let hint = "Add a feature with a threshold";
    let chosen = adder(ui, &workspace.columns, "add a feature", hint, &usable);
    if let Some(feature) = chosen {
        edited.thresholds.push(ZThreshold {
            feature,
            z: FIRST_THRESHOLD,
        });
    }
}

/// A threshold over the z-scores of its feature, as they were counted last.
fn row(ui: &mut Ui, threshold: &mut ZThreshold, known: Option<&Scored>) {
    let histogram = known.map(|(scores, _)| &scores.histogram);
    ThresholdHistogram {
        label: &threshold.feature,
        min: histogram.map_or(-4.0, |histogram| histogram.min),
        max: histogram.map_or(4.0, |histogram| histogram.max),
        counts: histogram.map_or(&[], |histogram| histogram.counts.as_slice()),
    }
    .show(ui, &mut threshold.z);
    if let Some((_, beyond)) = known {
        let side = if threshold.z > 0.0 { "above" } else { "below" };
        let text = format!("{} cells {side} this threshold alone", thousands(*beyond));
        ui.label(RichText::new(text).small().color(tokens(ui).text_weak));
    }
}

fn options(
    ui: &mut Ui,
    workspace: &Workspace,
    edited: &mut OutlierRule,
    commands: &mut Vec<Command>,
) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new("z-scores").color(tokens(ui).text_weak));
        let has_plates = workspace.dataset.keys().plate.is_some();
        let is_controls = matches!(edited.scope, ZScope::Controls { .. });
        let whole = ui.selectable_label(edited.scope == ZScope::Dataset, "whole dataset");
        if whole.clicked() {
            edited.scope = ZScope::Dataset;
        }
        let per_plate = Button::selectable(edited.scope == ZScope::Plate, "per plate");
        let hint = if has_plates {
            "Centre and spread of each plate by itself"
        } else {
            "The dataset has no column of plates, such as Metadata_Plate"
        };
        let plate = ui.add_enabled(has_plates, per_plate);
        if plate
            .on_hover_text(hint)
            .on_disabled_hover_text(hint)
            .clicked()
        {
            edited.scope = ZScope::Plate;
        }
        let controls = ui
            .selectable_label(is_controls, "against controls")
            .on_hover_text("Centre and spread are those of the control cells");
        if controls.clicked() && !is_controls {
            edited.scope = first_controls(workspace);
        }
    });
    if let ZScope::Controls { column, values } = &mut edited.scope {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new("controls have").color(tokens(ui).text_weak));
            let (label, current) = ("column of controls", Some(column.as_str()));
            let category = |column: &ColumnInfo| column.kind.is_category();
            let chosen = chooser(ui, &workspace.columns, label, current, None, &category);
            if let Some(chosen) = chosen.flatten() {
                *column = chosen;
                values.clear();
            }
            let text = if values.is_empty() {
                "choose values".to_owned()
            } else {
                short(&values.iter().cloned().collect::<Vec<_>>().join(", "))
            };
            let button = ui.button(text).on_hover_text("Values of control cells");
            let names = || {
                let Some(known) = workspace.explorer.cached(column) else {
                    commands.push(Command::WantColumns(vec![column.clone()]));
                    return None;
                };
                match &known.values {
                    Values::Categories { names, .. } => Some(Arc::clone(names)),
                    _ => Some(Arc::default()),
                }
            };
            if let Some(edited) = value_menu(&button, values, names) {
                *values = edited;
            }
        });
    }
    ui.horizontal_wrapped(|ui| {
        ui.checkbox(&mut edited.robust, "robust").on_hover_text(
            "Median and MAD (times 1.4826) instead of mean and standard deviation: the outliers themselves do not move \
             the threshold. coSMicQC does not have this.",
        );
        ui.checkbox(&mut edited.ignore_nulls, "ignore nulls")
            .on_hover_text(
                "On: cells that lack one of the rule's features are left out first, as coSMicQC's find_outliers does.\n\
                 Off: one missing value makes all z-scores of its column unknown, so that nothing is found, as in \
                 coSMicQC's label_outliers.",
            );
    });
}

/// The treatment, or else the first column of categories.
fn first_controls(workspace: &Workspace) -> ZScope {
    let usable = || {
        let columns = workspace.columns.iter();
        columns.filter(|column| column.kind.is_category())
    };
    let well = workspace.dataset.keys().well.as_deref();
    let column = [Some("Metadata_Treatment"), Some("Metadata_Compound"), well]
        .into_iter()
        .flatten()
        .find_map(|name| usable().find(|column| column.name == name))
        .or_else(|| usable().next());
    ZScope::Controls {
        column: column.map(|column| column.name.clone()).unwrap_or_default(),
        values: BTreeSet::new(),
    }
}

/// Why a rule finds less than one would think.
fn notes(
    ui: &mut Ui,
    workspace: &Workspace,
    rule: &OutlierRule,
    result: &RuleResult,
    commands: &mut Vec<Command>,
) {
    let warn = tokens(ui).warn;
    if let ZScope::Controls { values, .. } = &rule.scope
        && values.is_empty()
    {
        let text = "Choose which values are controls; without any there are no z-scores.";
        ui.label(RichText::new(text).small().color(warn));
    }
    let mut lacks_values = false;
    for threshold in &rule.thresholds {
        let Some((scores, _)) = result.scored(&threshold.feature) else {
            continue;
        };
        let unknown = scores.histogram.unknown;
        let all = workspace.dataset.num_rows();
        let text = match (&rule.scope, scores.nulls) {
            (ZScope::Dataset, nulls) if nulls > 0 && !rule.ignore_nulls => nulls_text(
                &threshold.feature,
                nulls,
                "nothing is found, as by coSMicQC's label_outliers",
            ),
            (_, nulls) if nulls > 0 && !rule.ignore_nulls && unknown > nulls => nulls_text(
                &threshold.feature,
                nulls,
                &format!("{} cells have no z-score", thousands(unknown)),
            ),
            (ZScope::Dataset, nulls) if nulls < unknown && unknown == all => {
                format!("{} is the same in all cells.", threshold.feature)
            }
            _ => continue,
        };
        lacks_values |= scores.nulls > 0;
        ui.label(RichText::new(text).small().color(warn));
    }
    let hint = "Switch on «ignore nulls», as coSMicQC's find_outliers does";
    if lacks_values
        && ui
            .small_button("Leave out cells without a value")
            .on_hover_text(hint)
            .clicked()
    {
        let edited = OutlierRule {
            ignore_nulls: true,
            ..rule.clone()
        };
        commands.push(Command::from(RulesCommand::Edit(rule.name.clone(), edited)));
    }
}

/// What missing values do to a rule.
pub(super) fn nulls_text(feature: &str, nulls: usize, so: &str) -> String {
    let values = if nulls == 1 { "value" } else { "values" };
    format!(
        "{feature} has {} missing {values}, so {so}; switch on «ignore nulls»",
        thousands(nulls)
    )
}

fn actions(
    ui: &mut Ui,
    workspace: &Workspace,
    rule: &OutlierRule,
    found: Option<&RuleFound>,
    commands: &mut Vec<Command>,
) {
    let usable = found.is_some_and(|found| found.missing.is_empty()) && !rule.thresholds.is_empty();
    let filtered = workspace.query.filters.iter().any(|filter| {
        matches!(&filter.condition, Condition::Outlier { rule: known } if known.name == rule.name)
    });
    let added = added(workspace, &rule.name);
    let mut wanted =
        |then| commands.push(Command::from(RulesCommand::Use(rule.name.clone(), then)));
    ui.add_enabled_ui(usable, |ui| {
        ui.horizontal_wrapped(|ui| {
            let select = ui.button("Select");
            if select
                .on_hover_text("Select the outliers; Shift adds, Alt removes")
                .clicked()
            {
                wanted(RuleUse::Select(SelectMode::held(ui)));
            }
            let hint = "Show only the outliers; the filter follows the rule";
            let filter = ui.add_enabled(!filtered, Button::new("Filter"));
            if filter
                .on_hover_text(hint)
                .on_disabled_hover_text("There is a filter by this rule; it follows.")
                .clicked()
            {
                wanted(RuleUse::Filter);
            }
            let text = match &added {
                Some(known) if known != rule => "Update columns",
                _ => "Add columns",
            };
            let current = added.as_ref() == Some(rule);
            let columns = ui.add_enabled(!current, Button::new(text));
            let hint = format!(
                "{} and the z-scores, for the table, plots and the gallery",
                rule.flag_column()
            );
            if columns
                .on_hover_text(hint)
                .on_disabled_hover_text("The columns are there.")
                .clicked()
            {
                wanted(RuleUse::AddColumns);
            }
            let hint = "The same columns as a new version of the dataset, with what they say";
            if ui.button("Keep").on_hover_text(hint).clicked() {
                wanted(RuleUse::Keep);
            }
        });
    });
}
