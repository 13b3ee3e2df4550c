//! Bad input: a clear error or a line in the report, never a panic, never half a dataset.

mod pictures;
mod tables;

use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde_json::Value;
use tiff::encoder::{TiffEncoder, colortype::Gray8};

use crate::support::{leftovers, open, plate, program, run, text};

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

/// Files of the export that take the place of sound ones, or are taken away.
struct Case {
    name: &'static str,
    files: Vec<(&'static str, Option<Vec<u8>>)>,
    arguments: &'static [&'static str],
    outcome: Outcome,
}

impl Case {
    /// A case that imports so many rows and pictures, with these words in the report.
    fn report(
        name: &'static str,
        files: Vec<(&'static str, Option<Vec<u8>>)>,
        rows: u64,
        pictures: u64,
        words: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            files,
            arguments: &[],
            outcome: Outcome::Report {
                rows,
                pictures,
                words,
            },
        }
    }

    /// A case that is refused with these words.
    fn error(
        name: &'static str,
        files: Vec<(&'static str, Option<Vec<u8>>)>,
        words: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            files,
            arguments: &[],
            outcome: Outcome::Error(words),
        }
    }

    fn with(self, arguments: &'static [&'static str]) -> Self {
        Self { arguments, ..self }
    }

    fn apply(&self, folder: &Path) {
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            match bytes {
                Some(bytes) => {
                    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                    std::fs::write(path, bytes).expect("a file");
                }
                None => std::fs::remove_file(path).expect("it was there"),
            }
        }
    }
}

/// A file with this text.
fn file(name: &'static str, content: &str) -> (&'static str, Option<Vec<u8>>) {
    (name, Some(content.as_bytes().to_vec()))
}

/// A file that is taken away.
fn gone(name: &'static str) -> (&'static str, Option<Vec<u8>>) {
    (name, None)
}

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
            Report {
                rows: 3,
                pictures: 0,
                words: &["no complete row", "no row stands for one of the Cells"],
            },
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
    // All cases are tried, so that one run says everything.
    let mut failed = Vec::new();
    let mut count = 0;
    let mut attempt = |name: &'static str, run: &dyn Fn()| {
        count += 1;
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err() {
            failed.push(name);
        }
    };
    for (name, damage, outcome) in cases() {
        attempt(name, &|| check(name, &damage, &[], &outcome));
    }
    for case in tables::cases().into_iter().chain(pictures::cases()) {
        attempt(case.name, &|| {
            check(
                case.name,
                &|folder| case.apply(folder),
                case.arguments,
                &case.outcome,
            );
        });
    }
    assert!(failed.is_empty(), "{} of {count}: {failed:?}", failed.len());
    assert!(count >= 60, "{count} cases");
}

/// Damages a sound export, imports it and compares what comes of it.
fn check(name: &str, damage: &dyn Fn(&Path), extra: &[&str], outcome: &Outcome) {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export");
    std::fs::create_dir(&export).expect("a folder");
    sound(&export);
    damage(&export);
    let target = folder.path().join("out.lance");
    let report = folder.path().join("report.json");
    let (source, extra) = match extra {
        ["--source", file, rest @ ..] => (export.join(file), rest),
        rest => (export.clone(), rest),
    };
    let masks = export.join("masks");
    let mut arguments = vec![
        "import",
        text(&source),
        "--out",
        text(&target),
        "--report",
        text(&report),
    ];
    if masks.is_dir() {
        arguments.extend(["--masks", text(&masks)]);
    }
    arguments.extend(extra);
    let run = run(&arguments);
    for line in run.out.lines().chain(run.err.lines()) {
        is_readable(name, line);
    }
    match outcome {
        Outcome::Error(words) => {
            assert_eq!(run.code, 1, "{name}: {}", run.out);
            for word in *words {
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
            for word in *words {
                assert!(json.contains(word), "{name}: {word} is not in {json}");
            }
            let report: Value = serde_json::from_str(&json).expect("JSON");
            assert_eq!(report["rows"], *rows, "{name}: {json}");
            assert_eq!(report["rows_with_picture"], *pictures, "{name}: {json}");
            sums_match(name, &report);
            assert_eq!(open(&target).num_rows() as u64, *rows, "{name}");
            assert_eq!(leftovers(folder.path()), ["out.lance"], "{name}");
        }
    }
}

/// A line that a person reads: not too long, without what only builders understand, one is not many.
fn is_readable(name: &str, line: &str) {
    assert!(line.chars().count() < 160, "{name}: {line}");
    let foreign = [
        ".rs:",
        "LanceError",
        "Utf8",
        "Int64",
        "Float64",
        "Some(",
        "None",
        "Arrow",
        "registry",
    ];
    for word in foreign {
        assert!(!line.contains(word), "{name}: {word} in {line}");
    }
    let many = [
        "rows", "images", "fields", "pictures", "files", "masks", "columns", "cells", "objects",
        "pages", "tables", "texts", "reasons",
    ];
    let words: Vec<&str> = line.split([' ', '(', ',']).collect();
    for pair in words.windows(2) {
        let noun = pair[1].trim_end_matches([':', ';', ')', '.']);
        assert!(pair[0] != "1" || !many.contains(&noun), "{name}: {line}");
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

/// A file size limit stands in for a disk that fills up: the write fails in the middle.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("out.lance");
    let command = format!(
        "trap '' XFSZ; ulimit -f 200; exec {} import {} --out {} --masks {}",
        env!("CARGO_BIN_EXE_cytolance"),
        text(&plate().export),
        text(&target),
        text(&plate().export.join("masks")),
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &command])
        .output()
        .expect("a shell");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(
        error.contains("out.lance") && !error.contains("panicked"),
        "{error}"
    );
    assert_eq!(leftovers(folder.path()), [""; 0]);
}

/// Links that lead back to where they are, and a folder that nobody may read.
#[cfg(unix)]
#[test]
fn loops_of_links_and_locked_folders_are_survived() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export");
    std::fs::create_dir(&export).expect("a folder");
    sound(&export);
    symlink(&export, export.join("again")).expect("a link");
    symlink("nowhere", export.join("dead.tif")).expect("a link");
    let locked = export.join("locked");
    std::fs::create_dir(&locked).expect("a folder");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o0)).expect("locked");
    let target = folder.path().join("out.lance");
    run(&["import", text(&export), "--out", text(&target)]).ok();
    assert_eq!(open(&target).num_rows(), 3);
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).expect("unlocked");
}

