//! What the header of a picture says.

use std::io::Cursor;
use std::path::Path;

use super::ImageError;
use super::picture_source::{open, read_info};

/// What the header of a picture says about one page, without a pixel read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaneInfo {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Bits of one sample.
    pub bits: u8,
    /// Samples of one pixel: 1 for grey, 3 for colours, one more with alpha.
    pub channels: u16,
    /// Whether samples are floating point.
    pub float: bool,
    /// Whether samples may be negative.
    pub signed: bool,
    /// Smallest and largest sample, where the header records them; nobody checks that it is true.
    pub range: Option<[f64; 2]>,
    /// Pages of the file, counted up to 65,536.
    pub pages: u32,
}

/// Reads what the header of a picture says about a zero-based page. Takes no longer for a large picture.
///
/// # Errors
///
/// As [`read_plane`](super::read_plane), for what the header alone tells.
pub fn probe_plane(path: &Path, page: u32) -> Result<PlaneInfo, ImageError> {
    read_info(path, open(path)?, page)
}

/// Reads a header from the bytes of a file, as [`probe_plane`] does; `name` is for messages.
pub fn probe_plane_from(name: &Path, bytes: &[u8], page: u32) -> Result<PlaneInfo, ImageError> {
    read_info(name, Cursor::new(bytes), page)
}
