//! The masks of volumes: read plane after plane, held against what was measured, traced in the planes that crops show.

use super::field_masks::{TracedObjects, UnusedMask};
use super::field_plan::FieldCells;
use super::joined_part::JoinedPart;
use super::picture_page::VolumePages;
use super::roots::OpenPicture;
use cytolance_imaging::{Fit, LabelVolume, NoPart};

/// Traces the objects of a label volume as the crops of a field show them. `size` is that of the field's pictures, where
/// it is known.
///
/// # Errors
/// [`UnusedMask`].
pub(super) fn trace_volume(
    part: &JoinedPart,
    cells: &FieldCells,
    object: &str,
    picture: &OpenPicture<'_>,
    pages: &VolumePages,
    size: Option<[u32; 2]>,
) -> Result<TracedObjects, UnusedMask> {
    let name = picture.name().display();
    let failed = |reason: String| format!("{name}: {reason}");
    let mut labels = LabelVolume::default();
    for plane in 0..pages.depth() {
        let plane = pages.read(picture, plane, |picture, page| {
            picture.labels(page).map_err(|error| error.to_string())
        })?;
        labels.add_plane(&plane).map_err(failed)?;
    }
    if let (Some([width, height]), Some([across, down])) = (labels.size(), size)
        && [width, height] != [across, down]
    {
        return Err(UnusedMask {
            reason: format!(
                "{name}: the mask has {width} x {height} pixels, the pictures {across} x {down}"
            ),
            contradicts: true,
        });
    }
    let rows = cells.rows.clone();
    let objects = part
        .field_objects(object, rows.clone())
        .map_err(|error| error.to_string())?;
    let shapes = part
        .primary_shapes(rows)
        .map_err(|error| error.to_string())?;
    let fits = labels
        .match_objects(&objects.volumes)
        .map_err(|refusal| UnusedMask {
            reason: format!("{name} is not used for image {}: {refusal}", cells.image.1),
            contradicts: true,
        })?;
    let count = |wanted| fits.iter().filter(|fit| **fit == Ok(wanted)).count();
    let agreement = [count(Fit::Same), count(Fit::Like), fits.len()];
    let mut traced = TracedObjects::of_rows("labels", agreement);
    // A cell's crop shows some planes, so that the outline is one of the row and not of the object.
    for (row, object) in objects.of_row.iter().enumerate() {
        let Some(object) = *object else {
            traced.add_row(None);
            continue;
        };
        let outline = fits[object].and_then(|fit| {
            let planes = part.plane.planes(shapes.depth(row), pages.depth());
            let label = objects.volumes[object].label.ok_or(NoPart::NoNumber)?;
            let planes = planes.map_err(|_| NoPart::OtherPlanes)?;
            let outline = labels.outline(label, planes).ok_or(NoPart::OtherPlanes)?;
            Ok((outline, fit))
        });
        traced.add_row(Some(outline));
    }
    Ok(traced)
}
