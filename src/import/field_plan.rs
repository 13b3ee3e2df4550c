//! The fields of view of an export: the rows of each, its pictures and its masks.

use std::ops::Range;

use super::joined_part::JoinedPart;
use super::named_images::NamedImages;
use super::roots::{NameClaim, NameParts};
use super::{
    ImageKeys, ImageReport, ImageRoots, ObjectPictureIndex, OutlineRemark, PictureLocation, Remark,
};
use cytolance_imaging::PagePlace;
use cytolance_profile::KeyPart;
use cytolance_sources::{ImageKey, ImageSets};

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
    /// Its place in a file of several.
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
            if !masks.roots.is_empty() {
                for (object, mask) in objects.iter().zip(&mut field.masks) {
                    let parts = named.and_then(|named| named.get(image));
                    match find_mask(sets, object, row, parts, masks) {
                        Ok(found) => *mask = found,
                        Err(reason) => {
                            let (image, object) = (image.1, object.clone());
                            let remark = OutlineRemark::NoMaskOf {
                                image,
                                object,
                                reason,
                            };
                            remarks.push(remark.into());
                        }
                    }
                }
            }
        }
        fields.push(field);
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
    match roots.find(sets.path_name(channel, row).as_deref(), &name) {
        Ok(path) => Ok((path, sets.place(channel, row))),
        Err(reason) => {
            images.missing.push(reason.clone());
            Err(format!("the {channel} picture is missing"))
        }
    }
}

/// The mask or outline picture that the Image table names, else the one that shares its name, or plate, well and
/// site, with the image set.
fn find_mask(
    sets: &ImageSets,
    object: &str,
    row: usize,
    parts: Option<&NameParts>,
    masks: &MaskRoots,
) -> Result<Option<FieldMask>, String> {
    if let Some(name) = sets.table.text(&format!("ObjectsFileName_{object}"), row) {
        let folder = sets.table.text(&format!("ObjectsPathName_{object}"), row);
        let location = masks.roots.find(folder.as_deref(), &name)?;
        let text = |part: &str| sets.table.text(&format!("Objects{part}_{object}"), row);
        let place = PagePlace::of_texts(text("Series").as_deref(), text("Frame").as_deref());
        return Ok(Some(FieldMask {
            location,
            place,
            claim: NameClaim::Recorded,
        }));
    }
    let stems: Vec<String> = sets
        .channels
        .iter()
        .filter_map(|channel| sets.file_name(&channel.name, row))
        .map(|name| match name.rsplit_once('.') {
            Some((stem, _)) => stem.to_owned(),
            None => name,
        })
        .collect();
    let key = |part: KeyPart| sets.table.text(sets.keys.get(part)?, row);
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
