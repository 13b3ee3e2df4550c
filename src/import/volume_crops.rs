//! The crops of a field of view whose pictures are volumes: each plane is decoded once, and cut for the cells it shows.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::ImportPlan;
use super::field_plan::FieldPlan;
use super::picture_page::{Projection, VolumePages, read_page};
use super::planned_part::PlannedPart;
use super::roots::OpenPicture;
use cytolance_imaging::{Crop, PixelBox, Plane};

/// The volume of a channel, open.
pub(super) struct OpenVolume<'a> {
    pub picture: &'a OpenPicture<'a>,
    pub pages: &'a VolumePages,
}

/// What a crop of a volume is.
#[derive(Debug, Clone)]
pub(super) struct VolumeCrop {
    pub area: PixelBox,
    /// The planes that it shows.
    pub planes: Range<u32>,
    pub crop: Crop,
}

/// The crops of a field's rows, or why one has none.
#[derive(Debug)]
pub(super) struct VolumeCrops {
    pub rows: Vec<Result<VolumeCrop, String>>,
    /// Width and height of the volumes.
    pub size: [u32; 2],
    /// Pixels of each channel whose values are outside its scale or no numbers, in the planes that were read.
    pub clipped: Vec<usize>,
}

/// A crop in the making: its box, its planes and what they have so far, by channel.
type Growing = Result<(PixelBox, Range<u32>, Vec<Projection>), String>;

/// Cuts the crops of a field. `volumes` are those of all channels.
///
/// # Errors
/// The channel that cannot be read, if it is one, and a sentence for the report.
pub(super) fn cut_volumes(
    plan: &ImportPlan,
    part: &PlannedPart,
    field: &FieldPlan,
    volumes: &[OpenVolume<'_>],
) -> Result<VolumeCrops, (Option<usize>, String)> {
    let image = field.cells.image.1;
    let whole = |reason: String| (None, reason);
    let depth = volumes.first().map_or(0, |volume| volume.pages.depth());
    if let Some(other) = volumes.iter().find(|one| one.pages.depth() != depth) {
        return Err(whole(format!(
            "image {image}: the channels differ in planes ({depth} and {})",
            other.pages.depth()
        )));
    }
    let sizes = volumes.iter().enumerate().map(|(at, volume)| {
        let info = volume.pages.read(volume.picture, 0, |picture, page| {
            picture.info(page).map_err(|error| error.to_string())
        });
        let info = info.map_err(|reason| (Some(at), reason))?;
        Ok([info.width, info.height])
    });
    let sizes: Vec<[u32; 2]> = sizes.collect::<Result<_, _>>()?;
    let size = sizes.first().copied().unwrap_or_default();
    if let Some([width, height]) = sizes.iter().find(|other| **other != size) {
        return Err(whole(format!(
            "image {image}: the channels differ in size ({} x {} and {width} x {height} pixels)",
            size[0], size[1]
        )));
    }
    let rows = field.cells.rows.clone();
    let shapes = part
        .primary_shapes(rows.clone())
        .map_err(|error| whole(error.to_string()))?;
    let mut growing: Vec<Growing> = (0..rows.len())
        .map(|row| {
            let area =
                shapes.crop_box(row, plan.crop, size, plan.offset, None, part.square.size)?;
            let planes = part.plane.planes(shapes.depth(row), depth)?;
            let empty = volumes.iter().map(|_| Projection::default());
            Ok((area, planes, empty.collect()))
        })
        .collect();
    let mut clipped = vec![0; volumes.len()];
    for z in 0..depth {
        let is_shown = |one: &Growing| one.as_ref().is_ok_and(|(_, planes, _)| planes.contains(&z));
        if !growing.iter().any(is_shown) {
            continue;
        }
        let planes = volumes.par_iter().enumerate().map(|(at, volume)| {
            let scale = plan.channels.get(at).and_then(|channel| channel.scale);
            let read = volume.pages.read(volume.picture, z, |picture, page| {
                read_page(picture, page, scale)
            });
            let corrected =
                read.and_then(
                    |plane| match field.functions.get(at).and_then(Option::as_ref) {
                        Some(function) => plan.functions.apply(function, &plane),
                        None => Ok(plane),
                    },
                );
            corrected.map_err(|reason| (Some(at), reason))
        });
        let planes: Vec<Plane> = planes.collect::<Result<_, _>>()?;
        for (sum, plane) in clipped.iter_mut().zip(&planes) {
            *sum += plane.clipped;
        }
        growing.par_iter_mut().for_each(|one| {
            let Ok((area, shown, projections)) = one else {
                return;
            };
            if !shown.contains(&z) {
                return;
            }
            let fits = projections
                .iter_mut()
                .zip(&planes)
                .all(|(projection, plane)| {
                    let pixels = plane.crop(*area);
                    pixels.is_some_and(|pixels| projection.add(part.plane, &pixels))
                });
            if !fits {
                *one = Err("the planes of its volume differ in size".to_owned());
            }
        });
    }
    let finished = growing.into_iter().map(|one| {
        let (area, planes, projections) = one?;
        let pixels = projections.into_iter();
        let crop = Crop {
            width: area.width() as u32,
            height: area.height() as u32,
            planes: pixels
                .map(|projection| Arc::from(projection.finish(part.plane)))
                .collect(),
        };
        // Boxes count from where outlines and measurements do.
        let area = area.moved(plan.offset.map(|pixels| -pixels));
        Ok(VolumeCrop { area, planes, crop })
    });
    Ok(VolumeCrops {
        rows: finished.collect(),
        size,
        clipped,
    })
}
