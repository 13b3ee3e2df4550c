//! A column in memory.

use std::sync::{Arc, OnceLock};

use arrow::array::{Array as _, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow::datatypes::Field;
use rayon::prelude::*;

use super::Whole;
use super::bins::{ColumnBins, count_codes};
use super::column_builder::ColumnBuilder;
use cytolance_kernels::{RowSet, finite_range};
use cytolance_profile::{ColumnInfo, ColumnKind, Role};

/// How a yes is called.
const YES: &str = "true";

/// Code of a missing category.
pub const NULL_CODE: u32 = u32::MAX;

/// The values of a column.
#[derive(Debug)]
pub enum Values {
    /// Whole numbers, exact, or what stands for other values; with the set of null rows, if there are any.
    Integers(Arc<Vec<i64>>, Option<Arc<RowSet>>),
    /// Numbers; NaN where null.
    Floats(Arc<Vec<f64>>),
    /// Text or yes and no: a code for every row ([`NULL_CODE`] where null) and the sorted distinct values.
    Categories {
        /// Place of each row's value in `names`.
        codes: Arc<Vec<u32>>,
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
    /// What it means in a profile.
    pub role: Role,
    /// Its values.
    pub values: Values,
    /// What whole numbers stand for.
    pub whole: Whole,
    numbers: OnceLock<Option<Arc<Vec<f64>>>>,
    range: OnceLock<Option<(f64, f64)>>,
    nulls: OnceLock<usize>,
    totals: OnceLock<Vec<u32>>,
    bins: OnceLock<ColumnBins>,
}

impl Column {
    pub(super) fn new(info: &ColumnInfo, values: Values) -> Self {
        Self {
            name: info.name.clone(),
            kind: info.kind,
            role: info.role,
            values,
            whole: Whole::default(),
            numbers: OnceLock::new(),
            range: OnceLock::new(),
            nulls: OnceLock::new(),
            totals: OnceLock::new(),
            bins: OnceLock::new(),
        }
    }

    /// The same, whose whole numbers stand for this.
    pub(super) fn standing_for(self, whole: Whole) -> Self {
        Self { whole, ..self }
    }

    /// A column of numbers that is not in the dataset; NaN where there is no value.
    pub fn of_floats(name: &str, values: Vec<f64>) -> Self {
        Self::computed(name, ColumnKind::Float, Values::Floats(Arc::new(values)))
    }

    /// A column of categories that is not in the dataset: places among `names`, [`NULL_CODE`] where there is no value.
    pub fn of_categories(
        name: &str,
        codes: impl Into<Arc<Vec<u32>>>,
        names: impl Into<Arc<[String]>>,
    ) -> Self {
        let values = Values::Categories {
            codes: codes.into(),
            names: names.into(),
        };
        Self::computed(name, ColumnKind::Text, values)
    }

    /// A column of yes and no that is not in the dataset: yes in these rows of all.
    pub fn of_flags(name: &str, rows: &RowSet) -> Self {
        let codes: Vec<u32> = (0..rows.len() as u32)
            .map(|row| u32::from(rows.contains(row)))
            .collect();
        let values = Values::Categories {
            codes: codes.into(),
            names: ["false", YES].map(str::to_owned).into(),
        };
        Self::computed(name, ColumnKind::Boolean, values)
    }

    /// The same column, which means this in a profile, whatever its name tells.
    #[must_use]
    pub fn with_role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    fn computed(name: &str, kind: ColumnKind, values: Values) -> Self {
        let info = ColumnInfo {
            name: name.to_owned(),
            kind,
            role: Role::of(name, kind, &[]),
            arrow_type: String::new(),
        };
        Self::new(&info, values)
    }

    /// What the column is, where no dataset says it.
    pub fn info(&self) -> ColumnInfo {
        ColumnInfo {
            name: self.name.clone(),
            kind: self.kind,
            role: self.role,
            arrow_type: match self.kind {
                ColumnKind::Integer if self.whole == Whole::Natural => "uint64",
                ColumnKind::Integer => "int64",
                ColumnKind::Float => "float64",
                ColumnKind::Boolean => "boolean",
                _ => "utf8",
            }
            .to_owned(),
        }
    }

    /// The column as an Arrow array with its field; numbers, yes and no, and text, missing values as nulls.
    pub fn to_arrow(&self) -> (Field, ArrayRef) {
        let array: ArrayRef = match &self.values {
            Values::Integers(values, _) => {
                let numbers = (0..values.len() as u32)
                    .map(|row| (!self.is_null(row)).then(|| values[row as usize]))
                    .collect::<Int64Array>();
                let values = self.whole.to_arrow(numbers.clone());
                values.unwrap_or_else(|| Arc::new(numbers))
            }
            Values::Floats(values) => Arc::new(
                values
                    .iter()
                    .map(|value| (!value.is_nan()).then_some(*value))
                    .collect::<Float64Array>(),
            ),
            Values::Categories { codes, names } => {
                let texts = codes
                    .iter()
                    .map(|code| names.get(*code as usize).map(String::as_str));
                if self.kind == ColumnKind::Boolean {
                    Arc::new(
                        texts
                            .map(|text| text.map(|text| text == YES))
                            .collect::<BooleanArray>(),
                    )
                } else {
                    Arc::new(texts.collect::<StringArray>())
                }
            }
        };
        (
            Field::new(&self.name, array.data_type().clone(), true),
            array,
        )
    }

    /// Converts an Arrow array; `None` for pictures and other things that are no values.
    pub fn from_arrow(info: &ColumnInfo, array: &ArrayRef) -> Option<Self> {
        let mut builder = ColumnBuilder::new(info, array.data_type(), array.len())?;
        builder.push(array)?;
        Some(builder.finish())
    }

    /// Number of rows.
    #[inline]
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
            // Twice: the numbers as f64 are kept once a plot or filter has asked for them. One more for the bins.
            Values::Integers(values, _) => values.len() * 17,
            Values::Floats(values) => values.len() * 9,
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
            Values::Integers(values, _) => values
                .get(row as usize)
                .map(|value| self.whole.number(*value)),
            Values::Floats(values) => values.get(row as usize).copied(),
            Values::Categories { .. } => None,
        }
    }

    /// A row's value as text, numbers in the shortest form that reads back as the same, times in ISO form.
    pub fn text(&self, row: u32) -> Option<String> {
        if self.is_null(row) {
            return None;
        }
        match &self.values {
            Values::Integers(values, _) => values
                .get(row as usize)
                .map(|value| self.whole.text(*value)),
            Values::Floats(values) => values.get(row as usize).map(f64::to_string),
            Values::Categories { codes, names } => {
                names.get(*codes.get(row as usize)? as usize).cloned()
            }
        }
    }

    /// All values as numbers, NaN where null; `None` for text.
    pub fn numbers(&self) -> Option<Arc<Vec<f64>>> {
        match &self.values {
            Values::Floats(values) => Some(Arc::clone(values)),
            Values::Categories { .. } => None,
            Values::Integers(values, nulls) => self
                .numbers
                .get_or_init(|| {
                    let mut numbers: Vec<f64> = match &self.whole {
                        // Without a question for every value.
                        Whole::Number | Whole::Time(_) => {
                            values.par_iter().map(|value| *value as f64).collect()
                        }
                        whole => values
                            .par_iter()
                            .map(|value| whole.number(*value))
                            .collect(),
                    };
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
        *self.range.get_or_init(|| {
            let [min, max] = finite_range(&self.numbers()?)?;
            Some((min, max))
        })
    }

    /// Rows without a value.
    pub fn null_count(&self) -> usize {
        *self.nulls.get_or_init(|| match &self.values {
            Values::Integers(_, nulls) => nulls.as_ref().map_or(0, |nulls| nulls.count()),
            Values::Floats(values) => values.par_iter().filter(|value| value.is_nan()).count(),
            Values::Categories { codes, .. } => {
                codes.par_iter().filter(|code| **code == NULL_CODE).count()
            }
        })
    }

    /// Rows of each category, of all rows or of the shown ones; empty for numbers.
    pub fn category_counts(&self, shown: Option<&RowSet>) -> Vec<u32> {
        let Values::Categories { codes, names } = &self.values else {
            return Vec::new();
        };
        match shown {
            Some(shown) => count_codes(codes, shown, names.len()),
            None => self
                .totals
                .get_or_init(|| count_codes(codes, &RowSet::full(codes.len()), names.len()))
                .clone(),
        }
    }

    /// The rows in equal bins between the smallest and largest value; kept. `None` for text and without a value.
    pub(super) fn bins(&self, bins: usize) -> Option<&ColumnBins> {
        let numbers = self.numbers()?;
        let (min, max) = self.range()?;
        let kept = self
            .bins
            .get_or_init(|| ColumnBins::new(&numbers, [min, max], bins));
        Some(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, Int32Array, UInt64Array};

    fn column(kind: ColumnKind, array: impl Array + 'static) -> Column {
        let info = ColumnInfo {
            name: "x".to_owned(),
            kind,
            role: cytolance_profile::Role::Feature,
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
    fn computed_flags_are_yes_and_no_wherever_they_go() {
        let flags = Column::of_flags("odd", &RowSet::from_rows(3, [1])).with_role(Role::Quality);
        assert_eq!(flags.text(1).as_deref(), Some("true"));
        assert_eq!(flags.category_counts(None), [2, 1]);
        assert_eq!(flags.info().role, Role::Quality);
        let (field, array) = flags.to_arrow();
        assert_eq!(field.data_type(), &arrow::datatypes::DataType::Boolean);
        let expected: ArrayRef = Arc::new(BooleanArray::from(vec![false, true, false]));
        assert_eq!(&array, &expected);
        let back = Column::from_arrow(&flags.info(), &array).expect("a column");
        assert_eq!(back.text(0).as_deref(), Some("false"));
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
