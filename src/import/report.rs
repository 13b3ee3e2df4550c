//! What became of every row of every file and of every image.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{NameReport, PathChange};
use crate::cellprofiler::{IgnoredFile, ReadNotes, Table};

/// Tables that the summary on the terminal goes through.
const SHOWN_FILES: usize = 12;

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
    /// How the recorded folder became the folder where the pictures are.
    pub path_changes: Vec<PathChange>,
    /// Saved pictures, which are no input channels.
    pub not_channels: Vec<String>,
    /// Columns of the source that the crops were copied from.
    pub stored: Vec<String>,
}

/// The pictures that an object set's outlines were traced from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectPictureReport {
    /// Fields by kind of picture: `labels`, `mask`, `outlines`.
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
    /// Outlines traced from masks, by object.
    pub outlines_traced: BTreeMap<String, usize>,
    /// Ellipses drawn from measurements, by object.
    pub outlines_approximate: BTreeMap<String, usize>,
    /// Outlines copied from the source, by object.
    pub outlines_stored: BTreeMap<String, usize>,
    /// Traced areas within 2 % of the measured area, and all that were compared, by object.
    pub areas_agree: BTreeMap<String, (usize, usize)>,
    /// Outlines whose area differs most from the measured one, by object.
    pub worst_areas: BTreeMap<String, Vec<String>>,
    /// What the pictures of objects were, by object.
    pub object_pictures: BTreeMap<String, ObjectPictureReport>,
    /// Masks that are there but cannot be used, with the reason.
    pub masks_failed: Vec<String>,
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
    pub remarks: Vec<String>,
    /// Seconds from the first read to the commit.
    pub seconds: f64,
}

impl ImportReport {
    /// Values turned to null over all files.
    pub fn num_coerced(&self) -> usize {
        self.files.iter().map(|file| file.notes.num_coerced).sum()
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
        for name in &self.images.not_channels {
            writeln!(out, "    {name} was saved by the pipeline: not a channel")?;
        }
        if let Some(names) = &self.names {
            writeln!(out, "  names         {names}")?;
        }
        for (object, count) in &self.outlines_traced {
            let (agree, compared) = self.areas_agree.get(object).copied().unwrap_or_default();
            writeln!(
                out,
                "  outlines      {object}: {count} traced, {agree} of {compared} within 2 % of AreaShape_Area"
            )?;
            if let Some(pictures) = self.object_pictures.get(object) {
                let kinds: Vec<String> = pictures
                    .kinds
                    .iter()
                    .map(|(kind, fields)| {
                        let plural = if *fields == 1 { "" } else { "s" };
                        format!("{kind} of {fields} field{plural}")
                    })
                    .collect();
                write!(out, "    from {}", kinds.join(", "))?;
                if pictures.parts_left > 0 {
                    write!(
                        out,
                        "; {} parts belong to no imported {object}",
                        pictures.parts_left
                    )?;
                }
                if pictures.melted > 0 {
                    write!(out, "; {} are melted together", pictures.melted)?;
                }
                writeln!(out)?;
            }
            for line in self.worst_areas.get(object).into_iter().flatten() {
                writeln!(out, "    {line}")?;
            }
        }
        for line in self.masks_failed.iter().take(5) {
            writeln!(out, "    {line}")?;
        }
        if self.masks_failed.len() > 5 {
            writeln!(out, "    and {} more masks", self.masks_failed.len() - 5)?;
        }
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
                .chain(file.notes.remarks.iter().cloned())
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
