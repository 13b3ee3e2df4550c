//! CSV files of ExportToSpreadsheet, read typed and at full precision.

use std::borrow::Cow;
use std::path::Path;

use csv::ByteRecord;
use rayon::prelude::*;
use serde::Serialize;

use super::text_column::{Coercion, MixedColumn, type_column};
use super::{SourceError, Table, TableColumn};

/// A row left out of a table, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectedRow {
    /// Line of the file, 1 being the header.
    pub line: u64,
    /// Why the row was left out.
    pub reason: String,
}

/// What was noted while reading one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReadNotes {
    /// Rows in the file, the rejected ones included.
    pub rows_in_file: usize,
    /// Rows left out.
    pub rejected: Vec<RejectedRow>,
    /// Values turned to null.
    pub coerced: Vec<Coercion>,
    /// Text columns that hold some numbers.
    pub mixed: Vec<MixedColumn>,
    /// Columns left out, with the reason.
    pub columns_left_out: Vec<String>,
    /// Other remarks, such as bytes that are not UTF-8.
    pub remarks: Vec<String>,
}

/// Reads a CSV (comma or tab) file with one header row.
///
/// # Errors
/// [`SourceError`] when the file cannot be opened, has no header, or is not CSV at all. Damaged
/// rows are left out and noted.
pub fn read_csv(path: &Path) -> Result<(Table, ReadNotes), SourceError> {
    let bytes = std::fs::read(path).map_err(|error| SourceError::io(path, &error))?;
    let mut content = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut notes = ReadNotes::default();
    if content.iter().all(u8::is_ascii_whitespace) {
        return Err(SourceError::Empty {
            path: path.to_path_buf(),
        });
    }
    while content
        .first()
        .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
    {
        content = &content[1..];
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter(content))
        .from_reader(content);
    let csv_error = |error: csv::Error| SourceError::Csv {
        path: path.to_path_buf(),
        reason: error.to_string(),
    };
    let header = reader.byte_headers().map_err(csv_error)?.clone();
    let mut records: Vec<ByteRecord> = Vec::new();
    let mut lines = Vec::new();
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(csv_error)? {
        notes.rows_in_file += 1;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() == header.len() {
            records.push(record.clone());
            lines.push(line);
        } else {
            notes.rejected.push(RejectedRow {
                line,
                reason: format!(
                    "{} fields where the header has {}: the row is cut or has a stray delimiter",
                    record.len(),
                    header.len()
                ),
            });
        }
    }
    if !content.ends_with(b"\n") {
        notes.remarks.push(
            "the file does not end with a line break: its last row may have been cut".to_owned(),
        );
    }
    if records.is_empty() {
        notes
            .remarks
            .push("the file has a header but no complete row".to_owned());
    }
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    let mut wanted = Vec::with_capacity(header.len());
    for (index, field) in header.iter().enumerate() {
        let name = decode(field).trim().to_owned();
        if names.contains(&name) {
            notes.columns_left_out.push(format!(
                "{name}: the header has this name twice; the first column is kept"
            ));
        } else if name.is_empty() {
            notes
                .columns_left_out
                .push(format!("column {}: no name", index + 1));
        } else if name == "ImageSet_ImageSet" {
            notes
                .columns_left_out
                .push(format!("{name}: a binary blob printed as text"));
        } else {
            wanted.push((index, name.clone()));
        }
        names.push(name);
    }
    let records = &records;
    let lines_of = &lines;
    let read: Vec<_> = wanted
        .into_par_iter()
        .map(|(index, name)| {
            // Borrowed wherever the bytes are UTF-8, which is everywhere but for damaged or old files.
            let texts: Vec<Cow<'_, str>> = records
                .iter()
                .map(|record| decode(record.get(index).unwrap_or_default()))
                .collect();
            let latin = texts.iter().position(|text| matches!(text, Cow::Owned(_)));
            let typed = type_column(
                &name,
                texts.len(),
                |row| texts[row].as_ref(),
                |row| lines_of[row],
            );
            (name, typed, latin.map(|row| lines_of[row]))
        })
        .collect();
    let mut columns = Vec::with_capacity(read.len());
    for (name, typed, latin) in read {
        notes.coerced.extend(typed.coerced);
        notes.mixed.extend(typed.mixed);
        if let Some(line) = latin {
            notes.remarks.push(format!(
                "{name}: bytes that are not UTF-8, first on line {line}; read as Latin-1"
            ));
        }
        columns.push(TableColumn {
            name,
            values: typed.values,
        });
    }
    Ok((
        Table {
            path: path.to_path_buf(),
            columns,
            num_rows: records.len(),
            lines,
        },
        notes,
    ))
}

