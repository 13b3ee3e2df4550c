//! What the image columns of an export are: channels, pictures of objects, illumination functions.
//!
//! Names say what may be; pixels decide where a picture is found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field_masks::trace;
use super::field_plan::{FieldCells, FieldMask, MaskRoots};
use super::joined_part::JoinedPart;
use super::role_pixels::{Shown, shown_by};
use super::roots::{NameClaim, NameWords, name_words};
use super::{FetchedPictures, ImageReport, ImageRoots, PictureLocation};
use cytolance_sources::{ImageSets, MaskColumns, PictureColumns};

/// Image sets whose pictures are looked at for what they are.
const LOOKED_AT: usize = 3;

/// Image sets of which one is looked for that has a picture.
const ASKED_FOR: usize = 64;

/// What an image column is, if no channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageRole {
    /// A picture that the pipeline saved.
    Saved,
    /// Object numbers, a mask or outlines.
    Objects,
    /// How likely each pixel is of an object.
    Probabilities,
    /// What pictures are divided by.
    Function,
}

/// An image column that is no channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoChannel {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: ImageRole,
    /// A sentence that says so.
    pub reason: String,
}

/// What the name of a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// A channel, as far as a name can tell.
    Channel,
    /// Perhaps objects; whether the name alone is enough.
    Objects(bool),
    Probabilities,
    /// Perhaps an illumination function; whether the name alone is enough.
    Function(bool),
    /// Objects drawn into a picture.
    Overlay,
}

fn told_by_name(name: &str, objects: &[String]) -> Told {
    let words = name_words(name);
    if words.are_probabilities() {
        return Told::Probabilities;
    }
    if let Some(is_sure) = words.say_illumination() {
        return Told::Function(is_sure);
    }
    if words.is_overlay() {
        return Told::Overlay;
    }
    let is_object = objects.iter().any(|object| words.fit(object).is_some());
    match words.say_mask() {
        Some(is_sure) => Told::Objects(is_sure || is_object),
        None if is_object => Told::Objects(false),
        None => Told::Channel,
    }
}

/// The roots in which pictures are looked for.
#[derive(Clone, Copy)]
pub(super) struct RoleRoots<'a> {
    pub images: &'a ImageRoots,
    /// Those of masks, which may have names of pictures.
    pub masks: Option<&'a MaskRoots>,
}

impl RoleRoots<'_> {
    /// Where a picture is that the export names: below the folders of pictures, else below those of masks.
    pub fn find(&self, folder: Option<&str>, name: &str) -> Result<PictureLocation, String> {
        let in_masks = |reason| {
            let roots = self.masks.map(|masks| &masks.roots);
            let found = roots.filter(|roots| !roots.is_empty());
            found
                .and_then(|roots| roots.find(folder, name).ok())
                .ok_or(reason)
        };
        self.images.find(folder, name).or_else(in_masks)
    }
}

