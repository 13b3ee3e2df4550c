//! The export dialog.

use egui::{RichText, TextEdit, Ui};

use super::command::ExportCommand;
use super::draft::{ExportDraft, ExportKind, Which};
use crate::export::{Naming, TableFormat};
use crate::model::command::Command;
use crate::model::labels::LabelColumn;
use crate::model::state::{Overlay, Workspace};
use crate::profile::thousands;
use crate::widgets::{heading, primary_button, tokens};

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
        for (kind, name, _) in ExportKind::ALL {
            if ui.selectable_label(edited.kind == kind, name).clicked() {
                edited.set_kind(kind);
            }
        }
    });
    ui.add_space(6.0);
    let report = edited.kind == ExportKind::Report;
    let cells = if report {
        ui.label(
            RichText::new("Counts, plate maps, the outlier rules with their histograms, labels and examples, of the cells that the filters show. One page that opens in any browser.")
                .color(tokens(ui).text_weak),
        );
        workspace.order.len()
    } else {
        which(ui, workspace, &mut edited)
    };
    ui.add_space(4.0);
    options(ui, workspace, &mut edited);
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let name = match edited.kind {
            ExportKind::Table(TableFormat::Csv) => "CSV file",
            kind if kind.is_folder() => "Folder",
            _ => "File",
        };
        let label = ui.label(name);
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
        RichText::new(hint(edited.kind))
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

/// The whole path where the text says only a part of it, or why it does not fit. Whether it does not.
fn place(ui: &mut Ui, workspace: &Workspace, draft: &ExportDraft) -> bool {
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

fn hint(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::Table(TableFormat::Lance) => {
            "A dataset of its own with crops and outlines. A JSON file beside it says where the cells came from."
        }
        ExportKind::Table(_) => {
            "Keys come first; numbers keep their full precision. A JSON file beside it says dataset, version and filters."
        }
        ExportKind::Montage => {
            "A name that ends in .svg or .png (300 dots by inch); crops, outlines, captions and scale bar."
        }
        ExportKind::OmeTiff => "Every channel with every intensity, for Fiji, napari and tifffile.",
        ExportKind::Png => "As on the screen.",
        ExportKind::GeoJson => {
            "In field pixels, for QuPath. A name that ends in .geojson is one file, any other a folder with a file a field of view."
        }
        ExportKind::LabelTiff => {
            "A picture a field of view and object set, whose pixels are the object numbers."
        }
        ExportKind::Report => "Everything is inside the page; nothing is fetched.",
    }
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
    match draft.kind {
        ExportKind::Table(format) => {
            ui.radio_value(&mut draft.table_columns, false, "all columns");
            ui.radio_value(
                &mut draft.table_columns,
                true,
                format!("the table's {} columns", workspace.table.columns.len()),
            );
            if format != TableFormat::Lance {
                ui.horizontal(|ui| {
                    ui.label(RichText::new("names as").color(tokens(ui).text_weak));
                    ui.radio_value(&mut draft.naming, Naming::Pycytominer, "pycytominer")
                        .on_hover_text(
                            "As in the dataset: Metadata_ImageNumber, Cells_AreaShape_Area",
                        );
                    ui.radio_value(&mut draft.naming, Naming::CellProfiler, "CellProfiler")
                        .on_hover_text("ImageNumber and ObjectNumber without Metadata_");
                });
            }
        }
        ExportKind::Montage => {
            ui.horizontal_wrapped(|ui| {
                ui.add(egui::Slider::new(&mut draft.across, 1..=20).text("cells side by side"));
                ui.checkbox(&mut draft.outlines, "outlines");
                ui.checkbox(&mut draft.split, "channels apart");
                ui.checkbox(&mut draft.own_contrast, "own contrast for each cell");
            });
            let captions = &workspace.captions;
            let text = if captions.is_empty() {
                "captions: the well; choose others in the gallery".to_owned()
            } else {
                format!("captions as in the gallery: {}", captions.join(", "))
            };
            ui.label(RichText::new(text).small().color(tokens(ui).text_weak));
        }
        ExportKind::GeoJson | ExportKind::LabelTiff => {
            ui.label(
                RichText::new("The visible outlines (see the inspector); the label is the class.")
                    .small()
                    .color(tokens(ui).text_weak),
            );
        }
        ExportKind::OmeTiff | ExportKind::Png | ExportKind::Report => {}
    }
}
