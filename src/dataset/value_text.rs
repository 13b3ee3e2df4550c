//! Values as text: as they are shown, and as they are written to a text file.

use arrow::array::{Array, ArrayRef, AsArray as _};
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;

use cytolance_profile::thousands;

/// Values of a vector or list that are shown.
const SHOWN: usize = 4;

/// A value as it is shown; `None` where it is missing. Times are in ISO form, a vector is its length, bytes are their
/// number.
pub fn shown_text(array: &dyn Array, row: usize) -> Option<String> {
    if is_missing(array, row) {
        return None;
    }
    match array.data_type() {
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => {
            let bytes = size_of(array, row)?;
            Some(match bytes {
                1 => "1 byte".to_owned(),
                bytes => format!("{} bytes", thousands(bytes)),
            })
        }
        kind => match items(array, row) {
            Some(items) => {
                let some = items.slice(0, items.len().min(SHOWN));
                let words = list_text(&some, shown_item);
                let rest = items.len() - some.len();
                Some(match kind {
                    _ if is_vector(kind, &items) && rest > 0 => {
                        format!("vector of {}", items.len())
                    }
                    _ if is_vector(kind, &items) => format!("vector of {}: {words}", items.len()),
                    _ if rest > 0 => format!("{words}, and {rest} more"),
                    _ => words,
                })
            }
            None => plain_text(array, row),
        },
    }
}

fn plain_text(array: &dyn Array, row: usize) -> Option<String> {
    let text = array_value_to_string(array, row).ok()?;
    Some(match array.data_type() {
        // A date that is counted in milliseconds is a date all the same.
        DataType::Date64 => text.trim_end_matches("T00:00:00").to_owned(),
        _ => text,
    })
}

/// A value as a text file has it, to the last digit; `None` where it is missing. A list is one of JSON.
pub fn exact_text(array: &dyn Array, row: usize) -> Option<String> {
    if is_missing(array, row) {
        return None;
    }
    match items(array, row) {
        Some(items) => Some(format!("[{}]", list_text(&items, exact_item))),
        None => plain_text(array, row),
    }
}

/// Logically: a dictionary's value may be missing where its key is not, and a column may be nothing but nulls.
fn is_missing(array: &dyn Array, row: usize) -> bool {
    row >= array.len()
        || array.data_type() == &DataType::Null
        || array.is_null(row)
        || array
            .as_any_dictionary_opt()
            .is_some_and(|dictionary| is_missing_value(dictionary, row))
}

fn is_missing_value(dictionary: &dyn arrow::array::AnyDictionaryArray, row: usize) -> bool {
    let values = dictionary.values();
    values.null_count() > 0
        && dictionary
            .normalized_keys()
            .get(row)
            .is_some_and(|key| values.is_null(*key))
}

/// Numbers of a length that is the type's, or of one that nobody wants to read.
fn is_vector(kind: &DataType, items: &ArrayRef) -> bool {
    items.data_type().is_numeric()
        && (matches!(kind, DataType::FixedSizeList(..)) || items.len() > SHOWN)
}

fn items(array: &dyn Array, row: usize) -> Option<ArrayRef> {
    match array.data_type() {
        DataType::List(_) => Some(array.as_list_opt::<i32>()?.value(row)),
        DataType::LargeList(_) => Some(array.as_list_opt::<i64>()?.value(row)),
        DataType::ListView(_) => Some(array.as_list_view_opt::<i32>()?.value(row)),
        DataType::LargeListView(_) => Some(array.as_list_view_opt::<i64>()?.value(row)),
        DataType::FixedSizeList(..) => Some(array.as_fixed_size_list_opt()?.value(row)),
        _ => None,
    }
}

fn list_text(items: &ArrayRef, text: fn(&dyn Array, usize) -> String) -> String {
    let texts: Vec<String> = (0..items.len()).map(|at| text(items, at)).collect();
    texts.join(", ")
}

fn shown_item(items: &dyn Array, at: usize) -> String {
    shown_text(items, at).unwrap_or_else(|| "–".to_owned())
}

fn exact_item(items: &dyn Array, at: usize) -> String {
    let Some(text) = exact_text(items, at) else {
        return "null".to_owned();
    };
    match items.data_type() {
        kind if kind.is_numeric() || kind == &DataType::Boolean => text,
        _ => serde_json::Value::String(text).to_string(),
    }
}

