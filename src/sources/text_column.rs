//! From the written text of a column to typed values, with everything that was decided on record.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Builder, Int64Builder, StringBuilder};
use arrow::datatypes::DataType;
use serde::{Deserialize, Serialize};

use super::text_size::TextSize;
use super::written::{
    PlainNumber, Written, classify, has_number_commas, is_descriptive, is_null_text, is_quantity,
    plain_number, runs_over,
};

/// Texts of one numeric column that are listed one by one; more are counted.
const LISTED: usize = 10_000;

/// Text in a numeric column that became a null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coercion {
    /// Column name as in the file.
    pub column: String,
    /// Line of the file (1 being the header), or row of the table.
    pub line: u64,
    /// What was written there.
    pub text: String,
}

/// A text column in which some values would also be numbers; all were kept as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MixedColumn {
    /// Column name as in the file.
    pub column: String,
    /// How many values are numbers.
    pub numbers: usize,
    /// How many values are not.
    pub texts: usize,
}

/// Whole numbers up to here are exact among fractions: 2^53.
const EXACT: u64 = 1 << 53;

/// Counts of what is written in a column.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnCounts {
    pub integers: usize,
    pub floats: usize,
    pub texts: usize,
    pub nulls: usize,
    /// Texts that are numbers where the column is one of quantities; not among `texts`.
    decimals: usize,
    /// Whole numbers that would not be exact among fractions.
    wide: usize,
    /// First texts, with the row.
    listed: Vec<(u32, String)>,
    /// Of texts and bytes.
    size: TextSize,
    /// Texts that are numbers with commas, and the first of them.
    commas: Option<(usize, String)>,
    /// Numbers that may have been names, and the first of them.
    converted: Option<(usize, String)>,
    /// Whole numbers that fractions do not hold exactly, and the first of them.
    inexact: Option<(usize, String)>,
}

/// Letters of a text that is listed.
const LISTED_LETTERS: usize = 120;

/// Counts an example among others of its kind.
fn count(counted: &mut Option<(usize, String)>, example: impl FnOnce() -> String) {
    match counted {
        Some((number, _)) => *number += 1,
        None => *counted = Some((1, example())),
    }
}

/// Whether a text is a whole number that fractions do not hold exactly.
fn is_inexact(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && text
            .parse::<i128>()
            .is_ok_and(|number| number != (number as f64) as i128)
}

