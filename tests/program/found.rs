//! What is found at a source, and what is said of everything that is not imported.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, DictionaryArray, Float64Array, RecordBatch, StringArray, UInt64Array,
};
use arrow::datatypes::Int32Type;
use serde_json::Value;

use crate::support::{Run, open, run, runtime, text, texts_of};

/// Files that a source is made of.
type Files<'a> = &'a [(&'a str, &'a str)];

const IMAGE: &str = "ImageNumber,FileName_DNA,Count_Nuclei\n1,a.tif,2\n2,b.tif,1\n";
const NUCLEI: &str = "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,100\n1,2,101\n2,1,102\n";

/// An import that was tried.
struct Tried {
    folder: tempfile::TempDir,
    dataset: PathBuf,
    run: Run,
    report: Option<Value>,
}

fn folder_of(files: Files) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join("export").join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    folder
}

/// Imports a file or folder of the export in a folder.
fn import_from(folder: tempfile::TempDir, source: &str, arguments: &[&str]) -> Tried {
    let export = folder.path().join("export");
    let source = if source.is_empty() {
        export
    } else {
        export.join(source)
    };
    let dataset = folder.path().join("x.lance");
    let report = folder.path().join("x.json");
    let mut all = vec!["import", text(&source), "--out", text(&dataset)];
    all.extend(["--report", text(&report)]);
    all.extend(arguments);
    let run = run(&all);
    let json = std::fs::read_to_string(&report).ok();
    Tried {
        dataset,
        report: json.map(|json| serde_json::from_str(&json).expect("JSON")),
        run,
        folder,
    }
}

fn import(files: Files, source: &str) -> Tried {
    import_from(folder_of(files), source, &[])
}

impl Tried {
    fn report(&self) -> &Value {
        assert_eq!(self.run.code, 0, "{}", self.run.err);
        self.report.as_ref().expect("a report")
    }

    /// The values of a column as text, nulls as «-».
    fn texts(&self, name: &str) -> Vec<String> {
        self.report();
        let names = [name.to_owned()];
        let read = runtime().block_on(open(&self.dataset).read_columns(&names));
        let values = read.expect(name).remove(0);
        texts_of(&values)
    }

    /// Fails unless a file or folder is named as left alone, for this reason, in the report and on the terminal.
    fn leaves_alone(&self, name: &str, words: &str) {
        let ignored = self.report()["ignored"].as_array().expect("a list");
        let export = self.folder.path().join("export");
        let found = ignored.iter().find(|file| {
            let path = Path::new(file["path"].as_str().expect("a path"));
            path.strip_prefix(&export)
                .is_ok_and(|path| path == Path::new(name))
        });
        let reason = found.and_then(|file| file["reason"].as_str());
        assert!(
            reason.is_some_and(|reason| reason.contains(words)),
            "{name}, {words}: {ignored:?}"
        );
        let path = if name.is_empty() {
            export
        } else {
            export.join(name)
        };
        let line = format!("left alone {}:", path.display());
        assert!(self.run.out.contains(&line), "{line}: {}", self.run.out);
    }
}

