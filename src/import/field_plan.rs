//! The fields of view of an export: the rows of each, its pictures and its masks.

use std::ops::Range;

use super::image_roles::RoleRoots;
use super::joined_part::JoinedPart;
use super::named_images::NamedImages;
use super::picture_records::PictureRecord;
use super::roots::{NameClaim, NameParts};
use super::{
    ImageKeys, ImageReport, ImageRoots, ObjectPictureIndex, OutlineRemark, PictureLocation, Remark,
};
use cytolance_imaging::PagePlace;
use cytolance_profile::KeyPart;
use cytolance_sources::{ImageKey, ImageSets, RecordedPicture, is_array};

/// One picture of a field: where it is and its place in that file, or why there is none.
pub(super) type PlaneSource = Result<(PictureLocation, PagePlace), String>;

/// Roots with masks and outline pictures, by path and by name.
#[derive(Debug)]
pub(super) struct MaskRoots {
    pub roots: ImageRoots,
    pub pictures: ObjectPictureIndex,
}

/// The mask of an object set in one field.
#[derive(Debug, Clone)]
pub(super) struct FieldMask {
    pub location: PictureLocation,
    /// Its place in that file.
    pub place: PagePlace,
    /// What tells that it is this field's.
    pub claim: NameClaim,
}

/// The cells of one field of view.
#[derive(Debug, Clone)]
pub(super) struct FieldCells {
    pub image: ImageKey,
    /// Their joined rows.
    pub rows: Range<usize>,
}

/// One field of view, with what was found of it.
#[derive(Debug)]
pub(super) struct LocatedField {
    pub cells: FieldCells,
    /// One a channel of the part's image sets; empty where the field is not in the Image table, or crops are copied.
    pub pictures: Vec<PlaneSource>,
    /// Mask or outline picture of each object set, the primary one first.
    pub masks: Vec<Option<FieldMask>>,
}

/// One field of view, as it is going to be read.
#[derive(Debug)]
pub(super) struct FieldPlan {
    pub cells: FieldCells,
    /// One a channel of the import; empty where the field is not in the Image table, or crops are copied.
    pub planes: Vec<PlaneSource>,
    /// Mask or outline picture of each object set, the primary one first.
    pub masks: Vec<Option<FieldMask>>,
    /// Illumination function of each channel; empty where none is applied.
    pub functions: Vec<Option<PictureLocation>>,
    /// What is recorded of each of the planes' files.
    pub records: Vec<PictureRecord>,
}

impl FieldPlan {
    /// Where its pictures and masks are.
    pub fn pictures(&self) -> impl Iterator<Item = &PictureLocation> {
        self.planes
            .iter()
            .filter_map(|plane| plane.as_ref().ok().map(|(location, _)| location))
            .chain(self.masks.iter().flatten().map(|mask| &mask.location))
    }
}

/// Finds the pictures and masks of every field that has cells.
pub(super) fn locate_fields(
    part: &JoinedPart,
    named: Option<&NamedImages>,
    objects: &[String],
    roots: &ImageRoots,
    masks: &MaskRoots,
    images: &mut ImageReport,
    remarks: &mut Vec<Remark>,
) -> Vec<LocatedField> {
    let sets = part.sets.as_ref();
    let mut fields = Vec::new();
    let mut lost: Vec<Vec<(i64, String)>> = vec![Vec::new(); objects.len()];
    let mut start = 0;
    for group in part.joined.images.chunk_by(|a, b| a == b) {
        let rows = start..start + group.len();
        start = rows.end;
        let image = group[0];
        let mut field = LocatedField {
            cells: FieldCells { image, rows },
            pictures: Vec::new(),
            masks: vec![None; objects.len()],
        };
        let place = sets.and_then(|sets| Some((sets, *sets.row_by_key.get(&image)?)));
        if let Some((sets, row)) = place {
            for channel in &sets.channels {
                field
                    .pictures
                    .push(find_plane(sets, &channel.name, row, image.1, roots, images));
            }
            let roots = RoleRoots {
                images: roots,
                masks: Some(masks),
            };
            for (at, object) in objects.iter().enumerate() {
                let parts = named.and_then(|named| named.get(image));
                match find_mask(sets, object, row, parts, roots) {
                    Ok(found) => field.masks[at] = found,
                    Err(reason) => lost[at].push((image.1, reason)),
                }
            }
        }
        fields.push(field);
    }
    for (object, lost) in objects.iter().zip(lost) {
        let images = lost.len();
        if let Some((image, reason)) = lost.into_iter().next() {
            let object = object.clone();
            let remark = OutlineRemark::NoMaskOf {
                image,
                images,
                object,
                reason,
            };
            remarks.push(remark.into());
        }
    }
    fields
}

