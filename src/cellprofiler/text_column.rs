//! From the written text of a column to typed values, with everything that was decided on record.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Builder, Int64Builder, StringBuilder};
use serde::Serialize;

/// Text in a numeric column that became a null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coercion {
    /// Column name as in the file.
    pub column: String,
    /// Line of the file, 1 being the header.
    pub line: u64,
    /// What was written there.
    pub text: String,
}

/// A text column in which some values would also be numbers; all were kept as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MixedColumn {
    /// Column name as in the file.
    pub column: String,
    /// How many values are numbers.
    pub numbers: usize,
    /// How many values are not.
    pub texts: usize,
}

/// Every way in which CellProfiler and its neighbours write a missing value.
pub fn is_null_text(text: &str) -> bool {
    matches!(
        text,
        "" | "nan" | "NaN" | "NAN" | "-nan" | "None" | "none" | "null" | "NULL" | "NA" | "<NA>"
    )
}

/// Names whose values are words even where they look like numbers in places.
fn is_descriptive(name: &str) -> bool {
    [
        "Metadata_",
        "FileName_",
        "PathName_",
        "URL_",
        "MD5Digest_",
        "ObjectsFileName_",
        "ObjectsPathName_",
        "ObjectsURL_",
    ]
    .iter()
    .any(|prefix| {
        name.starts_with(prefix)
            || name
                .strip_prefix("Image_")
                .is_some_and(|rest| rest.starts_with(prefix))
    })
}

/// A whole number as a program writes it: `007` and `+7` are names, not numbers.
fn canonical_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.is_empty()
        && (digits == "0" || !digits.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

/// The typed column and what was noted on the way.
pub(super) struct TypedColumn {
    pub values: ArrayRef,
    pub coerced: Vec<Coercion>,
    pub mixed: Option<MixedColumn>,
}

/// Decides the type of a column and converts it.
///
/// `value(row)` is the written text. A measurement stays numeric when at least half of what is
/// written in it are numbers; names, paths and metadata are numeric only when all of them are.
pub(super) fn type_column<'a>(
    name: &str,
    num_rows: usize,
    value: impl Fn(usize) -> &'a str,
    line: impl Fn(usize) -> u64,
) -> TypedColumn {
    let (mut ints, mut floats, mut texts) = (0_usize, 0_usize, 0_usize);
    let descriptive = is_descriptive(name);
    for row in 0..num_rows {
        let text = value(row).trim();
        if is_null_text(text) {
        } else if canonical_integer(text).is_some() {
            ints += 1;
        } else if !(descriptive && text.bytes().all(|byte| byte.is_ascii_digit()))
            && text.parse::<f64>().is_ok()
        {
            floats += 1;
        } else {
            texts += 1;
        }
    }
    let numbers = ints + floats;
    // A measurement that was never made is still a measurement: all nulls are numbers, not words.
    let numeric = if descriptive {
        texts == 0 && numbers > 0
    } else {
        numbers >= texts
    };
    if !numeric {
        let mut builder = StringBuilder::with_capacity(num_rows, num_rows * 8);
        for row in 0..num_rows {
            let text = value(row);
            builder.append_option((!is_null_text(text.trim())).then_some(text));
        }
        let mixed = (numbers > 0 && !descriptive).then(|| MixedColumn {
            column: name.to_owned(),
            numbers,
            texts,
        });
        return TypedColumn {
            values: Arc::new(builder.finish()),
            coerced: Vec::new(),
            mixed,
        };
    }
    let mut coerced = Vec::new();
    let mut note = |row: usize, text: &str| {
        coerced.push(Coercion {
            column: name.to_owned(),
            line: line(row),
            text: text.to_owned(),
        });
    };
    let values: ArrayRef = if floats == 0 && ints > 0 {
        let mut builder = Int64Builder::with_capacity(num_rows);
        for row in 0..num_rows {
            let text = value(row).trim();
            let number = canonical_integer(text);
            if number.is_none() && !is_null_text(text) {
                note(row, text);
            }
            builder.append_option(number);
        }
        Arc::new(builder.finish())
    } else {
        let mut builder = Float64Builder::with_capacity(num_rows);
        for row in 0..num_rows {
            let text = value(row).trim();
            let number = if is_null_text(text) {
                None
            } else {
                let parsed = text.parse::<f64>().ok().filter(|number| !number.is_nan());
                if parsed.is_none() {
                    note(row, text);
                }
                parsed
            };
            builder.append_option(number);
        }
        Arc::new(builder.finish())
    };
    TypedColumn {
        values,
        coerced,
        mixed: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Array;
    use arrow::datatypes::DataType;

    fn typed(name: &str, texts: &[&'static str]) -> TypedColumn {
        type_column(name, texts.len(), |row| texts[row], |row| row as u64 + 2)
    }

    #[test]
    fn types_follow_what_is_written() {
        let cases: &[(&str, &[&'static str], DataType, usize, usize)] = &[
            ("Number", &["1", "2", ""], DataType::Int64, 1, 0),
            (
                "Area",
                &["1.5", "nan", "NaN", "None", "null", ""],
                DataType::Float64,
                5,
                0,
            ),
            ("Area", &["1", "2.0"], DataType::Float64, 0, 0),
            ("Area", &["1", "2", "x"], DataType::Int64, 1, 1),
            ("Area", &["1.5", "2", "-1.#IND"], DataType::Float64, 1, 1),
            ("Area", &["1", "x", "y"], DataType::Utf8, 0, 0),
            ("Metadata_Plate", &["007", "12"], DataType::Utf8, 0, 0),
            ("Metadata_Site", &["1", "2"], DataType::Int64, 0, 0),
            ("Metadata_Dose", &["1", "2", "x"], DataType::Utf8, 0, 0),
            ("Area", &["", "nan"], DataType::Float64, 2, 0),
            ("Metadata_Note", &["", "None"], DataType::Utf8, 2, 0),
            (
                "Big",
                &["123456789012345678901234567890"],
                DataType::Float64,
                0,
                0,
            ),
            ("Area", &["inf", "1.0"], DataType::Float64, 0, 0),
        ];
        for (name, texts, data_type, nulls, coerced) in cases {
            let column = typed(name, texts);
            assert_eq!(column.values.data_type(), data_type, "{name} {texts:?}");
            assert_eq!(column.values.null_count(), *nulls, "{name} {texts:?}");
            assert_eq!(column.coerced.len(), *coerced, "{name} {texts:?}");
        }
    }

    #[test]
    fn a_coerced_value_is_listed_with_line_and_text() {
        let column = typed("Area", &["1", "oops", "3"]);
        assert_eq!(
            column.coerced,
            [Coercion {
                column: "Area".to_owned(),
                line: 3,
                text: "oops".to_owned()
            }]
        );
    }

    #[test]
    fn a_mixed_text_column_is_noted() {
        assert_eq!(
            typed("Name", &["a", "b", "3"])
                .mixed
                .map(|mixed| mixed.numbers),
            Some(1)
        );
    }
}