#[test]
fn refusals_say_what_is_there() {
    let worms = "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,5\n";
    let cases: &[(&str, Files, &str, &[&str])] = &[
        (
            "an Image table alone",
            &[("Image.csv", IMAGE), ("notes.csv", "Plate,Note\nP1,x\n")],
            "",
            &[
                "Image.csv: an Image table of 2 image sets, no object table beside it (Count_Nuclei 3)",
                "notes.csv: neither an Image nor an object table (no ImageNumber column)",
                "expected CSV files",
            ],
        ),
        (
            "an Image table alone, named itself",
            &[("Image.csv", IMAGE), ("notes.csv", "Plate,Note\nP1,x\n")],
            "Image.csv",
            &["Image.csv: an Image table of 2 image sets"],
        ),
        (
            "below the source",
            &[("a/Image.csv", IMAGE), ("b/Experiment.csv", "Key,Value\n")],
            "",
            &[
                "a/Image.csv: an Image table of 2 image sets",
                "b/Experiment.csv: an Experiment table, no object table",
            ],
        ),
        (
            "compressed",
            &[("Cells.csv.gz", "x"), ("all.zip", "x"), ("a.tif.gz", "x")],
            "",
            &[
                "Cells.csv.gz: it is compressed; unpack it",
                "all.zip: it is an archive; unpack it",
            ],
        ),
        (
            "an archive",
            &[("all.zip", "PK")],
            "all.zip",
            &["it is an archive; unpack it"],
        ),
        (
            "a damaged database",
            &[("a/x.sqlite", "SQLite format 3\0"), ("b/Image.csv", IMAGE)],
            "",
            &[
                "a/x.sqlite: it cannot be read",
                "b/Image.csv: an Image table",
            ],
        ),
        (
            "a header alone",
            &[("Nuclei.csv", "ImageNumber,ObjectNumber,AreaShape_Area\n")],
            "",
            &[
                "Nuclei.csv has no usable row",
                "it has a header and nothing else",
            ],
        ),
        (
            "image numbers that are names",
            &[("Nuclei.csv", "ImageNumber,ObjectNumber\nf1,1\nf2,1\n")],
            "",
            &["2 of 2 rows were rejected; line 2: ImageNumber f1 is no number"],
        ),
        (
            "nothing",
            &[("a/notes.md", "x")],
            "a/gone",
            &["there is no ", "/a is there)"],
        ),
        (
            "a Lance table in a folder",
            &[("old.lance/_versions/1.manifest", "x")],
            "",
            &["old.lance: a Lance table, which is a source by itself"],
        ),
        (
            "one question for all exports",
            &[
                ("a/Worms.csv", worms),
                ("a/Wells.csv", worms),
                ("b/Worms.csv", worms),
                ("b/Wells.csv", worms),
            ],
            "",
            &["one row should stand for (Wells, Worms): say it with --primary"],
        ),
        (
            "one reason for all exports",
            &[
                ("a/Worms.csv", "ImageNumber,ObjectNumber\n,1\n"),
                ("b/Worms.csv", "ImageNumber,ObjectNumber\n"),
                ("c/Worms.csv", "ImageNumber,ObjectNumber,AreaShape_Area\n"),
            ],
            "",
            &[
                "a: Worms.csv has no usable row: 1 of 1 row was rejected",
                "2 exports, the first ",
                "b: Worms.csv has no usable row: it has a header and nothing else",
            ],
        ),
    ];
    for (name, files, source, words) in cases {
        let tried = import(files, source);
        assert_eq!(tried.run.code, 1, "{name}: {}", tried.run.out);
        assert!(!tried.dataset.exists(), "{name}");
        let said = &tried.run.err;
        // Lines end where the terminal does.
        let joined = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in *words {
            assert!(
                joined.contains(word.trim_end()),
                "{name}: {word} is not in\n{said}"
            );
        }
        for line in said.lines() {
            let repeated = line.matches("should stand for").count();
            assert!(repeated < 2, "{name}: {line}");
        }
    }
    // Tables of a database, by what they lack.
    let database = |sql: &str| {
        let folder = folder_of(&[("x", "")]);
        let path = folder.path().join("export/other.sqlite");
        rusqlite::Connection::open(path)
            .and_then(|connection| connection.execute_batch(sql))
            .expect("a database");
        folder
    };
    for source in ["", "other.sqlite"] {
        let folder = database("CREATE TABLE plates (a); CREATE TABLE wells (b);");
        let said = import_from(folder, source, &[]).run.err;
        let words = "it has plates, wells (no ImageNumber column)";
        let joined = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined.contains(words), "{source}: {said}");
    }
}

