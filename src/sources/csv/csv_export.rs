//! ExportToSpreadsheet: which CSV files of a folder make up an export.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::FACE;
use super::csv_header::CsvHeader;
use super::csv_table::{open_csv, read_pairs};
use super::joined_csv::{is_joined, open_joined};
use crate::export::is_join_key;
use crate::format::ending;
use crate::{Export, IgnoredFile, Relations, SourceError, SourceRemark, Table};

/// The files of one export; several may share a folder under different prefixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CsvFiles {
    /// What stands before every name: `MyExpt_`.
    pub prefix: String,
    pub image: Option<PathBuf>,
    /// Object name (empty where the file holds several objects) and file.
    pub objects: Vec<(String, PathBuf)>,
    pub experiment: Option<PathBuf>,
    pub ignored: Vec<IgnoredFile>,
    /// A file of rows that were joined before: then there is no other.
    pub joined: Option<PathBuf>,
}

/// What a CSV file is, told from its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Image,
    Object,
    /// Several objects under two header rows.
    Objects,
    Experiment,
    Relationships,
    /// Rows that were joined before.
    Joined,
    Empty,
    Other,
}

/// Finds the exports among the files of one folder; a file that cannot be read is left alone, with the reason.
pub(super) fn csv_exports(files: &[PathBuf]) -> Vec<CsvFiles> {
    let mut kinds = Vec::new();
    let mut ignored = Vec::new();
    let mut joined = Vec::new();
    for path in files {
        let ending = ending(path);
        if !FACE.endings.contains(&ending.as_str()) {
            continue;
        }
        let reason = match kind_of(path) {
            Ok(FileKind::Relationships) => {
                "a table of object relationships; the parent columns are used".to_owned()
            }
            Ok(FileKind::Joined) => {
                joined.push(path.clone());
                continue;
            }
            Ok(FileKind::Empty) => "empty: it has no header row".to_owned(),
            Ok(FileKind::Other) if ending == "csv" => {
                "neither an Image nor an object table (no ImageNumber column)".to_owned()
            }
            Ok(FileKind::Other) => continue,
            Ok(kind) => {
                kinds.push((path.clone(), kind));
                continue;
            }
            Err(error) => error.to_string(),
        };
        ignored.push(IgnoredFile {
            path: path.clone(),
            reason,
        });
    }
    let of_kind = |kinds: &[(PathBuf, FileKind)], wanted: &[FileKind]| -> Vec<PathBuf> {
        kinds
            .iter()
            .filter(|(_, kind)| wanted.contains(kind))
            .map(|(path, _)| path.clone())
            .collect()
    };
    let objects = of_kind(&kinds, &[FileKind::Object, FileKind::Objects]);
    if objects.is_empty() {
        return joined
            .iter()
            .filter_map(|path| joined_export(path))
            .collect();
    }
    ignored.extend(joined.into_iter().map(|path| IgnoredFile {
        path,
        reason:
            "its rows were joined before, beside tables of objects: import it by itself".to_owned(),
    }));
    let images = of_kind(&kinds, &[FileKind::Image]);
    let mut exports: Vec<CsvFiles> = prefixes(&images, &objects)
        .into_iter()
        .map(|prefix| CsvFiles {
            prefix,
            ..CsvFiles::default()
        })
        .collect();
    for (path, kind) in kinds {
        let name = stem(&path);
        let home = exports
            .iter_mut()
            .filter(|export| name.starts_with(&export.prefix))
            .max_by_key(|export| export.prefix.len());
        let Some(export) = home else {
            ignored.push(IgnoredFile {
                path,
                reason: "its name has not the prefix of the export's other files".to_owned(),
            });
            continue;
        };
        let mut second = |what: &str| {
            export.ignored.push(IgnoredFile {
                path: path.clone(),
                reason: format!("a second {what} table"),
            });
        };
        match kind {
            FileKind::Image if export.image.is_some() => second("Image"),
            FileKind::Image => export.image = Some(path),
            FileKind::Experiment if export.experiment.is_some() => second("Experiment"),
            FileKind::Experiment => export.experiment = Some(path),
            FileKind::Objects => export.objects.push((String::new(), path)),
            _ => export
                .objects
                .push((name[export.prefix.len()..].to_owned(), path)),
        }
    }
    exports.retain_mut(|export| {
        if export.objects.is_empty() {
            let alone = [export.image.take(), export.experiment.take()];
            ignored.extend(alone.into_iter().flatten().map(|path| IgnoredFile {
                path,
                reason: "no object table has its prefix".to_owned(),
            }));
            ignored.append(&mut export.ignored);
            return false;
        }
        true
    });
    if let Some(first) = exports.first_mut() {
        first.ignored.extend(ignored);
    }
    exports
}

