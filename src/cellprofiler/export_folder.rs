//! Which files of a folder make up an export.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::SourceError;
use super::csv_table::{read_csv, read_header};

/// One object set's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectFile {
    /// Object name: the file's stem without the export's prefix.
    pub object: String,
    /// The file.
    pub path: PathBuf,
}

/// A file that is not read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IgnoredFile {
    /// The file.
    pub path: PathBuf,
    /// Why it is left alone.
    pub reason: String,
}

/// The files of one ExportToSpreadsheet export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFolder {
    /// The folder that holds them.
    pub folder: PathBuf,
    /// The Image table, if there is one.
    pub image: Option<PathBuf>,
    /// The object tables, by name.
    pub objects: Vec<ObjectFile>,
    /// The Experiment table, if there is one.
    pub experiment: Option<PathBuf>,
    /// CSV files that are none of these.
    pub ignored: Vec<IgnoredFile>,
}

/// What a CSV file is, told from its header.
enum FileKind {
    Image,
    Object,
    Experiment,
    Relationships,
    Empty,
    Other,
}

impl ExportFolder {
    /// Finds the export at `source`: a folder, one of its CSV files, or a folder with the export one level below.
    ///
    /// # Errors
    /// [`SourceError`] when there is none, or more than one.
    pub fn discover(source: &Path) -> Result<Self, SourceError> {
        let folder = if source.is_file() {
            source
                .parent()
                .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
        } else {
            source.to_path_buf()
        };
        if let Some(export) = Self::in_folder(&folder)? {
            return Ok(export);
        }
        let mut below = Vec::new();
        for path in entries(&folder)? {
            if path.is_dir()
                && path
                    .extension()
                    .is_none_or(|extension| extension != "lance")
                && let Some(export) = Self::in_folder(&path)?
            {
                below.push(export);
            }
        }
        if below.len() > 1 {
            let mut choices: Vec<_> = below
                .iter()
                .map(|export| export.folder.display().to_string())
                .collect();
            if choices.len() > 6 {
                let more = choices.len() - 5;
                choices.truncate(5);
                choices.push(format!("and {more} more"));
            }
            return Err(SourceError::SeveralExports {
                path: folder,
                choices: choices.join(", "),
            });
        }
        below.pop().ok_or(SourceError::NoExport { path: folder })
    }

