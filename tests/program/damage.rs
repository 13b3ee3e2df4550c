//! Bad input: a clear error or a line in the report, never a panic, never half a dataset.

use std::io::Cursor;
use std::path::Path;

use serde_json::Value;
use tiff::encoder::{TiffEncoder, colortype::Gray8};

use crate::support::{leftovers, open, run, text};

const SIDE: u32 = 64;
const IMAGE: &str = "ImageNumber,FileName_DNA,PathName_DNA,Scaling_DNA,Metadata_Well\n1,a.tif,/gone,255,A01\n2,b.tif,/gone,255,A02\n";
const CELLS: &str = "ImageNumber,ObjectNumber,Parent_Nuclei,AreaShape_Area,AreaShape_BoundingBoxMinimum_X,AreaShape_BoundingBoxMinimum_Y,AreaShape_BoundingBoxMaximum_X,AreaShape_BoundingBoxMaximum_Y\n\
    1,1,1,100,5,5,15,15\n\
    1,2,2,64,20,20,28,28\n\
    2,1,1,36,30,30,36,36\n";
const NUCLEI: &str = "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,10\n1,2,11\n2,1,12\n";

fn tiff_file() -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels: Vec<u8> = (0..SIDE * SIDE).map(|at| (at % 251) as u8).collect();
    TiffEncoder::new(Cursor::new(&mut bytes))
        .and_then(|mut encoder| encoder.write_image::<Gray8>(SIDE, SIDE, &pixels))
        .expect("a TIFF");
    bytes
}

/// A sound export of two fields and three cells.
fn sound(folder: &Path) {
    let write =
        |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("a file");
    write("Image.csv", IMAGE.as_bytes());
    write("Cells.csv", CELLS.as_bytes());
    write("Nuclei.csv", NUCLEI.as_bytes());
    write("a.tif", &tiff_file());
    write("b.tif", &tiff_file());
}

/// What a damaged export should lead to.
enum Outcome {
    /// Exit code 1, a message with these words, nothing written.
    Error(&'static [&'static str]),
    /// An import of so many rows and pictures, and a report with these words.
    Report {
        rows: u64,
        pictures: u64,
        words: &'static [&'static str],
    },
}

type Damage = fn(&Path);

