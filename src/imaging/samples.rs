//! Decoded samples on their way to a plane or a label image, shared by the file formats.

use std::io;
use std::path::Path;

use super::ImageError;

/// The most pixels that a file may claim, 16,384 squared: a stitched well fits, a damaged header does not get
/// gigabytes.
pub(super) const MAX_PIXELS: u64 = 1 << 28;

/// The most bytes that decoding one picture may take: [`MAX_PIXELS`] of 16-bit RGBA.
pub(super) const MAX_BYTES: usize = 1 << 31;

/// Advice for anything that is not an intensity plane.
pub(super) const SAVE_AS_GREY: &str = "save it as 8 or 16 bit grey";

/// Advice for anything that is not a label image.
pub(super) const SAVE_AS_LABELS: &str =
    "save the labels as a grey TIFF of 8, 16 or 32 bit whole numbers";

/// What the pixels are wanted for: it decides which sample types make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Unsigned intensities of at most 16 bit.
    Intensity,
    /// Object numbers, of any integer type as long as they fit.
    Labels,
}

impl Purpose {
    /// What to tell the user about a file that does not serve this purpose.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Intensity => SAVE_AS_GREY,
            Self::Labels => SAVE_AS_LABELS,
        }
    }
}

/// One grey sample a pixel, row-major.
#[derive(Debug)]
pub(super) enum Samples {
    /// 8-bit source.
    U8(Vec<u8>),
    /// 16-bit source.
    U16(Vec<u16>),
    /// Labels wider than 16 bit; never an intensity.
    U32(Vec<u32>),
}

/// A decoded grey picture.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) samples: Samples,
}

/// How the samples of one pixel lie in a decoded buffer.
#[derive(Debug, Clone, Copy)]
pub(super) struct SampleLayout {
    /// Pixels in the picture.
    pub(super) pixels: usize,
    /// Samples stored for each pixel.
    pub(super) stored: usize,
    /// How many of them, the first ones, are colours; the others are alpha or the like.
    pub(super) colors: usize,
    /// All first samples, then all second ones, instead of pixel after pixel.
    pub(super) planar: bool,
}

/// The one grey sample of each pixel; `None` where the colours of a pixel differ or the buffer is too short.
pub(super) fn grey_of<T: Copy + PartialEq>(
    mut data: Vec<T>,
    layout: SampleLayout,
) -> Option<Vec<T>> {
    let SampleLayout {
        pixels,
        stored,
        colors,
        planar,
    } = layout;
    if stored == 0 || colors == 0 || data.len() < pixels.checked_mul(stored)? {
        return None;
    }
    if planar || stored == 1 {
        let (first, others) = data.split_at(pixels);
        let equal = others
            .chunks_exact(pixels.max(1))
            .take(colors - 1)
            .all(|plane| plane == first);
        data.truncate(pixels);
        return equal.then_some(data);
    }
    data.chunks_exact(stored)
        .take(pixels)
        .map(|samples| {
            let grey = samples[0];
            samples[..colors.min(stored)]
                .iter()
                .all(|&sample| sample == grey)
                .then_some(grey)
        })
        .collect()
}

/// Fails on a picture that is too large to be one.
pub(super) fn check_size(path: &Path, width: u32, height: u32) -> Result<(), ImageError> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImageError::TooLarge {
            path: path.to_owned(),
            width,
            height,
        });
    }
    Ok(())
}

/// Sorts an I/O error from inside a decoder: many are the decoder's own words about the data.
pub(super) fn io_error(path: &Path, source: io::Error) -> ImageError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::UnexpectedEof => ImageError::Truncated {
            path,
            reason: "the file ends too early".to_owned(),
        },
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            ImageError::Decode {
                path,
                reason: source.to_string(),
            }
        }
        _ => ImageError::Io { path, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_is_found_in_equal_channels_only() {
        type Case<'a> = (&'a [u8], SampleLayout, Option<Vec<u8>>);
        let layout = |stored, colors, planar| SampleLayout {
            pixels: 2,
            stored,
            colors,
            planar,
        };
        let cases: [Case; 8] = [
            (&[1, 2], layout(1, 1, false), Some(vec![1, 2])),
            (&[1, 1, 1, 2, 2, 2], layout(3, 3, false), Some(vec![1, 2])),
            (&[1, 1, 1, 2, 2, 3], layout(3, 3, false), None),
            (&[1, 9, 2, 8], layout(2, 1, false), Some(vec![1, 2])),
            (&[1, 2, 1, 2, 1, 2], layout(3, 3, true), Some(vec![1, 2])),
            (&[1, 2, 1, 2, 1, 3], layout(3, 3, true), None),
            (&[1, 2, 1, 2, 7, 7], layout(3, 2, true), Some(vec![1, 2])),
            (&[1, 2, 1], layout(3, 3, false), None),
        ];
        for (data, layout, expected) in cases {
            assert_eq!(
                grey_of(data.to_vec(), layout),
                expected,
                "{data:?} {layout:?}"
            );
        }
    }
}
