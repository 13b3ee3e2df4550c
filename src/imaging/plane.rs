//! A grey plane: one channel of one field of view.

use std::io::Cursor;
use std::path::Path;

use super::picture_source::{open, read_samples};
use super::pixel_scale::{finite_range, natural_scale};
use super::samples::{Decoded, Purpose, Samples};
use super::{GreySource, ImageError, PixelBox, PixelScale};

/// One grey plane, row-major. 8-bit sources keep their values (0 to 255); `bit_depth` says 8.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// 8 or 16: how many bits the stored numbers have.
    pub bit_depth: u8,
    /// `width * height` intensities as stored numbers.
    pub pixels: Vec<u16>,
    /// The values that stored numbers stand for.
    pub scale: PixelScale,
    /// Pixels whose values lie outside the scale or are not numbers: stored at its nearest end, or as 0.
    pub clipped: usize,
    /// What the greys were in the file.
    pub source: GreySource,
}

impl Plane {
    /// The plane counted from another first pixel: what lies before is cut off, and what is not there is 0. `None` where
    /// nothing is left, or much more would be empty than there is.
    #[must_use]
    pub fn counted_from(self, [left, top]: [i64; 2]) -> Option<Self> {
        if [left, top] == [0, 0] {
            return Some(self);
        }
        let most = i64::from(self.width.max(self.height)) * 4;
        let (width, height) = (i64::from(self.width) - left, i64::from(self.height) - top);
        if !(1..=most).contains(&width) || !(1..=most).contains(&height) {
            return None;
        }
        let mut pixels = vec![0; (width * height) as usize];
        let from = left.max(0) as usize;
        let to = (-left).max(0) as usize;
        for y in top.max(0)..i64::from(self.height) {
            let start = y as usize * self.width as usize;
            let line = self.pixels.get(start + from..start + self.width as usize)?;
            let own = (y - top) as usize * width as usize + to;
            pixels.get_mut(own..own + line.len())?.copy_from_slice(line);
        }
        Some(Self {
            width: width as u32,
            height: height as u32,
            pixels,
            ..self
        })
    }

    /// The pixels of a box, row-major; `None` unless the box lies inside the plane and holds a pixel.
    pub fn crop(&self, area: PixelBox) -> Option<Vec<u16>> {
        if area.clipped(self.width, self.height) != Some(area) {
            return None;
        }
        let stride = self.width as usize;
        let (x, width) = (area.x_min as usize, area.width() as usize);
        let (y, height) = (area.y_min as usize, area.height() as usize);
        let mut out = Vec::with_capacity(width * height);
        for row in y..y + height {
            let start = row * stride + x;
            out.extend_from_slice(self.pixels.get(start..start + width)?);
        }
        Some(out)
    }
}

/// Reads a grey plane from a TIFF, PNG, JPEG or JPEG 2000 file, which is told by its content.
///
/// `page` is the zero-based directory of a multi-page TIFF, 0 for the other formats. Of a colour picture the brightness
/// is taken, rounded to the file's own levels; [`Plane::source`] says so. TIFFs that store white as zero come out with black as zero.
///
/// Whole numbers from 0 to 65,535 keep their values, whatever type stores them. Floating point numbers within 0 to 1
/// get the scale [`PixelScale::UNIT`]. Pixels that are not finite count as clipped; nothing else is.
///
/// # Errors
///
/// A file that cannot be read, is cut short or damaged, claims absurd dimensions, has fewer pages, or holds neither grey
/// nor red, green and blue; and [`ImageError::NeedsRange`] for other numbers, which [`read_plane_scaled`] reads.
pub fn read_plane(path: &Path, page: u32) -> Result<Plane, ImageError> {
    let decoded = read_samples(path, open(path)?, page, Purpose::Intensity)?;
    plane_of(path, decoded, None)
}

/// Reads a grey plane from the bytes of a file, as [`read_plane`] does; `name` is for messages.
pub fn read_plane_from(name: &Path, bytes: &[u8], page: u32) -> Result<Plane, ImageError> {
    let decoded = read_samples(name, Cursor::new(bytes), page, Purpose::Intensity)?;
    plane_of(name, decoded, None)
}

/// Reads a grey plane and spreads a range of values, minimum and maximum, over all 16-bit numbers.
///
/// What lies outside the range is stored at its ends and counted in [`Plane::clipped`]. A range without a width is
/// not used: then this is [`read_plane`].
///
/// # Errors
///
/// As [`read_plane`].
pub fn read_plane_scaled(path: &Path, page: u32, range: [f64; 2]) -> Result<Plane, ImageError> {
    let decoded = read_samples(path, open(path)?, page, Purpose::Intensity)?;
    plane_of(path, decoded, PixelScale::of_range(range))
}

/// Reads from the bytes of a file, as [`read_plane_scaled`] does; `name` is for messages.
pub fn read_plane_scaled_from(
    name: &Path,
    bytes: &[u8],
    page: u32,
    range: [f64; 2],
) -> Result<Plane, ImageError> {
    let decoded = read_samples(name, Cursor::new(bytes), page, Purpose::Intensity)?;
    plane_of(name, decoded, PixelScale::of_range(range))
}