#[test]
fn wells_without_cells_are_named() {
    let folder = folder_of(&[
        ("A01/Image.csv", IMAGE),
        ("A01/Nuclei.csv", NUCLEI),
        (
            "A02/Image.csv",
            "ImageNumber,ModuleError_05MeasureTexture,ModuleError_06X\n1,0,0\n2,1,0\n",
        ),
        ("A02/Nuclei.csv", &NUCLEI.replace(",10", ",20")),
        (
            "A03/Image.csv",
            "ImageNumber,Count_Cells,ModuleError_05MeasureTexture\n1,4,0\n2,5,1\n",
        ),
        ("A04/run.log", "killed"),
        ("A06/Nuclei.csv", ""),
        (
            "A07/Nuclei.csv",
            "ImageNumber,ObjectNumber,AreaShape_Area\n",
        ),
        ("A08/plate.sqlite", "SQLite format 3\0"),
        ("A09/Nuclei.csv", "\u{0}\u{1}"),
        ("notes/tracks.csv", "Track,Length\n1,2\n"),
        ("notes/Nuclei.csv.gz", "x"),
        ("pictures/a.tif", "x"),
        ("one/two/three/four/five/six/Nuclei.csv", NUCLEI),
    ]);
    std::fs::create_dir(folder.path().join("export/A05")).expect("a folder");
    let tried = import_from(folder, "", &[]);
    assert_eq!(tried.report()["rows"], 6, "{}", tried.run.out);
    tried.leaves_alone(
        "A03/Image.csv",
        "2 image sets, no object table beside it (Count_Cells 9, errors of 05MeasureTexture in 1)",
    );
    for (name, words) in [
        ("A04", "no table"),
        ("A05", "no table"),
        ("A06/Nuclei.csv", "empty"),
        ("A07", "a header and nothing else"),
        ("A08/plate.sqlite", "cannot be read"),
        ("A09/Nuclei.csv", "no ImageNumber"),
        ("notes/tracks.csv", "no ImageNumber"),
        ("notes/Nuclei.csv.gz", "compressed"),
        (
            "one/two/three/four/five/six",
            "choose a folder nearer to it",
        ),
    ] {
        tried.leaves_alone(name, words);
    }
    let ignored = tried.report()["ignored"].as_array().expect("a list");
    assert_eq!(ignored.len(), 10, "{ignored:?}");
    let said = "errors in 1 of 2 image sets (ModuleError_05MeasureTexture)";
    assert!(tried.run.out.contains(said), "{}", tried.run.out);
    assert!(!tried.run.out.contains("image sets (ModuleError_06X"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_linked_twice_is_imported_once() {
    let folder = folder_of(&[("runs/7/Image.csv", IMAGE), ("runs/7/Nuclei.csv", NUCLEI)]);
    let runs = folder.path().join("export/runs");
    std::os::unix::fs::symlink(runs.join("7"), folder.path().join("export/latest"))
        .expect("a link");
    let tried = import_from(folder, "", &[]);
    assert_eq!(tried.report()["rows"], 3, "{}", tried.run.out);
    tried.leaves_alone("latest", "a link to the same folder as");
}

#[test]
fn objects_of_another_run_have_no_image_data() {
    let files: Files = &[
        ("runB_Image.csv", IMAGE),
        ("runD_Nuclei.csv", NUCLEI),
        ("runD_Notes.csv", "a,b\n"),
    ];
    let tried = import(files, "");
    assert_eq!(tried.report()["rows"], 3);
    tried.leaves_alone(
        "runB_Image.csv",
        "no object table beside it that begins with runB_",
    );
    tried.leaves_alone("runD_Notes.csv", "no ImageNumber");
    assert!(
        tried.run.out.contains("there is no Image table"),
        "{}",
        tried.run.out
    );
    let dataset = open(&tried.dataset);
    assert!(dataset.column("Image_FileName_DNA").is_none());
    // Beside a run that is whole, the other's cells may be the same again.
    let mut files = files.to_vec();
    files.push(("runB_Nuclei.csv", NUCLEI));
    let tried = import(&files, "");
    assert_eq!(tried.report()["rows"], 3);
    assert_eq!(
        tried.texts("Image_FileName_DNA"),
        ["a.tif", "a.tif", "b.tif"]
    );
    tried.leaves_alone(
        "runD_Nuclei.csv",
        "not the prefix runB_ of the Image table runB_Image.csv",
    );
}

#[test]
fn a_file_that_is_named_stands_for_what_is_related_to_it() {
    let of = |area: u32| {
        format!(
            "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,{area}\n1,2,{}\n",
            area + 1
        )
    };
    let (control, drug_a, drug_b) = (of(10), of(20), of(30));
    let mut files = vec![
        ("tables/control_nucleus.csv", control.as_str()),
        ("tables/drugA_nucleus.csv", drug_a.as_str()),
        ("tables/drugB_nucleus.csv", drug_b.as_str()),
    ];
    for with_image in [false, true] {
        let tried = import(&files, "tables/drugA_nucleus.csv");
        let column = "drugA_nucleus_AreaShape_Area";
        assert_eq!(tried.texts(column), ["20", "21"], "{}", tried.run.out);
        assert_eq!(
            tried.texts("Metadata_Source"),
            ["tables/drugA_nucleus", "tables/drugA_nucleus"]
        );
        for other in ["tables/control_nucleus.csv", "tables/drugB_nucleus.csv"] {
            tried.leaves_alone(other, "drugA_nucleus.csv was named");
        }
        let dataset = open(&tried.dataset);
        let has_image = dataset.column("Image_FileName_DNA").is_some();
        assert_eq!(has_image, with_image);
        files.push(("tables/Image.csv", IMAGE));
    }
    // Another export of the folder is named, too.
    let tried = import(
        &[
            ("A_Image.csv", IMAGE),
            ("A_Nuclei.csv", NUCLEI),
            ("B_Image.csv", IMAGE),
            ("B_Nuclei.csv", &control),
        ],
        "A_Nuclei.csv",
    );
    has_nuclei(&tried, "Nuclei", "one of two prefixes");
    tried.leaves_alone("B_Nuclei.csv", "of another export than A_Nuclei");
    // What parents relate is one export, whichever of its files is named; what is beside it is not.
    let cells = "ImageNumber,ObjectNumber,Parent_Nuclei\n1,1,2\n1,2,1\n";
    let files: Files = &[
        ("Image.csv", IMAGE),
        ("Cells.csv", cells),
        ("Nuclei.csv", NUCLEI),
        ("Worms.csv", NUCLEI),
    ];
    for named in ["Cells.csv", "Nuclei.csv", "Image.csv"] {
        let tried = import(files, named);
        let areas = tried.texts("Nuclei_AreaShape_Area");
        assert_eq!(areas, ["101", "100"], "{named}: {}", tried.run.out);
        if named != "Image.csv" {
            tried.leaves_alone("Worms.csv", "no Parent_ column relates the two");
        }
    }
    let tried = import(files, "Worms.csv");
    assert_eq!(tried.texts("Worms_AreaShape_Area").len(), 3);
}

/// Fails unless an import has the cells of `NUCLEI` with the pictures' names of `IMAGE`.
fn has_nuclei(tried: &Tried, object: &str, what: &str) {
    let numbers: Vec<String> = ["Metadata_ImageNumber", "Metadata_ObjectNumber"]
        .iter()
        .map(|name| tried.texts(name).concat())
        .collect();
    assert_eq!(numbers, ["112", "121"], "{what}");
    let areas = tried.texts(&format!("{object}_AreaShape_Area"));
    let areas: Vec<f64> = areas
        .iter()
        .map(|area| area.parse().expect("a number"))
        .collect();
    assert_eq!(areas, [100.0, 101.0, 102.0], "{what}");
    let names = tried.texts("Image_FileName_DNA");
    assert_eq!(names, ["a.tif", "a.tif", "b.tif"], "{what}");
}

#[test]
fn tables_are_known_however_they_are_spelled() {
    let respelled = |from: &str, to: &str| (IMAGE.replace(from, to), NUCLEI.replace(from, to));
    let separated = |by: &str| respelled(",", by);
    let objects = |from: &str, to: &str| (IMAGE.to_owned(), NUCLEI.replace(from, to));
    let prefixed = |object: &str, image: &str| {
        (
            IMAGE
                .replace("FileName", &format!("{image}_FileName"))
                .replace("Count", &format!("{image}_Count")),
            NUCLEI
                .replace("ObjectNumber", &format!("{object}_Number_Object_Number"))
                .replace("AreaShape", &format!("{object}_AreaShape")),
        )
    };
    let named_rows = |table: &str| {
        let rows = table.lines().skip(1).enumerate();
        let rows: Vec<String> = rows
            .map(|(at, row)| format!("\"{}\",{row}\n", at + 1))
            .collect();
        format!(
            "{}\n{}",
            table.lines().next().expect("a header"),
            rows.concat()
        )
    };
    let cases: Vec<(&str, &str, (String, String), &str)> = vec![
        ("Image.csv", "Nuclei.csv", respelled("", ""), "Nuclei"),
        (
            "image.csv",
            "Nuclei.csv",
            respelled("ImageNumber", "imagenumber"),
            "Nuclei",
        ),
        (
            "Images.csv",
            "Nuclei.csv",
            respelled("ImageNumber", "Image Number"),
            "Nuclei",
        ),
        (
            "MyExpt_IMAGE.csv",
            "myexpt_Nuclei.csv",
            respelled("ImageNumber", "Image.Number"),
            "Nuclei",
        ),
        (
            "Run_Images.csv",
            "Run_Nuclei.csv",
            respelled("ImageNumber", " IMAGENUMBER "),
            "Nuclei",
        ),
        (
            "fields.csv",
            "Nuclei.csv",
            objects("ObjectNumber", "objectnumber"),
            "Nuclei",
        ),
        (
            "Image.csv",
            "Nuclei.csv",
            objects("ObjectNumber", "number_object_number"),
            "Nuclei",
        ),
        (
            "Image.csv",
            "Nuclei.csv",
            objects("Image", "\u{feff}Image"),
            "Nuclei",
        ),
        ("Image.txt", "Nuclei.txt", separated("\t"), "Nuclei"),
        ("Image.tsv", "Nuclei.csv", separated("\t"), "Nuclei"),
        ("Image.csv", "Nuclei.csv", separated(";"), "Nuclei"),
        ("Image.csv", "Nuclei.csv", separated("|"), "Nuclei"),
        (
            "Image.csv",
            "Nuclei.csv",
            (IMAGE.to_owned(), NUCLEI.replace(',', "\t")),
            "Nuclei",
        ),
        (
            "Image.csv",
            "Nuclei.csv",
            (named_rows(IMAGE), named_rows(NUCLEI)),
            "Nuclei",
        ),
        (
            "Image.csv",
            "Nuclei.csv",
            respelled("\n", ",\n").map_headers(),
            "Nuclei",
        ),
        (
            "P_Per_Image.csv",
            "P_Per_Nuclei.csv",
            prefixed("Nuclei", "Image"),
            "Nuclei",
        ),
        (
            "per_image.csv",
            "objects.csv",
            prefixed("Nuclei", "image"),
            "Nuclei",
        ),
        ("Image.csv", "cells.csv", respelled("1,", "1.0,"), "cells"),
    ];
    for (image, nuclei, (images, objects), object) in cases {
        let files = [(image, images.as_str()), (nuclei, objects.as_str())];
        let what = format!("{image} {nuclei}\n{images}{objects}");
        has_nuclei(&import(&files, ""), object, &what);
    }
    // As a spreadsheet saves it where fractions have a comma.
    let (images, objects) = separated(";");
    let objects = objects.replace(";100", ";100,0").replace(";101", ";101,0");
    let tried = import(&[("Image.csv", &images), ("Nuclei.csv", &objects)], "");
    has_nuclei(&tried, "Nuclei", &objects);
    let said = "the comma is read as a point";
    assert!(tried.run.out.contains(said), "{}", tried.run.out);
    // What is read in another way than it is written is said.
    let (images, objects) = respelled("ImageNumber", "image_number");
    let tried = import(&[("Image.csv", &images), ("Nuclei.csv", &objects)], "");
    let said = "the column image_number is read as ImageNumber";
    assert_eq!(tried.run.out.matches(said).count(), 2, "{}", tried.run.out);
    // The Image table is the one that looks like one, not the first.
    let annotations = "ImageNumber,Note\n1,x\n2,y\n";
    let files: Files = &[
        ("Annotations.csv", annotations),
        ("Image.csv", IMAGE),
        ("Nuclei.csv", NUCLEI),
    ];
    let tried = import(files, "");
    has_nuclei(&tried, "Nuclei", "annotations");
    tried.leaves_alone(
        "Annotations.csv",
        "a second Image table; Image.csv is taken",
    );
}

/// Takes the delimiter at the ends of rows away from the header.
trait MapHeaders {
    fn map_headers(self) -> Self;
}

impl MapHeaders for (String, String) {
    fn map_headers(self) -> Self {
        (
            self.0.replacen(",\n", "\n", 1),
            self.1.replacen(",\n", "\n", 1),
        )
    }
}

#[test]
fn databases_made_by_hand_are_read() {
    let filled = |image: &str, nuclei: &str| {
        format!(
            "INSERT INTO {image} VALUES (1, 'a.tif'), (2, 'b.tif');
             INSERT INTO {nuclei} VALUES (1, 1, 100), (1, 2, 101), (2, 1, 102);"
        )
    };
    let made = |image: [&str; 3], nuclei: [&str; 4]| {
        format!(
            "CREATE TABLE {} ({}, {}); CREATE TABLE {} ({}, {}, {}); {}",
            image[0],
            image[1],
            image[2],
            nuclei[0],
            nuclei[1],
            nuclei[2],
            nuclei[3],
            filled(image[0], nuclei[0])
        )
    };
    let plain = ["ImageNumber", "ObjectNumber", "AreaShape_Area"];
    let of =
        |name: &'static str, columns: [&'static str; 3]| [name, columns[0], columns[1], columns[2]];
    let cases = [
        (
            ["Image", "ImageNumber", "FileName_DNA"],
            of("Nuclei", plain),
            "Nuclei",
        ),
        (
            ["images", "imagenumber TEXT", "image_FileName_DNA"],
            of("Nuclei", plain),
            "Nuclei",
        ),
        (
            ["Per_Image", "ImageNumber TEXT", "Image_FileName_DNA"],
            of(
                "Per_Nuclei",
                [
                    "ImageNumber TEXT",
                    "Number_Object_Number TEXT",
                    "AreaShape_Area TEXT",
                ],
            ),
            "Nuclei",
        ),
        (
            ["image", "ImageNumber", "Image_FileName_DNA"],
            of(
                "Cells",
                ["imageNumber", "Cells_ObjectNumber", "Cells_AreaShape_Area"],
            ),
            "Cells",
        ),
        (
            ["fields", "ImageNumber REAL", "FileName_DNA"],
            of("Nuclei", plain),
            "Nuclei",
        ),
    ];
    let database = |folder: &tempfile::TempDir, sql: &str| {
        rusqlite::Connection::open(folder.path().join("export/x.sqlite"))
            .and_then(|connection| connection.execute_batch(sql))
            .expect("a database");
    };
    for (image, nuclei, object) in cases {
        let sql = made(image, nuclei);
        let folder = folder_of(&[("x", "")]);
        database(&folder, &sql);
        has_nuclei(&import_from(folder, "x.sqlite", &[]), object, &sql);
    }
    // Tables that only a .properties file tells from others.
    let sql = format!(
        "{}{}",
        made(
            ["MyImages", "ImageNumber", "FileName_DNA"],
            of("MyNuclei", plain)
        ),
        made(
            ["OldImages", "ImageNumber", "FileName_DNA"],
            of("OldNuclei", plain)
        )
        .replace("10", "7")
    );
    let properties = "db_type = sqlite\ndb_sqlite_file = gone/x.sqlite\nimage_table = MyImages\nobject_table = MyNuclei\n";
    let folder = folder_of(&[("x.properties", properties)]);
    database(&folder, &sql);
    let tried = import_from(folder, "x.properties", &[]);
    has_nuclei(&tried, "MyNuclei", "a .properties file");
    tried.leaves_alone(
        "x.sqlite/OldNuclei",
        "the .properties file is about MyImages and MyNuclei",
    );
    // A .properties file of CSV files.
    let objects = NUCLEI
        .replace("ObjectNumber", "Nuclei_Number_Object_Number")
        .replace("AreaShape", "Nuclei_AreaShape");
    let properties = "db_type = sqlite\nimage_csv_file = /gone/per_image.csv\nobject_csv_file = tables/what.csv\nimage_file_cols = Image_FileName_DNA\nimage_names = Hoechst\n";
    let tried = import(
        &[
            ("x.properties", properties),
            (
                "per_image.csv",
                &IMAGE.replace("FileName", "Image_FileName"),
            ),
            ("tables/what.csv", &objects),
        ],
        "x.properties",
    );
    has_nuclei(&tried, "Nuclei", "a .properties file of CSV files");
}

fn write_parquet(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    crate::support::write_parquet(path, &batch);
}

#[test]
fn keys_may_have_any_type() {
    let areas = || Arc::new(Float64Array::from(vec![5.0, 6.0, 7.0])) as ArrayRef;
    let dictionary: DictionaryArray<Int32Type> = ["41", "41", "42"].into_iter().collect();
    let decimals = Decimal128Array::from(vec![4100, 4100, 4200]);
    let decimals = decimals.with_precision_and_scale(10, 2).expect("decimals");
    let types: [(&str, ArrayRef); 5] = [
        ("unsigned", Arc::new(UInt64Array::from(vec![41, 41, 42]))),
        ("dictionary", Arc::new(dictionary)),
        ("decimals", Arc::new(decimals)),
        (
            "text",
            Arc::new(StringArray::from(vec!["41.0", "41.0", "42.0"])),
        ),
        (
            "floats",
            Arc::new(Float64Array::from(vec![41.0, 41.0, 42.0])),
        ),
    ];
    for (name, images) in types {
        let folder = folder_of(&[("x", "")]);
        let numbers = UInt64Array::from(vec![3, 9, 3]);
        write_parquet(
            &folder.path().join("export/cells.parquet"),
            vec![
                (
                    if name == "text" {
                        "image_number"
                    } else {
                        "Metadata_ImageNumber"
                    },
                    images,
                ),
                (
                    if name == "text" {
                        "metadata_objectnumber"
                    } else {
                        "Metadata_ObjectNumber"
                    },
                    Arc::new(numbers),
                ),
                ("Cells_AreaShape_Area", areas()),
            ],
        );
        let tried = import_from(folder, "cells.parquet", &[]);
        assert_eq!(tried.report()["rows"], 3, "{name}");
        let found: Vec<i64> = tried
            .texts("Metadata_ImageNumber")
            .iter()
            .map(|text| text.parse().expect("a number"))
            .collect();
        assert_eq!(found, [41, 41, 42], "{name}");
        assert_eq!(
            tried.texts("Metadata_ObjectNumber"),
            ["3", "9", "3"],
            "{name}"
        );
    }
    // Numbers that are not certain any more are no keys.
    let nuclei = "ImageNumber,ObjectNumber,AreaShape_Area\n9007199254740993,1,5\n9007199254740992,1,6\n2.0,1,7\n-1,1,8\n,1,9\n";
    let tried = import(&[("Nuclei.csv", nuclei)], "");
    assert_eq!(tried.texts("Metadata_ImageNumber"), ["-1", "2"]);
    let file = &tried.report()["files"][0];
    assert_eq!(file["rejected"], 3, "{file}");
    let details = file["details"].to_string();
    assert!(
        details.contains("ImageNumber 9007199254740992 is too large to be exact"),
        "{details}"
    );
    // Whole ones are, up to the largest.
    let tried = import(&[("Nuclei.csv", &nuclei.replace("2.0,1", "2,1"))], "");
    let images = ["-1", "2", "9007199254740992", "9007199254740993"];
    assert_eq!(tried.texts("Metadata_ImageNumber"), images);
    // A table's number may stand among the metadata.
    let both =
        |name: &str| format!("{name},ImageNumber,ObjectNumber,AreaShape_Area\n7,1,1,5\n8,1,1,6\n");
    for name in ["TableNumber", "Metadata_TableNumber", "tablenumber"] {
        let tried = import(&[("Nuclei.csv", &both(name))], "");
        assert_eq!(tried.texts("Metadata_ImageNumber"), ["1", "1"], "{name}");
        assert_eq!(tried.report()["rows"], 2, "{name}");
    }
}

#[test]
fn folders_of_a_table_in_parts_say_columns() {
    let folder = folder_of(&[("x", "")]);
    for (place, area) in [
        ("plate=P%201/well=A01/part-0.parquet", 5.0),
        ("plate=P%201/well=B02/part-0.parquet", 6.0),
        ("plate=007/well=A01/part-0.parquet", 7.0),
    ] {
        write_parquet(
            &folder.path().join("export/cells.parquet").join(place),
            vec![(
                "Cells_AreaShape_Area",
                Arc::new(Float64Array::from(vec![area])) as ArrayRef,
            )],
        );
    }
    let tried = import_from(folder, "cells.parquet", &[]);
    let columns = ["plate", "well", "Cells_AreaShape_Area"].map(|name| tried.texts(name));
    let mut rows: Vec<String> = (0..3)
        .map(|row| {
            columns
                .each_ref()
                .map(|column| column[row].clone())
                .join(" ")
        })
        .collect();
    rows.sort();
    assert_eq!(rows, ["007 A01 7.0", "P 1 A01 5.0", "P 1 B02 6.0"]);
    let dataset = open(&tried.dataset);
    assert_eq!(dataset.keys().plate.as_deref(), Some("plate"));
    assert_eq!(dataset.keys().mapped_well(), Some("well"));
}

#[test]
fn kinds_that_were_not_asked_for_are_named() {
    let folder = folder_of(&[
        ("Image.csv", IMAGE),
        ("Nuclei.csv", NUCLEI),
        ("notes.csv", "a,b\n"),
    ]);
    let path = folder.path().join("export/cells.parquet");
    let areas = Arc::new(Float64Array::from(vec![5.0]));
    write_parquet(&path, vec![("Cells_AreaShape_Area", areas)]);
    let mut other = std::fs::File::create(folder.path().join("export/x.db")).expect("a file");
    other.write_all(b"no database").expect("written");
    let tried = import_from(folder, "", &["--kind", "parquet"]);
    assert_eq!(tried.report()["rows"], 1);
    tried.leaves_alone("", "a CellProfiler CSV export, and Parquet was asked for");
    tried.leaves_alone("notes.csv", "no ImageNumber");
    tried.leaves_alone("x.db", "neither");
}
