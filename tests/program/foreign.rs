//! Datasets that others wrote: columns of every type are shown, filtered, sorted and exported, or named; and of several
//! columns of pictures each can be shown.

mod samples;
mod window;

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array as _, RecordBatch};
use arrow::compute::cast;
use cytolance_explore::{Explorer, Whole};
use cytolance_profile::{ColumnKind, Condition, Filter, Query, Sort};

use crate::support::{open, python_with, run, run_script, runtime, text};
use samples::{batch, written};

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
        ("dose > 0", "1.5 4.5 5.5"),
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
            // Parquet has no seconds.
            let copied = cast(copied, values.data_type()).expect("the type");
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
