//! The report of an import as the terminal shows it.

use std::fmt;

use super::Verification;
use super::report::{FileReport, ImageReport, ImportReport, ObjectPictureReport};

/// Tables that the summary on the terminal goes through.
const SHOWN_FILES: usize = 12;
/// Lines of one kind that it shows.
const SHOWN_LINES: usize = 5;

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
        images(&self.images, out)?;
        if !self.pixel_size.is_unknown() {
            writeln!(out, "  pixel size    {}", self.pixel_size)?;
        }
        if let Some(names) = &self.names {
            writeln!(out, "  names         {names}")?;
        }
        outlines(self, out)?;
        verification(&self.verification, out)?;
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
        files(self, out)?;
        for file in &self.ignored {
            writeln!(out, "  left alone {}: {}", file.path.display(), file.reason)?;
        }
        for remark in &self.remarks {
            writeln!(out, "  {remark}")?;
        }
        Ok(())
    }
}

/// What became of the pictures.
fn images(images: &ImageReport, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    if images.expected > 0 {
        writeln!(
            out,
            "  images        {} of {} read",
            images.read, images.expected
        )?;
    }
    if !images.stored.is_empty() {
        writeln!(
            out,
            "  images        copied from {}",
            images.stored.join(", ")
        )?;
    }
    for change in &images.path_changes {
        writeln!(out, "    {change}")?;
    }
    for line in images.missing.iter().chain(&images.failed).take(5) {
        writeln!(out, "    {line}")?;
    }
    some_lines(
        out,
        &images.pages_unused,
        images.pages_unused.len(),
        "files",
    )?;
    for name in &images.not_channels {
        writeln!(out, "    {name} was saved by the pipeline: not a channel")?;
    }
    for name in &images.functions {
        writeln!(out, "    {name} is an illumination function: not a channel")?;
    }
    Ok(())
}

/// What became of the rows of each table.
fn files(report: &ImportReport, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    for file in report.files.iter().take(SHOWN_FILES) {
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
        let lines = notes_of(file);
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
    if report.files.len() > SHOWN_FILES {
        writeln!(
            out,
            "  and {} more tables (--report FILE.json lists them all)",
            report.files.len() - SHOWN_FILES
        )?;
    }
    Ok(())
}

/// What is to be said of the rows and columns of a table.
fn notes_of(file: &FileReport) -> Vec<String> {
    let coerced = file.notes.coerced.iter().map(|value| {
        format!(
            "{} {}, {}: «{}» became null",
            file.notes.unit, value.line, value.column, value.text
        )
    });
    file.details
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
        .collect()
}

/// What became of the masks.
fn outlines(report: &ImportReport, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (object, count) in &report.outlines_traced {
        let all = count + report.num_without_outline(object);
        let reasons = report.without_outline(object);
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
        let (agree, compared) = report.areas_agree.get(object).copied().unwrap_or_default();
        write!(out, "  outlines      {object}: {count} of {all} traced")?;
        if compared > 0 {
            write!(out, ", {agree} of {compared} within 2 % of AreaShape_Area")?;
        }
        writeln!(out)?;
        if let Some(pictures) = report.object_pictures.get(object) {
            writeln!(out, "    {}", words(pictures, object))?;
        }
        if let Some(untold) = report.places_untold.get(object) {
            writeln!(
                out,
                "    {untold} cannot be told to lie at their objects: neither box nor centre was measured"
            )?;
        }
        for (count, reason) in reasons {
            writeln!(out, "    {count} without outline: {reason}")?;
        }
        for line in report.worst_areas.get(object).into_iter().flatten() {
            writeln!(out, "    {line}")?;
        }
    }
    for masks in [&report.masks_by_place, &report.masks_failed] {
        some_lines(out, masks, masks.len(), "masks")?;
    }
    Ok(())
}

/// What was held against the measurements.
fn verification(lines: &[Verification], out: &mut fmt::Formatter<'_>) -> fmt::Result {
    for line in lines {
        writeln!(out, "  checked       {line}")?;
        some_lines(out, &line.examples, line.contradicted, &line.of)?;
    }
    Ok(())
}

/// What was traced, in words.
fn words(pictures: &ObjectPictureReport, object: &str) -> String {
    let kinds: Vec<String> = pictures
        .kinds
        .iter()
        .map(|(kind, fields)| {
            let plural = if *fields == 1 { "" } else { "s" };
            format!("{kind} of {fields} field{plural}")
        })
        .collect();
    let mut words = vec![format!("from {}", kinds.join(", "))];
    if pictures.parts_left > 0 {
        let left = pictures.parts_left;
        words.push(format!("{left} parts belong to no imported {object}"));
    }
    if pictures.melted > 0 {
        words.push(format!("{} are melted together", pictures.melted));
    }
    words.join("; ")
}

/// The first few of some lines, and how many more of `all` there are.
fn some_lines(
    out: &mut fmt::Formatter<'_>,
    lines: &[String],
    all: usize,
    what: &str,
) -> fmt::Result {
    let shown = lines.len().min(SHOWN_LINES);
    for line in &lines[..shown] {
        writeln!(out, "    {line}")?;
    }
    if shown > 0 && all > shown {
        writeln!(
            out,
            "    and {} more {what} (--report FILE.json lists them all)",
            all - shown
        )?;
    }
    Ok(())
}
