//! Published exports with intact and with damaged pictures: what is found, what is missed, what is a false alarm.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use cytolance_imaging::{Plane, read_plane};
use tiff::encoder::{TiffEncoder, colortype};

use super::import;
use crate::support::{copy_folder, published};

type Damage = fn(&Plane, [i64; 2]) -> [i64; 2];

/// Where a damaged picture has its pixels from.
const DAMAGES: [(&str, Damage); 6] = [
    ("intact", |_, place| place),
    ("shifted", |plane, [x, y]| {
        let (width, height) = (i64::from(plane.width), i64::from(plane.height));
        [(x + 17).rem_euclid(width), (y + 9).rem_euclid(height)]
    }),
    ("shifted by 2", |plane, [x, y]| {
        [(x + 2).min(i64::from(plane.width) - 1), y]
    }),
    ("mirrored", |plane, [x, y]| {
        [i64::from(plane.width) - 1 - x, y]
    }),
    ("turned", |plane, [x, y]| {
        [
            i64::from(plane.width) - 1 - x,
            i64::from(plane.height) - 1 - y,
        ]
    }),
    // As another field: nothing is where it was.
    ("exchanged", |plane, [x, y]| {
        let (width, height) = (i64::from(plane.width), i64::from(plane.height));
        [
            (y + width / 2).rem_euclid(width),
            (x + height / 3).rem_euclid(height),
        ]
    }),
];

fn damaged(file: &Path, damage: Damage) -> Vec<u8> {
    let plane = read_plane(file, 0).expect("a picture");
    let places =
        (0..i64::from(plane.height)).flat_map(|y| (0..i64::from(plane.width)).map(move |x| [x, y]));
    let pixels: Vec<u16> = places
        .map(|place| {
            let [x, y] = damage(&plane, place);
            plane.pixels[(y * i64::from(plane.width) + x) as usize]
        })
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = TiffEncoder::new(Cursor::new(&mut bytes)).expect("a TIFF");
    let written = if plane.bit_depth == 8 {
        let pixels: Vec<u8> = pixels.iter().map(|pixel| *pixel as u8).collect();
        encoder.write_image::<colortype::Gray8>(plane.width, plane.height, &pixels)
    } else {
        encoder.write_image::<colortype::Gray16>(plane.width, plane.height, &pixels)
    };
    written.expect("a TIFF");
    bytes
}

/// An export with its pictures below, of which every one is damaged alike.
fn copied(folder: &Path, source: &Path, damage: Damage) -> PathBuf {
    let pictures = folder.join("pictures");
    std::fs::create_dir_all(&pictures).expect("a folder");
    let export = folder.join("export");
    copy_folder(source, &export);
    for below in [export.clone(), export.join("images/orig")] {
        for entry in std::fs::read_dir(&below).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_tiff = path
                .extension()
                .is_some_and(|ending| ending == "tif" || ending == "tiff");
            if is_tiff {
                let bytes = damaged(&path, damage);
                std::fs::write(pictures.join(entry.file_name()), bytes).expect("written");
            }
        }
    }
    export
}

#[test]
fn damaged_pictures_of_published_exports_are_found() {
    let mut table = String::new();
    for (name, channels) in [
        ("ExampleHuman", &["DNA", "PH3"][..]),
        ("JUMP_BR00117006", &["OrigDNA", "OrigAGP", "OrigRNA"]),
    ] {
        let Some(source) = published(name) else {
            continue;
        };
        for (what, damage) in DAMAGES {
            let imported = import(|folder| copied(folder, &source, damage), &[]);
            let (mut found, mut told) = (0, 0);
            for channel in channels {
                let [verified, contradicted, cannot_tell] = imported.counts(channel);
                assert!(
                    verified + contradicted + cannot_tell > 0,
                    "{channel}\n{}",
                    imported.said
                );
                found += usize::from(contradicted > verified);
                told += usize::from(verified > contradicted);
            }
            let of = channels.len();
            let _ = writeln!(
                table,
                "{name}, {what}: {told} of {of} verified, {found} contradicted"
            );
            println!("{table}");
            let is_exact = name == "ExampleHuman";
            if what == "intact" {
                assert_eq!((found, told), (0, of), "{}", imported.said);
                assert_eq!(
                    imported.report["rows"],
                    imported.report["rows_with_picture"]
                );
            } else if is_exact {
                assert_eq!(found, of, "{what}\n{}", imported.said);
                assert_eq!(imported.report["rows_with_picture"], 0);
            } else {
                assert_eq!(told, 0, "{what}\n{}", imported.said);
            }
        }
    }
}
