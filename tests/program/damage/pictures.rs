//! Damaged and odd pictures and masks.

use std::io::Cursor;

use tiff::encoder::{TiffEncoder, colortype};

use super::{CELLS, Case, IMAGE, SIDE, file, gone, tiff_file};

/// A label mask of the two cells of the first image: boxes as measured.
fn mask(side: u32, labels: &[(u16, [u32; 4])]) -> Vec<u8> {
    let mut pixels = vec![0_u16; (side * side) as usize];
    for (label, [left, top, right, bottom]) in labels {
        for y in *top..*bottom {
            for x in *left..*right {
                pixels[(y * side + x) as usize] = *label;
            }
        }
    }
    let mut bytes = Vec::new();
    TiffEncoder::new(Cursor::new(&mut bytes))
        .and_then(|mut encoder| encoder.write_image::<colortype::Gray16>(side, side, &pixels))
        .expect("a TIFF");
    bytes
}

const SOUND: &[(u16, [u32; 4])] = &[(1, [5, 5, 15, 15]), (2, [20, 20, 28, 28])];

fn masks(bytes: Vec<u8>) -> Vec<(&'static str, Option<Vec<u8>>)> {
    vec![("masks/a_Cells.tif", Some(bytes))]
}

pub fn cases() -> Vec<Case> {
    let color = {
        let mut bytes = Vec::new();
        let pixels: Vec<u8> = (0..SIDE * SIDE * 3).map(|at| (at % 253) as u8).collect();
        TiffEncoder::new(Cursor::new(&mut bytes))
            .and_then(|mut encoder| encoder.write_image::<colortype::RGB8>(SIDE, SIDE, &pixels))
            .expect("a TIFF");
        bytes
    };
    let sound = mask(SIDE, SOUND);
    vec![
        Case::report("sound masks", masks(sound.clone()), 3, 3, &["\"Cells\": 2"]),
        Case::report(
            "a mask of another size",
            masks(mask(32, &[(1, [5, 5, 15, 15])])),
            3,
            3,
            &["32 x 32"],
        ),
        Case::report(
            "a label without a row",
            masks(mask(SIDE, &[SOUND[0], SOUND[1], (7, [40, 40, 50, 50])])),
            3,
            3,
            &["\"Cells\": 2"],
        ),
        Case::report(
            "a row without a label",
            masks(mask(SIDE, &SOUND[..1])),
            3,
            3,
            &["\"Cells\": 1"],
        ),
        Case::report(
            "an outline of another area",
            masks(mask(SIDE, &[(1, [5, 5, 15, 12]), SOUND[1]])),
            3,
            3,
            &["traced 70, measured 100"],
        ),
        Case::report(
            "a truncated mask",
            masks(sound[..sound.len() / 2].to_vec()),
            3,
            3,
            &["a_Cells.tif"],
        ),
        Case::report(
            "a colour picture as mask",
            masks(color.clone()),
            3,
            3,
            &["a_Cells.tif"],
        ),
        Case::report(
            "masks named after nothing",
            vec![("masks/something.tif", Some(sound.clone()))],
            3,
            3,
            &["no mask of Cells was found"],
        ),
        Case::report(
            "two masks for one field",
            vec![
                ("masks/x/a_Cells.tif", Some(sound.clone())),
                ("masks/y/a_Cells.tif", Some(sound)),
            ],
            3,
            3,
            &["could be"],
        ),
        Case::report(
            "an empty picture",
            vec![file("a.tif", "")],
            3,
            1,
            &["a.tif"],
        ),
        Case::report(
            "text as picture",
            vec![file("a.tif", IMAGE)],
            3,
            1,
            &["a.tif"],
        ),
        Case::report(
            "a colour picture",
            vec![("a.tif", Some(color))],
            3,
            3,
            &["a.tif is a colour picture: its grey is shown"],
        ),
        Case::report(
            "a page that is not there",
            vec![file(
                "Image.csv",
                &IMAGE
                    .replace("Metadata_Well", "Frame_DNA")
                    .replace("A01", "3")
                    .replace("A02", "0"),
            )],
            3,
            1,
            &["a.tif"],
        ),
        Case::report(
            "a picture under two folders",
            vec![
                gone("a.tif"),
                ("x/a.tif", Some(tiff_file())),
                ("y/a.tif", Some(tiff_file())),
            ],
            3,
            1,
            &["could be"],
        ),
        Case::report(
            "channels of different sizes",
            vec![
                file(
                    "Image.csv",
                    "ImageNumber,FileName_DNA,FileName_ER\n1,a.tif,c.tif\n2,b.tif,b.tif\n",
                ),
                ("c.tif", Some(mask(32, &[]))),
            ],
            3,
            1,
            &["the channels differ in size"],
        ),
        Case::report(
            "centres only",
            vec![file(
                "Cells.csv",
                &CELLS
                    .replace("AreaShape_BoundingBoxMinimum_X", "Location_Center_X")
                    .replace("AreaShape_BoundingBoxMinimum_Y", "Location_Center_Y"),
            )],
            3,
            3,
            &["no bounding boxes were measured"],
        ),
    ]
}