fn size_of(array: &dyn Array, row: usize) -> Option<usize> {
    Some(match array.data_type() {
        DataType::Binary => array.as_binary_opt::<i32>()?.value(row).len(),
        DataType::LargeBinary => array.as_binary_opt::<i64>()?.value(row).len(),
        DataType::BinaryView => array.as_binary_view_opt()?.value(row).len(),
        _ => array.as_fixed_size_binary_opt()?.value(row).len(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        BinaryArray, BooleanArray, Date32Array, Date64Array, Decimal128Array, DictionaryArray,
        DurationSecondArray, FixedSizeListArray, Float32Array, ListArray, NullArray, StringArray,
        Time32SecondArray, TimestampMicrosecondArray, TimestampNanosecondArray, UInt64Array,
    };
    use arrow::datatypes::{Float32Type, Int8Type, Int32Type};

    use super::*;

    #[test]
    fn every_kind_of_value_has_a_text() {
        let vector = |values: Vec<f32>| {
            let values: Vec<Option<f32>> = values.into_iter().map(Some).collect();
            let size = values.len() as i32;
            FixedSizeListArray::from_iter_primitive::<Float32Type, _, _>([Some(values)], size)
        };
        let mut tags = arrow::array::ListBuilder::new(arrow::array::StringBuilder::new());
        tags.append_value([Some("a, \"b\""), None]);
        let moment = 1_704_110_400_123_456;
        let cases: Vec<(ArrayRef, &str, &str)> = vec![
            (Arc::new(Date32Array::from(vec![19723])), "2024-01-01", ""),
            (
                Arc::new(Date64Array::from(vec![19723 * 86_400_000])),
                "2024-01-01",
                "",
            ),
            (
                Arc::new(TimestampMicrosecondArray::from(vec![moment])),
                "2024-01-01T12:00:00.123456",
                "",
            ),
            (
                Arc::new(
                    TimestampMicrosecondArray::from(vec![moment]).with_timezone("Europe/Berlin"),
                ),
                "2024-01-01T13:00:00.123456+01:00",
                "",
            ),
            (
                Arc::new(TimestampNanosecondArray::from(vec![1]).with_timezone("UTC")),
                "1970-01-01T00:00:00.000000001Z",
                "",
            ),
            (
                Arc::new(Time32SecondArray::from(vec![3661])),
                "01:01:01",
                "",
            ),
            (Arc::new(DurationSecondArray::from(vec![90])), "PT90S", ""),
            (
                Arc::new(
                    Decimal128Array::from(vec![12_345_678_901_234_567_890_i128])
                        .with_precision_and_scale(20, 2)
                        .expect("a decimal"),
                ),
                "123456789012345678.90",
                "",
            ),
            (
                Arc::new(UInt64Array::from(vec![u64::MAX])),
                "18446744073709551615",
                "",
            ),
            (Arc::new(BooleanArray::from(vec![true])), "true", ""),
            (
                Arc::new(DictionaryArray::<Int8Type>::from_iter(["DMSO"])),
                "DMSO",
                "",
            ),
            (
                Arc::new(BinaryArray::from(vec![vec![0_u8; 1234].as_slice()])),
                "1,234 bytes",
                "?",
            ),
            (
                Arc::new(vector(vec![0.1; 6])),
                "vector of 6",
                "[0.1, 0.1, 0.1, 0.1, 0.1, 0.1]",
            ),
            (
                Arc::new(vector(vec![0.5, -1.0])),
                "vector of 2: 0.5, -1.0",
                "[0.5, -1.0]",
            ),
            (
                Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some(
                    (1..9).map(Some),
                )])),
                "vector of 8",
                "[1, 2, 3, 4, 5, 6, 7, 8]",
            ),
            (
                Arc::new(tags.finish()),
                "a, \"b\", –",
                "[\"a, \\\"b\\\"\", null]",
            ),
        ];
        for (array, shown, exact) in cases {
            let kind = array.data_type();
            assert_eq!(shown_text(&array, 0).as_deref(), Some(shown), "{kind}");
            match exact {
                "?" => {}
                "" => assert_eq!(exact_text(&array, 0).as_deref(), Some(shown), "{kind}"),
                exact => assert_eq!(exact_text(&array, 0).as_deref(), Some(exact), "{kind}"),
            }
            assert_eq!(shown_text(&array, 1), None, "{kind}: there is no such row");
        }
    }

    #[test]
    fn what_is_missing_has_none() {
        let keys = arrow::array::Int8Array::from(vec![Some(0), Some(1), None]);
        let values = StringArray::from(vec![Some("a"), None]);
        let dictionary = DictionaryArray::new(keys, Arc::new(values));
        let missing: [ArrayRef; 3] = [
            Arc::new(Float32Array::from(vec![None])),
            Arc::new(NullArray::new(1)),
            Arc::new(dictionary.slice(1, 1)),
        ];
        for array in missing {
            assert_eq!(shown_text(&array, 0), None, "{}", array.data_type());
            assert_eq!(exact_text(&array, 0), None, "{}", array.data_type());
        }
        assert_eq!(shown_text(&dictionary, 0).as_deref(), Some("a"));
    }
}
