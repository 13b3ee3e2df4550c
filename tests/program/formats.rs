//! The same plate as CSV, as folders of CSV, as SQLite and as a joined Parquet table gives the same dataset.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use cytolance_dataset::CellDataset;
use cytolance_imaging::CellPicture;
use serde_json::Value;

use crate::support::{open, plate, run, runtime, text};

/// Values and pictures of a dataset, by the cells' keys.
pub struct Content {
    columns: BTreeMap<String, ArrayRef>,
    /// Row of every cell, by image and object number.
    rows: BTreeMap<(String, String), usize>,
    pictures: Vec<CellPicture>,
}

impl Content {
    pub fn of(dataset: &CellDataset) -> Self {
        let names: Vec<String> = dataset
            .columns()
            .iter()
            .filter(|column| column.kind.is_number() || column.arrow_type == "utf8")
            .map(|column| column.name.clone())
            .collect();
        let arrays = runtime()
            .block_on(dataset.read_columns(&names))
            .expect("columns");
        let columns: BTreeMap<String, ArrayRef> = names.into_iter().zip(arrays).collect();
        let rows = (0..dataset.num_rows())
            .map(|row| {
                let key = |name: &str| written(&columns[name], row).expect("a key");
                (
                    (key("Metadata_ImageNumber"), key("Metadata_ObjectNumber")),
                    row,
                )
            })
            .collect();
        let all: Vec<u32> = (0..dataset.num_rows() as u32).collect();
        let pictures = runtime()
            .block_on(dataset.pictures(&all))
            .expect("pictures");
        Self {
            columns,
            rows,
            pictures,
        }
    }

    /// Fails the test unless every column of ours is in the other with the same values, and every picture is the same.
    pub fn assert_equals(&self, other: &Self, but: &[&str], what: &str) {
        assert_eq!(self.rows.len(), other.rows.len(), "{what}");
        let mut compared = 0;
        for (name, values) in &self.columns {
            if but.iter().any(|but| name.contains(but)) {
                continue;
            }
            let theirs = other
                .columns
                .get(name)
                .unwrap_or_else(|| panic!("{what}: no column {name}"));
            for (key, row) in &self.rows {
                let their_row = other.rows[key];
                assert_eq!(
                    written(values, *row),
                    written(theirs, their_row),
                    "{what}: {name} of {key:?}"
                );
                compared += 1;
            }
        }
        assert!(compared > 831 * 200, "{what}: {compared}");
        for (key, row) in &self.rows {
            assert!(
                self.pictures[*row] == other.pictures[other.rows[key]],
                "{what}: crop and outlines of {key:?}"
            );
        }
    }
}

/// A value as text, so that whole numbers may be integers here and floats there.
fn written(values: &ArrayRef, row: usize) -> Option<String> {
    if let Some(numbers) = cytolance_dataset::numbers_of(&values.slice(row, 1)) {
        return (!values.is_null(row)).then(|| numbers[0].to_string());
    }
    let texts = values.as_any().downcast_ref::<StringArray>()?;
    (!texts.is_null(row)).then(|| texts.value(row).to_owned())
}

fn import(source: &Path, target: &Path) -> Value {
    let report = target.with_extension("json");
    let plate = plate();
    run(&[
        "import",
        text(source),
        "--out",
        text(target),
        "--images",
        text(&plate.export.join("images")),
        "--masks",
        text(&plate.export.join("masks")),
        "--report",
        text(&report),
    ])
    .ok();
    serde_json::from_str(&fs::read_to_string(report).expect("a report")).expect("JSON")
}

/// The tables of the demo plate's export: name, header, records.
fn tables() -> Vec<(String, Vec<String>, Vec<Vec<String>>)> {
    ["Image", "Cells", "Nuclei", "Cytoplasm"]
        .iter()
        .map(|name| {
            let path = plate().export.join(format!("{name}.csv"));
            let mut reader = csv::Reader::from_path(path).expect("a table");
            let header = reader
                .headers()
                .expect("a header")
                .iter()
                .map(str::to_owned)
                .collect();
            let records = reader
                .records()
                .map(|record| {
                    let record = record.expect("a row");
                    record.iter().map(str::to_owned).collect()
                })
                .collect();
            ((*name).to_owned(), header, records)
        })
        .collect()
}

fn sums_match(report: &Value) {
    for file in report["files"].as_array().expect("files") {
        let count = |name: &str| file[name].as_u64().expect("a count");
        assert_eq!(
            count("rows"),
            count("imported") + count("rejected") + count("without_parent") + count("not_used"),
            "{file}"
        );
    }
}

