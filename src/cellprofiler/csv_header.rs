//! The header of a CSV file: one row of names, or a row of objects above a row of features.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::SourceError;
use super::csv_records::{Separators, decode};

/// Bytes of the beginning that tell the separators and the header; 7,000 columns take about 300 kB.
const BEGINNING: u64 = 8 << 20;

/// One object set's columns in a file: all of them, or those under its name in the first of two header rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CsvSet {
    /// Object name; empty where the file has one header row.
    pub object: String,
    /// Numbers and names of its fields.
    pub fields: Vec<(usize, String)>,
}

/// The header of a file.
#[derive(Debug, Clone)]
pub(super) struct CsvHeader {
    pub separators: Separators,
    /// Bytes before the first row.
    pub bytes: usize,
    /// Lines before the first row.
    pub lines: u64,
    /// Fields of a row.
    pub width: usize,
    /// The names of the last header row.
    pub names: Vec<String>,
    /// One set, or one an object where there are two header rows.
    pub sets: Vec<CsvSet>,
}

impl CsvHeader {
    /// Reads the header rows.
    ///
    /// # Errors
    /// [`SourceError::Empty`] without any; [`SourceError::Io`].
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        let mut beginning = Vec::new();
        File::open(path)
            .and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning))
            .map_err(|error| SourceError::io(path, &error))?;
        let mut at = if beginning.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        if beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff") {
            return Err(SourceError::Csv {
                path: path.to_path_buf(),
                reason: "it is UTF-16; save it as UTF-8".to_owned(),
            });
        }
        let separators = Separators::detect(&beginning[at..]);
        let mut lines = 0;
        let mut rows: Vec<Vec<String>> = Vec::new();
        while rows.len() < 2 {
            let rest = &beginning[at..];
            let len = separators.record_len(rest).unwrap_or(rest.len());
            let record = &rest[..len];
            let blank = record.iter().all(u8::is_ascii_whitespace);
            if blank && len == rest.len() {
                break;
            }
            let mut names = Vec::new();
            separators.fields(record, |_, field| {
                names.push(decode(&field).trim().to_owned());
            });
            // Two header rows: object names above feature names.
            let is_header = rows.is_empty()
                || (names.iter().any(|name| name == "ImageNumber")
                    && !rows[0].iter().any(|name| name == "ImageNumber"));
            if !is_header && !blank {
                break;
            }
            at = (at + len + 1).min(beginning.len());
            lines += separators.count_lines(record) + 1;
            if !blank {
                rows.push(names);
            }
        }
        let Some(names) = rows
            .pop()
            .filter(|names| names.iter().any(|name| !name.is_empty()))
        else {
            return Err(SourceError::Empty {
                path: path.to_path_buf(),
            });
        };
        let sets = match rows.pop() {
            None => vec![CsvSet {
                object: String::new(),
                fields: names.iter().cloned().enumerate().collect(),
            }],
            Some(objects) => sets_of(&objects, &names),
        };
        Ok(Self {
            separators,
            bytes: at,
            lines,
            width: names.len(),
            names,
            sets,
        })
    }
}

/// The object sets under two header rows; keys and image columns belong to all of them.
fn sets_of(objects: &[String], names: &[String]) -> Vec<CsvSet> {
    let object = |at: usize| objects.get(at).map_or("Image", String::as_str);
    let shared: Vec<(usize, String)> = names
        .iter()
        .enumerate()
        .filter(|(at, name)| {
            object(*at) == "Image" || matches!(name.as_str(), "ImageNumber" | "ObjectNumber")
        })
        .map(|(at, name)| (at, name.clone()))
        .collect();
    let mut sets: Vec<CsvSet> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if shared.iter().any(|(place, _)| *place == at) {
            continue;
        }
        match sets.iter_mut().find(|set| set.object == object(at)) {
            Some(set) => set.fields.push((at, name.clone())),
            None => sets.push(CsvSet {
                object: object(at).to_owned(),
                fields: shared.iter().cloned().chain([(at, name.clone())]).collect(),
            }),
        }
    }
    sets
}
