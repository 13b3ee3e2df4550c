//! What an export will write.

use crate::export::{FileKind, Naming, TableFormat};
pub use crate::model::export_rows::ExportRows;
use crate::model::save_folder::SaveFolder;

/// Which cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// The selected ones, those that the filters hide among them.
    Selected,
    /// Those that pass the filters.
    #[default]
    Shown,
    /// The shown ones with a class of the active label.
    Class(usize),
    /// The shown ones without that class.
    OutOfClass(usize),
}

/// What is written of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportKind {
    /// Values.
    Table(TableFormat),
    /// One figure of all cells.
    Montage,
    /// A file a cell, every channel.
    OmeTiff,
    /// A file a cell, as shown.
    Png,
    /// Outlines for `QuPath`.
    GeoJson,
    /// Outlines as pictures of numbers.
    LabelTiff,
    /// The page of counts, maps and examples.
    Report,
}

impl ExportKind {
    /// All, with their names and how the names of their files end.
    pub const ALL: [(Self, &str, &str); 10] = [
        (Self::Table(TableFormat::Csv), "CSV", ".csv"),
        (Self::Table(TableFormat::Tsv), "TSV", ".tsv"),
        (Self::Table(TableFormat::Parquet), "Parquet", ".parquet"),
        (
            Self::Table(TableFormat::Lance),
            "Lance, with crops",
            ".lance",
        ),
        (Self::Montage, "montage (SVG, PNG)", "-montage.svg"),
        (Self::OmeTiff, "crops as OME-TIFF", "-crops"),
        (Self::Png, "crops as PNG", "-png"),
        (Self::GeoJson, "outlines, GeoJSON", ".geojson"),
        (Self::LabelTiff, "outlines, label TIFF", "-labels"),
        (Self::Report, "report (HTML)", "-report.html"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _, _)| *kind == self)
            .map_or("", |(_, name, _)| name)
    }

    /// What is in the file, by which its name is judged.
    pub fn file_kind(self) -> FileKind {
        match self {
            Self::Table(format) => FileKind::Table(format),
            Self::Montage => FileKind::Figure,
            Self::OmeTiff | Self::Png | Self::LabelTiff => FileKind::Folder,
            Self::GeoJson => FileKind::Outlines,
            Self::Report => FileKind::Page,
        }
    }

    /// How the file's name ends.
    pub fn ending(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _, _)| *kind == self)
            .map_or("", |(_, _, ending)| ending)
    }

    /// Whether it is a folder of files.
    pub fn is_folder(self) -> bool {
        matches!(self, Self::OmeTiff | Self::Png | Self::LabelTiff)
    }
}

/// An export.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a tick of the dialog"
)]
pub struct ExportDraft {
    /// Which cells.
    pub which: Which,
    /// What of them.
    pub kind: ExportKind,
    /// Only the table's columns, or else all.
    pub table_columns: bool,
    /// How columns are called.
    pub naming: Naming,
    /// The file or folder.
    pub path: String,
    /// Tiles of a montage side by side.
    pub across: usize,
    /// Each channel in a tile of its own, too.
    pub split: bool,
    /// Every cell has a contrast of its own.
    pub own_contrast: bool,
    /// With outlines.
    pub outlines: bool,
}

impl ExportDraft {
    /// A CSV file in a folder.
    pub fn new(which: Which, stem: &str, folder: &SaveFolder) -> Self {
        Self {
            which,
            kind: ExportKind::Table(TableFormat::Csv),
            table_columns: false,
            naming: Naming::Pycytominer,
            path: folder.full_text(&format!("{stem}-cells.csv")),
            across: 8,
            split: false,
            own_contrast: false,
            outlines: true,
        }
    }

    /// Why the name does not fit, in words.
    pub fn problem(&self, folder: &SaveFolder) -> Option<String> {
        let path = folder.full_path(&self.path);
        let checked = self.kind.file_kind().check(&path);
        checked.err().map(|error| error.to_string())
    }

    /// Another kind; the file's name follows where it still ends as the old kind's does.
    pub fn set_kind(&mut self, kind: ExportKind) {
        if let Some(stem) = self.path.strip_suffix(self.kind.ending()) {
            self.path = format!("{stem}{}", kind.ending());
        }
        self.kind = kind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::save_folder::UserFolders;

    #[test]
    fn the_file_name_follows_the_kind() {
        let folder = UserFolders::default().beside("/data/plate.lance");
        let mut draft = ExportDraft::new(Which::Shown, "plate", &folder);
        assert_eq!(draft.path, "/data/plate-cells.csv");
        draft.set_kind(ExportKind::Montage);
        assert_eq!(draft.path, "/data/plate-cells-montage.svg");
        for (kind, name, _) in ExportKind::ALL {
            draft.set_kind(kind);
            assert_eq!(draft.problem(&folder), None, "{name}");
        }
        draft.set_kind(ExportKind::Table(TableFormat::Tsv));
        assert_eq!(draft.path, "/data/plate-cells.tsv");
        draft.path = "mine.txt".to_owned();
        assert_eq!(draft.problem(&folder), None);
        draft.set_kind(ExportKind::GeoJson);
        assert_eq!(draft.path, "mine.txt", "what was typed stays");
        let problem = draft.problem(&folder).expect("no outlines in a .txt");
        assert!(problem.contains("/data/mine.txt") && problem.contains(".geojson"));
    }
}
