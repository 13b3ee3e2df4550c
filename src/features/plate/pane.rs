//! The pane: choices, plates as small multiples, the colours' legend.

use egui::{Frame, Margin, Pos2, RichText, ScrollArea, TextEdit, Ui, vec2};
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_GRID_ON, ICON_RESTART_ALT};

use super::command::PlateCommand;
use super::heat_map::{self, Scale};
use super::state::{PlateSettings, PlateState, ShareOf};
use crate::model::command::Command;
use crate::model::feature::Feature;
use crate::model::state::Workspace;
use cytolance_explore::{PlateMap, WellStatistic};
use cytolance_plot::Colormap;
use cytolance_profile::{ColumnInfo, TableStyle, table_text, thousands};
use cytolance_widgets::{
    chooser, color_bar, empty_state, format_number, icon_button, medium_font, parse_number, tokens,
};

/// Side of a well in points, smallest and largest.
const WELL: [f32; 2] = [9.0, 64.0];

/// What the pane remembers between frames.
#[derive(Default)]
pub struct PlateView {
    /// The plate over which a frame is drawn, and where it began.
    pub(super) drag: Option<(String, Pos2)>,
    /// Ends of the colours, as they are typed.
    ends: [Option<String>; 2],
}

/// The pane.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut PlateView,
    features: &[&dyn Feature],
    commands: &mut Vec<Command>,
) {
    commands.push(Command::from(PlateCommand::Want));
    let state = workspace.parts.get::<PlateState>();
    if let Some(error) = &state.error {
        toolbar(ui, workspace, view, features, None, commands);
        empty_state(ui, ICON_GRID_ON.codepoint, "No plate", error, |_| {});
        return;
    }
    let Some(map) = &state.map else {
        ui.centered_and_justified(egui::Ui::spinner);
        return;
    };
    toolbar(ui, workspace, view, features, Some(map), commands);
    let scale = Scale {
        range: state.settings.range.or_else(|| map.robust_range()),
    };
    let room = ui.available_width() - 24.0;
    let height = ui.available_height() - 40.0;
    ScrollArea::both()
        .id_salt("plates")
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::symmetric(8, 4))
                .show(ui, |ui| {
                    let across = if map.plates.len() > 1 { 2.0 } else { 1.0 };
                    ui.horizontal_wrapped(|ui| {
                        for plate in &map.plates {
                            let by_width = (room / across - 28.0) / plate.format.columns as f32;
                            let by_height = (height / across - 28.0) / plate.format.rows as f32;
                            let well = by_width.min(by_height).clamp(WELL[0], WELL[1]);
                            ui.vertical(|ui| {
                                let cells: usize =
                                    plate.wells.iter().map(|well| well.count as usize).sum();
                                ui.horizontal(|ui| {
                                    ui.label(
                                        RichText::new(&plate.name)
                                            .font(medium_font(13.0))
                                            .color(tokens(ui).text),
                                    );
                                    ui.label(
                                        RichText::new(format!("{} cells", thousands(cells)))
                                            .small()
                                            .color(tokens(ui).text_weak),
                                    );
                                });
                                heat_map::show(
                                    ui,
                                    plate,
                                    well,
                                    scale,
                                    state.settings.values,
                                    view,
                                    commands,
                                );
                                unplaced(ui, plate, scale, commands);
                            });
                        }
                    });
                    if map.without_well > 0 {
                        ui.label(
                            RichText::new(format!(
                                "{} cells have no well",
                                thousands(map.without_well)
                            ))
                            .color(tokens(ui).warn),
                        );
                    }
                });
        });
}

/// Wells without a place that are drawn.
const MOST_UNPLACED: usize = 400;

/// Wells whose names do not say where they are.
fn unplaced(
    ui: &mut Ui,
    plate: &cytolance_explore::PlateValues,
    scale: Scale,
    commands: &mut Vec<Command>,
) {
    let odd: Vec<_> = plate
        .wells
        .iter()
        .filter(|well| well.place.is_none())
        .collect();
    if odd.is_empty() {
        return;
    }
    ui.label(
        RichText::new("Names that are no wells")
            .small()
            .color(tokens(ui).text_weak),
    );
    ui.horizontal_wrapped(|ui| {
        for well in odd.iter().take(MOST_UNPLACED) {
            let text = match well.value {
                Some(value) => format!("{}: {}", well.name, format_number(value)),
                None => well.name.clone(),
            };
            let mut button = egui::Button::new(RichText::new(text).small());
            if let Some(value) = well.value {
                button = button.stroke(egui::Stroke::new(2.0, scale.color(value)));
            }
            if ui.add(button).clicked() {
                let both = (plate.name.clone(), well.name.clone());
                commands.push(Command::from(PlateCommand::Select(
                    vec![both],
                    crate::model::command::SelectMode::Replace,
                )));
            }
        }
        let rest = odd.len().saturating_sub(MOST_UNPLACED);
        if rest > 0 {
            ui.label(RichText::new(format!("and {} more", thousands(rest))).small())
                .on_hover_text("Filter by the well column to reach them");
        }
    });
}

