//! What pictures show: drawn ones and published ones.

use std::path::PathBuf;

use image::{ExtendedColorType, ImageEncoder};

use super::*;
use crate::handmade::palette_png;
use crate::{MeasuredObject, assign_parts, trace_labels};

const NAME: &str = "objects.png";

fn png(data: &[u8], width: u32, color: ExtendedColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    let samples = u32::from(color.bits_per_pixel() / 8);
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(data, width, data.len() as u32 / samples / width, color)
        .unwrap();
    bytes
}

/// A grey picture of hexadecimal digits times `factor`; dots are 0.
fn grey(rows: &[&str], factor: u8) -> Vec<u8> {
    let data: Vec<u8> = rows
        .concat()
        .chars()
        .map(|c| c.to_digit(16).unwrap_or(0) as u8 * factor)
        .collect();
    png(&data, rows[0].len() as u32, ExtendedColorType::L8)
}

fn read(bytes: &[u8]) -> Result<ObjectPicture, ImageError> {
    ObjectPicture::read_from(Path::new(NAME), bytes, 0)
}

const BLOBS: [&str; 5] = ["......", ".111..", ".111.1", ".111.1", "......"];
const BLOB: [&str; 5] = ["......", ".1111.", ".1111.", ".1111.", "......"];
const RINGS: [&str; 7] = [
    "..........",
    ".1111.111.",
    ".1..1.1.1.",
    ".1..1.1.1.",
    ".1..1.111.",
    ".1111.....",
    "..........",
];
const SPOTS: [&str; 4] = [".11..1", ".11...", "....11", "1...11"];

#[test]
fn the_kind_of_grey_pictures() {
    let cases: [(&str, &[&str], u8, &str); 11] = [
        ("a mask", &BLOBS, 255, "mask"),
        ("a mask of one object", &BLOB, 255, "mask"),
        ("one object with its number", &BLOB, 1, "labels"),
        ("one object with another number", &BLOB, 37, "labels"),
        ("several regions of 1", &BLOBS, 1, "mask"),
        ("curves", &RINGS, 255, "outlines"),
        ("curves of 1", &RINGS, 1, "outlines"),
        ("small spots enclose nothing", &SPOTS, 255, "mask"),
        ("labels", &["11.22.", "11.22.", "333.44"], 1, "labels"),
        ("labels without background", &["1122", "1122"], 1, "labels"),
        ("nothing", &["....", "...."], 1, "labels"),
    ];
    for (name, rows, factor, kind) in cases {
        let picture = read(&grey(rows, factor)).unwrap();
        assert_eq!(picture.kind(), kind, "{name}");
        assert_eq!(picture.size(), [rows[0].len() as u32, rows.len() as u32]);
        assert_eq!(picture.is_numbered(), kind == "labels");
    }
}

#[test]
fn what_shows_no_objects_says_why() {
    let noise: Vec<u8> = (0_u32..4096)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let colors: Vec<u8> = (0..64).flat_map(|i: u8| [i, 3, 200]).collect();
    let cases = [
        (png(&noise, 64, ExtendedColorType::L8), "intensities"),
        (
            png(&colors, 8, ExtendedColorType::Rgb8),
            "16 colours or more",
        ),
    ];
    for (bytes, words) in cases {
        let error = read(&bytes).unwrap_err().to_string();
        assert!(error.contains(NAME) && error.contains(words), "{error}");
        assert!(error.contains("label image"), "advice: {error}");
    }
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg)
        .write_image(&noise, 64, 64, ExtendedColorType::L8)
        .unwrap();
    assert!(read(&jpeg).unwrap_err().to_string().contains("JPEG"));
}

