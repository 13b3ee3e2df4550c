//! What an image column is: a channel, a picture of objects, an illumination function; and pictures of colours.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use cytolance_dataset::CellDataset;
use serde_json::{Value, json};
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

use crate::support::{Run, open, run, runtime, text};

const SIDE: u32 = 40;

/// Left, top and side of the two cells.
const CELLS: [[u32; 3]; 2] = [[5, 5, 10], [22, 20, 12]];

const CELL_TABLE: &str = "ImageNumber,ObjectNumber,AreaShape_Area,AreaShape_BoundingBoxMinimum_X,AreaShape_BoundingBoxMaximum_X,AreaShape_BoundingBoxMinimum_Y,AreaShape_BoundingBoxMaximum_Y\n1,1,100,5,15,5,15\n1,2,144,22,34,20,32\n";

/// The cells as they are measured, with other words in front of each line.
fn cells(header: &str, front: &str) -> String {
    let mut lines = CELL_TABLE.lines();
    let mut table = format!("{header}{}\n", lines.next().expect("a header"));
    for line in lines {
        let _ = writeln!(table, "{front}{line}");
    }
    table
}

/// The number of the cell at each pixel, 0 between them.
fn number_at(x: u32, y: u32) -> usize {
    let inside = |[left, top, side]: &[u32; 3]| {
        (*left..left + side).contains(&x) && (*top..top + side).contains(&y)
    };
    CELLS.iter().position(inside).map_or(0, |at| at + 1)
}

fn drawn<T>(value: impl Fn(u32, u32) -> T) -> Vec<T> {
    (0..SIDE * SIDE)
        .map(|at| value(at % SIDE, at / SIDE))
        .collect()
}

fn tiff<C: colortype::ColorType>(pixels: &[C::Inner]) -> Vec<u8>
where
    [C::Inner]: tiff::encoder::TiffValue,
{
    let mut bytes = Vec::new();
    TiffEncoder::new(Cursor::new(&mut bytes))
        .and_then(|mut encoder| encoder.write_image::<C>(SIDE, SIDE, pixels))
        .expect("a TIFF");
    bytes
}

/// Light of many levels, brighter where cells are.
fn light() -> Vec<u8> {
    tiff::<colortype::Gray16>(&drawn(|x, y| {
        (number_at(x, y) * 700) as u16 + 100 + ((x * 37 + y * 101) % 53) as u16
    }))
}

/// The same with nothing between the cells.
fn masked_light() -> Vec<u8> {
    tiff::<colortype::Gray16>(&drawn(|x, y| match number_at(x, y) {
        0 => 0,
        number => (number * 700) as u16 + ((x * 37 + y * 101) % 53) as u16,
    }))
}

fn labels() -> Vec<u8> {
    tiff::<colortype::Gray16>(&drawn(|x, y| number_at(x, y) as u16))
}

fn binary() -> Vec<u8> {
    tiff::<colortype::Gray8>(&drawn(|x, y| if number_at(x, y) > 0 { 255 } else { 0 }))
}

/// An even light, one in the middle of the picture.
fn function_at(x: u32, y: u32) -> f64 {
    let far = (f64::from(x) - 19.5).powi(2) + (f64::from(y) - 19.5).powi(2);
    1.0 + far / 800.0
}

fn npy() -> Vec<u8> {
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({SIDE}, {SIDE}), }}");
    let padded = format!("{header:117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((padded.len() as u16).to_le_bytes());
    bytes.extend(padded.as_bytes());
    bytes.extend(
        drawn(function_at)
            .iter()
            .flat_map(|value| value.to_le_bytes()),
    );
    bytes
}

/// A MATLAB 5 file of one array, called as CellProfiler calls it.
fn mat() -> Vec<u8> {
    let element = |kind: u32, data: &[u8]| -> Vec<u8> {
        let mut out = kind.to_le_bytes().to_vec();
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        out.resize(out.len().next_multiple_of(8), 0);
        out
    };
    let size: Vec<u8> = [SIDE, SIDE]
        .iter()
        .flat_map(|side| side.to_le_bytes())
        .collect();
    // Column after column; the light is the same either way.
    let numbers: Vec<u8> = drawn(function_at)
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let array = [
        element(6, &[6, 0, 0, 0, 0, 0, 0, 0]),
        element(5, &size),
        element(1, b"Image"),
        element(9, &numbers),
    ]
    .concat();
    let mut bytes = format!("{:124}", "MATLAB 5.0 MAT-file").into_bytes();
    bytes.extend([0x00, 0x01]);
    bytes.extend(b"IM");
    bytes.extend(element(14, &array));
    bytes
}