/// A text as a list shows it.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LISTED_LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl ColumnCounts {
    /// Takes in a plain number of a column that is not of names.
    #[inline]
    pub fn add_plain(&mut self, number: PlainNumber) {
        match number {
            PlainNumber::Integer => self.integers += 1,
            PlainNumber::Float => self.floats += 1,
        }
    }

    /// Takes in the value of a row.
    pub fn add(&mut self, row: u32, text: &str, descriptive: bool) {
        if !descriptive && text.len() > 15 && is_inexact(text.trim()) {
            count(&mut self.inexact, || shortened(text.trim()));
        }
        match classify(text, descriptive) {
            Written::Null => self.nulls += 1,
            Written::Integer => {
                let is_wide = descriptive
                    && text.len() > 15
                    && text
                        .trim()
                        .parse::<i64>()
                        .is_ok_and(|number| number.unsigned_abs() > EXACT);
                self.wide += usize::from(is_wide);
                self.integers += 1;
            }
            Written::Float => self.floats += 1,
            Written::Decimal => self.decimals += 1,
            Written::Text => self.add_text(row, text, descriptive),
        }
    }

    /// Takes in bytes that are no text.
    pub fn add_blob(&mut self, bytes: usize) {
        self.size.take(bytes);
    }

    /// Takes in a number that is stored as one, whatever it was written as: SQLite stores the name `24E0123` as a number
    /// where the type of its column is one.
    pub fn add_float(&mut self, number: f64, descriptive: bool) {
        self.floats += 1;
        let magnitude = number.abs();
        if descriptive && number != 0.0 && !(1e-9..1e15).contains(&magnitude) {
            count(&mut self.converted, || number.to_string());
        }
    }

    /// Takes in a number that is stored as a whole one.
    pub fn add_integer(&mut self, number: i64) {
        if number.unsigned_abs() > EXACT {
            count(&mut self.inexact, || number.to_string());
        }
        self.wide += usize::from(number.unsigned_abs() > EXACT);
        self.integers += 1;
    }

    pub fn add_text(&mut self, row: u32, text: &str, descriptive: bool) {
        self.texts += 1;
        self.size.take(text.len());
        if has_number_commas(text) {
            count(&mut self.commas, || shortened(text.trim()));
        }
        // A column of words lists nothing in the end; what is numeric so far might.
        if !descriptive
            && self.listed.len() < LISTED
            && self.texts <= self.integers + self.floats + LISTED
        {
            self.listed.push((row, shortened(text.trim())));
        }
    }

    /// Takes in the counts of later rows.
    pub fn merge(&mut self, later: Self) {
        self.integers += later.integers;
        self.floats += later.floats;
        self.texts += later.texts;
        self.decimals += later.decimals;
        self.nulls += later.nulls;
        self.wide += later.wide;
        self.size.add(later.size);
        for (counted, later) in [
            (&mut self.commas, later.commas),
            (&mut self.converted, later.converted),
            (&mut self.inexact, later.inexact),
        ] {
            match (counted.as_mut(), later) {
                (Some((number, _)), Some((more, _))) => *number += more,
                (None, later) => *counted = later,
                (Some(_), None) => {}
            }
        }
        let room = LISTED - self.listed.len();
        self.listed.extend(later.listed.into_iter().take(room));
    }

    /// Decides the type.
    ///
    /// A measurement stays numeric when at least half of what is written in it are numbers; names, paths and metadata
    /// are numeric only when all of them are.
    pub fn decide(mut self, name: &str, line: impl Fn(u32) -> u64) -> ColumnDecision {
        if is_quantity(name) {
            self.floats += self.decimals;
        } else {
            self.texts += self.decimals;
        }
        let descriptive = is_descriptive(name);
        let numbers = self.integers + self.floats;
        let is_filled = numbers + self.texts > 0;
        let (size, converted) = (self.size, self.converted);
        let commas = self.commas.filter(|_| !descriptive || is_quantity(name));
        // A measurement that was never made is still a measurement: all nulls are numbers, not words.
        let numeric = if descriptive {
            self.texts == 0 && numbers > 0 && (self.wide == 0 || self.floats == 0)
        } else {
            numbers >= self.texts
        };
        if !numeric {
            return ColumnDecision {
                data_type: DataType::Utf8,
                is_filled,
                size,
                commas,
                converted,
                rounded: None,
                coerced: Vec::new(),
                num_coerced: 0,
                mixed: (numbers > 0 && !descriptive).then(|| MixedColumn {
                    column: name.to_owned(),
                    numbers,
                    texts: self.texts,
                }),
            };
        }
        let data_type = if self.floats == 0 && self.integers > 0 {
            DataType::Int64
        } else {
            DataType::Float64
        };
        ColumnDecision {
            rounded: self.inexact.filter(|_| data_type == DataType::Float64),
            data_type,
            is_filled,
            size,
            commas,
            converted,
            coerced: self
                .listed
                .into_iter()
                .map(|(row, text)| Coercion {
                    column: name.to_owned(),
                    line: line(row),
                    text,
                })
                .collect(),
            num_coerced: self.texts,
            mixed: None,
        }
    }
}

/// The type of a column and what was noted on the way.
#[derive(Debug)]
pub(super) struct ColumnDecision {
    pub data_type: DataType,
    /// Texts that become nulls; the first ones where there are very many.
    pub coerced: Vec<Coercion>,
    /// All texts that become nulls.
    pub num_coerced: usize,
    pub mixed: Option<MixedColumn>,
    /// Some row has a value.
    pub is_filled: bool,
    /// Of its texts.
    pub size: TextSize,
    /// Texts that are numbers with commas, and the first of them.
    pub commas: Option<(usize, String)>,
    /// Numbers that may have been names, and the first of them.
    pub converted: Option<(usize, String)>,
    /// Whole numbers that are rounded, and the first of them.
    pub rounded: Option<(usize, String)>,
}

