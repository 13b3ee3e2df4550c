//! PNG and JPEG files written by the encoders and read back.

use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder};

use crate::handmade::palette_png;
use crate::{GreySource, ImageError, Plane, read_labels, read_plane};

fn png(width: u32, color: ExtendedColorType, data: &[u8], height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(data, width, height, color)
        .unwrap();
    bytes
}

fn jpeg(width: u32, height: u32, color: ExtendedColorType, data: &[u8]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 100)
        .write_image(data, width, height, color)
        .unwrap();
    bytes.into_inner()
}

fn plane_of(bytes: &[u8]) -> Result<Plane, ImageError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.tif");
    std::fs::write(&path, bytes).unwrap();
    read_plane(&path, 0)
}

#[test]
fn png_of_every_colour_type() {
    let grey: [u16; 4] = [0, 1, 1000, 65_535];
    // Samples a pixel, how many of them are equal colours.
    let cases = [
        (ExtendedColorType::L8, 8, 1, 1),
        (ExtendedColorType::La8, 8, 2, 1),
        (ExtendedColorType::Rgb8, 8, 3, 3),
        (ExtendedColorType::Rgba8, 8, 4, 3),
        (ExtendedColorType::L16, 16, 1, 1),
        (ExtendedColorType::La16, 16, 2, 1),
        (ExtendedColorType::Rgb16, 16, 3, 3),
        (ExtendedColorType::Rgba16, 16, 4, 3),
    ];
    for (color, depth, samples, colors) in cases {
        let bytes_of = |tint: u16| -> Vec<u8> {
            grey.iter()
                .flat_map(|&value| {
                    (0..samples).map(move |sample| {
                        let alpha = sample >= colors;
                        let tinted = sample + 1 == colors && value == 1;
                        if alpha {
                            77
                        } else if tinted {
                            value + tint
                        } else {
                            value
                        }
                    })
                })
                .flat_map(|value| {
                    if depth == 8 {
                        vec![value as u8]
                    } else {
                        value.to_ne_bytes().to_vec()
                    }
                })
                .collect()
        };
        let plane = plane_of(&png(2, color, &bytes_of(0), 2)).unwrap();
        let expected = grey.map(|value| if depth == 8 { value & 0xff } else { value });
        assert_eq!((plane.width, plane.height, plane.bit_depth), (2, 2, depth));
        assert_eq!(plane.pixels, expected, "{color:?}");
        assert_eq!(plane.source, GreySource::Stored, "{color:?}");
        if colors == 3 {
            // Of [1, 1, 11] the brightness is 1.7.
            let plane = plane_of(&png(2, color, &bytes_of(10), 2)).unwrap();
            assert_eq!(plane.pixels, [expected[0], 2, expected[2], expected[3]]);
            assert_eq!(plane.source, GreySource::Colors, "{color:?}");
        }
    }
}

#[test]
fn png_labels_keep_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.png");
    let labels = [0_u16, 1, 300, 65_535];
    let data: Vec<u8> = labels.iter().flat_map(|v| v.to_ne_bytes()).collect();
    std::fs::write(&path, png(4, ExtendedColorType::L16, &data, 1)).unwrap();
    assert_eq!(read_labels(&path).unwrap().labels, labels.map(u32::from));
    std::fs::write(&path, png(4, ExtendedColorType::L8, &[0, 1, 2, 255], 1)).unwrap();
    assert_eq!(read_labels(&path).unwrap().labels, [0, 1, 2, 255]);
    let error = read_plane(&path, 1).unwrap_err();
    assert!(
        matches!(error, ImageError::NoSuchPage { pages: 1, .. }),
        "{error}"
    );
}

#[test]
fn jpeg_grey_and_equal_colours() {
    let (width, height) = (32, 24);
    let grey: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x * 4 + y * 2) as u8))
        .collect();
    let equal: Vec<u8> = grey.iter().flat_map(|&value| [value; 3]).collect();
    for bytes in [
        jpeg(width, height, ExtendedColorType::L8, &grey),
        jpeg(width, height, ExtendedColorType::Rgb8, &equal),
    ] {
        let plane = plane_of(&bytes).unwrap();
        assert_eq!((plane.width, plane.height, plane.bit_depth), (32, 24, 8));
        let close = |(&got, &want): (&u16, &u8)| got.abs_diff(u16::from(want)) <= 3;
        assert!(plane.pixels.iter().zip(&grey).all(close));
    }
    let tinted: Vec<u8> = grey.iter().flat_map(|&value| [value, 0, 200]).collect();
    let plane = plane_of(&jpeg(width, height, ExtendedColorType::Rgb8, &tinted)).unwrap();
    assert_eq!(plane.source, GreySource::Colors);
    let bright = |red: u8| 0.2125 * f64::from(red) + 0.0721 * 200.0;
    let close = |(got, red): (&u16, &u8)| (f64::from(*got) - bright(*red)).abs() <= 4.0;
    assert!(plane.pixels.iter().zip(&grey).all(close));
}

#[test]
fn palettes_of_png_files_are_greys() {
    let plain: Vec<u8> = (0..=255).flat_map(|value| [value; 3]).collect();
    let dark: Vec<u8> = (0..=255).flat_map(|value| [value / 2; 3]).collect();
    let mut red = plain.clone();
    red[3..6].copy_from_slice(&[200, 0, 0]);
    for (bits, palette, one, source) in [
        (8, &plain, 1, GreySource::Stored),
        (8, &dark, 0, GreySource::Palette),
        (8, &red, 43, GreySource::Colors),
        (1, &vec![0, 0, 0, 255, 255, 255], 255, GreySource::Stored),
        (1, &vec![0, 0, 0, 200, 200, 200], 200, GreySource::Palette),
    ] {
        let plane = plane_of(&palette_png(&["0110", "1001"], bits, palette)).unwrap();
        assert_eq!(plane.pixels, [0, one, one, 0, one, 0, 0, one], "{source:?}");
        assert_eq!(plane.source, source);
    }
}

#[test]
fn files_cut_short_are_errors() {
    let noise: Vec<u8> = (0..64_u32 * 64)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    for bytes in [
        png(64, ExtendedColorType::L8, &noise, 64),
        jpeg(64, 64, ExtendedColorType::L8, &noise),
    ] {
        assert!(plane_of(&bytes).is_ok());
        let cuts = (0..bytes.len() - 16).step_by(13);
        for cut in cuts {
            let error = plane_of(&bytes[..cut]).unwrap_err();
            assert!(error.to_string().contains("picture.tif"), "{error}");
        }
    }
}

#[test]
fn absurd_dimensions_are_refused() {
    let mut bytes = png(2, ExtendedColorType::L8, &[1, 2, 3, 4], 2);
    bytes[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    let error = plane_of(&bytes).unwrap_err();
    // The header's checksum no longer fits either: both answers are right.
    assert!(
        matches!(
            error,
            ImageError::TooLarge { .. } | ImageError::Decode { .. }
        ),
        "{error}"
    );
}
