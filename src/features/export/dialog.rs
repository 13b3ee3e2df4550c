//! The export dialog.

use egui::{RichText, TextEdit, Ui};

use super::command::ExportCommand;
use super::draft::{ExportDraft, Which};
use crate::model::command::Command;
use crate::model::labels::LabelColumn;
use crate::model::state::{Overlay, Workspace};
use cytolance_export::Naming;
use cytolance_exporters::{ExportKind, Setting};
use cytolance_profile::thousands;
use cytolance_widgets::{heading, primary_button, tokens};

/// Shown cells whose classes are counted in a frame.
const MOST_COUNTED: usize = 300_000;

/// The dialog; what is changed is a new draft.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    draft: &ExportDraft,
    commands: &mut Vec<Command>,
) {
    heading(ui, "Export cells");
    let mut edited = draft.clone();
    ui.horizontal_wrapped(|ui| {
        for kind in ExportKind::all() {
            let is_chosen = edited.kind == kind;
            if ui.selectable_label(is_chosen, kind.face().title).clicked() {
                edited.set_kind(kind);
            }
        }
    });
    ui.add_space(6.0);
    let cells = if edited.kind.face().chooses_cells {
        which(ui, workspace, &mut edited)
    } else {
        workspace.order.len()
    };
    ui.add_space(4.0);
    options(ui, workspace, &mut edited);
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let label = ui.label(edited.kind.face().place);
        let width = ui.available_width() - 90.0;
        ui.add(
            TextEdit::singleline(&mut edited.path)
                .hint_text("where to")
                .desired_width(width),
        )
        .labelled_by(label.id);
        if ui.button("Browse…").clicked() {
            commands.push(Command::from(ExportCommand::Browse));
        }
    });
    let problem = place(ui, workspace, &edited);
    ui.label(
        RichText::new(edited.kind.face().hint)
            .small()
            .color(tokens(ui).text_weak),
    );
    let ready = cells > 0 && !problem;
    if edited != *draft {
        commands.push(Command::from(ExportCommand::Edit(Box::new(edited))));
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if ui
            .add_enabled(ready, primary_button(ui, "Export"))
            .clicked()
        {
            commands.push(Command::from(ExportCommand::Run));
        }
        if ui.button("Cancel").clicked() {
            commands.push(Command::SetOverlay(Overlay::None));
        }
    });
}

/// The whole path where the text says only a part of it, or why it does not fit or nothing can be written. Whether so.
fn place(ui: &mut Ui, workspace: &Workspace, draft: &ExportDraft) -> bool {
    if let Some(lacking) = draft.kind.lacking(&workspace.dataset) {
        ui.colored_label(tokens(ui).error, lacking);
        return true;
    }
    if draft.path.trim().is_empty() {
        return true;
    }
    if let Some(problem) = draft.problem(&workspace.save_folder) {
        ui.colored_label(tokens(ui).error, problem);
        return true;
    }
    let full = workspace.save_folder.full_text(&draft.path);
    if full != draft.path.trim() {
        ui.label(
            RichText::new(format!("Writes {full}"))
                .small()
                .color(tokens(ui).text_weak),
        );
    }
    false
}

/// Which cells; returns how many.
fn which(ui: &mut Ui, workspace: &Workspace, draft: &mut ExportDraft) -> usize {
    let label = workspace
        .labels
        .active()
        .filter(|label| label.num_marked() > 0);
    let by_class = label.and_then(|label| shown_by_class(workspace, label));
    let shown = workspace.order.len();
    // Of too many to count here, those of a class are counted when they are written.
    let count_of = |which: Which| match which {
        Which::Selected => Some(workspace.num_selected),
        Which::Shown => Some(shown),
        Which::Class(at) => by_class.as_ref()?.get(at).copied(),
        Which::OutOfClass(at) => Some(shown.saturating_sub(*by_class.as_ref()?.get(at)?)),
    };
    ui.add_enabled_ui(workspace.num_selected > 0, |ui| {
        ui.radio_value(
            &mut draft.which,
            Which::Selected,
            format!("{} selected cells", thousands(workspace.num_selected)),
        );
    });
    ui.radio_value(
        &mut draft.which,
        Which::Shown,
        format!("{} shown cells", thousands(shown)),
    );
    if let Some(label) = label {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new("of the shown:").color(tokens(ui).text_weak));
            for (at, class) in label.spec.classes.iter().enumerate() {
                if label.count(at) == 0 {
                    continue;
                }
                let with = format!("{} = {}", label.spec.column, class.name);
                let without = format!("all but {}", class.name);
                for (which, text) in [(Which::Class(at), with), (Which::OutOfClass(at), without)] {
                    let text = match count_of(which) {
                        Some(count) => format!("{text} ({})", thousands(count)),
                        None => text,
                    };
                    ui.radio_value(&mut draft.which, which, text);
                }
            }
        });
    }
    count_of(draft.which).unwrap_or(shown)
}

