//! How the names of exported files end, and what is then in them.

use std::path::Path;

use super::ExportError;
use super::table_file::TableFormat;

/// What is written, by which its name is judged: a file must not claim to be another kind than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A table of whichever format its name says.
    AnyTable,
    /// A table of this format.
    Table(TableFormat),
    /// A figure.
    Figure,
    /// A picture of the window.
    Picture,
    /// A chart: a figure, or the numbers behind it.
    Chart,
    /// Outlines in one file, or in a folder where the name has no ending of files.
    Outlines,
    /// A folder of files.
    Folder,
    /// A page for browsers.
    Page,
    /// Yes and no by rule.
    Flags,
    /// Outlier rules.
    Rules,
    /// An account of an import, for programs.
    ImportReport,
}

/// Endings that no folder is given, because everybody takes what has them for a file.
const OF_FILES: [&str; 24] = [
    "csv", "tsv", "txt", "parquet", "pq", "lance", "svg", "png", "jpg", "jpeg", "tif", "tiff",
    "html", "htm", "json", "geojson", "yml", "yaml", "toml", "pdf", "zip", "xls", "xlsx", "ods",
];

impl FileKind {
    /// The endings that it may have, without their dots; none for folders.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::AnyTable => &["csv", "tsv", "txt", "parquet", "pq", "lance"],
            Self::Table(format) => format.endings(),
            Self::Figure => &["svg", "png"],
            Self::Picture => &["png"],
            Self::Chart => &["svg", "png", "csv"],
            Self::Outlines => &["geojson", "json"],
            Self::Folder => &[],
            Self::Page => &["html", "htm"],
            Self::Flags => &["csv"],
            Self::Rules => &["yml", "yaml"],
            Self::ImportReport => &["json"],
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::AnyTable => "tables are written as",
            Self::Table(TableFormat::Csv) => "a CSV file's name ends in",
            Self::Table(TableFormat::Tsv) => "a TSV file's name ends in",
            Self::Table(TableFormat::Parquet) => "a Parquet file's name ends in",
            Self::Table(TableFormat::Lance) => "a Lance dataset's name ends in",
            Self::Figure => "figures are saved as",
            Self::Picture => "a picture of the window is saved as",
            Self::Chart => "charts are saved as",
            Self::Outlines => "outlines are written as",
            Self::Folder => "this writes a folder of files",
            Self::Page => "the report is a page whose name ends in",
            Self::Flags => "the cells of rules are written as",
            Self::Rules => "outlier rules are saved as",
            Self::ImportReport => "the account of an import is written as",
        }
    }

    /// Whether it is a folder of files under this name.
    pub fn is_folder(self, path: &Path) -> bool {
        match self {
            Self::Folder => true,
            Self::Outlines => !self.has_ending(path),
            _ => false,
        }
    }

    fn has_ending(self, path: &Path) -> bool {
        let ending = ending_of(path);
        self.endings().contains(&ending.as_str())
    }

    /// Refuses a name that says something else than what is written.
    ///
    /// # Errors
    /// [`ExportError::Ending`] with the endings that there are.
    pub fn check(self, path: &Path) -> Result<(), ExportError> {
        let ending = ending_of(path);
        if path.to_string_lossy().contains("://") && ending != "lance" {
            return Err(ExportError::Ending {
                path: path.to_path_buf(),
                what:
                    "only datasets (.lance) are written to a store: choose a file on this machine"
                        .to_owned(),
            });
        }
        let fits = match self {
            Self::Folder => !OF_FILES.contains(&ending.as_str()),
            Self::Outlines => self.has_ending(path) || !OF_FILES.contains(&ending.as_str()),
            _ => self.has_ending(path),
        };
        if fits && path.file_name().is_some() {
            return Ok(());
        }
        let known = listed(self.endings());
        let what = match self {
            Self::Folder => format!("{}: give it a name without .{ending}", self.words()),
            Self::Outlines => format!(
                "{} {known}, or as a folder with a file a field of view, whose name has no such ending",
                self.words()
            ),
            _ => format!("{} {known}", self.words()),
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

/// `.csv, .tsv or .parquet`.
fn listed(endings: &[&str]) -> String {
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
        let csv = FileKind::Table(TableFormat::Csv);
        let cases = [
            (FileKind::AnyTable, "x.csv", None),
            (FileKind::AnyTable, "x.Parquet", None),
            (
                FileKind::AnyTable,
                "x.xlsx",
                Some(".csv, .tsv, .txt, .parquet, .pq or .lance"),
            ),
            (FileKind::AnyTable, "cells", Some(".csv")),
            (FileKind::AnyTable, "s3://bucket/x.lance", None),
            (
                FileKind::AnyTable,
                "s3://bucket/x.csv",
                Some("on this machine"),
            ),
            (csv, "x.csv", None),
            (csv, "x.parquet", Some("ends in .csv")),
            (FileKind::Figure, "x.png", None),
            (FileKind::Figure, "x.csv", Some(".svg or .png")),
            (FileKind::Picture, "x.svg", Some(".png")),
            (FileKind::Chart, "x.csv", None),
            (FileKind::Chart, "x.pdf", Some(".svg, .png or .csv")),
            (FileKind::Outlines, "x.geojson", None),
            (FileKind::Outlines, "2024.05.01-outlines", None),
            (FileKind::Outlines, "x.tif", Some(".geojson or .json")),
            (FileKind::Folder, "plate-1.2", None),
            (FileKind::Folder, "crops.tif", Some("without .tif")),
            (FileKind::Page, "x.pdf", Some(".html or .htm")),
            (FileKind::Flags, "x.parquet", Some(".csv")),
            (FileKind::Rules, "x.yml", None),
            (FileKind::Rules, "x.json", Some(".yml or .yaml")),
            (FileKind::ImportReport, "x.txt", Some(".json")),
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
        for format in TableFormat::ALL {
            for ending in format.endings() {
                let path = format!("x.{ending}");
                assert_eq!(TableFormat::of(Path::new(&path)), Some(format));
                FileKind::AnyTable.check(Path::new(&path)).expect("known");
            }
        }
        assert!(FileKind::Outlines.is_folder(Path::new("fields")));
        assert!(!FileKind::Outlines.is_folder(Path::new("fields.json")));
    }
}