/// The export that a file of joined rows is, if it is one.
pub(super) fn joined_export(path: &Path) -> Option<CsvFiles> {
    let is_joined = matches!(kind_of(path), Ok(FileKind::Joined));
    is_joined.then(|| CsvFiles {
        prefix: format!("{}_", stem(path)),
        joined: Some(path.to_path_buf()),
        ..CsvFiles::default()
    })
}

impl CsvFiles {
    /// Reads the tables' types and keys.
    ///
    /// # Errors
    /// [`SourceError`] naming the file that cannot be read.
    pub fn read(&self, folder: &Path, name: String) -> Result<Export, SourceError> {
        if let Some(path) = &self.joined {
            return open_joined(path, name);
        }
        let mut remarks = Vec::new();
        let image = match &self.image {
            Some(path) => {
                let header = CsvHeader::read(path)?;
                open_csv(path, &header, |_| true)?
                    .pop()
                    .map(|(_, table)| table)
            }
            None => None,
        };
        // Side by side: where the rows of a file begin is found on one core.
        let opened: Vec<Result<Vec<(String, Table)>, SourceError>> = self
            .objects
            .par_iter()
            .map(|(_, path)| open_csv(path, &CsvHeader::read(path)?, is_join_key))
            .collect();
        let mut objects: Vec<(String, Table)> = Vec::new();
        for ((object, _), opened) in self.objects.iter().zip(opened) {
            for (own, table) in opened? {
                let object = if own.is_empty() { object.clone() } else { own };
                objects.push((object, table));
            }
        }
        let experiment = match &self.experiment {
            Some(path) => match read_pairs(path) {
                Ok(pairs) => pairs,
                Err(error) => {
                    remarks.push(SourceRemark::NoExperiment {
                        reason: error.to_string(),
                    });
                    BTreeMap::new()
                }
            },
            None => BTreeMap::new(),
        };
        Ok(Export {
            path: folder.to_path_buf(),
            name,
            image,
            objects,
            relations: Relations::Parents,
            stored: None,
            metadata: HashMap::new(),
            experiment,
            ignored: self.ignored.clone(),
            remarks,
        })
    }

    /// Bytes of all its files.
    pub fn bytes(&self) -> u64 {
        self.objects
            .iter()
            .map(|(_, path)| path)
            .chain(&self.image)
            .chain(&self.joined)
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|metadata| metadata.len())
            .sum()
    }
}

