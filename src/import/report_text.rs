//! The report of an import as the terminal shows it.

use std::fmt;

use super::report::{FileReport, ImageReport, ImportReport, ObjectPictureReport};
use super::{Verification, VerificationKind};
use cytolance_profile::{choose_lines, counted, fitted_text};

/// Tables that the summary on the terminal goes through.
const SHOWN_FILES: usize = 12;
/// Lines of a list that it shows.
const SHOWN_LINES: usize = 5;
/// Remarks that it shows.
const SHOWN_REMARKS: usize = 20;

impl fmt::Display for ImportReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&fitted_text(&Summary(self).to_string()))
    }
}

/// The words for a report, in lines of whatever length.
struct Summary<'a>(&'a ImportReport);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.0;
        writeln!(
            out,
            "{} {} from {} into {} in {:.2} s",
            report.rows,
            report.rows_in_words(),
            report.source.display(),
            report.dataset,
            report.seconds
        )?;
        if !report.channels.is_empty() {
            writeln!(out, "  channels      {}", report.channels.join(", "))?;
        }
        if !report.rows_are.is_profile() {
            writeln!(
                out,
                "  with picture  {} of {}",
                report.rows_with_picture, report.rows
            )?;
            let without = report.rows_without_picture.iter();
            let without: Vec<String> = without
                .map(|(reason, count)| format!("{count} without: {reason}"))
                .collect();
            some_lines(out, &without, without.len(), "reasons")?;
        }
        images(&report.images, out)?;
        if !report.pixel_size.is_unknown() {
            writeln!(out, "  pixel size    {}", report.pixel_size)?;
        }
        if let Some(names) = &report.names {
            writeln!(out, "  names         {names}")?;
        }
        outlines(report, out)?;
        verification(&report.verification, out)?;
        for (object, count) in &report.outlines_approximate {
            writeln!(
                out,
                "  outlines      {object}: {count} approximate (ellipse from AreaShape)"
            )?;
        }
        for (object, count) in &report.outlines_stored {
            writeln!(out, "  outlines      {object}: {count} copied")?;
        }
        for (object, count) in &report.rows_without_compartment {
            writeln!(out, "  {} without {object}", counted(*count, "row"))?;
        }
        if report.cells_with_several_nuclei > 0 {
            writeln!(
                out,
                "  {} with several nuclei (QC_NucleiCount)",
                counted(report.cells_with_several_nuclei, "cell")
            )?;
        }
        files(report, out)?;
        let ignored = report.ignored.iter();
        let ignored: Vec<String> = ignored
            .map(|file| format!("left alone {}: {}", file.path.display(), file.reason))
            .collect();
        list(out, "  ", &ignored, SHOWN_REMARKS, (ignored.len(), "files"))?;
        let remarks: Vec<String> = report.remarks.iter().map(ToString::to_string).collect();
        list(
            out,
            "  ",
            &remarks,
            SHOWN_REMARKS,
            (remarks.len(), "remarks"),
        )
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
    let changes = images.path_changes.iter();
    let changes: Vec<String> = changes.map(ToString::to_string).collect();
    some_lines(out, &changes, changes.len(), "folders")?;
    let lost = [images.missing.as_slice(), images.failed.as_slice()].concat();
    some_lines(out, &lost, lost.len(), "pictures")?;
    some_lines(
        out,
        &images.pages_unused,
        images.pages_unused.len(),
        "files",
    )?;
    for column in &images.no_channels {
        writeln!(out, "    {}", column.reason)?;
    }
    Ok(())
}