#[test]
fn values_that_are_no_numbers_still_tell_objects_apart() {
    let rows = ["11.22.11", "11.22.11", "333.44.."];
    let colors = |digit: u32| [digit as u8 * 60, 200, 7 * digit as u8];
    let colored: Vec<u8> = rows
        .concat()
        .chars()
        .flat_map(|c| c.to_digit(10).map_or([0; 3], colors))
        .collect();
    let scaled = {
        let mut bytes = Vec::new();
        let values: Vec<f32> = rows
            .concat()
            .chars()
            .map(|c| c.to_digit(10).unwrap_or(0) as f32 / 4.0)
            .collect();
        tiff::encoder::TiffEncoder::new(std::io::Cursor::new(&mut bytes))
            .and_then(|mut encoder| {
                encoder.write_image::<tiff::encoder::colortype::Gray32Float>(8, 3, &values)
            })
            .unwrap();
        bytes
    };
    for (name, bytes) in [
        ("scaled greys", grey(&rows, 60)),
        ("colours", png(&colored, 8, ExtendedColorType::Rgb8)),
        ("fractions", scaled),
    ] {
        let picture = read(&bytes).expect(name);
        assert_eq!(
            (picture.kind(), picture.is_numbered()),
            ("values", false),
            "{name}"
        );
        // Parts of one value are parts of their own where they do not touch.
        let parts = picture.into_parts().labels;
        assert_eq!(
            parts,
            [
                1, 1, 0, 2, 2, 0, 3, 3, 1, 1, 0, 2, 2, 0, 3, 3, 4, 4, 4, 0, 5, 5, 0, 0
            ],
            "{name}"
        );
    }
}

/// Pixels of [`RINGS`] in colours.
fn colored(line: [u8; 3], rest: impl Fn(usize) -> u8) -> Vec<u8> {
    let data: Vec<u8> = RINGS
        .concat()
        .bytes()
        .enumerate()
        .flat_map(|(index, c)| {
            let grey = rest(index);
            if c == b'1' { line } else { [grey; 3] }
        })
        .collect();
    png(&data, RINGS[0].len() as u32, ExtendedColorType::Rgb8)
}

#[test]
fn one_colour_is_enough() {
    let expected = read(&grey(&RINGS, 255)).unwrap();
    for (name, bytes) in [
        ("on black", colored([255, 0, 0], |_| 0)),
        (
            "over a grey picture",
            colored([0, 255, 0], |index| index as u8),
        ),
        ("white on black", colored([255; 3], |_| 0)),
    ] {
        assert_eq!(read(&bytes).unwrap(), expected, "{name}");
    }
    let white_on_grey = colored([255; 3], |index| index as u8 * 3);
    assert!(
        read(&white_on_grey).is_err(),
        "a burnt-in grey line is lost"
    );
}

#[test]
fn colour_tables_and_single_bits() {
    let expected = read(&grey(&RINGS, 255)).unwrap();
    for bits in [1, 8] {
        for palette in [&[0, 0, 0, 255, 255, 255], &[0, 0, 0, 255, 0, 0]] {
            let bytes = palette_png(&RINGS, bits, palette);
            assert_eq!(read(&bytes).unwrap(), expected, "{palette:?}");
        }
    }
}

#[test]
fn a_forced_kind_is_kept() {
    let bytes = grey(&["11.22.", "11.22.", "333.44"], 60);
    for (kind, name, parts) in [
        (ObjectKind::Labels, "labels", vec![60, 120, 180, 240]),
        (ObjectKind::Binary, "mask", vec![1]),
        (ObjectKind::Outlines, "outlines", vec![1]),
    ] {
        let picture = ObjectPicture::read_as_from(Path::new(NAME), &bytes, 0, kind).unwrap();
        assert_eq!(picture.kind(), name);
        let mut numbers = picture.into_parts().labels;
        numbers.retain(|&number| number != 0);
        numbers.sort_unstable();
        numbers.dedup();
        assert!(numbers.len() >= parts.len(), "{name}: {numbers:?}");
        if kind == ObjectKind::Labels {
            assert_eq!(numbers, parts);
        }
    }
}

fn published(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("CYTOLANCE_TEST_DATA").map(PathBuf::from) else {
        println!("skipped: CYTOLANCE_TEST_DATA does not name a folder with {name}");
        return None;
    };
    let path = folder.join(name);
    let there = path.exists();
    if !there {
        println!("skipped: {} is not there", path.display());
    }
    there.then_some(path)
}

