//! Which field a mask belongs to, and whether anything of the masks can be traced at all.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::field_masks::{TracedObjects, trace};
use super::field_plan::LocatedField;
use super::located_part::LocatedPart;
use super::picture_page::pages_in;
use super::plan::ObjectPlan;
use super::{FetchedPictures, ImportOptions, ImportReport, OutlineRemark};

/// A field, by its part and its place in that.
type FieldPlace = (usize, usize);

/// Leaves each mask to one field. A file that is found for several is of the one whose pictures its name or the export
/// names, else of the one whose objects lie where its parts do, else of none.
///
/// Image sets of the same pictures are one field.
///
/// Returns a sentence for each field that has lost its mask.
pub(super) fn settle_masks(parts: &mut [LocatedPart], objects: &[String]) -> Vec<String> {
    let mut lost = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        for (file, claimants) in claimants(parts, at) {
            let owner = owner(parts, at, object, &claimants);
            for group in &claimants {
                if owner.as_ref().is_ok_and(|owner| owner == group) {
                    continue;
                }
                let reason = match &owner {
                    Ok(owner) => {
                        let (part, field) = owner[0];
                        format!(
                            "it is that of image {}",
                            parts[part].fields[field].cells.image.1
                        )
                    }
                    Err(reason) => reason.clone(),
                };
                for (part, field) in group {
                    let field = &mut parts[*part].fields[*field];
                    field.masks[at] = None;
                    lost.push(format!(
                        "{file} is not used as the {object} mask of image {}: {reason}",
                        field.cells.image.1
                    ));
                }
            }
        }
    }
    lost
}

/// The files that are the masks of several fields, with these fields; those of the same pictures are together.
fn claimants(parts: &[LocatedPart], object: usize) -> Vec<(String, Vec<Vec<FieldPlace>>)> {
    let mut by_file: BTreeMap<String, BTreeMap<Vec<String>, Vec<FieldPlace>>> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        for (place, field) in part.fields.iter().enumerate() {
            if let Some(mask) = &field.masks[object] {
                // Several fields may have pages of one file.
                let page = match (mask.place.series, mask.place.frame) {
                    (0, 0) => String::new(),
                    (series, frame) => format!(", series {series}, frame {frame},"),
                };
                by_file
                    .entry(format!("{}{page}", mask.location))
                    .or_default()
                    .entry(pictures_of(part, field))
                    .or_default()
                    .push((at, place));
            }
        }
    }
    by_file
        .into_iter()
        .filter(|(_, fields)| fields.len() > 1)
        .map(|(file, fields)| (file, fields.into_values().collect()))
        .collect()
}

/// What a field's pictures are: the files and places in them, else the names that are recorded.
fn pictures_of(part: &LocatedPart, field: &LocatedField) -> Vec<String> {
    let found: Vec<String> = field
        .pictures
        .iter()
        .filter_map(|plane| plane.as_ref().ok())
        .map(|(location, place)| format!("{location} {place:?}"))
        .collect();
    if !found.is_empty() {
        return found;
    }
    let recorded = part.sets.as_ref().and_then(|sets| {
        let row = *sets.row_by_key.get(&field.cells.image)?;
        let names = sets.channels.iter().filter_map(|channel| {
            let name = sets.file_name(&channel.name, row)?;
            let folder = sets.path_name(&channel.name, row).unwrap_or_default();
            let place = sets.place(&channel.name, row);
            Some(format!("{folder}/{name} {place:?}"))
        });
        Some(names.collect::<Vec<String>>())
    });
    recorded
        .filter(|names| !names.is_empty())
        .unwrap_or_else(|| vec![format!("{} {:?}", part.source_name, field.cells.image)])
}

