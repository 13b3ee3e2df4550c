//! The export dialog.

use egui::{RichText, TextEdit, Ui};

use super::draft::{ExportDraft, ExportKind, Which};
use crate::app::chrome::thousands;
use crate::app::command::Command;
use crate::app::state::{Overlay, Workspace};
use crate::export::{Naming, TableFormat};
use crate::widgets::{heading, primary_button, tokens};

/// The dialog; what is changed is a new draft.
pub(in crate::app) fn show(
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
            commands.push(Command::BrowseExport);
        }
    });
    ui.label(
        RichText::new(hint(edited.kind))
            .small()
            .color(tokens(ui).text_weak),
    );
    let ready = cells > 0 && !edited.path.trim().is_empty();
    if edited != *draft {
        commands.push(Command::SetOverlay(Overlay::Export(edited)));
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if ui
            .add_enabled(ready, primary_button(ui, "Export"))
            .clicked()
        {
            commands.push(Command::RunExport);
        }
        if ui.button("Cancel").clicked() {
            commands.push(Command::SetOverlay(Overlay::None));
        }
    });
}

fn hint(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::Table(TableFormat::Lance) => {
            "A dataset of its own with crops and outlines. A JSON file beside it says where the cells came from."
        }
        ExportKind::Table(_) => {
            "Keys come first; numbers keep their full precision; a file of this name is replaced. A JSON file beside it says dataset, version and filters."
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
        format!("{} shown cells", thousands(workspace.order.len())),
    );
    let label = workspace
        .labels
        .active()
        .filter(|label| label.num_marked() > 0);
    if let Some(label) = label {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new("of the shown:").color(tokens(ui).text_weak));
            for (at, class) in label.spec.classes.iter().enumerate() {
                if label.count(at) == 0 {
                    continue;
                }
                let column = &label.spec.column;
                ui.radio_value(
                    &mut draft.which,
                    Which::Class(at),
                    format!("{column} = {}", class.name),
                );
                ui.radio_value(
                    &mut draft.which,
                    Which::OutOfClass(at),
                    format!("all but {}", class.name),
                );
            }
        });
    }
    match draft.which {
        Which::Selected => workspace.num_selected,
        // How many of them have a class is counted when they are written.
        Which::Shown | Which::Class(_) | Which::OutOfClass(_) => workspace.order.len(),
    }
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
            let captions = &workspace.gallery.settings.captions;
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
