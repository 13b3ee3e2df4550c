//! The exports of an import, opened and joined: what their rows stand for is decided over all of them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use arrow::datatypes::DataType;

use super::equal_exports::{self, Copy, equal_values};
use super::join::{DistinctSets, choose_primary};
use super::joined_part::JoinedPart;
use super::refusal::{no_part, reason_of};
use super::table_counts::{check_counts, check_joined_counts};
use super::{
    FileReport, ImportError, ImportOptions, ImportReport, PairReport, Remark, TableRemark,
    Verification, add_verifications,
};
use cytolance_profile::{KeyPart, RowKind};
use cytolance_sources::{Export, FoundExport, IgnoredFile, Relations, Table};

/// Why an export has no row with `--complete`.
const NONE_COMPLETE: &str = "none of its rows has every compartment (--complete)";

/// An export that is opened, with what tells its rows from those of others.
struct OpenedExport {
    export: Export,
    source_name: String,
    /// What tells it from the others of the source.
    name: String,
    /// Tables that others of it repeat.
    repeated: Vec<FileReport>,
    /// Its counts, held against its rows.
    counts: Vec<Verification>,
}

/// Opens and joins the exports. What rows stand for, and what is joined to them, is decided over all of them.
pub(super) fn join_exports(
    found: &[FoundExport],
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<Vec<JoinedPart>, ImportError> {
    let several = found.len() > 1;
    let mut failures: Vec<(PathBuf, ImportError)> = Vec::new();
    let mut opened: Vec<OpenedExport> = Vec::new();
    for export in found {
        match open_export(export, report) {
            Ok(export) => opened.push(export),
            Err(error) => failures.push((export.path.clone(), error)),
        }
    }
    if opened.is_empty() {
        return Err(no_part(&options.source, failures));
    }
    let opened = of_one_row_kind(opened, report)?;
    let tables: Vec<&[(String, Table)]> = opened
        .iter()
        .map(|opened| opened.export.objects.as_slice())
        .collect();
    let primary = choose_primary(&tables, options.primary.as_deref())?;
    check_pairs(&tables, options)?;
    let empty = empty_sets(&tables);
    if !empty.is_empty() {
        let remark = TableRemark::EmptySets { objects: empty };
        report.remarks.push(remark.into());
    }
    let mut parts: Vec<JoinedPart> = Vec::new();
    for opened in opened {
        let path = opened.export.path.clone();
        if several && let Some(remark) = without_primary(&opened.export, &primary) {
            leave_out_with(&path, remark, report);
            continue;
        }
        let (repeated, name, mut counts) = (opened.repeated, opened.name, opened.counts);
        let joined = JoinedPart::new(
            opened.export,
            opened.source_name,
            Some(&primary),
            &options.pair,
        );
        match joined {
            Ok(mut part) => {
                note_pictures(&part, report);
                counts.extend(check_joined_counts(&part, &place_of(&name)));
                add_verifications(&mut report.verification, counts);
                part.name = name;
                part.plane = options.plane;
                parts.push(part);
                report.files.extend(repeated);
            }
            Err(error) => failures.push((path, error)),
        }
    }
    if parts.is_empty() {
        return Err(no_part(&options.source, failures));
    }
    let failed = failures.into_iter().map(|(path, error)| IgnoredFile {
        reason: reason_of(&error),
        path,
    });
    report.ignored.extend(failed);
    settle_compartments(&mut parts);
    if options.complete {
        let compartments: Vec<String> = united_objects(&parts).into_iter().skip(1).collect();
        for part in &mut parts {
            part.joined.drop_incomplete(&compartments);
        }
    }
    let mut repeated = std::mem::take(&mut report.files);
    for part in &mut parts {
        report.files.extend(part.take_files());
    }
    report.files.append(&mut repeated);
    parts.retain(|part| {
        let has_rows = !part.joined.rows.is_empty();
        if !has_rows {
            let path = part.path.clone();
            let reason = NONE_COMPLETE.to_owned();
            report.ignored.push(IgnoredFile { path, reason });
        }
        has_rows
    });
    if parts.is_empty() {
        return Err(ImportError::NoRows {
            path: options.source.clone(),
            reason: NONE_COMPLETE.to_owned(),
        });
    }
    Ok(parts)
}

/// Leaves profiles out where there are cells, as rows of both would be counted together.
///
/// # Errors
/// [`ImportError::SameProfiles`] where profiles of several files may be of the same wells.
fn of_one_row_kind(
    opened: Vec<OpenedExport>,
    report: &mut ImportReport,
) -> Result<Vec<OpenedExport>, ImportError> {
    let kind_of = |opened: &OpenedExport| match opened.export.relations {
        Relations::Profiles(kind) => kind,
        Relations::Parents | Relations::SameRow => RowKind::Objects,
    };
    let kinds: Vec<RowKind> = opened.iter().map(kind_of).collect();
    // What is nearest to a cell.
    let nearest = [
        RowKind::Objects,
        RowKind::Sites,
        RowKind::Wells,
        RowKind::Treatments,
    ];
    let mut nearest = nearest.into_iter();
    let kept = nearest
        .find(|kind| kinds.contains(kind))
        .unwrap_or_default();
    report.rows_are = kept;
    let (kept, others): (Vec<_>, Vec<_>) = opened
        .into_iter()
        .partition(|opened| kind_of(opened) == kept);
    for other in others {
        let path = other.export.path.clone();
        let remark = TableRemark::OtherRows {
            path: path.clone(),
            rows: kind_of(&other),
            kept: report.rows_are,
        };
        leave_out_with(&path, remark, report);
    }
    if report.rows_are.is_profile() {
        same_profiles(&kept, report.rows_are)?;
    }
    Ok(kept)
}

/// Fails where two files hold profiles of the same wells, as the stages of their making do. Plates that are told apart
/// by their files alone are no stages.
fn same_profiles(opened: &[OpenedExport], kind: RowKind) -> Result<(), ImportError> {
    let mut seen: HashMap<Vec<Option<String>>, &Path> = HashMap::new();
    for opened in opened {
        let Some(table) = &opened.export.image else {
            continue;
        };
        let names: Vec<&str> = table
            .columns
            .iter()
            .map(|column| column.output.as_deref().unwrap_or(&column.name))
            .collect();
        let is_key = |at: &usize| match kind {
            RowKind::Treatments => {
                let is_text = table.columns[*at].data_type == DataType::Utf8;
                is_text && names[*at].starts_with("Metadata_")
            }
            _ => KeyPart::of(names[*at]).is_some(),
        };
        let at: Vec<usize> = (0..names.len()).filter(is_key).collect();
        let has_plate = names.iter().any(|name| KeyPart::Plate.is_said_by(name));
        if !has_plate && kind != RowKind::Treatments {
            continue;
        }
        let values = table.read(&at, None)?;
        for row in 0..table.num_rows {
            let key: Vec<Option<String>> = values
                .iter()
                .map(|values| cytolance_sources::text_of(values, row))
                .collect();
            let path = opened.export.path.as_path();
            let first = *seen.entry(key).or_insert(path);
            if first != path {
                return Err(ImportError::SameProfiles {
                    kind,
                    first: first.to_path_buf(),
                    other: path.to_path_buf(),
                });
            }
        }
    }
    Ok(())
}

/// A set that is no compartment in one part, because an object has several, is none in the others either: whether a
/// well has few objects does not say what they are.
fn settle_compartments(parts: &mut [JoinedPart]) {
    let several: Vec<(String, String)> = parts
        .iter()
        .flat_map(|part| {
            let sets = part.joined.several.iter();
            sets.map(|(name, reason)| (name.clone(), format!("in {}, {reason}", part.source_name)))
        })
        .collect();
    for (name, reason) in several {
        for part in parts.iter_mut() {
            part.joined.keep_out(&name, &reason);
        }
    }
}

/// What is to be said of one of several exports that has no primary object.
fn without_primary(export: &Export, primary: &str) -> Option<TableRemark> {
    let rows_of = |name: &str| {
        let mut sets = export.objects.iter();
        let found = sets.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map_or(0, |(_, table)| table.notes.rows_in_file)
    };
    (rows_of(primary) == 0).then(|| TableRemark::NoPrimary {
        path: export.path.clone(),
        primary: primary.to_owned(),
        others: export
            .objects
            .iter()
            .filter(|(_, table)| table.num_rows > 0)
            .map(|(name, table)| (name.clone(), table.num_rows))
            .collect(),
    })
}

/// The object sets of which no table has a row.
fn empty_sets(parts: &[&[(String, Table)]]) -> Vec<String> {
    let tables = || parts.iter().copied().flatten();
    let is_empty = |name: &str| tables().all(|(own, table)| own != name || table.num_rows == 0);
    let mut empty: Vec<String> = tables()
        .map(|(name, _)| name.clone())
        .filter(|name| is_empty(name))
        .collect();
    empty.sort_unstable();
    empty.dedup();
    empty
}

/// Fails where a set that is to be joined by number and place is in no export.
fn check_pairs(parts: &[&[(String, Table)]], options: &ImportOptions) -> Result<(), ImportError> {
    let names = || parts.iter().copied().flatten().map(|(name, _)| name);
    for wanted in &options.pair {
        if !names().any(|name| name.eq_ignore_ascii_case(wanted)) {
            let mut choices: Vec<&str> = names().map(String::as_str).collect();
            choices.sort_unstable();
            choices.dedup();
            return Err(ImportError::UnknownPrimary {
                name: wanted.clone(),
                choices: choices.join(", "),
            });
        }
    }
    Ok(())
}

/// Names the exports that are there twice.
pub(super) fn note_copies(
    found: &[FoundExport],
    copies: &[Copy],
    joined: &[JoinedPart],
    report: &mut ImportReport,
) -> Result<(), ImportError> {
    for copy in copies {
        let of = &found[copy.of];
        let own = |part: &&JoinedPart| part.path == of.path && part.name == of.name;
        // One that cannot be imported is named with its reason.
        let Some(part) = joined.iter().find(own) else {
            continue;
        };
        let remark = TableRemark::Copy {
            export: equal_exports::name_of(&copy.export),
            of: equal_exports::name_of(of),
            rows: part.joined.rows.len(),
        };
        report.remarks.push(remark.into());
    }
    if joined.len() > 1 {
        let names: Vec<String> = joined
            .iter()
            .map(|part| match part.name.as_str() {
                "" => report.source_name.clone(),
                name => name.to_owned(),
            })
            .collect();
        let equal = equal_values(joined, &names)?;
        report.remarks.extend(equal.into_iter().map(Remark::Table));
    }
    Ok(())
}

/// Says what rows stand for, and which have not all that others have.
pub(super) fn note_joins(parts: &[JoinedPart], names: &[String], report: &mut ImportReport) {
    if let Some((primary, compartments)) = names.split_first() {
        report.primary.clone_from(primary);
        report.compartments = compartments.to_vec();
    }
    let mut pairs: Vec<PairReport> = Vec::new();
    for part in parts {
        for name in names.iter().skip(1) {
            let mut compartments = part.joined.compartments.iter();
            let own = compartments.find(|compartment| compartment.name == *name);
            let absent = match own {
                Some(own) => own.rows.iter().filter(|row| row.is_none()).count(),
                None => part.joined.rows.len(),
            };
            if absent > 0 {
                *report
                    .rows_without_compartment
                    .entry(name.clone())
                    .or_default() += absent;
            }
        }
        report.cells_with_several_nuclei += part
            .joined
            .nuclei_counts
            .iter()
            .flatten()
            .filter(|count| **count > 1)
            .count();
        let (rows, images) = part.rows_without_image();
        if rows > 0 {
            let table = part.image_table.as_ref();
            let remark = TableRemark::RowsWithoutImage {
                rows,
                images,
                path: table.map_or_else(|| part.path.clone(), |table| table.path.clone()),
            };
            report.remarks.push(remark.into());
        }
        for own in &part.joined.pairs {
            match pairs.iter_mut().find(|pair| pair.object == own.object) {
                Some(pair) => pair.add(own),
                None => pairs.push(own.clone()),
            }
        }
    }
    for pair in &pairs {
        if pair.wanted || pair.is_likely() {
            report.remarks.push(TableRemark::Pairs(pair.clone()).into());
        }
    }
    report.pairs = pairs;
}

/// Opens one export.
fn open_export(
    found: &FoundExport,
    report: &mut ImportReport,
) -> Result<OpenedExport, ImportError> {
    let mut export = found.open()?;
    report.ignored.extend(export.ignored.iter().cloned());
    let remarks = export.remarks.iter().cloned();
    report.remarks.extend(remarks.map(Remark::Source));
    if export.relations == Relations::Parents
        && export
            .image
            .as_ref()
            .is_some_and(|table| !table.has("ImageNumber"))
    {
        let path = export.path.clone();
        report
            .remarks
            .push(TableRemark::NoImageNumber { path }.into());
    }
    let source_name = if found.name.is_empty() {
        report.source_name.clone()
    } else {
        format!("{}/{}", report.source_name, found.name)
    };
    let mut repeated = Vec::new();
    if export.relations == Relations::Parents {
        let distinct = DistinctSets::new(std::mem::take(&mut export.objects))?;
        export.objects = distinct.tables;
        repeated = distinct.repeated;
        report.remarks.extend(distinct.remarks);
    }
    let counts = check_counts(&export, &place_of(&found.name));
    Ok(OpenedExport {
        export,
        source_name,
        name: found.name.clone(),
        repeated,
        counts,
    })
}

/// What stands before an example of one of several exports.
fn place_of(name: &str) -> String {
    match name {
        "" => String::new(),
        name => format!("{name}, "),
    }
}

/// Says where a part's pictures are named, if not in an Image table.
fn note_pictures(part: &JoinedPart, report: &mut ImportReport) {
    let Some(sets) = &part.sets else {
        let path = part.path.clone();
        let remark = TableRemark::NoImageTable { path };
        report.remarks.push(remark.into());
        return;
    };
    if !sets.named_by.is_empty() {
        let tables = sets.named_by.clone();
        report
            .remarks
            .push(TableRemark::PicturesNamedBy { tables }.into());
        let conflicts = sets.conflicts.iter().cloned();
        let remarks = conflicts.map(|conflict| TableRemark::NamesDiffer(conflict).into());
        report.remarks.extend(remarks);
    }
}

/// Names one of many exports that is not imported.
fn leave_out_with(path: &Path, remark: TableRemark, report: &mut ImportReport) {
    report.ignored.push(IgnoredFile {
        path: path.to_path_buf(),
        reason: remark.to_string(),
    });
    report.remarks.push(remark.into());
}

/// Object sets of all parts: the primary one, then nuclei, then others in the order in which they appear.
pub(super) fn united_objects(parts: &[JoinedPart]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in parts {
        for (name, _) in part.objects() {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}
