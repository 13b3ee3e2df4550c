//! The wizard's page: its head with the steps, the step itself, and the way on and back.

use egui::{
    Align, Align2, CentralPanel, CursorIcon, FontFamily, FontId, Frame, Layout, Margin, Panel,
    RichText, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, vec2,
};
use egui_material_icons::icons::{ICON_CHECK, ICON_CLOSE};

use super::command::WizardCommand;
use super::examples::ExampleTextures;
use super::pieces::{self, Pane, weak};
use super::state::{Run, Step, Wizard};
use super::{
    cells_step, import_step, outlines_step, pictures_step, progress_page, report_page, source_step,
    words,
};
use crate::model::command::Command;
use cytolance_profile::thousands;
use cytolance_widgets::theme::{SPACE, SPACE_LARGE, TEXT_SIZE};
use cytolance_widgets::{ICONS, SEMIBOLD, icon_button, medium_font, primary_button, tokens};

/// Height of the row of steps.
const STEP_HEIGHT: f32 = 32.0;

/// Texts and textures of the wizard that are nobody else's business.
#[derive(Default)]
pub struct WizardView {
    /// Search text of the columns.
    pub(super) column_search: String,
    /// Folders being typed, by kind.
    pub(super) folder_texts: [String; 4],
    /// File for the plan, if another than the usual one.
    pub(super) plan_path: Option<String>,
    /// File for the report, if another than the usual one.
    pub(super) report_path: Option<String>,
    /// Pixels or margin while the number is being dragged.
    pub(super) crop: Option<u32>,
    /// Composited examples.
    pub(super) textures: ExampleTextures,
}

/// Shows the wizard.
pub fn show(
    ui: &mut Ui,
    wizard: &Wizard,
    open_dataset: Option<&str>,
    view: &mut WizardView,
    commands: &mut Vec<Command>,
) {
    let mut pane = Pane {
        wizard,
        open_dataset,
        options: wizard.options.clone(),
        view,
        commands,
    };
    let margin = Margin::symmetric(24, 12);
    let tokens = tokens(ui);
    Panel::top("wizard head")
        .frame(Frame::new().fill(tokens.panel).inner_margin(margin))
        .show(ui, |ui| head(ui, &mut pane));
    if !matches!(wizard.run, Run::Done(_)) {
        Panel::bottom("wizard foot")
            .frame(Frame::new().fill(tokens.panel).inner_margin(margin))
            .show(ui, |ui| foot(ui, &mut pane));
    }
    CentralPanel::default()
        .frame(Frame::new().fill(tokens.panel).inner_margin(Margin {
            left: 24,
            right: 24,
            top: 16,
            bottom: 0,
        }))
        .show(ui, |ui| {
            ScrollArea::vertical()
                .id_salt(("wizard step", wizard.step.title()))
                .auto_shrink(false)
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing = vec2(SPACE, SPACE);
                    body(ui, &mut pane);
                    ui.add_space(SPACE_LARGE);
                });
        });
    let options = std::mem::take(&mut pane.options);
    if options != wizard.options {
        pane.send(WizardCommand::SetOptions(Box::new(options)));
    }
}

fn body(ui: &mut Ui, pane: &mut Pane<'_>) {
    match &pane.wizard.run {
        Run::Running(running) => return progress_page::show(ui, pane, *running),
        Run::Done(done) => return report_page::show(ui, pane, done),
        _ => {}
    }
    if let Some(failure) = &pane.wizard.failure
        && pane.wizard.step != Step::Source
    {
        pieces::error(ui, &failure.text);
        if failure.step != pane.wizard.step {
            let label = format!("Go to {}", failure.step.title());
            if ui.button(label).clicked() {
                pane.send(WizardCommand::GoTo(failure.step));
            }
        }
    }
    match pane.wizard.step {
        Step::Source => source_step::show(ui, pane),
        Step::Cells => cells_step::show(ui, pane),
        Step::Pictures => pictures_step::show(ui, pane),
        Step::Outlines => outlines_step::show(ui, pane),
        Step::Import => import_step::show(ui, pane),
    }
}

fn head(ui: &mut Ui, pane: &mut Pane<'_>) {
    let tokens = tokens(ui);
    ui.horizontal(|ui| {
        let title = if shows_kept_report(pane.wizard) {
            "Import report"
        } else {
            "Import an export"
        };
        let title = RichText::new(title).font(FontId::new(18.0, FontFamily::Name(SEMIBOLD.into())));
        ui.label(title.color(tokens.text));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let tooltip = if shows_kept_report(pane.wizard) {
                "Back to the dataset"
            } else if pane.wizard.is_importing() {
                "Back to the window; the import goes on"
            } else {
                "Close; what you chose is kept"
            };
            if icon_button(ui, ICON_CLOSE.codepoint, tooltip, "close the wizard").clicked() {
                pane.send(WizardCommand::Close);
            }
            if pane.wizard.planned.is_some() && pane.wizard.planning.is_running() {
                weak(ui, "updating");
                ui.add(egui::Spinner::new().size(14.0));
            }
            if let Some(found) = &pane.wizard.found {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add_space(SPACE);
                    let text = found.source.to_string_lossy();
                    ui.add(
                        egui::Label::new(RichText::new(text).color(tokens.text_weak)).truncate(),
                    );
                });
            }
        });
    });
    if shows_kept_report(pane.wizard) {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let width = (ui.available_width() / Step::ALL.len() as f32).clamp(96.0, 176.0);
        for (at, step) in Step::ALL.into_iter().enumerate() {
            step_chip(ui, pane, at, step, width);
        }
    });
}

