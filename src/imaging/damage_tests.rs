//! Damaged files of every format through every reader: an answer each time, no panic, no endless work.
//!
//! `CYTOLANCE_FUZZ_CASES` says how many files (2,000 if not set); the seed is fixed, so a failure comes back.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use image::{ExtendedColorType, ImageEncoder};
use tiff::encoder::{Compression, DeflateLevel, Predictor, TiffEncoder, colortype};

use super::handmade::{crc, mat, npy, palette_png};
use super::jp2_file;
use super::{
    IlluminationFunction, ObjectKind, ObjectPicture, assign_parts, probe_plane_from,
    read_labels_from, read_plane_from, read_plane_scaled_from, trace_labels,
};

/// Far more than any of them takes, far less than for ever.
const PATIENCE: Duration = Duration::from_secs(30);

fn tiff<C: colortype::ColorType>(
    compression: Compression,
    predictor: Predictor,
    pixels: &[C::Inner],
) -> Vec<u8>
where
    [C::Inner]: tiff::encoder::TiffValue,
{
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes)
        .unwrap()
        .with_compression(compression)
        .with_predictor(predictor);
    // Two pages.
    for _ in 0..2 {
        let mut image = encoder.new_image::<C>(31, 17).unwrap();
        image.rows_per_strip(5).unwrap();
        image.write_data(pixels).unwrap();
    }
    bytes.into_inner()
}

fn sound_files(rng: &mut fastrand::Rng) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let bytes: Vec<u8> = (0..31 * 17).map(|i| (i / 40) as u8).collect();
    let words: Vec<u16> = (0..31 * 17).map(|_| rng.u16(..)).collect();
    let longs: Vec<u32> = bytes.iter().map(|&b| u32::from(b)).collect();
    let floats: Vec<f32> = words.iter().map(|&w| f32::from(w) / 65_535.0).collect();
    let deflate = Compression::Deflate(DeflateLevel::Fast);
    for (name, compression, predictor) in [
        ("plain", Compression::Uncompressed, Predictor::None),
        ("packbits", Compression::Packbits, Predictor::None),
        ("lzw", Compression::Lzw, Predictor::Horizontal),
        ("deflate", deflate, Predictor::None),
    ] {
        let mut add = |kind: &str, bytes| files.push((format!("{kind}-{name}.tif"), bytes));
        add(
            "u8",
            tiff::<colortype::Gray8>(compression, predictor, &bytes),
        );
        add(
            "u16",
            tiff::<colortype::Gray16>(compression, predictor, &words),
        );
        add(
            "u32",
            tiff::<colortype::Gray32>(compression, predictor, &longs),
        );
        if predictor == Predictor::None {
            add(
                "f32",
                tiff::<colortype::Gray32Float>(compression, predictor, &floats),
            );
        }
    }
    let grey: Vec<u8> = (0..31 * 16).map(|i| (i % 251) as u8).collect();
    for (name, color, width) in [
        ("l8", ExtendedColorType::L8, 31),
        ("l16", ExtendedColorType::L16, 31),
        ("rgba8", ExtendedColorType::Rgba8, 31),
    ] {
        let height = grey.len() as u32 / width / u32::from(color.bits_per_pixel() / 8);
        let mut bytes = Vec::new();
        image::codecs::png::PngEncoder::new(&mut bytes)
            .write_image(&grey, width, height, color)
            .unwrap();
        files.push((format!("{name}.png"), bytes));
    }
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut bytes)
        .write_image(&grey, 31, 16, ExtendedColorType::L8)
        .unwrap();
    files.push(("grey.jpg".to_owned(), bytes));
    let rows = ["0111110000", "0100010000", "0100010111", "0111110101"];
    for bits in [1, 8] {
        let bytes = palette_png(&rows, bits, &[0, 0, 0, 255, 255, 255]);
        files.push((format!("palette-{bits}.png"), bytes));
    }
    let numbers: Vec<u8> = floats
        .iter()
        .flat_map(|v| f64::from(*v).to_le_bytes())
        .collect();
    for fortran in ["False", "True"] {
        let header = format!("{{'descr': '<f8', 'fortran_order': {fortran}, 'shape': (17, 31), }}");
        files.push((format!("array-{fortran}.npy"), npy(&header, &numbers)));
    }
    let numbers: Vec<f64> = floats.iter().map(|v| f64::from(*v)).collect();
    files.push((
        "array.mat".to_owned(),
        mat(&[("Image", [17, 31], &numbers)]),
    ));
    files.push(("grey.jp2".to_owned(), jp2_file::SAMPLE.to_vec()));
    let bytes: Vec<u8> = (0..31 * 17).map(|i| (i / 40) as u8).collect();
    let mut indexes = tiff::<colortype::Gray8>(Compression::Uncompressed, Predictor::None, &bytes);
    // Indexes into a palette that is not there.
    let tag = [6, 1, 3, 0, 1, 0, 0, 0, 1, 0];
    let places: Vec<usize> = (0..indexes.len() - tag.len())
        .filter(|at| indexes[*at..].starts_with(&tag))
        .collect();
    assert_eq!(places.len(), 2);
    for place in places {
        indexes[place + 8] = 3;
    }
    files.push(("indexes.tif".to_owned(), indexes));
    let root = std::env::var_os("CYTOLANCE_TEST_DATA").map(PathBuf::from);
    if let Some(root) = root {
        for name in [
            "JUMP_BR00117006/images/outlines/r01c01f01p01-ch5sk1fk1fl1_nuclei_outlines.png",
            "ExampleHuman/AS_09125_050116030001_D03f00d0.tif",
        ] {
            match std::fs::read(root.join(name)) {
                Ok(bytes) => files.push((name.to_owned(), bytes)),
                Err(_) => println!("skipped: {name} is not in {}", root.display()),
            }
        }
    } else {
        println!("skipped: CYTOLANCE_TEST_DATA names no folder with published files");
    }
    files
}

