//! Gates combined: a small indented editor.

use egui::{RichText, Ui};
use egui_material_icons::icons::{ICON_ADD, ICON_CLOSE};

use super::command::GatesCommand;
use super::state::{GateNode, GatesState};
use crate::model::command::Command;
use cytolance_widgets::{icon_button, tokens};

/// What is to be done with the node at a path.
enum Edit {
    Toggle,
    Negate,
    Remove,
    Add(GateNode),
}

/// The editor.
pub(super) fn show(ui: &mut Ui, gates: &GatesState, commands: &mut Vec<Command>) {
    let mut edit = None;
    node(ui, gates, &gates.tree, &[], &mut edit);
    let Some((path, edit)) = edit else { return };
    let mut tree = gates.tree.clone();
    match edit {
        Edit::Remove => tree.remove(&path),
        Edit::Add(new) => {
            if let Some(GateNode::And(nodes) | GateNode::Or(nodes)) = tree.at_mut(&path) {
                nodes.push(new);
            }
        }
        Edit::Toggle => {
            if let Some(node) = tree.at_mut(&path) {
                *node = match std::mem::take(node) {
                    GateNode::And(nodes) => GateNode::Or(nodes),
                    GateNode::Or(nodes) => GateNode::And(nodes),
                    other => other,
                };
            }
        }
        Edit::Negate => {
            if let Some(node) = tree.at_mut(&path) {
                *node = match std::mem::take(node) {
                    GateNode::Not(inner) => *inner,
                    other => GateNode::Not(Box::new(other)),
                };
            }
        }
    }
    commands.push(Command::from(GatesCommand::SetTree(tree)));
}

fn node(
    ui: &mut Ui,
    gates: &GatesState,
    node: &GateNode,
    path: &[usize],
    edit: &mut Option<(Vec<usize>, Edit)>,
) {
    let (negated, inner, own_path) = match node {
        GateNode::Not(inner) => {
            let mut inner_path = path.to_vec();
            inner_path.push(0);
            (true, inner.as_ref(), inner_path)
        }
        other => (false, other, path.to_vec()),
    };
    let weak = tokens(ui).text_weak;
    ui.horizontal(|ui| {
        ui.add_space(path.len() as f32 * 14.0);
        if ui
            .selectable_label(negated, RichText::new("not").small())
            .on_hover_text("The cells that are not in it; cells without a value are in neither")
            .clicked()
        {
            *edit = Some((path.to_vec(), Edit::Negate));
        }
        match inner {
            GateNode::Gate(name) => {
                let known = gates.gate(name).is_some();
                let color = if known {
                    tokens(ui).text
                } else {
                    tokens(ui).error
                };
                ui.label(RichText::new(name).color(color));
            }
            GateNode::And(_) | GateNode::Or(_) => {
                let word = if matches!(inner, GateNode::And(_)) {
                    "all of"
                } else {
                    "any of"
                };
                if ui
                    .button(word)
                    .on_hover_text("All of these, or any of these")
                    .clicked()
                {
                    *edit = Some((own_path.clone(), Edit::Toggle));
                }
                let add = icon_button(ui, ICON_ADD.codepoint, "Add to it", "add to tree");
                egui::Popup::menu(&add).show(|ui| {
                    for gate in &gates.gates {
                        if ui.button(&gate.name).clicked() {
                            *edit = Some((
                                own_path.clone(),
                                Edit::Add(GateNode::Gate(gate.name.clone())),
                            ));
                        }
                    }
                    for (title, group) in [
                        ("all of …", GateNode::And(Vec::new())),
                        ("any of …", GateNode::Or(Vec::new())),
                    ] {
                        if ui.button(title).clicked() {
                            *edit = Some((own_path.clone(), Edit::Add(group)));
                        }
                    }
                });
            }
            GateNode::Not(_) => {
                ui.label(RichText::new("not").color(weak));
            }
        }
        if !path.is_empty()
            && icon_button(
                ui,
                ICON_CLOSE.codepoint,
                "Take it out of the tree",
                "take out of tree",
            )
            .clicked()
        {
            *edit = Some((path.to_vec(), Edit::Remove));
        }
    });
    if let GateNode::And(nodes) | GateNode::Or(nodes) = inner {
        for (at, child) in nodes.iter().enumerate() {
            let mut child_path = own_path.clone();
            child_path.push(at);
            self::node(ui, gates, child, &child_path, edit);
        }
    }
}
