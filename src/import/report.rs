//! What became of every row of every file and of every image.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{NameReport, PathChange, Remark};
use crate::sources::{IgnoredFile, ReadNotes, Table, remark_lists};

/// Tables that the summary on the terminal goes through.
const SHOWN_FILES: usize = 12;
/// Lines of one kind that it shows.
const SHOWN_LINES: usize = 5;

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

impl fmt::Display for ImportReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{} {} rows from {} into {} in {:.2} s",
            self.rows,
            self.primary,
            self.source.display(),
            self.dataset,
            self.seconds
        )?;
        if !self.channels.is_empty() {
            writeln!(out, "  channels      {}", self.channels.join(", "))?;
        }
        writeln!(
            out,
            "  with picture  {} of {}",
            self.rows_with_picture, self.rows
        )?;
        for (reason, count) in &self.rows_without_picture {
            writeln!(out, "    {count} without: {reason}")?;
        }
        if self.images.expected > 0 {
            writeln!(
                out,
                "  images        {} of {} read",
                self.images.read, self.images.expected
            )?;
        }
        if !self.images.stored.is_empty() {
            writeln!(
                out,
                "  images        copied from {}",
                self.images.stored.join(", ")
            )?;
        }
        for change in &self.images.path_changes {
            writeln!(out, "    {change}")?;
        }
        for line in self
            .images
            .missing
            .iter()
            .chain(&self.images.failed)
            .take(5)
        {
            writeln!(out, "    {line}")?;
        }
        some_lines(out, &self.images.pages_unused, "files")?;
        for name in &self.images.not_channels {
            writeln!(out, "    {name} was saved by the pipeline: not a channel")?;
        }
        for name in &self.images.functions {
            writeln!(out, "    {name} is an illumination function: not a channel")?;
        }
        if let Some(names) = &self.names {
            writeln!(out, "  names         {names}")?;
        }
        self.outlines(out)?;
        for (object, count) in &self.outlines_approximate {
            writeln!(
                out,
                "  outlines      {object}: {count} approximate (ellipse from AreaShape)"
            )?;
        }
        for (object, count) in &self.outlines_stored {
            writeln!(out, "  outlines      {object}: {count} copied")?;
        }
        for (object, count) in &self.rows_without_compartment {
            writeln!(out, "  {count} rows without {object}")?;
        }
        if self.cells_with_several_nuclei > 0 {
            writeln!(
                out,
                "  {} cells with several nuclei (QC_NucleiCount)",
                self.cells_with_several_nuclei
            )?;
        }
        for file in self.files.iter().take(SHOWN_FILES) {
            writeln!(
                out,
                "  {}: {} rows = {} imported + {} rejected + {} without parent + {} not used ({})",
                file.table,
                file.rows,
                file.imported,
                file.rejected,
                file.without_parent,
                file.not_used,
                file.used_as
            )?;
            let coerced = file.notes.coerced.iter().map(|value| {
                format!(
                    "{} {}, {}: «{}» became null",
                    file.notes.unit, value.line, value.column, value.text
                )
            });
            let lines: Vec<String> = file
                .details
                .iter()
                .cloned()
                .chain(
                    file.notes
                        .rejected
                        .iter()
                        .map(|row| format!("{} {}: {}", file.notes.unit, row.line, row.reason)),
                )
                .chain(coerced)
                .chain(file.notes.remarks.iter().map(ToString::to_string))
                .chain(
                    file.notes
                        .columns_left_out
                        .iter()
                        .map(|column| format!("left out {column}")),
                )
                .chain(file.notes.mixed.iter().map(|mixed| {
                    format!(
                        "{}: {} numbers among {} texts, kept as text",
                        mixed.column, mixed.numbers, mixed.texts
                    )
                }))
                .collect();
            for line in lines.iter().take(5) {
                writeln!(out, "    {line}")?;
            }
            if lines.len() > 5 {
                writeln!(
                    out,
                    "    and {} more (--report FILE.json lists them all)",
                    lines.len() - 5
                )?;
            }
        }
        if self.files.len() > SHOWN_FILES {
            writeln!(
                out,
                "  and {} more tables (--report FILE.json lists them all)",
                self.files.len() - SHOWN_FILES
            )?;
        }
        for file in &self.ignored {
            writeln!(out, "  left alone {}: {}", file.path.display(), file.reason)?;
        }
        for remark in &self.remarks {
            writeln!(out, "  {remark}")?;
        }
        Ok(())
    }
}

impl ImportReport {
    /// What became of the masks.
    fn outlines(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (object, count) in &self.outlines_traced {
            let all = count + self.num_without_outline(object);
            let reasons = self.without_outline(object);
            if *count == 0 {
                let reasons: Vec<String> = reasons
                    .iter()
                    .map(|(count, reason)| format!("{reason} ({count})"))
                    .collect();
                writeln!(
                    out,
                    "  outlines      {object}: 0 of {all} traced, because {}",
                    reasons.join("; ")
                )?;
                continue;
            }
            let (agree, compared) = self.areas_agree.get(object).copied().unwrap_or_default();
            write!(out, "  outlines      {object}: {count} of {all} traced")?;
            if compared > 0 {
                write!(out, ", {agree} of {compared} within 2 % of AreaShape_Area")?;
            }
            writeln!(out)?;
            if let Some(pictures) = self.object_pictures.get(object) {
                writeln!(out, "    {}", pictures.words(object))?;
            }
            if let Some(untold) = self.places_untold.get(object) {
                writeln!(
                    out,
                    "    {untold} cannot be told to lie at their objects: neither box nor centre was measured"
                )?;
            }
            for (count, reason) in reasons {
                writeln!(out, "    {count} without outline: {reason}")?;
            }
            for line in self.worst_areas.get(object).into_iter().flatten() {
                writeln!(out, "    {line}")?;
            }
        }
        some_lines(out, &self.masks_by_place, "masks")?;
        some_lines(out, &self.masks_failed, "masks")
    }
}

impl ObjectPictureReport {
    /// What was traced, in words.
    fn words(&self, object: &str) -> String {
        let kinds: Vec<String> = self
            .kinds
            .iter()
            .map(|(kind, fields)| {
                let plural = if *fields == 1 { "" } else { "s" };
                format!("{kind} of {fields} field{plural}")
            })
            .collect();
        let mut words = vec![format!("from {}", kinds.join(", "))];
        if self.parts_left > 0 {
            let left = self.parts_left;
            words.push(format!("{left} parts belong to no imported {object}"));
        }
        if self.melted > 0 {
            words.push(format!("{} are melted together", self.melted));
        }
        words.join("; ")
    }
}

/// The first few of some lines, and how many more there are.
fn some_lines(out: &mut fmt::Formatter<'_>, lines: &[String], what: &str) -> fmt::Result {
    for line in lines.iter().take(SHOWN_LINES) {
        writeln!(out, "    {line}")?;
    }
    if lines.len() > SHOWN_LINES {
        writeln!(out, "    and {} more {what}", lines.len() - SHOWN_LINES)?;
    }
    Ok(())
}
