//! The gallery's choices.

use egui::{Frame, Margin, RichText, TextEdit, Ui};
use egui_material_icons::icons::{
    ICON_CASINO, ICON_CATEGORY, ICON_CONTRAST, ICON_POLYLINE, ICON_SUBTITLES,
};

use super::pane::GalleryView;
use super::state::{GalleryCommand, GalleryState, SIDES};
use crate::model::command::Command;
use crate::model::state::Workspace;
use cytolance_profile::{ColumnInfo, thousands};
use cytolance_widgets::{adder, chooser, icon_button, tokens};

/// Captions below a crop at most.
const MOST_CAPTIONS: usize = 3;

/// The toolbar; what is changed is asked for as one command.
pub(super) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut GalleryView,
    commands: &mut Vec<Command>,
) {
    let gallery = workspace.parts.get::<GalleryState>();
    let weak = tokens(ui).text_weak;
    let mut settings = gallery.settings.clone();
    let mut captions = workspace.captions.clone();
    Frame::new()
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().slider_width = 90.0;
                let slider = egui::Slider::new(&mut settings.side, SIDES)
                    .show_value(false)
                    .step_by(4.0);
                let slider = ui.add(slider).on_hover_text("Size of the crops");
                slider.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Slider, true, "gallery size")
                });
                ui.separator();
                icon(ui, ICON_CATEGORY.codepoint, "Groups");
                let usable = |column: &ColumnInfo| {
                    column.kind.is_category()
                        || column.kind == cytolance_profile::ColumnKind::Integer
                };
                if let Some(group) = chooser(
                    ui,
                    &workspace.columns,
                    "gallery group by",
                    settings.group.as_deref(),
                    Some("no groups"),
                    &usable,
                ) {
                    settings.group = group;
                }
                if toggle(
                    ui,
                    settings.outlines,
                    ICON_POLYLINE.codepoint,
                    "Outlines",
                    "gallery outlines",
                ) {
                    settings.outlines = !settings.outlines;
                }
                if toggle(
                    ui,
                    settings.own_contrast,
                    ICON_CONTRAST.codepoint,
                    "A contrast of its own for each cell, or the same for all",
                    "own contrast",
                ) {
                    settings.own_contrast = !settings.own_contrast;
                }
                let contrast = if settings.own_contrast {
                    "contrast: each its own, brightness cannot be compared"
                } else {
                    "contrast: the same for all"
                };
                ui.label(RichText::new(contrast).small().color(weak));
                ui.separator();
                icon(ui, ICON_SUBTITLES.codepoint, "Captions");
                let mut removed = None;
                for (at, name) in captions.iter().enumerate() {
                    let short = cytolance_profile::ColumnName::parse(name).measure;
                    if ui
                        .small_button(format!("{short} ×"))
                        .on_hover_text(format!("{name}: take away"))
                        .clicked()
                    {
                        removed = Some(at);
                    }
                }
                if let Some(at) = removed {
                    captions.remove(at);
                }
                if captions.len() < MOST_CAPTIONS {
                    let usable = |column: &ColumnInfo| column.kind.is_value();
                    let (text, hint) = ("add a caption", "A feature below each crop");
                    if let Some(name) = adder(ui, &workspace.columns, text, hint, &usable) {
                        captions.push(name);
                    }
                }
                ui.separator();
                if toggle(
                    ui,
                    settings.sample.is_some(),
                    ICON_CASINO.codepoint,
                    "A random sample, of each group where there are groups",
                    "gallery sample",
                ) {
                    settings.sample = match settings.sample {
                        Some(_) => None,
                        None => Some(view.sample.trim().parse().unwrap_or(50)),
                    };
                }
                if settings.sample.is_some() {
                    for (text, hint, name) in [
                        (&mut view.sample, "50", "cells of each group"),
                        (&mut view.seed, "seed 1", "seed of the sample"),
                    ] {
                        let field = ui.add(
                            TextEdit::singleline(text)
                                .hint_text(hint)
                                .desired_width(48.0),
                        );
                        field.widget_info(|| {
                            egui::WidgetInfo::labeled(egui::Role::TextInput, true, name)
                        });
                    }
                    settings.sample = Some(view.sample.trim().parse().unwrap_or(50).max(1));
                    settings.seed = view.seed.trim().parse().unwrap_or(1);
                }
                let all = workspace.order.len();
                let text = match &gallery.groups {
                    Some(groups) if gallery.is_grouped() => format!(
                        "{} of {} cells",
                        thousands(groups.rows.len()),
                        thousands(all)
                    ),
                    _ => format!("{} cells", thousands(all)),
                };
                ui.label(RichText::new(text).color(weak));
            });
        });
    if settings != gallery.settings {
        commands.push(Command::from(GalleryCommand::Set(settings)));
    }
    if captions != workspace.captions {
        commands.push(Command::from(GalleryCommand::SetCaptions(captions)));
    }
}

fn icon(ui: &mut Ui, code: &str, hint: &str) {
    let font = egui::FontId::new(
        16.0,
        egui::FontFamily::Name(cytolance_widgets::ICONS.into()),
    );
    ui.label(RichText::new(code).font(font).color(tokens(ui).text_weak))
        .on_hover_text(hint);
}

/// A switch with a line below it while it is on; says whether it was pressed.
fn toggle(ui: &mut Ui, on: bool, code: &str, hint: &str, name: &str) -> bool {
    let response = icon_button(ui, code, hint, name);
    if on {
        let line = response.rect.with_min_y(response.rect.bottom() - 2.0);
        ui.painter().rect_filled(line, 1.0, tokens(ui).accent);
    }
    response.clicked()
}