fn find_plane(
    sets: &ImageSets,
    channel: &str,
    row: usize,
    image_number: i64,
    roots: &ImageRoots,
    images: &mut ImageReport,
) -> PlaneSource {
    let Some(name) = sets.file_name(channel, row) else {
        return Err(format!(
            "image {image_number} has no file name for channel {channel}"
        ));
    };
    images.expected += 1;
    if is_array(&name) {
        let reason = format!(
            "{name} of image {image_number} is an array, the other files of {channel} are pictures: is it an illumination function?"
        );
        images.missing.push(reason);
        return Err(format!("the {channel} picture is an array"));
    }
    match roots.find(sets.path_name(channel, row).as_deref(), &name) {
        Ok(path) => Ok((path, sets.place(channel, row))),
        Err(reason) => {
            images.missing.push(reason.clone());
            Err(format!("the {channel} picture is missing"))
        }
    }
}

/// The mask or outline picture that the Image table names, below the folders of masks; else the one there that shares
/// its name, or plate, well and site, with the image set; else the one that the Image table names, wherever it is.
fn find_mask(
    sets: &ImageSets,
    object: &str,
    row: usize,
    parts: Option<&NameParts>,
    roots: RoleRoots<'_>,
) -> Result<Option<FieldMask>, String> {
    let recorded = recorded_masks(sets, object, row);
    let found_in = |roots: &ImageRoots| -> Vec<Result<FieldMask, String>> {
        let find = |recorded: &RecordedPicture| {
            let location = roots.find(recorded.folder.as_deref(), &recorded.name)?;
            Ok(FieldMask {
                location,
                place: recorded.place,
                claim: NameClaim::Recorded,
            })
        };
        recorded.iter().map(find).collect()
    };
    if let Some(masks) = roots.masks.filter(|masks| !masks.roots.is_empty()) {
        if let Some(found) = found_in(&masks.roots).into_iter().find_map(Result::ok) {
            return Ok(Some(found));
        }
        if let Some(found) = find_beside(sets, object, row, parts, masks)? {
            return Ok(Some(found));
        }
    }
    let mut reason = None;
    for found in found_in(roots.images) {
        match found {
            Ok(found) => return Ok(Some(found)),
            Err(lost) => reason = reason.or(Some(lost)),
        }
    }
    reason.map_or(Ok(None), Err)
}

/// The pictures of an object set that the export names for an image set: loaded as objects, else as pictures.
fn recorded_masks(sets: &ImageSets, object: &str, row: usize) -> Vec<RecordedPicture> {
    let loaded = sets.recorded_objects(object, row);
    let columns = sets
        .masks
        .iter()
        .filter(|mask| mask.object.as_deref() == Some(object));
    let pictures = columns.filter_map(|mask| sets.recorded(&mask.name, row));
    loaded.into_iter().chain(pictures).collect()
}

/// The mask or outline picture whose name holds those of the image set.
fn find_beside(
    sets: &ImageSets,
    object: &str,
    row: usize,
    parts: Option<&NameParts>,
    masks: &MaskRoots,
) -> Result<Option<FieldMask>, String> {
    let stems: Vec<String> = sets
        .channels
        .iter()
        .filter_map(|channel| sets.file_name(&channel.name, row))
        .map(|name| match name.rsplit_once('.') {
            Some((stem, _)) => stem.to_owned(),
            None => name,
        })
        .collect();
    let key = |part: KeyPart| sets.text(sets.keys.get(part)?, row);
    let keys = ImageKeys {
        plate: key(KeyPart::Plate).or_else(|| parts?.plate.clone()),
        well: key(KeyPart::Well).or_else(|| Some(parts?.well.clone())),
        site: key(KeyPart::Site).or_else(|| parts?.site.clone()),
    };
    let folder = sets
        .channels
        .iter()
        .find_map(|channel| sets.path_name(&channel.name, row));
    let found = masks
        .pictures
        .find_beside(object, &stems, &keys, folder.as_deref())?;
    Ok(found.map(|(location, claim)| FieldMask {
        location,
        place: PagePlace::default(),
        claim,
    }))
}
