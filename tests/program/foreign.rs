//! Datasets that others wrote: columns of every type are shown, filtered, sorted and exported, or named; and of several
//! columns of pictures each can be shown.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{
    Array as _, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    DurationSecondArray, FixedSizeListArray, Float32Array, Float64Array, Int32Array,
    LargeStringArray, ListArray, ListBuilder, RecordBatch, RecordBatchIterator, StringArray,
    StringBuilder, StructArray, Time32SecondArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Float32Type, Int8Type, Schema};
use cytolance::shell::{Command, SessionCommand, Start, settle};
use cytolance_dataset::{ChannelInfo, OmeArrowBuilder};
use cytolance_explore::{Explorer, Whole};
use cytolance_profile::{ColumnKind, Condition, Filter, Query, Sort};
use egui_kittest::kittest::Queryable as _;

use crate::support::{open, python_with, run, run_script, runtime, text};
use crate::viewer::viewer;

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
fn batch() -> RecordBatch {
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

fn written(folder: &Path, batch: &RecordBatch) -> PathBuf {
    let path = folder.join("foreign.lance");
    let reader = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    runtime()
        .block_on(lance::Dataset::write(reader, text(&path), None))
        .expect("written");
    path
}

/// All of a dataset as Lance itself reads it.
fn read_by_lance(path: &Path) -> RecordBatch {
    runtime().block_on(async {
        let dataset = lance::Dataset::open(text(path)).await.expect("a dataset");
        dataset.scan().try_into_batch().await.expect("rows")
    })
}

fn read_parquet(path: &Path) -> RecordBatch {
    let file = fs::File::open(path).expect("a file");
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
        .expect("Parquet")
        .build()
        .expect("a reader");
    let batches: Vec<RecordBatch> = reader.map(|batch| batch.expect("a batch")).collect();
    arrow::compute::concat_batches(&batches[0].schema(), &batches).expect("one batch")
}

#[test]
fn info_names_every_column_and_what_is_not_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), &batch());
    let info = run(&["info", text(&path)]).ok().out;
    for line in [
        "id (uint64, feature, 1 null)",
        "day (date32, other, 1 null)",
        "at (timestamp(µs, UTC), other, 1 null)",
        "clock (time32(s), other)",
        "lasted (duration(s), other)",
        "dose (decimal128(18, 2), feature, 1 null)",
        "flag (boolean, other, 2 null)",
        "raw (binary, other, 1 null)",
        "embedding (vector of 8 float32, other, 1 null)",
        "tags (list of utf8, other, 1 null)",
        "meta.plate (utf8, other, 1 null)",
        "meta.place.row (int32, feature, 1 null)",
        "meta.place.seen (date32, other, 1 null)",
        "crop (ome-arrow, picture, 1 null)",
        "not shown parts (list(",
        "pictures  crop (shown first), mask",
        "channel   crop 0",
    ] {
        assert!(info.contains(line), "{line}\n{info}");
    }
    assert!(!info.contains("    meta ("), "{info}");
    let json = run(&["info", "--json", text(&path)]).ok().out;
    let about: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(about["pictures"], serde_json::json!(["crop", "mask"]));
    let kinds: Vec<(&str, &str)> = about["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| {
            (
                column["name"].as_str().expect("a name"),
                column["kind"].as_str().expect("a kind"),
            )
        })
        .collect();
    for expected in [
        ("at", "time"),
        ("embedding", "list"),
        ("raw", "bytes"),
        ("parts", "other"),
        ("drug", "text"),
    ] {
        assert!(kinds.contains(&expected), "{expected:?} {kinds:?}");
    }
}

#[test]
fn a_filter_may_be_about_any_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), &batch());
    let file = folder.path().join("rows.csv");
    for (filter, areas) in [
        ("day > 2024-01-01", "3.5 6.5"),
        ("day >= '2024-01-01'", "1.5 3.5 6.5"),
        ("day BETWEEN 2023-12-31 AND 2024-01-01", "1.5 2.5"),
        ("at >= 2024-01-01T02:00:00Z", "1.5 3.5 5.5 6.5"),
        ("at < 2024-01-01 00:30", "2.5"),
        ("clock < '00:00:08'", "2.5 4.5 5.5"),
        ("dose > 0.5", "1.5 4.5"),
        ("flag", "1.5 4.5 6.5"),
        ("drug = 'taxol'", "2.5 6.5"),
        ("note = 'ä'", "4.5"),
        ("half > 1", "4.5 6.5"),
        ("id > 9223372036854775808", "1.5 4.5"),
        ("meta.plate = 'P1'", "2.5 3.5"),
        (
            "meta.place.row > 2 AND meta.place.seen <= 2023-12-29",
            "4.5 5.5",
        ),
        ("meta.plate IS NULL", "6.5"),
        ("tags IS NULL", "2.5"),
        ("raw IS NULL", "2.5"),
    ] {
        run(&[
            "export",
            text(&path),
            "--filter",
            filter,
            "--columns",
            "area",
            "--out",
            text(&file),
            "--overwrite",
        ])
        .ok();
        let found = fs::read_to_string(&file).expect("a file");
        let found: Vec<&str> = found.lines().skip(1).collect();
        assert_eq!(found.join(" "), areas, "{filter}");
    }
}

