//! The dataset's versions, and how two reviewers agree.

use egui::{RichText, ScrollArea, TextEdit, Ui};

use super::command::LabelsCommand;
use super::pane::LabelsView;
use super::state::{Comparison, LabelsState, Side};
use crate::model::command::Command;
use crate::model::state::Workspace;
use cytolance_dataset::VersionInfo;
use cytolance_profile::thousands;
use cytolance_widgets::{heading, tokens};

/// History and comparison.
pub(super) fn section(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut LabelsView,
    commands: &mut Vec<Command>,
) {
    let tokens = tokens(ui);
    heading(ui, "History");
    match &workspace.parts.get::<LabelsState>().history {
        None => {
            if ui
                .button("Show the versions")
                .on_hover_text("Who saved what and when; open, compare or restore an older one")
                .clicked()
            {
                commands.push(Command::from(LabelsCommand::ReadHistory));
            }
        }
        Some(Err(error)) => {
            ui.label(RichText::new(error).color(tokens.error));
        }
        Some(Ok(versions)) => {
            ScrollArea::vertical()
                .id_salt("versions")
                .max_height(220.0)
                .show(ui, |ui| {
                    for (at, version) in versions.iter().enumerate() {
                        version_row(ui, workspace, version, at == 0, commands);
                    }
                });
        }
    }
    ui.add_space(4.0);
    compare(ui, workspace, view, commands);
    ui.horizontal(|ui| {
        ui.add(
            TextEdit::singleline(&mut view.merge_path)
                .hint_text("NAME.labels.jsonl")
                .desired_width(180.0),
        );
        let path = view.merge_path.trim();
        if ui
            .add_enabled(!path.is_empty(), egui::Button::new("Merge a file"))
            .on_hover_text("Marks that were written beside a dataset that could only be read")
            .clicked()
        {
            commands.push(Command::from(LabelsCommand::MergeFile(path.into())));
        }
    });
}

fn version_row(
    ui: &mut Ui,
    workspace: &Workspace,
    version: &VersionInfo,
    newest: bool,
    commands: &mut Vec<Command>,
) {
    let tokens = tokens(ui);
    let open = version.version == workspace.dataset.version();
    ui.horizontal_wrapped(|ui| {
        let title = RichText::new(format!("v{}", version.version)).color(if open {
            tokens.accent
        } else {
            tokens.text
        });
        ui.label(title);
        let who = version.author.as_deref().unwrap_or_default();
        ui.label(
            RichText::new(format!("{} {who}", version.time))
                .small()
                .color(tokens.text_weak),
        );
        let what = version.what.as_ref().unwrap_or(&version.operation);
        ui.label(RichText::new(what).small());
        if open {
            ui.label(RichText::new("open").small().color(tokens.accent));
        } else {
            if ui.small_button("Open").clicked() {
                commands.push(Command::from(LabelsCommand::OpenVersion(version.version)));
            }
            if let Some(label) = workspace.labels.active()
                && ui.small_button("Compare").clicked()
            {
                let side = |version| Side {
                    version,
                    column: label.spec.column.clone(),
                };
                commands.push(Command::from(LabelsCommand::Compare(
                    side(version.version),
                    side(workspace.dataset.version()),
                )));
            }
        }
        if !newest
            && ui
                .small_button("Restore")
                .on_hover_text(
                    "Makes it the newest version again; the ones after it stay in the history",
                )
                .clicked()
        {
            commands.push(Command::from(LabelsCommand::Restore(version.version)));
        }
    });
}

/// Two label columns of this version, such as those of two reviewers.
fn compare(ui: &mut Ui, workspace: &Workspace, view: &mut LabelsView, commands: &mut Vec<Command>) {
    let labels = &workspace.labels;
    let stored: Vec<&str> = labels
        .columns
        .iter()
        .map(|label| label.spec.column.as_str())
        .filter(|name| workspace.dataset.column(name).is_some())
        .collect();
    if stored.len() > 1 {
        ui.horizontal_wrapped(|ui| {
            ui.label("Two reviewers:");
            for (at, side) in view.sides.iter_mut().enumerate() {
                let name = side.as_ref().map_or_else(
                    || stored.get(at).copied().unwrap_or_default().to_owned(),
                    |side| side.column.clone(),
                );
                egui::ComboBox::from_id_salt(("side", at))
                    .selected_text(&name)
                    .show_ui(ui, |ui| {
                        for column in &stored {
                            if ui.selectable_label(name == *column, *column).clicked() {
                                *side = Some(Side {
                                    version: 0,
                                    column: (*column).to_owned(),
                                });
                            }
                        }
                    });
            }
            if ui.button("Compare").clicked() {
                let side = |at: usize| Side {
                    version: workspace.dataset.version(),
                    column: view.sides[at].as_ref().map_or_else(
                        || stored.get(at).copied().unwrap_or_default().to_owned(),
                        |side| side.column.clone(),
                    ),
                };
                commands.push(Command::from(LabelsCommand::Compare(side(0), side(1))));
            }
        });
    }
    match &workspace.parts.get::<LabelsState>().comparison {
        None => {}
        Some(Err(error)) => {
            ui.label(RichText::new(error).color(tokens(ui).error));
        }
        Some(Ok(comparison)) => comparison_table(ui, comparison, commands),
    }
}

fn comparison_table(ui: &mut Ui, comparison: &Comparison, commands: &mut Vec<Command>) {
    let weak = tokens(ui).text_weak;
    let name = |side: &Side| format!("{} v{}", side.column, side.version);
    let [a, b] = comparison.sides.each_ref().map(name);
    ui.label(format!("{a} against {b}"));
    let agreement = &comparison.agreement;
    let kappa = agreement
        .kappa()
        .map_or_else(|| "not defined".to_owned(), |kappa| format!("{kappa:.3}"));
    let share = agreement
        .share()
        .map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0));
    ui.label(
        RichText::new(format!(
            "{} cells marked in both, {share} alike, Cohen's kappa {kappa}; {} only in the first, {} only in the second",
            thousands(agreement.both),
            thousands(agreement.only_first),
            thousands(agreement.only_second)
        ))
        .color(weak),
    );
    egui::Grid::new("confusion")
        .spacing([14.0, 2.0])
        .show(ui, |ui| {
            ui.label(RichText::new("first \\ second").small().color(weak));
            for class in &agreement.classes {
                ui.label(RichText::new(class).small().color(weak));
            }
            ui.end_row();
            for (class, counts) in agreement.classes.iter().zip(&agreement.table) {
                ui.label(RichText::new(class).small().color(weak));
                for count in counts {
                    ui.label(RichText::new(thousands(*count)).small());
                }
                ui.end_row();
            }
        });
    let differing = agreement.differing.len();
    if differing > 0
        && ui
            .button(format!(
                "Select the {} cells that differ",
                thousands(differing)
            ))
            .clicked()
    {
        commands.push(Command::from(LabelsCommand::SelectDifferences));
    }
}
