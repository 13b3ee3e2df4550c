//! What tables have recorded is held against the files, and against each other; what is there twice is named.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use serde_json::Value;
use tiff::encoder::{TiffEncoder, colortype::Gray8};
use tiff::tags::Tag;

use crate::support::{run, text};

const SIDE: u32 = 48;

/// A picture whose pixels are those of its number alone.
fn picture(number: u32, side: u32, description: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels: Vec<u8> = (0..side * side)
        .map(|at| (at * (number + 3) % 251) as u8)
        .collect();
    {
        let mut encoder = TiffEncoder::new(Cursor::new(&mut bytes)).expect("a TIFF");
        let mut image = encoder.new_image::<Gray8>(side, side).expect("a page");
        let written = image
            .encoder()
            .write_tag(Tag::ImageDescription, description);
        written.expect("a description");
        image.write_data(&pixels).expect("pixels");
    }
    bytes
}

fn digest(bytes: &[u8]) -> String {
    format!("{:x}", md5::compute(bytes))
}

/// An import: its report, and what the terminal said.
struct Imported {
    report: Value,
    said: String,
}

impl Imported {
    /// Looked at, verified, contradicted and untold of a line.
    fn line(&self, title: &str, of: &str) -> Option<[u64; 4]> {
        let lines = self.report["verification"].as_array()?;
        let found = lines.iter().find(|line| {
            let about = ["kind", "object", "channel"].map(|key| line[key].as_str());
            let words: Vec<&str> = about.into_iter().flatten().collect();
            words.join(" ") == title && line["of"] == of
        })?;
        let counts = ["checked", "verified", "contradicted", "cannot_tell"];
        Some(counts.map(|key| found[key].as_u64().expect("a count")))
    }

    fn says(&self, name: &str, words: &str) {
        let joined = self.said.replace("\n        ", " ");
        assert!(joined.contains(words), "{name}: {words} in {}", self.said);
        let json = self.report.to_string();
        assert!(json.contains(words), "{name}: {words} in {json}");
    }
}

