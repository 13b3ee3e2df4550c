//! A running import: its stages, how fast it is, how long it still takes.

use egui::{ProgressBar, RichText, Ui};
use egui_material_icons::icons::ICON_CHECK;

use super::pieces::{Pane, card, weak};
use super::state::Running;
use super::words;
use cytolance_import::ImportProgress;
use cytolance_profile::thousands;
use cytolance_widgets::{ICONS, medium_font, tokens};

pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>, running: Running) {
    let title = if running.stopping {
        "Stopping; nothing will be left behind"
    } else {
        "Importing"
    };
    card(ui, title, |ui| {
        let now = match running.progress {
            ImportProgress::Reading => 0,
            ImportProgress::Fields(..) => 1,
            ImportProgress::Committing => 2,
        };
        let rows = pane.wizard.preview().map_or(0, |preview| preview.rows);
        for (at, stage) in [
            "Reading and joining the tables",
            "Cutting out cells and writing rows",
            "Making the dataset visible",
        ]
        .into_iter()
        .enumerate()
        {
            stage_line(ui, stage, at < now, at == now);
            if at == 1 && now == 1 {
                fields(ui, running, rows);
            }
        }
        ui.add_space(8.0);
        let so_far = if running.seconds < 90.0 {
            format!("{:.0} s so far", running.seconds)
        } else {
            format!("{} so far", words::duration(running.seconds))
        };
        weak(ui, so_far);
        weak(
            ui,
            "The window can be used meanwhile: close the wizard, and the import goes on in the bar below.",
        );
    });
}

fn stage_line(ui: &mut Ui, stage: &str, done: bool, now: bool) {
    let tokens = tokens(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(24.0);
        if now {
            ui.add(egui::Spinner::new().size(16.0));
        } else {
            let icon = if done { ICON_CHECK.codepoint } else { " " };
            let (rect, _) = ui.allocate_exact_size(egui::vec2(16.0, 16.0), egui::Sense::hover());
            ui.painter().text(
                rect.center(),
                egui::Align2::CENTER_CENTER,
                icon,
                egui::FontId::new(16.0, egui::FontFamily::Name(ICONS.into())),
                tokens.ok,
            );
        }
        let text = RichText::new(stage);
        ui.label(if now {
            text.font(medium_font(13.0)).color(tokens.text)
        } else {
            text.color(tokens.text_weak)
        });
    });
}

fn fields(ui: &mut Ui, running: Running, rows: usize) {
    let ImportProgress::Fields(done, total) = running.progress else {
        return;
    };
    let share = if total > 0 {
        done as f32 / total as f32
    } else {
        0.0
    };
    ui.add(
        ProgressBar::new(share)
            .desired_height(8.0)
            .desired_width(ui.available_width().min(640.0)),
    );
    let mut parts = vec![format!(
        "{} of {}",
        thousands(done),
        words::count(total, "field of view", "fields of view")
    )];
    parts.extend(words::rate(done, running.stage_seconds, "fields"));
    // Fields are much alike, so rows go with them.
    let rows_done = (rows as f64 * f64::from(share)) as usize;
    parts.extend(words::rate(rows_done, running.stage_seconds, "rows"));
    if done > 0 && done < total && running.stage_seconds > 1.0 {
        let left = running.stage_seconds / done as f64 * (total - done) as f64;
        parts.push(format!("{} left", words::duration(left)));
    }
    weak(ui, parts.join("  ·  "));
}
