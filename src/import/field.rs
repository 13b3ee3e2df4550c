//! The pixels of one field of view: decoded once, then cut into crops and traced into outlines.

use rayon::prelude::*;

use super::field_masks::{RowOutline, TracedObjects, trace};
use super::field_plan::FieldPlan;
use super::illumination::IlluminationFunctions;
use super::picture_page::{UsedPages, page_in};
use super::plan::ObjectPlan;
use super::planned_part::PlannedPart;
use super::{FetchedPictures, PictureLocation};
use cytolance_dataset::ChannelInfo;
use cytolance_imaging::{FoundPage, ImageError, PagePlace, PixelScale, Plane};

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
    /// Pages of files with several that were read.
    pub pages: UsedPages,
}

/// Why a channel of a field has no pixels; and, where its picture is there, what is wrong with that.
type Unread = (String, Option<String>);

impl FieldPixels {
    /// Decodes a field's pictures and masks. `objects` are the object sets of the whole import, `fetched` what of
    /// the pictures was brought here before.
    pub fn read(
        part: &PlannedPart,
        field: &FieldPlan,
        channels: &[ChannelInfo],
        functions: &IlluminationFunctions,
        objects: &[ObjectPlan],
        fetched: &FetchedPictures,
    ) -> Self {
        let volumes = part.volumes.as_deref();
        let planes: Vec<Result<(Plane, FoundPage), Unread>> = field
            .planes
            .par_iter()
            .enumerate()
            .map(|(at, source)| match source {
                Err(reason) => Err((reason.clone(), None)),
                Ok((path, place)) => {
                    let scale = channels.get(at).and_then(|channel| channel.scale);
                    let function = field.functions.get(at).and_then(Option::as_ref);
                    read_channel(path, fetched, *place, scale, volumes)
                        .and_then(|(plane, page)| match function {
                            Some(function) => Ok((functions.apply(function, &plane)?, page)),
                            None => Ok((plane, page)),
                        })
                        .map_err(|error| ("a picture cannot be read".to_owned(), Some(error)))
                }
            })
            .collect();
        let mut pages = UsedPages::default();
        for (source, plane) in field.planes.iter().zip(&planes) {
            if let (Ok((path, _)), Ok((_, page))) = (source, plane) {
                pages.take(path, *page);
            }
        }
        let planes: Vec<Result<Plane, Unread>> = planes
            .into_iter()
            .map(|plane| plane.map(|(plane, _)| plane))
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
                let mask = mask.as_ref()?;
                let object = &objects[object].name;
                Some(trace(part, &field.cells, object, mask, fetched, size))
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
            .collect::<Vec<Option<TracedObjects>>>();
        for (mask, traced) in field.masks.iter().zip(&traced) {
            if let (Some(mask), Some(page)) = (mask, traced.as_ref().and_then(|one| one.page)) {
                pages.take(&mask.location, page);
            }
        }
        Self {
            planes,
            traced,
            read,
            clipped,
            failed,
            failed_masks,
            pages,
        }
    }

    /// What a joined row has of an object set in the field's mask: `object` is its place in the import and in the part.
    pub fn outline(
        &self,
        part: &PlannedPart,
        field: &FieldPlan,
        [object, place]: [usize; 2],
        row: usize,
    ) -> RowOutline<'_> {
        match self.traced.get(object).and_then(Option::as_ref) {
            Some(traced) => traced.of_row(row - field.cells.rows.start),
            None if part.has_object(place, row) => RowOutline::Missing("its field has no mask"),
            None => RowOutline::NoObject,
        }
    }
}

/// Reads a channel's picture as the channel's stored numbers.
pub(super) fn read_channel(
    path: &PictureLocation,
    fetched: &FetchedPictures,
    place: PagePlace,
    scale: Option<[f64; 2]>,
    volumes: Option<&str>,
) -> Result<(Plane, FoundPage), String> {
    let failed = |error: ImageError| error.to_string();
    let picture = path.open(fetched).map_err(failed)?;
    let found = page_in(&picture, place, volumes)?;
    let page = found.page;
    let Some([offset, step]) = scale else {
        let plane = picture.plane(page).map_err(failed)?;
        if plane.scale != PixelScale::STORED {
            return Err(format!(
                "{path}: its pixels are fractions, those of the channel's first picture are whole numbers"
            ));
        }
        return Ok((plane, found));
    };
    let plane = picture.plane_scaled(page, [offset, offset + step * 65_535.0]);
    Ok((plane.map_err(failed)?, found))
}

fn check_sizes(field: &FieldPlan, planes: Vec<Plane>) -> Result<Vec<Plane>, String> {
    let Some(first) = planes.first() else {
        return Err(format!(
            "image {} is not in the Image table",
            field.cells.image.1
        ));
    };
    let differs = planes
        .iter()
        .find(|plane| (plane.width, plane.height) != (first.width, first.height));
    match differs {
        None => Ok(planes),
        Some(other) => Err(format!(
            "image {}: the channels differ in size ({} x {} and {} x {} pixels)",
            field.cells.image.1, first.width, first.height, other.width, other.height
        )),
    }
}
