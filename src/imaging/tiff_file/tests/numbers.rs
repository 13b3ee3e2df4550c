//! Every number type of a TIFF, and what becomes of its values.

use std::path::Path;

use super::handmade::{Handmade, SMALL};
use super::{labels_of, plane_of};
use crate::{ImageError, PixelScale, read_plane_scaled_from};

/// Six values as a number type stores them: bits, sample format (1 unsigned, 2 signed, 3 floating point).
fn file(bits: u16, sample_format: u16, big_endian: bool, values: [f64; 6]) -> Vec<u8> {
    let little: Vec<Vec<u8>> = values
        .iter()
        .map(|&value| match (bits, sample_format) {
            (8, 1) => vec![value as u8],
            (8, 2) => (value as i8).to_le_bytes().to_vec(),
            (16, 1) => (value as u16).to_le_bytes().to_vec(),
            (16, 2) => (value as i16).to_le_bytes().to_vec(),
            (32, 1) => (value as u32).to_le_bytes().to_vec(),
            (32, 2) => (value as i32).to_le_bytes().to_vec(),
            (32, 3) => (value as f32).to_le_bytes().to_vec(),
            (64, 1) => (value as u64).to_le_bytes().to_vec(),
            (64, 2) => (value as i64).to_le_bytes().to_vec(),
            _ => value.to_le_bytes().to_vec(),
        })
        .collect();
    let chunk = little
        .into_iter()
        .flat_map(|mut bytes| {
            if big_endian {
                bytes.reverse();
            }
            bytes
        })
        .collect();
    Handmade {
        big_endian,
        bits,
        sample_format,
        chunks: &[chunk],
        ..SMALL
    }
    .bytes()
}

const TYPES: [(u16, u16); 10] = [
    (8, 1),
    (8, 2),
    (16, 1),
    (16, 2),
    (32, 1),
    (32, 2),
    (32, 3),
    (64, 1),
    (64, 2),
    (64, 3),
];

#[test]
fn whole_numbers_keep_their_values() {
    let values = [0.0, 1.0, 2.0, 100.0, 127.0, 3.0];
    let wide = [0.0, 1.0, 256.0, 4095.0, 32_767.0, 3.0];
    for (bits, sample_format) in TYPES {
        for big_endian in [false, true] {
            for values in [values, wide] {
                if bits == 8 && values == wide {
                    continue;
                }
                let bytes = file(bits, sample_format, big_endian, values);
                let plane = plane_of(&bytes, 0).unwrap();
                let name = format!("{bits} {sample_format} {big_endian}");
                assert_eq!(plane.pixels, values.map(|v| v as u16), "{name}");
                assert_eq!((plane.scale, plane.clipped), (PixelScale::STORED, 0));
                let labels = labels_of(&bytes).unwrap();
                assert_eq!(labels.labels, values.map(|v| v as u32), "{name}");
            }
        }
    }
}

#[test]
fn fractions_and_large_numbers_are_not_lost_in_silence() {
    let unit = [0.0, 0.25, 1.0, 0.5, 0.001, 0.75];
    for bits in [32, 64] {
        let plane = plane_of(&file(bits, 3, false, unit), 0).unwrap();
        assert_eq!((plane.scale, plane.clipped), (PixelScale::UNIT, 0));
        for (&stored, value) in plane.pixels.iter().zip(unit) {
            assert!((plane.scale.value(stored) - value).abs() < 1e-5);
        }
        assert!(labels_of(&file(bits, 3, false, unit)).is_err());
    }
    for (bits, sample_format, values) in [
        (32, 3, [0.0, 0.5, 1.5, 0.0, 0.0, 0.0]),
        (32, 3, [0.0, -0.5, 1.0, 0.0, 0.0, 0.0]),
        (64, 3, [0.0, 1e9, 1.0, 0.0, 0.0, 0.0]),
        (16, 2, [-1.0, 5.0, 1.0, 0.0, 0.0, 0.0]),
        (32, 1, [0.0, 65_536.0, 1.0, 0.0, 0.0, 0.0]),
        (64, 2, [0.0, 1e12, 1.0, 0.0, 0.0, 0.0]),
    ] {
        let bytes = file(bits, sample_format, true, values);
        let error = plane_of(&bytes, 0).unwrap_err();
        let [low, high] = values
            .iter()
            .fold([0.0_f64, 0.0], |[low, high], &v| [low.min(v), high.max(v)]);
        match error {
            ImageError::NeedsRange { min, max, .. } => {
                assert!((min - low).abs() < 1e-6 && (max / high - 1.0).abs() < 1e-6);
            }
            other => panic!("{bits} {sample_format}: {other}"),
        }
        let name = Path::new("wide.tif");
        let plane = read_plane_scaled_from(name, &bytes, 0, [low, high]).unwrap();
        assert_eq!(plane.clipped, 0, "{bits} {sample_format}");
        let plane = read_plane_scaled_from(name, &bytes, 0, [0.0, 1.0]).unwrap();
        let outside = values.iter().filter(|v| !(0.0..=1.0).contains(*v)).count();
        assert_eq!(plane.clipped, outside, "{bits} {sample_format}");
    }
    let holes = [f64::NAN, 0.5, f64::INFINITY, 0.0, 0.0, f64::NEG_INFINITY];
    let plane = plane_of(&file(32, 3, false, holes), 0).unwrap();
    assert_eq!((plane.scale, plane.clipped), (PixelScale::UNIT, 3));
    assert_eq!(plane.pixels, [0, 32_768, 65_535, 0, 0, 0]);
}

#[test]
fn types_without_a_meaning_say_so() {
    let zeros = [vec![0; 64]];
    for (bits, sample_format) in [(12, 1), (8, 3), (1, 3), (32, 4), (24, 1)] {
        let file = Handmade {
            bits,
            sample_format,
            chunks: &zeros,
            ..SMALL
        };
        let error = plane_of(&file.bytes(), 0).unwrap_err();
        assert!(
            matches!(error, ImageError::Unsupported { .. }),
            "{bits} {sample_format}: {error}"
        );
    }
}

#[test]
fn white_as_zero_does_not_change_object_numbers() {
    for (bits, chunk, numbers) in [
        (8, vec![0, 1, 2, 100, 254, 255], [0, 1, 2, 100, 254, 255]),
        (1, vec![0b1010_0000, 0b0110_0000], [1, 0, 1, 0, 1, 1]),
    ] {
        let file = Handmade {
            bits,
            photometric: 0,
            chunks: &[chunk],
            ..SMALL
        };
        assert_eq!(labels_of(&file.bytes()).unwrap().labels, numbers, "{bits}");
    }
}
