//! Which image set a picture belongs to that was found for several.

use std::collections::BTreeMap;

use super::field_plan::LocatedField;
use super::located_part::LocatedPart;
use super::roots::{folders_of_file, is_same_folder};
use super::{ImageReport, PathChange};

/// A picture of a field: its part, field and channel.
type PicturePlace = (usize, usize, usize);

/// Leaves each file to the pictures of one recorded folder: the others of this name were not copied, and showing this
/// one for them would be wrong. Path changes that led to such a file alone are dropped.
pub(super) fn settle_pictures(parts: &mut [LocatedPart], images: &mut ImageReport) {
    let mut by_file: BTreeMap<String, BTreeMap<String, Vec<PicturePlace>>> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        let Some(sets) = &part.sets else { continue };
        for (place, field) in part.fields.iter().enumerate() {
            let Some(row) = sets.row_by_key.get(&field.cells.image) else {
                continue;
            };
            for (channel, plane) in field.pictures.iter().enumerate() {
                if let (Ok((location, _)), Some(columns)) = (plane, sets.channels.get(channel)) {
                    let folder = sets.path_name(&columns.name, *row).unwrap_or_default();
                    // One folder of the export may be several fields; those of another export are looked at by themselves.
                    by_file
                        .entry(format!("{at} {location}"))
                        .or_default()
                        .entry(folder)
                        .or_default()
                        .push((at, place, channel));
                }
            }
        }
    }
    let mut lost: Vec<String> = Vec::new();
    for folders in by_file.into_values().filter(|folders| folders.len() > 1) {
        let recorded: Vec<&str> = folders.keys().map(String::as_str).collect();
        let Some(&(part, field, channel)) = folders.values().flatten().next() else {
            continue;
        };
        let Ok((location, _)) = parts[part].fields[field].pictures[channel].clone() else {
            continue;
        };
        let owners = folders_of_file(&location, &recorded);
        let reason = match owners.first() {
            Some(owner) => format!("{location} is that of {}", recorded[*owner]),
            None => format!("{location} may be that of {}", recorded.join(" or of ")),
        };
        for (at, (folder, places)) in folders.iter().enumerate() {
            if owners.contains(&at) {
                continue;
            }
            lost.push(folder.clone());
            for (part, field, channel) in places {
                let part = &mut parts[*part];
                let name = part
                    .sets
                    .as_ref()
                    .map(|sets| sets.channels[*channel].name.clone());
                let field = &mut part.fields[*field];
                images.missing.push(format!(
                    "the {} picture of image {}, recorded in {folder}: {reason}",
                    name.as_deref().unwrap_or_default(),
                    field.cells.image.1
                ));
                field.pictures[*channel] = Err(format!(
                    "the {} picture is missing",
                    name.as_deref().unwrap_or_default()
                ));
            }
        }
    }
    let has_pictures = |change: &PathChange| {
        let recorded = |part: &LocatedPart, field: &LocatedField| {
            let sets = part.sets.as_ref()?;
            let row = *sets.row_by_key.get(&field.cells.image)?;
            let mut found = sets.channels.iter().zip(&field.pictures);
            Some(found.any(|(channel, plane)| {
                let folder = sets.path_name(&channel.name, row).unwrap_or_default();
                plane.is_ok() && is_same_folder(&folder, &change.recorded_prefix)
            }))
        };
        parts.iter().any(|part| {
            let mut fields = part.fields.iter();
            fields.any(|field| recorded(part, field) == Some(true))
        })
    };
    images.path_changes.retain(|change| {
        let is_lost = lost
            .iter()
            .any(|folder| is_same_folder(folder, &change.recorded_prefix));
        !is_lost || has_pictures(change)
    });
}
