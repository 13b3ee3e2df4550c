//! Writing a CSV file: all of it or nothing.

use std::io::{BufWriter, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use futures::future::BoxFuture;
use rayon::prelude::*;
use tokio::task::JoinHandle;

use super::ExportError;
use super::table_file::{Naming, TableFormat, TableRequest};
use super::table_source::TableSource;
use super::target::Target;
use super::whole_file::{begin, finish};
use cytolance_dataset::{CellDataset, exact_text};
use cytolance_files::GrowingFile;

/// Values read at a time: about 16 MB.
const VALUES_PER_BATCH: usize = 1 << 21;
/// Rows that one thread turns into text at a time.
const ROWS_PER_PIECE: usize = 1024;

/// Writes rows in the order given: header, RFC 4180 quoting, UTF-8, `\n` line ends, shortest floats that read back as
/// the same bits. A null is empty, an empty text is `""`.
///
/// `progress` hears rows done and rows in all. Returns the number of rows.
///
/// # Errors
/// [`ExportError`]; the target is then as it was.
pub fn export_csv<'a>(
    dataset: &'a CellDataset,
    rows: &'a [u32],
    columns: &'a [String],
    target: &'a Target,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<usize, ExportError>> {
    Box::pin(async move {
        let request = TableRequest {
            rows,
            columns,
            format: TableFormat::Csv,
            naming: Naming::Pycytominer,
            provenance: None,
        };
        let source = TableSource::new(dataset.clone());
        write_text(&source, &request, target, progress, cancelled).await
    })
}

/// The same for commas and tabs, and with columns that are only in memory.
pub(super) async fn write_text(
    source: &TableSource,
    request: &TableRequest<'_>,
    target: &Target,
    progress: &(dyn Fn(usize, usize) + Sync),
    cancelled: &AtomicBool,
) -> Result<usize, ExportError> {
    let (rows, columns) = (request.rows, request.columns);
    let separator = if request.format == TableFormat::Tsv {
        b'\t'
    } else {
        b','
    };
    let failed = |error: &std::io::Error| target.failed(error);
    // Beside the target, because only then is the renaming one step.
    let file = begin(target)?;
    let mut line = Vec::new();
    for (at, name) in columns.iter().enumerate() {
        separate(&mut line, at, separator);
        push_text(&mut line, request.naming.name(name), separator);
    }
    line.push(b'\n');
    let mut writing = write(BufWriter::with_capacity(1 << 20, file), vec![line]);
    let batch_rows = (VALUES_PER_BATCH / columns.len().max(1)).clamp(64, 65_536);
    let mut done = 0;
    progress(0, rows.len());
    // The next rows are read while these are turned into text and written.
    let read = |chunk: &[u32]| {
        let (source, chunk, columns) = (source.clone(), chunk.to_vec(), columns.to_vec());
        tokio::spawn(async move { source.take(&chunk, &columns).await })
    };
    let mut chunks = rows.chunks(batch_rows);
    let mut next = chunks.next().map(read);
    while let Some(reading) = next {
        if cancelled.load(Ordering::Relaxed) {
            reading.abort();
            return Err(ExportError::Cancelled);
        }
        let batch = reading.await.map_err(|error| ExportError::Write {
            path: target.full_path(),
            reason: error.to_string(),
        })??;
        next = chunks.next().map(read);
        let texts = texts_of(&batch, columns, separator).map_err(|error| failed(&error))?;
        // Written while the next rows become text.
        let out = finished(writing).await.map_err(|error| failed(&error))?;
        writing = write(out, texts);
        done += batch.num_rows();
        progress(done, rows.len());
    }
    let out = finished(writing).await.map_err(|error| failed(&error))?;
    let file = out.into_inner().map_err(|error| failed(error.error()))?;
    if cancelled.load(Ordering::Relaxed) {
        return Err(ExportError::Cancelled);
    }
    finish(file, target)?;
    Ok(done)
}

type Writing = JoinHandle<std::io::Result<BufWriter<GrowingFile>>>;

/// Writes texts on a thread that may wait for the disk, and gives the file back.
fn write(mut out: BufWriter<GrowingFile>, texts: Vec<Vec<u8>>) -> Writing {
    tokio::task::spawn_blocking(move || {
        for text in texts {
            out.write_all(&text)?;
        }
        Ok(out)
    })
}

async fn finished(writing: Writing) -> std::io::Result<BufWriter<GrowingFile>> {
    writing.await.map_err(std::io::Error::other)?
}

/// A column ready to be written.
enum Cells {
    Floats(Float64Array),
    Integers(Int64Array),
    Naturals(UInt64Array),
    Texts(StringArray),
}

