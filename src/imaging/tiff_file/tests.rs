//! TIFFs written by the encoder or byte by byte, and read back.

mod handmade;
mod numbers;

use std::io::Cursor;
use std::path::Path;

use tiff::encoder::{Compression, DeflateLevel, Predictor, TiffEncoder, colortype};

use self::handmade::{Handmade, SMALL};
use crate::{GreySource, ImageError, LabelImage, PixelScale, Plane, read_labels, read_plane};

const WIDTH: u32 = 37;
const HEIGHT: u32 = 23;

/// Runs and noise, so that every compression has both to do.
fn pattern(width: u32, height: u32) -> Vec<u16> {
    (0..width * height)
        .map(|index| {
            let row = index / width;
            if row.is_multiple_of(3) {
                4095
            } else {
                (index.wrapping_mul(2_654_435_761) >> 16) as u16
            }
        })
        .collect()
}

fn with_file<T>(bytes: &[u8], read: impl Fn(&Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    // The extension is wrong on purpose: content decides.
    let path = folder.path().join("picture.dat");
    std::fs::write(&path, bytes).unwrap();
    read(&path)
}

fn plane_of(bytes: &[u8], page: u32) -> Result<Plane, ImageError> {
    with_file(bytes, |path| read_plane(path, page))
}

fn labels_of(bytes: &[u8]) -> Result<LabelImage, ImageError> {
    with_file(bytes, read_labels)
}

/// Writes one page of 16 bit in strips of five rows.
fn encoded(compression: Compression, predictor: Predictor, pixels: &[u16]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes)
        .unwrap()
        .with_compression(compression)
        .with_predictor(predictor);
    let mut image = encoder
        .new_image::<colortype::Gray16>(WIDTH, HEIGHT)
        .unwrap();
    image.rows_per_strip(5).unwrap();
    image.write_data(pixels).unwrap();
    bytes.into_inner()
}

fn compressions() -> [(Compression, Predictor); 6] {
    let deflate = Compression::Deflate(DeflateLevel::Balanced);
    [
        (Compression::Uncompressed, Predictor::None),
        (Compression::Packbits, Predictor::None),
        (Compression::Lzw, Predictor::None),
        (Compression::Lzw, Predictor::Horizontal),
        (deflate, Predictor::None),
        (deflate, Predictor::Horizontal),
    ]
}

#[test]
fn every_compression_and_depth_comes_back_exactly() {
    let pixels = pattern(WIDTH, HEIGHT);
    let bytes: Vec<u8> = pixels.iter().map(|&pixel| pixel as u8).collect();
    for (compression, predictor) in compressions() {
        let plane = plane_of(&encoded(compression, predictor, &pixels), 0).unwrap();
        assert_eq!((plane.width, plane.height), (WIDTH, HEIGHT));
        assert_eq!((plane.bit_depth, &plane.pixels), (16, &pixels));
        let mut file = Cursor::new(Vec::new());
        TiffEncoder::new_big(&mut file)
            .unwrap()
            .with_compression(compression)
            .with_predictor(predictor)
            .write_image::<colortype::Gray8>(WIDTH, HEIGHT, &bytes)
            .unwrap();
        let plane = plane_of(file.get_ref(), 0).unwrap();
        assert_eq!(plane.bit_depth, 8);
        assert!(
            plane
                .pixels
                .iter()
                .zip(&bytes)
                .all(|(&a, &b)| a == u16::from(b))
        );
    }
}

#[test]
fn byte_order_depth_and_white_as_zero() {
    for big_endian in [false, true] {
        let wide: [u16; 6] = [0, 1, 255, 256, 4095, 65_535];
        let order = Handmade {
            big_endian,
            ..SMALL
        };
        let chunk = [wide.iter().flat_map(|&v| order.short(v)).collect()];
        for photometric in [0, 1] {
            let plane = plane_of(
                &Handmade {
                    photometric,
                    chunks: &chunk,
                    ..order
                }
                .bytes(),
                0,
            )
            .unwrap();
            let expected = wide.map(|v| if photometric == 0 { 65_535 - v } else { v });
            assert_eq!((plane.bit_depth, &plane.pixels[..]), (16, &expected[..]));
            let narrow = [vec![0, 1, 2, 100, 254, 255]];
            let plane = plane_of(
                &Handmade {
                    photometric,
                    bits: 8,
                    chunks: &narrow,
                    ..order
                }
                .bytes(),
                0,
            )
            .unwrap();
            let expected = narrow[0]
                .iter()
                .map(|&v| u16::from(if photometric == 0 { 255 - v } else { v }));
            assert_eq!(plane.bit_depth, 8);
            assert!(plane.pixels.into_iter().eq(expected));
            // One bit: each row starts with a byte.
            let bits = [vec![0b1010_0000, 0b0110_0000]];
            let plane = plane_of(
                &Handmade {
                    photometric,
                    bits: 1,
                    chunks: &bits,
                    ..order
                }
                .bytes(),
                0,
            )
            .unwrap();
            let expected =
                [1, 0, 1, 0, 1, 1].map(|v: u16| if photometric == 0 { 1 - v } else { v });
            assert_eq!(plane.pixels, expected);
        }
    }
}

