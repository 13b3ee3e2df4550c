//! The header of a CSV file: one row of names, or a row of objects above a row of features.
//!
//! Keys get the names that CellProfiler gives them, however they are spelled.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::csv_records::{Separators, decode};
use crate::SourceError;
use crate::features::{prefixed_objects, split_object};
use crate::spelling::{key_of, respelled};

/// Bytes of the beginning that tell the separators and the header; 7,000 columns take about 300 kB.
const BEGINNING: u64 = 8 << 20;

/// Rows that are looked at to see whether they have a field more than the header.
const ROWS_LOOKED_AT: usize = 3;
/// What databases put before the names of columns of an Image table.
const IMAGE: &str = "Image_";
/// The column of object numbers.
const NUMBER: &str = "ObjectNumber";

/// One object set's columns in a file: all of them, those under its name in the first of two header rows, or those that
/// begin with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CsvSet {
    /// Object name; empty where only the file's name says it.
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
    /// One set, or one an object where the header names several.
    pub sets: Vec<CsvSet>,
    /// Keys that are spelled otherwise, with the spelling.
    pub respelled: Vec<(String, &'static str)>,
    /// The field that every row has and the header has not; it has no name.
    pub further: Option<Further>,
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
            let has_image = |names: &[String]| {
                let mut keys = names.iter().filter_map(|name| key_of(name));
                keys.any(|key| key == "ImageNumber")
            };
            let is_header = rows.is_empty() || (has_image(&names) && !has_image(&rows[0]));
            if !is_header && !blank {
                break;
            }
            at = (at + len + 1).min(beginning.len());
            lines += separators.count_lines(record) + 1;
            if !blank {
                rows.push(names);
            }
        }
        let Some(mut names) = rows
            .pop()
            .filter(|names| names.iter().any(|name| !name.is_empty()))
        else {
            return Err(SourceError::Empty {
                path: path.to_path_buf(),
            });
        };
        let mut objects = rows.pop();
        let further = further_field(separators, &beginning[at..], &names);
        match further {
            Some(Further::First) => {
                names.insert(0, String::new());
                if let Some(objects) = &mut objects {
                    objects.insert(0, "Image".to_owned());
                }
            }
            Some(Further::Last) => names.push(String::new()),
            None => {}
        }
        let mut spellings = Vec::new();
        let found = respelled(&names.iter().map(String::as_str).collect::<Vec<&str>>());
        for (at, key) in found {
            let spelling = std::mem::replace(&mut names[at], key.to_owned());
            spellings.push((spelling, key));
        }
        let sets = match objects {
            None => sets_of_one_row(&names),
            Some(objects) => sets_of(&objects, &names),
        };
        Ok(Self {
            separators,
            bytes: at,
            lines,
            width: names.len(),
            names,
            sets,
            respelled: spellings,
            further,
        })
    }

    /// Whether a set has a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
            || self
                .sets
                .iter()
                .any(|set| set.fields.iter().any(|(_, own)| own == name))
    }

    /// The sets that its rows name as parents.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        let fields = self.sets.iter().flat_map(|set| &set.fields);
        fields.filter_map(|(_, name)| name.strip_prefix("Parent_"))
    }
}

/// A field that rows have and the header has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Further {
    /// The names of rows, which R writes without a heading.
    First,
    /// What comes after a delimiter at the end of every row.
    Last,
}

/// Whether the first rows all have a field more than the header, and which it is. A single row tells nothing: it may
/// have a stray delimiter. Names of rows differ, and behind them keys are numbers.
fn further_field(separators: Separators, mut rest: &[u8], names: &[String]) -> Option<Further> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    while rows.len() < ROWS_LOOKED_AT && !rest.is_empty() {
        let len = separators.record_len(rest).unwrap_or(rest.len());
        let record = &rest[..len];
        rest = &rest[(len + 1).min(rest.len())..];
        if record.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mut row = Vec::new();
        separators.fields(record, |_, field| {
            row.push(decode(&field).trim().to_owned());
        });
        if row.len() != names.len() + 1 {
            return None;
        }
        rows.push(row);
    }
    if rows.len() < 2 {
        return None;
    }
    if rows
        .iter()
        .all(|row| row.last().is_some_and(String::is_empty))
    {
        return Some(Further::Last);
    }
    let differ = (1..rows.len()).all(|at| rows[..at].iter().all(|row| row[0] != rows[at][0]));
    let mut keys = names
        .iter()
        .enumerate()
        .filter(|(_, name)| key_of(name).is_some_and(|key| key != "TableNumber"))
        .map(|(at, _)| at)
        .peekable();
    let is_number = |at: usize| {
        let mut values = rows.iter().map(|row| row[at + 1].parse::<f64>());
        values.all(|number| number.is_ok_and(|number| number.fract() == 0.0))
    };
    (differ && keys.peek().is_some() && keys.all(is_number)).then_some(Further::First)
}