type File = (&'static str, Vec<u8>);

struct Imported {
    dataset: CellDataset,
    report: Value,
    said: String,
    _folder: tempfile::TempDir,
}

/// Files below a folder; what lies in `export` is imported, with the pictures in `pictures`.
fn import(files: &[File], extra: &[&str]) -> Imported {
    import_with(files, |folder| folder.join("export"), extra)
}

fn import_with(files: &[File], source: impl Fn(&Path) -> PathBuf, extra: &[&str]) -> Imported {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    let path = |name: &str| text(&folder.path().join(name)).to_owned();
    let source = source(folder.path());
    let mut arguments: Vec<String> = vec![
        "import".to_owned(),
        text(&source).to_owned(),
        "--out".to_owned(),
        path("x.lance"),
        "--report".to_owned(),
        path("x.json"),
        "--images".to_owned(),
        path("pictures"),
    ];
    for word in extra {
        arguments.push(match word.strip_prefix('@') {
            Some(name) => path(name),
            None => (*word).to_owned(),
        });
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Run { out, .. } = run(&arguments).ok();
    let json = std::fs::read_to_string(folder.path().join("x.json")).expect("a report");
    Imported {
        dataset: open(&folder.path().join("x.lance")),
        report: serde_json::from_str(&json).expect("JSON"),
        said: out,
        _folder: folder,
    }
}

impl Imported {
    /// Channels, rows with a picture, and areas of the outlines.
    fn outcome(&self) -> (Value, Value, Vec<f64>) {
        let rows: Vec<u32> = (0..self.dataset.num_rows() as u32).collect();
        let pictures = runtime()
            .block_on(self.dataset.pictures(&rows))
            .expect("pictures");
        let areas = pictures
            .iter()
            .flat_map(|picture| &picture.outlines)
            .map(|(_, outline)| outline.area())
            .collect();
        (
            self.report["channels"].clone(),
            self.report["rows_with_picture"].clone(),
            areas,
        )
    }

    /// The brightest pixel of each row's crop in the first channel.
    fn brightest(&self) -> Vec<u16> {
        let rows: Vec<u32> = (0..self.dataset.num_rows() as u32).collect();
        let pictures = runtime()
            .block_on(self.dataset.pictures(&rows))
            .expect("pictures");
        pictures
            .iter()
            .map(|picture| {
                let crop = picture.crop.as_ref().expect("a crop");
                crop.planes[0].iter().copied().max().unwrap_or(0)
            })
            .collect()
    }

    fn role_of(&self, name: &str) -> Value {
        let columns = self.report["images"]["no_channels"]
            .as_array()
            .expect("columns");
        let found = columns.iter().find(|column| column["name"] == name);
        found.map_or(Value::Null, |column| column["role"].clone())
    }
}

/// An Image table with a channel and another column: how that is named, and whether it is an input.
fn images(column: &str, file: &str, is_input: bool) -> Vec<u8> {
    let (height, value) = if is_input {
        (format!(",Height_{column}"), ",40")
    } else {
        (String::new(), "")
    };
    format!(
        "ImageNumber,FileName_Full,PathName_Full,Height_Full,FileName_{column},PathName_{column}{height}\n1,f1_full.tiff,/data/run,40,{file},/data/run{value}\n"
    )
    .into_bytes()
}

#[test]
fn masks_among_the_images_are_outlines_and_no_channels() {
    let traced = vec![100.0, 144.0];
    // The column, whether it is an input, its picture, and what becomes of it.
    let cases = [
        ("cellmask", true, labels(), "objects"),
        ("cellmask", false, labels(), "objects"),
        ("cell_seg", true, binary(), "objects"),
        ("CellObjects", true, labels(), "objects"),
        // By place: the name says no object set.
        ("MyMask", true, binary(), "objects"),
        ("Segmented", true, labels(), "objects"),
        // Nothing in the name, but the numbers of the objects at their places.
        ("Stack2", true, labels(), "objects"),
    ];
    for (column, is_input, picture, role) in cases {
        for masks in [&["--masks", "@pictures"][..], &[]] {
            let imported = import(
                &[
                    ("export/Image.csv", images(column, "f1_mask.tiff", is_input)),
                    ("export/cell.csv", CELL_TABLE.as_bytes().to_vec()),
                    ("pictures/f1_full.tiff", light()),
                    ("pictures/f1_mask.tiff", picture.clone()),
                ],
                masks,
            );
            let name = format!("{column} {is_input} {masks:?}\n{}", imported.said);
            assert_eq!(
                imported.outcome(),
                (json!(["Full"]), json!(2), traced.clone()),
                "{name}"
            );
            assert_eq!(imported.role_of(column), role, "{name}");
            assert!(
                imported
                    .said
                    .contains(&format!("{column} shows the objects of cell")),
                "{name}"
            );
        }
    }
}

#[test]
fn names_like_masks_do_not_make_masks_of_light() {
    for (column, picture) in [
        ("MaskedDNA", masked_light()),
        ("LabelFree", light()),
        ("cell", light()),
        ("cell_mask", light()),
    ] {
        let imported = import(
            &[
                ("export/Image.csv", images(column, "f1_mask.tiff", true)),
                ("export/cell.csv", CELL_TABLE.as_bytes().to_vec()),
                ("pictures/f1_full.tiff", light()),
                ("pictures/f1_mask.tiff", picture),
            ],
            &[],
        );
        let (channels, with_picture, _) = imported.outcome();
        assert_eq!(channels, json!(["Full", column]), "{}", imported.said);
        assert_eq!(with_picture, 2, "{}", imported.said);
        assert!(imported.role_of(column).is_null());
    }
    // Without a picture the name decides; probabilities look like light.
    for (column, file, role) in [
        ("cellmask", "gone.tiff", json!("objects")),
        ("LabelFree", "gone.tiff", Value::Null),
        ("cell_prob", "f1_full.tiff", json!("probabilities")),
    ] {
        let imported = import(
            &[
                ("export/Image.csv", images(column, file, true)),
                ("export/cell.csv", CELL_TABLE.as_bytes().to_vec()),
                ("pictures/f1_full.tiff", light()),
            ],
            &[],
        );
        assert_eq!(imported.role_of(column), role, "{}", imported.said);
        assert!(imported.said.contains(column), "{}", imported.said);
        let (channels, with_picture, _) = imported.outcome();
        assert_eq!(channels, json!(["Full"]), "{}", imported.said);
        assert_eq!(with_picture, 2, "{}", imported.said);
    }
}

#[test]
fn objects_that_were_loaded_are_found_without_a_folder_of_masks() {
    let files = |header: &str, values: &str| -> Vec<File> {
        let images = format!(
            "ImageNumber,FileName_Full,PathName_Full,{header}\n1,f1_full.tiff,/data/run,{values}\n"
        );
        vec![
            ("export/Image.csv", images.into_bytes()),
            ("export/cell.csv", CELL_TABLE.as_bytes().to_vec()),
            ("pictures/f1_full.tiff", light()),
            ("pictures/objects of 1.tiff", labels()),
        ]
    };
    for (header, values) in [
        (
            "ObjectsFileName_cell,ObjectsPathName_cell",
            "objects of 1.tiff,/data/run",
        ),
        ("ObjectsURL_cell", "file:/data/run/objects of 1.tiff"),
    ] {
        let imported = import(&files(header, values), &[]);
        assert_eq!(
            imported.outcome(),
            (json!(["Full"]), json!(2), vec![100.0, 144.0]),
            "{}",
            imported.said
        );
    }
    let lost = import(&files("ObjectsFileName_cell", "gone.tiff"), &[]);
    assert_eq!(lost.outcome().2, Vec::<f64>::new(), "{}", lost.said);
    assert!(
        lost.said.contains("image 1, cell mask:") && lost.said.contains("gone.tiff"),
        "{}",
        lost.said
    );
}

#[test]
fn a_mask_column_of_one_part_may_be_a_channel_of_another() {
    let table = |file: &str| {
        format!("ImageNumber,FileName_Full,PathName_Full,FileName_Spots,PathName_Spots\n1,{file}_full.tiff,/data/run,{file}_spots.tiff,/data/run\n")
            .into_bytes()
    };
    let imported = import(
        &[
            ("export/a/Image.csv", table("a")),
            ("export/a/cell.csv", CELL_TABLE.as_bytes().to_vec()),
            ("export/b/Image.csv", table("b")),
            ("export/b/cell.csv", CELL_TABLE.as_bytes().to_vec()),
            ("pictures/a_full.tiff", light()),
            ("pictures/a_spots.tiff", masked_light()),
            ("pictures/b_full.tiff", light()),
            ("pictures/b_spots.tiff", labels()),
        ],
        &[],
    );
    // Fields without the channel have no crop, but outlines.
    assert_eq!(
        imported.outcome(),
        (json!(["Full", "Spots"]), json!(2), vec![100.0, 144.0]),
        "{}",
        imported.said
    );
    assert!(
        imported.said.contains("has no channel Spots"),
        "{}",
        imported.said
    );
    let sentence = "Spots shows the objects of cell: not a channel in one part, in another it is";
    assert!(imported.said.contains(sentence), "{}", imported.said);
}

#[test]
fn one_mask_for_two_fields_is_that_of_one() {
    let images = b"ImageNumber,FileName_Full,PathName_Full,FileName_cellmask,PathName_cellmask\n1,f1_full.tiff,/data/run,mask.tiff,/data/run\n2,f2_full.tiff,/data/run,mask.tiff,/data/run\n";
    let table = CELL_TABLE.to_owned() + "2,1,64,1,9,25,33\n2,2,49,30,37,1,8\n";
    let imported = import(
        &[
            ("export/Image.csv", images.to_vec()),
            ("export/cell.csv", table.into_bytes()),
            ("pictures/f1_full.tiff", light()),
            ("pictures/f2_full.tiff", light()),
            ("pictures/mask.tiff", labels()),
        ],
        &[],
    );
    assert_eq!(
        imported.outcome(),
        (json!(["Full"]), json!(4), vec![100.0, 144.0]),
        "{}",
        imported.said
    );
    assert!(
        imported.said.contains("it is that of image 1"),
        "{}",
        imported.said
    );
}

#[test]
fn illumination_functions_are_named_and_not_shown() {
    let even = |scale: f64| drawn(|x, y| function_at(x, y) * scale);
    let floats = tiff::<colortype::Gray32Float>(&drawn(|x, y| function_at(x, y) as f32));
    let rough = tiff::<colortype::Gray32Float>(&drawn(|x, y| (number_at(x, y) as f32 + 1.0) / 9.0));
    let words: Vec<u16> = even(20_000.0)
        .into_iter()
        .map(|value| value as u16)
        .collect();
    let words = tiff::<colortype::Gray16>(&words);
    let function = json!("function");
    let cases = [
        ("IllumDNA", "illum.mat", mat(), function.clone()),
        ("IllumDNA", "illum.npy", npy(), function.clone()),
        ("IllumDNA", "illum.tif", floats.clone(), function.clone()),
        ("IllumDNA", "illum.tif", words, function.clone()),
        ("FlatDNA", "Plate1_IllumDNA.tif", floats, function.clone()),
        ("Gain", "gain.npy", npy(), function),
        ("IllumCorrDNA", "f1_corr.tif", rough, Value::Null),
        ("CorrIllumDNA", "f1_corr.tif", light(), Value::Null),
        ("IllumDNA", "f1_corr.tif", light(), Value::Null),
    ];
    for (column, file, picture, role) in cases {
        let path: &'static str = Box::leak(format!("pictures/{file}").into_boxed_str());
        let files = [
            ("export/Image.csv", images(column, file, true)),
            ("export/cell.csv", CELL_TABLE.as_bytes().to_vec()),
            ("pictures/f1_full.tiff", light()),
            (path, picture),
        ];
        let imported = import(&files, &[]);
        let name = format!("{column} {file}\n{}", imported.said);
        assert_eq!(imported.role_of(column), role, "{name}");
        let (channels, with_picture, _) = imported.outcome();
        assert_eq!(with_picture, 2, "{name}");
        if role.is_null() {
            assert_eq!(channels, json!(["Full", column]), "{name}");
            continue;
        }
        assert_eq!(channels, json!(["Full"]), "{name}");
        let sentence = format!(
            "{column} is an illumination function: not a channel, and not applied (--illum FOLDER applies it)"
        );
        assert!(imported.said.contains(&sentence), "{name}");
    }
}

#[test]
fn the_first_row_does_not_decide_what_a_column_is() {
    let rows = |files: [&str; 3]| {
        let mut table =
            "ImageNumber,FileName_Full,Height_Full,FileName_Other,Height_Other\n".to_owned();
        for (image, file) in (1..).zip(files) {
            let _ = writeln!(table, "{image},f{image}_full.tiff,40,{file},40");
        }
        table.into_bytes()
    };
    let measured = CELL_TABLE.to_owned() + "2,1,100,5,15,5,15\n3,1,100,5,15,5,15\n";
    for (files, channels, with_picture) in [
        (["", "o.npy", "o.npy"], json!(["Full"]), 4),
        (["o.tiff", "o.npy", "o.npy"], json!(["Full"]), 4),
        // The one array among pictures is not shown.
        (["o.npy", "o2.tiff", "o3.tiff"], json!(["Full", "Other"]), 2),
    ] {
        let imported = import(
            &[
                ("export/Image.csv", rows(files)),
                ("export/cell.csv", measured.clone().into_bytes()),
                ("pictures/f1_full.tiff", light()),
                ("pictures/f2_full.tiff", light()),
                ("pictures/f3_full.tiff", light()),
                ("pictures/o.npy", npy()),
                ("pictures/o.tiff", light()),
                ("pictures/o2.tiff", light()),
                ("pictures/o3.tiff", masked_light()),
            ],
            &[],
        );
        let (found, pictures, _) = imported.outcome();
        assert_eq!(
            (found, pictures),
            (channels, json!(with_picture)),
            "{}",
            imported.said
        );
        if with_picture == 2 {
            assert!(
                imported.said.contains("o.npy of image 1 is an array"),
                "{}",
                imported.said
            );
        }
    }
}

#[test]
fn functions_of_matlab_are_applied() {
    let flat = tiff::<colortype::Gray16>(&drawn(|_, _| 1000_u16));
    let files = [
        ("export/Image.csv", b"ImageNumber,FileName_OrigDNA,Height_OrigDNA,FileName_IllumDNA,Height_IllumDNA\n1,f1.tif,40,illum.mat,40\n".to_vec()),
        ("export/cell.csv", CELL_TABLE.as_bytes().to_vec()),
        ("pictures/f1.tif", flat),
        ("functions/illum.mat", mat()),
    ];
    let imported = import(&files, &["--illum", "@functions", "--margin", "0"]);
    assert_eq!(
        imported.outcome().0,
        json!(["OrigDNA"]),
        "{}",
        imported.said
    );
    assert!(
        imported
            .said
            .contains("IllumDNA is an illumination function: not a channel\n"),
        "{}",
        imported.said
    );
    let nearest = [[14, 14], [22, 20]];
    let expected = nearest.map(|[x, y]| (1000.0 / function_at(x, y)).round() as u16);
    assert_eq!(imported.brightest(), expected);
}

#[test]
fn object_tables_may_name_the_pictures() {
    let pictures = |files: &mut Vec<File>| {
        files.push(("pictures/f1_DNA.tif", light()));
    };
    let named = cells("FileName_DNA,PathName_DNA,", "f1_DNA.tif,/data/run,");
    let by_url = cells("URL_DNA,", "file:/data/run/f1_DNA.tif,");
    let two_rows = named
        .lines()
        .take(1)
        .map(|header| {
            let above: Vec<&str> = header
                .split(',')
                .map(|name| {
                    if name.contains("Name") {
                        "Image"
                    } else {
                        "cell"
                    }
                })
                .collect();
            above.join(",") + "\n"
        })
        .collect::<String>()
        + &named;
    let number = b"ImageNumber\n1\n".to_vec();
    let cases: Vec<(&str, Vec<File>)> = vec![
        (
            "numbers alone",
            vec![
                ("export/Image.csv", number.clone()),
                ("export/cell.csv", named.clone().into_bytes()),
            ],
        ),
        (
            "URLs",
            vec![
                ("export/Image.csv", number),
                ("export/cell.csv", by_url.into_bytes()),
            ],
        ),
        (
            "no Image table",
            vec![("export/cell.csv", named.into_bytes())],
        ),
        (
            "two header rows",
            vec![("export/cell.csv", two_rows.into_bytes())],
        ),
    ];
    for (name, mut files) in cases {
        pictures(&mut files);
        let imported = import(&files, &[]);
        let (channels, with_picture, _) = imported.outcome();
        assert_eq!(
            (channels, with_picture),
            (json!(["DNA"]), json!(2)),
            "{name}\n{}",
            imported.said
        );
        assert!(
            imported
                .said
                .contains("names the pictures, not the Image table"),
            "{name}\n{}",
            imported.said
        );
    }
    // Rows of one image that name two pictures are believed in none.
    let mut differing = cells("FileName_DNA,", "f1_DNA.tif,");
    let at = differing.rfind("f1_DNA.tif").expect("a name");
    differing.replace_range(at..at + 2, "f2");
    let files = [
        ("export/Image.csv", b"ImageNumber\n1\n".to_vec()),
        ("export/cell.csv", differing.into_bytes()),
        ("pictures/f1_DNA.tif", light()),
        ("pictures/f2_DNA.tif", light()),
    ];
    let imported = import(&files, &[]);
    assert_eq!(imported.outcome().1, 0, "{}", imported.said);
    assert!(
        imported.said.contains("cell.csv says f2_DNA.tif in FileName_DNA for an object of image 1, f1_DNA.tif for another"),
        "{}",
        imported.said
    );
}

#[test]
fn databases_and_joined_tables_have_masks_among_their_images_too() {
    let files = [
        ("pictures/f1_full.tiff", light()),
        ("pictures/f1_mask.tiff", labels()),
    ];
    let traced = (json!(["Full"]), json!(2), vec![100.0, 144.0]);
    let database = import_with(
        &files,
        |folder| {
            let path = folder.join("plate.sqlite");
            let sql = "CREATE TABLE MyExpt_Per_Image (ImageNumber INTEGER, Image_FileName_Full TEXT, Image_PathName_Full TEXT, Image_FileName_cellmask TEXT, Image_PathName_cellmask TEXT);
                INSERT INTO MyExpt_Per_Image VALUES (1, 'f1_full.tiff', '/data/run', 'f1_mask.tiff', '/data/run');
                CREATE TABLE MyExpt_Per_cell (ImageNumber INTEGER, cell_Number_Object_Number INTEGER, cell_AreaShape_Area REAL, cell_AreaShape_BoundingBoxMinimum_X REAL, cell_AreaShape_BoundingBoxMaximum_X REAL, cell_AreaShape_BoundingBoxMinimum_Y REAL, cell_AreaShape_BoundingBoxMaximum_Y REAL);
                INSERT INTO MyExpt_Per_cell VALUES (1, 1, 100, 5, 15, 5, 15), (1, 2, 144, 22, 34, 20, 32);";
            rusqlite::Connection::open(&path)
                .and_then(|connection| connection.execute_batch(sql))
                .expect("a database");
            path
        },
        &[],
    );
    assert_eq!(database.outcome(), traced, "{}", database.said);
    let joined = import_with(
        &files,
        |folder| {
            let texts = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value; 2])) };
            let numbers =
                |values: [f64; 2]| -> ArrayRef { Arc::new(Float64Array::from(values.to_vec())) };
            let batch = RecordBatch::try_from_iter([
                (
                    "Metadata_ImageNumber",
                    Arc::new(Int64Array::from(vec![1, 1])) as ArrayRef,
                ),
                (
                    "Metadata_ObjectNumber",
                    Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef,
                ),
                ("Image_FileName_Full", texts("f1_full.tiff")),
                ("Image_FileName_cellmask", texts("f1_mask.tiff")),
                ("cell_AreaShape_Area", numbers([100.0, 144.0])),
                ("cell_AreaShape_BoundingBoxMinimum_X", numbers([5.0, 22.0])),
                ("cell_AreaShape_BoundingBoxMaximum_X", numbers([15.0, 34.0])),
                ("cell_AreaShape_BoundingBoxMinimum_Y", numbers([5.0, 20.0])),
                ("cell_AreaShape_BoundingBoxMaximum_Y", numbers([15.0, 32.0])),
            ])
            .expect("a batch");
            let path = folder.join("plate.parquet");
            crate::support::write_parquet(&path, &batch);
            path
        },
        &[],
    );
    assert_eq!(joined.outcome(), traced, "{}", joined.said);
}

