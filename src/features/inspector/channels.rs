//! How channels and outlines are shown.

use egui::{CollapsingHeader, RichText, Slider, Ui};
use egui_material_icons::icons::ICON_CONTRAST;

use crate::model::command::Command;
use crate::model::field_pictures::SourcePicture;
use crate::model::picture_choice::has_choice;
use crate::model::state::{Channel, OutlineSetting, Workspace};
use cytolance_imaging::intensity_histogram;
use cytolance_profile::{ColumnInfo, ColumnKind};
use cytolance_widgets::{RangeHistogram, chooser, heading, icon_button, tokens};

/// Bars of a channel's histogram.
const BINS: usize = 64;

/// Channels and outlines of the cell's picture.
pub(crate) fn show(ui: &mut Ui, workspace: &Workspace, row: u32, commands: &mut Vec<Command>) {
    if has_choice(workspace) {
        let is_picture = |column: &ColumnInfo| column.kind == ColumnKind::Picture;
        let shown = workspace.dataset.picture_column();
        let chosen = ui
            .horizontal_wrapped(|ui| {
                heading(ui, "Pictures");
                chooser(
                    ui,
                    &workspace.columns,
                    "picture column",
                    shown,
                    None,
                    &is_picture,
                )
            })
            .inner;
        commands.extend(chosen.flatten().map(Command::ShowPictures));
    }
    if workspace.channels.is_empty() {
        let rows_are = workspace.dataset.metadata().rows_are;
        // Of a profile the pane has said why.
        if !rows_are.is_profile() {
            let text = "This dataset holds no pictures.";
            ui.label(RichText::new(text).color(tokens(ui).text_weak));
        }
    } else {
        ui.horizontal_wrapped(|ui| {
            heading(ui, "Channels");
            if ui
                .small_button("Auto contrast")
                .on_hover_text("From a sample of all cells")
                .clicked()
            {
                commands.push(Command::AutoContrast(None));
            }
            if ui
                .small_button("From this cell")
                .on_hover_text("Full range of this cell's pixels")
                .clicked()
            {
                from_this_cell(workspace, row, commands);
            }
        });
    }
    let field = workspace
        .source_pictures
        .as_ref()
        .filter(|field| field.row == row);
    for (at, channel) in workspace.channels.iter().enumerate() {
        let source = field.and_then(|field| field.channels.get(at));
        channel_row(ui, workspace, row, at, channel, source, commands);
    }
    let lost = workspace.explorer.dataset().lost_outlines();
    if !(workspace.outlines.is_empty() && lost.is_empty()) {
        ui.add_space(6.0);
        heading(ui, "Outlines");
        for (at, outline) in workspace.outlines.iter().enumerate() {
            outline_row(ui, at, outline, commands);
        }
        for lost in lost {
            let text = RichText::new(lost.to_string()).small();
            ui.label(text.color(tokens(ui).warn));
        }
    }
}

fn channel_row(
    ui: &mut Ui,
    workspace: &Workspace,
    row: u32,
    at: usize,
    channel: &Channel,
    source: Option<&SourcePicture>,
    commands: &mut Vec<Command>,
) {
    let name = &channel.info.name;
    let mut style = channel.style;
    ui.horizontal(|ui| {
        ui.checkbox(&mut style.visible, name.as_str());
        ui.color_edit_button_srgb(&mut style.color)
            .on_hover_text("Colour of this channel");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icon_button(
                ui,
                ICON_CONTRAST.codepoint,
                "Auto contrast",
                &format!("auto contrast {name}"),
            )
            .clicked()
            {
                commands.push(Command::AutoContrast(Some(at)));
            }
        });
    });
    if style.visible {
        let top = channel.info.full_scale();
        // The full range of 16 bit is mostly empty: show what this channel uses.
        let right = (channel.auto[1] * 1.6).max(style.max).min(top).max(1.0);
        let crop = workspace
            .pictures
            .get(row)
            .and_then(|picture| picture.crop.as_ref()?.planes.get(at))
            .map(|plane| intensity_histogram(plane, [0.0, right], BINS))
            .unwrap_or_default();
        let field = source
            .map(|source| rebinned(&source.histogram, top, right))
            .unwrap_or_default();
        // Shares, so that a field of a million pixels does not bury the cell's few thousand.
        let (all, shown) = (per_mille(&field), per_mille(&crop));
        let (mut low, mut high) = (f64::from(style.min), f64::from(style.max));
        let widget = RangeHistogram {
            label: name,
            min: 0.0,
            max: f64::from(right),
            all: &all,
            shown: &shown,
            log_counts: true,
            words: None,
        };
        if widget.show(ui, &mut low, &mut high).changed() {
            style.min = low as f32;
            style.max = high.max(low + 1.0) as f32;
        }
        CollapsingHeader::new(
            RichText::new("gamma and source")
                .small()
                .color(tokens(ui).text_weak),
        )
        .id_salt(("channel", at))
        .show(ui, |ui| {
            ui.add(Slider::new(&mut style.gamma, 0.2..=3.0).text("gamma"));
            source_lines(ui, source);
        });
    }
    if style != channel.style {
        commands.push(Command::SetChannel(at, style));
    }
    ui.add_space(2.0);
}

