//! Pictures against measured intensities: intact ones agree, damaged ones are found, offsets are found and applied.

mod published;

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tiff::encoder::{TiffEncoder, colortype};

use crate::support::{open, run, runtime, text};

/// The measured picture, where it lies in the loaded one, and the size of that.
const MEASURED: [i64; 2] = [36, 28];
const OFFSET: [i64; 2] = [40, 24];
const LOADED: [i64; 2] = [90, 70];
/// Corner and brightest value of each object; they are 7 x 7 pixels, brightest 2 pixels beside their middle.
const OBJECTS: [([i64; 2], u8); 4] = [
    ([3, 2], 101),
    ([15, 9], 163),
    ([26, 3], 140),
    ([4, 18], 187),
];

pub fn tiff8([width, height]: [i64; 2], value: impl Fn(i64, i64) -> u8) -> Vec<u8> {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixels: Vec<u8> = places.map(|(x, y)| value(x, y)).collect();
    let mut bytes = Vec::new();
    TiffEncoder::new(Cursor::new(&mut bytes))
        .and_then(|mut encoder| {
            encoder.write_image::<colortype::Gray8>(width as u32, height as u32, &pixels)
        })
        .expect("a TIFF");
    bytes
}

/// The measured picture: the ground is uneven.
fn measured_at(x: i64, y: i64) -> u8 {
    for ([left, top], bright) in OBJECTS {
        if (left..left + 7).contains(&x) && (top..top + 7).contains(&y) {
            let is_brightest = [x - left, y - top] == [5, 3];
            return if is_brightest {
                bright
            } else {
                80 + ((x * 3 + y * 5) % 11) as u8
            };
        }
    }
    30 + ((x * 7 + y * 3) % 13) as u8
}

/// The loaded picture, of which the measured one is a part.
fn loaded() -> Vec<u8> {
    tiff8(LOADED, |x, y| {
        let (x, y) = (x - OFFSET[0], y - OFFSET[1]);
        let inside = (0..MEASURED[0]).contains(&x) && (0..MEASURED[1]).contains(&y);
        if inside {
            measured_at(x, y)
        } else {
            20 + ((x * x + 3 * y * y).rem_euclid(17)) as u8
        }
    })
}

const COLUMNS: [&str; 10] = [
    "AreaShape_Area",
    "AreaShape_BoundingBoxMinimum_X",
    "AreaShape_BoundingBoxMaximum_X",
    "AreaShape_BoundingBoxMinimum_Y",
    "AreaShape_BoundingBoxMaximum_Y",
    "AreaShape_Center_X",
    "AreaShape_Center_Y",
    "Intensity_MaxIntensity_",
    "Location_MaxIntensity_X_",
    "Location_MaxIntensity_Y_",
];

