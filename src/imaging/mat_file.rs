//! MATLAB 5 files of one two-dimensional array, as `CellProfiler` 2 saves illumination functions.

use std::io::{BufRead, Read, Seek};
use std::path::Path;

use matfile::{MatFile, NumericData};

use super::grey_source::GreySource;
use super::number_type::{float, whole};
use super::samples::{Decoded, MAX_BYTES, Purpose, Samples, check_size, io_error};
use super::{ImageError, PlaneInfo};

/// The first bytes of the format.
pub(super) const MAGIC: &[u8] = b"MATLAB 5.0 MAT";

/// The name that `CellProfiler` gives the array.
const IMAGE: &str = "Image";

/// Size and number type.
pub(super) fn probe<R: BufRead + Seek>(path: &Path, reader: R) -> Result<PlaneInfo, ImageError> {
    let (file, at) = open(path, reader)?;
    let (width, height) = size(path, &file, at)?;
    let (bits, float, signed) = match file.arrays()[at].data() {
        NumericData::UInt8 { .. } => (8, false, false),
        NumericData::UInt16 { .. } => (16, false, false),
        NumericData::UInt32 { .. } => (32, false, false),
        NumericData::UInt64 { .. } => (64, false, false),
        NumericData::Int8 { .. } => (8, false, true),
        NumericData::Int16 { .. } => (16, false, true),
        NumericData::Int32 { .. } => (32, false, true),
        NumericData::Int64 { .. } => (64, false, true),
        NumericData::Single { .. } => (32, true, true),
        NumericData::Double { .. } => (64, true, true),
    };
    Ok(PlaneInfo {
        width,
        height,
        bits,
        channels: 1,
        float,
        signed,
        range: None,
        pages: 1,
    })
}

/// Reads the array.
pub(super) fn read<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    purpose: Purpose,
) -> Result<Decoded, ImageError> {
    let (file, at) = open(path, reader)?;
    let (width, height) = size(path, &file, at)?;
    let size = [width as usize, height as usize];
    let (full, samples) = match file.arrays()[at].data() {
        NumericData::UInt8 { real, .. } => (255, Samples::U8(by_rows(path, real, size)?)),
        NumericData::UInt16 { real, .. } => (65_535, Samples::U16(by_rows(path, real, size)?)),
        NumericData::UInt32 { real, .. } => (u32::MAX, Samples::U32(by_rows(path, real, size)?)),
        NumericData::UInt64 { real, .. } => {
            let numbers = by_rows(path, real, size)?;
            (
                u32::MAX,
                whole(path, purpose, numbers, |value| value as f64)?,
            )
        }
        NumericData::Int8 { real, .. } => {
            let numbers = by_rows(path, real, size)?;
            (127, whole(path, purpose, numbers, f64::from)?)
        }
        NumericData::Int16 { real, .. } => {
            let numbers = by_rows(path, real, size)?;
            (32_767, whole(path, purpose, numbers, f64::from)?)
        }
        NumericData::Int32 { real, .. } => {
            let numbers = by_rows(path, real, size)?;
            (u32::MAX >> 1, whole(path, purpose, numbers, f64::from)?)
        }
        NumericData::Int64 { real, .. } => {
            let numbers = by_rows(path, real, size)?;
            (
                u32::MAX,
                whole(path, purpose, numbers, |value| value as f64)?,
            )
        }
        NumericData::Single { real, .. } => {
            let numbers = by_rows(path, real, size)?;
            (
                1,
                float(path, purpose, numbers.into_iter().map(f64::from).collect())?,
            )
        }
        NumericData::Double { real, .. } => (1, float(path, purpose, by_rows(path, real, size)?)?),
    };
    Ok(Decoded {
        width,
        height,
        full,
        samples,
        source: GreySource::Stored,
    })
}

/// The file, and which of its arrays is the picture.
fn open<R: BufRead + Seek>(path: &Path, reader: R) -> Result<(MatFile, usize), ImageError> {
    let mut bytes = Vec::new();
    reader
        .take(MAX_BYTES as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| io_error(path, error))?;
    let file = MatFile::parse(bytes.as_slice()).map_err(|error| ImageError::Decode {
        path: path.to_owned(),
        reason: format!("MATLAB: {error}"),
    })?;
    let arrays = file.arrays();
    let named = arrays.iter().position(|array| array.name() == IMAGE);
    match named.or((arrays.len() == 1).then_some(0)) {
        Some(at) => Ok((file, at)),
        None => Err(unsupported(
            path,
            format!(
                "{} arrays of numbers, none of which is called {IMAGE}",
                arrays.len()
            ),
        )),
    }
}

/// Width and height of an array.
fn size(path: &Path, file: &MatFile, at: usize) -> Result<(u32, u32), ImageError> {
    let lengths = file.arrays()[at].size();
    let &[height, width] = lengths.as_slice() else {
        return Err(unsupported(
            path,
            format!("an array of {} dimensions", lengths.len()),
        ));
    };
    match (u32::try_from(width), u32::try_from(height)) {
        (Ok(width), Ok(height)) if width > 0 && height > 0 => {
            check_size(path, width, height)?;
            Ok((width, height))
        }
        _ => Err(unsupported(
            path,
            format!("an array of {height} x {width} numbers"),
        )),
    }
}

/// The numbers row by row; MATLAB keeps column after column.
fn by_rows<T: Copy>(
    path: &Path,
    columns: &[T],
    [width, height]: [usize; 2],
) -> Result<Vec<T>, ImageError> {
    if columns.len() != width * height {
        return Err(ImageError::Decode {
            path: path.to_owned(),
            reason: format!("{} numbers for {width} x {height} pixels", columns.len()),
        });
    }
    Ok((0..width * height)
        .map(|index| columns[index % width * height + index / width])
        .collect())
}

fn unsupported(path: &Path, what: String) -> ImageError {
    ImageError::Unsupported {
        path: path.to_owned(),
        what,
        advice: "save one two-dimensional array as .npy",
    }
}

#[cfg(test)]
mod tests;
