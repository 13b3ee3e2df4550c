//! The dialog in which the pixel size is said.

use egui::{Key, RichText, TextEdit, Ui};

use super::PixelSizeCommand;
use super::feature::PixelSizeState;
use super::update::size_of;
use crate::model::command::Command;
use crate::model::state::{Overlay, Workspace};
use cytolance_widgets::{heading, primary_button, tokens};

/// The dialog; what is changed is sent as a command.
pub(super) fn show(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    heading(ui, "Pixel size");
    let text = "How large a pixel of the source pictures is. Scale bars here and in exported figures are drawn with it. \
                It becomes a new version of the dataset; nothing else changes, and the history goes back.";
    ui.label(RichText::new(text).color(tokens(ui).text_weak));
    ui.add_space(6.0);
    let said = &workspace.parts.get::<PixelSizeState>().text;
    let mut text = said.clone();
    let mut is_entered = false;
    ui.horizontal(|ui| {
        let label = ui.label("Edge of a pixel in \u{b5}m");
        let field = TextEdit::singleline(&mut text)
            .desired_width(120.0)
            .hint_text("not known");
        let field = ui.add(field).labelled_by(label.id);
        // Who opens it by a key types on.
        if ui.memory(|memory| memory.focused().is_none()) {
            field.request_focus();
        }
        is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    });
    if text != *said {
        let fill = PixelSizeCommand::Fill(text.clone());
        commands.push(Command::from(fill));
    }
    let problem = if workspace.dataset.is_pinned() {
        Some("This is an older version, opened to be looked at.")
    } else {
        size_of(&text).err()
    };
    if let Some(problem) = problem {
        ui.colored_label(tokens(ui).error, problem);
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        ui.add_enabled_ui(problem.is_none(), |ui| {
            let keep = ui.add(primary_button(ui, "Keep in the dataset"));
            if keep.clicked() || is_entered && problem.is_none() {
                commands.push(Command::from(PixelSizeCommand::Keep));
            }
        });
        if ui.button("Cancel").clicked() {
            commands.push(Command::SetOverlay(Overlay::None));
        }
    });
}
