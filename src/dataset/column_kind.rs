//! What a stored column holds, told from its field.

use arrow::datatypes::{DataType, Field};

use super::outline_array::is_outline;
use super::picture_column::is_picture;
use cytolance_profile::ColumnKind;

/// How the values of a column are stored.
pub(super) fn kind_of(field: &Field) -> ColumnKind {
    match field.data_type() {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnKind::Float,
        kind if kind.is_integer() => ColumnKind::Integer,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ColumnKind::Text,
        DataType::Dictionary(_, value)
            if matches!(**value, DataType::Utf8 | DataType::LargeUtf8) =>
        {
            ColumnKind::Text
        }
        DataType::Boolean => ColumnKind::Boolean,
        kind if is_outline(kind) => ColumnKind::Outline,
        _ if is_picture(field) => ColumnKind::Picture,
        _ => ColumnKind::Other,
    }
}

/// The type of a column in the words of `info`.
pub(super) fn type_name(field: &Field, kind: ColumnKind) -> String {
    match (kind, field.data_type()) {
        (ColumnKind::Picture, DataType::Struct(fields)) if fields.find("pixels_meta").is_some() => {
            "ome-arrow".to_owned()
        }
        (ColumnKind::Outline, _) => "geoarrow.polygon".to_owned(),
        (_, DataType::Utf8) => "utf8".to_owned(),
        (_, kind) => kind.to_string().to_ascii_lowercase(),
    }
}
