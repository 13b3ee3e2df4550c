//! Label columns: what a person decides of each cell, as every pane shows it.

mod color;
mod label_column;
mod label_columns;

pub(crate) use color::{category_palette, label_color};
pub use label_column::{LabelColumn, MarkChange};
pub use label_columns::LabelColumns;