fn cases() -> Vec<(&'static str, Damage, Outcome)> {
    fn put(folder: &Path, name: &str, bytes: &[u8]) {
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
    fn take(folder: &Path, name: &str) {
        std::fs::remove_file(folder.join(name)).expect("it was there");
    }
    use Outcome::{Error, Report};
    vec![
        (
            "nothing",
            |_| {},
            Report {
                rows: 3,
                pictures: 3,
                words: &[],
            },
        ),
        (
            "truncated TIFF",
            |folder| put(folder, "a.tif", &tiff_file()[..900]),
            Report {
                rows: 3,
                pictures: 1,
                words: &["a.tif", "a picture cannot be read"],
            },
        ),
        (
            "TIFF of absurd size",
            |folder| {
                let mut bytes = tiff_file();
                // The ImageWidth entry of the directory: tag, type LONG or SHORT, count, value.
                let at = bytes
                    .windows(4)
                    .position(|tag| *tag == [0, 1, 4, 0] || *tag == [0, 1, 3, 0])
                    .expect("ImageWidth");
                bytes[at + 8..at + 12].copy_from_slice(&[0xff, 0xff, 0xff, 0x7f]);
                put(folder, "a.tif", &bytes);
            },
            Report {
                rows: 3,
                pictures: 1,
                words: &["a.tif"],
            },
        ),
        (
            "empty object CSV",
            |folder| put(folder, "Cells.csv", b""),
            Report {
                rows: 3,
                pictures: 0,
                words: &["Cells.csv", "empty"],
            },
        ),
        (
            "only an empty CSV",
            |folder| {
                take(folder, "Cells.csv");
                put(folder, "Nuclei.csv", b"");
            },
            Error(&["no"]),
        ),
        (
            "header without rows",
            |folder| {
                put(
                    folder,
                    "Cells.csv",
                    CELLS.lines().next().expect("a header").as_bytes(),
                );
            },
            Error(&["Cells.csv", "no usable row"]),
        ),
        (
            "CSV cut in a row",
            |folder| put(folder, "Cells.csv", &CELLS.as_bytes()[..CELLS.len() - 14]),
            Report {
                rows: 2,
                pictures: 2,
                words: &["Cells.csv", "\"line\": 4"],
            },
        ),
        (
            "missing Image.csv",
            |folder| take(folder, "Image.csv"),
            Report {
                rows: 3,
                pictures: 0,
                words: &["no Image table"],
            },
        ),
        (
            "missing parent column",
            |folder| {
                put(
                    folder,
                    "Cells.csv",
                    CELLS.replace("Parent_Nuclei", "Something").as_bytes(),
                );
            },
            Report {
                rows: 3,
                pictures: 3,
                words: &["it has no parent column"],
            },
        ),
        (
            "missing image number",
            |folder| {
                put(
                    folder,
                    "Cells.csv",
                    CELLS.replace("ImageNumber", "Number").as_bytes(),
                );
            },
            Report {
                rows: 3,
                pictures: 0,
                words: &["Cells.csv", "no ImageNumber column"],
            },
        ),
        (
            "duplicate keys",
            |folder| {
                put(
                    folder,
                    "Cells.csv",
                    format!("{CELLS}1,2,2,99,1,1,9,9\n").as_bytes(),
                );
            },
            Report {
                rows: 3,
                pictures: 3,
                words: &["was already there", "line 5"],
            },
        ),
        (
            "a byte that is not UTF-8",
            |folder| {
                let mut bytes = IMAGE.as_bytes().to_vec();
                let at = bytes.len() - 2;
                bytes[at] = 0xe9;
                put(folder, "Image.csv", &bytes);
            },
            Report {
                rows: 3,
                pictures: 3,
                words: &["UTF-8"],
            },
        ),
        (
            "box beyond the image",
            |folder| {
                put(
                    folder,
                    "Cells.csv",
                    CELLS.replace("20,20,28,28", "20,20,280,28").as_bytes(),
                );
            },
            Report {
                rows: 3,
                pictures: 2,
                words: &["not inside the picture of 64 x 64 pixels"],
            },
        ),
        (
            "text in a numeric column",
            |folder| {
                put(
                    folder,
                    "Cells.csv",
                    CELLS.replace(",64,", ",oops,").as_bytes(),
                );
            },
            Report {
                rows: 3,
                pictures: 3,
                words: &["oops", "AreaShape_Area"],
            },
        ),
        (
            "missing picture",
            |folder| take(folder, "b.tif"),
            Report {
                rows: 3,
                pictures: 2,
                words: &["b.tif", "not there any more"],
            },
        ),
    ]
}

#[test]
fn bad_input_is_reported_or_refused() {
    for (name, damage, outcome) in cases() {
        let folder = tempfile::tempdir().expect("a folder");
        let export = folder.path().join("export");
        std::fs::create_dir(&export).expect("a folder");
        sound(&export);
        damage(&export);
        let target = folder.path().join("out.lance");
        let report = folder.path().join("report.json");
        let run = run(&[
            "import",
            text(&export),
            "--out",
            text(&target),
            "--report",
            text(&report),
        ]);
        match outcome {
            Outcome::Error(words) => {
                assert_eq!(run.code, 1, "{name}: {}", run.out);
                for word in words {
                    assert!(
                        run.err.contains(word),
                        "{name}: {word} is not in {}",
                        run.err
                    );
                }
                assert_eq!(leftovers(folder.path()), [""; 0], "{name}");
            }
            Outcome::Report {
                rows,
                pictures,
                words,
            } => {
                assert_eq!(run.code, 0, "{name}: {}", run.err);
                let json = std::fs::read_to_string(&report).expect("a report");
                for word in words {
                    assert!(json.contains(word), "{name}: {word} is not in {json}");
                }
                let report: Value = serde_json::from_str(&json).expect("JSON");
                assert_eq!(report["rows"], rows, "{name}");
                assert_eq!(report["rows_with_picture"], pictures, "{name}: {json}");
                sums_match(name, &report);
                assert_eq!(open(&target).num_rows() as u64, rows, "{name}");
                assert_eq!(leftovers(folder.path()), ["out.lance"], "{name}");
            }
        }
    }
}

fn sums_match(name: &str, report: &Value) {
    let number = |value: &Value| value.as_u64().expect("a number");
    for file in report["files"].as_array().expect("files") {
        let parts =
            ["imported", "rejected", "without_parent", "not_used"].map(|part| number(&file[part]));
        assert_eq!(
            number(&file["rows"]),
            parts.iter().sum::<u64>(),
            "{name}: {file}"
        );
    }
    let without: u64 = report["rows_without_picture"]
        .as_object()
        .expect("reasons")
        .values()
        .map(number)
        .sum();
    assert_eq!(
        number(&report["rows"]),
        number(&report["rows_with_picture"]) + without,
        "{name}"
    );
    let images = &report["images"];
    let listed = |key: &str| images[key].as_array().map_or(0, Vec::len) as u64;
    assert_eq!(
        number(&images["expected"]),
        number(&images["read"]) + listed("missing") + listed("failed"),
        "{name}"
    );
}

#[test]
fn what_is_there_is_not_replaced_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export");
    std::fs::create_dir(&export).expect("a folder");
    sound(&export);
    let target = folder.path().join("out.lance");
    let import = |extra: &[&str]| {
        let mut arguments = vec!["import", text(&export), "--out", text(&target)];
        arguments.extend(extra);
        run(&arguments)
    };
    assert_eq!(import(&["--append"]).code, 1, "nothing to append to");
    import(&[]).ok();
    let again = import(&[]);
    assert!(
        again.code == 1 && again.err.contains("--overwrite"),
        "{}",
        again.err
    );
    import(&["--append"]).ok();
    let dataset = open(&target);
    assert_eq!((dataset.num_rows(), dataset.version()), (6, 2));
    import(&["--overwrite"]).ok();
    let dataset = open(&target);
    assert_eq!((dataset.num_rows(), dataset.version()), (3, 3));
    assert_eq!(import(&["--append", "--overwrite"]).code, 2);
    assert_eq!(import(&["--margin", "3", "--crop-size", "9"]).code, 2);
    // A folder that is no dataset is not deleted, whatever is asked.
    let precious = folder.path().join("precious");
    std::fs::create_dir(&precious).expect("a folder");
    std::fs::write(precious.join("thesis.txt"), "x").expect("a file");
    let refused = run(&[
        "import",
        text(&export),
        "--out",
        text(&precious),
        "--overwrite",
    ]);
    assert_eq!(refused.code, 1);
    assert!(precious.join("thesis.txt").is_file());
}
