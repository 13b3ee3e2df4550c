//! The masks of one field of view: read, given to the objects and traced.

use std::collections::BTreeMap;

use super::FetchedPictures;
use super::field_plan::{FieldCells, FieldMask};
use super::joined_part::JoinedPart;
use super::picture_page::{FoundPages, pages_in};
use super::volume_masks::trace_volume;
use cytolance_imaging::{Fit, FoundPage, MatchedParts, NoPart, Outline, match_parts, trace_labels};

/// What a row has of an object set's outlines in its field's mask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum RowOutline<'a> {
    /// The row has no such object.
    NoObject,
    /// Why there is none.
    Missing(&'static str),
    /// The object has no part of the mask.
    NoPart(NoPart),
    /// Its outline, and how well that lies at its object.
    Traced(&'a Outline, Fit),
}

/// The objects of one set in one field.
#[derive(Debug, Default)]
pub(super) struct TracedObjects {
    /// `labels`, `values`, `mask` or `outlines`; empty where the picture could not be used.
    pub kind: &'static str,
    /// Outlines by the place of the object in the list, from 1.
    outlines: BTreeMap<u32, Outline>,
    fits: Vec<Result<Fit, NoPart>>,
    /// For each row its object; the rows are empty where the picture could not be used.
    of_row: Vec<Option<usize>>,
    /// Parts of the mask that belong to no imported object.
    pub parts_left: usize,
    /// Objects that the mask does not tell apart.
    pub melted: usize,
    /// That parts were given by place although the mask has numbers.
    pub remark: Option<String>,
    /// The page that was read.
    pub page: Option<FoundPage>,
    /// Objects that lie closely and roughly where they were measured, and all.
    pub agreement: [usize; 3],
}

impl TracedObjects {
    /// What a row of the field has.
    pub fn of_row(&self, row: usize) -> RowOutline<'_> {
        let Some(object) = self.of_row.get(row) else {
            return RowOutline::Missing("its mask cannot be used");
        };
        let Some(object) = *object else {
            return RowOutline::NoObject;
        };
        match self.fits.get(object) {
            Some(Err(reason)) => RowOutline::NoPart(*reason),
            Some(Ok(fit)) => match self.outlines.get(&(object as u32 + 1)) {
                Some(outline) => RowOutline::Traced(outline, *fit),
                None => RowOutline::NoPart(NoPart::Nowhere),
            },
            None => RowOutline::NoPart(NoPart::Nowhere),
        }
    }

    /// Objects of this kind of picture, of which every row has an outline of its own; there is no row yet.
    pub fn of_rows(kind: &'static str, agreement: [usize; 3]) -> Self {
        Self {
            kind,
            agreement,
            ..Self::default()
        }
    }

    /// Adds a row, with its own outline or why it has none; none where the row has no such object.
    pub fn add_row(&mut self, object: Option<Result<(Outline, Fit), NoPart>>) {
        let number = self.fits.len();
        self.of_row.push(object.as_ref().map(|_| number));
        match object {
            Some(Ok((outline, fit))) => {
                self.outlines.insert(number as u32 + 1, outline);
                self.fits.push(Ok(fit));
            }
            Some(Err(reason)) => self.fits.push(Err(reason)),
            None => {}
        }
    }

    /// Whether any row has an outline.
    pub fn has_outline(&self) -> bool {
        !self.outlines.is_empty()
    }
}

/// Reads the mask of a field's objects and traces them. `size` is that of the field's pictures, where it is known.
///
/// # Errors
/// A sentence for the report.
pub(super) fn trace(
    part: &JoinedPart,
    cells: &FieldCells,
    object: &str,
    mask: &FieldMask,
    fetched: &FetchedPictures,
    size: Option<[u32; 2]>,
) -> Result<TracedObjects, String> {
    let path = &mask.location;
    let open = path.open(fetched).map_err(|error| error.to_string())?;
    let page = match pages_in(&open, mask.place, part.volumes.as_deref())? {
        FoundPages::One(page) => page,
        FoundPages::Volume(pages) => {
            return trace_volume(part, cells, object, &open, &pages, size);
        }
    };
    let picture = open.objects(page.page).map_err(|error| error.to_string())?;
    let [width, height] = picture.size();
    if let Some([field_width, field_height]) = size
        && [width, height] != [field_width, field_height]
    {
        return Err(format!(
            "{path}: the mask has {width} x {height} pixels, the pictures {field_width} x {field_height}"
        ));
    }
    let (kind, is_numbered) = (picture.kind(), picture.is_numbered());
    let objects = part
        .field_objects(object, cells.rows.clone())
        .map_err(|error| error.to_string())?;
    let matched = match_parts(picture, &objects.known)
        .map_err(|refusal| format!("{path} is not used for image {}: {refusal}", cells.image.1))?;
    let [same, like] = matched.agreeing();
    let highest = objects.known.iter().filter_map(|object| object.label).max();
    let remark = is_numbered.then(|| remark_on(&matched, objects.known.len(), highest));
    let melted = |fit: &&Result<Fit, NoPart>| **fit == Err(NoPart::Melted);
    Ok(TracedObjects {
        kind,
        outlines: trace_labels(&matched.labels),
        parts_left: matched.parts_left,
        melted: matched.fits.iter().filter(melted).count(),
        remark: remark.flatten().map(|remark| format!("{path}: {remark}")),
        page: Some(page),
        agreement: [same, like, objects.known.len()],
        fits: matched.fits,
        of_row: objects.of_row,
    })
}

/// What is to be said of the numbers of a mask.
fn remark_on(matched: &MatchedParts, objects: usize, highest: Option<u32>) -> Option<String> {
    if let (Some(overflow), Some(highest)) = (matched.overflow, highest) {
        return Some(format!(
            "{highest} objects do not fit into {} bits, so numbers stand for several objects: parts are given by place",
            overflow.bits
        ));
    }
    let none = highest.is_none() && matched.misnumbered > 0;
    if none {
        return Some(
            "the export has no numbers of these objects: parts are given by place".to_owned(),
        );
    }
    (matched.misnumbered > 0).then(|| {
        format!(
            "the numbers of {} of {objects} objects are those of parts elsewhere: parts are given by place",
            matched.misnumbered
        )
    })
}
