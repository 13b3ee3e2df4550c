//! PNG and JPEG files.

use std::io::{BufRead, Read, Seek, SeekFrom};
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::grey_source::{GreySource, is_plain_ramp};
use super::samples::{
    Colorful, Decoded, MAX_BYTES, MAX_EXPANSION, Purpose, SampleLayout, Samples, check_size,
    io_error, samples_of,
};
use super::{ImageError, PlaneInfo};

/// Reads a PNG or JPEG file.
///
/// PNGs of 1, 2 and 4 bit come out as 8-bit intensities over the full range, but as the stored numbers where labels
/// are wanted.
pub(super) fn read<R: BufRead + Seek>(
    path: &Path,
    mut reader: R,
    format: ImageFormat,
    purpose: Purpose,
) -> Result<Decoded, ImageError> {
    let file_bytes = reader
        .seek(SeekFrom::End(0))
        .and_then(|bytes| reader.seek(SeekFrom::Start(0)).map(|_| bytes))
        .map_err(|error| io_error(path, error))?;
    let mut widening = 1;
    let mut palette = None;
    if format == ImageFormat::Jpeg {
        if purpose != Purpose::Intensity {
            return Err(unsupported(
                path,
                "a JPEG, which blurs object numbers",
                purpose,
            ));
        }
        // The decoder fills what is missing with grey instead of failing.
        if !jpeg_is_complete(&mut reader).map_err(|error| io_error(path, error))? {
            return Err(ImageError::Truncated {
                path: path.to_owned(),
                reason: "its end mark is missing".to_owned(),
            });
        }
    } else {
        let (bits, has_color_table) =
            png_header(&mut reader).map_err(|error| io_error(path, error))?;
        if purpose == Purpose::Labels && has_color_table {
            return Err(unsupported(path, "a picture with a colour table", purpose));
        }
        if purpose != Purpose::Intensity && !has_color_table {
            widening = match bits {
                1 => 255,
                2 => 85,
                4 => 17,
                _ => 1,
            };
        }
        if purpose == Purpose::Intensity && has_color_table {
            palette = png_palette(&mut reader).map_err(|error| io_error(path, error))?;
        }
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES as u64);
    let mut reader = ImageReader::with_format(reader, format);
    reader.limits(limits);
    let failed = |error| decoder_error(path, error, purpose);
    let decoder = reader.into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    check_size(path, width, height)?;
    if decoder.total_bytes() / MAX_EXPANSION > file_bytes {
        return Err(ImageError::Decode {
            path: path.to_owned(),
            reason: format!("{file_bytes} bytes do not make {width} x {height} pixels"),
        });
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(failed)?;
    let layout = |stored, colors| SampleLayout {
        pixels: width as usize * height as usize,
        stored,
        colors,
        planar: false,
    };
    let bytes = |data, stored, colors| {
        samples_of(data, layout(stored, colors), purpose, Samples::U8)
            .map(|(data, source)| (255, data, source))
    };
    let words = |data, stored, colors| {
        samples_of(data, layout(stored, colors), purpose, Samples::U16)
            .map(|(data, source)| (65_535, data, source))
    };
    let samples = match picture {
        DynamicImage::ImageLuma8(data) => bytes(data.into_raw(), 1, 1),
        DynamicImage::ImageLuma16(data) => words(data.into_raw(), 1, 1),
        DynamicImage::ImageLumaA8(data) => bytes(data.into_raw(), 2, 1),
        DynamicImage::ImageLumaA16(data) => words(data.into_raw(), 2, 1),
        DynamicImage::ImageRgb8(data) => bytes(data.into_raw(), 3, 3),
        DynamicImage::ImageRgb16(data) => words(data.into_raw(), 3, 3),
        DynamicImage::ImageRgba8(data) => bytes(data.into_raw(), 4, 3),
        DynamicImage::ImageRgba16(data) => words(data.into_raw(), 4, 3),
        _ => Err(Colorful { colors: 0 }),
    };
    let (full, mut samples, source) =
        samples.map_err(|colorful| unsupported(path, &colorful.words(), purpose))?;
    if let (Samples::U8(data), 2..) = (&mut samples, widening) {
        for sample in data {
            *sample /= widening;
        }
    }
    // An even ramp of greys says no more than its indexes do.
    let is_other_ramp = source == GreySource::Stored
        && palette.is_some_and(|greys: Vec<u8>| !is_plain_ramp(&greys));
    Ok(Decoded {
        width,
        height,
        full: full / u32::from(widening),
        samples,
        source: if is_other_ramp {
            GreySource::Palette
        } else {
            source
        },
    })
}

/// Size and colours, from the header alone.
pub(super) fn probe<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    format: ImageFormat,
) -> Result<PlaneInfo, ImageError> {
    let failed = |error| decoder_error(path, error, Purpose::Intensity);
    let decoder = ImageReader::with_format(reader, format)
        .into_decoder()
        .map_err(failed)?;
    let (width, height) = decoder.dimensions();
    check_size(path, width, height)?;
    let color = decoder.color_type();
    let channels = u16::from(color.channel_count());
    Ok(PlaneInfo {
        width,
        height,
        bits: (color.bits_per_pixel() / channels.max(1)) as u8,
        channels,
        float: false,
        signed: false,
        range: None,
        pages: 1,
    })
}