    fn in_folder(folder: &Path) -> Result<Option<Self>, SourceError> {
        let mut images = Vec::new();
        let mut objects = Vec::new();
        let mut experiment = None;
        let mut ignored = Vec::new();
        for path in entries(folder)? {
            let extension = path
                .extension()
                .and_then(|extension| extension.to_str())
                .unwrap_or_default()
                .to_ascii_lowercase();
            if !path.is_file() || !matches!(extension.as_str(), "csv" | "txt" | "tsv") {
                continue;
            }
            let mut ignore = |reason: &str| {
                ignored.push(IgnoredFile {
                    path: path.clone(),
                    reason: reason.to_owned(),
                });
            };
            match kind_of(&path)? {
                FileKind::Image => images.push(path),
                FileKind::Object => objects.push(path),
                FileKind::Experiment if experiment.is_none() => experiment = Some(path),
                FileKind::Experiment => ignore("a second Experiment table"),
                FileKind::Relationships => {
                    ignore("a table of object relationships; the parent columns are used");
                }
                FileKind::Empty => ignore("empty: it has no header row"),
                FileKind::Other if extension == "csv" => {
                    ignore("neither an Image nor an object table (no ImageNumber column)");
                }
                FileKind::Other => {}
            }
        }
        if objects.is_empty() {
            return Ok(None);
        }
        if images.len() > 1 {
            return Err(SourceError::SeveralExports {
                path: folder.to_path_buf(),
                choices: images
                    .iter()
                    .map(|path| stem(path))
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        }
        let image = images.pop();
        let prefix = prefix_of(image.as_deref(), &objects);
        let objects = objects
            .into_iter()
            .map(|path| {
                let name = stem(&path);
                ObjectFile {
                    object: name
                        .strip_prefix(prefix.as_str())
                        .unwrap_or(&name)
                        .to_owned(),
                    path,
                }
            })
            .collect();
        Ok(Some(Self {
            folder: folder.to_path_buf(),
            image,
            objects,
            experiment,
            ignored,
        }))
    }
}

/// The Experiment table as key and value; empty where it cannot be read, with the reason.
pub fn experiment_values(path: &Path) -> Result<BTreeMap<String, String>, SourceError> {
    let (table, _) = read_csv(path)?;
    Ok((0..table.num_rows)
        .filter_map(|row| Some((table.text("Key", row)?, table.text("Value", row)?)))
        .collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let read = std::fs::read_dir(folder).map_err(|error| SourceError::io(folder, &error))?;
    let mut paths = Vec::new();
    for entry in read {
        paths.push(
            entry
                .map_err(|error| SourceError::io(folder, &error))?
                .path(),
        );
    }
    // The order of a directory differs between systems; reports must not.
    paths.sort();
    Ok(paths)
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn kind_of(path: &Path) -> Result<FileKind, SourceError> {
    let header = read_header(path)?;
    let has = |name: &str| header.iter().any(|field| field == name);
    Ok(
        if header.is_empty() || header.iter().all(String::is_empty) {
            FileKind::Empty
        } else if header.len() == 2 && has("Key") && has("Value") {
            FileKind::Experiment
        } else if has("First Object Name") {
            FileKind::Relationships
        } else if has("ImageNumber") && (has("ObjectNumber") || has("Number_Object_Number")) {
            FileKind::Object
        } else if has("ImageNumber") {
            FileKind::Image
        } else {
            FileKind::Other
        },
    )
}

/// The prefix before every name, told from `MyExpt_Image.csv`, or from what all object files share.
fn prefix_of(image: Option<&Path>, objects: &[PathBuf]) -> String {
    if let Some(image) = image {
        let name = stem(image);
        return if name.to_ascii_lowercase().ends_with("image") {
            name[..name.len() - "image".len()].to_owned()
        } else {
            String::new()
        };
    }
    let names: Vec<_> = objects.iter().map(|path| stem(path)).collect();
    let Some(first) = names.first() else {
        return String::new();
    };
    let candidate = first.rfind('_').map_or("", |at| &first[..=at]);
    if names.len() > 1 && names.iter().all(|name| name.starts_with(candidate)) {
        candidate.to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (name, content) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, content).expect("a file");
        }
        dir
    }

    const OBJECT: &str = "ImageNumber,ObjectNumber\n1,1\n";
    const IMAGE: &str = "ImageNumber,FileName_DNA\n1,a.tif\n";

    #[test]
    fn exports_are_found_by_their_headers() {
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], bool);
        let cases: &[Case] = &[
            (
                &[("Image.csv", IMAGE), ("Cells.csv", OBJECT)],
                &["Cells"],
                true,
            ),
            (
                &[
                    ("MyExpt_Image.csv", IMAGE),
                    ("MyExpt_Cells.csv", OBJECT),
                    ("MyExpt_Nuclei.csv", OBJECT),
                ],
                &["Cells", "Nuclei"],
                true,
            ),
            (
                &[("X_Cells.csv", OBJECT), ("X_Nuclei.csv", OBJECT)],
                &["Cells", "Nuclei"],
                false,
            ),
            (
                &[("out/Image.csv", IMAGE), ("out/Cells.csv", OBJECT)],
                &["Cells"],
                true,
            ),
            (
                &[
                    ("Image.csv", IMAGE),
                    ("Cells.csv", OBJECT),
                    ("Experiment.csv", "Key,Value\n"),
                    ("notes.csv", "a,b\n"),
                ],
                &["Cells"],
                true,
            ),
        ];
        for (files, objects, image) in cases {
            let dir = folder(files);
            let export = ExportFolder::discover(dir.path()).expect("an export");
            let names: Vec<_> = export
                .objects
                .iter()
                .map(|file| file.object.as_str())
                .collect();
            assert_eq!(names, *objects, "{files:?}");
            assert_eq!(export.image.is_some(), *image, "{files:?}");
        }
    }

    #[test]
    fn nothing_or_too_much_is_an_error_with_the_choices() {
        let none = folder(&[("notes.csv", "a,b\n")]);
        assert!(matches!(
            ExportFolder::discover(none.path()),
            Err(SourceError::NoExport { .. })
        ));
        let two = folder(&[("a/Cells.csv", OBJECT), ("b/Cells.csv", OBJECT)]);
        let error = ExportFolder::discover(two.path())
            .expect_err("two exports")
            .to_string();
        assert!(
            error.contains("several exports") && error.contains("--append"),
            "{error}"
        );
    }
}
