//! A label image: every pixel says which object it belongs to.

use std::path::Path;

use super::ImageError;
use super::plane::read_samples;
use super::samples::{Decoded, Purpose, Samples};

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

/// Reads the first page of a label image: a grey TIFF of whole numbers or a grey PNG.
///
/// Signed and 64-bit TIFFs, as `NumPy` writes them, are accepted as long as every label fits into a `u32`.
///
/// # Errors
///
/// As [`read_plane`](super::read_plane); also labels below zero or beyond `u32`, and pictures with a colour table,
/// whose object numbers are not their greys.
pub fn read_labels(path: &Path) -> Result<LabelImage, ImageError> {
    let Decoded {
        width,
        height,
        samples,
    } = read_samples(path, 0, Purpose::Labels)?;
    let labels = match samples {
        Samples::U8(labels) => labels.into_iter().map(u32::from).collect(),
        Samples::U16(labels) => labels.into_iter().map(u32::from).collect(),
        Samples::U32(labels) => labels,
    };
    Ok(LabelImage {
        width,
        height,
        labels,
    })
}