/// Moves image columns that are no channels out of the channels of a part, and says which pictures of objects are of
/// which object set. `objects` are the object sets of all parts.
pub(super) fn settle_roles(
    part: &mut JoinedPart,
    objects: &[String],
    roots: RoleRoots<'_>,
    applied: bool,
    images: &mut ImageReport,
) {
    let Some(mut sets) = part.sets.take() else {
        return;
    };
    let rows = field_rows(part, &sets);
    let mut said: BTreeMap<String, (ImageRole, String)> = BTreeMap::new();
    let names: Vec<String> = sets
        .channels
        .iter()
        .map(|channel| channel.name.clone())
        .collect();
    for name in names {
        settle_input(part, &mut sets, &name, objects, roots, &rows, &mut said);
    }
    // Arrays are functions unless their name says that they hold objects.
    for name in std::mem::take(&mut sets.functions) {
        if matches!(told_by_name(&name, objects), Told::Objects(true)) {
            said.insert(name.clone(), (ImageRole::Objects, String::new()));
            sets.masks.push(MaskColumns { name, object: None });
        } else {
            sets.functions.push(name);
        }
    }
    let saved = std::mem::take(&mut sets.pictures);
    for PictureColumns { name } in saved {
        let told = told_by_name(&name, objects);
        let is_function = matches!(told, Told::Function(true));
        if is_function {
            sets.functions.push(name);
        } else if matches!(told, Told::Objects(_))
            && shown_by(&sets, &name, &rows, roots) == Some(Shown::Objects)
            && let Some(object) = owner_of(part, &sets, &name, objects, roots, &rows)
        {
            let object = Some(object);
            sets.masks.push(MaskColumns { name, object });
        } else {
            sets.pictures.push(PictureColumns { name });
        }
    }
    for at in 0..sets.masks.len() {
        if sets.masks[at].object.is_none() {
            let name = sets.masks[at].name.clone();
            sets.masks[at].object = owner_of(part, &sets, &name, objects, roots, &rows);
        }
    }
    // What shows whole objects is better than their edges.
    sets.masks
        .sort_by_key(|mask| name_words(&mask.name).draw_edges());
    part.sets = Some(sets);
    note_roles(part, said, applied, images);
}

/// Decides what an input channel is.
fn settle_input(
    part: &JoinedPart,
    sets: &mut ImageSets,
    name: &str,
    objects: &[String],
    roots: RoleRoots<'_>,
    rows: &[(FieldCells, usize)],
    said: &mut BTreeMap<String, (ImageRole, String)>,
) {
    let told = match told_by_name(name, objects) {
        Told::Channel if files_say_illumination(sets, name, rows) => Told::Function(false),
        told => told,
    };
    let roots = match told {
        // A mask may have the name of the picture that it is of.
        Told::Channel => RoleRoots {
            masks: None,
            ..roots
        },
        _ => roots,
    };
    let shown = || shown_by(sets, name, rows, roots);
    let role = match told {
        Told::Probabilities => ImageRole::Probabilities,
        Told::Overlay if is_marked(sets, name) => return,
        Told::Overlay => ImageRole::Saved,
        Told::Objects(is_sure) => match shown() {
            Some(Shown::Objects) => ImageRole::Objects,
            None if is_sure => ImageRole::Objects,
            _ => return,
        },
        Told::Function(is_sure) => {
            let is_function = match shown() {
                Some(Shown::Smooth) => true,
                Some(Shown::Fractions) | None => is_sure,
                Some(_) => is_sure && is_shared(sets, name, rows),
            };
            if !is_function {
                return;
            }
            ImageRole::Function
        }
        // Numbers of pixels that are those of the objects there are no light.
        Told::Channel => {
            let is_numbers = shown() == Some(Shown::Objects)
                && objects.iter().any(|object| {
                    agreement(part, sets, name, object, roots, rows).is_some_and(|found| {
                        found.by_number && found.same == found.of && found.of > 1
                    })
                });
            if !is_numbers {
                return;
            }
            ImageRole::Objects
        }
    };
    sets.channels.retain(|channel| channel.name != name);
    let name = name.to_owned();
    match role {
        ImageRole::Saved => sets.pictures.push(PictureColumns { name }),
        ImageRole::Function => sets.functions.push(name),
        ImageRole::Probabilities => {
            let reason = "is a map of probabilities by its name: not a channel".to_owned();
            said.insert(name, (role, reason));
        }
        ImageRole::Objects => {
            let by_name = shown_by(sets, &name, rows, roots).is_none();
            let reason = if by_name {
                " by its name (no picture of it tells)"
            } else {
                ""
            };
            said.insert(name.clone(), (role, reason.to_owned()));
            sets.masks.push(MaskColumns { name, object: None });
        }
    }
}

