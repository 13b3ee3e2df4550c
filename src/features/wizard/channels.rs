//! The channels of the crops: on or off, colour, name.

use egui::{TextEdit, Ui};

use super::cells_step::Named as _;
use super::pieces::{Pane, card, weak};
use cytolance_import::ChannelChoice;

pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    card(ui, "Channels", |ui| {
        if pane.wizard.channels.is_empty() {
            weak(ui, "The export names no channels.");
            return;
        }
        let kept = pane
            .wizard
            .channels
            .iter()
            .filter(|known| {
                !pane
                    .options
                    .channels
                    .iter()
                    .any(|choice| choice.channel == known.source && choice.skip)
            })
            .count();
        for known in &pane.wizard.channels {
            let source = &known.source;
            let color = pane.wizard.channel_color(source);
            let at = pane
                .options
                .channels
                .iter()
                .position(|choice| choice.channel == *source);
            let old = at.map_or_else(
                || ChannelChoice {
                    channel: source.clone(),
                    name: None,
                    color: None,
                    skip: false,
                },
                |at| pane.options.channels[at].clone(),
            );
            let mut new = old.clone();
            row(ui, source, color, kept, &mut new);
            if new == old {
                continue;
            }
            let says_nothing = new.name.is_none() && new.color.is_none() && !new.skip;
            match at {
                Some(at) if says_nothing => {
                    pane.options.channels.remove(at);
                }
                Some(at) => pane.options.channels[at] = new,
                None => pane.options.channels.push(new),
            }
        }
        weak(
            ui,
            "Names and colours are those the dataset opens with; colours can be changed there at any time.",
        );
    });
}

fn row(ui: &mut Ui, source: &str, color: [u8; 3], kept: usize, choice: &mut ChannelChoice) {
    ui.horizontal(|ui| {
        let mut on = !choice.skip;
        // Crops without any channel would be no crops.
        let enabled = choice.skip || kept > 1;
        let tick = ui.add_enabled(enabled, egui::Checkbox::without_text(&mut on));
        tick.widget_info_label(&format!("channel {source}"));
        choice.skip = !on;
        let mut edited = color;
        ui.color_edit_button_srgb(&mut edited)
            .on_hover_text("Colour of this channel")
            .widget_info_label(&format!("colour of {source}"));
        if edited != color {
            let [r, g, b] = edited;
            choice.color = Some(format!("#{r:02X}{g:02X}{b:02X}"));
        }
        let mut name = choice.name.clone().unwrap_or_else(|| source.to_owned());
        let field = ui
            .add_enabled(on, TextEdit::singleline(&mut name).desired_width(180.0))
            .widget_info_label(&format!("name of {source}"));
        if field.changed() {
            let same = name == source || name.trim().is_empty();
            choice.name = (!same).then_some(name);
        }
        weak(
            ui,
            if choice.skip {
                format!("{source} is left out")
            } else if choice.name.is_some() {
                format!("called {source} in the export")
            } else {
                String::new()
            },
        );
    });
}
