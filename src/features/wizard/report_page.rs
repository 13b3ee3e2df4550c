//! The report of a finished import as a page.

use egui::{Label, RichText, Ui};

use super::command::{WizardCommand, WizardPick};
use super::failure::in_words;
use super::import_step::beside;
use super::pieces::{
    self, Pane, card, fact, good, labelled_field, lines, open_lines, two_columns, warning, weak,
};
use super::report_outlines;
use super::state::{Done, KeptDone};
use super::words;
use crate::model::command::Command;
use cytolance_export::Target as SaveTarget;
use cytolance_import::ImportReport;
use cytolance_profile::thousands;
use cytolance_widgets::{primary_button, tokens};

pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>, done: &Done) {
    let report = &done.report;
    good(
        ui,
        &format!(
            "{} imported in {}",
            words::rows(report.rows, report.rows_are),
            words::duration(report.seconds)
        ),
    );
    report_outlines::headline(ui, report);
    if let Some(kept) = &done.kept {
        other_reports(ui, pane, kept);
    }
    buttons(ui, pane, report);
    two_columns(ui, 0.5, |ui, side| {
        if side == 0 {
            counts(ui, report);
            card(ui, "Pictures", |ui| pictures(ui, report));
            if !report.verification.is_empty() {
                card(ui, "What was checked", |ui| verification(ui, report));
            }
        } else {
            card(ui, "Outlines", |ui| report_outlines::show(ui, report));
            card(ui, "What was left out or changed, and remarks", |ui| {
                let is_whole = report.num_failed_pictures() == 0;
                pieces::account_notes(ui, &done.account, is_whole);
            });
        }
    });
    card(ui, "Rows of each table", |ui| {
        pieces::sums_table(ui, "report", &done.account.sums);
        weak(ui, "Rows = imported + damaged + without cell + not used.");
    });
}

/// The other imports into the same dataset.
fn other_reports(ui: &mut Ui, pane: &mut Pane<'_>, kept: &KeptDone) {
    if kept.names.len() < 2 {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        weak(ui, "Imports into this dataset, newest first:");
        for name in &kept.names {
            let title = name.strip_suffix(".json").unwrap_or(name);
            let chosen = *name == kept.name;
            if ui.selectable_label(chosen, title).clicked() && !chosen {
                pane.send(WizardCommand::ShowReport {
                    uri: Some(kept.uri.clone()),
                    name: Some(name.clone()),
                });
            }
        }
    });
}

fn buttons(ui: &mut Ui, pane: &mut Pane<'_>, report: &ImportReport) {
    ui.horizontal_wrapped(|ui| {
        let size = egui::vec2(140.0, 32.0);
        let open = primary_button(ui, "Open the dataset").min_size(size);
        if ui.add(open).clicked() {
            pane.send(WizardCommand::Close);
            pane.commands.push(Command::Open(report.dataset.clone()));
        }
        if ui
            .add(egui::Button::new("Import another").min_size(size))
            .clicked()
        {
            pane.send(WizardCommand::Reset);
        }
        ui.add_space(16.0);
        let usual = beside(&report.dataset, "-report.txt");
        let mut path = pane
            .view
            .report_path
            .clone()
            .unwrap_or_else(|| usual.clone());
        let width = (ui.available_width() - 260.0).clamp(120.0, 480.0);
        let field = labelled_field(
            ui,
            "Report file",
            &mut path,
            "report.txt or report.json",
            width,
        );
        if field.changed() {
            pane.view.report_path = (path != usual).then(|| path.clone());
        }
        let ready = !path.trim().is_empty();
        if ui
            .add_enabled(ready, egui::Button::new("Save report"))
            .on_hover_text("As text, or as JSON where the name ends in .json")
            .clicked()
        {
            pane.send(WizardCommand::SaveReport(SaveTarget::new(
                path.trim(),
                false,
            )));
        }
        if ui.button("Browse…").clicked() {
            pane.send(WizardCommand::Pick(WizardPick::Report));
        }
    });
    if let Some(saved) = &pane.wizard.saved_report {
        weak(ui, format!("Report saved to {saved}"));
    }
    ui.add_space(8.0);
}