/// The claimants that a mask belongs to.
///
/// # Errors
/// Why it belongs to none.
fn owner(
    parts: &[LocatedPart],
    at: usize,
    object: &str,
    claimants: &[Vec<FieldPlace>],
) -> Result<Vec<FieldPlace>, String> {
    let claim = |group: &Vec<FieldPlace>| {
        let claims = group
            .iter()
            .filter_map(|(part, field)| parts[*part].fields[*field].masks[at].as_ref());
        claims.map(|mask| mask.claim).min()
    };
    let best = claimants.iter().filter_map(claim).min();
    let strongest: Vec<&Vec<FieldPlace>> = claimants
        .iter()
        .filter(|group| claim(group) == best)
        .collect();
    if let [only] = strongest[..] {
        return Ok(only.clone());
    }
    let mut shares: Vec<(f64, &Vec<FieldPlace>)> = strongest
        .par_iter()
        .map(|group| {
            let share = group.first().and_then(|(part, field)| {
                let part = &parts[*part];
                let traced = trace_field(part, &part.fields[*field], object, at)?;
                let [same, _, all] = traced.agreement;
                Some(same as f64 / all.max(1) as f64)
            });
            (share.unwrap_or(0.0), *group)
        })
        .collect();
    shares.sort_by(|a, b| b.0.total_cmp(&a.0));
    match shares[..] {
        [(first, group), (second, _), ..] if first > 0.0 && second < first / 2.0 => {
            Ok(group.clone())
        }
        _ => Err(format!(
            "its name fits {} fields, and nothing tells of which it is",
            strongest.len()
        )),
    }
}

/// The traced mask of a field before the import runs.
fn trace_field(
    part: &LocatedPart,
    field: &LocatedField,
    object: &str,
    at: usize,
) -> Option<TracedObjects> {
    let mask = field.masks[at].as_ref()?;
    let fetched = FetchedPictures::default();
    let size = field.pictures.iter().find_map(|plane| {
        let (path, place) = plane.as_ref().ok()?;
        let open = path.open(&fetched).ok()?;
        let pages = pages_in(&open, *place, part.volumes.as_deref()).ok()?;
        let info = open.info(pages.first()).ok()?;
        Some([info.width, info.height])
    });
    trace(part, &field.cells, object, mask, &fetched, size).ok()
}

/// Whether an outline of an object set can be traced in any field: a set of which none can keeps its ellipses.
pub(super) fn traces_any(parts: &[LocatedPart], object: &str, at: usize) -> bool {
    let fields: Vec<(&LocatedPart, &LocatedField)> = parts
        .iter()
        .flat_map(|part| part.fields.iter().map(move |field| (part, field)))
        .filter(|(_, field)| field.masks[at].is_some())
        .collect();
    // The first one nearly always tells.
    let is_traced = |(part, field): &(&LocatedPart, &LocatedField)| {
        trace_field(part, field, object, at).is_some_and(|traced| traced.has_outline())
    };
    fields.first().is_some_and(is_traced) || fields[1.min(fields.len())..].par_iter().any(is_traced)
}

/// Says of which object sets fields have no mask.
pub(super) fn note_missing_masks(
    parts: &[LocatedPart],
    objects: &[ObjectPlan],
    options: &ImportOptions,
    report: &mut ImportReport,
) {
    let has_folders = !(options.masks.is_empty() && options.outlines.is_empty());
    let fields = || parts.iter().flat_map(|part| &part.fields);
    let num_fields = fields().count();
    for (at, object) in objects.iter().enumerate() {
        let name = &object.name;
        let without = parts
            .iter()
            .filter(|part| part.stored_outlines(name) != Some(false))
            .flat_map(|part| &part.fields)
            .filter(|field| field.masks[at].is_none())
            .count();
        if (object.traced || object.masks) && without > 0 {
            let remark = OutlineRemark::FieldsWithoutMask {
                without,
                fields: num_fields,
                object: name.clone(),
                traced: object.traced,
            };
            report.remarks.push(remark.into());
        } else if !object.traced && !object.masks && has_folders {
            let object = name.clone();
            report.remarks.push(OutlineRemark::NoMask { object }.into());
        }
    }
}