/// In memory as where they are stored; nulls match no bound and come last either way.
#[test]
fn ranges_and_orders_are_those_of_the_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = open(&written(folder.path(), &batch()));
    let bound = |column: &str, words: &str| {
        let whole = Whole::of(dataset.data_type(column).expect("a type")).expect("whole numbers");
        whole.bound(words).expect("a bound")
    };
    let explorers = [
        Explorer::new(dataset.clone(), 1 << 20),
        Explorer::new(dataset.clone(), 0),
    ];
    let never = AtomicBool::new(false);
    for (column, min, max, rows) in [
        ("day", "2024-01-01", "2024-01-31", &[0, 5][..]),
        (
            "at",
            "2024-01-01T02:00:00Z",
            "2024-01-01T05:00:01Z",
            &[0, 2, 5],
        ),
        ("clock", "00:00:05", "00:00:07", &[1, 4]),
        ("lasted", "-1", "0", &[2, 3]),
        ("dose", "0.1", "12.5", &[0, 4]),
        ("meta.place.row", "2", "5", &[0, 2, 4]),
        ("meta.place.seen", "2023-12-31", "2023-12-31", &[1]),
    ] {
        let condition = Condition::Range {
            column: column.to_owned(),
            min: bound(column, min),
            max: bound(column, max),
        };
        for (explorer, place) in explorers.iter().zip(["memory", "storage"]) {
            let found = runtime()
                .block_on(explorer.passing(&condition, &never))
                .expect("rows");
            let found: Vec<u32> = found.expect("a bound").iter().collect();
            assert_eq!(found, rows, "{column} in {place}");
        }
    }
    for (column, rows) in [
        ("id", [1, 5, 4, 3, 0, 2]),
        ("day", [4, 1, 0, 5, 2, 3]),
        ("at", [1, 0, 5, 2, 4, 3]),
        ("clock", [3, 1, 4, 5, 0, 2]),
        ("lasted", [2, 3, 1, 4, 5, 0]),
        ("dose", [1, 5, 4, 0, 3, 2]),
        ("meta.place.row", [1, 2, 0, 4, 3, 5]),
        ("half", [2, 4, 0, 3, 5, 1]),
    ] {
        for descending in [false, true] {
            let query = Query {
                sort: Some(Sort {
                    column: column.to_owned(),
                    descending,
                }),
                ..Query::default()
            };
            let result = runtime()
                .block_on(explorers[0].run(&query, &never, &|_| ()))
                .expect("an order");
            let mut expected = rows.to_vec();
            if descending {
                let nulls = dataset_nulls(&dataset, column);
                let values = expected.len() - nulls;
                expected[..values].reverse();
            }
            assert_eq!(result.order.to_vec(), expected, "{column}, {descending}");
        }
    }
    // What has no order says so, and whether it is missing can be asked all the same.
    let missing = Condition::Null {
        column: "embedding".to_owned(),
        null: true,
    };
    for explorer in &explorers {
        let query = Query {
            filters: vec![Filter {
                id: 1,
                condition: missing.clone(),
                enabled: true,
            }],
            sort: None,
        };
        let result = runtime()
            .block_on(explorer.run(&query, &never, &|_| ()))
            .expect("rows");
        assert_eq!(result.order.to_vec(), [4]);
    }
    let columns = runtime()
        .block_on(explorers[0].columns(&["at".to_owned(), "id".to_owned(), "dose".to_owned()]))
        .expect("columns");
    let texts: Vec<Option<String>> = columns.iter().map(|column| column.text(0)).collect();
    let expected = [
        "2024-01-01T02:00:00.000001Z",
        "18446744073709551615",
        "12.50",
    ];
    assert_eq!(texts, expected.map(|text| Some(text.to_owned())));
}

fn dataset_nulls(dataset: &cytolance_dataset::CellDataset, column: &str) -> usize {
    let values = runtime().block_on(dataset.read_columns(&[column.to_owned()]));
    values.expect("values")[0].null_count()
}

