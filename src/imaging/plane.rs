//! A grey plane: one channel of one field of view.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::samples::{Decoded, Purpose, Samples, io_error};
use super::{ImageError, PixelBox, raster_file, tiff_file};

/// One grey plane, row-major. 8-bit sources keep their values (0 to 255); `bit_depth` says 8.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// 8 or 16: how many bits the source's samples have.
    pub bit_depth: u8,
    /// `width * height` intensities.
    pub pixels: Vec<u16>,
}

impl Plane {
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

/// Reads a grey plane of 8 or 16 bit from a TIFF, PNG or JPEG file, which is told by its content.
///
/// `page` is the zero-based directory of a multi-page TIFF, 0 for the other formats. A colour picture whose channels
/// are equal everywhere is grey. TIFFs that store white as zero come out with black as zero.
///
/// # Errors
///
/// A file that cannot be read, is cut short or damaged, claims absurd dimensions, has fewer pages, or holds anything
/// but unsigned grey of at most 16 bit.
pub fn read_plane(path: &Path, page: u32) -> Result<Plane, ImageError> {
    let Decoded {
        width,
        height,
        samples,
    } = read_samples(path, page, Purpose::Intensity)?;
    let (bit_depth, pixels) = match samples {
        Samples::U8(pixels) => (8, pixels.into_iter().map(u16::from).collect()),
        Samples::U16(pixels) => (16, pixels),
        Samples::U32(_) => {
            return Err(ImageError::Unsupported {
                path: path.to_owned(),
                what: "samples of more than 16 bit".to_owned(),
                advice: Purpose::Intensity.advice(),
            });
        }
    };
    Ok(Plane {
        width,
        height,
        bit_depth,
        pixels,
    })
}

/// Opens a file and hands it to the decoder of its format.
pub(super) fn read_samples(
    path: &Path,
    page: u32,
    purpose: Purpose,
) -> Result<Decoded, ImageError> {
    let file = File::open(path).map_err(|error| io_error(path, error))?;
    let mut reader = BufReader::new(file);
    let mut magic = Vec::with_capacity(8);
    reader
        .by_ref()
        .take(8)
        .read_to_end(&mut magic)
        .and_then(|_| reader.seek(SeekFrom::Start(0)))
        .map_err(|error| io_error(path, error))?;
    // 42 is TIFF, 43 is BigTIFF, in either byte order.
    let tiff_marks = [b"II*\0", b"II+\0", b"MM\0*", b"MM\0+"];
    if tiff_marks.iter().any(|mark| magic.starts_with(*mark)) {
        return tiff_file::read(path, reader, page, purpose);
    }
    let format = if magic == b"\x89PNG\r\n\x1a\n" {
        image::ImageFormat::Png
    } else if magic.starts_with(b"\xff\xd8\xff") {
        image::ImageFormat::Jpeg
    } else if magic.len() < 8 {
        return Err(ImageError::Truncated {
            path: path.to_owned(),
            reason: format!("it has only {} bytes", magic.len()),
        });
    } else {
        return Err(ImageError::Unsupported {
            path: path.to_owned(),
            what: "neither TIFF nor PNG nor JPEG".to_owned(),
            advice: purpose.advice(),
        });
    };
    if page > 0 {
        return Err(ImageError::NoSuchPage {
            path: path.to_owned(),
            page,
            pages: 1,
        });
    }
    raster_file::read(path, reader, format, purpose)
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
