//! A label image: every pixel says which object it belongs to.

use std::io::{BufRead, Cursor, Seek};
use std::path::Path;

use super::ImageError;
use super::picture_source::{open, read_samples};
use super::samples::{Purpose, Samples};

/// A label image, row-major; 0 is background.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelImage {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height` object numbers.
    pub labels: Vec<u32>,
}

/// Reads the first page of a label image: a grey TIFF of whole numbers, a grey PNG or a `NumPy` array.
///
/// Signed, 64-bit and floating point TIFFs and `.npy` arrays are accepted as long as every label is whole and fits into
/// a `u32`. White-is-zero makes no difference: the numbers are taken as stored, as `ImageJ` and tifffile mean them.
///
/// # Errors
///
/// As [`read_plane`](super::read_plane); also labels below zero or beyond `u32`, and pictures with a colour table,
/// whose object numbers are not their greys.
pub fn read_labels(path: &Path) -> Result<LabelImage, ImageError> {
    read_label_page(path, open(path)?, 0)
}

/// Reads a label image from the bytes of a file, as [`read_labels`] does; `name` is for messages and `page` the
/// zero-based page of a TIFF.
pub fn read_labels_from(name: &Path, bytes: &[u8], page: u32) -> Result<LabelImage, ImageError> {
    read_label_page(name, Cursor::new(bytes), page)
}

/// Reads one page as labels.
pub(super) fn read_label_page<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    page: u32,
) -> Result<LabelImage, ImageError> {
    let decoded = read_samples(path, reader, page, Purpose::Labels)?;
    let labels = match decoded.samples {
        Samples::U8(labels) => labels.into_iter().map(u32::from).collect(),
        Samples::U16(labels) => labels.into_iter().map(u32::from).collect(),
        Samples::U32(labels) => labels,
        Samples::Real(_) | Samples::Marks(_) | Samples::Values(..) => {
            return Err(ImageError::Unsupported {
                path: path.to_owned(),
                what: "numbers that are no labels".to_owned(),
                advice: Purpose::Labels.advice(),
            });
        }
    };
    Ok(LabelImage {
        width: decoded.width,
        height: decoded.height,
        labels,
    })
}