/// A CSV file as tables, all columns held: for files known to be small.
///
/// # Errors
/// [`SourceError`] when it cannot be read.
pub fn tables_of_csv(path: &Path) -> Result<Vec<(String, Table)>, SourceError> {
    let header = CsvHeader::read(path)?;
    open_csv(path, &header, |_| true)
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn kind_of(path: &Path) -> Result<FileKind, SourceError> {
    let header = match CsvHeader::read(path) {
        Ok(header) => header,
        Err(SourceError::Empty { .. }) => return Ok(FileKind::Empty),
        Err(error) => return Err(error),
    };
    let has = |name: &str| header.names.iter().any(|field| field == name);
    Ok(if header.names.len() == 2 && has("Key") && has("Value") {
        FileKind::Experiment
    } else if has("First Object Name") {
        FileKind::Relationships
    } else if header.sets.iter().any(|set| !set.object.is_empty()) {
        FileKind::Objects
    } else if has("ImageNumber") && (has("ObjectNumber") || has("Number_Object_Number")) {
        FileKind::Object
    } else if has("ImageNumber") {
        FileKind::Image
    } else if is_joined(&header) {
        FileKind::Joined
    } else {
        FileKind::Other
    })
}

/// The prefixes before the files' names: one for each Image table (`MyExpt_Image.csv`), or what all object files share.
fn prefixes(images: &[PathBuf], objects: &[PathBuf]) -> Vec<String> {
    if !images.is_empty() {
        let mut prefixes: Vec<String> = images
            .iter()
            .map(|image| {
                let name = stem(image);
                if name.to_ascii_lowercase().ends_with("image") {
                    name[..name.len() - "image".len()].to_owned()
                } else {
                    String::new()
                }
            })
            .collect();
        prefixes.sort();
        prefixes.dedup();
        return prefixes;
    }
    let names: Vec<_> = objects.iter().map(|path| stem(path)).collect();
    let Some(first) = names.first() else {
        return Vec::new();
    };
    let candidate = first.rfind('_').map_or("", |at| &first[..=at]);
    if names.len() > 1 && names.iter().all(|name| name.starts_with(candidate)) {
        vec![candidate.to_owned()]
    } else {
        vec![String::new()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<CsvFiles> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut paths: Vec<PathBuf> = files
            .iter()
            .map(|(name, content)| {
                let path = dir.path().join(name);
                std::fs::write(&path, content).expect("a file");
                path
            })
            .collect();
        paths.sort();
        csv_exports(&paths)
    }

    const OBJECT: &str = "ImageNumber,ObjectNumber\n1,1\n";
    const IMAGE: &str = "ImageNumber,FileName_DNA\n1,a.tif\n";

    #[test]
    fn exports_are_found_by_their_headers() {
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a [&'a str], bool)]);
        let cases: &[Case] = &[
            (
                &[("Image.csv", IMAGE), ("Cells.csv", OBJECT)],
                &[(&["Cells"], true)],
            ),
            (
                &[
                    ("MyExpt_Image.csv", IMAGE),
                    ("MyExpt_Cells.csv", OBJECT),
                    ("MyExpt_Nuclei.csv", OBJECT),
                ],
                &[(&["Cells", "Nuclei"], true)],
            ),
            (
                &[("X_Cells.csv", OBJECT), ("X_Nuclei.csv", OBJECT)],
                &[(&["Cells", "Nuclei"], false)],
            ),
            (
                &[("image.csv", IMAGE), ("Cells.csv", OBJECT)],
                &[(&["Cells"], true)],
            ),
            (
                &[
                    ("A_Image.csv", IMAGE),
                    ("A_Cells.csv", OBJECT),
                    ("B_Image.csv", IMAGE),
                    ("B_Cells.csv", OBJECT),
                    ("Experiment.csv", "Key,Value\n"),
                ],
                &[(&["Cells"], true), (&["Cells"], true)],
            ),
            (
                &[
                    ("Image.csv", IMAGE),
                    (
                        "All.csv",
                        "Image,Cells,Cells\nImageNumber,ObjectNumber,AreaShape_Area\n1,1,1\n",
                    ),
                    ("Experiment.csv", "Key,Value\n"),
                    ("Object relationships.csv", "Module,First Object Name\n"),
                    ("notes.csv", "a,b\n"),
                ],
                &[(&[""], true)],
            ),
            (&[("notes.csv", "a,b\n")], &[]),
        ];
        for (files, expected) in cases {
            let found = found(files);
            let shape: Vec<(Vec<&str>, bool)> = found
                .iter()
                .map(|export| {
                    (
                        export
                            .objects
                            .iter()
                            .map(|(name, _)| name.as_str())
                            .collect(),
                        export.image.is_some(),
                    )
                })
                .collect();
            let expected: Vec<(Vec<&str>, bool)> = expected
                .iter()
                .map(|(names, image)| (names.to_vec(), *image))
                .collect();
            assert_eq!(shape, expected, "{files:?}");
        }
    }

    #[test]
    fn what_is_left_alone_is_named() {
        let found = found(&[
            ("Image.csv", IMAGE),
            ("Cells.csv", OBJECT),
            ("notes.csv", "a,b\n"),
            ("empty.csv", ""),
            ("Object relationships.csv", "Module,First Object Name\n"),
        ]);
        assert_eq!(found[0].ignored.len(), 3, "{:?}", found[0].ignored);
    }
}
