//! Raw exports of single-cell measurements: what is there, and its tables with types. Reads, never writes.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod csv;
mod error;
mod export;
mod features;
mod folders;
mod format;
mod image_set;
mod joined_rows;
mod named_pictures;
mod notes;
mod padding;
mod parquet;
mod profile_rows;
mod recorded_picture;
mod remark;
mod source;
mod spelling;
mod sqlite;
mod table;
mod text_column;
mod text_size;
mod written;

pub use csv::{CsvFormat, tables_of_csv};
pub use error::{Cause, SourceError};
pub use export::{Export, IgnoredFile, Relations, StoredColumns};
pub use format::{ExportTables, Format, FormatFace, SourceKind};
pub use image_set::{
    ChannelColumns, ImageKey, ImageSets, MaskColumns, PictureColumns, StackChannel, image_keys,
    is_array,
};
pub use joined_rows::{JoinedRows, plain_values};
pub use named_pictures::NameConflict;
pub use notes::{ReadNotes, RejectedRow};
pub use parquet::ParquetFormat;
pub use recorded_picture::RecordedPicture;
pub use remark::{RemarkTopic, SourceRemark, TopicalRemark, remark_lists};
pub use source::{ChannelHint, Findings, FoundExport, find_exports, of_one_kind};
pub use spelling::joined_key_of;
pub use sqlite::SqliteFormat;
pub use table::{Table, TableColumn, TableStore, floats_of, integers_of, text_of};
pub use text_column::{Coercion, MixedColumn};
pub use written::is_null_text;
