//! The Lance dataset: schema, opening, columns, crops, writing. Only here is Lance named.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

#[cfg(test)]
extern crate self as cytolance_dataset;

mod added_columns;
mod cloud;
mod column_kind;
mod column_name;
mod conditions;
mod ellipse_columns;
mod error;
mod handle;
mod key_index;
mod labels;
mod metadata;
mod metadata_version;
mod nested;
mod ome_arrow;
mod outline_array;
mod outline_source;
mod picture_column;
mod pictures;
mod report_file;
#[cfg(test)]
pub mod samples;
mod sql_dates;
mod value_text;
mod writer;

pub use added_columns::{AddedColumn, ColumnOrigin};
pub use column_kind::BLOB_TYPE;
pub use column_name::{SOURCE_NAME_KEY, column_name, column_names};
pub use ellipse_columns::{AngleConvention, EllipseColumns, RowCondition};
pub use error::DatasetError;
pub use handle::{CellDataset, numbers_of};
pub use labels::{
    CellKey, Journal, LabelChange, LabelConflict, LabelEdit, LabelValues, RecoveredMarks, SaveNote,
    SavedLabels, SideLabels, VersionInfo, read_side_file, with_classes, write_side_file,
};
pub use metadata::{ChannelInfo, DatasetMetadata, FORMAT_NAME, FORMAT_VERSION, copied_metadata};
pub use ome_arrow::{OmeArrowBuilder, ome_arrow_type};
pub use outline_array::{OutlineBuilder, is_outline, outline_field, read_outline};
pub use outline_source::{LostOutlines, OutlineSources};
pub use picture_column::{channels_of_picture, is_picture, read_picture};
pub use pictures::pictures_of;
pub use sql_dates::with_seconds;
pub use value_text::{exact_text, shown_text};
pub use writer::{BatchQueue, DatasetSink, WriteTarget};

/// Name of the column that holds the crops.
pub const PICTURE_COLUMN: &str = "ome_arrow_image";
/// Prefix of the outline columns.
pub const OUTLINE_PREFIX: &str = "Outline_";
/// The box that was cut out, in field pixels: x and y minimum, x and y maximum (exclusive).
pub const BBOX_COLUMNS: [&str; 4] = [
    "Metadata_SourceBBoxXMin",
    "Metadata_SourceBBoxYMin",
    "Metadata_SourceBBoxXMax",
    "Metadata_SourceBBoxYMax",
];
/// The planes of a volume that a crop shows, counted from 0: the first one, and the one behind the last.
pub const DEPTH_COLUMNS: [&str; 2] = ["Metadata_SourceBBoxZMin", "Metadata_SourceBBoxZMax"];
