//! Cells out of a dataset: tables, pictures, outlines, figures. Outlier rules as files.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod cell_outlines;
mod cell_pictures;
mod cell_text;
mod choice;
mod csv_file;
mod error;
mod figure_file;
mod file_kind;
mod flag_file;
mod montage;
mod ome_tiff;
mod outline_file;
mod parquet_types;
mod provenance;
mod rule_file;
mod table_file;
mod table_source;
mod target;
mod whole_file;
mod whole_folder;

#[cfg(test)]
#[path = "../dataset/samples.rs"]
pub mod samples;

pub use cell_outlines::{
    LabelsWritten, OutlineRequest, OutlinesWritten, export_geojson, export_label_pictures,
};
pub use cell_pictures::{CropFormat, CropsWritten, export_crops, export_montage, montage_cells};
pub use choice::{cell_columns, chosen_columns, default_columns, left_out, left_out_in_words};
pub use csv_file::export_csv;
pub use error::ExportError;
pub use figure_file::{PRINT_DPI, png_of_rgba, save_figure, svg_to_png};
pub use file_kind::{FileKind, FolderUse, listed};
pub use flag_file::export_flags;
pub use montage::{MontageCell, MontageSettings, montage};
pub use provenance::Provenance;
pub use rule_file::{RuleFile, RuleFileError, parse_rules, read_rules, rules_text, write_rules};
pub use table_file::{Naming, TableFormat, TableRequest, export_table};
pub use table_source::TableSource;
pub use target::{Found, Target};
pub use whole_file::{write_whole, write_whole_with};
