//! Types that Parquet has no name for, so that other readers would find bare numbers: seconds become milliseconds, and
//! dates that are counted in milliseconds become dates.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, TimeUnit};
use arrow::error::ArrowError;

/// Values of a type that Parquet has a name for; the same ones where it has.
pub(super) fn named_in_parquet(values: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let Some(named) = named(values.data_type()) else {
        return Ok(Arc::clone(values));
    };
    // A moment that is too far away is an error, not a missing value.
    let exact = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    cast_with_options(values, &named, &exact)
}

/// Another type for one that Parquet has no name for.
fn named(kind: &DataType) -> Option<DataType> {
    let of_item = |item: &Arc<Field>| {
        let kind = named(item.data_type())?;
        Some(Arc::new(item.as_ref().clone().with_data_type(kind)))
    };
    match kind {
        DataType::Timestamp(TimeUnit::Second, zone) => {
            Some(DataType::Timestamp(TimeUnit::Millisecond, zone.clone()))
        }
        DataType::Time32(TimeUnit::Second) => Some(DataType::Time32(TimeUnit::Millisecond)),
        DataType::Date64 => Some(DataType::Date32),
        DataType::List(item) => of_item(item).map(DataType::List),
        DataType::LargeList(item) => of_item(item).map(DataType::LargeList),
        DataType::FixedSizeList(item, size) => {
            of_item(item).map(|item| DataType::FixedSizeList(item, *size))
        }
        DataType::Struct(fields) => {
            let others: Vec<Option<Arc<Field>>> = fields.iter().map(of_item).collect();
            others.iter().any(Option::is_some).then(|| {
                let both = fields.iter().zip(others);
                let fields = both.map(|(field, other)| other.unwrap_or_else(|| Arc::clone(field)));
                DataType::Struct(fields.collect())
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        Array as _, Date64Array, Int32Array, StructArray, TimestampMillisecondArray,
        TimestampSecondArray,
    };

    use super::*;

    #[test]
    fn seconds_and_counted_dates_get_a_name_and_keep_their_values() {
        let seconds = TimestampSecondArray::from(vec![Some(7), None]);
        let cases: [(ArrayRef, DataType); 3] = [
            (
                Arc::new(seconds.clone().with_timezone("UTC")),
                DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            ),
            (
                Arc::new(Date64Array::from(vec![Some(86_400_000), None])),
                DataType::Date32,
            ),
            (Arc::new(Int32Array::from(vec![1, 2])), DataType::Int32),
        ];
        for (values, kind) in cases {
            let named = named_in_parquet(&values).expect("values");
            assert_eq!(named.data_type(), &kind);
            assert_eq!(named.null_count(), values.null_count(), "{kind}");
        }
        let field = |kind| Arc::new(Field::new("at", kind, true));
        let second = DataType::Timestamp(TimeUnit::Second, None);
        let inside = StructArray::from(vec![(field(second), Arc::new(seconds) as ArrayRef)]);
        let named = named_in_parquet(&(Arc::new(inside) as ArrayRef)).expect("values");
        let expected = TimestampMillisecondArray::from(vec![Some(7000), None]);
        let expected = StructArray::from(vec![(
            field(expected.data_type().clone()),
            Arc::new(expected) as ArrayRef,
        )]);
        assert_eq!(named.to_data(), expected.to_data());
        let far: ArrayRef = Arc::new(TimestampSecondArray::from(vec![i64::MAX]));
        assert!(named_in_parquet(&far).is_err());
    }
}