fn unsupported(path: &Path, what: &str, purpose: Purpose) -> ImageError {
    ImageError::Unsupported {
        path: path.to_owned(),
        what: what.to_owned(),
        advice: purpose.advice(),
    }
}

fn decoder_error(path: &Path, error: image::ImageError, purpose: Purpose) -> ImageError {
    match error {
        image::ImageError::IoError(error) => io_error(path, error),
        image::ImageError::Unsupported(error) => unsupported(path, &error.to_string(), purpose),
        other => ImageError::Decode {
            path: path.to_owned(),
            reason: other.to_string(),
        },
    }
}

/// Bit depth, and whether the colours come from a table, from the header chunk of a PNG file.
fn png_header<R: Read + Seek>(reader: &mut R) -> std::io::Result<(u8, bool)> {
    let mut header = [0; 26];
    reader.read_exact(&mut header)?;
    reader.seek(SeekFrom::Start(0))?;
    Ok((header[24], header[25] == 3))
}

/// The red of each colour of a PNG file's palette, which is before the pixels.
fn png_palette<R: Read + Seek>(reader: &mut R) -> std::io::Result<Option<Vec<u8>>> {
    const SIGNATURE: u64 = 8;
    // The check sum of a chunk.
    const CRC: i64 = 4;
    reader.seek(SeekFrom::Start(SIGNATURE))?;
    let mut found = None;
    let mut header = [0; 8];
    while found.is_none() && reader.read_exact(&mut header).is_ok() {
        let [a, b, c, d, name @ ..] = header;
        let length = u32::from_be_bytes([a, b, c, d]);
        match &name {
            b"PLTE" => {
                let mut colors = Vec::new();
                reader
                    .by_ref()
                    .take(u64::from(length.min(3 * 256)))
                    .read_to_end(&mut colors)?;
                found = Some(colors.chunks_exact(3).map(|color| color[0]).collect());
            }
            b"IDAT" => break,
            _ => {
                reader.seek(SeekFrom::Current(i64::from(length) + CRC))?;
            }
        }
    }
    reader.seek(SeekFrom::Start(0))?;
    Ok(found)
}

/// Whether the segments of a JPEG file are whole up to its end mark.
fn jpeg_is_complete<R: Read + Seek>(reader: &mut R) -> std::io::Result<bool> {
    let mut data = Vec::new();
    reader
        .by_ref()
        .take(MAX_BYTES as u64)
        .read_to_end(&mut data)?;
    reader.seek(SeekFrom::Start(0))?;
    let mut at = 2;
    // In compressed data everything up to the next mark is skipped; elsewhere a mark follows at once.
    while let Some(found) = data
        .get(at..)
        .and_then(|rest| rest.iter().position(|&b| b == 0xff))
    {
        at += found + 1;
        match data.get(at) {
            // A padding byte, an escaped one, a restart mark: no segment follows.
            Some(0xff) => {}
            Some(0x00 | 0x01 | 0xd0..=0xd7) => at += 1,
            Some(0xd9) => return Ok(true),
            Some(_) => {
                let Some(&[high, low]) = data.get(at + 1..at + 3) else {
                    return Ok(false);
                };
                at += 1 + usize::from(u16::from_be_bytes([high, low]));
            }
            None => return Ok(false),
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests;