/// Changes a few bits, bytes, numbers or the length.
fn damage(rng: &mut fastrand::Rng, bytes: &mut Vec<u8>, is_png: bool) {
    for _ in 0..rng.usize(1..5) {
        let length = bytes.len();
        if length < 16 {
            return;
        }
        // Headers stand at the start, directories of these TIFFs at the end.
        let at = match rng.u8(..4) {
            0 => rng.usize(..length),
            1 => rng.usize(..length.min(160)),
            2 => length - 1 - rng.usize(..length.min(400)),
            _ => rng.usize(..length) & !1,
        };
        match rng.u8(..8) {
            0 | 1 => bytes[at] ^= 1 << rng.u8(..8),
            2 => bytes[at] = rng.u8(..),
            3 | 4 => {
                let numbers = [0, 1, 0xff, 0x7fff, 0xffff, 0x4000, 0x7fff_ffff, u32::MAX];
                let number = rng.choice(numbers).unwrap_or(0);
                let number = if rng.bool() {
                    number.to_le_bytes()
                } else {
                    number.to_be_bytes()
                };
                let length = if rng.bool() { 4 } else { 2 };
                for (byte, new) in bytes[at..].iter_mut().zip(&number[..length]) {
                    *byte = *new;
                }
            }
            5 => bytes.truncate(at),
            6 => {
                let from = rng.usize(..length);
                let copied: Vec<u8> = bytes[from..].iter().copied().take(12).collect();
                for (byte, new) in bytes[at..].iter_mut().zip(copied) {
                    *byte = new;
                }
            }
            _ => {
                bytes.drain(at..(at + rng.usize(1..9)).min(length));
            }
        }
    }
    // Else the check sum of the header stops everything.
    if is_png && rng.bool() && bytes.len() > 33 {
        let sum = crc(&bytes[12..29]).to_be_bytes();
        bytes[29..33].copy_from_slice(&sum);
    }
}

/// Calls every reader; any answer will do as long as it is consistent.
fn read_all(name: &Path, bytes: &[u8]) {
    for page in [0, 1] {
        let info = probe_plane_from(name, bytes, page);
        let planes = [
            read_plane_from(name, bytes, page),
            read_plane_scaled_from(name, bytes, page, [0.0, 1.0]),
        ];
        for plane in planes.into_iter().flatten() {
            let size = (plane.width, plane.height);
            assert_eq!(plane.pixels.len(), size.0 as usize * size.1 as usize);
            if let Ok(info) = &info {
                assert_eq!((info.width, info.height), size);
            }
        }
    }
    if let Ok(function) = IlluminationFunction::read_from(name, bytes, 0)
        && let Ok(plane) = read_plane_from(name, bytes, 0)
    {
        let _ = function.apply(&plane);
    }
    if let Ok(labels) = read_labels_from(name, bytes, 0) {
        assert_eq!(
            labels.labels.len(),
            labels.width as usize * labels.height as usize
        );
    }
    let pictures = [
        ObjectPicture::read_from(name, bytes, 0),
        ObjectPicture::read_as_from(name, bytes, 0, ObjectKind::Binary),
        ObjectPicture::read_as_from(name, bytes, 0, ObjectKind::Outlines),
    ];
    for picture in pictures.into_iter().flatten() {
        let parts = picture.into_parts();
        let assigned = assign_parts(&parts, &[]);
        assert_eq!(assigned.labels.labels.len(), parts.labels.len());
        trace_labels(&parts);
    }
}

#[test]
fn damaged_files_get_an_answer() {
    let cases: usize = std::env::var("CYTOLANCE_FUZZ_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(2000);
    let mut rng = fastrand::Rng::with_seed(20_240_601);
    let files = sound_files(&mut rng);
    for (name, bytes) in &files {
        read_all(Path::new(name), bytes);
    }
    let small: Vec<usize> = (0..files.len())
        .filter(|&i| files[i].1.len() < 20_000)
        .collect();
    let mut slowest = (Duration::ZERO, 0, String::new());
    for case in 0..cases {
        // Published files are large, so they take their turn less often.
        let index = if case % 40 == 0 {
            case / 40 % files.len()
        } else {
            small[case % small.len()]
        };
        let (name, sound) = &files[index];
        let mut bytes = sound.clone();
        let path = Path::new(name);
        damage(
            &mut rng,
            &mut bytes,
            path.extension().is_some_and(|e| e == "png"),
        );
        let start = Instant::now();
        let outcome = std::panic::catch_unwind(|| read_all(path, &bytes));
        assert!(outcome.is_ok(), "case {case} of {name}");
        let taken = start.elapsed();
        assert!(taken < PATIENCE, "case {case} of {name} took {taken:?}");
        if taken > slowest.0 {
            slowest = (taken, case, name.clone());
        }
    }
    println!("{cases} damaged files; the slowest: {slowest:?}");
}