/// The rows of the image sets that have cells, with these; not more than are looked through.
fn field_rows(part: &JoinedPart, sets: &ImageSets) -> Vec<(FieldCells, usize)> {
    let mut start = 0;
    let mut fields = Vec::new();
    for group in part.joined.images.chunk_by(|a, b| a == b) {
        let rows = start..start + group.len();
        start = rows.end;
        if let Some(row) = sets.row_by_key.get(&group[0]) {
            let image = group[0];
            fields.push((FieldCells { image, rows }, *row));
        }
    }
    let step = fields.len().div_ceil(ASKED_FOR).max(1);
    fields.into_iter().step_by(step).collect()
}

/// Whether the Image table says that a picture was loaded.
fn is_marked(sets: &ImageSets, name: &str) -> bool {
    let marks = ["Height_", "Scaling_", "Channel_"];
    let mut marks = marks.iter().map(|mark| format!("{mark}{name}"));
    marks.any(|column| sets.table.has(&column))
}

/// Whether the names of a column's files say that they are illumination functions.
fn files_say_illumination(sets: &ImageSets, name: &str, rows: &[(FieldCells, usize)]) -> bool {
    let mut files = rows
        .iter()
        .filter_map(|(_, row)| sets.file_name(name, *row))
        .peekable();
    files.peek().is_some()
        && files.all(|file| {
            let stem = file
                .rsplit_once('.')
                .map_or(file.as_str(), |(stem, _)| stem);
            name_words(stem).say_illumination() == Some(true)
        })
}

/// Whether several image sets have the same file of a column.
fn is_shared(sets: &ImageSets, name: &str, rows: &[(FieldCells, usize)]) -> bool {
    let mut files: Vec<(Option<String>, String)> = rows
        .iter()
        .filter_map(|(_, row)| Some((sets.path_name(name, *row), sets.file_name(name, *row)?)))
        .collect();
    let all = files.len();
    files.sort();
    files.dedup();
    files.len() < all
}

/// How the objects of a set lie in a picture.
struct Agreement {
    /// Objects that lie closely where they were measured.
    same: usize,
    of: usize,
    /// The numbers are those of the objects.
    by_number: bool,
}

fn agreement(
    part: &JoinedPart,
    sets: &ImageSets,
    name: &str,
    object: &str,
    roots: RoleRoots<'_>,
    rows: &[(FieldCells, usize)],
) -> Option<Agreement> {
    let fetched = FetchedPictures::default();
    let mut found: Option<Agreement> = None;
    let located = rows.iter().filter_map(|(cells, row)| {
        let file = sets.file_name(name, *row)?;
        let folder = sets.path_name(name, *row);
        let location = roots.find(folder.as_deref(), &file).ok()?;
        Some((cells, location, sets.place(name, *row)))
    });
    for (cells, location, place) in located.take(LOOKED_AT) {
        let claim = NameClaim::Recorded;
        let mask = FieldMask {
            location,
            place,
            claim,
        };
        let Ok(traced) = trace(part, cells, object, &mask, &fetched, None) else {
            continue;
        };
        let [same, _, of] = traced.agreement;
        let by_number = traced.kind == "labels" && traced.remark.is_none();
        let known = found.get_or_insert(Agreement {
            same: 0,
            of: 0,
            by_number: true,
        });
        known.same += same;
        known.of += of;
        known.by_number &= by_number;
    }
    found
}