impl Cells {
    fn of(array: &ArrayRef) -> std::io::Result<Self> {
        let to = |kind: DataType| cast(array, &kind).map_err(std::io::Error::other);
        Ok(match array.data_type() {
            DataType::UInt64 => Self::Naturals(array.as_primitive::<UInt64Type>().clone()),
            kind if kind.is_integer() => {
                Self::Integers(to(DataType::Int64)?.as_primitive::<Int64Type>().clone())
            }
            // To the last digit: as floats they would be rounded.
            kind if kind.is_decimal() => {
                Self::Texts(to(DataType::Utf8)?.as_string::<i32>().clone())
            }
            kind if kind.is_numeric() => {
                Self::Floats(to(DataType::Float64)?.as_primitive::<Float64Type>().clone())
            }
            kind if kind.is_nested() || kind.is_temporal() => {
                let texts = (0..array.len()).map(|row| exact_text(array, row));
                Self::Texts(texts.collect())
            }
            _ => Self::Texts(to(DataType::Utf8)?.as_string::<i32>().clone()),
        })
    }

    fn push(&self, line: &mut Vec<u8>, row: usize, separator: u8) {
        match self {
            Self::Floats(array) if array.is_valid(row) => push_float(line, array.value(row)),
            Self::Integers(array) if array.is_valid(row) => {
                line.extend_from_slice(itoa::Buffer::new().format(array.value(row)).as_bytes());
            }
            Self::Naturals(array) if array.is_valid(row) => {
                line.extend_from_slice(itoa::Buffer::new().format(array.value(row)).as_bytes());
            }
            Self::Texts(array) if array.is_valid(row) => {
                push_text(line, array.value(row), separator);
            }
            _ => {}
        }
    }
}

/// The lines of a batch, in pieces, on all cores.
fn texts_of(
    batch: &RecordBatch,
    columns: &[String],
    separator: u8,
) -> std::io::Result<Vec<Vec<u8>>> {
    let mut cells = Vec::with_capacity(columns.len());
    for name in columns {
        let array = batch
            .column_by_name(name)
            .ok_or_else(|| std::io::Error::other(format!("column {name} was not read")))?;
        cells.push(Cells::of(array)?);
    }
    let starts: Vec<usize> = (0..batch.num_rows()).step_by(ROWS_PER_PIECE).collect();
    let text = |from: usize| {
        let rows = from..batch.num_rows().min(from + ROWS_PER_PIECE);
        let mut text = Vec::with_capacity(rows.len() * cells.len() * 18);
        for row in rows {
            let start = text.len();
            for (at, cells) in cells.iter().enumerate() {
                separate(&mut text, at, separator);
                cells.push(&mut text, row, separator);
            }
            if text.len() == start {
                // A null alone on its line: readers skip blank lines, and a row would be lost.
                text.extend_from_slice(b"\"\"");
            }
            text.push(b'\n');
        }
        text
    };
    Ok(starts.into_par_iter().map(text).collect())
}

fn separate(line: &mut Vec<u8>, at: usize, separator: u8) {
    if at > 0 {
        line.push(separator);
    }
}

/// As Python and R read it: `inf` and `nan` are words, a whole number keeps its `.0` and so its type.
fn push_float(line: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        line.extend_from_slice(b"nan");
    } else if value.is_infinite() {
        line.extend_from_slice(if value > 0.0 { b"inf" } else { b"-inf" });
    } else {
        line.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
    }
}

fn push_text(line: &mut Vec<u8>, text: &str, separator: u8) {
    let quoted = text.is_empty()
        || text
            .bytes()
            .any(|byte| byte == separator || matches!(byte, b'"' | b'\n' | b'\r'))
        || text.starts_with(' ')
        || text.ends_with(' ');
    if !quoted {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    line.push(b'"');
    line.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_read_back_as_the_same_bits() {
        let cases = [
            0.1,
            -0.0,
            1e300,
            5e-324,
            1.0,
            123_456_789.123_456_79,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        for value in cases {
            let mut line = Vec::new();
            push_float(&mut line, value);
            let text = String::from_utf8(line).expect("UTF-8");
            assert_eq!(
                text.parse::<f64>().expect("a number").to_bits(),
                value.to_bits(),
                "{text}"
            );
        }
    }

    #[test]
    fn texts_are_quoted_where_they_must() {
        let cases = [
            ("plain", "plain"),
            ("", "\"\""),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            (" edge", "\" edge\""),
        ];
        for (text, expected) in cases {
            let mut line = Vec::new();
            push_text(&mut line, text, b',');
            assert_eq!(String::from_utf8(line).expect("UTF-8"), expected);
        }
    }
}