#[test]
fn colours_and_palettes_are_shown_as_they_were_measured() {
    let red = |x: u32, y: u32| [90 * number_at(x, y) as u8 + (x % 7) as u8, 0, 0];
    let colors: Vec<u8> = drawn(red).concat();
    let words: Vec<u16> = colors.iter().map(|value| u16::from(*value) * 257).collect();
    let png = {
        let mut bytes = Vec::new();
        image::ImageEncoder::write_image(
            image::codecs::png::PngEncoder::new(&mut bytes),
            &colors,
            SIDE,
            SIDE,
            image::ExtendedColorType::Rgb8,
        )
        .expect("a PNG");
        bytes
    };
    let indexes = drawn(|x, y| 90 * number_at(x, y) as u8 + (x % 7) as u8);
    let palette = |value: fn(u16) -> u16| {
        let mut bytes = Vec::new();
        TiffEncoder::new(Cursor::new(&mut bytes))
            .and_then(|mut encoder| {
                let mut image = encoder.new_image::<colortype::Gray8>(SIDE, SIDE)?;
                let map: Vec<u16> = (0..3).flat_map(|_| (0..256).map(value)).collect();
                image.encoder().write_tag(Tag::ColorMap, &map[..])?;
                image.write_data(&indexes)
            })
            .expect("a TIFF");
        // The encoder knows no palette: short 262 is 1 there.
        let tag = [6, 1, 3, 0, 1, 0, 0, 0, 1, 0];
        let at = bytes
            .windows(tag.len())
            .position(|bytes| bytes == tag)
            .expect("the tag");
        bytes[at + 8] = 3;
        bytes
    };
    // The brightest index of each cell: 96 and 186.
    let brightness = |value: f64| (0.2125 * value).round() as u16;
    let grey = [brightness(96.0), brightness(186.0)];
    let deep = [96.0, 186.0].map(|value| brightness(value * 257.0));
    for (name, picture, expected, words) in [
        (
            "RGB",
            tiff::<colortype::RGB8>(&colors),
            grey,
            "is a colour picture: its grey is shown",
        ),
        (
            "RGB of 16 bit",
            tiff::<colortype::RGB16>(&words),
            deep,
            "is a colour picture",
        ),
        ("PNG", png, grey, "is a colour picture"),
        ("ramp", palette(|at| at * 257), [96, 186], ""),
        (
            "half a ramp",
            palette(|at| at / 2 * 257),
            [48, 93],
            "has a palette of greys",
        ),
    ] {
        let imported = import(
            &[
                (
                    "export/Image.csv",
                    b"ImageNumber,FileName_DNA\n1,f1.tif\n".to_vec(),
                ),
                ("export/cell.csv", CELL_TABLE.as_bytes().to_vec()),
                ("pictures/f1.tif", picture),
            ],
            &["--margin", "0"],
        );
        assert_eq!(imported.brightest(), expected, "{name}\n{}", imported.said);
        let is_said = imported.said.contains("DNA: ") && imported.said.contains("f1.tif ");
        assert_eq!(is_said, !words.is_empty(), "{name}\n{}", imported.said);
        assert!(imported.said.contains(words), "{name}\n{}", imported.said);
    }
}