/// Whether the report on the screen was read from a dataset: then there are no steps to it.
fn shows_kept_report(wizard: &Wizard) -> bool {
    matches!(&wizard.run, Run::Done(done) if done.kept.is_some())
}

fn step_chip(ui: &mut Ui, pane: &mut Pane<'_>, at: usize, step: Step, width: f32) {
    let tokens = tokens(ui);
    let reachable = pane.wizard.is_reachable(step);
    let current = pane.wizard.step == step;
    let finished = matches!(pane.wizard.run, Run::Done(_));
    let done = finished || (step < pane.wizard.furthest && !current);
    let sense = if reachable && !current {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(width, STEP_HEIGHT), sense);
    let circle = egui::pos2(rect.left() + 12.0, rect.center().y);
    let painter = ui.painter();
    let (fill, ink) = if current {
        (tokens.accent, tokens.surface)
    } else if done {
        (tokens.accent_soft, tokens.text)
    } else {
        (tokens.raised, tokens.text_weak)
    };
    painter.circle_filled(circle, 11.0, fill);
    if done && !current {
        let font = FontId::new(14.0, FontFamily::Name(ICONS.into()));
        painter.text(
            circle,
            Align2::CENTER_CENTER,
            ICON_CHECK.codepoint,
            font,
            ink,
        );
    } else {
        painter.text(
            circle,
            Align2::CENTER_CENTER,
            (at + 1).to_string(),
            medium_font(12.0),
            ink,
        );
    }
    let color = if current || (reachable && response.hovered()) {
        tokens.text
    } else if reachable {
        tokens.text.gamma_multiply(0.8)
    } else {
        tokens.text_weak.gamma_multiply(0.7)
    };
    let name = painter.text(
        egui::pos2(circle.x + 20.0, circle.y),
        Align2::LEFT_CENTER,
        step.title(),
        medium_font(TEXT_SIZE),
        color,
    );
    if at + 1 < Step::ALL.len() {
        let line = Stroke::new(1.0, tokens.line);
        painter.hline(name.right() + 10.0..=rect.right() - 8.0, circle.y, line);
    }
    if response.has_focus() {
        painter.rect_stroke(
            rect,
            4.0,
            Stroke::new(1.0, tokens.accent),
            egui::StrokeKind::Inside,
        );
    }
    response.widget_info(|| {
        let label = format!("step {} {}", at + 1, step.title());
        WidgetInfo::selected(Role::Button, reachable, current, label)
    });
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        pane.send(WizardCommand::GoTo(step));
    }
}

fn foot(ui: &mut Ui, pane: &mut Pane<'_>) {
    let wizard = pane.wizard;
    ui.horizontal(|ui| {
        ui.set_min_height(32.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let size = vec2(112.0, 32.0);
            if let Run::Running(running) = &wizard.run {
                let button = egui::Button::new("Cancel import").min_size(size);
                if ui.add_enabled(!running.stopping, button).clicked() {
                    pane.send(WizardCommand::CancelRun);
                }
                return;
            }
            if let Some(next) = wizard.step.neighbour(true) {
                let ready = wizard.is_reachable(next);
                let button = primary_button(ui, "Next").min_size(size);
                if ui.add_enabled(ready, button).clicked() {
                    pane.send(WizardCommand::GoTo(next));
                }
            } else {
                let preview = wizard.preview();
                let rows = preview.map(|preview| words::rows(preview.rows, preview.rows_are));
                let label = format!("Import {}", rows.unwrap_or_else(|| "0 cells".to_owned()));
                let button = primary_button(ui, &label).min_size(size);
                if ui.add_enabled(wizard.is_ready(), button).clicked() {
                    pane.send(WizardCommand::Run);
                }
            }
            if let Some(before) = wizard.step.neighbour(false) {
                let button = egui::Button::new("Back").min_size(vec2(80.0, 32.0));
                if ui.add(button).clicked() {
                    pane.send(WizardCommand::GoTo(before));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = summary(wizard);
                ui.add(
                    egui::Label::new(RichText::new(text).color(tokens(ui).text_weak)).truncate(),
                );
            });
        });
    });
}

/// What is known, in one line.
fn summary(wizard: &Wizard) -> String {
    let Some(preview) = wizard.preview() else {
        return String::new();
    };
    let mut parts = vec![
        words::rows(preview.rows, preview.rows_are),
        words::count(preview.fields, "field of view", "fields of view"),
        words::count(preview.columns, "column", "columns"),
    ];
    if preview.images.expected > 0 {
        parts.push(format!(
            "{} found of {}",
            thousands(preview.images_found),
            words::count(preview.images.expected, "picture", "pictures")
        ));
    }
    parts.join("  ·  ")
}
