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
mod tests {
    use super::*;
    use arrow::array::Array;

    fn typed(name: &str, texts: &[&str]) -> (ArrayRef, ColumnDecision) {
        let mut counts = ColumnCounts::default();
        for (row, text) in texts.iter().enumerate() {
            counts.add(row as u32, text, is_descriptive(name));
        }
        let decision = counts.decide(name, |row| u64::from(row) + 2);
        let mut builder = ColumnBuilder::new(&decision.data_type, texts.len());
        for text in texts {
            builder.append(text);
        }
        (builder.finish(), decision)
    }

    #[test]
    fn plain_numbers_are_what_a_closer_look_finds() {
        let texts = [
            "0",
            "-0",
            "7",
            "-7",
            "007",
            "+7",
            "123456789012345678",
            "1234567890123456789",
            "1.5",
            "-1.25e-07",
            "1.5E+300",
            "1e5",
            "1.5e",
            "1.",
            ".5",
            "-",
            "",
            "nan",
            "inf",
            "1,5",
            "1.5x",
            "00.5",
            "9007199254740993",
            "1.7976931348623157e308",
            "4.9e-324",
        ];
        for text in texts {
            let whole = |len: usize| len == text.len();
            let written = classify(text, false);
            if let Some((number, _)) = plain_number(text.as_bytes()).filter(|found| whole(found.1))
            {
                let expected = match number {
                    PlainNumber::Integer => Written::Integer,
                    PlainNumber::Float => Written::Float,
                };
                assert_eq!(written, expected, "{text}");
            }
            for data_type in [DataType::Int64, DataType::Float64, DataType::Utf8] {
                let mut slow = ColumnBuilder::new(&data_type, 1);
                slow.append(text);
                let mut fast = ColumnBuilder::new(&data_type, 1);
                let plain = fast.plain(text.as_bytes());
                if let Some((value, _)) = plain.filter(|found| whole(found.1)) {
                    fast.append_plain(value);
                    assert_eq!(&fast.finish(), &slow.finish(), "{text} as {data_type}");
                }
            }
        }
        // The usual ones are plain.
        for text in ["12", "-3", "1.25", "-1.25e-07"] {
            assert_eq!(
                plain_number(text.as_bytes()).map(|found| found.1),
                Some(text.len())
            );
        }
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
            (
                "Area",
                &["1.", ".5", "-2.5e-7", "1E5"],
                DataType::Float64,
                0,
                0,
            ),
            ("Area", &[".", "-", "1.5"], DataType::Utf8, 0, 0),
            ("Metadata_Plate", &["007", "12"], DataType::Utf8, 0, 0),
            ("Metadata_Site", &["1", "2"], DataType::Int64, 0, 0),
            ("Metadata_Dose", &["1", "2", "x"], DataType::Utf8, 0, 0),
            (
                "Metadata_Plate",
                &["24E0123", "24E0124"],
                DataType::Utf8,
                0,
                0,
            ),
            ("Metadata_Plate", &["24E0401", "1"], DataType::Utf8, 0, 0),
            (
                "MD5Digest_DNA",
                &["593e35", "12345678901234567890123456789012"],
                DataType::Utf8,
                0,
                0,
            ),
            (
                "Image_Metadata_Well",
                &["1E05", "2E05"],
                DataType::Utf8,
                0,
                0,
            ),
            ("image_Metadata_Barcode", &["1e10"], DataType::Utf8, 0, 0),
            ("Barcode", &["1E5"], DataType::Utf8, 0, 0),
            ("Plate", &["1e+10"], DataType::Utf8, 0, 0),
            (
                "Cells_Metadata_Plate",
                &["inf", "nan"],
                DataType::Utf8,
                1,
                0,
            ),
            ("FileName_DNA", &["+7", "7"], DataType::Utf8, 0, 0),
            ("Metadata_Batch", &["-0", "0x1f"], DataType::Utf8, 0, 0),
            ("Metadata_Batch", &["1.10", "1.1"], DataType::Utf8, 0, 0),
            // Doses are quantities, whoever wrote them; plates and batches are names.
            (
                "Metadata_Dose",
                &["1E-05", "0.50", ".5", "10", "1e+02"],
                DataType::Float64,
                0,
                0,
            ),
            (
                "Image_Metadata_Concentration_uM",
                &["1.50", "0.5"],
                DataType::Float64,
                0,
                0,
            ),
            ("Metadata_Dose", &["0.50", "vehicle"], DataType::Utf8, 0, 0),
            ("Metadata_Dose", &["007", "0.5"], DataType::Utf8, 0, 0),
            ("Metadata_Dose", &["24E0123", "0.5"], DataType::Utf8, 0, 0),
            ("Metadata_TimePoint", &["0.50"], DataType::Float64, 0, 0),
            ("Metadata_Batch", &["1.", ".5"], DataType::Utf8, 0, 0),
            ("TableNumber", &["9e12", "12"], DataType::Utf8, 0, 0),
            (
                "Metadata_Id",
                &["9007199254740993", "0.5"],
                DataType::Utf8,
                0,
                0,
            ),
            (
                "Metadata_Dose",
                &["0.5", "2.0", "-10", "1e-05", "1.5e-07", "nan", " 3"],
                DataType::Float64,
                1,
                0,
            ),
            (
                "Metadata_Site",
                &["-1", "0", "9007199254740993"],
                DataType::Int64,
                0,
                0,
            ),
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
            ("Area", &["-inf", "Infinity", "1"], DataType::Float64, 0, 0),
            // Larger than any number is none, and no infinity that was measured.
            ("Area", &["1e400", "1.0", "2"], DataType::Float64, 1, 1),
            ("Area", &["1.5e400", "1.0", "2"], DataType::Float64, 1, 1),
            ("Area", &["1.5e-400", "1.0"], DataType::Float64, 0, 0),
            ("Area", &["#N/A", "N/A", "1.5"], DataType::Float64, 2, 0),
            ("Metadata_Site", &["#N/A", "1"], DataType::Int64, 1, 0),
            ("Area", &["1,5", "2,5"], DataType::Utf8, 0, 0),
            ("Flag", &["True", "False"], DataType::Utf8, 0, 0),
            ("Area", &["007", "1"], DataType::Float64, 0, 0),
        ];
        for (name, texts, data_type, nulls, coerced) in cases {
            let (values, decision) = typed(name, texts);
            assert_eq!(values.data_type(), data_type, "{name} {texts:?}");
            assert_eq!(values.null_count(), *nulls, "{name} {texts:?}");
            assert_eq!(decision.coerced.len(), *coerced, "{name} {texts:?}");
        }
    }

    #[test]
    fn a_coerced_value_is_listed_with_line_and_text() {
        let (_, decision) = typed("Area", &["1", "oops", "3"]);
        assert_eq!(
            decision.coerced,
            [Coercion {
                column: "Area".to_owned(),
                line: 3,
                text: "oops".to_owned()
            }]
        );
    }

    #[test]
    fn commas_in_numbers_are_noted() {
        for (name, texts, commas) in [
            ("Area", &["1,5", "-2,5e3", "x"][..], 2),
            ("Area", &["1,234", "1,234,567.8", "5"], 2),
            ("Metadata_Dose", &["0,5"], 1),
            ("Metadata_Sites", &["1,2"], 0),
            ("Area", &["a,b", ",", "1, 2", "1;2"], 0),
        ] {
            let found = typed(name, texts).1.commas;
            assert_eq!(found.map_or(0, |(number, _)| number), commas, "{texts:?}");
        }
    }

    #[test]
    fn whole_numbers_that_are_rounded_are_noted() {
        for (texts, rounded) in [
            (&["9007199254740993", "0.5"][..], 1),
            (&["12345678901234567891", "12345678901234567893"], 2),
            (&["9007199254740993", "5"], 0),
            (&["10000000000000000", "0.5"], 0),
        ] {
            let found = typed("Cells_Id", texts).1.rounded;
            assert_eq!(found.map_or(0, |(number, _)| number), rounded, "{texts:?}");
        }
    }

    #[test]
    fn long_texts_are_not_held() {
        let long = "x".repeat(100_000);
        let (_, decision) = typed("Area", &["1", "2", &long]);
        assert!(decision.size.is_long());
        assert!(decision.coerced[0].text.len() < 200);
    }

    #[test]
    fn a_mixed_text_column_is_noted() {
        assert_eq!(
            typed("Name", &["a", "b", "3"])
                .1
                .mixed
                .map(|mixed| mixed.numbers),
            Some(1)
        );
    }
}
