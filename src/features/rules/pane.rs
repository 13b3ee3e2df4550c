//! The pane of outlier rules.

use egui::{Frame, Margin, Popup, PopupCloseBehavior, RichText, ScrollArea, TextEdit, Ui};
use egui_material_icons::icons::{
    ICON_ADD, ICON_FOLDER_OPEN, ICON_LIBRARY_BOOKS, ICON_TROUBLESHOOT,
};

use super::command::RulesCommand;
use super::state::RulesState;
use super::{card, suggest_pane};
use crate::model::command::Command;
use crate::model::state::Workspace;
use cytolance_export::Target;
use cytolance_profile::{OutlierRule, published_rules};
use cytolance_widgets::{empty_state, icon_button, tokens};

/// What the pane remembers between frames.
#[derive(Default)]
pub struct RulesView {
    /// The rule that is being renamed, and its new name.
    pub(super) renaming: Option<(String, String)>,
    /// The file of rules that is typed.
    path: String,
}

/// Where rules are saved unless another file is named.
const DEFAULT_FILE: &str = "outlier-rules.yml";

/// The pane.
pub fn show(ui: &mut Ui, workspace: &Workspace, view: &mut RulesView, commands: &mut Vec<Command>) {
    commands.push(Command::from(RulesCommand::Want));
    Frame::new()
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| toolbar(ui, workspace, view, commands));
        });
    let rules = workspace.parts.get::<RulesState>();
    let nothing = rules.rules.is_empty()
        && rules.suggestions.is_none()
        && rules.suggesting.is_none()
        && workspace.num_selected == 0;
    if nothing {
        empty_state(
            ui,
            ICON_TROUBLESHOOT.codepoint,
            "No outlier rule yet",
            "A rule finds the cells whose features lie far from those of the others: small and ragged nuclei, merged \
             cells. Or select cells in the plot, and the features that set them apart are looked for.",
            |ui| {
                if ui.button("Use coSMicQC's rules").clicked() {
                    let rules = published_rules();
                    for published in rules {
                        commands.push(Command::from(RulesCommand::Add(published.rule())));
                    }
                    let first = rules.first().map(|rule| rule.name.to_owned());
                    commands.push(Command::from(RulesCommand::Open(first)));
                }
                if ui.button("New rule").clicked() {
                    commands.push(Command::from(RulesCommand::Add(new_rule())));
                }
            },
        );
        return;
    }
    let fill = tokens(ui).surface;
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let framed = |ui: &mut Ui, add: &mut dyn FnMut(&mut Ui)| {
            Frame::new()
                .fill(fill)
                .corner_radius(6)
                .inner_margin(Margin::same(10))
                .outer_margin(Margin::symmetric(8, 4))
                .show(ui, |ui| {
                    ui.set_min_width(ui.available_width());
                    add(ui);
                });
        };
        for rule in &rules.rules {
            ui.push_id(&rule.name, |ui| {
                framed(ui, &mut |ui| {
                    card::show(ui, workspace, rule, view, commands);
                });
            });
        }
        framed(ui, &mut |ui| suggest_pane::show(ui, workspace, commands));
    });
}

fn new_rule() -> OutlierRule {
    OutlierRule {
        name: "rule".to_owned(),
        ..OutlierRule::default()
    }
}

fn toolbar(ui: &mut Ui, workspace: &Workspace, view: &mut RulesView, commands: &mut Vec<Command>) {
    if icon_button(ui, ICON_ADD.codepoint, "Add a rule", "add outlier rule").clicked() {
        commands.push(Command::from(RulesCommand::Add(new_rule())));
    }
    let hint = "Rules that coSMicQC ships";
    let published = icon_button(ui, ICON_LIBRARY_BOOKS.codepoint, hint, "published rules");
    Popup::menu(&published).show(|ui| {
        ui.set_width(300.0);
        for rule in published_rules() {
            let known = workspace.parts.get::<RulesState>();
            let known = known.rule(rule.name).is_some();
            let button = ui.add_enabled(!known, egui::Button::new(rule.name));
            if button.on_hover_text(rule.about).clicked() {
                commands.push(Command::from(RulesCommand::Add(rule.rule())));
            }
        }
    });
    let hint = "Load or save rules as coSMicQC's YAML";
    let file = icon_button(ui, ICON_FOLDER_OPEN.codepoint, hint, "rule files");
    Popup::menu(&file)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(340.0);
            file_menu(ui, workspace, view, commands);
        });
    let rules = workspace.parts.get::<RulesState>().rules.len();
    if rules > 0 {
        let text = if rules == 1 {
            "1 rule".to_owned()
        } else {
            format!("{rules} rules")
        };
        ui.label(RichText::new(text).color(tokens(ui).text_weak));
    }
}

fn file_menu(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut RulesView,
    commands: &mut Vec<Command>,
) {
    let label = ui.label("File of rules (YAML)");
    ui.add(
        TextEdit::singleline(&mut view.path)
            .hint_text(DEFAULT_FILE)
            .desired_width(f32::INFINITY),
    )
    .labelled_by(label.id);
    let typed = match view.path.trim() {
        "" => DEFAULT_FILE,
        path => path,
    };
    let path = workspace.save_folder.full_path(typed);
    let full = path.to_string_lossy().into_owned();
    if full != typed {
        ui.label(RichText::new(&full).small().color(tokens(ui).text_weak));
    }
    let can_save = !workspace.parts.get::<RulesState>().rules.is_empty();
    ui.horizontal_wrapped(|ui| {
        if ui.button("Load").clicked() {
            commands.push(Command::from(RulesCommand::Load(full.clone())));
            ui.close();
        }
        if ui
            .add_enabled(can_save, egui::Button::new("Save"))
            .clicked()
        {
            commands.push(Command::from(RulesCommand::Save(Target::new(&path, false))));
            ui.close();
        }
        if ui.button("Load from…").clicked() {
            commands.push(Command::from(RulesCommand::BrowseLoad));
            ui.close();
        }
        if ui
            .add_enabled(can_save, egui::Button::new("Save as…"))
            .clicked()
        {
            commands.push(Command::from(RulesCommand::BrowseSave(path)));
            ui.close();
        }
    });
}
