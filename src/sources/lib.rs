//! Raw exports of single-cell measurements: what is there, and its tables with types. Reads, never writes.

extern crate cytolance_imaging as imaging;
extern crate cytolance_profile as profile;
extern crate self as sources;

mod crop_table;
mod csv_export;
mod csv_header;
mod csv_records;
mod csv_table;
mod database;
mod error;
mod export;
mod features;
mod image_set;
mod joined_rows;
mod notes;
mod padding;
mod parquet_table;
mod properties_file;
mod source;
mod table;
mod text_column;
mod written;

pub use csv_export::tables_of_csv;
pub use error::SourceError;
pub use export::{Export, IgnoredFile, Relations, StoredColumns};
pub use image_set::{ChannelColumns, ImageKey, ImageSets, PictureColumns, image_keys};
pub use joined_rows::{JoinedRows, plain_values};
pub use notes::{ReadNotes, RejectedRow};
pub use properties_file::ChannelHint;
pub use source::{FoundExport, SourceKind, find_exports, of_one_kind};
pub use table::{Table, TableColumn, TableStore, floats_of, integers_of, text_of};
pub use text_column::{Coercion, MixedColumn};
pub use written::is_null_text;
