//! A column in memory.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};

use crate::profile::{ColumnInfo, ColumnKind, RowSet};

/// Code of a missing category.
pub const NULL_CODE: u32 = u32::MAX;

/// The values of a column.
#[derive(Debug)]
pub enum Values {
    /// Whole numbers, exact; with the set of null rows, if there are any.
    Integers(Arc<[i64]>, Option<Arc<RowSet>>),
    /// Numbers; NaN where null.
    Floats(Arc<[f64]>),
    /// Text or yes and no: a code for every row ([`NULL_CODE`] where null) and the sorted distinct values.
    Categories {
        /// Place of each row's value in `names`.
        codes: Arc<[u32]>,
        /// Distinct values, in natural order.
        names: Arc<[String]>,
    },
}

/// A column in memory: one value a row.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it stores.
    pub kind: ColumnKind,
    /// Its values.
    pub values: Values,
    numbers: OnceLock<Option<Arc<[f64]>>>,
}

impl Column {
    /// Converts an Arrow array; `None` for pictures and other things that are no values.
    pub fn from_arrow(info: &ColumnInfo, array: &ArrayRef) -> Option<Self> {
        let values = match info.kind {
            ColumnKind::Integer if *array.data_type() != DataType::UInt64 => {
                let ints = cast(array, &DataType::Int64).ok()?;
                let ints = ints.as_primitive_opt::<Int64Type>()?;
                let nulls = (ints.null_count() > 0).then(|| {
                    let rows = (0..ints.len())
                        .filter(|row| ints.is_null(*row))
                        .map(|row| row as u32);
                    Arc::new(RowSet::from_rows(ints.len(), rows))
                });
                Values::Integers(ints.values().as_ref().into(), nulls)
            }
            ColumnKind::Integer | ColumnKind::Float => {
                let floats = cast(array, &DataType::Float64).ok()?;
                let floats = floats.as_primitive_opt::<Float64Type>()?;
                Values::Floats(match floats.null_count() {
                    0 => floats.values().as_ref().into(),
                    _ => floats
                        .iter()
                        .map(|value| value.unwrap_or(f64::NAN))
                        .collect(),
                })
            }
            ColumnKind::Text | ColumnKind::Boolean => {
                let texts = cast(array, &DataType::Utf8).ok()?;
                categories(texts.as_string_opt::<i32>()?)
            }
            _ => return None,
        };
        Some(Self {
            name: info.name.clone(),
            kind: info.kind,
            values,
            numbers: OnceLock::new(),
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Integers(values, _) => values.len(),
            Values::Floats(values) => values.len(),
            Values::Categories { codes, .. } => codes.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes in memory, those of converted numbers included.
    pub fn bytes(&self) -> usize {
        match &self.values {
            // Twice: the numbers as f64 are kept once a plot or filter has asked for them.
            Values::Integers(values, _) => values.len() * 16,
            Values::Floats(values) => values.len() * 8,
            Values::Categories { codes, names } => {
                codes.len() * 4 + names.iter().map(|name| name.len() + 24).sum::<usize>()
            }
        }
    }

    /// Whether a row has no value.
    pub fn is_null(&self, row: u32) -> bool {
        match &self.values {
            Values::Integers(values, nulls) => {
                row as usize >= values.len()
                    || nulls.as_ref().is_some_and(|nulls| nulls.contains(row))
            }
            Values::Floats(values) => values.get(row as usize).is_none_or(|value| value.is_nan()),
            Values::Categories { codes, .. } => codes
                .get(row as usize)
                .is_none_or(|code| *code == NULL_CODE),
        }
    }

    /// A row's value as a number.
    pub fn number(&self, row: u32) -> Option<f64> {
        if self.is_null(row) {
            return None;
        }
        match &self.values {
            Values::Integers(values, _) => values.get(row as usize).map(|value| *value as f64),
            Values::Floats(values) => values.get(row as usize).copied(),
            Values::Categories { .. } => None,
        }
    }

    /// A row's value as text, numbers in the shortest form that reads back as the same.
    pub fn text(&self, row: u32) -> Option<String> {
        if self.is_null(row) {
            return None;
        }
        match &self.values {
            Values::Integers(values, _) => values.get(row as usize).map(i64::to_string),
            Values::Floats(values) => values.get(row as usize).map(f64::to_string),
            Values::Categories { codes, names } => {
                names.get(*codes.get(row as usize)? as usize).cloned()
            }
        }
    }

    /// All values as numbers, NaN where null; `None` for text.
    pub fn numbers(&self) -> Option<Arc<[f64]>> {
        match &self.values {
            Values::Floats(values) => Some(Arc::clone(values)),
            Values::Categories { .. } => None,
            Values::Integers(values, nulls) => self
                .numbers
                .get_or_init(|| {
                    let mut numbers: Vec<f64> = values.iter().map(|value| *value as f64).collect();
                    for row in nulls.iter().flat_map(|nulls| nulls.iter()) {
                        numbers[row as usize] = f64::NAN;
                    }
                    Some(numbers.into())
                })
                .clone(),
        }
    }

    /// Smallest and largest finite value.
    pub fn range(&self) -> Option<(f64, f64)> {
        let numbers = self.numbers()?;
        let mut finite = numbers.iter().copied().filter(|value| value.is_finite());
        let first = finite.next()?;
        Some(finite.fold((first, first), |(min, max), value| {
            (min.min(value), max.max(value))
        }))
    }

    /// Rows without a value.
    pub fn null_count(&self) -> usize {
        (0..self.len() as u32)
            .filter(|row| self.is_null(*row))
            .count()
    }

    /// Rows of each category, of all rows or of the shown ones; empty for numbers.
    pub fn category_counts(&self, shown: Option<&RowSet>) -> Vec<usize> {
        let Values::Categories { codes, names } = &self.values else {
            return Vec::new();
        };
        let mut counts = vec![0; names.len()];
        for (row, code) in codes.iter().enumerate() {
            if shown.is_none_or(|shown| shown.contains(row as u32))
                && let Some(count) = counts.get_mut(*code as usize)
            {
                *count += 1;
            }
        }
        counts
    }
}

fn categories(texts: &StringArray) -> Values {
    let mut places: HashMap<&str, u32> = HashMap::new();
    let mut names: Vec<&str> = Vec::new();
    let first: Vec<u32> = texts
        .iter()
        .map(|text| match text {
            None => NULL_CODE,
            Some(text) => *places.entry(text).or_insert_with(|| {
                names.push(text);
                names.len() as u32 - 1
            }),
        })
        .collect();
    let mut order: Vec<u32> = (0..names.len() as u32).collect();
    order.sort_by(|a, b| natural(names[*a as usize], names[*b as usize]));
    let mut rank = vec![0_u32; names.len()];
    for (at, place) in order.iter().enumerate() {
        rank[*place as usize] = at as u32;
    }
    let codes = first
        .into_iter()
        .map(|code| rank.get(code as usize).copied().unwrap_or(NULL_CODE))
        .collect();
    let names = order
        .iter()
        .map(|place| names[*place as usize].to_owned())
        .collect();
    Values::Categories { codes, names }
}

/// Order that people expect: numbers within texts count as numbers, case does not count unless all else is equal.
fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    use std::cmp::Ordering;
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    let number = |chars: &mut std::iter::Peekable<std::str::Chars>| {
        let mut digits = String::new();
        while let Some(digit) = chars.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.trim_start_matches('0').to_owned()
    };
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return a.cmp(b),
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, y) = (number(&mut left), number(&mut right));
                x.len().cmp(&y.len()).then_with(|| x.cmp(&y))
            }
            (Some(x), Some(y)) => {
                let order = x.to_lowercase().cmp(y.to_lowercase());
                left.next();
                right.next();
                order
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{BooleanArray, Float64Array, Int32Array, UInt64Array};

    fn column(kind: ColumnKind, array: impl Array + 'static) -> Column {
        let info = ColumnInfo {
            name: "x".to_owned(),
            kind,
            role: crate::profile::Role::Feature,
            arrow_type: String::new(),
        };
        let array: ArrayRef = Arc::new(array);
        Column::from_arrow(&info, &array).expect("a column")
    }

    #[test]
    fn every_kind_has_texts_and_nulls() {
        let cases = [
            (
                column(ColumnKind::Integer, Int32Array::from(vec![Some(7), None])),
                "7",
                Some(7.0),
            ),
            (
                column(ColumnKind::Float, Float64Array::from(vec![Some(0.1), None])),
                "0.1",
                Some(0.1),
            ),
            (
                column(ColumnKind::Integer, UInt64Array::from(vec![Some(7), None])),
                "7",
                Some(7.0),
            ),
            (
                column(
                    ColumnKind::Text,
                    StringArray::from(vec![Some("DMSO"), None]),
                ),
                "DMSO",
                None,
            ),
            (
                column(
                    ColumnKind::Boolean,
                    BooleanArray::from(vec![Some(true), None]),
                ),
                "true",
                None,
            ),
        ];
        for (column, text, number) in cases {
            assert_eq!(column.text(0).as_deref(), Some(text));
            assert_eq!(column.number(0), number, "{text}");
            assert!(
                column.is_null(1) && !column.is_null(0) && column.is_null(9),
                "{text}"
            );
            assert_eq!((column.text(1), column.number(1)), (None, None), "{text}");
            assert_eq!((column.len(), column.null_count()), (2, 1), "{text}");
        }
    }

    #[test]
    fn integers_are_exact_and_their_numbers_have_nan() {
        let big = 9_007_199_254_740_993_i64;
        let column = column(
            ColumnKind::Integer,
            arrow::array::Int64Array::from(vec![Some(big), None, Some(2)]),
        );
        assert_eq!(column.text(0), Some(big.to_string()));
        let numbers = column.numbers().expect("numbers");
        assert!(numbers[1].is_nan() && numbers[2] == 2.0);
        assert_eq!(column.range().map(|(min, _)| min), Some(2.0));
    }

    #[test]
    fn categories_are_in_natural_order() {
        let texts = ["b10", "B2", "a", "b2", "B10"];
        let column = column(ColumnKind::Text, StringArray::from(texts.to_vec()));
        let Values::Categories { names, .. } = &column.values else {
            panic!("not categories")
        };
        assert_eq!(names.as_ref(), ["a", "B2", "b2", "B10", "b10"]);
        assert_eq!(column.category_counts(None), [1; 5]);
        let shown = RowSet::from_rows(5, [0, 2]);
        assert_eq!(column.category_counts(Some(&shown)), [1, 0, 0, 0, 1]);
    }
}
