//! Where the bytes of a picture come from, and which decoder they go to.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::samples::{Decoded, Purpose, io_error};
use super::{ImageError, raster_file, tiff_file};

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<BufReader<File>, ImageError> {
    File::open(path)
        .map(BufReader::new)
        .map_err(|error| io_error(path, error))
}

/// Reads one page with the decoder of its format, which is told by the first bytes.
pub(super) fn read_samples<R: BufRead + Seek>(
    path: &Path,
    mut reader: R,
    page: u32,
    purpose: Purpose,
) -> Result<Decoded, ImageError> {
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