#[test]
fn folders_of_exports_are_one_dataset() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("plates");
    for (name, header, records) in tables() {
        let at = header
            .iter()
            .position(|column| column == "ImageNumber")
            .expect("a key");
        for number in 1..=24 {
            let part = source.join(format!("site-{number:02}"));
            fs::create_dir_all(&part).expect("a folder");
            // Another order in one part, a column less in another.
            let mut order: Vec<usize> = (0..header.len()).collect();
            if number == 2 {
                order.reverse();
            }
            if number == 3 && name == "Cells" {
                order.retain(|column| header[*column] != "AreaShape_Solidity");
            }
            let mut lines = vec![
                order
                    .iter()
                    .map(|column| header[*column].clone())
                    .collect::<Vec<_>>()
                    .join(","),
            ];
            for record in &records {
                if record[at] == number.to_string() {
                    lines.push(
                        order
                            .iter()
                            .map(|column| record[*column].clone())
                            .collect::<Vec<_>>()
                            .join(","),
                    );
                }
            }
            fs::write(part.join(format!("{name}.csv")), lines.join("\n") + "\n").expect("a file");
        }
    }
    let target = folder.path().join("plates.lance");
    let report = import(&source, &target);
    assert_eq!(report["rows"], 831);
    sums_match(&report);
    let remarks = report["remarks"].to_string();
    assert!(
        remarks.contains("Cells_AreaShape_Solidity (null in 1 part)"),
        "{remarks}"
    );
    let one = Content::of(&open(&plate().dataset));
    let many = Content::of(&open(&target));
    one.assert_equals(
        &many,
        &["Metadata_Source", "Cells_AreaShape_Solidity"],
        "folders",
    );
    let sources = &many.columns["Metadata_Source"];
    let first = written(sources, 0).expect("a source");
    assert_eq!(first, "plates/site-01");
}

#[test]
fn a_database_gives_the_same_dataset() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("plate.db");
    let mut connection = rusqlite::Connection::open(&file).expect("a database");
    for (name, header, records) in tables() {
        let table = format!("MyExpt_Per_{name}");
        let columns: Vec<String> = header
            .iter()
            .map(|column| match column.as_str() {
                "ImageNumber" => column.clone(),
                "ObjectNumber" if name != "Image" => format!("{name}_Number_Object_Number"),
                _ => format!("{name}_{column}"),
            })
            .collect();
        // The export has the number twice; the database once.
        let mut kept: Vec<usize> = (0..columns.len()).collect();
        kept.retain(|at| header[*at] != "Number_Object_Number");
        let kinds = |at: usize| {
            let numeric = records
                .iter()
                .all(|record| record[at].is_empty() || record[at].parse::<f64>().is_ok());
            if numeric && !header[at].starts_with("Metadata_") {
                "FLOAT"
            } else {
                "TEXT"
            }
        };
        let list: Vec<String> = kept
            .iter()
            .map(|at| format!("\"{}\" {}", columns[*at], kinds(*at)))
            .collect();
        connection
            .execute_batch(&format!("CREATE TABLE {table} ({})", list.join(", ")))
            .expect("a table");
        let transaction = connection.transaction().expect("a transaction");
        {
            let marks = vec!["?"; kept.len()].join(", ");
            let mut statement = transaction
                .prepare(&format!("INSERT INTO {table} VALUES ({marks})"))
                .expect("a statement");
            for record in &records {
                let values = kept.iter().map(|at| {
                    let text = record[*at].as_str();
                    (!text.is_empty() && text != "nan").then_some(text)
                });
                statement
                    .execute(rusqlite::params_from_iter(values))
                    .expect("a row");
            }
        }
        transaction.commit().expect("committed");
    }
    drop(connection);
    let target = folder.path().join("db.lance");
    let report = import(&file, &target);
    assert_eq!(report["rows"], 831);
    sums_match(&report);
    let csv = Content::of(&open(&plate().dataset));
    let database = Content::of(&open(&target));
    csv.assert_equals(&database, &["Metadata_Source", "Image_Group"], "SQLite");
    a_properties_file_chooses_and_names(folder.path(), &file, &database);
}

