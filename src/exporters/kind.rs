//! Exporters by their words and by the names of files.

use std::fmt;
use std::path::Path;

use super::EXPORTERS;
use super::exporter::{ExportJob, Exporter, Face, Written};
use cytolance_dataset::CellDataset;
use cytolance_export::{ExportError, FileKind, listed};

/// One of the [`EXPORTERS`].
#[derive(Clone, Copy)]
pub struct ExportKind(&'static dyn Exporter);

impl ExportKind {
    /// All, in the order in which they are offered.
    pub fn all() -> impl Iterator<Item = Self> {
        EXPORTERS.iter().map(|exporter| Self(*exporter))
    }

    /// Those of a family.
    pub fn of_family(family: &str) -> impl Iterator<Item = Self> {
        Self::all().filter(move |kind| kind.face().family == family)
    }

    /// The one of a word.
    pub fn by_id(id: &str) -> Option<Self> {
        Self::all().find(|kind| kind.face().id == id)
    }

    /// The first one whose files end as this name does.
    ///
    /// # Errors
    /// [`ExportError::Ending`] with all endings that there are.
    pub fn by_name(path: &Path) -> Result<Self, ExportError> {
        let mut kinds = Self::all();
        kinds
            .find(|kind| kind.file().has_ending(path))
            .ok_or_else(|| ExportError::Ending {
                path: path.to_path_buf(),
                what: known_endings(),
            })
    }

    /// How it is shown and found.
    pub fn face(self) -> &'static Face {
        self.0.face()
    }

    /// How names may end.
    pub fn file(self) -> FileKind {
        self.face().file
    }

    /// What a dataset lacks for it, in words.
    pub fn lacking(self, dataset: &CellDataset) -> Option<String> {
        let lacking = self.face().needs.lacking(dataset)?;
        Some(format!(
            "{lacking}, so there is nothing to write as {}",
            self.face().title
        ))
    }

    pub(super) async fn write(self, job: &ExportJob<'_>) -> Result<Written, ExportError> {
        self.0.write(job).await
    }
}

/// The endings of all kinds of files, by family, and the words for what no ending tells.
pub(super) fn known_endings() -> String {
    let mut families: Vec<(&str, Vec<&str>)> = Vec::new();
    let (mut others, mut taken): (Vec<&str>, Vec<&str>) = Default::default();
    for face in ExportKind::all().map(ExportKind::face) {
        let endings = face.file.endings;
        if endings.iter().all(|ending| taken.contains(ending)) {
            others.push(face.id);
            continue;
        }
        taken.extend(endings);
        match families.iter_mut().find(|(name, _)| *name == face.family) {
            Some((_, known)) => known.extend(endings),
            None => families.push((face.family, endings.to_vec())),
        }
    }
    let told: Vec<String> = families
        .iter()
        .map(|(family, endings)| format!("{family} as {}", listed(endings)))
        .collect();
    format!(
        "what is written is told by the ending: {}. Others ({}) are asked for by --as",
        told.join("; "),
        others.join(", ")
    )
}

impl Default for ExportKind {
    fn default() -> Self {
        Self(EXPORTERS[0])
    }
}

impl PartialEq for ExportKind {
    fn eq(&self, other: &Self) -> bool {
        self.face().id == other.face().id
    }
}

impl Eq for ExportKind {}

impl fmt::Debug for ExportKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ExportKind({})", self.face().id)
    }
}