fn import(files: &[(&str, Vec<u8>)], arguments: &[&str]) -> Imported {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export");
    for (name, bytes) in files {
        let path = export.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    import_folder(folder.path(), arguments)
}

/// Imports what lies in `export` in a folder.
fn import_folder(folder: &Path, arguments: &[&str]) -> Imported {
    let [export, dataset, report] = ["export", "x.lance", "x.json"].map(|name| folder.join(name));
    let mut all = vec!["import", text(&export), "--out", text(&dataset)];
    all.extend(["--report", text(&report)]);
    all.extend(arguments);
    let said = run(&all).ok().out;
    let json = std::fs::read_to_string(&report).expect("a report");
    Imported {
        report: serde_json::from_str(&json).expect("JSON"),
        said,
    }
}

const NUCLEI: &str = "ImageNumber,ObjectNumber,AreaShape_Area,AreaShape_BoundingBoxMinimum_X,AreaShape_BoundingBoxMinimum_Y,AreaShape_BoundingBoxMaximum_X,AreaShape_BoundingBoxMaximum_Y\n\
    1,1,25,5,5,10,10\n1,2,25,20,20,25,25\n2,1,25,30,30,35,35\n";

/// The Image table of two fields with these sides and digests.
fn images(sides: [u32; 2], digests: [&str; 2]) -> String {
    let mut table =
        "ImageNumber,FileName_DNA,PathName_DNA,Height_DNA,Width_DNA,MD5Digest_DNA\n".to_owned();
    for (number, (side, digest)) in (1..).zip(sides.iter().zip(digests)) {
        let _ = writeln!(table, "{number},f{number}.tif,/gone,{side},{side},{digest}");
    }
    table
}

/// The same tables as a database.
fn as_database(image: &str) -> Vec<u8> {
    let mut sql = "CREATE TABLE Per_Image (ImageNumber INTEGER, Image_FileName_DNA TEXT, Image_PathName_DNA TEXT, Image_Height_DNA INTEGER, Image_Width_DNA INTEGER, Image_MD5Digest_DNA TEXT);
        CREATE TABLE Per_Nuclei (ImageNumber INTEGER, Nuclei_Number_Object_Number INTEGER, Nuclei_AreaShape_Area FLOAT, Nuclei_AreaShape_BoundingBoxMinimum_X FLOAT, Nuclei_AreaShape_BoundingBoxMinimum_Y FLOAT, Nuclei_AreaShape_BoundingBoxMaximum_X FLOAT, Nuclei_AreaShape_BoundingBoxMaximum_Y FLOAT);".to_owned();
    for (table, rows) in [("Per_Image", image), ("Per_Nuclei", NUCLEI)] {
        for row in rows.lines().skip(1) {
            let values: Vec<String> = row.split(',').map(|value| format!("'{value}'")).collect();
            let _ = write!(sql, "INSERT INTO {table} VALUES ({});", values.join(","));
        }
    }
    database(&sql)
}

fn database(sql: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.sqlite");
    rusqlite::Connection::open(&path)
        .and_then(|connection| connection.execute_batch(sql))
        .expect("a database");
    std::fs::read(path).expect("the database")
}

#[test]
fn sizes_and_digests_are_held_against_the_files() {
    struct Case {
        name: &'static str,
        sides: [u32; 2],
        digests: [String; 2],
        pictures: [Vec<u8>; 2],
        sizes: [u64; 4],
        told: [u64; 4],
        with_picture: u64,
        words: &'static [&'static str],
    }

    impl Case {
        /// The parts that a case does not say.
        fn clone_of(&self) -> Self {
            Self {
                digests: self.digests.clone(),
                pictures: self.pictures.clone(),
                ..*self
            }
        }
    }

    let drawn = [1, 2].map(|number| picture(number, SIDE, ""));
    let recorded = || drawn.clone().map(|bytes| digest(&bytes));
    let good = Case {
        name: "as recorded",
        sides: [SIDE; 2],
        digests: recorded(),
        pictures: drawn.clone(),
        sizes: [2, 2, 0, 0],
        told: [2, 2, 0, 0],
        with_picture: 3,
        words: &[],
    };
    let [first, second] = drawn.clone();
    let small = picture(7, SIDE / 2, "");
    let cases = [
        Case {
            name: "another size",
            pictures: [first.clone(), small.clone()],
            sizes: [2, 1, 1, 0],
            told: [2, 1, 1, 0],
            with_picture: 2,
            words: &[
                "the DNA picture has another size than was recorded",
                "image 2, DNA: f2.tif has 24 x 24 pixels, recorded are 48 x 48",
            ],
            ..good.clone_of()
        },
        Case {
            name: "exchanged",
            pictures: [second.clone(), first.clone()],
            told: [2, 0, 2, 0],
            with_picture: 0,
            words: &[
                "image 1, DNA: f1.tif has the digest that was recorded for image 2, DNA",
                "the DNA picture is the file of another image, as its digest says",
            ],
            ..good.clone_of()
        },
        Case {
            name: "one written anew",
            pictures: [first.clone(), picture(2, SIDE, "by another program")],
            told: [2, 1, 1, 0],
            words: &["image 2, DNA: f2.tif has not the recorded digest"],
            ..good.clone_of()
        },
        Case {
            name: "all written anew",
            pictures: [1, 2].map(|number| picture(number, SIDE, "by another program")),
            told: [2, 0, 0, 2],
            words: &["no recorded MD5 digest is that of a file (2 pictures)"],
            ..good.clone_of()
        },
        good,
    ];
    for case in cases {
        let [one, two] = &case.digests;
        let image = images(case.sides, [one, two]);
        let [first, second] = case.pictures.clone();
        let pictures = [("f1.tif", first), ("f2.tif", second)];
        let csv = [
            ("Image.csv", image.clone().into_bytes()),
            ("Nuclei.csv", NUCLEI.as_bytes().to_vec()),
        ];
        let sqlite = [("x.sqlite", as_database(&image))];
        for (kind, tables) in [("csv", csv.to_vec()), ("sqlite", sqlite.to_vec())] {
            let name = format!("{} ({kind})", case.name);
            let files = [tables, pictures.to_vec()].concat();
            let imported = import(&files, &[]);
            let line = |of| imported.line("size DNA", of);
            assert_eq!(
                line("pictures"),
                Some(case.sizes),
                "{name}: {}",
                imported.said
            );
            assert_eq!(
                line("digests"),
                Some(case.told),
                "{name}: {}",
                imported.said
            );
            let report = &imported.report;
            assert_eq!(report["rows"], 3, "{name}");
            assert_eq!(report["rows_with_picture"], case.with_picture, "{name}");
            for words in case.words {
                imported.says(&name, words);
            }
        }
    }
}

