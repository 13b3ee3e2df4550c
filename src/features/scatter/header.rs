//! Axes, colour and tool of the scatter plot.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Label, RichText, TextStyle, Ui};
use egui_material_icons::icons::{
    ICON_DRAG_PAN, ICON_FIT_SCREEN, ICON_LASSO_SELECT, ICON_SELECT, ICON_SWAP_HORIZ,
};

use super::ScatterView;
use cytolance_explore::Values;

use crate::model::command::Command;
use crate::model::labels::category_palette;
use crate::model::scatter::{Axes, Tool};
use crate::model::state::Workspace;
use cytolance_plot::Colormap;
use cytolance_profile::{CATEGORY_COLORS, ColumnInfo};
use cytolance_widgets::{chooser, color_bar, format_number, icon_button, tokens};

/// The row above the plot.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut ScatterView,
    commands: &mut Vec<Command>,
) {
    let scatter = &workspace.scatter;
    ui.horizontal_wrapped(|ui| {
        let tools = [
            (Tool::Pan, ICON_DRAG_PAN, "Move and click (V)", "tool move"),
            (
                Tool::Lasso,
                ICON_LASSO_SELECT,
                "Lasso (L); Shift adds, Alt removes",
                "tool lasso",
            ),
            (
                Tool::Box,
                ICON_SELECT,
                "Box (B); Shift adds, Alt removes",
                "tool box",
            ),
        ];
        for (tool, icon, hint, label) in tools {
            let response = icon_button(ui, icon.codepoint, hint, label);
            if tool == scatter.tool {
                let line = response.rect.with_min_y(response.rect.bottom() - 2.0);
                ui.painter().rect_filled(line, 1.0, tokens(ui).accent);
            }
            if response.clicked() {
                commands.push(Command::SetTool(tool));
            }
        }
        if icon_button(
            ui,
            ICON_FIT_SCREEN.codepoint,
            "Show all points (0)",
            "show all points",
        )
        .clicked()
        {
            commands.push(Command::ResetPlot);
            view.plot_view = None;
        }
        ui.separator();
        let axes = &scatter.axes;
        let numeric = |column: &ColumnInfo| column.kind.is_number();
        if let Some(x) = chooser(
            ui,
            &workspace.columns,
            "x axis",
            axes.x.as_deref(),
            None,
            &numeric,
        ) {
            commands.push(Command::SetAxes(Axes { x, ..axes.clone() }));
        }
        if icon_button(ui, ICON_SWAP_HORIZ.codepoint, "Swap the axes", "swap axes").clicked() {
            commands.push(Command::SetAxes(Axes {
                x: axes.y.clone(),
                y: axes.x.clone(),
                color: axes.color.clone(),
            }));
        }
        if let Some(y) = chooser(
            ui,
            &workspace.columns,
            "y axis",
            axes.y.as_deref(),
            None,
            &numeric,
        ) {
            commands.push(Command::SetAxes(Axes { y, ..axes.clone() }));
        }
        ui.label(RichText::new("colour").color(tokens(ui).text_weak));
        let usable = |column: &ColumnInfo| column.kind.is_number() || column.kind.is_category();
        if let Some(color) = chooser(
            ui,
            &workspace.columns,
            "colour",
            axes.color.as_deref(),
            Some("density"),
            &usable,
        ) {
            commands.push(Command::SetAxes(Axes {
                color,
                ..axes.clone()
            }));
        }
    });
    if scatter.axes.color.is_some() {
        ui.horizontal_wrapped(|ui| legend(ui, workspace));
    }
}

/// What the colours mean.
fn legend(ui: &mut Ui, workspace: &Workspace) {
    let tokens = tokens(ui);
    let Some(points) = &workspace.scatter.points else {
        return;
    };
    let Some(column) = &points.color else { return };
    if let Values::Categories { names, .. } = &column.values {
        let palette = category_palette(workspace, column);
        for (name, [r, g, b]) in names.iter().zip(palette) {
            // One text: a line break never parts a colour from its name.
            let mut text = LayoutJob::default();
            let font = TextStyle::Small.resolve(ui.style());
            let color = Color32::from_rgb(r, g, b);
            text.append("● ", 0.0, TextFormat::simple(font.clone(), color));
            text.append(name, 0.0, TextFormat::simple(font, tokens.text_weak));
            ui.add(Label::new(text).extend());
        }
        if names.len() > CATEGORY_COLORS.len() {
            ui.label(
                RichText::new(format!(
                    "{} others grey",
                    names.len() - CATEGORY_COLORS.len()
                ))
                .small()
                .color(tokens.text_weak),
            );
        }
    } else if let Some([low, high]) = workspace
        .scatter
        .raster
        .as_ref()
        .and_then(|raster| raster.color_range)
    {
        ui.label(
            RichText::new(format_number(low))
                .small()
                .color(tokens.text_weak),
        );
        color_bar(ui, Colormap::Viridis, egui::vec2(80.0, 10.0));
        ui.label(
            RichText::new(format_number(high))
                .small()
                .color(tokens.text_weak),
        );
    }
}