/// With another experiment's tables in the database, only the `.properties` file tells which are meant.
fn a_properties_file_chooses_and_names(folder: &Path, file: &Path, expected: &Content) {
    rusqlite::Connection::open(file)
        .and_then(|connection| {
            connection
                .execute_batch("CREATE TABLE Other_Per_Image AS SELECT * FROM MyExpt_Per_Image")
        })
        .expect("a second experiment");
    let target = folder.join("properties.lance");
    let both = run(&["import", text(file), "--out", text(&target)]);
    assert!(both.err.contains(".properties"), "{}", both.err);
    let properties = folder.join("MyExpt.properties");
    fs::write(
        &properties,
        "#Tue Nov 24\ndb_type = sqlite\ndb_sqlite_file = D:\\out\\plate.db\nimage_table = MyExpt_Per_Image\n\
         image_file_cols = Image_FileName_DNA,Image_FileName_ER\nimage_names = Chromatin,ER\n\
         image_channel_colors = magenta, none\n",
    )
    .expect("a properties file");
    let report = import(&properties, &target);
    assert_eq!(report["rows"], 831);
    sums_match(&report);
    let dataset = open(&target);
    let channels = &dataset.metadata().channels;
    let chromatin = channels.iter().find(|channel| channel.name == "Chromatin");
    assert_eq!(
        chromatin.map(|channel| channel.color.as_str()),
        Some("#FF00FF")
    );
    assert!(channels.iter().all(|channel| channel.name != "DNA"));
    let content = Content::of(&dataset);
    expected.assert_equals(&content, &["Metadata_Source"], "properties");
}

#[test]
fn a_joined_parquet_table_gives_the_same_dataset() {
    let folder = tempfile::tempdir().expect("a folder");
    let file: PathBuf = folder.path().join("plate.parquet");
    let csv = Content::of(&open(&plate().dataset));
    let columns: Vec<(&String, &ArrayRef)> = csv
        .columns
        .iter()
        .filter(|(name, _)| *name != "Metadata_Source" && !name.starts_with("Metadata_SourceBBox"))
        .collect();
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, values)| Field::new(*name, values.data_type().clone(), true))
        .collect();
    assert!(
        fields
            .iter()
            .any(|field| *field.data_type() == DataType::Utf8)
    );
    let batch = RecordBatch::try_new(
        std::sync::Arc::new(Schema::new(fields)),
        columns
            .iter()
            .map(|(_, values)| ArrayRef::clone(values))
            .collect(),
    )
    .expect("a batch");
    let mut writer = parquet::arrow::ArrowWriter::try_new(
        fs::File::create(&file).expect("a file"),
        batch.schema(),
        None,
    )
    .expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    let target = folder.path().join("pq.lance");
    let report = import(&file, &target);
    assert_eq!(report["rows"], 831);
    sums_match(&report);
    let joined = Content::of(&open(&target));
    csv.assert_equals(&joined, &["Metadata_Source"], "Parquet");
}

#[test]
fn the_report_stays_with_the_dataset() {
    let dataset = text(&plate().dataset);
    let summary = run(&["info", dataset, "--report"]).ok().out;
    assert!(summary.contains("831 Cells rows"), "{summary}");
    let whole = run(&["info", dataset, "--report", "--json"]).ok().out;
    let report: Value = serde_json::from_str(&whole).expect("JSON");
    assert_eq!(report["rows"], 831);
    sums_match(&report);
}

#[test]
fn a_plan_file_repeats_an_import() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = folder.path().join("plan.toml");
    let target = folder.path().join("again.lance");
    let export = &plate().export;
    let lines = [
        format!("source = {:?}", text(export)),
        format!("images = [{:?}]", text(&export.join("images"))),
        format!("masks = [{:?}]", text(&export.join("masks"))),
        "crop = { square = 64 }".to_owned(),
        "[[channels]]".to_owned(),
        "channel = \"Mito\"".to_owned(),
        "skip = true".to_owned(),
        "[[channels]]".to_owned(),
        "channel = \"ER\"".to_owned(),
        "name = \"Reticulum\"".to_owned(),
        "color = \"#123456\"".to_owned(),
    ];
    fs::write(&plan, lines.join("\n")).expect("a file");
    run(&["import", "--plan", text(&plan), "--out", text(&target)]).ok();
    let dataset = open(&target);
    let channels: Vec<(&str, &str)> = dataset
        .metadata()
        .channels
        .iter()
        .map(|channel| (channel.name.as_str(), channel.color.as_str()))
        .collect();
    assert_eq!(channels.len(), 4, "{channels:?}");
    assert!(channels.contains(&("Reticulum", "#123456")), "{channels:?}");
    let pictures = runtime()
        .block_on(dataset.pictures(&[0]))
        .expect("a picture");
    let crop = pictures[0].crop.as_ref().expect("a crop");
    assert_eq!((crop.width, crop.height, crop.planes.len()), (64, 64, 4));
    let wrong = run(&["import", "--plan", text(&plan), "--margin", "3"]);
    assert_eq!(wrong.code, 2);
}
