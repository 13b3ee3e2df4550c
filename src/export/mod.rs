//! Cells out of a dataset: CSV.

mod choice;
mod csv_file;
mod error;

pub use choice::{chosen_columns, default_columns};
pub use csv_file::export_csv;
pub use error::ExportError;