#[test]
fn published_pictures() {
    // `CytoTable`'s and `CytoDataFrame`'s test data.
    let cases = [
        (
            "ExampleHuman/AS_09125_050116030001_D03f00d0.tif",
            "intensities",
        ),
        (
            "ExampleHuman/AS_09125_050116030001_D03f00d0_Overlay.png",
            "3 colours",
        ),
        (
            "JUMP_BR00117006/images/orig/r01c01f01p01-ch5sk1fk1fl1.tiff",
            "intensities",
        ),
    ];
    for (name, words) in cases {
        if let Some(path) = published(name) {
            let error = ObjectPicture::read(&path, 0).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}

/// Number, centre, box and area of the five cells in `BR00117006_shrunken.parquet` (`Cells_` and `Nuclei_`:
/// `Location_Center_X`, `_Y`, `AreaShape_BoundingBoxMinimum_X` and so on, `AreaShape_Area`).
type Row = ([f64; 2], [f64; 4], f64);

const CELLS: [Row; 5] = [
    (
        [220.983_171_85, 27.819_224_89],
        [175.0, 0.0, 259.0, 72.0],
        3922.0,
    ),
    (
        [896.789_012_74, 25.032_112_53],
        [852.0, 0.0, 936.0, 67.0],
        3768.0,
    ),
    (
        [667.583_219_46, 23.903_252_25],
        [624.0, 0.0, 721.0, 73.0],
        3659.0,
    ),
    (
        [825.125_145_18, 28.290_940_77],
        [788.0, 0.0, 864.0, 61.0],
        3444.0,
    ),
    (
        [276.187_180_11, 39.347_794_30],
        [235.0, 0.0, 313.0, 85.0],
        4103.0,
    ),
];

const NUCLEI: [Row; 5] = [
    (
        [210.777_080_06, 18.007_849_29],
        [197.0, 4.0, 225.0, 34.0],
        637.0,
    ),
    (
        [891.830_188_68, 24.375_643_22],
        [879.0, 10.0, 906.0, 39.0],
        583.0,
    ),
    (
        [673.373_475_61, 24.452_743_90],
        [658.0, 11.0, 690.0, 40.0],
        656.0,
    ),
    (
        [821.621_993_13, 31.584_192_44],
        [805.0, 21.0, 839.0, 43.0],
        582.0,
    ),
    (
        [275.021_216_41, 38.110_325_32],
        [262.0, 22.0, 288.0, 56.0],
        707.0,
    ),
];

#[test]
fn published_outlines_have_the_measured_areas() {
    for (name, rows) in [
        ("r01c01f01p01-ch3sk1fk1fl1_cell_outlines.png", CELLS),
        ("r01c01f01p01-ch5sk1fk1fl1_nuclei_outlines.png", NUCLEI),
    ] {
        let Some(path) = published(&format!("JUMP_BR00117006/images/outlines/{name}")) else {
            return;
        };
        let picture = ObjectPicture::read(&path, 0).unwrap();
        assert_eq!(picture.kind(), "outlines");
        let parts = picture.into_parts();
        let every: Vec<MeasuredObject> = (1..)
            .zip(rows)
            .map(|(number, (center, bounds, area))| MeasuredObject {
                number,
                center: Some(center),
                bounds: Some(bounds),
                area: Some(area),
            })
            .collect();
        let only_centers: Vec<MeasuredObject> = every
            .iter()
            .map(|object| MeasuredObject {
                bounds: None,
                area: None,
                ..*object
            })
            .collect();
        let only_boxes: Vec<MeasuredObject> = every
            .iter()
            .map(|object| MeasuredObject {
                center: None,
                area: None,
                ..*object
            })
            .collect();
        for objects in [every, only_centers, only_boxes] {
            let assigned = assign_parts(&parts, &objects);
            assert_eq!(assigned.unmatched_objects, [0; 0], "{name}");
            let outlines = trace_labels(&assigned.labels);
            for (number, (_, bounds, area)) in (1..).zip(rows) {
                let outline = &outlines[&number];
                let off = outline.area() - area;
                assert!(
                    off.abs() <= 0.002 * area,
                    "{name} {number}: {off} off {area}"
                );
                let traced = outline.bounds().unwrap();
                for (traced, measured) in traced.into_iter().zip(bounds) {
                    assert!((traced - measured).abs() <= 1.0, "{name} {number}");
                }
            }
        }
    }
}
