//! What the whole numbers of a column in memory stand for: times, decimals and numbers beyond `i64` are held as these.

use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, AsArray as _, Decimal128Array, Int64Array, StringArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, UInt64Type};

use cytolance_dataset::{shown_text, with_seconds};

/// Digits of decimals that always fit.
const MOST_DIGITS: u8 = 18;
/// Digits of Arrow's usual decimals.
const ALL_DIGITS: u8 = 38;
/// The highest bit.
const SIGN: u64 = 1 << 63;

/// What a whole number in memory stands for. The order of the numbers is that of what they stand for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Whole {
    /// Itself.
    #[default]
    Number,
    /// One of 64 bits without a sign, moved so that the smallest is the smallest.
    Natural,
    /// A decimal: so many digits behind the point.
    Decimal(i8),
    /// A time of this Arrow type, in its unit.
    Time(DataType),
}

impl Whole {
    /// How values of a type are held; `None` where whole numbers do not hold them exactly.
    pub fn of(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Dictionary(_, value) => Self::of(value),
            DataType::UInt64 => Some(Self::Natural),
            kind if kind.is_integer() => Some(Self::Number),
            DataType::Decimal32(digits, scale)
            | DataType::Decimal64(digits, scale)
            | DataType::Decimal128(digits, scale)
            | DataType::Decimal256(digits, scale)
                if *digits <= MOST_DIGITS && scale.unsigned_abs() <= ALL_DIGITS =>
            {
                Some(Self::Decimal(*scale))
            }
            DataType::Date32
            | DataType::Date64
            | DataType::Time32(_)
            | DataType::Time64(_)
            | DataType::Timestamp(..)
            | DataType::Duration(_) => Some(Self::Time(data_type.clone())),
            _ => None,
        }
    }

    /// Values as the numbers that stand for them.
    pub(super) fn numbers_for(&self, values: &ArrayRef) -> Option<Int64Array> {
        let whole = |values: &ArrayRef| {
            let numbers = cast(values, &DataType::Int64).ok()?;
            numbers.as_primitive_opt::<Int64Type>().cloned()
        };
        match self {
            Self::Number => whole(values),
            Self::Natural => {
                let values = cast(values, &DataType::UInt64).ok()?;
                let values = values.as_primitive_opt::<UInt64Type>()?;
                Some(values.unary(|value| (value ^ SIGN) as i64))
            }
            Self::Decimal(scale) => {
                let wide = DataType::Decimal128(ALL_DIGITS, *scale);
                let values = cast(values, &wide).ok()?;
                let values = values.as_primitive_opt::<Decimal128Type>()?;
                Some(values.unary(|value| value as i64))
            }
            Self::Time(kind) => {
                let values = cast(values, kind).ok()?;
                match kind {
                    // These are held as 32 bits.
                    DataType::Date32 | DataType::Time32(_) => {
                        whole(&cast(&values, &DataType::Int32).ok()?)
                    }
                    _ => whole(&values),
                }
            }
        }
    }

    /// What numbers stand for, as Arrow has it.
    pub(super) fn to_arrow(&self, numbers: Int64Array) -> Option<ArrayRef> {
        Some(match self {
            Self::Number => Arc::new(numbers),
            Self::Natural => {
                let values: UInt64Array = numbers.unary(|number| number as u64 ^ SIGN);
                Arc::new(values)
            }
            Self::Decimal(scale) => {
                let values: Decimal128Array = numbers.unary(i128::from);
                Arc::new(values.with_precision_and_scale(ALL_DIGITS, *scale).ok()?)
            }
            Self::Time(kind) => {
                let numbers: ArrayRef = Arc::new(numbers);
                match kind {
                    DataType::Date32 | DataType::Time32(_) => {
                        cast(&cast(&numbers, &DataType::Int32).ok()?, kind).ok()?
                    }
                    _ => cast(&numbers, kind).ok()?,
                }
            }
        })
    }

    /// What a number stands for, as a number to count with; a time in its unit.
    #[inline]
    pub fn number(&self, whole: i64) -> f64 {
        match self {
            Self::Number | Self::Time(_) => whole as f64,
            Self::Natural => (whole as u64 ^ SIGN) as f64,
            Self::Decimal(scale) if *scale < 0 => whole as f64 * 10_f64.powi(-i32::from(*scale)),
            // A division is rounded once, so that 0.1 is the nearest number to 0.1.
            Self::Decimal(scale) => whole as f64 / 10_f64.powi(i32::from(*scale)),
        }
    }

    /// What a number stands for, as text.
    pub fn text(&self, whole: i64) -> String {
        match self {
            Self::Number => whole.to_string(),
            Self::Natural => (whole as u64 ^ SIGN).to_string(),
            _ => self
                .to_arrow(Int64Array::from(vec![whole]))
                .and_then(|values| shown_text(&values, 0))
                .unwrap_or_else(|| whole.to_string()),
        }
    }

    /// A bound of a range as text: a time in ISO form, to the whole unit.
    pub fn bound_text(&self, bound: f64) -> String {
        match self {
            Self::Time(_) if bound.is_finite() => self.text(bound.round() as i64),
            _ => bound.to_string(),
        }
    }

    /// A bound that somebody typed: a time in ISO form, or a number.
    pub fn bound(&self, text: &str) -> Option<f64> {
        let text = text.trim();
        if let Self::Time(kind) = self {
            let text = with_seconds(text);
            let texts: ArrayRef = Arc::new(StringArray::from(vec![text.as_ref()]));
            let read = cast(&texts, kind).ok().filter(|times| times.is_valid(0));
            if let Some(times) = read {
                let numbers = self.numbers_for(&times)?;
                return Some(numbers.value(0) as f64);
            }
        }
        text.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Date32Array, Decimal128Array, TimestampMillisecondArray};
    use arrow::datatypes::TimeUnit;

    use super::*;

    #[test]
    fn values_come_back_to_the_bit_and_keep_their_order() {
        let decimal = Decimal128Array::from(vec![Some(-1250), None, Some(999_999_999_999_999_999)])
            .with_precision_and_scale(18, 2)
            .expect("decimals");
        let cases: [(ArrayRef, [&str; 2]); 4] = [
            (
                Arc::new(UInt64Array::from(vec![Some(0), None, Some(u64::MAX)])),
                ["0", "18446744073709551615"],
            ),
            (Arc::new(decimal), ["-12.50", "9999999999999999.99"]),
            (
                Arc::new(Date32Array::from(vec![Some(-1), None, Some(19723)])),
                ["1969-12-31", "2024-01-01"],
            ),
            (
                Arc::new(
                    TimestampMillisecondArray::from(vec![Some(0), None, Some(1_704_110_400_001)])
                        .with_timezone("+02:00"),
                ),
                ["1970-01-01T02:00:00+02:00", "2024-01-01T14:00:00.001+02:00"],
            ),
        ];
        for (values, texts) in cases {
            let kind = values.data_type().clone();
            let whole = Whole::of(&kind).expect("whole numbers");
            let numbers = whole.numbers_for(&values).expect("numbers");
            assert!(
                numbers.is_null(1) && numbers.value(0) < numbers.value(2),
                "{kind}"
            );
            assert_eq!(whole.text(numbers.value(0)), texts[0], "{kind}");
            assert_eq!(whole.text(numbers.value(2)), texts[1], "{kind}");
            let back = whole.to_arrow(numbers).expect("values");
            let back = cast(&back, &kind).expect("the type");
            assert_eq!(&back, &values, "{kind}");
        }
        assert_eq!(Whole::of(&DataType::Decimal128(38, 2)), None);
        assert_eq!(Whole::Decimal(1).number(1), 0.1);
        assert_eq!(Whole::Natural.number(i64::MAX), u64::MAX as f64);
    }

    #[test]
    fn bounds_are_read_as_they_are_written() {
        let moments = Whole::Time(DataType::Timestamp(TimeUnit::Second, None));
        for (text, bound) in [
            ("2024-01-01", 1_704_067_200.0),
            (" 2024-01-01T12:00:00 ", 1_704_110_400.0),
            ("2024-01-01 12:00", 1_704_110_400.0),
            ("2024-01-01 14:00+02:00", 1_704_110_400.0),
            ("7", 7.0),
        ] {
            assert_eq!(moments.bound(text), Some(bound), "{text}");
        }
        assert_eq!(moments.bound_text(1_704_110_400.4), "2024-01-01T12:00:00");
        assert_eq!(moments.bound("yesterday"), None);
        assert_eq!(Whole::Number.bound("1e3"), Some(1000.0));
    }
}
