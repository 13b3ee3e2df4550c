//! The pixels of one field of view: decoded once, then cut into crops and traced into outlines.

use rayon::prelude::*;

use super::field_masks::{RowOutline, TracedObjects, trace};
use super::field_plan::FieldPlan;
use super::illumination::IlluminationFunctions;
use super::picture_page::{UsedPages, page_in};
use super::picture_records::{
    Digest, PictureRecord, PictureTraits, contradiction, name_of, with_digest,
};
use super::plan::ObjectPlan;
use super::planned_part::PlannedPart;
use super::{FetchedPictures, PictureLocation, Verification, VerificationKind, add_verifications};
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
    /// What tells each channel's picture from others, where it was read.
    pub traits: Vec<Option<PictureTraits>>,
    /// The sizes of the pictures against those that are recorded.
    pub verification: Vec<Verification>,
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
        let planes: Vec<Result<(Plane, FoundPage, PictureTraits), Unread>> = field
            .planes
            .par_iter()
            .enumerate()
            .map(|(at, source)| match source {
                Err(reason) => Err((reason.clone(), None)),
                Ok((path, place)) => {
                    let scale = channels.get(at).and_then(|channel| channel.scale);
                    let function = field.functions.get(at).and_then(Option::as_ref);
                    let record = field.records.get(at).copied().unwrap_or_default();
                    read_channel(path, fetched, *place, scale, volumes, record)
                        .and_then(|(plane, page, digest)| {
                            let traits = PictureTraits::new(&plane, digest);
                            match function {
                                Some(function) => {
                                    Ok((functions.apply(function, &plane)?, page, traits))
                                }
                                None => Ok((plane, page, traits)),
                            }
                        })
                        .map_err(|error| ("a picture cannot be read".to_owned(), Some(error)))
                }
            })
            .collect();
        let mut pages = UsedPages::default();
        for (source, plane) in field.planes.iter().zip(&planes) {
            if let (Ok((path, _)), Ok((_, page, _))) = (source, plane) {
                pages.take(path, *page);
            }
        }
        let traits: Vec<Option<PictureTraits>> = planes
            .iter()
            .map(|plane| plane.as_ref().ok().map(|(_, _, traits)| *traits))
            .collect();
        let planes: Vec<Result<Plane, Unread>> = planes
            .into_iter()
            .map(|plane| plane.map(|(plane, _, _)| plane))
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
        let (contradictions, verification) =
            held_against_records(part, field, channels, &planes, &traits);
        let planes = planes
            .into_iter()
            .zip(contradictions)
            .map(|(plane, contradiction)| match contradiction {
                Some(reason) => Err((reason, None)),
                None => plane,
            })
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
            traits,
            verification,
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

/// For each channel why its picture is not that of the field, if it is none; and how many have their recorded size.
fn held_against_records(
    part: &PlannedPart,
    field: &FieldPlan,
    channels: &[ChannelInfo],
    planes: &[Result<Plane, Unread>],
    traits: &[Option<PictureTraits>],
) -> (Vec<Option<String>>, Vec<Verification>) {
    let image = field.cells.image.1.to_string();
    let mut lines = Vec::new();
    let mut contradictions = Vec::new();
    for (at, plane) in planes.iter().enumerate() {
        let known = channels.get(at).zip(field.records.get(at));
        let (Ok(plane), Some((channel, record))) = (plane, known) else {
            contradictions.push(None);
            continue;
        };
        let file = match &field.planes[at] {
            Ok((location, _)) => name_of(location),
            Err(_) => String::new(),
        };
        let digest = traits.get(at).copied().flatten().and_then(|one| one.digest);
        let owner = part.digests.owner(*record, digest, at);
        let mut line =
            Verification::new(VerificationKind::Size, "pictures").about_channel(&channel.name);
        // The sides that are recorded of a volume are not those of its pages.
        let record = PictureRecord {
            size: record.size.filter(|_| part.volumes.is_none()),
            ..*record
        };
        let names = [channel.name.as_str(), &image, &file];
        contradictions.push(contradiction(record, plane, owner, names, &mut line));
        add_verifications(&mut lines, [line]);
    }
    (contradictions, lines)
}

/// Reads a channel's picture as the channel's stored numbers, and the digest of its file where one is recorded.
fn read_channel(
    path: &PictureLocation,
    fetched: &FetchedPictures,
    place: PagePlace,
    scale: Option<[f64; 2]>,
    volumes: Option<&str>,
    record: PictureRecord,
) -> Result<(Plane, FoundPage, Option<Digest>), String> {
    let failed = |error: ImageError| error.to_string();
    let picture = path.open(fetched).map_err(failed)?;
    let found = page_in(&picture, place, volumes)?;
    let (picture, digest) = with_digest(picture, found, record);
    let page = found.page;
    let Some([offset, step]) = scale else {
        let plane = picture.plane(page).map_err(failed)?;
        if plane.scale != PixelScale::STORED {
            return Err(format!(
                "{path}: its pixels are fractions, those of the channel's first picture are whole numbers"
            ));
        }
        return Ok((plane, found, digest));
    };
    let plane = picture.plane_scaled(page, [offset, offset + step * 65_535.0]);
    Ok((plane.map_err(failed)?, found, digest))
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
