//! The header of a CSV file: one row of names, or a row of objects above a row of features.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::csv_records::{Separators, decode};
use crate::SourceError;

/// Bytes of the beginning that tell the separators and the header; 7,000 columns take about 300 kB.
const BEGINNING: u64 = 8 << 20;

/// The column of object numbers.
const NUMBER: &str = "ObjectNumber";

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
    /// [`SourceError::Empty`] without any; [`SourceError::Unreadable`].
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        let mut beginning = Vec::new();
        File::open(path)
            .and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning))
            .map_err(|error| SourceError::unreadable(path, error))?;
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

/// The object sets under two header rows; keys and image columns belong to all of them, except for object numbers where
/// several sets have their own: then the first set's are also those of sets without any.
fn sets_of(objects: &[String], names: &[String]) -> Vec<CsvSet> {
    let object = |at: usize| objects.get(at).map_or("Image", String::as_str);
    let numbers: Vec<usize> = (0..names.len())
        .filter(|at| names[*at] == NUMBER && object(*at) != "Image")
        .collect();
    let own_numbers = numbers.iter().any(|at| object(*at) != object(numbers[0]));
    let shared: Vec<(usize, String)> = names
        .iter()
        .enumerate()
        .filter(|(at, name)| {
            object(*at) == "Image"
                || name.as_str() == "ImageNumber"
                || (name.as_str() == NUMBER && !own_numbers)
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
    for set in sets.iter_mut().filter(|_| own_numbers) {
        if set.fields.iter().all(|(_, name)| name != NUMBER) {
            set.fields.insert(0, (numbers[0], NUMBER.to_owned()));
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_numbers_are_shared_unless_every_set_has_its_own() {
        let words = |text: &str| -> Vec<String> { text.split(',').map(str::to_owned).collect() };
        let cases = [
            (
                "Image,Cells,Cells,Nuclei",
                "ImageNumber,ObjectNumber,Area,Area",
                [("Cells", vec![0, 1, 2]), ("Nuclei", vec![0, 1, 3])],
            ),
            (
                "Image,Cells,Cells,Nuclei,Nuclei",
                "ImageNumber,ObjectNumber,Area,ObjectNumber,Area",
                [("Cells", vec![0, 1, 2]), ("Nuclei", vec![0, 3, 4])],
            ),
        ];
        for (objects, names, expected) in cases {
            let sets = sets_of(&words(objects), &words(names));
            let found: Vec<(&str, Vec<usize>)> = sets
                .iter()
                .map(|set| {
                    let fields = set.fields.iter().map(|(at, _)| *at);
                    (set.object.as_str(), fields.collect())
                })
                .collect();
            assert_eq!(found, expected, "{names}");
        }
    }
}