/// Rows that were joined before have the records of their image, too.
#[test]
fn records_of_joined_rows_are_held_against_the_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export");
    std::fs::create_dir(&export).expect("a folder");
    let texts = |values: [&str; 3]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let numbers = |values: [i64; 3]| Arc::new(Int64Array::from(values.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("Metadata_ImageNumber", numbers([1, 1, 2])),
        ("Image_FileName_DNA", texts(["f1.tif", "f1.tif", "f2.tif"])),
        ("Image_PathName_DNA", texts(["/gone"; 3])),
        ("Image_Height_DNA", numbers([48, 48, 96])),
        ("Image_Width_DNA", numbers([48, 48, 96])),
        ("Image_Count_Nuclei", numbers([1, 1, 5])),
        ("Nuclei_Number_Object_Number", numbers([1, 2, 1])),
        (
            "Nuclei_AreaShape_Area",
            Arc::new(Float64Array::from(vec![25.0, 26.0, 27.0])),
        ),
        ("Nuclei_AreaShape_Center_X", numbers([7, 22, 32])),
        ("Nuclei_AreaShape_Center_Y", numbers([7, 22, 32])),
    ])
    .expect("a batch");
    crate::support::write_parquet(&export.join("x.parquet"), &batch);
    for number in [1, 2] {
        let name = format!("f{number}.tif");
        std::fs::write(export.join(name), picture(number, SIDE, "")).expect("a file");
    }
    let imported = import_folder(folder.path(), &["--crop-size", "8"]);
    let name = "joined rows";
    assert_eq!(imported.line("size DNA", "pictures"), Some([2, 1, 1, 0]));
    assert_eq!(imported.report["rows_with_picture"], 2);
    // More objects than were counted cannot be; fewer may have been chosen.
    assert_eq!(
        imported.line("tables Nuclei", "object counts"),
        Some([2, 0, 1, 1])
    );
    imported.says(
        name,
        "image 1: 1 Nuclei were counted, x.parquet: Nuclei has 2 rows of it",
    );
}

const CELLS: &str = "ImageNumber,ObjectNumber,Parent_Nuclei,Children_Spots_Count,Location_Center_X,Location_Center_Y,AreaShape_BoundingBoxMinimum_X,AreaShape_BoundingBoxMinimum_Y,AreaShape_BoundingBoxMaximum_X,AreaShape_BoundingBoxMaximum_Y\n\
    1,1,1,2,7,7,5,5,10,10\n1,2,2,0,22,22,20,20,25,25\n2,1,1,1,32,32,30,30,35,35\n";
const SPOTS: &str = "ImageNumber,ObjectNumber,Parent_Cells\n1,1,1\n1,2,1\n2,1,1\n2,2,0\n";
const COUNTS: &str = "ImageNumber,Count_Cells,Count_Spots\n1,2,2\n2,1,2\n3,0,0\n";

