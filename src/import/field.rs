//! The pixels of one field of view: decoded once, then cut into crops and traced into outlines.

use rayon::prelude::*;

use super::field_masks::{RowOutline, TracedObjects, UnusedMask, trace};
use super::field_plan::FieldPlan;
use super::picture_page::{FoundPages, UsedPages, pages_in, read_page};
use super::picture_records::{PictureRecord, PictureTraits, contradiction, name_of, with_digest};
use super::planned_part::PlannedPart;
use super::roots::OpenPicture;
use super::volume_crops::{OpenVolume, VolumeCrop, VolumeCrops, cut_volumes};
use super::{
    Contradicted, FetchedPictures, ImportPlan, Verification, VerificationKind, add_verifications,
};
use cytolance_imaging::{GreySource, Plane};

/// What was read of a field.
pub(super) struct FieldPixels {
    /// One plane a channel, all of one size; or why there are none. None where the pictures are volumes.
    pub planes: Result<Vec<Plane>, String>,
    /// Why no crop is cut from the planes, where they have not the size that is recorded. They are looked at all the same:
    /// what was measured may tell where they were cut.
    pub refused: Option<String>,
    /// What was cut from volumes.
    volumes: Option<VolumeCrops>,
    /// The planes before they were corrected, where they were.
    pub uncorrected: Vec<Option<Plane>>,
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
    /// Channels, files and what they are, where these hold colours.
    pub colored: Vec<(usize, String, GreySource)>,
    /// What tells each channel's picture from others, where it was read.
    pub traits: Vec<Option<PictureTraits>>,
    /// The sizes of the pictures against those that are recorded.
    pub verification: Vec<Verification>,
}

/// Why a channel of a field has no pixels; and, where its picture is there, what is wrong with that.
type Unread = (String, Option<String>);

/// A channel's picture, open, with its pages.
type OpenChannel<'a> = (OpenPicture<'a>, FoundPages);

/// A channel's picture, what tells it from others, and the picture before it was corrected, where it was.
type ReadChannel = (Plane, PictureTraits, Option<Plane>);

fn unreadable(error: String) -> Unread {
    ("a picture cannot be read".to_owned(), Some(error))
}

impl FieldPixels {
    /// Decodes a field's pictures and masks. `fetched` is what of the pictures was brought here before.
    pub fn read(
        plan: &ImportPlan,
        part: &PlannedPart,
        field: &FieldPlan,
        fetched: &FetchedPictures,
    ) -> Self {
        let mut pixels = Self::read_pictures(plan, part, field, fetched);
        let flat = pixels
            .planes
            .as_ref()
            .ok()
            .and_then(|planes| planes.first());
        let deep = pixels.volumes.as_ref().map(|volumes| volumes.size);
        let size = deep.or(flat.map(|plane| [plane.width, plane.height]));
        // With an offset masks are as large as what was measured, which may be another picture.
        let size = size.filter(|_| plan.offset == [0, 0] && pixels.refused.is_none());
        let traced: Vec<Option<Result<TracedObjects, UnusedMask>>> = field
            .masks
            .par_iter()
            .enumerate()
            .map(|(object, mask)| {
                let mask = mask.as_ref()?;
                let object = &plan.objects[object].name;
                Some(trace(part, &field.cells, object, mask, fetched, size))
            })
            .collect();
        let failed_masks = &mut pixels.failed_masks;
        pixels.traced = traced
            .into_iter()
            .map(|traced| match traced? {
                Ok(traced) => Some(traced),
                Err(unused) => {
                    let none = TracedObjects::unused(&unused);
                    failed_masks.push(unused.reason);
                    Some(none)
                }
            })
            .collect::<Vec<Option<TracedObjects>>>();
        for (mask, traced) in field.masks.iter().zip(&pixels.traced) {
            if let (Some(mask), Some(page)) = (mask, traced.as_ref().and_then(|one| one.page)) {
                pixels.pages.take(&mask.location, page);
            }
        }
        pixels
    }