#[test]
fn tiles_are_put_together() {
    let (width, height) = (20, 18);
    let pixels = pattern(width, height);
    for big_endian in [false, true] {
        let order = Handmade {
            big_endian,
            width,
            height,
            tile: Some((16, 16)),
            ..SMALL
        };
        let chunks: Vec<Vec<u8>> = [(0, 0), (16, 0), (0, 16), (16, 16)]
            .into_iter()
            .map(|(left, top)| {
                let places = (0..16).flat_map(|y| (0..16).map(move |x| (left + x, top + y)));
                places
                    .flat_map(|(x, y)| {
                        let inside = x < width && y < height;
                        let pixel = if inside {
                            pixels[(y * width + x) as usize]
                        } else {
                            0xabcd
                        };
                        order.short(pixel)
                    })
                    .collect()
            })
            .collect();
        let file = Handmade {
            chunks: &chunks,
            ..order
        };
        assert_eq!(plane_of(&file.bytes(), 0).unwrap().pixels, pixels);
    }
}

/// Read row by row, as the decoder would, this tile of libtiff's kind (15 x 16 sevens, a padding column of zeros) seems
/// to end too early.
#[test]
fn lzw_tiles_are_read_whole() {
    const TILE: [u8; 49] = [
        128, 1, 224, 80, 56, 36, 20, 1, 5, 132, 65, 32, 240, 152, 76, 46, 25, 6, 135, 194, 33, 209,
        24, 20, 78, 41, 22, 136, 198, 33, 241, 168, 100, 114, 27, 20, 133, 72, 32, 113, 232, 148,
        138, 43, 38, 3, 128, 32, 32,
    ];
    let file = Handmade {
        width: 15,
        height: 16,
        bits: 8,
        compression: 5,
        tile: Some((16, 16)),
        chunks: &[TILE.to_vec()],
        ..SMALL
    };
    assert_eq!(plane_of(&file.bytes(), 0).unwrap().pixels, [7; 240]);
}

#[test]
fn pages_are_counted_from_zero() {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    for page in 0..3_u16 {
        encoder
            .write_image::<colortype::Gray16>(2, 1, &[page, 100 + page])
            .unwrap();
    }
    for page in 0..3_u16 {
        let plane = plane_of(bytes.get_ref(), u32::from(page)).unwrap();
        assert_eq!(plane.pixels, [page, 100 + page]);
    }
    for page in [3, 4, u32::MAX] {
        let error = plane_of(bytes.get_ref(), page).unwrap_err();
        assert!(
            matches!(error, ImageError::NoSuchPage { page: asked, pages: 3, .. } if asked == page),
            "{error}"
        );
    }
}

#[test]
fn a_file_cut_short_is_an_error() {
    let pixels = pattern(WIDTH, HEIGHT);
    for (compression, predictor) in compressions() {
        let bytes = encoded(compression, predictor, &pixels);
        for cut in (0..bytes.len()).step_by(7).chain([bytes.len() - 5]) {
            let error = plane_of(&bytes[..cut], 0).unwrap_err();
            assert!(error.to_string().contains("picture.dat"), "{error}");
        }
    }
    // The directory first, as other programs write it: then only the pixels are missing.
    let rows: Vec<u8> = vec![9; 12];
    let chunk = [rows];
    let whole = Handmade {
        chunks: &chunk,
        ..SMALL
    }
    .bytes();
    let directory_at = u32::from_le_bytes(whole[4..8].try_into().unwrap()) as usize;
    let directory = &whole[directory_at..];
    let mut turned = b"II*\0\x08\0\0\0".to_vec();
    turned.extend(directory);
    let pixels_at = turned.len() as u32;
    let entry = turned.windows(2).position(|w| w == [17, 1]).unwrap();
    turned[entry + 8..entry + 12].copy_from_slice(&pixels_at.to_le_bytes());
    turned.extend(&chunk[0]);
    assert_eq!(plane_of(&turned, 0).unwrap().pixels, [0x0909; 6]);
    for missing in 1..=12 {
        let error = plane_of(&turned[..turned.len() - missing], 0).unwrap_err();
        assert!(matches!(error, ImageError::Truncated { .. }), "{error}");
    }
}