fn plane_of(path: &Path, decoded: Decoded, scale: Option<PixelScale>) -> Result<Plane, ImageError> {
    let plane = |bit_depth, scale, (pixels, clipped)| Plane {
        width: decoded.width,
        height: decoded.height,
        bit_depth,
        pixels,
        scale,
        clipped,
        source: decoded.source,
    };
    let whole = PixelScale::STORED;
    Ok(match (decoded.samples, scale) {
        (Samples::U8(pixels), None) => {
            let pixels = pixels.into_iter().map(u16::from).collect();
            plane(8, whole, (pixels, 0))
        }
        (Samples::U16(pixels), None) => plane(16, whole, (pixels, 0)),
        (Samples::U8(pixels), Some(scale)) => {
            let stored = scale.store_all(pixels.into_iter().map(f64::from));
            plane(16, scale, stored)
        }
        (Samples::U16(pixels), Some(scale)) => {
            let stored = scale.store_all(pixels.into_iter().map(f64::from));
            plane(16, scale, stored)
        }
        (Samples::U32(pixels), scale) => {
            let max = pixels.iter().copied().max().unwrap_or(0);
            let scale = match scale {
                Some(scale) => scale,
                None if max <= 65_535 => whole,
                None => {
                    let min = pixels.iter().copied().min().unwrap_or(0);
                    return Err(needs_range(path, [f64::from(min), f64::from(max)]));
                }
            };
            let stored = scale.store_all(pixels.into_iter().map(f64::from));
            plane(16, scale, stored)
        }
        (Samples::Real(pixels), scale) => {
            let range = || finite_range(&pixels).unwrap_or([0.0, 0.0]);
            let scale = scale
                .or_else(|| natural_scale(&pixels))
                .ok_or_else(|| needs_range(path, range()))?;
            let stored = scale.store_all(pixels.into_iter());
            plane(16, scale, stored)
        }
        (Samples::Marks(_) | Samples::Values(..), _) => {
            return Err(ImageError::Unsupported {
                path: path.to_owned(),
                what: "a colour picture".to_owned(),
                advice: Purpose::Intensity.advice(),
            });
        }
    })
}

fn needs_range(path: &Path, [min, max]: [f64; 2]) -> ImageError {
    ImageError::NeedsRange {
        path: path.to_owned(),
        min,
        max,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crop_lies_inside_or_is_none() {
        let plane = Plane {
            width: 4,
            height: 3,
            bit_depth: 8,
            pixels: (0..12).collect(),
            scale: PixelScale::STORED,
            clipped: 0,
            source: GreySource::Stored,
        };
        let crop = |x_min, y_min, x_max, y_max| {
            plane.crop(PixelBox {
                x_min,
                y_min,
                x_max,
                y_max,
            })
        };
        assert_eq!(crop(0, 0, 4, 3), Some((0..12).collect()));
        assert_eq!(crop(1, 1, 3, 3), Some(vec![5, 6, 9, 10]));
        assert_eq!(crop(3, 2, 4, 3), Some(vec![11]));
        for (x_min, y_min, x_max, y_max) in
            [(-1, 0, 2, 2), (0, 0, 5, 3), (0, 0, 4, 4), (2, 2, 2, 3)]
        {
            assert_eq!(crop(x_min, y_min, x_max, y_max), None);
        }
        let short = Plane {
            pixels: vec![0; 5],
            ..plane.clone()
        };
        let all = PixelBox {
            x_min: 0,
            y_min: 0,
            x_max: 4,
            y_max: 3,
        };
        assert_eq!(short.crop(all), None);
    }

    #[test]
    fn a_plane_is_counted_from_inside_and_outside() {
        let plane = Plane {
            width: 3,
            height: 2,
            bit_depth: 8,
            pixels: vec![1, 2, 3, 4, 5, 6],
            scale: PixelScale::STORED,
            clipped: 0,
            source: GreySource::Stored,
        };
        let counted = |from| {
            let plane = plane.clone().counted_from(from)?;
            Some((plane.width, plane.pixels))
        };
        assert_eq!(counted([0, 0]), Some((3, vec![1, 2, 3, 4, 5, 6])));
        assert_eq!(counted([1, 1]), Some((2, vec![5, 6])));
        assert_eq!(
            counted([-1, -1]),
            Some((4, vec![0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6]))
        );
        assert_eq!(counted([2, -1]), Some((1, vec![0, 3, 6])));
        assert_eq!(counted([3, 0]), None);
        assert_eq!(counted([0, -100]), None);
    }

    #[test]
    fn files_that_are_no_pictures_name_themselves() {
        let folder = std::env::temp_dir().join(format!("cytolance-plane-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let empty = write("empty.tif", b"");
        let text = write("text.tif", b"ImageNumber,ObjectNumber\n");
        let error = read_plane(&empty, 0).unwrap_err();
        assert!(matches!(error, ImageError::Truncated { .. }), "{error}");
        let error = read_plane(&text, 0).unwrap_err();
        assert!(matches!(error, ImageError::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains("text.tif"));
        for path in [folder.join("missing.tif"), folder.clone()] {
            let error = read_plane(&path, 0).unwrap_err();
            assert!(matches!(error, ImageError::Io { .. }), "{error}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
