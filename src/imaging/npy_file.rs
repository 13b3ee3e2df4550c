//! `NumPy` files of one two-dimensional array, as CellProfiler saves illumination functions and labels.

use std::io::{BufRead, Read, Seek};
use std::path::Path;

use super::grey_source::GreySource;
use super::number_type::{float, whole};
use super::samples::{Decoded, MAX_BYTES, Purpose, Samples, check_size, io_error};
use super::{ImageError, PlaneInfo};

/// The first bytes of the format.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// A header is a few dozen bytes; some programs pad it.
const MAX_HEADER: u32 = 1 << 16;

/// What the header says.
struct Header {
    /// `b` for truth values, `u` and `i` for whole numbers without and with a sign, `f` for floating point.
    kind: char,
    /// Of one number.
    bytes: usize,
    big_endian: bool,
    /// Columns after columns instead of rows after rows.
    fortran: bool,
    height: u32,
    width: u32,
}

/// Size and number type, from the header alone.
pub(super) fn probe<R: BufRead + Seek>(
    path: &Path,
    mut reader: R,
) -> Result<PlaneInfo, ImageError> {
    let header = read_header(path, &mut reader)?;
    Ok(PlaneInfo {
        width: header.width,
        height: header.height,
        bits: (header.bytes * 8) as u8,
        channels: 1,
        float: header.kind == 'f',
        signed: matches!(header.kind, 'f' | 'i'),
        range: None,
        pages: 1,
    })
}

/// Reads the array.
pub(super) fn read<R: BufRead + Seek>(
    path: &Path,
    mut reader: R,
    purpose: Purpose,
) -> Result<Decoded, ImageError> {
    let header = read_header(path, &mut reader)?;
    let pixels = header.width as usize * header.height as usize;
    let wanted = pixels * header.bytes;
    if wanted > MAX_BYTES {
        return Err(ImageError::TooLarge {
            path: path.to_owned(),
            width: header.width,
            height: header.height,
        });
    }
    // The header is believed only as far as there are bytes.
    let mut data = Vec::new();
    reader
        .take(wanted as u64)
        .read_to_end(&mut data)
        .map_err(|error| io_error(path, error))?;
    if data.len() < wanted {
        return Err(ImageError::Truncated {
            path: path.to_owned(),
            reason: format!("it has {} of {wanted} bytes of numbers", data.len()),
        });
    }
    let order = Order {
        columns: header.width as usize,
        rows: header.height as usize,
        fortran: header.fortran,
        big_endian: header.big_endian,
    };
    let (full, samples) = match (header.kind, header.bytes) {
        ('b' | 'u', 1) => {
            let full = if header.kind == 'b' { 1 } else { 255 };
            (full, Samples::U8(order.numbers(&data, u8::from_le_bytes)))
        }
        ('u', 2) => (
            65_535,
            Samples::U16(order.numbers(&data, u16::from_le_bytes)),
        ),
        ('u', 4) => (
            u32::MAX,
            Samples::U32(order.numbers(&data, u32::from_le_bytes)),
        ),
        ('u', 8) => {
            let numbers = order.numbers(&data, u64::from_le_bytes);
            (
                u32::MAX,
                whole(path, purpose, numbers, |value| value as f64)?,
            )
        }
        ('i', 1) => {
            let numbers = order.numbers(&data, i8::from_le_bytes);
            (127, whole(path, purpose, numbers, f64::from)?)
        }
        ('i', 2) => {
            let numbers = order.numbers(&data, i16::from_le_bytes);
            (32_767, whole(path, purpose, numbers, f64::from)?)
        }
        ('i', 4) => {
            let numbers = order.numbers(&data, i32::from_le_bytes);
            (u32::MAX >> 1, whole(path, purpose, numbers, f64::from)?)
        }
        ('i', 8) => {
            let numbers = order.numbers(&data, i64::from_le_bytes);
            (
                u32::MAX,
                whole(path, purpose, numbers, |value| value as f64)?,
            )
        }
        ('f', 4) => {
            let numbers = order.numbers(&data, |bytes| f64::from(f32::from_le_bytes(bytes)));
            (1, float(path, purpose, numbers)?)
        }
        _ => (
            1,
            float(path, purpose, order.numbers(&data, f64::from_le_bytes))?,
        ),
    };
    Ok(Decoded {
        width: header.width,
        height: header.height,
        full,
        samples,
        source: GreySource::Stored,
    })
}

