//! The pane: pinned cells, groups, and the features that differ most.

use egui::{Frame, Margin, RichText, ScrollArea, Ui, Vec2};
use egui_material_icons::icons::{ICON_COMPARE, ICON_DELETE, ICON_PUSH_PIN};

use super::state::{CompareCommand, CompareState, Compared};
use super::tiles::{self, TileTextures};
use crate::model::command::Command;
use crate::model::scatter::Axes;
use crate::model::state::Workspace;
use cytolance_explore::{Difference, Suggestions};
use cytolance_profile::thousands;
use cytolance_widgets::{empty_state, format_number, heading, icon_button, tokens};

/// What the pane remembers between frames.
pub struct CompareView {
    /// Magnification of all pictures.
    pub(super) zoom: f32,
    /// How far all pictures are moved, in shares of their size.
    pub(super) pan: Vec2,
    /// Whether outlines are drawn.
    pub(super) outlines: bool,
    /// Side of a picture in points.
    side: f32,
    pub(super) textures: TileTextures,
}

impl Default for CompareView {
    fn default() -> Self {
        Self {
            zoom: 1.0,
            pan: Vec2::ZERO,
            outlines: true,
            side: 104.0,
            textures: TileTextures::default(),
        }
    }
}

/// The pane.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut CompareView,
    commands: &mut Vec<Command>,
) {
    let compare = workspace.parts.get::<CompareState>();
    toolbar(ui, workspace, view, commands);
    if compare.pins.is_empty() && compare.groups.iter().all(Option::is_none) {
        empty_state(
            ui,
            ICON_COMPARE.codepoint,
            "Nothing to compare yet",
            "Pin cells with P to see them side by side, channel by channel, or remember two selections as groups A and B to see what sets them apart.",
            |ui| {
                if ui.button("Pin the current cell").clicked() {
                    commands.push(Command::from(CompareCommand::TogglePin));
                }
            },
        );
        return;
    }
    if !compare.pins.is_empty() {
        commands.push(Command::WantPictures(compare.pins.clone()));
    }
    ScrollArea::both()
        .id_salt("compare")
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::symmetric(8, 4))
                .show(ui, |ui| {
                    if !compare.pins.is_empty() {
                        tiles::show(ui, workspace, view, view.side, commands);
                    }
                    ui.add_space(8.0);
                    match &compare.found {
                        Some(Ok(Compared::Cells(rows, found))) => {
                            cells(ui, rows, found, workspace, commands);
                        }
                        Some(Ok(Compared::Groups(found))) => groups(ui, found, workspace, commands),
                        Some(Err(error)) => {
                            ui.label(RichText::new(error).color(tokens(ui).error));
                        }
                        None if compare.running.is_some() => {
                            ui.horizontal(|ui| {
                                ui.spinner();
                                ui.label("comparing features");
                            });
                        }
                        None => {
                            let hint = "Pin a second cell, or remember a second group, to see the features that differ most.";
                            ui.label(RichText::new(hint).color(tokens(ui).text_weak));
                        }
                    }
                });
        });
}

fn toolbar(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut CompareView,
    commands: &mut Vec<Command>,
) {
    let compare = workspace.parts.get::<CompareState>();
    let weak = tokens(ui).text_weak;
    let mut ask = |command| commands.push(Command::from(command));
    Frame::new()
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                if icon_button(
                    ui,
                    ICON_PUSH_PIN.codepoint,
                    "Pin the current cell, or take it away (P)",
                    "pin cell",
                )
                .clicked()
                {
                    ask(CompareCommand::TogglePin);
                }
                let selected = workspace.num_selected > 0;
                if ui
                    .add_enabled(selected, egui::Button::new("Pin selected"))
                    .on_hover_text("The first eight selected cells")
                    .clicked()
                {
                    ask(CompareCommand::PinSelection);
                }
                if icon_button(ui, ICON_DELETE.codepoint, "Take all away", "clear pins").clicked() {
                    ask(CompareCommand::Clear);
                }
                ui.checkbox(&mut view.outlines, "outlines");
                ui.add(
                    egui::Slider::new(&mut view.side, 48.0..=320.0)
                        .show_value(false)
                        .text("size"),
                );
                ui.separator();
                for (second, name) in [(false, "A"), (true, "B")] {
                    let text = match &compare.groups[usize::from(second)] {
                        Some(rows) => format!("{name}: {} cells", thousands(rows.count())),
                        None => format!("Selection as {name}"),
                    };
                    let button = ui
                        .add_enabled(selected || compare.groups[usize::from(second)].is_some(), egui::Button::new(text))
                        .on_hover_text("Remembers the selected cells as this group; right click selects them again");
                    if button.clicked() && selected {
                        ask(CompareCommand::Remember(second));
                    }
                    if button.secondary_clicked() {
                        ask(CompareCommand::Select(second));
                    }
                }
                if compare.groups.iter().all(Option::is_some)
                    && ui.button("Compare A with B").clicked()
                {
                    ask(CompareCommand::CompareGroups);
                }
                if compare.pins.len() > 1 && ui.button("Compare pinned").clicked() {
                    ask(CompareCommand::ComparePins);
                }
                if (view.zoom - 1.0).abs() > 0.01 {
                    ui.label(RichText::new(format!("{:.1} x", view.zoom)).color(weak));
                }
            });
        });
}

