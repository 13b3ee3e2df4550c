//! Crops of cells of which no box was measured.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;

use cytolance_dataset::{BBOX_COLUMNS, numbers_of};
use tiff::encoder::{TiffEncoder, colortype};

use super::{HEIGHT, Header, WIDTH, folder, picture, report, write};
use crate::support::{open, run, runtime, text};

/// Centres of the cells as measured: one in the middle, one near a corner, one near the other.
const CENTERS: [[i64; 2]; 3] = [[50, 45], [5, 4], [106, 90]];

fn table(columns: &str, values: &str) -> Vec<u8> {
    let mut text =
        format!("ImageNumber,ObjectNumber,Location_Center_X,Location_Center_Y{columns}\n");
    for (number, [x, y]) in (1..).zip(CENTERS) {
        let _ = writeln!(text, "1,{number},{x},{y}{values}");
    }
    text.into_bytes()
}

/// The boxes of all crops: x and y minimum, x and y maximum.
fn boxes(dataset: &Path) -> Vec<[i64; 4]> {
    let names = BBOX_COLUMNS.map(str::to_owned);
    let read = runtime().block_on(open(dataset).read_columns(&names));
    let sides: Vec<Vec<f64>> = read
        .expect("columns")
        .iter()
        .map(|side| numbers_of(side).expect("numbers"))
        .collect();
    (0..sides[0].len())
        .map(|row| [0, 1, 2, 3].map(|side| sides[side][row] as i64))
        .collect()
}

/// A mask in which each cell is a square of 9 pixels.
fn mask() -> Vec<u8> {
    let mut pixels = vec![0_u16; WIDTH * HEIGHT];
    for (number, [x, y]) in (1..).zip(CENTERS) {
        for line in y - 4..=y + 4 {
            for column in (x - 4).max(0)..=(x + 4).min(WIDTH as i64 - 1) {
                pixels[line as usize * WIDTH + column as usize] = number;
            }
        }
    }
    let mut bytes = Vec::new();
    TiffEncoder::new(Cursor::new(&mut bytes))
        .and_then(|mut encoder| {
            encoder.write_image::<colortype::Gray16>(WIDTH as u32, HEIGHT as u32, &pixels)
        })
        .expect("a TIFF");
    bytes
}

#[test]
fn squares_are_as_large_as_three_cells() {
    let cases = [
        (
            ",AreaShape_Area",
            ",81",
            32,
            "squares of 32 pixels, three median diameters by AreaShape_Area",
        ),
        (
            ",AreaShape_EquivalentDiameter",
            ",9.5",
            30,
            "by AreaShape_EquivalentDiameter",
        ),
        (
            ",AreaShape_MajorAxisLength",
            ",4",
            16,
            "by AreaShape_MajorAxisLength",
        ),
        (
            ",Intensity_MeanIntensity_DNA",
            ",0.5",
            128,
            "squares of 128 pixels (--crop-size",
        ),
    ];
    for (columns, values, size, words) in cases {
        let (_folder, root) = folder();
        write(
            &root,
            &[
                (
                    "export/Image.csv",
                    b"ImageNumber,FileName_DNA\n1,f1.tif\n".to_vec(),
                ),
                ("export/Nuclei.csv", table(columns, values)),
                ("export/f1.tif", picture(100, Header::default())),
            ],
        );
        let (export, dataset) = (root.join("export"), root.join("x.lance"));
        let said = run(&["import", text(&export), "--out", text(&dataset)]).ok();
        assert!(said.out.contains(words), "{words}: {}", said.out);
        assert!(report(&dataset).to_string().contains(words));
        let [width, height] = [size.min(WIDTH as i64), size.min(HEIGHT as i64)];
        let found = boxes(&dataset);
        for ([left, top, right, bottom], [x, y]) in found.iter().zip(CENTERS) {
            assert_eq!([right - left, bottom - top], [width, height], "{columns}");
            assert!((*left..*right).contains(&x) && (*top..*bottom).contains(&y));
        }
        let half = |size: i64| size / 2;
        let [left, top, ..] = found[0];
        if size < HEIGHT as i64 {
            let away = [50 - left - half(width), 45 - top - half(height)];
            assert!(away.iter().all(|away| away.abs() <= 1), "{found:?}");
        }
        // What is not in the middle of its square can be told all the same.
        let cells = runtime().block_on(open(&dataset).pictures(&[0, 1, 2]));
        for (cell, [x, y]) in cells.expect("pictures").iter().zip(CENTERS) {
            assert_eq!(cell.center, Some([x as f64 + 0.5, y as f64 + 0.5]));
        }
    }
}

#[test]
fn a_traced_cell_is_cropped_by_its_outline() {
    let (_folder, root) = folder();
    write(
        &root,
        &[
            (
                "export/Image.csv",
                b"ImageNumber,FileName_DNA,ObjectsFileName_Nuclei\n1,f1.tif,f1_mask.tif\n".to_vec(),
            ),
            ("export/Nuclei.csv", table(",AreaShape_Area", ",81")),
            ("pictures/f1.tif", picture(100, Header::default())),
            ("masks/f1_mask.tif", mask()),
        ],
    );
    let [export, pictures, masks] = ["export", "pictures", "masks"].map(|name| root.join(name));
    for (margin, size) in [("0", 9), ("3", 15)] {
        let dataset = root.join(format!("{margin}.lance"));
        let said = run(&[
            "import",
            text(&export),
            "--images",
            text(&pictures),
            "--masks",
            text(&masks),
            "--margin",
            margin,
            "--out",
            text(&dataset),
        ])
        .ok();
        assert!(
            said.out
                .contains("the boxes of the outlines, else squares of 32"),
            "{}",
            said.out
        );
        let [x, y] = CENTERS[0];
        let half = size / 2;
        let expected = [x - half, y - half, x + half + 1, y + half + 1];
        assert_eq!(boxes(&dataset)[0], expected, "{}", said.out);
        let cells = runtime().block_on(open(&dataset).pictures(&[0]));
        assert_eq!(
            cells.expect("pictures")[0].center,
            None,
            "its outline says it"
        );
    }
}
