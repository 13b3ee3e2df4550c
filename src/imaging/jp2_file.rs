//! JPEG 2000 files: grey of up to 16 bit, exact where the file is, and red, green and blue.

use std::io::{BufRead, Read, Seek};
use std::path::Path;

use hayro_jpeg2000::{ComponentData, DecodeSettings, DecoderContext, Image};

use super::samples::{
    Colorful, Decoded, MAX_BYTES, MAX_EXPANSION, Purpose, SampleLayout, Samples, check_size,
    io_error, samples_of,
};
use super::{ImageError, PlaneInfo};

/// The first bytes of a file, and of the bare pixels of one.
const MARKS: [&[u8]; 2] = [b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"];

/// Whether a file is one. Nikon's first ND2 files begin in the same way.
pub(super) fn is_jp2(path: &Path, start: &[u8]) -> bool {
    let is_nd2 = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("nd2"));
    !is_nd2 && MARKS.iter().any(|mark| start.starts_with(mark))
}

/// Reads the picture.
pub(super) fn read<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    purpose: Purpose,
) -> Result<Decoded, ImageError> {
    let bytes = all_bytes(path, reader)?;
    let picture = open(path, &bytes)?;
    let (width, height) = (picture.width(), picture.height());
    let mut context = DecoderContext::default();
    let decoded = picture
        .decode(&mut context)
        .map_err(|error| damaged(path, &error.to_string()))?;
    let components = decoded.components();
    let pixels = width as usize * height as usize;
    let bits = components.first().map_or(0, ComponentData::bit_depth);
    let is_even = components
        .iter()
        .all(|component| component.bit_depth() == bits && component.samples().len() >= pixels);
    let colors = match components.len() {
        1 | 2 => 1,
        3 | 4 => 3,
        other => {
            return Err(unsupported(
                path,
                purpose,
                format!("{other} channels in one page"),
            ));
        }
    };
    if !is_even || !(1..=16).contains(&bits) {
        let what = format!("a JPEG 2000 picture of {bits} bit or of channels that differ");
        return Err(unsupported(path, purpose, what));
    }
    let layout = SampleLayout {
        pixels,
        stored: components.len(),
        colors,
        planar: true,
    };
    let full = u32::MAX >> (32 - u32::from(bits));
    let samples = || {
        let planes = components.iter().flat_map(|one| &one.samples()[..pixels]);
        // Rounding what a lossy file has between the levels.
        planes.map(|sample| sample.round().clamp(0.0, full as f32))
    };
    let found = if bits <= 8 {
        let data: Vec<u8> = samples().map(|sample| sample as u8).collect();
        samples_of(data, layout, purpose, Samples::U8)
    } else {
        let data: Vec<u16> = samples().map(|sample| sample as u16).collect();
        samples_of(data, layout, purpose, Samples::U16)
    };
    let (samples, source) =
        found.map_err(|colorful: Colorful| unsupported(path, purpose, colorful.words()))?;
    Ok(Decoded {
        width,
        height,
        full,
        samples,
        source,
    })
}

/// Size and depth, from the header alone.
pub(super) fn probe<R: BufRead + Seek>(path: &Path, reader: R) -> Result<PlaneInfo, ImageError> {
    let bytes = all_bytes(path, reader)?;
    let picture = open(path, &bytes)?;
    Ok(PlaneInfo {
        width: picture.width(),
        height: picture.height(),
        bits: picture.original_bit_depth(),
        channels: u16::from(picture.color_space().num_channels()) + u16::from(picture.has_alpha()),
        float: false,
        signed: false,
        range: None,
        pages: 1,
    })
}

fn all_bytes<R: BufRead + Seek>(path: &Path, reader: R) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    reader
        .take(MAX_BYTES as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| io_error(path, error))?;
    Ok(bytes)
}

fn open<'a>(path: &Path, bytes: &'a [u8]) -> Result<Image<'a>, ImageError> {
    let settings = DecodeSettings {
        // What is cut short is an error, not a blurred picture.
        strict: true,
        ..DecodeSettings::default()
    };
    let picture =
        Image::new(bytes, &settings).map_err(|error| damaged(path, &error.to_string()))?;
    let (width, height) = (picture.width(), picture.height());
    check_size(path, width, height)?;
    let channels = u64::from(picture.color_space().num_channels()).max(1);
    if u64::from(width) * u64::from(height) * channels / MAX_EXPANSION > bytes.len() as u64 {
        let bytes = bytes.len();
        let reason = format!("{bytes} bytes do not make {width} x {height} pixels");
        return Err(damaged(path, &reason));
    }
    Ok(picture)
}

fn damaged(path: &Path, reason: &str) -> ImageError {
    ImageError::Decode {
        path: path.to_owned(),
        reason: format!("JPEG 2000: {reason}"),
    }
}

fn unsupported(path: &Path, purpose: Purpose, what: String) -> ImageError {
    ImageError::Unsupported {
        path: path.to_owned(),
        what,
        advice: purpose.advice(),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::GREY_16 as SAMPLE;