/// Four processes add their plates at the same time: all arrive.
#[test]
fn imports_side_by_side_all_arrive() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("out.lance");
    let names = ["p0", "p1", "p2", "p3", "p4"];
    for name in names {
        let export = folder.path().join(name);
        std::fs::create_dir(&export).expect("a folder");
        sound(&export);
    }
    let first = folder.path().join(names[0]);
    run(&["import", text(&first), "--out", text(&target)]).ok();
    let children: Vec<_> = names[1..]
        .iter()
        .map(|name| {
            let export = folder.path().join(name);
            program(&["import", text(&export), "--out", text(&target), "--append"])
                .spawn()
                .expect("it starts")
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("a status").success());
    }
    let dataset = open(&target);
    // Each that is added says before where its own pictures are.
    assert_eq!((dataset.num_rows(), dataset.version()), (15, 9));
    for name in names {
        let filter = format!("Metadata_Source = '{name}'");
        let rows = crate::support::runtime()
            .block_on(dataset.matching_rows(&filter, &AtomicBool::new(false)))
            .expect("rows");
        assert_eq!(rows.count(), 3, "{name}");
    }
}

/// Floating point pictures keep their values through the scale in the schema metadata.
#[test]
fn fractions_keep_their_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export");
    std::fs::create_dir(&export).expect("a folder");
    sound(&export);
    let values = |number: u32, top: f32| -> Vec<f32> {
        (0..SIDE * SIDE)
            .map(|at| top * ((at + number) % 200) as f32 / 199.0)
            .collect()
    };
    for (top, scaled) in [(1.0, 1.0 / 65_535.0), (40.0, 60.0 / 65_535.0)] {
        for (number, name) in [(0, "a.tif"), (1, "b.tif")] {
            let mut bytes = Vec::new();
            TiffEncoder::new(Cursor::new(&mut bytes))
                .and_then(|mut encoder| {
                    encoder.write_image::<tiff::encoder::colortype::Gray32Float>(
                        SIDE,
                        SIDE,
                        &values(number, top),
                    )
                })
                .expect("a TIFF");
            std::fs::write(export.join(name), bytes).expect("a file");
        }
        let target = folder.path().join(format!("{top}.lance"));
        run(&[
            "import",
            text(&export),
            "--out",
            text(&target),
            "--margin",
            "0",
        ])
        .ok();
        let dataset = open(&target);
        let [offset, step] = dataset.metadata().channels[0].scale.expect("a scale");
        assert!((step - scaled).abs() < 1e-9 && offset == 0.0, "{step}");
        let pictures = crate::support::runtime()
            .block_on(dataset.pictures(&[2]))
            .expect("a picture");
        let crop = pictures[0].crop.as_ref().expect("a crop");
        let source = values(1, top);
        for y in 0..crop.height {
            for x in 0..crop.width {
                let stored = crop.planes[0][(y * crop.width + x) as usize];
                let value = offset + step * f64::from(stored);
                let expected = f64::from(source[((y + 30) * SIDE + x + 30) as usize]);
                assert!((value - expected).abs() <= step, "{value} for {expected}");
            }
        }
    }
}
