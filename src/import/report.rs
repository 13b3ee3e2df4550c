//! What became of every row of every file and of every image.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{NameReport, NoChannel, PairReport, PathChange, PixelSize, Remark, Verification};
use cytolance_profile::{RowKind, kinds_first};
use cytolance_sources::{IgnoredFile, ReadNotes, Table, remark_lists};

/// One input table.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FileReport {
    /// The file.
    pub path: PathBuf,
    /// The file's name, or the table within it.
    pub table: String,
    /// `primary`, `compartment`, `image`, or why it was kept out.
    pub used_as: String,
    /// Rows in the file. The four counts below add up to it.
    pub rows: usize,
    /// Rows that are in the dataset.
    pub imported: usize,
    /// Rows left out because they are damaged or their key was there before.
    pub rejected: usize,
    /// Rows whose parent is zero, missing, or not in the primary table.
    pub without_parent: usize,
    /// Rows left out for another reason: `--complete`, a further child of the same cell, an image set without cells.
    pub not_used: usize,
    /// Lines and reasons of rejected and unused rows.
    pub details: Vec<String>,
    /// What was noted while reading: coerced values with line and text, mixed columns, columns left out.
    pub notes: ReadNotes,
}

impl FileReport {
    /// What is known of a table before its rows are joined.
    pub(super) fn of_table(table: &Table) -> Self {
        Self {
            path: table.path.clone(),
            table: table.label.clone(),
            rows: table.notes.rows_in_file,
            rejected: table.notes.rejected.len(),
            notes: table.notes.clone(),
            ..Self::default()
        }
    }
}

/// The pictures of the image sets.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageReport {
    /// Pictures named by the image sets that have cells.
    pub expected: usize,
    /// Pictures found and read.
    pub read: usize,
    /// Pictures that are not there.
    pub missing: Vec<String>,
    /// Pictures that are there but cannot be read, with the reason.
    pub failed: Vec<String>,
    /// Files with more pages than are used.
    pub pages_unused: Vec<String>,
    /// How the recorded folder became the folder where the pictures are.
    pub path_changes: Vec<PathChange>,
    /// Saved pictures, which are no input channels.
    pub not_channels: Vec<String>,
    /// Illumination functions among the image columns, which are no channels either.
    pub functions: Vec<String>,
    /// All image columns that are no channels, and why.
    pub no_channels: Vec<NoChannel>,
    /// Columns of the source that the crops were copied from.
    pub stored: Vec<String>,
}

/// The pictures that an object set's outlines were traced from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectPictureReport {
    /// Fields by kind of picture: `labels`, `values`, `mask`, `outlines`.
    pub kinds: BTreeMap<String, usize>,
    /// Parts of masks and outline pictures that belong to no imported object.
    pub parts_left: usize,
    /// Objects without an outline because a mask does not tell them from their neighbours.
    pub melted: usize,
}

impl ObjectPictureReport {
    /// Takes in the picture of one field.
    pub(super) fn take(&mut self, kind: &str, parts_left: usize, melted: usize) {
        if kind.is_empty() {
            return;
        }
        *self.kinds.entry(kind.to_owned()).or_default() += 1;
        self.parts_left += parts_left;
        self.melted += melted;
    }
}

