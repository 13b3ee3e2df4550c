//! What an export will write.

use crate::model::save_folder::SaveFolder;
use cytolance_exporters::{ExportKind, ExportOptions};

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

/// An export.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportDraft {
    /// Which cells.
    pub which: Which,
    /// What of them.
    pub kind: ExportKind,
    /// Only the table's columns, or else all.
    pub table_columns: bool,
    /// The file or folder.
    pub path: String,
    /// What else the dialog sets; the rest of it is how the window is set up when the export begins.
    pub options: ExportOptions,
}

impl ExportDraft {
    /// The usual kind of export in a folder.
    pub fn new(which: Which, stem: &str, folder: &SaveFolder) -> Self {
        let kind = ExportKind::default();
        let name = format!("{stem}-cells{}", kind.face().suffix);
        Self {
            which,
            kind,
            table_columns: false,
            path: folder.full_text(&name),
            options: ExportOptions::default(),
        }
    }

    /// Why the name does not fit, in words.
    pub fn problem(&self, folder: &SaveFolder) -> Option<String> {
        let path = folder.full_path(&self.path);
        let checked = self.kind.file().check(&path);
        checked.err().map(|error| error.to_string())
    }

    /// Another kind; the file's name follows where it still ends as the old kind's does.
    pub fn set_kind(&mut self, kind: ExportKind) {
        if let Some(stem) = self.path.strip_suffix(self.kind.face().suffix) {
            self.path = format!("{stem}{}", kind.face().suffix);
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
        let kind = |id| ExportKind::by_id(id).expect("an exporter");
        draft.set_kind(kind("montage"));
        assert_eq!(draft.path, "/data/plate-cells-montage.svg");
        for kind in ExportKind::all() {
            draft.set_kind(kind);
            assert_eq!(draft.problem(&folder), None, "{kind:?}");
            assert!(draft.path.ends_with(kind.face().suffix), "{kind:?}");
        }
        draft.set_kind(kind("tsv"));
        assert_eq!(draft.path, "/data/plate-cells.tsv");
        draft.path = "mine.txt".to_owned();
        assert_eq!(draft.problem(&folder), None);
        draft.set_kind(kind("geojson"));
        assert_eq!(draft.path, "mine.txt", "what was typed stays");
        let problem = draft.problem(&folder).expect("no outlines in a .txt");
        assert!(problem.contains("/data/mine.txt") && problem.contains(".geojson"));
    }
}