/// A number that was read.
#[derive(Debug, Clone, Copy)]
pub(super) enum PlainValue {
    Integer(i64),
    Float(f64),
}

/// Typed values from written ones.
#[derive(Debug)]
pub(super) enum ColumnBuilder {
    Integers(Int64Builder),
    Floats(Float64Builder),
    Texts(StringBuilder),
}

impl ColumnBuilder {
    pub fn new(data_type: &DataType, rows: usize) -> Self {
        match data_type {
            DataType::Int64 => Self::Integers(Int64Builder::with_capacity(rows)),
            DataType::Float64 => Self::Floats(Float64Builder::with_capacity(rows)),
            _ => Self::Texts(StringBuilder::with_capacity(rows, rows * 8)),
        }
    }

    /// Reads a number of the column's type from the beginning of some bytes, and how long it is.
    #[inline]
    pub fn plain(&self, bytes: &[u8]) -> Option<(PlainValue, usize)> {
        match self {
            Self::Floats(_) => {
                let (number, len) = fast_float2::parse_partial::<f64, _>(bytes).ok()?;
                // A number beyond all others is looked at as text, and so is a word for infinity.
                number
                    .is_finite()
                    .then_some((PlainValue::Float(number), len))
            }
            Self::Integers(_) => {
                let (PlainNumber::Integer, len) = plain_number(bytes)? else {
                    return None;
                };
                let (negative, digits) = match bytes[..len].strip_prefix(b"-") {
                    Some(digits) => (true, digits),
                    None => (false, &bytes[..len]),
                };
                let number = digits
                    .iter()
                    .fold(0, |number, digit| 10 * number + i64::from(digit - b'0'));
                let number = if negative { -number } else { number };
                Some((PlainValue::Integer(number), len))
            }
            Self::Texts(_) => None,
        }
    }

    /// Appends what [`Self::plain`] read.
    #[inline]
    pub fn append_plain(&mut self, value: PlainValue) {
        match (self, value) {
            (Self::Floats(builder), PlainValue::Float(number)) => builder.append_value(number),
            (Self::Integers(builder), PlainValue::Integer(number)) => builder.append_value(number),
            (other, PlainValue::Float(number)) => other.append_float(number),
            (other, PlainValue::Integer(number)) => other.append_integer(number),
        }
    }

    /// Appends a written value; what does not fit the type becomes a null.
    pub fn append(&mut self, text: &str) {
        match self {
            Self::Integers(builder) => {
                let trimmed = text.trim();
                let number = (classify(trimmed, false) == Written::Integer)
                    .then(|| trimmed.parse().ok())
                    .flatten();
                builder.append_option(number);
            }
            Self::Floats(builder) => {
                let number = text.trim().parse::<f64>().ok();
                let is_told = |number: &f64| !number.is_nan() && !runs_over(*number, text);
                builder.append_option(number.filter(is_told));
            }
            Self::Texts(builder) => {
                builder.append_option((!is_null_text(text.trim())).then_some(text));
            }
        }
    }

    pub fn append_integer(&mut self, number: i64) {
        match self {
            Self::Integers(builder) => builder.append_value(number),
            Self::Floats(builder) => builder.append_value(number as f64),
            Self::Texts(builder) => builder.append_value(number.to_string()),
        }
    }

    pub fn append_float(&mut self, number: f64) {
        match self {
            Self::Integers(builder) => builder.append_null(),
            Self::Floats(builder) => builder.append_option((!number.is_nan()).then_some(number)),
            Self::Texts(builder) => {
                builder.append_option((!number.is_nan()).then(|| number.to_string()));
            }
        }
    }

    pub fn append_null(&mut self) {
        match self {
            Self::Integers(builder) => builder.append_null(),
            Self::Floats(builder) => builder.append_null(),
            Self::Texts(builder) => builder.append_null(),
        }
    }

    pub fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Integers(builder) => Arc::new(builder.finish()),
            Self::Floats(builder) => Arc::new(builder.finish()),
            Self::Texts(builder) => Arc::new(builder.finish()),
        }
    }
}

#[cfg(test)]
mod tests;