#[test]
fn rows_and_tables_are_held_against_each_other() {
    type Line = (&'static str, &'static str, [u64; 4]);
    type Case = (
        &'static str,
        [(&'static str, &'static str, &'static str); 1],
        &'static [Line],
        &'static [&'static str],
    );
    let cases: [Case; 6] = [
        (
            "sound",
            [("Cells.csv", "", "")],
            &[
                ("tables Cells", "centres", [3, 3, 0, 0]),
                ("tables Cells", "object counts", [3, 3, 0, 0]),
                ("tables Spots", "object counts", [3, 3, 0, 0]),
                ("tables Spots", "child counts", [3, 3, 0, 0]),
            ],
            &[],
        ),
        (
            "a centre elsewhere",
            [("Cells.csv", "2,1,1,1,32,32,", "2,1,1,1,7,7,")],
            &[("tables Cells", "centres", [3, 2, 1, 0])],
            &[
                "image 2, Cells 1: its centre (7.0, 7.0) is outside its box from (30, 30) to (35, 35)",
            ],
        ),
        (
            "a centre that is missing",
            [("Cells.csv", "2,1,1,1,32,32,", "2,1,1,1,nan,nan,")],
            &[("tables Cells", "centres", [3, 2, 0, 1])],
            &[],
        ),
        (
            "a child too many",
            [("Cells.csv", "1,2,2,0,", "1,2,2,1,")],
            &[("tables Spots", "child counts", [3, 2, 1, 0])],
            &["image 1, Cells 2: Cells.csv counts 1 Spots, Spots.csv has 0 rows of it"],
        ),
        (
            "rows of a child are lost",
            [("Spots.csv", "1,2,1\n", "")],
            &[
                ("tables Spots", "child counts", [3, 2, 1, 0]),
                ("tables Spots", "object counts", [3, 2, 1, 0]),
            ],
            &["image 1, Cells 1: Cells.csv counts 2 Spots, Spots.csv has 1 row of it"],
        ),
        (
            "an image with other cells",
            [("Image.csv", "3,0,0", "3,4,0")],
            &[("tables Cells", "object counts", [3, 2, 1, 0])],
            &["image 3: Image.csv counts 4 Cells, Cells.csv has 0 rows of it"],
        ),
    ];
    for (name, changes, lines, words) in cases {
        let tables = [
            ("Cells.csv", CELLS),
            ("Spots.csv", SPOTS),
            ("Image.csv", COUNTS),
        ];
        let files: Vec<(&str, Vec<u8>)> = tables
            .into_iter()
            .map(|(file, content)| {
                let mut content = content.to_owned();
                for (of, from, to) in changes {
                    if of == file && !from.is_empty() {
                        assert!(content.contains(from), "{name}");
                        content = content.replacen(from, to, 1);
                    }
                }
                (file, content.into_bytes())
            })
            .collect();
        let imported = import(&files, &["--primary", "Cells"]);
        assert_eq!(imported.report["rows"], 3, "{name}: nothing is dropped");
        for (title, of, counts) in lines {
            assert_eq!(
                imported.line(title, of),
                Some(*counts),
                "{name}, {title} {of}: {}",
                imported.said
            );
        }
        for words in words {
            imported.says(name, words);
        }
    }
}

/// Two header rows: rows that only fill up the shorter set are no objects.
#[test]
fn padding_is_not_counted() {
    let objects = "Image,Cells,Cells,Cells,Spots,Spots\nImageNumber,ObjectNumber,AreaShape_Area,Children_Spots_Count,ObjectNumber,Parent_Cells\n\
        1,1,30,2,1,1\n1,0,0,0,2,1\n1,nan,nan,nan,3,0\n";
    let files = [
        ("Objects.csv", objects.as_bytes().to_vec()),
        (
            "Image.csv",
            b"ImageNumber,Count_Cells,Count_Spots\n1,1,3\n".to_vec(),
        ),
    ];
    let imported = import(&files, &["--primary", "Cells"]);
    let name = "two header rows";
    for (title, of) in [
        ("tables Cells", "object counts"),
        ("tables Spots", "object counts"),
        ("tables Spots", "child counts"),
    ] {
        assert_eq!(
            imported.line(title, of),
            Some([1, 1, 0, 0]),
            "{name}: {}",
            imported.said
        );
    }
    imported.says(name, "verified");
}

#[test]
fn what_tables_contradict_is_counted_once() {
    let nuclei = "ImageNumber,ObjectNumber,Metadata_Well\n1,1,C05\n2,1,A02\n";
    let image = "ImageNumber,Metadata_Well\n1,A01\n2,A02\n";
    let files = [
        ("Nuclei.csv", nuclei.as_bytes().to_vec()),
        ("Image.csv", image.as_bytes().to_vec()),
    ];
    let imported = import(&files, &[]);
    assert_eq!(
        imported.line("tables", "metadata values"),
        Some([2, 1, 1, 0]),
        "{}",
        imported.said
    );
    assert_eq!(imported.said.matches("C05").count(), 1, "{}", imported.said);
    let words = "checked       tables: 1 of 2 metadata values verified, 1 contradicted\n";
    assert!(imported.said.contains(words), "{}", imported.said);
}

#[test]
fn equal_pictures_of_two_fields_are_named() {
    let blank = || {
        let mut bytes = Vec::new();
        TiffEncoder::new(Cursor::new(&mut bytes))
            .and_then(|mut encoder| {
                encoder.write_image::<Gray8>(SIDE, SIDE, &vec![9; (SIDE * SIDE) as usize])
            })
            .expect("a TIFF");
        bytes
    };
    let one = || picture(1, SIDE, "");
    let cases = [
        ("different", [one(), picture(2, SIDE, "")], [2, 2, 0, 0], ""),
        (
            "the same file",
            [one(), one()],
            [2, 0, 2, 0],
            "f1.tif and f2.tif are byte for byte the same: images 1 and 2 have one DNA picture",
        ),
        (
            "the same pixels",
            [one(), picture(1, SIDE, "copied")],
            [2, 0, 2, 0],
            "f1.tif and f2.tif have the same pixels: images 1 and 2 have one DNA picture",
        ),
        ("blank", [blank(), blank()], [2, 0, 0, 2], ""),
    ];
    for (name, [first, second], counts, words) in cases {
        let files = [
            ("Image.csv", images([SIDE; 2], ["", ""]).into_bytes()),
            ("Nuclei.csv", NUCLEI.as_bytes().to_vec()),
            ("f1.tif", first),
            ("f2.tif", second),
        ];
        let imported = import(&files, &[]);
        assert_eq!(imported.line("files", "pictures"), Some(counts), "{name}");
        assert_eq!(imported.report["rows_with_picture"], 3, "{name}");
        imported.says(name, words);
    }
    // One file that the table names for both is no copy; two channels of one field with one picture are.
    let image = "ImageNumber,FileName_DNA,FileName_Actin,PathName_DNA,PathName_Actin\n1,f1.tif,g1.tif,/gone,/gone\n2,f1.tif,g2.tif,/gone,/gone\n";
    let files = [
        ("Image.csv", image.as_bytes().to_vec()),
        ("Nuclei.csv", NUCLEI.as_bytes().to_vec()),
        ("f1.tif", one()),
        ("g1.tif", one()),
        ("g2.tif", picture(3, SIDE, "")),
    ];
    let imported = import(&files, &[]);
    assert_eq!(imported.line("files", "pictures"), Some([4, 1, 3, 0]));
    imported.says(
        "two channels",
        "f1.tif and g1.tif are byte for byte the same: DNA and Actin of image 1 have one picture",
    );
}

#[test]
fn an_export_that_is_there_twice_counts_once() {
    let image = "ImageNumber,Metadata_Well\n1,A01\n2,A02\n";
    let other = NUCLEI.replace(",25,", ",26,");
    let shuffled: String = {
        let mut lines: Vec<&str> = NUCLEI.lines().collect();
        lines[1..].reverse();
        lines.join("\n") + "\n"
    };
    let tables = |folder: &str, nuclei: &str, image: &str| {
        let name = |file: &str| -> &'static str {
            let joined = if folder.is_empty() {
                file.to_owned()
            } else {
                format!("{folder}/{file}")
            };
            Box::leak(joined.into_boxed_str())
        };
        vec![
            (name("Image.csv"), image.as_bytes().to_vec()),
            (name("Nuclei.csv"), nuclei.as_bytes().to_vec()),
        ]
    };
    let sqlite = |area: u32| {
        let nuclei = format!("INSERT INTO Per_Nuclei VALUES (1, 1, {area}.5), (1, 2, 30.0);");
        let tables = "CREATE TABLE Per_Image (ImageNumber INTEGER, Image_Metadata_Well TEXT); INSERT INTO Per_Image VALUES (1, 'A01'); CREATE TABLE Per_Nuclei (ImageNumber INTEGER, Nuclei_Number_Object_Number INTEGER, Nuclei_AreaShape_Area FLOAT);";
        database(&format!("{tables}{nuclei}"))
    };
    let root = tables("", &other, image);
    let cases = [
        (
            "folders",
            [
                root.clone(),
                tables("old", NUCLEI, image),
                tables("old/copy", NUCLEI, image),
            ]
            .concat(),
            6,
            "old/copy is byte for byte the same as old: left out, 3 rows",
        ),
        (
            "the source itself",
            [tables("", NUCLEI, image), tables("again", NUCLEI, image)].concat(),
            3,
            "again is byte for byte the same as export: left out, 3 rows",
        ),
        (
            "databases",
            vec![
                ("a.db", sqlite(25)),
                ("b.db", sqlite(26)),
                ("c.db", sqlite(25)),
            ],
            4,
            "c.db is byte for byte the same as a.db: left out, 2 rows",
        ),
        (
            "another order",
            [
                root,
                tables("old", NUCLEI, image),
                tables(
                    "sorted",
                    &shuffled,
                    "ImageNumber,Metadata_Well,PathName_DNA\n1,A01,/x\n2,A02,/x\n",
                ),
            ]
            .concat(),
            9,
            "sorted has the same objects with the same values as old: 3 rows are counted twice",
        ),
    ];
    for (name, files, rows, words) in cases {
        let imported = import(&files, &[]);
        assert_eq!(imported.report["rows"], rows, "{name}: {}", imported.said);
        imported.says(name, words);
    }
    let files = [tables("a", NUCLEI, image), tables("b", &other, image)].concat();
    let imported = import(&files, &[]);
    for line in [
        "a/Nuclei.csv: 3 rows = 3 imported",
        "b/Image.csv: 2 rows = 2 imported",
    ] {
        assert!(imported.said.contains(line), "{line} in {}", imported.said);
    }
    assert!(!imported.said.contains("the same"), "{}", imported.said);
}

