//! The pixels of one field of view: decoded once, then cut into crops and traced into outlines.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::illumination::IlluminationFunctions;
use super::part::{FieldPlan, Part};
use super::plan::ObjectPlan;
use super::{FetchedPictures, PictureLocation};
use crate::dataset::ChannelInfo;
use crate::imaging::{ImageError, Outline, PixelScale, Plane, assign_parts, trace_labels};

/// The objects of one set in one field.
#[derive(Debug, Default)]
pub(super) struct TracedObjects {
    /// `labels`, `mask` or `outlines`; empty where the picture could not be used.
    pub kind: &'static str,
    /// Outlines by object number.
    pub outlines: BTreeMap<u32, Outline>,
    /// Parts of a mask or outline picture that belong to no measured object.
    pub parts_left: usize,
    /// Objects that a mask does not tell apart.
    pub melted: usize,
}

/// What was read of a field.
pub(super) struct FieldPixels {
    /// One plane a channel, all of one size; or why there are none.
    pub planes: Result<Vec<Plane>, String>,
    /// What was traced, for each object set with a mask.
    pub traced: Vec<Option<TracedObjects>>,
    /// Pictures read.
    pub read: usize,
    /// Pixels of each channel whose values are outside its scale or no numbers.
    pub clipped: Vec<usize>,
    /// Pictures that are there but cannot be used.
    pub failed: Vec<String>,
    /// Masks that are there but cannot be used.
    pub failed_masks: Vec<String>,
}

impl FieldPixels {
    /// Decodes a field's pictures and masks. `objects` are the object sets of the whole import, `fetched` what of
    /// the pictures was brought here before.
    pub fn read(
        part: &Part,
        field: &FieldPlan,
        channels: &[ChannelInfo],
        functions: &IlluminationFunctions,
        objects: &[ObjectPlan],
        fetched: &FetchedPictures,
    ) -> Self {
        let planes: Vec<Result<Plane, (String, Option<String>)>> = field
            .planes
            .par_iter()
            .enumerate()
            .map(|(at, source)| match source {
                Err(reason) => Err((reason.clone(), None)),
                Ok((path, page)) => {
                    let scale = channels.get(at).and_then(|channel| channel.scale);
                    let function = field.functions.get(at).and_then(Option::as_ref);
                    read_channel(path, fetched, *page, scale)
                        .and_then(|plane| match function {
                            Some(function) => functions.apply(function, &plane),
                            None => Ok(plane),
                        })
                        .map_err(|error| ("a picture cannot be read".to_owned(), Some(error)))
                }
            })
            .collect();
        let clipped = planes
            .iter()
            .map(|plane| plane.as_ref().map_or(0, |plane| plane.clipped))
            .collect();
        let read = planes.iter().filter(|plane| plane.is_ok()).count();
        let failed: Vec<String> = planes
            .iter()
            .filter_map(|plane| plane.as_ref().err()?.1.clone())
            .collect();
        let planes = planes
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map_err(|(reason, _)| reason)
            .and_then(|planes| check_sizes(field, planes));
        let size = planes
            .as_ref()
            .ok()
            .and_then(|planes| planes.first())
            .map(|plane| [plane.width, plane.height]);
        let traced: Vec<Option<Result<TracedObjects, String>>> = field
            .masks
            .par_iter()
            .enumerate()
            .map(|(object, mask)| {
                let path = mask.as_ref()?;
                Some(trace(
                    part,
                    field,
                    &objects[object].name,
                    path,
                    fetched,
                    size,
                ))
            })
            .collect();
        let mut failed_masks = Vec::new();
        let traced = traced
            .into_iter()
            .map(|traced| match traced? {
                Ok(traced) => Some(traced),
                Err(reason) => {
                    failed_masks.push(reason);
                    Some(TracedObjects::default())
                }
            })
            .collect();
        Self {
            planes,
            traced,
            read,
            clipped,
            failed,
            failed_masks,
        }
    }
}

/// Reads a channel's picture as the channel's stored numbers.
fn read_channel(
    path: &PictureLocation,
    fetched: &FetchedPictures,
    page: u32,
    scale: Option<[f64; 2]>,
) -> Result<Plane, String> {
    let failed = |error: ImageError| error.to_string();
    let picture = path.open(fetched).map_err(failed)?;
    let Some([offset, step]) = scale else {
        let plane = picture.plane(page).map_err(failed)?;
        if plane.scale != PixelScale::STORED {
            return Err(format!(
                "{path}: its pixels are fractions, those of the channel's first picture are whole numbers"
            ));
        }
        return Ok(plane);
    };
    picture
        .plane_scaled(page, [offset, offset + step * 65_535.0])
        .map_err(failed)
}

/// Reads the picture of a field's objects and traces them.
fn trace(
    part: &Part,
    field: &FieldPlan,
    object: &str,
    path: &PictureLocation,
    fetched: &FetchedPictures,
    size: Option<[u32; 2]>,
) -> Result<TracedObjects, String> {
    let picture = path
        .open(fetched)
        .and_then(|open| open.objects())
        .map_err(|error| error.to_string())?;
    let [width, height] = picture.size();
    if let Some([field_width, field_height]) = size
        && [width, height] != [field_width, field_height]
    {
        return Err(format!(
            "{path}: the mask has {width} x {height} pixels, the pictures {field_width} x {field_height}"
        ));
    }
    let kind = picture.kind();
    if picture.is_numbered() {
        return Ok(TracedObjects {
            kind,
            outlines: trace_labels(&picture.into_parts()),
            ..TracedObjects::default()
        });
    }
    let measured = part
        .measured_objects(object, field.rows.clone())
        .map_err(|error| error.to_string())?;
    let assigned = assign_parts(&picture.into_parts(), &measured);
    Ok(TracedObjects {
        kind,
        outlines: trace_labels(&assigned.labels),
        parts_left: assigned.unmatched_parts,
        melted: assigned.melted_objects.len(),
    })
}

fn check_sizes(field: &FieldPlan, planes: Vec<Plane>) -> Result<Vec<Plane>, String> {
    let Some(first) = planes.first() else {
        return Err(format!("image {} is not in the Image table", field.image.1));
    };
    let differs = planes
        .iter()
        .find(|plane| (plane.width, plane.height) != (first.width, first.height));
    match differs {
        None => Ok(planes),
        Some(other) => Err(format!(
            "image {}: the channels differ in size ({} x {} and {} x {} pixels)",
            field.image.1, first.width, first.height, other.width, other.height
        )),
    }
}