/// The object sets under one header row: one, unless names of columns begin with those of objects.
fn sets_of_one_row(names: &[String]) -> Vec<CsvSet> {
    let objects = prefixed_objects(names);
    if objects.is_empty() {
        return vec![CsvSet {
            object: String::new(),
            fields: plain_names(names).into_iter().enumerate().collect(),
        }];
    }
    objects
        .iter()
        .map(|object| {
            let feature = |name: &String| match split_object(name, &objects) {
                Some((owner, feature)) if owner == object => {
                    Some(key_of(feature).unwrap_or(feature).to_owned())
                }
                Some(_) => None,
                None => Some(name.clone()),
            };
            let fields = names.iter().enumerate();
            CsvSet {
                object: object.clone(),
                fields: fields
                    .filter_map(|(at, name)| Some((at, feature(name)?)))
                    .collect(),
            }
        })
        .collect()
}

/// The names of the columns of a table of one kind of rows: an Image table's without the `Image_` that databases put
/// before them.
fn plain_names(names: &[String]) -> Vec<String> {
    let mut plain = names.to_vec();
    let has = |plain: &[String], key: &str| plain.iter().any(|name| name == key);
    if has(&plain, NUMBER) || has(&plain, "Number_Object_Number") {
        return plain;
    }
    for name in &mut plain {
        let (start, rest) = name.split_at_checked(IMAGE.len()).unwrap_or_default();
        if start.eq_ignore_ascii_case(IMAGE)
            && !rest.is_empty()
            && !names.iter().any(|other| other == rest)
        {
            *name = key_of(rest).unwrap_or(rest).to_owned();
        }
    }
    plain
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
    fn headers_are_read_as_they_are_meant() {
        type Case = (
            &'static str,
            &'static [(&'static str, &'static [&'static str])],
        );
        let cases: [Case; 8] = [
            // The names of rows that R writes; a delimiter at the end of rows.
            (
                "\"imagenumber\" \"Object Number\"\n\"1\" 1 1\n\"2\" 1 2\n",
                &[("", &["", "ImageNumber", "ObjectNumber"])],
            ),
            (
                "ImageNumber;ObjectNumber;A, b\n1;1;2;\n1;2;3;\n",
                &[("", &["ImageNumber", "ObjectNumber", "A, b", ""])],
            ),
            // A stray delimiter is no name of a row: not in one row, and not where the keys would be no numbers.
            (
                "ImageNumber,ObjectNumber\n1,1,1\n1,2\n",
                &[("", &["ImageNumber", "ObjectNumber"])],
            ),
            (
                "ImageNumber,PathName_DNA\n1,a, b\n2,a, c\n",
                &[("", &["ImageNumber", "PathName_DNA"])],
            ),
            (
                "ImageNumber,Image_FileName_DNA,image_x\n",
                &[("", &["ImageNumber", "FileName_DNA", "x"])],
            ),
            (
                "ImageNumber|Nuclei_Number_Object_Number|Nuclei_AreaShape_Area\n",
                &[(
                    "Nuclei",
                    &["ImageNumber", "Number_Object_Number", "AreaShape_Area"],
                )],
            ),
            (
                "ImageNumber,Cells_ObjectNumber,Cells_Texture_x,Nuclei_ObjectNumber,Nuclei_Texture_x\n",
                &[
                    ("Cells", &["ImageNumber", "ObjectNumber", "Texture_x"]),
                    ("Nuclei", &["ImageNumber", "ObjectNumber", "Texture_x"]),
                ],
            ),
            (
                "Image,Cells,Cells\nimage number,objectnumber,Texture_x\n",
                &[("Cells", &["ImageNumber", "ObjectNumber", "Texture_x"])],
            ),
        ];
        for (content, expected) in cases {
            let dir = tempfile::tempdir().expect("a temporary folder");
            let path = dir.path().join("x.csv");
            std::fs::write(&path, content).expect("a file");
            let header = CsvHeader::read(&path).expect("a header");
            let sets: Vec<(&str, Vec<&str>)> = header
                .sets
                .iter()
                .map(|set| {
                    let names = set.fields.iter().map(|(_, name)| name.as_str());
                    (set.object.as_str(), names.collect())
                })
                .collect();
            let expected: Vec<(&str, Vec<&str>)> = expected
                .iter()
                .map(|(object, names)| (*object, names.to_vec()))
                .collect();
            assert_eq!(sets, expected, "{content}");
        }
    }

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
