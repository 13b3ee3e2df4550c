//! What the report of an import says of outlines.

use egui::Ui;

use super::failure::in_words;
use super::pieces::{fact, lines, open_lines, warning, weak};
use super::words;
use cytolance_import::ImportReport;
use cytolance_profile::thousands;

/// What is not as it should be, at the top of the page: «521 of 910 Cells have an outline».
pub(super) fn headline(ui: &mut Ui, report: &ImportReport) {
    if !report.channels.is_empty() && report.rows_with_picture < report.rows {
        let without = report.rows - report.rows_with_picture;
        warning(
            ui,
            &format!(
                "{} of {} have no picture",
                thousands(without),
                words::count(report.rows, "cell", "cells")
            ),
        );
    }
    let wrong = report.verification.iter();
    for line in wrong.filter(|line| line.contradicted > 0) {
        warning(ui, &line.to_string());
    }
    for (object, count) in &report.outlines_traced {
        let without = report.num_without_outline(object);
        if without > 0 {
            warning(
                ui,
                &format!(
                    "{} of {} {object} have an outline traced from masks, {} have none",
                    thousands(*count),
                    thousands(count + without),
                    thousands(without)
                ),
            );
        }
    }
}

/// The outlines of each object set, and why objects have none.
pub(super) fn show(ui: &mut Ui, report: &ImportReport) {
    let counts = [
        &report.outlines_traced,
        &report.outlines_stored,
        &report.outlines_approximate,
    ];
    if counts.iter().all(|counts| counts.is_empty()) {
        weak(
            ui,
            "There are none: neither masks nor measured shapes were found.",
        );
    }
    for (object, count) in &report.outlines_traced {
        traced(ui, report, object, *count);
    }
    for (object, count) in &report.outlines_stored {
        fact(
            ui,
            object,
            &format!("{} copied from the source", thousands(*count)),
        );
    }
    for (object, count) in &report.outlines_approximate {
        fact(
            ui,
            object,
            &format!("{} ellipses from measurements", thousands(*count)),
        );
    }
    masks(ui, report);
}

fn traced(ui: &mut Ui, report: &ImportReport, object: &str, count: usize) {
    let without = report.num_without_outline(object);
    fact(
        ui,
        object,
        &format!(
            "{} of {} traced from masks",
            thousands(count),
            thousands(count + without)
        ),
    );
    for (count, reason) in report.without_outline(object) {
        warning(
            ui,
            &format!("{} without outline: {}", thousands(count), in_words(reason)),
        );
    }
    let (agree, compared) = report.areas_agree.get(object).copied().unwrap_or_default();
    if compared > 0 {
        let text = format!(
            "{} of {} areas within 2 % of the measured ones",
            thousands(agree),
            thousands(compared)
        );
        if agree * 10 < compared * 9 {
            warning(ui, &text);
        } else {
            weak(ui, text);
        }
    }
    if let Some(untold) = report.places_untold.get(object) {
        warning(
            ui,
            &format!(
                "Whether {} at the place of the object cannot be told: neither box nor centre was measured",
                words::count(*untold, "outline is", "outlines are")
            ),
        );
    }
    if let Some(worst) = report.worst_areas.get(object)
        && agree < compared
    {
        lines(
            ui,
            &format!("{object} that differ most"),
            worst.len(),
            worst,
        );
    }
}

/// Masks that were not used, or not as they are.
fn masks(ui: &mut Ui, report: &ImportReport) {
    let failed: Vec<String> = report
        .masks_failed
        .iter()
        .map(|line| in_words(line))
        .collect();
    if !failed.is_empty() {
        let masks = words::count(failed.len(), "mask was", "masks were");
        warning(ui, &format!("{masks} not used"));
        open_lines(ui, "masks that were not used", failed.len(), &failed);
    }
    let by_place = &report.masks_by_place;
    if !by_place.is_empty() {
        let masks = words::count(by_place.len(), "mask has", "masks have");
        warning(ui, &format!("{masks} other numbers than the objects"));
        open_lines(ui, "masks by place", by_place.len(), by_place);
    }
}