/// The whole account of an import.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportReport {
    /// The export's folder.
    pub source: PathBuf,
    /// The value of `Metadata_Source` of the new rows.
    pub source_name: String,
    /// Where the rows went.
    pub dataset: String,
    /// The object each row stands for.
    pub primary: String,
    /// What each row is, where it is no object.
    #[serde(skip_serializing_if = "is_objects")]
    pub rows_are: RowKind,
    /// Its compartments.
    pub compartments: Vec<String>,
    /// Input channels in plane order.
    pub channels: Vec<String>,
    /// Rows written.
    pub rows: usize,
    /// Rows with a crop.
    pub rows_with_picture: usize,
    /// Rows without a crop, by reason.
    pub rows_without_picture: BTreeMap<String, usize>,
    /// Rows without a certain compartment, by compartment.
    pub rows_without_compartment: BTreeMap<String, usize>,
    /// Outlines traced from masks, by object; 0 where there are masks and nothing of them fits.
    pub outlines_traced: BTreeMap<String, usize>,
    /// Objects without an outline although there are masks, by object set and reason.
    pub outlines_missing: BTreeMap<String, BTreeMap<String, usize>>,
    /// Traced outlines of which nothing tells whether they lie at their objects, by object: neither box nor centre
    /// was measured.
    pub places_untold: BTreeMap<String, usize>,
    /// Ellipses drawn from measurements, by object.
    pub outlines_approximate: BTreeMap<String, usize>,
    /// Outlines copied from the source, by object.
    pub outlines_stored: BTreeMap<String, usize>,
    /// Traced areas within 2 % of the measured area and at the measured place, and all that were compared, by object.
    pub areas_agree: BTreeMap<String, (usize, usize)>,
    /// Outlines whose area differs most from the measured one, by object.
    pub worst_areas: BTreeMap<String, Vec<String>>,
    /// What the pictures of objects were, by object.
    pub object_pictures: BTreeMap<String, ObjectPictureReport>,
    /// Masks that are there but cannot be used, with the reason.
    pub masks_failed: Vec<String>,
    /// Masks whose numbers are not those of the objects, so that parts were given by place.
    pub masks_by_place: Vec<String>,
    /// Cells with more than one nucleus.
    pub cells_with_several_nuclei: usize,
    /// Object sets that only numbers and places relate to the primary one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<PairReport>,
    /// Columns that have another name in the dataset than in the source, with that name.
    pub renamed_columns: BTreeMap<String, String>,
    /// The input tables.
    pub files: Vec<FileReport>,
    /// Files in the folder that are not tables of the export.
    pub ignored: Vec<IgnoredFile>,
    /// Plate, well and site that come from file names.
    pub names: Option<NameReport>,
    /// The pictures.
    pub images: ImageReport,
    /// How large a pixel is, and what says it.
    #[serde(skip_serializing_if = "PixelSize::is_unknown")]
    pub pixel_size: PixelSize,
    /// What was held against the measurements.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verification: Vec<Verification>,
    /// Remarks that belong to no file.
    #[serde(flatten, with = "remark_lists")]
    pub remarks: Vec<Remark>,
    /// Seconds from the first read to the commit.
    pub seconds: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_objects(kind: &RowKind) -> bool {
    !kind.is_profile()
}

impl ImportReport {
    /// What the rows are, in words.
    pub fn rows_in_words(&self) -> String {
        if self.rows_are.is_profile() {
            return self.rows_are.rows().to_owned();
        }
        let rows = if self.rows == 1 { "row" } else { "rows" };
        format!("{} {rows}", self.primary)
    }

    /// Values turned to null over all files.
    pub fn num_coerced(&self) -> usize {
        self.files.iter().map(|file| file.notes.num_coerced).sum()
    }

    /// Pictures, masks and outlines that are not there or not used, whatever became of the rows.
    pub fn num_failed_pictures(&self) -> usize {
        let images = &self.images;
        let outlines = self.outlines_missing.values().flat_map(BTreeMap::values);
        images.missing.len()
            + images.failed.len()
            + images.pages_unused.len()
            + self.masks_failed.len()
            + outlines.sum::<usize>()
    }

    /// The same with lists in which one line of every kind comes before a second one of any.
    #[must_use]
    pub fn with_kinds_first(mut self) -> Self {
        for lines in [
            &mut self.images.missing,
            &mut self.images.failed,
            &mut self.images.pages_unused,
            &mut self.masks_failed,
            &mut self.masks_by_place,
        ] {
            *lines = kinds_first(lines);
        }
        self
    }

    /// The names of the input tables: with their folder or database, where there are several of these.
    pub fn table_names(&self) -> Vec<String> {
        table_names(&self.files)
    }

