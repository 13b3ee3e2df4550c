//! How the names of exported files end, and what is then in them.

use std::path::Path;

use super::ExportError;

/// What is written, by which its name is judged: a file must not claim to be another kind than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileKind {
    /// What is said before the endings: "figures are saved as".
    pub says: &'static str,
    /// The endings that it may have, without their dots.
    pub endings: &'static [&'static str],
    /// Whether it is a folder of files.
    pub folder: FolderUse,
}

/// Whether something is written as a folder of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderUse {
    /// It is one file.
    Never,
    /// It is a folder.
    Always,
    /// It is one file where its name ends so, else a folder with so many files.
    Otherwise(&'static str),
}

/// Endings that no folder is given, because everybody takes what has them for a file.
const OF_FILES: [&str; 24] = [
    "csv", "tsv", "txt", "parquet", "pq", "lance", "svg", "png", "jpg", "jpeg", "tif", "tiff",
    "html", "htm", "json", "geojson", "yml", "yaml", "toml", "pdf", "zip", "xls", "xlsx", "ods",
];

impl FileKind {
    /// A picture of the window.
    pub const PICTURE: Self = Self::file("a picture of the window is saved as", &["png"]);
    /// A chart: a figure, or the numbers behind it.
    pub const CHART: Self = Self::file("charts are saved as", &["svg", "png", "csv"]);
    /// Outlier rules.
    pub const RULES: Self = Self::file("outlier rules are saved as", &["yml", "yaml"]);
    /// An account of an import, for programs.
    pub const IMPORT_REPORT: Self = Self::file("the account of an import is written as", &["json"]);

    /// One file.
    pub const fn file(says: &'static str, endings: &'static [&'static str]) -> Self {
        Self {
            says,
            endings,
            folder: FolderUse::Never,
        }
    }

    /// A folder of files.
    pub const fn folder(says: &'static str) -> Self {
        Self {
            says,
            endings: &[],
            folder: FolderUse::Always,
        }
    }

    /// Whether it is a folder of files under this name.
    pub fn is_folder(self, path: &Path) -> bool {
        match self.folder {
            FolderUse::Never => false,
            FolderUse::Always => true,
            FolderUse::Otherwise(_) => !self.has_ending(path),
        }
    }

    /// Whether a name ends as those of this kind do.
    pub fn has_ending(self, path: &Path) -> bool {
        let ending = ending_of(path);
        self.endings.contains(&ending.as_str())
    }

    /// Refuses a name that says something else than what is written.
    ///
    /// # Errors
    /// [`ExportError::Ending`] with the endings that there are.
    pub fn check(self, path: &Path) -> Result<(), ExportError> {
        let ending = ending_of(path);
        if path.to_string_lossy().contains("://") && !(ending == "lance" && self.has_ending(path)) {
            return Err(ExportError::Ending {
                path: path.to_path_buf(),
                what:
                    "only datasets (.lance) are written to a store: choose a file on this machine"
                        .to_owned(),
            });
        }
        let is_file = OF_FILES.contains(&ending.as_str());
        let fits = match self.folder {
            FolderUse::Never => self.has_ending(path),
            FolderUse::Always => !is_file,
            FolderUse::Otherwise(_) => self.has_ending(path) || !is_file,
        };
        if fits && path.file_name().is_some() {
            return Ok(());
        }
        let (says, known) = (self.says, listed(self.endings));
        let what = match self.folder {
            FolderUse::Never => format!("{says} {known}"),
            FolderUse::Always => format!("{says}: give it a name without .{ending}"),
            FolderUse::Otherwise(files) => format!(
                "{says} {known}, or as a folder with {files}, whose name has no such ending"
            ),
        };
        Err(ExportError::Ending {
            path: path.to_path_buf(),
            what,
        })
    }
}

/// The ending of a name, in small letters.
fn ending_of(path: &Path) -> String {
    path.extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// Endings in words: `.csv, .tsv or .parquet`.
pub fn listed(endings: &[&str]) -> String {
    let dotted: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
    match dotted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_something_else_are_refused() {
        let table = FileKind::file("tables are written as", &["csv", "lance"]);
        let folder = FileKind::folder("this writes a folder of files");
        let either = FileKind {
            folder: FolderUse::Otherwise("a file a field"),
            ..FileKind::file("outlines are written as", &["geojson", "json"])
        };
        let cases = [
            (table, "x.csv", None),
            (table, "x.Lance", None),
            (
                table,
                "x.xlsx",
                Some("tables are written as .csv or .lance"),
            ),
            (table, "cells", Some(".csv")),
            (table, "s3://bucket/x.lance", None),
            (table, "s3://bucket/x.csv", Some("on this machine")),
            (either, "s3://bucket/x.lance", Some("on this machine")),
            (FileKind::PICTURE, "x.svg", Some(".png")),
            (FileKind::CHART, "x.csv", None),
            (FileKind::CHART, "x.pdf", Some(".svg, .png or .csv")),
            (either, "x.geojson", None),
            (either, "2024.05.01-outlines", None),
            (either, "x.tif", Some(".geojson or .json, or as a folder")),
            (folder, "plate-1.2", None),
            (folder, "crops.tif", Some("without .tif")),
            (FileKind::RULES, "x.yml", None),
            (FileKind::RULES, "x.json", Some(".yml or .yaml")),
            (FileKind::IMPORT_REPORT, "x.txt", Some(".json")),
        ];
        for (kind, name, words) in cases {
            let checked = kind.check(Path::new(name));
            match (checked, words) {
                (Ok(()), None) => {}
                (Err(error), Some(words)) => {
                    let text = error.to_string();
                    assert!(text.contains(words) && text.contains(name), "{text}");
                }
                (checked, _) => panic!("{kind:?} {name}: {checked:?}"),
            }
        }
        assert!(either.is_folder(Path::new("fields")));
        assert!(!either.is_folder(Path::new("fields.json")));
        assert!(folder.is_folder(Path::new("x")) && !table.is_folder(Path::new("x")));
    }
}
