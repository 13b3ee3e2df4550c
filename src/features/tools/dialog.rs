//! The form of a tool: any of the list, its parameters, and what becomes of the columns.

use egui::{RichText, TextEdit, Ui};

use crate::model::command::Command;
use crate::model::state::{Overlay, Workspace};
use crate::model::tools::{Outcome, ToolDraft, ToolsCommand};
use cytolance_tools::{TOOLS, parameters_of, tool};
use cytolance_widgets::{heading, primary_button, tokens};

/// The form; what is changed is a new draft.
pub(super) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    draft: &ToolDraft,
    commands: &mut Vec<Command>,
) {
    heading(ui, "Compute columns");
    let mut edited = draft.clone();
    ui.horizontal_wrapped(|ui| {
        for tool in TOOLS {
            let chosen = edited.tool == tool.id();
            if ui.selectable_label(chosen, tool.title()).clicked() && !chosen {
                edited = ToolDraft::new(*tool);
            }
        }
    });
    ui.add_space(6.0);
    let Ok(tool) = tool(edited.tool) else {
        return;
    };
    ui.label(RichText::new(tool.about()).color(tokens(ui).text_weak));
    ui.add_space(6.0);
    let parameters = parameters_of(tool);
    for (parameter, (name, text)) in parameters.iter().zip(&mut edited.texts) {
        field(ui, name, parameter.help, text);
    }
    let problem = edited
        .parameters()
        .and_then(|parameters| tool.needs(&parameters, &workspace.columns))
        .err()
        .map(|error| error.to_string());
    if let Some(problem) = &problem {
        ui.colored_label(tokens(ui).error, problem);
    }
    if edited != *draft {
        commands.push(Command::from(ToolsCommand::Fill(edited)));
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        ui.add_enabled_ui(problem.is_none(), |ui| {
            let compute = ui.add(primary_button(ui, "Compute"));
            let hint = "The columns stand beside the stored ones as long as the dataset is open; sessions keep how they \
                        are made.";
            if compute.on_hover_text(hint).clicked() {
                let run = ToolsCommand::Run(Outcome::Added);
                commands.push(Command::from(run));
            }
            let hint = "The columns become a new version of the dataset; what is stored is not written again.";
            let keep = ui.button("Keep in the dataset").on_hover_text(hint);
            if keep.clicked() {
                let run = ToolsCommand::Run(Outcome::Kept);
                commands.push(Command::from(run));
            }
        });
        if ui.button("Cancel").clicked() {
            commands.push(Command::SetOverlay(Overlay::None));
        }
    });
}

/// A parameter: a box to tick where it is yes or no, text otherwise.
fn field(ui: &mut Ui, name: &str, help: &str, text: &mut String) {
    let words = name.replace('_', " ");
    if let Ok(mut is_on) = text.parse::<bool>() {
        ui.horizontal_wrapped(|ui| {
            ui.checkbox(&mut is_on, words).on_hover_text(help);
            let help = RichText::new(help).small().color(tokens(ui).text_weak);
            ui.label(help);
        });
        *text = is_on.to_string();
        return;
    }
    ui.horizontal(|ui| {
        let label = ui.label(words).on_hover_text(help);
        let field = TextEdit::singleline(text).hint_text(help);
        ui.add(field.desired_width(f32::INFINITY))
            .labelled_by(label.id)
            .on_hover_text(help);
    });
}