/// A kind of reason is not hidden by many lines of another.
#[test]
fn every_kind_of_reason_is_shown() {
    let mut image = "ImageNumber,FileName_DNA,PathName_DNA\n".to_owned();
    let mut nuclei = "ImageNumber,ObjectNumber,AreaShape_Area\n".to_owned();
    for number in 1..=8 {
        let _ = writeln!(image, "{number},f{number}.tif,/gone");
        let _ = writeln!(nuclei, "{number},1,{number}");
    }
    let files = [
        ("Image.csv", image.into_bytes()),
        ("Nuclei.csv", nuclei.into_bytes()),
        ("f7.tif", b"no picture".to_vec()),
        ("f8.tif", picture(8, SIDE, "")),
    ];
    let imported = import(&files, &[]);
    for words in [
        "f7.tif",
        "f1.tif: not there",
        "and 2 more pictures (--report FILE.json lists them all)",
        "Nuclei.csv: 8 rows = 8 imported",
    ] {
        assert!(
            imported.said.contains(words),
            "{words} in {}",
            imported.said
        );
    }
    let images = &imported.report["images"];
    let listed = ["missing", "failed"].map(|key| images[key].as_array().map_or(0, Vec::len));
    assert_eq!(listed, [6, 1], "the file lists all");
}

#[test]
fn a_report_is_replaced_where_that_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export");
    std::fs::create_dir(&export).expect("a folder");
    std::fs::write(export.join("Nuclei.csv"), NUCLEI).expect("a file");
    std::fs::write(export.join("Image.csv"), "ImageNumber\n1\n2\n").expect("a file");
    import_folder(folder.path(), &[]);
    let [dataset, report] = ["x.lance", "x.json"].map(|name| folder.path().join(name));
    let mut again = vec!["import", text(&export), "--out", text(&dataset)];
    again.extend(["--report", text(&report), "--append"]);
    let refused = run(&again);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("--overwrite-report"),
        "{}",
        refused.err
    );
    again.push("--overwrite-report");
    run(&again).ok();
    let json = std::fs::read_to_string(&report).expect("a report");
    let report: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(report["source_name"], "export (2)");
    assert_eq!(crate::support::open(&dataset).num_rows(), 6);
}
