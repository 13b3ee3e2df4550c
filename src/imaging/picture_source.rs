//! Where the bytes of a picture come from, and which decoder they go to.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use image::ImageFormat;

use super::foreign_format::{START_BYTES, ZARR, foreign_format, in_zarr};
use super::samples::{Decoded, Purpose, io_error};
use super::{
    FilePixelSize, FoundPage, ImageError, PageLayout, PagePlace, PlaneInfo, jp2_file, mat_file,
    npy_file, raster_file, tiff_file,
};

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<BufReader<File>, ImageError> {
    if path.is_dir()
        && let Some((what, advice)) = foreign_format(path, &[])
    {
        return Err(unsupported(path, what, advice));
    }
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
    match format_of(path, &mut reader, page, purpose)? {
        Format::Tiff => tiff_file::read(path, reader, page, purpose),
        Format::Npy => npy_file::read(path, reader, purpose),
        Format::Mat => mat_file::read(path, reader, purpose),
        Format::Jp2 => jp2_file::read(path, reader, purpose),
        Format::Raster(format) => raster_file::read(path, reader, format, purpose),
    }
}

/// Reads the header of one page.
pub(super) fn read_info<R: BufRead + Seek>(
    path: &Path,
    mut reader: R,
    page: u32,
) -> Result<PlaneInfo, ImageError> {
    match format_of(path, &mut reader, page, Purpose::Intensity)? {
        Format::Tiff => tiff_file::probe(path, reader, page),
        Format::Npy => npy_file::probe(path, reader),
        Format::Mat => mat_file::probe(path, reader),
        Format::Jp2 => jp2_file::probe(path, reader),
        Format::Raster(format) => raster_file::probe(path, reader, format),
    }
}

/// Finds the page of a place.
pub(super) fn find_in<R: BufRead + Seek>(
    path: &Path,
    mut reader: R,
    place: PagePlace,
) -> Result<FoundPage, ImageError> {
    match format_of(path, &mut reader, place.frame, Purpose::Intensity)? {
        Format::Tiff => tiff_file::find_page(path, reader, place),
        _ if place.series > 0 => Err(ImageError::NoSuchSeries {
            path: path.to_owned(),
            series: place.series,
            pages: 1,
            reason: "such a file has one".to_owned(),
        }),
        _ => Ok(FoundPage { page: 0, pages: 1 }),
    }
}

/// What the pages of a series are.
pub(super) fn layout_in<R: BufRead + Seek>(
    path: &Path,
    mut reader: R,
    series: u32,
) -> Result<PageLayout, ImageError> {
    if let Format::Tiff = format_of(path, &mut reader, 0, Purpose::Intensity)? {
        return tiff_file::layout(path, reader, series);
    }
    let place = PagePlace {
        series,
        ..PagePlace::default()
    };
    let found = find_in(path, reader, place)?;
    Ok(PageLayout::of_pages(vec![found.page]))
}

/// The pixel size that a file says of a place in it; files that are no TIFF say none.
pub(super) fn pixel_size_in<R: BufRead + Seek>(
    path: &Path,
    mut reader: R,
    place: PagePlace,
) -> Option<FilePixelSize> {
    match format_of(path, &mut reader, 0, Purpose::Intensity) {
        Ok(Format::Tiff) => tiff_file::pixel_size(path, reader, place),
        _ => None,
    }
}

/// A format that is read.
enum Format {
    Tiff,
    Npy,
    Mat,
    Jp2,
    Raster(ImageFormat),
}

/// Tells the format, and refuses pages beyond the first where there are none.
fn format_of<R: BufRead + Seek>(
    path: &Path,
    reader: &mut R,
    page: u32,
    purpose: Purpose,
) -> Result<Format, ImageError> {
    let mut start = Vec::with_capacity(START_BYTES as usize);
    reader
        .by_ref()
        .take(START_BYTES)
        .read_to_end(&mut start)
        .and_then(|_| reader.seek(SeekFrom::Start(0)))
        .map_err(|error| io_error(path, error))?;
    // 42 is TIFF, 43 is BigTIFF, in either byte order.
    let tiff_marks = [b"II*\0", b"II+\0", b"MM\0*", b"MM\0+"];
    if tiff_marks.iter().any(|mark| start.starts_with(*mark)) {
        return Ok(Format::Tiff);
    }
    let format = if start.starts_with(b"\x89PNG\r\n\x1a\n") {
        Format::Raster(ImageFormat::Png)
    } else if start.starts_with(b"\xff\xd8\xff") {
        Format::Raster(ImageFormat::Jpeg)
    } else if start.starts_with(npy_file::MAGIC) {
        Format::Npy
    } else if start.starts_with(mat_file::MAGIC) {
        Format::Mat
    } else if jp2_file::is_jp2(path, &start) {
        Format::Jp2
    } else if let Some((what, advice)) = foreign_format(path, &start) {
        return Err(unsupported(path, what, advice));
    } else if in_zarr(path) {
        return Err(unsupported(path, ZARR.0, ZARR.1));
    } else if start.len() < 8 {
        return Err(ImageError::Truncated {
            path: path.to_owned(),
            reason: format!("it has only {} bytes", start.len()),
        });
    } else {
        return Err(unsupported(
            path,
            "neither TIFF nor PNG nor JPEG",
            purpose.advice(),
        ));
    };
    if page > 0 {
        return Err(ImageError::NoSuchPage {
            path: path.to_owned(),
            page,
            pages: 1,
        });
    }
    Ok(format)
}

fn unsupported(path: &Path, what: &str, advice: &'static str) -> ImageError {
    ImageError::Unsupported {
        path: path.to_owned(),
        what: what.to_owned(),
        advice,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_formats_say_how_to_convert() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("plate.ome.zarr");
        let chunk = store.join("0");
        std::fs::create_dir_all(&store).unwrap();
        std::fs::write(&chunk, b"no picture at all").unwrap();
        let scan = folder.path().join("scan.czi");
        std::fs::write(&scan, b"ZISRAWFILE\0\0\0\0\0\0\0\0").unwrap();
        for (path, format) in [(store, "Zarr"), (chunk, "Zarr"), (scan, "CZI")] {
            let error = open(&path)
                .and_then(|file| read_samples(&path, file, 0, Purpose::Intensity))
                .unwrap_err()
                .to_string();
            assert!(
                error.contains(format) && error.contains("OME-TIFF"),
                "{error}"
            );
        }
    }
}