fn toolbar(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut PlateView,
    features: &[&dyn Feature],
    map: Option<&PlateMap>,
    commands: &mut Vec<Command>,
) {
    let state = workspace.parts.get::<PlateState>();
    let mut settings = state.settings.clone();
    Frame::new()
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let statistics = [
                    (WellStatistic::Count, "cells"),
                    (WellStatistic::Mean, "mean"),
                    (WellStatistic::Median, "median"),
                    (WellStatistic::Mad, "MAD"),
                    (WellStatistic::Fraction, "share"),
                ];
                for (statistic, name) in statistics {
                    if ui
                        .selectable_label(settings.statistic == statistic, name)
                        .clicked()
                    {
                        settings.statistic = statistic;
                        settings.range = None;
                        if settings.feature.is_none() {
                            settings.feature.clone_from(&workspace.scatter.axes.x);
                        }
                    }
                }
                match settings.statistic {
                    WellStatistic::Count => {}
                    WellStatistic::Fraction => share_of(ui, workspace, features, &mut settings),
                    _ => {
                        let numeric = |column: &ColumnInfo| column.kind.is_number();
                        if let Some(feature) = chooser(
                            ui,
                            &workspace.columns,
                            "plate feature",
                            settings.feature.as_deref(),
                            None,
                            &numeric,
                        ) {
                            settings.feature = feature;
                            settings.range = None;
                        }
                    }
                }
                ui.separator();
                ui.checkbox(&mut settings.sites, "sites");
                ui.checkbox(&mut settings.values, "values");
                if let Some(map) = map {
                    if icon_button(
                        ui,
                        ICON_CONTENT_COPY.codepoint,
                        "Copy the wells as a table",
                        "copy plate",
                    )
                    .clicked()
                    {
                        ui.ctx().copy_text(as_text(map));
                    }
                    ui.separator();
                    legend(ui, view, map, &mut settings);
                }
            });
        });
    if settings != state.settings {
        commands.push(Command::from(PlateCommand::Set(settings)));
    }
}

/// Which cells the share is of.
fn share_of(
    ui: &mut Ui,
    workspace: &Workspace,
    features: &[&dyn Feature],
    settings: &mut PlateSettings,
) {
    ui.label(RichText::new("of").color(tokens(ui).text_weak));
    let current = match &settings.share_of {
        ShareOf::Selected => "selected".to_owned(),
        ShareOf::Value { column, value } => format!("{column} = {value}"),
        ShareOf::Outliers(rule) => rule.name.clone(),
    };
    egui::ComboBox::from_id_salt("share of")
        .selected_text(current)
        .width(180.0)
        .show_ui(ui, |ui| {
            let mut choice = |ui: &mut Ui, share: ShareOf, text: String| {
                if ui
                    .selectable_label(settings.share_of == share, text)
                    .clicked()
                {
                    settings.share_of = share;
                    settings.range = None;
                }
            };
            choice(ui, ShareOf::Selected, "selected".to_owned());
            for label in &workspace.labels.columns {
                // A label that was never set is no column yet.
                if workspace.column(&label.spec.column).is_none() {
                    continue;
                }
                for class in &label.spec.classes {
                    let share = ShareOf::Value {
                        column: label.spec.column.clone(),
                        value: class.name.clone(),
                    };
                    choice(ui, share, format!("{} = {}", label.spec.column, class.name));
                }
            }
            let rules = features
                .iter()
                .flat_map(|feature| feature.outlier_rules(workspace));
            for rule in rules {
                choice(ui, ShareOf::Outliers(rule.clone()), rule.name.clone());
            }
        });
}

/// What the colours mean; the ends can be typed.
fn legend(ui: &mut Ui, view: &mut PlateView, map: &PlateMap, settings: &mut PlateSettings) {
    let Some(found) = settings.range.or_else(|| map.robust_range()) else {
        return;
    };
    let mut range = found;
    for end in 0..2 {
        let text = view.ends[end].get_or_insert_with(|| format_number(found[end]));
        let name = ["lowest colour", "highest colour"][end];
        let field = ui.add(TextEdit::singleline(text).desired_width(56.0));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, name));
        if field.lost_focus() {
            // What stands there is rounded: only another text is another end.
            if let Some(value) = parse_number(text).filter(|_| *text != format_number(found[end])) {
                range[end] = value;
            }
            view.ends[end] = None;
        } else if !field.has_focus() {
            view.ends[end] = None;
        }
        if end == 0 {
            color_bar(ui, Colormap::Viridis, vec2(90.0, 12.0));
        }
    }
    if range != found && range[0] < range[1] {
        settings.range = Some(range);
    }
    if settings.range.is_some()
        && icon_button(
            ui,
            ICON_RESTART_ALT.codepoint,
            "From the 5th to the 95th percentile of the wells again",
            "reset colours",
        )
        .clicked()
    {
        settings.range = None;
    }
}

/// A table for the clipboard, numbers to the last digit.
fn as_text(map: &PlateMap) -> String {
    let header = ["plate", "well", "cells", "shown", "selected", "value"].map(str::to_owned);
    let wells = map
        .plates
        .iter()
        .flat_map(|plate| plate.wells.iter().map(move |well| (plate, well)));
    let rows = wells.map(|(plate, well)| {
        let value = well.value.map(|value| value.to_string());
        [
            plate.name.clone(),
            well.name.clone(),
            well.total.to_string(),
            well.count.to_string(),
            well.selected.to_string(),
            value.unwrap_or_default(),
        ]
    });
    table_text(TableStyle::Tabs, std::iter::once(header).chain(rows))
}
