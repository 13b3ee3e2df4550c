//! The question whether what is there may be replaced.

use egui::{Label, RichText, Ui};

use crate::model::command::Command;
use crate::model::replace::ReplaceQuestion;
use cytolance_export::Found;
use cytolance_widgets::{heading, primary_button, tokens};

/// Shows it.
pub(crate) fn show(ui: &mut Ui, question: &ReplaceQuestion, commands: &mut Vec<Command>) {
    heading(ui, "Replace it?");
    let is_dataset = question
        .path
        .extension()
        .is_some_and(|ending| ending == "lance");
    let text = match question.found {
        Found::File => "This file is there already:",
        Found::Folder if is_dataset => {
            "This dataset is there already. The cells would become a new version of it; the old one stays in its history:"
        }
        Found::Folder => {
            "This folder is there already and holds something. Files of the same names would be replaced, others stay:"
        }
    };
    ui.label(text);
    ui.add_space(4.0);
    ui.add(
        Label::new(RichText::new(question.path.to_string_lossy()).monospace())
            .wrap()
            .selectable(true),
    );
    ui.add_space(4.0);
    ui.label(RichText::new("Nothing was written so far.").color(tokens(ui).text_weak));
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let (other, back) = question.again.back();
        // What changes nothing is the one that Enter and the eye find first.
        if ui.add(primary_button(ui, other)).clicked() {
            commands.push(back);
        }
        if ui.button("Replace").clicked() {
            commands.push(Command::Replace);
        }
    });
}