#[test]
fn a_text_file_has_all_that_text_can_say_and_names_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), &batch());
    let file = folder.path().join("cells.csv");
    let said = run(&["export", text(&path), "--out", text(&file)]).ok().out;
    assert!(said.contains("6 cells, 17 columns"), "{said}");
    assert!(
        said.contains("left out: raw (binary), parts (list("),
        "{said}"
    );
    let table = fs::read_to_string(&file).expect("a file");
    let mut lines = table.lines();
    assert_eq!(
        lines.next(),
        Some(
            "area,id,day,at,clock,lasted,dose,mass,flag,drug,note,half,embedding,tags,meta.plate,meta.place.row,meta.place.seen"
        )
    );
    assert_eq!(
        lines.next(),
        Some(
            "1.5,18446744073709551615,2024-01-01,2024-01-01T02:00:00.000001Z,01:01:01,PT90S,12.50,12345678901234567890.123,true,DMSO,\"a, b\",0.5,\"[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]\",\"[\"\"edge\"\", null, \"\"a \\\"\"b\\\"\"\"\"]\",P2,3,2024-01-01"
        )
    );
    let last = lines.nth(4).expect("six rows");
    assert!(
        last.starts_with("6.5,9007199254740993,2024-01-02,"),
        "{last}"
    );
    assert!(
        last.ends_with(",,,"),
        "what is inside of a missing value is missing: {last}"
    );
    let beside = fs::read_to_string(folder.path().join("cells.csv.json")).expect("its account");
    let beside: serde_json::Value = serde_json::from_str(&beside).expect("JSON");
    let left: Vec<&str> = beside["left_out"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|name| name.as_str())
        .collect();
    assert_eq!(left.len(), 4, "{left:?}");
    assert!(
        left.contains(&"raw (binary)") && left.contains(&"crop (ome-arrow)"),
        "{left:?}"
    );
    let refused = run(&[
        "export",
        text(&path),
        "--columns",
        "raw",
        "--out",
        text(&file),
        "--overwrite",
    ]);
    assert!(
        refused.code != 0 && refused.err.contains("binary"),
        "{}",
        refused.err
    );
}

#[test]
fn parquet_and_lance_have_every_value_to_the_bit() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = batch();
    let path = written(folder.path(), &source);
    let stored = read_by_lance(&path);
    for name in ["copy.parquet", "copy.lance"] {
        let copy = folder.path().join(name);
        let said = run(&["export", text(&path), "--out", text(&copy)]).ok().out;
        assert!(!said.contains("left out"), "{said}");
        let read = if name.ends_with("parquet") {
            read_parquet(&copy)
        } else {
            read_by_lance(&copy)
        };
        for (field, values) in stored.schema().fields().iter().zip(stored.columns()) {
            let is_picture = ["crop", "mask"].contains(&field.name().as_str());
            if is_picture && name.ends_with("parquet") {
                continue;
            }
            let copied = read
                .column_by_name(field.name())
                .unwrap_or_else(|| panic!("{} in {name}", field.name()));
            assert_eq!(
                copied.to_data(),
                values.to_data(),
                "{} in {name}",
                field.name()
            );
        }
        // Some of what is inside of a column, with nothing beside it.
        let some = [
            "export",
            text(&path),
            "--columns",
            "meta.place.seen,day",
            "--out",
            text(&copy),
            "--overwrite",
        ];
        run(&some).ok();
        let read = if name.ends_with("parquet") {
            read_parquet(&copy)
        } else {
            read_by_lance(&copy)
        };
        let meta = read.column_by_name("meta").expect("the outer column");
        let inside = meta.data_type().to_string();
        assert!(
            inside.contains("seen") && !inside.contains("plate") && !inside.contains("row"),
            "{inside}"
        );
        assert_eq!(meta.null_count(), 1);
    }
    let copy = open(&folder.path().join("copy.lance"));
    assert!(copy.column("meta.place.seen").is_some());
    assert_eq!(
        copy.column("day").map(|column| column.kind),
        Some(ColumnKind::Time)
    );
}