/// The rows of the objects' table, without keys.
fn rows() -> Vec<String> {
    let row = |([left, top], bright): &([i64; 2], u8)| {
        format!(
            "49,{left},{},{top},{},{},{},{:.9},{},{}",
            left + 7,
            top + 7,
            left + 3,
            top + 3,
            f32::from(*bright) / 255.0,
            left + 5,
            top + 3
        )
    };
    OBJECTS.iter().map(row).collect()
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

/// An export of CSV files in which this picture was measured.
fn csv(folder: &Path, image: &str) -> PathBuf {
    let names: Vec<String> = COLUMNS
        .iter()
        .map(|name| {
            if name.ends_with('_') {
                format!("{name}{image}")
            } else {
                (*name).to_owned()
            }
        })
        .collect();
    let mut cells = format!("ImageNumber,ObjectNumber,{}\n", names.join(","));
    for (number, row) in (1..).zip(rows()) {
        let _ = writeln!(cells, "1,{number},{row}");
    }
    write(folder, "export/Nuclei.csv", cells);
    let images = "ImageNumber,FileName_OrigDNA,PathName_OrigDNA,Height_OrigDNA,Width_OrigDNA\n1,f1_DNA.tif,/gone,70,90\n";
    write(folder, "export/Image.csv", images);
    folder.join("export")
}

/// The same as a database.
fn database(folder: &Path, image: &str) -> PathBuf {
    let mut sql = "CREATE TABLE Per_Image (ImageNumber INTEGER, Image_FileName_OrigDNA TEXT, Image_PathName_OrigDNA TEXT, Image_Scaling_OrigDNA REAL);
        INSERT INTO Per_Image VALUES (1, 'f1_DNA.tif', '/gone', 255);
        CREATE TABLE Per_Nuclei (ImageNumber INTEGER, Nuclei_Number_Object_Number INTEGER".to_owned();
    for name in COLUMNS {
        let end = if name.ends_with('_') { image } else { "" };
        let _ = write!(sql, ", Nuclei_{name}{end} REAL");
    }
    sql += ");";
    for (number, row) in (1..).zip(rows()) {
        let _ = write!(sql, "INSERT INTO Per_Nuclei VALUES (1, {number}, {row});");
    }
    let path = folder.join("export.sqlite");
    rusqlite::Connection::open(&path)
        .and_then(|connection| connection.execute_batch(&sql))
        .expect("a database");
    path
}

/// What an import made of it.
pub struct Imported {
    pub said: String,
    pub report: Value,
    pub dataset: PathBuf,
    pub folder: tempfile::TempDir,
}

impl Imported {
    /// Counts of a channel's lines of the self-check: verified, contradicted, not told.
    pub fn counts(&self, channel: &str) -> [u64; 3] {
        let lines = self.report["verification"].as_array();
        let own = lines.into_iter().flatten();
        let own = own.filter(|line| line["kind"] == "pixels" && line["channel"] == channel);
        own.fold([0; 3], |sum, line| {
            let counts = ["verified", "contradicted", "cannot_tell"];
            let counts = counts.map(|name| line[name].as_u64().unwrap_or_default());
            assert_eq!(
                line["checked"].as_u64(),
                Some(counts.iter().sum()),
                "{line}"
            );
            std::array::from_fn(|at| sum[at] + counts[at])
        })
    }

    /// The brightest pixel of each crop.
    fn brightest(&self) -> Vec<Option<u16>> {
        let dataset = open(&self.dataset);
        let rows: Vec<u32> = (0..dataset.num_rows() as u32).collect();
        let pictures = runtime()
            .block_on(dataset.pictures(&rows))
            .expect("pictures");
        let brightest = pictures.iter().map(|picture| {
            let crop = picture.crop.as_ref()?;
            crop.planes[0].iter().copied().max()
        });
        brightest.collect()
    }
}

/// Imports what `source` writes with the pictures beside it.
pub fn import(source: impl FnOnce(&Path) -> PathBuf, arguments: &[&str]) -> Imported {
    let folder = tempfile::tempdir().expect("a folder");
    let source = source(folder.path());
    let [dataset, report] = ["x.lance", "x.json"].map(|name| folder.path().join(name));
    let pictures = folder.path().join("pictures");
    let mut all = vec!["import", text(&source), "--out", text(&dataset)];
    all.extend(["--report", text(&report), "--images", text(&pictures)]);
    all.extend(arguments);
    let said = run(&all).ok().out;
    let json = std::fs::read_to_string(&report).expect("a report");
    Imported {
        said,
        report: serde_json::from_str(&json).expect("JSON"),
        dataset,
        folder,
    }
}

type Source = fn(&Path, &str) -> PathBuf;

#[test]
fn an_offset_is_found_and_applied_when_it_is_asked_for() {
    let own: Vec<Option<u16>> = OBJECTS
        .iter()
        .map(|(_, bright)| Some((*bright).into()))
        .collect();
    for (source, image) in [
        (csv as Source, "CropDNA"),
        (csv, "OrigDNA"),
        (database, "CropDNA"),
    ] {
        let imported = |arguments: &[&str]| {
            let source = |folder: &Path| {
                write(folder, "pictures/f1_DNA.tif", loaded());
                source(folder, image)
            };
            import(source, arguments)
        };
        let refused = imported(&[]);
        assert_eq!(refused.counts("OrigDNA"), [0, 4, 0], "{}", refused.said);
        assert_eq!(refused.report["rows_with_picture"], 0);
        for words in [
            "f1_DNA.tif: 4 of 4 Nuclei do not have their MaxIntensity at its place in OrigDNA",
            "--offset 40,24 applies it",
            "4 without: ",
        ] {
            assert!(refused.said.contains(words), "{words}\n{}", refused.said);
        }

        let kept = imported(&["--contradicted", "keep"]);
        assert_eq!(kept.report["rows_with_picture"], 4);
        assert_eq!(kept.counts("OrigDNA"), [0, 4, 0]);
        assert_ne!(kept.brightest(), own);
        let remark = "4 cells have crops of pictures that contradict the measurements";
        assert!(kept.said.contains(remark), "{}", kept.said);

        for offset in ["40,24", "auto"] {
            let moved = imported(&["--offset", offset, "--margin", "0"]);
            assert_eq!(moved.counts("OrigDNA"), [4, 0, 0], "{}", moved.said);
            assert_eq!(moved.brightest(), own, "{offset}");
            // Boxes and outlines count as the measurements do.
            let dataset = open(&moved.dataset);
            let pictures = runtime()
                .block_on(dataset.pictures(&[0, 1]))
                .expect("pictures");
            assert_eq!(pictures[0].origin, [3.0, 2.0]);
            assert_eq!(pictures[1].origin, [15.0, 9.0]);
            let checked = run(&["check", text(&moved.dataset)]);
            let words = "pixels Nuclei OrigDNA: 4 of 4 cells verified";
            let said = format!("{}{}", checked.out, checked.err);
            assert!(said.contains(words), "{said}");
        }
        let wrong = imported(&["--offset=-1,3", "--contradicted", "keep"]);
        assert_eq!(wrong.counts("OrigDNA"), [0, 4, 0], "{}", wrong.said);
    }
}

#[test]
fn a_plan_says_the_same_as_the_command_line() {
    let imported = import(
        |folder| {
            write(folder, "pictures/f1_DNA.tif", loaded());
            csv(folder, "CropDNA")
        },
        &[],
    );
    let folder = imported.folder.path();
    let plan = folder.join("plan.toml");
    let paths = [folder.join("export"), folder.join("pictures")];
    let plan_text = format!(
        "source = '{}'\nimages = ['{}']\noffset = '40,24'\ncontradicted = 'keep'\n",
        text(&paths[0]),
        text(&paths[1])
    );
    std::fs::write(&plan, plan_text).expect("a plan");
    let out = folder.join("y.lance");
    let said = run(&["import", "--plan", text(&plan), "--out", text(&out)])
        .ok()
        .out;
    assert!(
        said.contains("pixels Nuclei OrigDNA: 4 of 4 cells verified"),
        "{said}"
    );
    for (option, value) in [("--offset", "40"), ("--contradicted", "drop")] {
        let arguments = ["import", text(&paths[0]), "--out", "z.lance", option, value];
        let refused = run(&arguments);
        assert_ne!(refused.code, 0);
        assert!(refused.err.contains(value), "{}", refused.err);
    }
}

#[test]
fn what_was_not_measured_is_not_told() {
    let imported = import(
        |folder| {
            write(folder, "pictures/f1_DNA.tif", loaded());
            csv(folder, "Actin")
        },
        &[],
    );
    assert_eq!(imported.counts("OrigDNA"), [0, 0, 4]);
    assert_eq!(imported.report["rows_with_picture"], 4);
    let words = "4 cannot be told (no intensity of it was measured)";
    assert!(imported.said.contains(words), "{}", imported.said);
}

#[test]
fn the_demo_plate_agrees() {
    let plate = crate::support::plate();
    let said = run(&["info", text(&plate.dataset), "--report", "--json"])
        .ok()
        .out;
    let report: Value = serde_json::from_str(&said).expect("JSON");
    let report = report.get("report").unwrap_or(&report);
    let lines = report["verification"].as_array().expect("lines");
    assert!(lines.len() >= 15, "{lines:?}");
    for line in lines {
        assert_eq!(line["contradicted"], 0, "{line}");
        assert_eq!(line["verified"], line["checked"], "{line}");
    }
}
