//! Cells out of a dataset: CSV. Outlier rules as files.

mod choice;
mod csv_file;
mod error;
mod flag_file;
mod rule_file;

pub use choice::{chosen_columns, default_columns};
pub use csv_file::export_csv;
pub use error::ExportError;
pub use flag_file::export_flags;
pub use rule_file::{RuleFile, RuleFileError, parse_rules, read_rules, rules_text, write_rules};