#[test]
fn of_colours_the_brightness_is_taken() {
    let grey: Vec<u8> = [7, 8, 9, 10, 11, 12].iter().flat_map(|&v| [v; 3]).collect();
    let mut tinted = grey.clone();
    tinted[15..].copy_from_slice(&[255, 0, 20]);
    let planes: Vec<u8> = (0..3)
        .flat_map(|color| tinted.iter().skip(color).step_by(3).copied())
        .collect();
    let words: Vec<u8> = tinted
        .iter()
        .flat_map(|&v| (u16::from(v) * 257).to_le_bytes())
        .collect();
    let floats: Vec<u8> = tinted
        .iter()
        .flat_map(|&v| (f32::from(v) / 255.0).to_le_bytes())
        .collect();
    let rgb = |bits, sample_format, planar, data: &[u8]| {
        let rows = if planar {
            data.chunks(6).map(<[u8]>::to_vec).collect()
        } else {
            vec![data.to_vec()]
        };
        let bytes = Handmade {
            bits,
            samples: 3,
            photometric: 2,
            sample_format,
            planar,
            chunks: &rows,
            ..SMALL
        }
        .bytes();
        plane_of(&bytes, 0).unwrap()
    };
    let plain = rgb(8, 1, false, &grey);
    assert_eq!(plain.pixels, [7, 8, 9, 10, 11, 12]);
    assert_eq!(plain.source, GreySource::Stored);
    // 0.2125 x 255 + 0.0721 x 20.
    let bright = 55.629_5;
    for planar in [false, true] {
        let plane = rgb(8, 1, planar, if planar { &planes } else { &tinted });
        assert_eq!(plane.pixels, [7, 8, 9, 10, 11, 56], "{planar}");
        assert_eq!(plane.source, GreySource::Colors);
        assert_eq!(plane.scale, PixelScale::STORED);
    }
    let deep = rgb(16, 1, false, &words);
    assert_eq!(deep.pixels[5], (bright * 257.0_f64).round() as u16);
    let shares = rgb(32, 3, false, &floats);
    assert!((shares.scale.value(shares.pixels[5]) * 255.0 - bright).abs() < 0.01);
    assert_eq!(shares.source, GreySource::Colors);
}

#[test]
fn palettes_are_greys_for_intensities_and_indexes_for_labels() {
    let ramp = |grey: fn(u16) -> u16, colors: u16| -> Vec<u16> {
        (0..3).flat_map(|_| (0..colors).map(grey)).collect()
    };
    let plain = ramp(|at| at * 257, 256);
    let mut red = plain.clone();
    red[512 + 9] = 0;
    for (bits, palette, greys, source) in [
        (8, plain.clone(), [0, 9, 200], GreySource::Stored),
        (8, ramp(|at| at << 8, 256), [0, 9, 200], GreySource::Stored),
        (8, ramp(|at| at, 256), [0, 9, 200], GreySource::Stored),
        (
            8,
            ramp(|at| (255 - at) * 257, 256),
            [255, 246, 55],
            GreySource::Palette,
        ),
        (8, red, [0, 8, 200], GreySource::Colors),
        (
            4,
            ramp(|at| at * 4369, 16),
            [0, 153, 255],
            GreySource::Stored,
        ),
    ] {
        for big_endian in [false, true] {
            let data = if bits == 8 {
                vec![0, 9, 200]
            } else {
                vec![0x09, 0xf0]
            };
            let bytes = Handmade {
                big_endian,
                height: 1,
                bits,
                photometric: 3,
                chunks: &[data],
                palette: &palette,
                ..SMALL
            }
            .bytes();
            let plane = plane_of(&bytes, 0).unwrap();
            assert_eq!(
                (plane.pixels.as_slice(), plane.source),
                (&greys[..], source)
            );
            let indexes = if bits == 8 { [0, 9, 200] } else { [0, 9, 15] };
            assert_eq!(labels_of(&bytes).unwrap().labels, indexes);
            let info = with_file(&bytes, |path| crate::probe_plane(path, 0)).unwrap();
            assert_eq!((info.width, info.channels), (3, 1));
        }
    }
}