#[test]
fn the_window_shows_and_filters_them_and_another_picture_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), &batch());
    let sessions = folder.path().join("sessions");
    let start = || Start {
        dataset: Some(text(&path).to_owned()),
        sessions: Some(sessions.clone()),
        ..Start::default()
    };
    let mut harness = viewer(start());
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    assert!(
        workspace.unreadable.is_empty(),
        "{:?}",
        workspace.unreadable
    );
    assert!(workspace.query_error.is_none());
    let values = workspace.values.as_ref().expect("the first cell");
    for (name, shown) in [
        ("at", "2024-01-01T02:00:00.000001Z"),
        ("embedding", "vector of 8"),
        ("raw", "3 bytes"),
        ("mass", "12345678901234567890.123"),
        ("meta.plate", "P2"),
    ] {
        let found = values.values.iter().find(|(known, _)| known == name);
        assert_eq!(
            found.and_then(|(_, text)| text.as_deref()),
            Some(shown),
            "{name}"
        );
    }
    let parts = values.values.iter().find(|(known, _)| known == "parts");
    let parts = parts.and_then(|(_, text)| text.clone()).expect("named");
    assert!(parts.starts_with("not shown: list("), "{parts}");
    for command in [
        Command::FilterBy("day".to_owned()),
        Command::FilterBy("embedding".to_owned()),
        Command::CycleSort("meta.place.row".to_owned()),
        Command::StepToEnd(false),
    ] {
        harness.state_mut().dispatch(command);
        settle(&mut harness).expect("the screen is complete");
    }
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    assert!(
        workspace.query_error.is_none(),
        "{:?}",
        workspace.query_error
    );
    assert_eq!(workspace.order.to_vec(), [1, 2, 0, 3, 5]);
    // The bounds of a range of days are days.
    let bound = harness.get_by_label("day minimum");
    assert_eq!(bound.value().as_deref(), Some("1969-12-31"));
    let crop = |harness: &egui_kittest::Harness<'static, cytolance::shell::Viewer>| {
        let workspace = harness.state().state.workspace.as_ref().expect("open");
        let picture = workspace.pictures.get(1).expect("a picture");
        let crop = picture.crop.clone().expect("a crop");
        let names: Vec<String> = workspace
            .channel_infos()
            .into_iter()
            .map(|info| info.name)
            .collect();
        (crop.planes.len(), crop.planes[0][0], names.join(", "))
    };
    assert_eq!(crop(&harness), (2, 100, "crop 0, crop 1".to_owned()));
    for (command, expected) in [
        (
            Command::ShowPictures("mask".to_owned()),
            (1, 1, "mask 0".to_owned()),
        ),
        (
            Command::Act("next-picture-column"),
            (2, 100, "crop 0, crop 1".to_owned()),
        ),
        (
            Command::Act("next-picture-column"),
            (1, 1, "mask 0".to_owned()),
        ),
    ] {
        harness.state_mut().dispatch(command);
        settle(&mut harness).expect("the screen is complete");
        assert_eq!(crop(&harness), expected);
    }
    let session = folder.path().join("x.cytolance.toml");
    harness
        .state_mut()
        .dispatch(Command::from(SessionCommand::Save(Some(session.clone()))));
    settle(&mut harness).expect("the screen is complete");
    let kept = fs::read_to_string(&session).expect("a session");
    assert!(kept.contains("picture = \"mask\""), "{kept}");
    // Another window takes it up.
    let again = viewer(Start {
        session: Some(session),
        ..start()
    });
    assert_eq!(crop(&again), (1, 1, "mask 0".to_owned()));
}

#[test]
fn exports_have_the_pictures_that_were_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), &batch());
    for (picture, pages, value) in [(None, 2, 100), (Some("crop"), 2, 100), (Some("mask"), 1, 1)] {
        let crops = folder.path().join("crops");
        let mut arguments = vec![
            "crops",
            text(&path),
            "--out",
            text(&crops),
            "--filter",
            "area = 2.5",
        ];
        arguments.extend(picture.iter().flat_map(|column| ["--picture", column]));
        run(&arguments).ok();
        let file = fs::read_dir(&crops)
            .expect("a folder")
            .map(|entry| entry.expect("a file").path())
            .find(|path| {
                path.extension()
                    .is_some_and(|ending| ending == "tiff" || ending == "tif")
            })
            .expect("a TIFF");
        let mut decoder =
            tiff::decoder::Decoder::new(fs::File::open(file).expect("open")).expect("a TIFF");
        let mut found = 1;
        let tiff::decoder::DecodingResult::U16(pixels) = decoder.read_image().expect("pixels")
        else {
            panic!("16 bits")
        };
        assert_eq!(pixels[0], value, "{picture:?}");
        while decoder.more_images() {
            decoder.next_image().expect("a page");
            found += 1;
        }
        assert_eq!(found, pages, "{picture:?}");
        fs::remove_dir_all(&crops).expect("removed");
    }
    let figure = folder.path().join("cells.svg");
    run(&[
        "montage",
        text(&path),
        "--picture",
        "mask",
        "--out",
        text(&figure),
    ])
    .ok();
    let refused = run(&[
        "montage",
        text(&path),
        "--picture",
        "raw",
        "--out",
        text(&figure),
        "--overwrite",
    ]);
    assert!(
        refused.code != 0 && refused.err.contains("crop, mask"),
        "{}",
        refused.err
    );
}

#[test]
fn python_writes_one_and_reads_its_copy() {
    let Some(python) = python_with("lance, pyarrow") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let (source, copy) = (
        folder.path().join("python.lance"),
        folder.path().join("copy.lance"),
    );
    run_script(&python, "foreign_dataset.py", &["write", text(&source)]);
    run(&[
        "export",
        text(&source),
        "--out",
        text(&copy),
        "--filter",
        "day > 2024-01-01 AND meta.plate = 'P1'",
    ])
    .ok();
    run_script(&python, "foreign_dataset.py", &["check", text(&copy)]);
}