fn source_lines(ui: &mut Ui, source: Option<&SourcePicture>) {
    let weak = tokens(ui).text_weak;
    let Some(source) = source else {
        ui.label(
            RichText::new("The dataset does not say which file this channel came from.")
                .small()
                .color(weak),
        );
        return;
    };
    ui.label(RichText::new(&source.file).small());
    let (text, color) = match &source.found {
        Ok(path) => (format!("found at {path}"), weak),
        Err(reason) => (reason.clone(), tokens(ui).warn),
    };
    ui.label(RichText::new(text).small().color(color));
}

fn from_this_cell(workspace: &Workspace, row: u32, commands: &mut Vec<Command>) {
    let Some(crop) = workspace
        .pictures
        .get(row)
        .and_then(|picture| picture.crop.as_ref())
    else {
        return;
    };
    for (at, (channel, plane)) in workspace.channels.iter().zip(&crop.planes).enumerate() {
        if let (Some(min), Some(max)) = (plane.iter().min(), plane.iter().max()) {
            let mut style = channel.style;
            style.min = f32::from(*min);
            style.max = f32::from(*max).max(style.min + 1.0);
            commands.push(Command::SetChannel(at, style));
        }
    }
}

fn outline_row(ui: &mut Ui, at: usize, outline: &OutlineSetting, commands: &mut Vec<Command>) {
    let mut edited = outline.clone();
    ui.horizontal(|ui| {
        ui.checkbox(&mut edited.visible, outline.object.as_str());
        ui.color_edit_button_srgb(&mut edited.color).on_hover_text("Colour of these outlines");
        ui.add(egui::DragValue::new(&mut edited.width).range(0.5..=6.0).speed(0.05).suffix(" pt"))
            .on_hover_text("Width of these outlines");
        if outline.approximate {
            ui.label(RichText::new("approximate").small().color(tokens(ui).warn))
                .on_hover_text("An ellipse drawn from AreaShape measurements: the dataset was imported without masks");
        }
    });
    if edited != *outline {
        commands.push(Command::SetOutline(at, edited));
    }
}

/// Counts over the channel's full range, in bins over a part of it.
fn rebinned(counts: &[u32], top: f32, right: f32) -> Vec<u32> {
    let mut out = vec![0_u32; BINS];
    for (at, count) in counts.iter().enumerate() {
        let middle = (at as f32 + 0.5) / counts.len() as f32 * top;
        let bin = (middle / right * BINS as f32) as usize;
        if let Some(bin) = out.get_mut(bin) {
            *bin = bin.saturating_add(*count);
        }
    }
    out
}

fn per_mille(counts: &[u32]) -> Vec<u32> {
    let total: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    counts
        .iter()
        .map(|count| {
            (u64::from(*count) * 100_000)
                .checked_div(total)
                .unwrap_or_default() as u32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_range_keeps_its_counts() {
        let mut counts = vec![0; 256];
        counts[0] = 5;
        counts[127] = 7;
        counts[200] = 9;
        let part = rebinned(&counts, 255.0, 128.0);
        assert_eq!(part.iter().sum::<u32>(), 12, "what lies beyond is left out");
        assert_eq!((part[0], part[63]), (5, 7));
        assert_eq!(per_mille(&[1, 3]), [25_000, 75_000]);
        assert_eq!(per_mille(&[0, 0]), [0, 0]);
    }
}
