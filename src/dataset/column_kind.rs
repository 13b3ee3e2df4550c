//! What a stored column holds, told from its field.

use arrow::datatypes::{DataType, Field};

use super::outline_array::is_outline;
use super::picture_column::is_picture;
use cytolance_profile::ColumnKind;

/// Key by which a field says that it is of a type that Arrow does not know.
pub(super) const EXTENSION: &str = "ARROW:extension:name";
/// Key by which Lance says that a column's bytes lie outside its pages, and its value.
const BLOB: (&str, &str) = ("lance-encoding:blob", "true");
/// How the extensions of such columns begin.
const BLOB_EXTENSION: &str = "lance.blob";
/// What such a column is called: what is read of it says where the bytes are, and is none of them.
pub const BLOB_TYPE: &str = "blob";

/// How the values of a column are stored.
pub(super) fn kind_of(field: &Field) -> ColumnKind {
    if is_blob(field) {
        return ColumnKind::Other;
    }
    match field.data_type() {
        kind if is_outline(kind) => ColumnKind::Outline,
        _ if is_picture(field) => ColumnKind::Picture,
        kind => kind_of_type(kind),
    }
}

fn kind_of_type(data_type: &DataType) -> ColumnKind {
    match data_type {
        DataType::Float16
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => ColumnKind::Float,
        kind if kind.is_integer() => ColumnKind::Integer,
        // A column of which nothing but nulls is known.
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
            ColumnKind::Text
        }
        DataType::Dictionary(_, value) => kind_of_type(value),
        DataType::Boolean => ColumnKind::Boolean,
        DataType::Date32
        | DataType::Date64
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Timestamp(..)
        | DataType::Duration(_) => ColumnKind::Time,
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _)
            if kind_of_type(item.data_type()).is_value() =>
        {
            ColumnKind::List
        }
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => ColumnKind::Bytes,
        _ => ColumnKind::Other,
    }
}

pub(super) fn is_blob(field: &Field) -> bool {
    let metadata = field.metadata();
    metadata.get(BLOB.0).is_some_and(|value| value == BLOB.1)
        || metadata
            .get(EXTENSION)
            .is_some_and(|name| name.starts_with(BLOB_EXTENSION))
}

/// The type of a column in the words of `info`.
pub(super) fn type_name(field: &Field, kind: ColumnKind) -> String {
    match (kind, field.data_type()) {
        _ if is_blob(field) => BLOB_TYPE.to_owned(),
        (ColumnKind::Picture, DataType::Struct(fields)) if fields.find("pixels_meta").is_some() => {
            "ome-arrow".to_owned()
        }
        (ColumnKind::Outline, _) => "geoarrow.polygon".to_owned(),
        (_, DataType::Utf8) => "utf8".to_owned(),
        (ColumnKind::List, DataType::FixedSizeList(item, size)) => {
            format!("vector of {size} {}", words_of(item.data_type()))
        }
        (
            ColumnKind::List,
            DataType::List(item)
            | DataType::LargeList(item)
            | DataType::ListView(item)
            | DataType::LargeListView(item),
        ) => format!("list of {}", words_of(item.data_type())),
        (_, kind) => words_of(kind),
    }
}

fn words_of(kind: &DataType) -> String {
    match kind {
        DataType::Map(..) => "map".to_owned(),
        // The name of a zone keeps its letters.
        DataType::Timestamp(unit, Some(zone)) => {
            format!(
                "timestamp({}, {zone})",
                unit.to_string().to_ascii_lowercase()
            )
        }
        DataType::Timestamp(unit, None) => {
            format!("timestamp({})", unit.to_string().to_ascii_lowercase())
        }
        kind => kind.to_string().to_ascii_lowercase(),
    }
}