#[test]
fn a_colour_picture_that_the_pipeline_split_says_what_was_measured() {
    let colors: Vec<u8> = drawn(|x, y| [90 * number_at(x, y) as u8, 40, 7]).concat();
    let measured = cells("", "").replace('\n', ",0.5,0.4,0.3\n").replacen(
        ",0.5,0.4,0.3",
        ",Intensity_MaxIntensity_OrigRed,Intensity_MaxIntensity_OrigGreen,Intensity_MaxIntensity_OrigBlue",
        1,
    );
    let imported = import(
        &[
            (
                "export/Image.csv",
                b"ImageNumber,FileName_OrigColor\n1,f1.tif\n".to_vec(),
            ),
            ("export/cell.csv", measured.into_bytes()),
            ("pictures/f1.tif", tiff::<colortype::RGB8>(&colors)),
        ],
        &[],
    );
    let sentence = "f1.tif is a colour picture: its grey is shown; measured were OrigBlue, OrigGreen, OrigRed, not this grey";
    assert!(imported.said.contains(sentence), "{}", imported.said);
}

#[test]
fn a_mask_with_the_name_of_a_picture_makes_that_no_mask() {
    let imported = import(
        &[
            (
                "export/Image.csv",
                b"ImageNumber,FileName_Full,PathName_Full\n1,f1_full.tiff,/data/run\n".to_vec(),
            ),
            ("export/cell.csv", CELL_TABLE.as_bytes().to_vec()),
            ("pictures/f1_full.tiff", light()),
            ("cell/f1_full.tiff", labels()),
        ],
        &["--masks", "@cell"],
    );
    let (channels, with_picture, _) = imported.outcome();
    assert_eq!(
        (channels, with_picture),
        (json!(["Full"]), json!(2)),
        "{}",
        imported.said
    );
    assert!(imported.role_of("Full").is_null(), "{}", imported.said);
}
