//! Whose mask and which page: outlines lie at their objects, pictures are those of their fields.

mod pages;

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;

use cytolance_dataset::CellDataset;
use serde_json::Value;
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

use crate::support::{Run, open, run, runtime, text};

pub(crate) const SIDE: usize = 96;
const OBJECTS: usize = 12;

/// Left, top, width and height of the objects of a field; those of another lie elsewhere.
fn squares(field: usize) -> Vec<[usize; 4]> {
    (0..OBJECTS)
        .map(|at| {
            [
                3 + at % 4 * 22 + 6 * field,
                3 + at / 4 * 27 + 9 * field,
                10,
                8,
            ]
        })
        .collect()
}

/// The columns that say where objects are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Measured {
    Boxes,
    Centers,
    Areas,
}

fn table(fields: [&[[usize; 4]]; 2], measured: Measured, ellipses: bool) -> String {
    let mut text = "ImageNumber,ObjectNumber,AreaShape_Area".to_owned();
    let columns = match measured {
        Measured::Boxes => {
            ",AreaShape_BoundingBoxMinimum_X,AreaShape_BoundingBoxMinimum_Y,AreaShape_BoundingBoxMaximum_X,AreaShape_BoundingBoxMaximum_Y"
        }
        Measured::Centers => ",Location_Center_X,Location_Center_Y",
        Measured::Areas => "",
    };
    text += columns;
    if ellipses {
        text += ",AreaShape_Center_X,AreaShape_Center_Y,AreaShape_MajorAxisLength,AreaShape_MinorAxisLength,AreaShape_Orientation";
    }
    text += "\n";
    for (image, squares) in (1..).zip(fields) {
        for (number, [left, top, width, height]) in (1..).zip(squares) {
            let _ = write!(text, "{image},{number},{}", width * height);
            let half = |start: usize, size: usize| start as f64 + (size as f64 - 1.0) / 2.0;
            let center = [half(*left, *width), half(*top, *height)];
            let _ = match measured {
                Measured::Boxes => {
                    write!(text, ",{left},{top},{},{}", left + width, top + height)
                }
                Measured::Centers => write!(text, ",{},{}", center[0], center[1]),
                Measured::Areas => Ok(()),
            };
            if ellipses {
                let _ = write!(text, ",{},{},10,8,45", center[0], center[1]);
            }
            text.push('\n');
        }
    }
    text
}

/// The numbers of a field's mask at its pixels.
fn mask(squares: &[[usize; 4]], number: impl Fn(usize) -> usize) -> Vec<u16> {
    let mut pixels = vec![0; SIDE * SIDE];
    for (at, [left, top, width, height]) in squares.iter().enumerate() {
        for y in *top..top + height {
            pixels[y * SIDE + left..y * SIDE + left + width].fill(number(at + 1) as u16);
        }
    }
    pixels
}

pub(crate) fn tiff16(pages: &[&[u16]], description: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    {
        let mut encoder = TiffEncoder::new(Cursor::new(&mut bytes)).expect("a TIFF");
        for (at, pixels) in pages.iter().enumerate() {
            let mut image = encoder
                .new_image::<colortype::Gray16>(SIDE as u32, SIDE as u32)
                .expect("a page");
            if at == 0 {
                let encoder = image.encoder();
                let written = encoder.write_tag(Tag::ImageDescription, description);
                written.expect("a description");
            }
            image.write_data(pixels).expect("pixels");
        }
    }
    bytes
}

fn tiff8(pixels: &[u16]) -> Vec<u8> {
    let pixels: Vec<u8> = pixels.iter().map(|value| *value as u8).collect();
    let mut bytes = Vec::new();
    TiffEncoder::new(Cursor::new(&mut bytes))
        .and_then(|mut encoder| {
            encoder.write_image::<colortype::Gray8>(SIDE as u32, SIDE as u32, &pixels)
        })
        .expect("a TIFF");
    bytes
}