/// How many of the shown cells have each class; `None` where counting them would keep the frame waiting.
fn shown_by_class(workspace: &Workspace, label: &LabelColumn) -> Option<Vec<usize>> {
    let classes = 0..label.spec.classes.len();
    if workspace.order.len() == workspace.dataset.num_rows() {
        return Some(classes.map(|at| label.count(at)).collect());
    }
    if workspace.order.len() > MOST_COUNTED {
        return None;
    }
    let codes: Vec<Option<u32>> = classes.map(|at| label.class_code(at)).collect();
    let most = codes.iter().flatten().max().map_or(0, |code| code + 1);
    let mut by_code = vec![0; most as usize];
    for row in workspace.shown.iter() {
        if let Some(count) = by_code.get_mut(label.code(row) as usize) {
            *count += 1;
        }
    }
    let count = |code: u32| by_code.get(code as usize).copied();
    Some(
        codes
            .into_iter()
            .map(|code| code.and_then(count).unwrap_or(0))
            .collect(),
    )
}

fn options(ui: &mut Ui, workspace: &Workspace, draft: &mut ExportDraft) {
    ui.vertical(|ui| {
        for setting in draft.kind.face().settings {
            set(ui, workspace, draft, *setting);
        }
    });
}

/// What is set in the dialog, and what is said of what is set elsewhere.
fn set(ui: &mut Ui, workspace: &Workspace, draft: &mut ExportDraft, setting: Setting) {
    let weak = |ui: &mut Ui, text: &str| {
        let color = tokens(ui).text_weak;
        ui.label(RichText::new(text).small().color(color));
    };
    let options = &mut draft.options;
    match setting {
        Setting::Columns => {
            ui.radio_value(&mut draft.table_columns, false, "all columns");
            let text = format!("the table's {} columns", workspace.table.columns.len());
            ui.radio_value(&mut draft.table_columns, true, text);
        }
        Setting::Names => {
            ui.horizontal(|ui| {
                ui.label(RichText::new("names as").color(tokens(ui).text_weak));
                ui.radio_value(&mut options.names, Naming::Pycytominer, "pycytominer")
                    .on_hover_text("As in the dataset: Metadata_ImageNumber, Cells_AreaShape_Area");
                ui.radio_value(&mut options.names, Naming::CellProfiler, "CellProfiler")
                    .on_hover_text("ImageNumber and ObjectNumber without Metadata_");
            });
        }
        Setting::Across => {
            ui.add(egui::Slider::new(&mut options.across, 1..=20).text("cells side by side"));
        }
        Setting::DrawnOutlines => {
            ui.checkbox(&mut options.drawn_outlines, "outlines");
        }
        Setting::Split => {
            ui.checkbox(&mut options.split, "channels apart");
        }
        Setting::OwnContrast => {
            ui.checkbox(&mut options.own_contrast, "own contrast for each cell");
        }
        Setting::Captions => {
            let captions = &workspace.captions;
            if captions.is_empty() {
                weak(ui, "captions: the well; choose others in the gallery");
            } else {
                let text = format!("captions as in the gallery: {}", captions.join(", "));
                weak(ui, &text);
            }
        }
        Setting::Objects => weak(ui, "The visible outlines (see the inspector)."),
        Setting::Class => weak(ui, "The label is the class."),
        Setting::Tile | Setting::Measurements => {}
    }
}
