//! What became of every row of every file and of every image.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{NameReport, PathChange, PixelSize, Remark, Verification};
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

impl ImportReport {
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