#[test]
fn jpeg_colours_within_a_tiff_are_read() {
    let color = [200, 30, 90];
    let pixels: Vec<u8> = (0..64).flat_map(|_| color).collect();
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 100)
        .encode(&pixels, 8, 8, image::ExtendedColorType::Rgb8)
        .unwrap();
    let bytes = Handmade {
        width: 8,
        height: 8,
        bits: 8,
        samples: 3,
        compression: 7,
        photometric: 6,
        chunks: &[jpeg],
        ..SMALL
    }
    .bytes();
    let plane = plane_of(&bytes, 0).unwrap();
    let bright = 0.2125 * 200.0 + 0.7154 * 30.0 + 0.0721 * 90.0;
    assert!(
        plane
            .pixels
            .iter()
            .all(|&got| (f64::from(got) - bright).abs() < 2.0)
    );
    assert_eq!(plane.source, GreySource::Colors);
}

#[test]
fn what_is_no_picture_of_brightness_says_what_it_is() {
    for (bits, samples, photometric, words) in [
        (8, 4, 5, "CMYK colours"),
        (12, 1, 1, "unsigned samples of 12 bit"),
        (8, 2, 1, "2 channels in one page"),
    ] {
        let bytes = Handmade {
            bits,
            samples,
            photometric,
            chunks: &[(0..24).collect()],
            ..SMALL
        }
        .bytes();
        let error = plane_of(&bytes, 0).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(error.contains("8 or 16 bit grey"), "{error}");
    }
}

#[test]
fn absurd_dimensions_are_refused_before_memory_is_taken() {
    let zeros = [vec![0; 64]];
    for (width, height) in [
        (100_000, 100_000),
        (u32::MAX, u32::MAX),
        (1, u32::MAX),
        (16_384, 16_385),
    ] {
        let mut file = Handmade {
            width,
            height,
            chunks: &zeros,
            ..SMALL
        };
        let error = plane_of(&file.bytes(), 0).unwrap_err();
        assert!(matches!(error, ImageError::TooLarge { .. }), "{error}");
        file.tile = Some((width, height));
        assert!(plane_of(&file.bytes(), 0).is_err());
    }
    let tile = Handmade {
        tile: Some((1 << 20, 1 << 20)),
        chunks: &zeros,
        ..SMALL
    };
    assert!(plane_of(&tile.bytes(), 0).is_err());
}

#[test]
fn labels_of_every_integer_type() {
    let wide: [u32; 6] = [0, 1, 70_000, 2, 3, u32::MAX];
    for big_endian in [false, true] {
        let order = Handmade {
            big_endian,
            ..SMALL
        };
        let labels = |bits, sample_format, values: &dyn Fn(u32) -> Vec<u8>| {
            let chunk = [wide.iter().flat_map(|&v| values(v)).collect()];
            labels_of(
                &Handmade {
                    bits,
                    sample_format,
                    chunks: &chunk,
                    ..order
                }
                .bytes(),
            )
        };
        let image = labels(32, 1, &|v| order.long(v).to_vec()).unwrap();
        assert_eq!(image.labels, wide);
        let image = labels(16, 1, &|v| order.short(v as u16).to_vec()).unwrap();
        assert_eq!(image.labels, wide.map(|v| v & 0xffff));
        let image = labels(8, 1, &|v| vec![v as u8]).unwrap();
        assert_eq!(image.labels, wide.map(|v| v & 0xff));
        // The last one is -1 when signed.
        let error = labels(32, 2, &|v| order.long(v).to_vec()).unwrap_err();
        assert!(matches!(error, ImageError::Unsupported { .. }), "{error}");
        let image = labels(32, 2, &|v| order.long(v >> 1).to_vec()).unwrap();
        assert_eq!(image.labels, wide.map(|v| v >> 1));
        assert!(labels(32, 3, &|v| order.long(v).to_vec()).is_err());
    }
}

#[test]
fn damaged_files_never_panic() {
    let mut state = 0x2545_f491_u32;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize
    };
    let pixels = pattern(WIDTH, HEIGHT);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.tif");
    for (compression, predictor) in compressions() {
        let sound = encoded(compression, predictor, &pixels);
        for round in 0..150 {
            let mut bytes = sound.clone();
            // The directory stands at the end; most of the trouble starts there.
            let from = if round % 3 == 0 { 0 } else { sound.len() - 200 };
            for _ in 0..=round % 4 {
                let at = from + random() % (sound.len() - from);
                bytes[at] = random() as u8;
            }
            std::fs::write(&path, &bytes).unwrap();
            // Either answer is fine as long as there is one, of the right size.
            for page in [0, 1] {
                if let Ok(plane) = read_plane(&path, page) {
                    assert_eq!(
                        plane.pixels.len(),
                        plane.width as usize * plane.height as usize
                    );
                }
            }
            let _ = read_labels(&path);
        }
    }
}