    /// Decodes the pictures, of which each has its pages in an open file.
    fn read_pictures(
        plan: &ImportPlan,
        part: &PlannedPart,
        field: &FieldPlan,
        fetched: &FetchedPictures,
    ) -> Self {
        let opened: Vec<Result<OpenChannel<'_>, Unread>> = field
            .planes
            .par_iter()
            .map(|source| {
                let (path, place) = source.as_ref().map_err(|reason| (reason.clone(), None))?;
                let open = path.open(fetched).map_err(|error| error.to_string());
                let open = open.map_err(unreadable)?;
                let pages = pages_in(&open, *place, part.volumes.as_deref());
                let pages = pages.map_err(unreadable)?;
                Ok((open, pages))
            })
            .collect();
        let mut pages = UsedPages::default();
        for (source, opened) in field.planes.iter().zip(&opened) {
            if let (Ok((path, _)), Ok((_, FoundPages::One(page)))) = (source, opened) {
                pages.take(path, *page);
            }
        }
        let mut pixels = Self {
            uncorrected: Vec::new(),
            refused: None,
            planes: Err("some of its pictures are volumes, others are flat".to_owned()),
            volumes: None,
            traced: Vec::new(),
            read: 0,
            clipped: vec![0; opened.len()],
            failed: Vec::new(),
            failed_masks: Vec::new(),
            pages,
            colored: Vec::new(),
            traits: Vec::new(),
            verification: Vec::new(),
        };
        let is_volume = |opened: &Result<OpenChannel<'_>, Unread>| {
            matches!(opened, Ok((_, FoundPages::Volume(_))))
        };
        if opened.iter().any(is_volume) {
            pixels.cut(plan, part, field, opened);
            return pixels;
        }
        let read: Vec<Result<ReadChannel, Unread>> = opened
            .into_par_iter()
            .enumerate()
            .map(|(at, opened)| {
                let (open, pages) = opened?;
                let scale = plan.channels.get(at).and_then(|channel| channel.scale);
                let record = field.records.get(at).copied().unwrap_or_default();
                let (open, digest) = match &pages {
                    FoundPages::One(found) => with_digest(open, *found, record),
                    FoundPages::Volume(_) => (open, None),
                };
                let plane = read_page(&open, pages.first(), scale).map_err(unreadable)?;
                let traits = PictureTraits::new(&plane, digest);
                match field.functions.get(at).and_then(Option::as_ref) {
                    Some(function) => {
                        let corrected = plan.functions.apply(function, &plane);
                        Ok((corrected.map_err(unreadable)?, traits, Some(plane)))
                    }
                    None => Ok((plane, traits, None)),
                }
            })
            .collect();
        let mut planes: Vec<Result<Plane, Unread>> = Vec::with_capacity(read.len());
        for read in read {
            let (plane, traits, before) = match read {
                Ok((plane, traits, before)) => (Ok(plane), Some(traits), before),
                Err(unread) => (Err(unread), None, None),
            };
            planes.push(plane);
            pixels.traits.push(traits);
            pixels.uncorrected.push(before);
        }
        let clipped = planes.iter();
        pixels.clipped = clipped
            .map(|plane| plane.as_ref().map_or(0, |plane| plane.clipped))
            .collect();
        pixels.count(&planes);
        for (at, (source, plane)) in field.planes.iter().zip(&planes).enumerate() {
            if let (Ok((path, _)), Ok(plane)) = (source, plane)
                && plane.source != GreySource::Stored
            {
                let colored = (at, path.to_string(), plane.source);
                pixels.colored.push(colored);
            }
        }
        let (contradictions, verification) =
            held_against_records(plan, part, field, &planes, &pixels.traits);
        pixels.verification = verification;
        // An offset says that what was measured has another size.
        if plan.contradicted == Contradicted::LeaveOut && plan.offset == [0, 0] {
            pixels.refused = contradictions.into_iter().flatten().next();
        }
        pixels.planes = planes
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map_err(|(reason, _)| reason)
            .and_then(|planes| check_sizes(field, planes));
        pixels
    }

    /// Counts the pictures that were read, and keeps what is wrong with the others.
    fn count<T>(&mut self, pictures: &[Result<T, Unread>]) {
        self.read = pictures.iter().filter(|picture| picture.is_ok()).count();
        let unread = pictures.iter().filter_map(|picture| picture.as_ref().err());
        self.failed = unread.filter_map(|(_, wrong)| wrong.clone()).collect();
    }

    /// Cuts the crops of a field whose pictures are volumes.
    fn cut(
        &mut self,
        plan: &ImportPlan,
        part: &PlannedPart,
        field: &FieldPlan,
        mut opened: Vec<Result<OpenChannel<'_>, Unread>>,
    ) {
        let volumes: Vec<OpenVolume<'_>> = opened
            .iter()
            .filter_map(|opened| match opened {
                Ok((picture, FoundPages::Volume(pages))) => Some(OpenVolume { picture, pages }),
                _ => None,
            })
            .collect();
        let cut = if volumes.len() == opened.len() {
            Some(cut_volumes(plan, part, field, &volumes))
        } else {
            None
        };
        drop(volumes);
        match cut {
            Some(Ok(crops)) => {
                self.clipped.clone_from(&crops.clipped);
                self.volumes = Some(crops);
            }
            Some(Err((Some(channel), reason))) => opened[channel] = Err(unreadable(reason)),
            Some(Err((None, reason))) => self.planes = Err(reason),
            None => {}
        }
        if let Some((reason, _)) = opened.iter().find_map(|opened| opened.as_ref().err()) {
            self.planes = Err(reason.clone());
        }
        self.count(&opened);
    }

    /// Whether crops are cut from it.
    pub fn has_crops(&self) -> bool {
        self.planes.is_ok() || self.volumes.is_some()
    }

    /// What was cut from volumes for a row of the field, where its pictures are such.
    pub fn volume_crop(&self, row: usize) -> Option<&Result<VolumeCrop, String>> {
        self.volumes.as_ref()?.rows.get(row)
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
            None if part.has_object(place, row) => RowOutline::NoMask,
            None => RowOutline::NoObject,
        }
    }
}

/// For each channel why its picture is not that of the field, if it is none; and how many have their recorded size.
fn held_against_records(
    plan: &ImportPlan,
    part: &PlannedPart,
    field: &FieldPlan,
    planes: &[Result<Plane, Unread>],
    traits: &[Option<PictureTraits>],
) -> (Vec<Option<String>>, Vec<Verification>) {
    let image = field.cells.image.1.to_string();
    let mut lines = Vec::new();
    let mut contradictions = Vec::new();
    for (at, plane) in planes.iter().enumerate() {
        let known = plan.channels.get(at).zip(field.records.get(at));
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
