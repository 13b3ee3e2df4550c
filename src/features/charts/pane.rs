//! The charts' pane.

use egui::{Frame, Margin, RichText, ScrollArea, TextEdit, Ui};
use egui_material_icons::icons::{ICON_BAR_CHART, ICON_CONTENT_COPY, ICON_SAVE};

use super::command::ChartsCommand;
use super::state::{ChartKind, ChartSettings, ChartsState};
use super::update::chart_file;
use crate::model::command::{Command, SelectMode};
use crate::model::state::Workspace;
use cytolance_explore::Correlation;
use cytolance_export::Target;
use cytolance_profile::ColumnInfo;
use cytolance_widgets::{adder, chooser, empty_state, figure_view, icon_button, tokens};

/// The pane.
pub(crate) fn show(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    toolbar(ui, workspace, commands);
    let room = ui.available_size();
    let size = [room.x.max(120.0) as u32, (room.y - 6.0).max(100.0) as u32];
    commands.push(Command::from(ChartsCommand::Want(size)));
    let charts = workspace.parts.get::<ChartsState>();
    if let Some(error) = &charts.error {
        empty_state(ui, ICON_BAR_CHART.codepoint, "No chart", error, |_| {});
        return;
    }
    let Some(chart) = &charts.chart else {
        ui.centered_and_justified(egui::Ui::spinner);
        return;
    };
    ScrollArea::both()
        .id_salt("chart")
        .auto_shrink(false)
        .show(ui, |ui| {
            let output = figure_view(ui, &chart.figure, "chart");
            if let Some(target) = output.clicked {
                select(ui, workspace, chart, target, commands);
            }
        });
}

fn select(
    ui: &Ui,
    workspace: &Workspace,
    chart: &super::state::Chart,
    target: usize,
    commands: &mut Vec<Command>,
) {
    if chart.settings.kind == ChartKind::Correlation {
        // A pair of features becomes the scatter plot's axes.
        let features = &chart.settings.features;
        let pair = features
            .get(target / features.len().max(1))
            .zip(features.get(target % features.len().max(1)));
        if let Some((y, x)) = pair {
            commands.push(Command::SetAxes(crate::model::scatter::Axes {
                x: Some(x.clone()),
                y: Some(y.clone()),
                ..workspace.scatter.axes.clone()
            }));
            commands.push(Command::ShowPane(crate::model::feature::PaneId("scatter")));
        }
        return;
    }
    let mode = SelectMode::held(ui);
    commands.push(Command::from(ChartsCommand::Select(target, mode)));
}

fn toolbar(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let charts = workspace.parts.get::<ChartsState>();
    let weak = tokens(ui).text_weak;
    let mut settings = charts.settings.clone();
    Frame::new()
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                for (kind, name) in ChartKind::ALL {
                    if ui.selectable_label(settings.kind == kind, name).clicked() {
                        settings.kind = kind;
                    }
                }
                ui.separator();
                choices(ui, workspace, &mut settings);
                ui.separator();
                save_menu(ui, workspace, commands);
                if let Some(chart) = &charts.chart {
                    if icon_button(
                        ui,
                        ICON_CONTENT_COPY.codepoint,
                        "Copy the numbers as a table",
                        "copy chart",
                    )
                    .clicked()
                    {
                        ui.ctx().copy_text(chart.figure.table.to_tabs());
                    }
                    ui.label(RichText::new(&chart.note).small().color(weak));
                }
            });
        });
    if settings != charts.settings {
        commands.push(Command::from(ChartsCommand::Set(settings)));
    }
}

fn choices(ui: &mut Ui, workspace: &Workspace, settings: &mut ChartSettings) {
    let numeric = |column: &ColumnInfo| column.kind.is_number();
    if settings.kind == ChartKind::Correlation {
        for (kind, name) in [
            (Correlation::Pearson, "Pearson"),
            (Correlation::Spearman, "Spearman"),
        ] {
            if ui
                .selectable_label(settings.correlation == kind, name)
                .clicked()
            {
                settings.correlation = kind;
            }
        }
        let (text, hint) = ("add a feature", "A feature of the correlation");
        if let Some(name) = adder(ui, &workspace.columns, text, hint, &numeric)
            && !settings.features.contains(&name)
        {
            settings.features.push(name);
        }
        let text = match settings.features.len() {
            0 => "the table's features".to_owned(),
            count => format!("{count} features ×"),
        };
        if ui
            .small_button(text)
            .on_hover_text("Back to the features of the table")
            .clicked()
        {
            settings.features.clear();
        }
        return;
    }
    let current = settings
        .feature
        .clone()
        .or_else(|| workspace.scatter.axes.x.clone());
    if let Some(feature) = chooser(
        ui,
        &workspace.columns,
        "chart feature",
        current.as_deref(),
        None,
        &numeric,
    ) {
        settings.feature = feature;
    }
    let category = |column: &ColumnInfo| column.kind.is_category();
    if let Some(group) = chooser(
        ui,
        &workspace.columns,
        "chart group by",
        settings.group.as_deref(),
        Some("no groups"),
        &category,
    ) {
        settings.group = group;
    }
    if settings.kind == ChartKind::Histogram {
        ui.checkbox(&mut settings.log_counts, "log");
        ui.spacing_mut().slider_width = 70.0;
        ui.add(egui::Slider::new(&mut settings.bins, 10..=200).text("bins"));
    }
}

/// Where to save the chart or the scatter plot.
fn save_menu(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let button = icon_button(
        ui,
        ICON_SAVE.codepoint,
        "Save as SVG, PNG (300 dpi), or the numbers as CSV",
        "save chart",
    );
    egui::Popup::menu(&button)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(400.0);
            let mut file = chart_file(workspace);
            let label = ui.label("File: .svg, .png or .csv");
            let field = TextEdit::singleline(&mut file).desired_width(f32::INFINITY);
            if ui.add(field).labelled_by(label.id).changed() {
                let named = ChartsCommand::NameFile(file.clone());
                commands.push(Command::from(named));
            }
            let path = workspace.save_folder.full_path(&file);
            if path.to_string_lossy() != file.trim() {
                let text = format!("Writes {}", path.display());
                ui.label(RichText::new(text).small().color(tokens(ui).text_weak));
            }
            let target = || Target::new(path.clone(), false);
            ui.horizontal_wrapped(|ui| {
                if ui.button("Save chart").clicked() {
                    commands.push(Command::from(ChartsCommand::Save(target())));
                    ui.close();
                }
                if ui.button("Save scatter plot").clicked() {
                    commands.push(Command::from(ChartsCommand::SaveScatter(target())));
                    ui.close();
                }
                if ui.button("Browse…").clicked() {
                    commands.push(Command::from(ChartsCommand::Browse));
                }
            });
        });
}
