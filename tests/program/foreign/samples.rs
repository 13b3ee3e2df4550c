//! A table as a stranger may have written it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    DurationSecondArray, FixedSizeListArray, Float32Array, Float64Array, Int32Array,
    LargeStringArray, ListArray, ListBuilder, RecordBatch, RecordBatchIterator, StringArray,
    StringBuilder, StructArray, Time32SecondArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Float32Type, Int8Type, Schema};
use cytolance_dataset::{ChannelInfo, OmeArrowBuilder};

use crate::support::{runtime, text};

/// 2024-01-01T00:00:00Z in seconds.
const NEW_YEAR: i64 = 1_704_067_200;
/// The same in days.
const NEW_YEARS_DAY: i32 = 19_723;

fn pictures(name: &str, values: [u16; 6], channels: usize) -> ArrayRef {
    let infos = (0..channels)
        .map(|at| ChannelInfo::new(&format!("{name} {at}"), [255, 0, 0], 16))
        .collect();
    let mut builder = OmeArrowBuilder::new(infos, None);
    for (row, value) in values.iter().enumerate() {
        if row == 0 {
            builder.append_null();
        } else {
            let planes = vec![vec![*value; 16]; channels];
            builder.append(format!("{name} {row}"), 4, 4, &planes);
        }
    }
    builder.finish().expect("pictures")
}

/// Six rows of every type that a Lance table of ours would not have.
pub fn batch() -> RecordBatch {
    let moments = [2, 0, 5, 1, 9, 3].map(|hour| (NEW_YEAR + hour * 3600) * 1_000_000 + 1);
    let at = TimestampMicrosecondArray::from(
        moments
            .into_iter()
            .enumerate()
            .map(|(row, moment)| (row != 3).then_some(moment))
            .collect::<Vec<_>>(),
    );
    let mut tags = ListBuilder::new(StringBuilder::new());
    for row in 0..6 {
        match row {
            1 => tags.append_null(),
            2 => tags.append_value(Vec::<Option<&str>>::new()),
            _ => tags.append_value([Some("edge"), None, Some("a \"b\"")]),
        }
    }
    let embedding = FixedSizeListArray::from_iter_primitive::<Float32Type, _, _>(
        (0..6).map(|row| {
            (row != 4).then(|| {
                (0..8)
                    .map(|at| Some(row as f32 + at as f32 * 0.1))
                    .collect::<Vec<_>>()
            })
        }),
        8,
    );
    let place = StructArray::from(vec![
        (
            Arc::new(Field::new("row", DataType::Int32, true)),
            Arc::new(Int32Array::from(vec![3, 1, 2, 6, 5, 4])) as ArrayRef,
        ),
        (
            Arc::new(Field::new("seen", DataType::Date32, true)),
            Arc::new(Date32Array::from_iter_values(
                (0..6).map(|row| NEW_YEARS_DAY - row),
            )) as ArrayRef,
        ),
    ]);
    let plates = StringArray::from(vec!["P2", "P1", "P1", "P2", "P3", "P1"]);
    let meta = StructArray::new(
        Fields::from(vec![
            Field::new("plate", DataType::Utf8, true),
            Field::new("place", place.data_type().clone(), true),
        ]),
        vec![Arc::new(plates), Arc::new(place)],
        Some(NullBuffer::from(vec![true, true, true, true, true, false])),
    );
    let part = StructArray::from(vec![(
        Arc::new(Field::new("area", DataType::Float64, true)),
        Arc::new(Float64Array::from_iter_values((0..6).map(f64::from))) as ArrayRef,
    )]);
    let parts = ListArray::new(
        Arc::new(Field::new("item", part.data_type().clone(), true)),
        OffsetBuffer::from_lengths([1; 6]),
        Arc::new(part),
        None,
    );
    let bytes: Vec<Option<&[u8]>> = vec![
        Some(b"123"),
        None,
        Some(b""),
        Some(b"1"),
        Some(b"12"),
        Some(b"1"),
    ];
    let halves = Float32Array::from(vec![
        Some(0.5),
        None,
        Some(-2.0),
        Some(1.5),
        Some(0.25),
        Some(3.0),
    ]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "area",
            Arc::new(Float64Array::from(vec![1.5, 2.5, 3.5, 4.5, 5.5, 6.5])),
        ),
        (
            "id",
            Arc::new(UInt64Array::from(vec![
                Some(u64::MAX),
                Some(7),
                None,
                Some(u64::MAX - 1),
                Some(1 << 63),
                Some(9_007_199_254_740_993),
            ])),
        ),
        (
            "day",
            Arc::new(Date32Array::from(vec![
                Some(NEW_YEARS_DAY),
                Some(NEW_YEARS_DAY - 1),
                Some(NEW_YEARS_DAY + 31),
                None,
                Some(-1),
                Some(NEW_YEARS_DAY + 1),
            ])),
        ),
        ("at", Arc::new(at.with_timezone("UTC"))),
        (
            "clock",
            Arc::new(Time32SecondArray::from(vec![3661, 5, 86_399, 0, 7, 8])),
        ),
        (
            "lasted",
            Arc::new(DurationSecondArray::from(vec![90, 5, -1, 0, 7, 8])),
        ),
        (
            "dose",
            Arc::new(
                Decimal128Array::from(vec![
                    Some(1_250),
                    Some(-5),
                    None,
                    Some(999_999_999_999_999_999),
                    Some(10),
                    Some(0),
                ])
                .with_precision_and_scale(18, 2)
                .expect("decimals"),
            ),
        ),
        (
            "mass",
            Arc::new(
                Decimal128Array::from(vec![12_345_678_901_234_567_890_123_i128, 2, 3, 4, 5, 6])
                    .with_precision_and_scale(30, 3)
                    .expect("decimals"),
            ),
        ),
        (
            "flag",
            Arc::new(BooleanArray::from(vec![
                Some(true),
                None,
                Some(false),
                Some(true),
                None,
                Some(true),
            ])),
        ),
        (
            "drug",
            Arc::new(DictionaryArray::<Int8Type>::from_iter([
                Some("DMSO"),
                Some("taxol"),
                None,
                Some("DMSO"),
                Some("DMSO"),
                Some("taxol"),
            ])),
        ),
        (
            "note",
            Arc::new(LargeStringArray::from(vec![
                Some("a, b"),
                None,
                Some(""),
                Some("ä"),
                Some("x"),
                Some("y"),
            ])),
        ),
        ("half", cast(&halves, &DataType::Float16).expect("halves")),
        ("raw", Arc::new(BinaryArray::from(bytes))),
        ("embedding", Arc::new(embedding)),
        ("tags", Arc::new(tags.finish())),
        ("meta", Arc::new(meta)),
        ("parts", Arc::new(parts)),
        ("crop", pictures("crop", [0, 100, 200, 300, 400, 500], 2)),
        ("mask", pictures("mask", [0, 1, 2, 3, 4, 5], 1)),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, values)| Field::new(*name, values.data_type().clone(), true))
        .collect();
    let values = columns.into_iter().map(|(_, values)| values).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), values).expect("a batch")
}

pub fn written(folder: &Path, batch: &RecordBatch) -> PathBuf {
    let path = folder.join("foreign.lance");
    let reader = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    runtime()
        .block_on(lance::Dataset::write(reader, text(&path), None))
        .expect("written");
    path
}