fn counts(ui: &mut Ui, report: &ImportReport) {
    card(ui, "Dataset", |ui| {
        ui.add(
            Label::new(RichText::new(&report.dataset).color(tokens(ui).text))
                .wrap()
                .selectable(true),
        );
        fact(
            ui,
            "Rows",
            &format!(
                "{}, {}",
                thousands(report.rows),
                if report.rows_are.is_profile() {
                    report.rows_are.rows().to_owned()
                } else {
                    format!("one for each of the {}", report.primary)
                }
            ),
        );
        if !report.compartments.is_empty() {
            fact(ui, "Joined to them", &report.compartments.join(", "));
        }
        if !report.channels.is_empty() {
            fact(ui, "Channels", &report.channels.join(", "));
        }
        for (object, count) in &report.rows_without_compartment {
            fact(ui, &format!("Without {object}"), &thousands(*count));
        }
        if report.cells_with_several_nuclei > 0 {
            fact(
                ui,
                "Several nuclei",
                &format!(
                    "{} (see the column QC_NucleiCount)",
                    words::count(report.cells_with_several_nuclei, "cell", "cells")
                ),
            );
        }
        if report.num_coerced() > 0 {
            fact(
                ui,
                "Emptied values",
                &format!("{} that were no numbers", thousands(report.num_coerced())),
            );
        }
    });
}

/// What was held against the measurements and the files.
fn verification(ui: &mut Ui, report: &ImportReport) {
    for line in &report.verification {
        if line.contradicted == 0 {
            weak(ui, line.to_string());
            continue;
        }
        warning(ui, &line.to_string());
        if !line.examples.is_empty() {
            let title = format!("Examples: {}", line.title());
            lines(ui, &title, line.contradicted, &line.examples);
        }
    }
}

fn pictures(ui: &mut Ui, report: &ImportReport) {
    fact(
        ui,
        "Cells with picture",
        &format!(
            "{} of {}",
            thousands(report.rows_with_picture),
            thousands(report.rows)
        ),
    );
    if report.images.expected > 0 {
        fact(
            ui,
            "Pictures read",
            &format!(
                "{} of {}",
                thousands(report.images.read),
                thousands(report.images.expected)
            ),
        );
    } else if !report.images.stored.is_empty() {
        fact(ui, "Copied from", &report.images.stored.join(", "));
    } else {
        weak(ui, "The export names no pictures.");
    }
    if let Some(names) = &report.names {
        fact(ui, "From file names", &names.columns.join(", "));
        weak(ui, &names.example);
    }
    let without: Vec<String> = report
        .rows_without_picture
        .iter()
        .map(|(reason, count)| {
            format!(
                "{}: {}",
                words::count(*count, "cell", "cells"),
                in_words(reason)
            )
        })
        .collect();
    if !without.is_empty() {
        lines(ui, "Why cells have no picture", without.len(), &without);
    }
    let list =
        |lines: &[String]| -> Vec<String> { lines.iter().map(|line| in_words(line)).collect() };
    if !report.images.missing.is_empty() {
        let missing = list(&report.images.missing);
        lines(ui, "Missing pictures", missing.len(), &missing);
    }
    if !report.images.failed.is_empty() {
        let failed = list(&report.images.failed);
        warning(
            ui,
            &format!(
                "{} cannot be used",
                words::count(failed.len(), "picture", "pictures")
            ),
        );
        open_lines(ui, "unreadable pictures", failed.len(), &failed);
    }
    if !report.images.pages_unused.is_empty() {
        let unused = list(&report.images.pages_unused);
        lines(
            ui,
            "Files with more pages than are used",
            unused.len(),
            &unused,
        );
    }
    let changes: Vec<String> = report
        .images
        .path_changes
        .iter()
        .map(ToString::to_string)
        .collect();
    if !changes.is_empty() {
        lines(ui, "Changed folders", changes.len(), &changes);
    }
    for column in &report.images.no_channels {
        weak(ui, column.reason.as_str());
    }
}
