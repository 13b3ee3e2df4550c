//! Cells out of a dataset: CSV. Outlier rules as files.

mod choice;
mod csv_file;
mod error;
mod figure_file;
mod flag_file;
mod rule_file;
mod whole_file;

pub use choice::{chosen_columns, default_columns};
pub use csv_file::export_csv;
pub use error::ExportError;
pub use figure_file::{PRINT_DPI, png_of_rgba, save_figure, svg_to_png};
pub use flag_file::export_flags;
pub use rule_file::{RuleFile, RuleFileError, parse_rules, read_rules, rules_text, write_rules};
pub use whole_file::write_whole;