/// How the numbers lie in the file.
struct Order {
    columns: usize,
    rows: usize,
    fortran: bool,
    big_endian: bool,
}

impl Order {
    /// The numbers row by row; `make` takes the bytes of one, the lowest first.
    fn numbers<T, const N: usize>(&self, data: &[u8], make: impl Fn([u8; N]) -> T) -> Vec<T> {
        let number = |place: usize| {
            let mut bytes = [0; N];
            if let Some(source) = data.get(place * N..(place + 1) * N) {
                bytes.copy_from_slice(source);
            }
            if self.big_endian {
                bytes.reverse();
            }
            make(bytes)
        };
        let (rows, columns) = (self.rows, self.columns);
        if self.fortran {
            (0..rows * columns)
                .map(|index| number(index % columns * rows + index / columns))
                .collect()
        } else {
            (0..rows * columns).map(number).collect()
        }
    }
}

fn read_header<R: Read>(path: &Path, reader: &mut R) -> Result<Header, ImageError> {
    let mut read = |length: usize| {
        let mut bytes = vec![0; length];
        reader
            .read_exact(&mut bytes)
            .map(|()| bytes)
            .map_err(|error| io_error(path, error))
    };
    let damaged = |reason: String| ImageError::Decode {
        path: path.to_owned(),
        reason,
    };
    let start = read(8)?;
    let length = match start[6] {
        1 => {
            let bytes = read(2)?;
            u32::from(u16::from_le_bytes([bytes[0], bytes[1]]))
        }
        2 | 3 => {
            let bytes = read(4)?;
            u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
        }
        other => return Err(damaged(format!("NumPy format {other}"))),
    };
    if length > MAX_HEADER {
        return Err(damaged(format!("a header of {length} bytes")));
    }
    let bytes = read(length as usize)?;
    let text = String::from_utf8_lossy(&bytes);
    parse(&text)
        .map_err(|reason| match reason {
            Reason::Damaged => damaged("its header is not one of a NumPy array".to_owned()),
            Reason::Other(what) => ImageError::Unsupported {
                path: path.to_owned(),
                what,
                advice: "save one two-dimensional array of numbers",
            },
        })
        .and_then(|header| {
            check_size(path, header.width, header.height)?;
            Ok(header)
        })
}

/// Why a header does not serve.
enum Reason {
    Damaged,
    Other(String),
}

/// Reads the Python dictionary of a header: `{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }`.
fn parse(text: &str) -> Result<Header, Reason> {
    let after = |key: &str| {
        let (_, rest) = text
            .split_once(&format!("'{key}'"))
            .ok_or(Reason::Damaged)?;
        rest.trim_start()
            .strip_prefix(':')
            .map(str::trim_start)
            .ok_or(Reason::Damaged)
    };
    let fortran = after("fortran_order")?.starts_with("True");
    let descr = after("descr")?;
    let Some(descr) = descr
        .strip_prefix('\'')
        .and_then(|rest| rest.split('\'').next())
    else {
        return Err(Reason::Other("an array of records".to_owned()));
    };
    let mut letters = descr.chars();
    let (order, kind) = (letters.next(), letters.next());
    let bytes: Option<usize> = letters.as_str().parse().ok();
    let (Some(order), Some(kind), Some(bytes)) = (order, kind, bytes) else {
        return Err(Reason::Damaged);
    };
    let known = matches!(
        (kind, bytes),
        ('b', 1) | ('u' | 'i', 1 | 2 | 4 | 8) | ('f', 4 | 8)
    );
    if !known || !matches!(order, '<' | '>' | '|' | '=') {
        return Err(Reason::Other(format!("an array of type {descr}")));
    }
    let shape = after("shape")?
        .strip_prefix('(')
        .and_then(|rest| rest.split(')').next())
        .ok_or(Reason::Damaged)?;
    let lengths: Option<Vec<u32>> = shape
        .split(',')
        .map(str::trim)
        .filter(|length| !length.is_empty())
        .map(|length| length.parse().ok())
        .collect();
    let lengths = lengths.ok_or(Reason::Damaged)?;
    let &[height, width] = &lengths[..] else {
        return Err(Reason::Other(format!(
            "an array of {} dimensions",
            lengths.len()
        )));
    };
    if height == 0 || width == 0 {
        return Err(Reason::Other("an array without a number".to_owned()));
    }
    Ok(Header {
        kind,
        bytes,
        big_endian: order == '>',
        fortran,
        height,
        width,
    })
}

#[cfg(test)]
mod tests;