/// What became of the rows of each table.
fn files(report: &ImportReport, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let names = report.table_names();
    for (file, name) in report.files.iter().zip(names).take(SHOWN_FILES) {
        writeln!(
            out,
            "  {name}: {} = {} imported + {} rejected + {} without parent + {} not used ({})",
            counted(file.rows, "row"),
            file.imported,
            file.rejected,
            file.without_parent,
            file.not_used,
            file.used_as
        )?;
        let lines = notes_of(file);
        let all = lines.len()
            + file
                .notes
                .num_coerced
                .saturating_sub(file.notes.coerced.len());
        some_lines(out, &lines, all, "notes")?;
    }
    let more = report.files.len().saturating_sub(SHOWN_FILES);
    rest(out, "  ", more, "tables", true)
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
                "{}: {} among {}, kept as text",
                mixed.column,
                counted(mixed.numbers, "number"),
                counted(mixed.texts, "text")
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
    for line in &without_agreeing(lines) {
        writeln!(out, "  checked       {line}")?;
        // A sentence about a picture is about many cells.
        let all = match line.kind {
            VerificationKind::Pixels => line.examples.len(),
            _ => line.contradicted,
        };
        some_lines(out, &line.examples, all, &line.of)?;
    }
    Ok(())
}

/// Lines about sizes, tables and files that all agree are one line for all objects and channels.
fn without_agreeing(lines: &[Verification]) -> Vec<Verification> {
    let mut shown: Vec<Verification> = Vec::new();
    let agrees = |line: &Verification| {
        let kinds = [
            VerificationKind::Size,
            VerificationKind::Tables,
            VerificationKind::Files,
        ];
        kinds.contains(&line.kind) && line.verified == line.checked
    };
    for line in lines {
        let is_like = |known: &&mut Verification| {
            agrees(known) && agrees(line) && known.kind == line.kind && known.of == line.of
        };
        let Some(known) = shown.iter_mut().find(is_like) else {
            shown.push(line.clone());
            continue;
        };
        known.agree(line.checked);
        for (names, name) in [
            (&mut known.object, &line.object),
            (&mut known.channel, &line.channel),
        ] {
            if let (Some(names), Some(name)) = (names, name)
                && !names.split(", ").any(|known| known == name)
            {
                names.push_str(", ");
                names.push_str(name);
            }
        }
    }
    shown
}

/// What was traced, in words.
fn words(pictures: &ObjectPictureReport, object: &str) -> String {
    let kinds: Vec<String> = pictures
        .kinds
        .iter()
        .map(|(kind, fields)| format!("{kind} of {}", counted(*fields, "field")))
        .collect();
    let mut words = vec![format!("from {}", kinds.join(", "))];
    if pictures.parts_left > 0 {
        let left = pictures.parts_left;
        words.push(match left {
            1 => format!("1 part belongs to no imported {object}"),
            _ => format!("{left} parts belong to no imported {object}"),
        });
    }
    if pictures.melted > 0 {
        words.push(format!("{} are melted together", pictures.melted));
    }
    words.join("; ")
}

/// Some lines of a list, and how many more of `all` there are.
fn some_lines(
    out: &mut fmt::Formatter<'_>,
    lines: &[String],
    all: usize,
    what: &str,
) -> fmt::Result {
    list(out, "    ", lines, SHOWN_LINES, (all, what))
}

/// About `most` lines of a list, one of every kind before a second one of any; and how many more of `all` there are.
fn list(
    out: &mut fmt::Formatter<'_>,
    indent: &str,
    lines: &[String],
    most: usize,
    (all, what): (usize, &str),
) -> fmt::Result {
    let chosen = choose_lines(lines, most);
    for line in &chosen.shown {
        writeln!(out, "{indent}{line}")?;
    }
    if chosen.shown.is_empty() {
        return Ok(());
    }
    let unlisted = all.saturating_sub(lines.len());
    rest(out, indent, chosen.more + unlisted, what, unlisted == 0)
}

/// Says how many more there are, and where, if they are `listed` anywhere.
fn rest(
    out: &mut fmt::Formatter<'_>,
    indent: &str,
    more: usize,
    what: &str,
    listed: bool,
) -> fmt::Result {
    if more == 0 {
        return Ok(());
    }
    let what = match more {
        1 => what.strip_suffix('s').unwrap_or(what),
        _ => what,
    };
    let place = if listed {
        " (--report FILE.json lists them all)"
    } else {
        ""
    };
    writeln!(out, "{indent}and {more} more {what}{place}")
}