    /// Objects of a set without an outline although there are masks.
    pub fn num_without_outline(&self, object: &str) -> usize {
        let missing = self.outlines_missing.get(object);
        missing.map_or(0, |reasons| reasons.values().sum())
    }

    /// Why objects of a set have no outline: how many, and the reason; the commonest first.
    pub fn without_outline(&self, object: &str) -> Vec<(usize, &str)> {
        let missing = self.outlines_missing.get(object).into_iter().flatten();
        let mut reasons: Vec<(usize, &str)> = missing
            .map(|(reason, count)| (*count, reason.as_str()))
            .collect();
        reasons.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        reasons
    }
}

/// The names of some tables: with their folder or database, where there are several of these.
pub fn table_names(files: &[FileReport]) -> Vec<String> {
    let homes: Vec<&Path> = files.iter().map(home_of).collect();
    let first = homes.first().copied().unwrap_or(Path::new(""));
    if homes.iter().all(|home| *home == first) {
        return files.iter().map(|file| file.table.clone()).collect();
    }
    let shared = first.ancestors().find(|folder| {
        let mut others = homes.iter();
        others.all(|home| home.starts_with(folder))
    });
    let shared = shared.unwrap_or(Path::new(""));
    let named = files.iter().zip(homes).map(|(file, home)| {
        let below = home.strip_prefix(shared).unwrap_or(home);
        let below = below.display().to_string().replace('\\', "/");
        match (below.as_str(), is_named_like_its_file(file)) {
            ("", _) => file.table.clone(),
            (folder, true) => format!("{folder}/{}", file.table),
            (database, false) => format!("{database}: {}", file.table),
        }
    });
    named.collect()
}

/// The folder of a table that is a file, or the file in which it is one of several.
fn home_of(file: &FileReport) -> &Path {
    if is_named_like_its_file(file) {
        file.path.parent().unwrap_or(&file.path)
    } else {
        &file.path
    }
}

fn is_named_like_its_file(file: &FileReport) -> bool {
    let name = file.path.file_name().map(|name| name.to_string_lossy());
    // A file of several object sets is a table for each: `Objects.csv: Cells`.
    name.is_some_and(|name| file.table.starts_with(name.as_ref()))
}

/// The form in which a report stays with its dataset.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeptReport {
    /// The words that the terminal shows.
    pub summary: String,
    /// The whole account.
    pub report: ImportReport,
}

impl KeptReport {
    /// The report in the form that is kept.
    pub fn of(report: &ImportReport) -> Self {
        Self {
            summary: report.to_string(),
            report: report.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_several_folders_bear_their_folder() {
        let names = |files: &[(&str, &str)]| {
            let files: Vec<FileReport> = files
                .iter()
                .map(|(path, table)| FileReport {
                    path: PathBuf::from(path),
                    table: (*table).to_owned(),
                    ..FileReport::default()
                })
                .collect();
            table_names(&files)
        };
        assert_eq!(
            names(&[("/x/Cells.csv", "Cells.csv"), ("/x/Image.csv", "Image.csv")]),
            ["Cells.csv", "Image.csv"]
        );
        assert_eq!(
            names(&[
                ("/x/Cells.csv", "Cells.csv"),
                ("/x/old/Cells.csv", "Cells.csv"),
                ("/x/old/copy/O.csv", "O.csv: Cells")
            ]),
            ["Cells.csv", "old/Cells.csv", "old/copy/O.csv: Cells"]
        );
        assert_eq!(
            names(&[("/x/a.db", "Per_Cells"), ("/x/b.db", "Per_Cells")]),
            ["a.db: Per_Cells", "b.db: Per_Cells"]
        );
        assert_eq!(
            names(&[("/x/a.db", "Per_Cells"), ("/x/a.db", "Per_Image")]),
            ["Per_Cells", "Per_Image"]
        );
        assert_eq!(
            names(&[
                ("p1.parquet", "p1.parquet"),
                ("sub/p1.parquet", "p1.parquet")
            ]),
            ["p1.parquet", "sub/p1.parquet"]
        );
    }
}