/// The object set that a picture of objects is of: by its name, else by the names of its files, else by place.
fn owner_of(
    part: &JoinedPart,
    sets: &ImageSets,
    name: &str,
    objects: &[String],
    roots: RoleRoots<'_>,
    rows: &[(FieldCells, usize)],
) -> Option<String> {
    let own: Vec<&String> = objects
        .iter()
        .filter(|object| part.objects().iter().any(|(known, _)| known == object))
        .collect();
    let by_words = |words: &NameWords| -> Option<String> {
        let mut ranked: Vec<_> = own
            .iter()
            .filter_map(|object| Some((words.fit(object)?, *object)))
            .collect();
        ranked.sort();
        match ranked.as_slice() {
            [(first, _), (second, _), ..] if first == second => None,
            [(_, object), ..] => Some((*object).clone()),
            [] => None,
        }
    };
    let by_file = || {
        let file = rows
            .iter()
            .find_map(|(_, row)| sets.file_name(name, *row))?;
        let stem = file
            .rsplit_once('.')
            .map_or(file.as_str(), |(stem, _)| stem);
        by_words(&name_words(stem))
    };
    if let Some(object) = by_words(&name_words(name)).or_else(by_file) {
        return Some(object);
    }
    let mut shares: Vec<(f64, &String)> = own
        .iter()
        .filter_map(|object| {
            let found = agreement(part, sets, name, object, roots, rows)?;
            Some((found.same as f64 / found.of.max(1) as f64, *object))
        })
        .collect();
    shares.sort_by(|a, b| b.0.total_cmp(&a.0));
    match shares[..] {
        [(first, object)] if first > 0.0 => Some(object.clone()),
        [(first, object), (second, _), ..] if first > 0.0 && second < first / 2.0 => {
            Some(object.clone())
        }
        _ => None,
    }
}

/// Says which columns of a part are no channels, and why.
fn note_roles(
    part: &JoinedPart,
    mut said: BTreeMap<String, (ImageRole, String)>,
    applied: bool,
    images: &mut ImageReport,
) {
    let Some(sets) = &part.sets else { return };
    for picture in &sets.pictures {
        let reason = "was saved by the pipeline: not a channel".to_owned();
        said.insert(picture.name.clone(), (ImageRole::Saved, reason));
        if !images.not_channels.contains(&picture.name) {
            images.not_channels.push(picture.name.clone());
        }
    }
    for name in &sets.functions {
        let mut reason = "is an illumination function: not a channel".to_owned();
        if !applied {
            reason += ", and not applied (--illum FOLDER applies it)";
        }
        said.insert(name.clone(), (ImageRole::Function, reason));
        if !images.functions.contains(name) {
            images.functions.push(name.clone());
        }
    }
    for mask in &sets.masks {
        let by_name = said
            .get(&mask.name)
            .map_or_else(String::new, |(_, reason)| reason.clone());
        let reason = match &mask.object {
            Some(object) => format!("shows the objects of {object}{by_name}: not a channel"),
            None => format!(
                "shows objects{by_name}, but of no set that is imported as far as can be told: not a channel"
            ),
        };
        said.insert(mask.name.clone(), (ImageRole::Objects, reason));
    }
    for (name, (role, reason)) in said {
        let reason = format!("{name} {reason}");
        if !images
            .no_channels
            .iter()
            .any(|known| known.reason == reason)
        {
            images.no_channels.push(NoChannel { name, role, reason });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_column_may_be() {
        let objects = ["Cells", "Nuclei", "cell"].map(str::to_owned);
        for (name, told) in [
            ("DNA", Told::Channel),
            ("OrigSegmentol", Told::Channel),
            ("cellmask", Told::Objects(true)),
            ("nuclei_mask", Told::Objects(true)),
            ("CellMask", Told::Objects(true)),
            ("DNA_labels", Told::Objects(true)),
            ("dapi_seg", Told::Objects(true)),
            ("fitcmask", Told::Objects(true)),
            ("MyObjects", Told::Objects(true)),
            ("NucleiOutlines", Told::Objects(true)),
            ("MaskNuclei", Told::Objects(true)),
            ("MaskedDNA", Told::Objects(false)),
            ("LabelFree", Told::Objects(false)),
            ("Nuclei", Told::Objects(false)),
            ("DNA_prob", Told::Probabilities),
            ("NucleiProbabilities", Told::Probabilities),
            ("CalciumProbe", Told::Channel),
            ("IllumDNA", Told::Function(true)),
            ("DNAIllumFunction", Told::Function(true)),
            ("IllumCorrectionFunctionDNA", Told::Function(true)),
            ("IllumCorrDNA", Told::Function(false)),
            ("CorrIllumDNA", Told::Function(false)),
            ("OrigOverlay", Told::Overlay),
        ] {
            assert_eq!(told_by_name(name, &objects), told, "{name}");
        }
    }
}