/// Every number in a colour of its own.
fn colored(pixels: &[u16]) -> Vec<u8> {
    let pixels: Vec<u8> = pixels
        .iter()
        .flat_map(|value| match *value as u8 {
            0 => [0; 3],
            value => [value * 17, 255 - value, 3 * value],
        })
        .collect();
    let mut bytes = Vec::new();
    TiffEncoder::new(Cursor::new(&mut bytes))
        .and_then(|mut encoder| {
            encoder.write_image::<colortype::RGB8>(SIDE as u32, SIDE as u32, &pixels)
        })
        .expect("a TIFF");
    bytes
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

/// An export, imported with the pictures and masks beside it.
pub(crate) struct Imported {
    pub(crate) dataset: CellDataset,
    pub(crate) report: Value,
    pub(crate) said: String,
    _folder: tempfile::TempDir,
}

pub(crate) fn import(files: &[(&str, Vec<u8>)], extra: &[&str]) -> Imported {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        write(folder.path(), name, bytes);
    }
    let path = |name: &str| text(&folder.path().join(name)).to_owned();
    let mut arguments: Vec<String> = [
        "import",
        &path("export"),
        "--out",
        &path("x.lance"),
        "--report",
        &path("x.json"),
        "--images",
        &path("pictures"),
    ]
    .map(str::to_owned)
    .to_vec();
    if folder.path().join("masks").is_dir() {
        arguments.extend(["--masks".to_owned(), path("masks")]);
    }
    arguments.extend(extra.iter().map(|word| (*word).to_owned()));
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

/// Left, top, right and bottom of the outline of each row, where it has one.
fn outlines(dataset: &CellDataset) -> Vec<Option<[f64; 4]>> {
    let rows: Vec<u32> = (0..dataset.num_rows() as u32).collect();
    let pictures = runtime()
        .block_on(dataset.pictures(&rows))
        .expect("pictures");
    pictures
        .iter()
        .map(|picture| {
            let found = picture.outlines.iter().find(|(name, _)| name == "Nuclei");
            found.and_then(|(_, outline)| outline.bounds())
        })
        .collect()
}

fn corners([left, top, width, height]: [usize; 4]) -> [f64; 4] {
    [left, top, left + width, top + height].map(|value| value as f64)
}

const IMAGES: &str =
    "ImageNumber,FileName_DNA,PathName_DNA,Metadata_Well\n1,f1.tif,/gone,B02\n2,f2.tif,/gone,B02\n";

/// Two fields with these masks.
fn two_fields(
    measured: Measured,
    masks: Vec<(&'static str, Vec<u8>)>,
) -> Vec<(&'static str, Vec<u8>)> {
    let (first, second) = (squares(0), squares(1));
    let cells = table([&first, &second], measured, measured == Measured::Boxes);
    let picture = tiff16(&[&mask(&first, |_| 900)], "");
    let mut files = vec![
        ("export/Image.csv", IMAGES.as_bytes().to_vec()),
        ("export/Nuclei.csv", cells.into_bytes()),
        ("pictures/f1.tif", picture.clone()),
        ("pictures/f2.tif", picture),
    ];
    files.extend(masks);
    files
}

#[test]
fn outlines_lie_at_their_objects_or_are_not_there() {
    type Case = (
        &'static str,
        [Vec<u8>; 2],
        [usize; 2],
        &'static [&'static str],
    );
    let drawn = |field: usize, number: fn(usize) -> usize| mask(&squares(field), number);
    let right = |field: usize| tiff16(&[&drawn(field, |number| number)], "");
    let mut moved = squares(0);
    moved[4] = [80, 85, 10, 8];
    let cases: Vec<Case> = vec![
        (
            "as measured",
            [right(0), right(1)],
            [12, 12],
            &["24 of 24 traced"],
        ),
        (
            "one field renumbered",
            [tiff16(&[&drawn(0, |number| 13 - number)], ""), right(1)],
            [12, 12],
            &["f1_Nuclei.tiff: the numbers of 12 of 12 objects"],
        ),
        (
            "stretched to 8 bits",
            [
                tiff8(&drawn(0, |number| 2 * number)),
                tiff8(&drawn(1, |number| 21 * number)),
            ],
            [12, 12],
            &["f1_Nuclei.tiff: the numbers of"],
        ),
        (
            "beyond all numbers",
            [tiff16(&[&drawn(0, |number| 300 + number)], ""), right(1)],
            [12, 12],
            &["given by place"],
        ),
        (
            "black and white, and colours",
            [
                tiff8(&drawn(0, |_| 255)),
                colored(&drawn(1, |number| number)),
            ],
            [12, 12],
            &["mask of 1 field", "values of 1 field"],
        ),
        (
            "the first field's mask for both",
            [right(0), right(0)],
            [12, 0],
            &[
                "12 of 24 traced",
                "12 without outline: its mask cannot be used",
                "f2_Nuclei.tiff is not used for image 2",
            ],
        ),
        (
            "exchanged",
            [right(1), right(0)],
            [0, 0],
            &["Nuclei: 0 of 24 traced, because its mask cannot be used (24)"],
        ),
        (
            "one object elsewhere",
            [tiff16(&[&mask(&moved, |number| number)], ""), right(1)],
            [11, 12],
            &[
                "23 of 24 traced",
                "1 without outline: the part with its number lies elsewhere",
            ],
        ),
    ];
    for measured in [Measured::Boxes, Measured::Centers] {
        for (name, masks, expected, words) in &cases {
            let [first, second] = masks.clone();
            let files = two_fields(
                measured,
                vec![
                    ("masks/f1_Nuclei.tiff", first),
                    ("masks/f2_Nuclei.tiff", second),
                ],
            );
            let imported = import(&files, &[]);
            let said = &imported.said;
            for word in *words {
                assert!(
                    said.contains(word),
                    "{name} {measured:?}: {word} is not in\n{said}"
                );
            }
            let total: usize = expected.iter().sum();
            assert_eq!(
                imported.report["outlines_traced"]["Nuclei"], total,
                "{name}"
            );
            let lines = imported.report["verification"].as_array();
            let line = lines.and_then(|lines| lines.iter().find(|line| line["kind"] == "outlines"));
            let line = line.expect("outlines are checked");
            assert_eq!(line["object"], "Nuclei", "{name}");
            for (count, expected) in [
                ("checked", 24),
                ("verified", total),
                ("contradicted", 24 - total),
                ("cannot_tell", 0),
            ] {
                assert_eq!(line[count], expected, "{name} {measured:?} {count}");
            }
            let approximate = &imported.dataset.metadata().approximate_outlines;
            let found = outlines(&imported.dataset);
            if total == 0 {
                // What cannot be traced keeps its ellipses.
                let ellipses = measured == Measured::Boxes;
                assert_eq!(approximate.len(), usize::from(ellipses), "{name}");
                assert!(
                    found.iter().all(|outline| outline.is_some() == ellipses),
                    "{name}"
                );
                continue;
            }
            assert!(approximate.is_empty(), "{name}");
            let agree = imported.report["areas_agree"]["Nuclei"][0].as_u64();
            assert_eq!(agree, Some(total as u64), "{name}");
            for field in 0..2 {
                let rows = &found[field * OBJECTS..][..OBJECTS];
                let traced = rows.iter().flatten().count();
                assert_eq!(traced, expected[field], "{name} {measured:?}");
                for (outline, square) in rows.iter().zip(squares(field)) {
                    assert!(
                        outline.is_none_or(|outline| outline == corners(square)),
                        "{name} {measured:?}: {outline:?} for {square:?}"
                    );
                }
            }
        }
    }
    // Equal areas and no place: believed, and said.
    let files = two_fields(
        Measured::Areas,
        vec![
            ("masks/f1_Nuclei.tiff", right(0)),
            ("masks/f2_Nuclei.tiff", right(1)),
        ],
    );
    let imported = import(&files, &[]);
    assert!(
        imported.said.contains("24 cannot be told"),
        "{}",
        imported.said
    );
    assert_eq!(imported.report["places_untold"]["Nuclei"], 24);
}

#[test]
fn numbers_that_ran_over_give_no_object_two_parts() {
    let squares: Vec<[usize; 4]> = (0..300)
        .map(|at| [1 + at % 18 * 5, 1 + at / 18 * 5, 4, 4])
        .collect();
    let cells = table([&squares, &[]], Measured::Boxes, false);
    let imported = import(
        &[
            ("export/Image.csv", IMAGES.as_bytes().to_vec()),
            ("export/Nuclei.csv", cells.into_bytes()),
            ("pictures/f1.tif", tiff16(&[&mask(&squares, |_| 5)], "")),
            (
                "masks/f1_Nuclei.tiff",
                tiff8(&mask(&squares, |number| number % 256)),
            ),
        ],
        &[],
    );
    assert!(
        imported.said.contains("300 objects do not fit into 8 bits"),
        "{}",
        imported.said
    );
    for (row, outline) in outlines(&imported.dataset).into_iter().enumerate() {
        let expected = (row != 255).then(|| corners(squares[row]));
        assert_eq!(outline, expected, "row {row}");
    }
}

#[test]
fn a_mask_named_by_its_well_serves_one_field() {
    let of = |field: usize| tiff16(&[&mask(&squares(field), |number| number)], "");
    // Two fields of a well, and the same well of two plates.
    let lines = IMAGES.lines().zip([",Metadata_Plate", ",P1", ",P2"]);
    let plates: Vec<String> = lines
        .map(|(line, plate)| format!("{line}{plate}"))
        .collect();
    let plates = plates.join("\n") + "\n";
    for (images, owner, expected) in [
        (IMAGES, 0, [12, 0]),
        (IMAGES, 1, [0, 12]),
        (&plates, 0, [12, 0]),
        (&plates, 1, [0, 12]),
    ] {
        let mut files = two_fields(
            Measured::Centers,
            vec![("masks/B02_nuclei.tiff", of(owner))],
        );
        files[0].1 = images.as_bytes().to_vec();
        let imported = import(&files, &[]);
        let found = outlines(&imported.dataset);
        let traced =
            [0, 1].map(|field| found[field * OBJECTS..][..OBJECTS].iter().flatten().count());
        assert_eq!(traced, expected, "{}", imported.said);
        assert!(
            imported.said.contains("1 of 2 fields have no Nuclei mask")
                && imported
                    .said
                    .contains(&format!("it is that of image {}", owner + 1)),
            "{}",
            imported.said
        );
    }
    // Where nothing tells, nobody has it.
    for images in [IMAGES, &plates] {
        let mut files = two_fields(Measured::Areas, vec![("masks/B02_nuclei.tiff", of(0))]);
        files[0].1 = images.as_bytes().to_vec();
        let imported = import(&files, &[]);
        assert!(
            imported.said.contains("2 of 2 fields have no Nuclei mask")
                && imported.said.contains("nothing tells of which it is"),
            "{}",
            imported.said
        );
        assert_eq!(imported.report["outlines_traced"]["Nuclei"], 0);
    }
}
