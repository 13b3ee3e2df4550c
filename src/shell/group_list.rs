//! Statistics by group as a list over the panes.

use egui::{RichText, ScrollArea, Ui};
use egui_material_icons::icons::ICON_CONTENT_COPY;

use crate::model::command::Command;
use crate::model::state::Workspace;
use cytolance_explore::GroupStatistics;
use cytolance_profile::{TableStyle, table_text, thousands};
use cytolance_widgets::{format_number, heading, icon_button, tokens};

/// Height of a line of the list.
const LINE: f32 = 20.0;
/// Width of a column of numbers.
const NUMBER: f32 = 92.0;

/// The list, and the choice of the groups.
pub(crate) fn show(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let groups = &workspace.groups;
    let Some((column, by)) = &groups.wanted else {
        return;
    };
    heading(ui, column);
    ui.horizontal(|ui| {
        let label = ui.label("by");
        let choices = workspace
            .dataset
            .columns()
            .iter()
            .filter(|column| column.kind.is_category());
        egui::ComboBox::from_id_salt("groups")
            .selected_text(by)
            .width(260.0)
            .show_ui(ui, |ui| {
                for choice in choices {
                    let chosen = choice.name == *by;
                    if ui.selectable_label(chosen, &choice.name).clicked() {
                        commands.push(Command::ShowGroups(
                            column.clone(),
                            Some(choice.name.clone()),
                        ));
                    }
                }
            })
            .response
            .labelled_by(label.id);
        if groups.work.is_running() {
            ui.spinner();
        }
        if let Some((_, Ok(found))) = &groups.found
            && icon_button(
                ui,
                ICON_CONTENT_COPY.codepoint,
                "Copy as a table, for a spreadsheet",
                "copy statistics",
            )
            .clicked()
        {
            ui.ctx().copy_text(as_text(by, found));
        }
    });
    let weak = tokens(ui).text_weak;
    match &groups.found {
        None => {}
        Some((_, Err(error))) => {
            ui.label(RichText::new(error).color(tokens(ui).error));
        }
        Some((request, Ok(found))) => {
            ui.label(
                RichText::new(format!(
                    "{} {} of {} shown cells",
                    thousands(found.len()),
                    if found.len() == 1 { "group" } else { "groups" },
                    thousands(request.shown.count())
                ))
                .small()
                .color(weak),
            );
            line(
                ui,
                ["", "cells", "mean", "median", "MAD"]
                    .map(|text| RichText::new(text).small().color(weak)),
            );
            ScrollArea::vertical()
                .max_height(420.0)
                .auto_shrink([false, true])
                .show_rows(ui, LINE, found.len(), |ui, rows| {
                    for group in found.get(rows).unwrap_or_default() {
                        line(
                            ui,
                            [
                                RichText::new(&group.name),
                                RichText::new(thousands(group.count)),
                                RichText::new(format_number(group.mean)),
                                RichText::new(format_number(group.median)),
                                RichText::new(format_number(group.mad)),
                            ],
                        );
                    }
                });
        }
    }
}

fn line(ui: &mut Ui, texts: [RichText; 5]) {
    ui.horizontal(|ui| {
        ui.set_height(LINE - ui.spacing().item_spacing.y);
        let width = (ui.available_width() - 4.0 * (NUMBER + 8.0) - 16.0).max(60.0);
        for (at, text) in texts.into_iter().enumerate() {
            let (width, layout) = if at == 0 {
                (width, egui::Layout::left_to_right(egui::Align::Center))
            } else {
                (NUMBER, egui::Layout::right_to_left(egui::Align::Center))
            };
            ui.allocate_ui_with_layout(egui::vec2(width, LINE), layout, |ui| {
                ui.set_min_width(width);
                ui.add(egui::Label::new(text).truncate());
            });
        }
    });
}

/// Tab-separated, numbers to the last digit.
fn as_text(by: &str, groups: &[GroupStatistics]) -> String {
    let header = [by, "cells", "without_value", "mean", "median", "MAD"].map(str::to_owned);
    let rows = groups.iter().map(|group| {
        let GroupStatistics {
            name,
            count,
            nulls,
            mean,
            median,
            mad,
        } = group;
        [
            name.clone(),
            count.to_string(),
            nulls.to_string(),
            mean.to_string(),
            median.to_string(),
            mad.to_string(),
        ]
    });
    table_text(TableStyle::Tabs, std::iter::once(header).chain(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_tables() {
        let group = GroupStatistics {
            name: "A01".to_owned(),
            count: 3,
            nulls: 1,
            mean: 0.1,
            median: 2.0,
            mad: 0.5,
        };
        assert_eq!(
            as_text("Metadata_Well", &[group]),
            "Metadata_Well\tcells\twithout_value\tmean\tmedian\tMAD\nA01\t3\t1\t0.1\t2\t0.5\n"
        );
    }
}
