//! Raw CellProfiler exports: what is in a folder, and its tables with types. Reads, never writes.

mod csv_table;
mod error;
mod export_folder;
mod image_set;
mod table;
mod text_column;

pub use csv_table::{ReadNotes, RejectedRow, read_csv};
pub use error::SourceError;
pub use export_folder::{ExportFolder, IgnoredFile, ObjectFile, experiment_values};
pub use image_set::{ChannelColumns, ImageSets, PictureColumns};
pub use table::{Table, TableColumn};
pub use text_column::{Coercion, MixedColumn, is_null_text};