/// A feature's name that shows what can be done with it.
fn feature(ui: &mut Ui, name: &str, workspace: &Workspace, commands: &mut Vec<Command>) {
    let response = ui
        .link(name)
        .on_hover_text("Sort by it; right click for the plot and filters");
    if response.clicked() {
        commands.push(Command::CycleSort(name.to_owned()));
    }
    response.context_menu(|ui| {
        let axes = &workspace.scatter.axes;
        let name = || Some(name.to_owned());
        let choices = [
            (
                "Horizontal in the plot",
                Axes {
                    x: name(),
                    ..axes.clone()
                },
            ),
            (
                "Vertical in the plot",
                Axes {
                    y: name(),
                    ..axes.clone()
                },
            ),
            (
                "Colour of the plot",
                Axes {
                    color: name(),
                    ..axes.clone()
                },
            ),
        ];
        for (title, axes) in choices {
            if ui.button(title).clicked() {
                commands.push(Command::SetAxes(axes));
                ui.close();
            }
        }
        if let Some(name) = name()
            && ui.button("Filter by it").clicked()
        {
            commands.push(Command::FilterBy(name));
            ui.close();
        }
    });
}

fn cells(
    ui: &mut Ui,
    rows: &[u32],
    found: &[Difference],
    workspace: &Workspace,
    commands: &mut Vec<Command>,
) {
    let tokens = tokens(ui);
    heading(ui, "Features that differ most");
    ui.label(
        RichText::new(
            "values, and how many robust standard deviations from the shown cells' median",
        )
        .small()
        .color(tokens.text_weak),
    );
    egui::Grid::new("differences")
        .striped(true)
        .spacing([16.0, 3.0])
        .show(ui, |ui| {
            ui.label("");
            for row in rows {
                ui.label(
                    RichText::new(format!("cell {}", u64::from(*row) + 1))
                        .small()
                        .color(tokens.text_weak),
                );
            }
            ui.label(RichText::new("apart").small().color(tokens.text_weak));
            ui.end_row();
            for difference in found {
                feature(ui, &difference.feature, workspace, commands);
                for (value, score) in difference.values.iter().zip(&difference.scores) {
                    let text = if value.is_finite() {
                        format!("{}  ({score:+.1})", format_number(*value))
                    } else {
                        "none".to_owned()
                    };
                    ui.label(RichText::new(text).small());
                }
                ui.label(RichText::new(format!("{:.1}", difference.spread)).small());
                ui.end_row();
            }
        });
}

fn groups(ui: &mut Ui, found: &Suggestions, workspace: &Workspace, commands: &mut Vec<Command>) {
    let tokens = tokens(ui);
    heading(ui, "What sets A apart from B");
    ui.label(
        RichText::new(format!(
            "{} cells against {}; difference of the medians in robust standard deviations of B",
            thousands(found.selected),
            thousands(found.rest)
        ))
        .small()
        .color(tokens.text_weak),
    );
    egui::Grid::new("groups")
        .striped(true)
        .spacing([16.0, 3.0])
        .show(ui, |ui| {
            for title in ["", "apart", "median of A", "median of B", "says the same"] {
                ui.label(RichText::new(title).small().color(tokens.text_weak));
            }
            ui.end_row();
            for suggestion in &found.features {
                feature(ui, &suggestion.feature, workspace, commands);
                ui.label(RichText::new(format!("{:+.2}", suggestion.effect)).small());
                ui.label(RichText::new(format_number(suggestion.median)).small());
                ui.label(RichText::new(format_number(suggestion.median_rest)).small());
                let similar = suggestion.similar.len();
                if similar > 0 {
                    let names: Vec<&str> = suggestion
                        .similar
                        .iter()
                        .map(|(name, _)| name.as_str())
                        .collect();
                    ui.label(RichText::new(format!("{similar} features")).small())
                        .on_hover_text(names.join("\n"));
                } else {
                    ui.label("");
                }
                ui.end_row();
            }
        });
}