/// Header names of a CSV file without reading the rest.
pub(super) fn read_header(path: &Path) -> Result<Vec<String>, SourceError> {
    use std::io::{BufRead, BufReader};
    let file = std::fs::File::open(path).map_err(|error| SourceError::io(path, &error))?;
    let mut line = Vec::new();
    let mut reader = BufReader::new(file);
    // A header of several megabytes is no header; 7,000 columns take about 300 kB.
    let mut limited = std::io::Read::take(&mut reader, 8 << 20);
    limited
        .read_until(b'\n', &mut line)
        .map_err(|error| SourceError::io(path, &error))?;
    let content = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(content))
        .from_reader(content);
    let mut record = ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(true) => Ok(record
            .iter()
            .map(|field| decode(field).trim().to_owned())
            .collect()),
        _ => Ok(Vec::new()),
    }
}

/// Tab where the header line has tabs and no comma.
fn delimiter(content: &[u8]) -> u8 {
    let header = content
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    if header.contains(&b'\t') && !header.contains(&b',') {
        b'\t'
    } else {
        b','
    }
}

/// UTF-8, or else Latin-1, in which every byte is a character.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Result<(Table, ReadNotes), SourceError> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("Cells.csv");
        std::fs::write(&path, content).expect("a file");
        read_csv(&path)
    }

    #[test]
    fn damage_is_noted_never_dropped_in_silence() {
        let cases: &[(&[u8], usize, usize, usize)] = &[
            (b"ImageNumber,ObjectNumber\n1,1\n1,2\n", 2, 0, 0),
            (b"\xef\xbb\xbfImageNumber,ObjectNumber\r\n1,1\r\n", 1, 0, 0),
            (b"ImageNumber\tObjectNumber\n1\t1\n", 1, 0, 0),
            (b"ImageNumber,ObjectNumber\n1,1\n1", 1, 1, 1),
            (b"ImageNumber,ObjectNumber\n1,1,1\n1,2\n", 1, 1, 0),
            (b"ImageNumber,Metadata_A\n1,caf\xe9\n", 1, 0, 1),
            (b"ImageNumber,ObjectNumber\n", 0, 0, 1),
        ];
        for (content, rows, rejected, remarks) in cases {
            let (table, notes) = read(content).expect("readable");
            let shown = String::from_utf8_lossy(content);
            assert_eq!(table.num_rows, *rows, "{shown}");
            assert_eq!(notes.rejected.len(), *rejected, "{shown}");
            assert_eq!(
                notes.remarks.len(),
                *remarks,
                "{shown}: {:?}",
                notes.remarks
            );
            assert_eq!(notes.rows_in_file, rows + rejected, "{shown}");
            assert_eq!(table.names().next(), Some("ImageNumber"), "{shown}");
        }
    }

    #[test]
    fn an_empty_file_is_an_error_that_names_it() {
        for content in [&b""[..], b"\n\n", b"   "] {
            let error = read(content).expect_err("no header");
            assert!(error.to_string().contains("Cells.csv is empty"), "{error}");
        }
    }

    #[test]
    fn full_precision_survives() {
        let (table, _) =
            read(b"A\n0.1\n5.080000000000002\n1e-320\n123456789.123456789\n").expect("readable");
        let values = table.floats("A").expect("numbers");
        assert_eq!(
            values,
            [0.1, 5.080_000_000_000_002, 1e-320, 123_456_789.123_456_79]
        );
    }
}
