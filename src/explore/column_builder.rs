//! Columns put together from batches as they are read.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use super::column::NULL_CODE;
use super::{Column, Values, Whole};
use cytolance_kernels::RowSet;
use cytolance_profile::{ColumnInfo, ColumnKind};

/// A column on its way into memory: each batch is converted as it comes, so that no value is held twice.
pub(super) struct ColumnBuilder {
    info: ColumnInfo,
    values: Building,
}

enum Building {
    Integers {
        whole: Whole,
        values: Vec<i64>,
        nulls: Vec<u32>,
    },
    Floats(Vec<f64>),
    Texts {
        codes: Vec<u32>,
        names: Vec<String>,
        places: HashMap<String, u32>,
    },
}

impl ColumnBuilder {
    /// Room for `rows` values; `None` for pictures and other things that are no values.
    pub fn new(info: &ColumnInfo, arrow_type: &DataType, rows: usize) -> Option<Self> {
        let values = match (info.kind, Whole::of(arrow_type)) {
            (_, Some(whole)) if info.kind.is_ranged() => Building::Integers {
                whole,
                values: Vec::with_capacity(rows),
                nulls: Vec::new(),
            },
            (ColumnKind::Integer | ColumnKind::Float, _) => {
                Building::Floats(Vec::with_capacity(rows))
            }
            (ColumnKind::Text | ColumnKind::Boolean, _) => Building::Texts {
                codes: Vec::with_capacity(rows),
                names: Vec::new(),
                places: HashMap::new(),
            },
            _ => return None,
        };
        Some(Self {
            info: info.clone(),
            values,
        })
    }

    /// Adds the values of a batch; `None` where they are not of the column's kind.
    pub fn push(&mut self, array: &ArrayRef) -> Option<()> {
        match &mut self.values {
            Building::Integers {
                whole,
                values,
                nulls,
            } => {
                let array = whole.numbers_for(array)?;
                if array.null_count() > 0 {
                    let first = values.len();
                    let missing = (0..array.len()).filter(|row| array.is_null(*row));
                    nulls.extend(missing.map(|row| (first + row) as u32));
                }
                values.extend_from_slice(array.values());
            }
            Building::Floats(values) => {
                let array = cast(array, &DataType::Float64).ok()?;
                let array = array.as_primitive_opt::<Float64Type>()?;
                if array.null_count() == 0 {
                    values.extend_from_slice(array.values());
                } else {
                    values.extend(array.iter().map(|value| value.unwrap_or(f64::NAN)));
                }
            }
            Building::Texts {
                codes,
                names,
                places,
            } => {
                let array = cast(array, &DataType::Utf8).ok()?;
                // Rows of one well follow each other: most texts are those of the row before.
                let mut last: Option<(&str, u32)> = None;
                for text in array.as_string_opt::<i32>()? {
                    let Some(text) = text else {
                        codes.push(NULL_CODE);
                        continue;
                    };
                    let code = match last {
                        Some((before, code)) if before == text => code,
                        _ => {
                            if let Some(code) = places.get(text) {
                                *code
                            } else {
                                let code = names.len() as u32;
                                names.push(text.to_owned());
                                places.insert(text.to_owned(), code);
                                code
                            }
                        }
                    };
                    last = Some((text, code));
                    codes.push(code);
                }
            }
        }
        Some(())
    }

    /// The column.
    pub fn finish(self) -> Column {
        let values = match self.values {
            Building::Integers {
                whole,
                values,
                nulls,
            } => {
                let rows = values.len();
                let nulls = (!nulls.is_empty()).then(|| Arc::new(RowSet::from_rows(rows, nulls)));
                let values = Values::Integers(values.into(), nulls);
                return Column::new(&self.info, values).standing_for(whole);
            }
            Building::Floats(values) => Values::Floats(values.into()),
            Building::Texts { codes, names, .. } => categories(codes, &names),
        };
        Column::new(&self.info, values)
    }
}

/// Codes in the order of first appearance become codes in the order of names.
fn categories(mut codes: Vec<u32>, names: &[String]) -> Values {
    let mut order: Vec<u32> = (0..names.len() as u32).collect();
    order.sort_by(|a, b| natural(&names[*a as usize], &names[*b as usize]));
    let mut rank = vec![0_u32; names.len()];
    for (at, place) in order.iter().enumerate() {
        rank[*place as usize] = at as u32;
    }
    for code in &mut codes {
        *code = rank.get(*code as usize).copied().unwrap_or(NULL_CODE);
    }
    let names = order
        .iter()
        .map(|place| names[*place as usize].clone())
        .collect();
    Values::Categories {
        codes: codes.into(),
        names,
    }
}

/// Order that people expect: numbers within texts count as numbers, case does not count unless all else is equal.
fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    use std::cmp::Ordering;
    // The digits of a number without leading zeros, and what comes after it.
    let number = |text: &'_ str| -> (usize, usize) {
        let digits = text.bytes().take_while(u8::is_ascii_digit);
        let zeros = digits.clone().take_while(|digit| *digit == b'0').count();
        (zeros, digits.count())
    };
    let (mut left, mut right) = (a, b);
    loop {
        let (mut lefts, mut rights) = (left.chars(), right.chars());
        let order = match (lefts.next(), rights.next()) {
            (None, None) => return a.cmp(b),
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let ((x, x_end), (y, y_end)) = (number(left), number(right));
                let order = (x_end - x)
                    .cmp(&(y_end - y))
                    .then_with(|| left[x..x_end].cmp(&right[y..y_end]));
                (left, right) = (&left[x_end..], &right[y_end..]);
                order
            }
            (Some(x), Some(y)) => {
                (left, right) = (lefts.as_str(), rights.as_str());
                x.to_lowercase().cmp(y.to_lowercase())
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}
