//! What two tables of an export say differently of the same image.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::compute::cast;
use arrow::compute::kernels::cmp::distinct;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use super::{ColumnRemark, Verification, VerificationKind};
use cytolance_profile::{KeyPart, Well};
use cytolance_sources::text_of;

/// What a table says in a column, row by row.
pub(super) struct Said<'a> {
    /// The table's label.
    pub table: &'a str,
    pub values: ArrayRef,
}

/// An image of an import: its part, and its place among the part's fields of view.
pub(super) type FieldNumber = (usize, usize);

/// Column, the table whose value is kept, and the other one.
type Pair = (String, String, String);

/// What is known of one column of two tables.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Compared {
    /// Images of which both say something.
    images: BTreeSet<FieldNumber>,
    /// Those of which they say something else, with the first such pair of values.
    differing: BTreeMap<FieldNumber, (String, String)>,
}

/// All columns that several tables have.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Contradictions(BTreeMap<Pair, Compared>);

impl Contradictions {
    /// Compares what tables say in a column of the same rows. A value is held against the first one before it.
    /// `field_of` says the image of a row.
    ///
    /// # Errors
    /// Arrow's, when values of different types cannot be compared.
    pub fn compare(
        &mut self,
        column: &str,
        said: &[Said<'_>],
        field_of: impl Fn(usize) -> FieldNumber,
    ) -> Result<(), ArrowError> {
        let key = KeyPart::of(column);
        for (at, other) in said.iter().enumerate() {
            let len = other.values.len();
            // Rows of which no table before the next one says anything.
            let mut open: Vec<bool> = vec![true; len];
            for first in &said[..at] {
                let differs = differences(&first.values, &other.values)?;
                let pair = (
                    column.to_owned(),
                    first.table.to_owned(),
                    other.table.to_owned(),
                );
                let compared = self.0.entry(pair).or_default();
                let mut last = None;
                for (row, open) in open.iter_mut().enumerate() {
                    if !*open || first.values.is_null(row) {
                        continue;
                    }
                    *open = false;
                    if other.values.is_null(row) {
                        continue;
                    }
                    let field = field_of(row);
                    if last != Some(field) {
                        compared.images.insert(field);
                        last = Some(field);
                    }
                    if !differs.value(row) || compared.differing.contains_key(&field) {
                        continue;
                    }
                    let texts = (text(&first.values, row), text(&other.values, row));
                    if !is_same(key, &texts.0, &texts.1) {
                        compared.differing.insert(field, texts);
                    }
                }
                if !open.contains(&true) {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Takes in what was found in other rows.
    pub fn add(&mut self, other: &Self) {
        for (pair, compared) in &other.0 {
            let known = self.0.entry(pair.clone()).or_default();
            known.images.extend(&compared.images);
            for (field, texts) in &compared.differing {
                known
                    .differing
                    .entry(*field)
                    .or_insert_with(|| texts.clone());
            }
        }
    }

    /// How many of the values that two tables have of an image are the same. The remarks name those that are not.
    pub fn verification(&self) -> Verification {
        let mut line = Verification::new(VerificationKind::Tables, "metadata values");
        for compared in self.0.values() {
            let differing = compared.differing.len();
            line.agree(compared.images.len() - differing);
            line.checked += differing;
            line.contradicted += differing;
        }
        line
    }

    /// A remark for every column in which two tables differ.
    pub fn remarks(&self) -> impl Iterator<Item = ColumnRemark> {
        let compared = self.0.iter();
        compared.filter_map(|((column, first, other), compared)| {
            let (one, two) = compared.differing.values().next()?;
            Some(ColumnRemark::Contradiction {
                column: column.clone(),
                tables: [first.clone(), other.clone()],
                values: [one.clone(), two.clone()],
                differing: compared.differing.len(),
                images: compared.images.len(),
            })
        })
    }
}

/// The rows in which values differ, as far as they are spelled.
fn differences(one: &ArrayRef, other: &ArrayRef) -> Result<BooleanArray, ArrowError> {
    if one.data_type() == other.data_type() {
        return distinct(one, other);
    }
    distinct(&cast(one, &DataType::Utf8)?, &cast(other, &DataType::Utf8)?)
}

fn text(values: &ArrayRef, row: usize) -> String {
    text_of(values, row)
        .or_else(|| arrow::util::display::array_value_to_string(values, row).ok())
        .unwrap_or_default()
}

/// Whether two spellings are of one value: `1`, `01` and `1.0`, or the wells `A1` and `a01`.
fn is_same(key: Option<KeyPart>, one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    if one == other {
        return true;
    }
    if key == Some(KeyPart::Well)
        && let (Some(one), Some(other)) = (Well::parse(one), Well::parse(other))
    {
        return one == other;
    }
    plain_number(one).is_some_and(|one| plain_number(other) == Some(one))
}

/// Sign, whole digits and fraction of a number written without an exponent, without what changes nothing.
fn plain_number(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = are_digits(whole) && are_digits(fraction);
    if !is_number || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let is_zero = whole.is_empty() && fraction.is_empty();
    Some((negative && !is_zero, whole, fraction))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, Int64Array, StringArray};

    use super::*;

    fn texts(values: &[Option<&str>]) -> ArrayRef {
        Arc::new(StringArray::from(values.to_vec()))
    }

    fn found(column: &str, tables: &[(&'static str, ArrayRef)]) -> Vec<String> {
        let said: Vec<Said> = tables
            .iter()
            .map(|(table, values)| Said {
                table,
                values: Arc::clone(values),
            })
            .collect();
        let mut all = Contradictions::default();
        // Two rows an image, in pieces that cut through an image.
        for rows in [0..1, 1..4] {
            let pieces: Vec<Said> = said
                .iter()
                .map(|said| Said {
                    table: said.table,
                    values: said.values.slice(rows.start, rows.len()),
                })
                .collect();
            let mut part = Contradictions::default();
            let field_of = |row| {
                let place = rows.start + row;
                (0, place / 2)
            };
            part.compare(column, &pieces, field_of).expect("compared");
            all.add(&part);
        }
        all.remarks().map(|remark| remark.to_string()).collect()
    }

    #[test]
    fn values_are_compared_not_spellings() {
        let cases = [
            ("Metadata_Well", "A1", "a01", true),
            ("Metadata_Well", "A01", "C05", false),
            ("Metadata_Dose", "1", "01", true),
            ("Metadata_Dose", "1.0", "1", true),
            ("Metadata_Dose", "-0.50", "-.5", true),
            ("Metadata_Dose", "0", "-0.0", true),
            ("Metadata_Dose", "1", "-1", false),
            ("Metadata_Plate", "24E01", "240", false),
            ("Metadata_Plate", "", ".", false),
            ("Metadata_Plate", "p1", "P1", false),
        ];
        for (column, one, other, expected) in cases {
            let key = KeyPart::of(column);
            assert_eq!(is_same(key, one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn images_are_counted_once_and_nulls_contradict_nobody() {
        let image = texts(&[Some("A01"), Some("A01"), None, None]);
        let cells = texts(&[None, Some("C05"), Some("C06"), Some("C06")]);
        let nuclei = texts(&[Some("A1"), Some("A1"), Some("D07"), None]);
        assert_eq!(
            found(
                "Metadata_Well",
                &[
                    ("Image.csv", Arc::clone(&image)),
                    ("Cells.csv", cells),
                    ("Nuclei.csv", nuclei)
                ]
            ),
            [
                "Metadata_Well of Cells.csv (C06) and of Nuclei.csv (D07) contradict each other in 1 of 1 image: are they of one run? The value of Cells.csv is kept",
                "Metadata_Well of Image.csv (A01) and of Cells.csv (C05) contradict each other in 1 of 1 image: are they of one run? The value of Image.csv is kept",
            ]
        );
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 1, 2, 2]));
        let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 1.0, 2.0, 2.5]));
        let words = texts(&[Some("01"), Some("1.0"), Some("2"), Some("2")]);
        assert_eq!(
            found(
                "Metadata_Site",
                &[("a", Arc::clone(&numbers)), ("b", words)]
            ),
            [""; 0]
        );
        let remarks = found("Metadata_Site", &[("a", numbers), ("b", floats)]);
        assert_eq!(remarks.len(), 1);
        assert!(remarks[0].contains("in 1 of 2 images"), "{remarks:?}");
    }
}
