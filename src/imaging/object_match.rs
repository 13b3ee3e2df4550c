//! Which part of a mask is which object: by its number where the numbers hold, else by its place.

use std::collections::HashSet;
use std::fmt;

use super::numbered_parts::NumberedParts;
use super::part_fit::{EDGE, Fit, parts_of};
use super::{LabelImage, MeasuredObject, ObjectPicture, assign_parts};

/// An object of a field of view.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct KnownObject {
    /// The number that a label image should have at its pixels, where the object has one.
    pub label: Option<u32>,
    /// What was measured; its number is not used.
    pub measured: MeasuredObject,
}

impl KnownObject {
    pub(super) fn has_place(&self) -> bool {
        self.measured.bounds.is_some() || self.measured.center.is_some()
    }
}

/// Why an object has no part of a mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoPart {
    /// The mask lacks its number.
    NoNumber,
    /// The part with its number lies elsewhere, and none lies where it was measured.
    Elsewhere,
    /// The part with its number has another area.
    OtherArea,
    /// No part lies where it was measured.
    Nowhere,
    /// A part holds this object and others.
    Melted,
    /// The numbers do not count, and its place was not measured.
    Unmeasured,
    /// The planes of a volume that its crop shows have nothing of it.
    OtherPlanes,
}

impl fmt::Display for NoPart {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NoNumber => "no part of the mask has its number",
            Self::Elsewhere => {
                "the part with its number lies elsewhere, and none lies at its place"
            }
            Self::OtherArea => "the part with its number has another area",
            Self::Nowhere => "no part of the mask lies at its place",
            Self::Melted => "the mask does not tell it from its neighbours",
            Self::Unmeasured => "the mask has no usable numbers, and its place was not measured",
            Self::OtherPlanes => "the planes that its crop shows have nothing of it",
        })
    }
}

/// Why nothing of a mask was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskRefusal {
    /// So many of so many parts lie at an object: it is a mask of something else.
    OtherPlaces(usize, usize),
    /// The parts lie so many pixels beside the objects, all by the same way.
    Shifted([i64; 2]),
    /// So many of so many parts have the area of the object with their number, and places were not measured.
    OtherAreas(usize, usize),
}

impl fmt::Display for MaskRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherPlaces(fitting, tried) => write!(
                out,
                "only {fitting} of {tried} parts lie where an object was measured: the mask is of another field, another object or another run"
            ),
            Self::Shifted([x, y]) => write!(
                out,
                "its parts lie {x}, {y} pixels beside the objects that were measured: the mask is of a picture that was shifted or cropped"
            ),
            Self::OtherAreas(fitting, tried) => write!(
                out,
                "only {fitting} of {tried} parts have the area of the object with their number, and neither boxes nor centres were measured to tell which is which"
            ),
        }
    }
}

/// Numbers that a mask could not hold and that began again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow {
    /// Bits of the mask.
    pub bits: u8,
}

/// The parts of a mask, given to objects.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedParts {
    /// The mask with 1 for the pixels of the first object, and so on; 0 elsewhere.
    pub labels: LabelImage,
    /// For each object how well its part fits, or why it has none.
    pub fits: Vec<Result<Fit, NoPart>>,
    /// Objects whose numbers were wrong, if the mask has numbers: parts were given by place then.
    pub misnumbered: usize,
    /// Parts that belong to no object; those of a mask with right numbers are not counted.
    pub parts_left: usize,
    /// Numbers that ran over.
    pub overflow: Option<Overflow>,
}

impl MatchedParts {
    /// Objects whose part lies where they were measured, closely and roughly: what tells whose mask this is.
    pub fn agreeing(&self) -> [usize; 2] {
        let count = |wanted| self.fits.iter().filter(|fit| **fit == Ok(wanted)).count();
        [count(Fit::Same), count(Fit::Like)]
    }
}

/// Gives the parts of a mask to the objects of a field.
///
/// Numbers are believed where every part lies at the object of its number, by box, else by centre, and by area. As soon
/// as one does not, objects keep only what lies at them; all other parts are given away by place, as those of a
/// picture without numbers. A number with several pieces is taken apart where the pieces do not make up one object.
///
/// # Errors
///
/// [`MaskRefusal`] where the mask as a whole is of something else.
pub fn match_parts(
    picture: ObjectPicture,
    objects: &[KnownObject],
) -> Result<MatchedParts, MaskRefusal> {
    let matched = matched(picture, objects)?;
    match shift_of(&matched, objects) {
        Some(shift) => Err(MaskRefusal::Shifted(shift)),
        None => Ok(matched),
    }
}

/// How far the parts lie beside their objects, where they all do by the same way: each is near enough by itself, and
/// the mask is of a shifted picture all the same. Boxes and centres are exact to the pixel.
fn shift_of(matched: &MatchedParts, objects: &[KnownObject]) -> Option<[i64; 2]> {
    let parts = parts_of(&matched.labels.labels, matched.labels.width as usize);
    let off: Vec<[f64; 2]> = parts
        .iter()
        .zip(objects)
        .filter_map(|(part, object)| part.offset(&object.measured))
        .collect();
    if off.is_empty() {
        return None;
    }
    let middle = [0, 1].map(|axis| {
        let mut values: Vec<f64> = off.iter().map(|off| off[axis]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    });
    let alike = |off: &&[f64; 2]| (0..2).all(|axis| (off[axis] - middle[axis]).abs() <= EDGE / 2.0);
    let together = 2 * off.iter().filter(alike).count() > off.len();
    let shift = middle.map(|pixels| pixels.round() as i64);
    let is_off = middle.iter().any(|pixels| pixels.abs() > EDGE / 2.0);
    (is_off && together).then_some(shift)
}

fn matched(picture: ObjectPicture, objects: &[KnownObject]) -> Result<MatchedParts, MaskRefusal> {
    if !picture.is_numbered() {
        return by_place(&picture.into_parts(), objects);
    }
    let labels = picture.into_parts();
    let numbered = NumberedParts::new(&labels, objects);
    if !objects.iter().any(KnownObject::has_place) {
        return numbered.by_area();
    }
    if numbered.numbers_hold() {
        return Ok(numbered.as_numbered());
    }
    numbered.by_place()
}

/// Parts without numbers.
fn by_place(parts: &LabelImage, objects: &[KnownObject]) -> Result<MatchedParts, MaskRefusal> {
    let measured: Vec<MeasuredObject> = (1..)
        .zip(objects)
        .map(|(number, object)| MeasuredObject {
            number,
            ..object.measured
        })
        .collect();
    let assigned = assign_parts(parts, &measured);
    let placed = parts_of(&assigned.labels.labels, parts.width as usize);
    let melted: HashSet<u32> = assigned.melted_objects.iter().copied().collect();
    let fits: Vec<Result<Fit, NoPart>> = measured
        .iter()
        .zip(objects)
        .map(|(measured, object)| {
            let at = measured.number as usize - 1;
            match placed.get(at).map_or(Fit::Other, |part| part.fit(measured)) {
                fit @ (Fit::Same | Fit::Like) => Ok(fit),
                _ if !object.has_place() => Err(NoPart::Unmeasured),
                _ if melted.contains(&measured.number) => Err(NoPart::Melted),
                _ => Err(NoPart::Nowhere),
            }
        })
        .collect();
    let given: HashSet<u32> = assigned
        .labels
        .labels
        .iter()
        .copied()
        .filter(|&number| number != 0)
        .collect();
    let with_place = objects.iter().filter(|object| object.has_place()).count();
    let separate = with_place - melted.len().min(with_place);
    let apart = given.len()
        + assigned
            .unmatched_parts
            .saturating_sub(assigned.melted_parts);
    let mut labels = assigned.labels;
    let mut dropped: HashSet<u32> = HashSet::new();
    for label in &mut labels.labels {
        if *label != 0 && fits[*label as usize - 1].is_err() {
            dropped.insert(*label);
            *label = 0;
        }
    }
    judge(
        MatchedParts {
            labels,
            fits,
            misnumbered: 0,
            parts_left: assigned.unmatched_parts + dropped.len(),
            overflow: None,
        },
        separate,
        apart,
        0,
    )
}

/// Refuses a mask that lies at an object by chance only: less than half of what could lie there does.
pub(super) fn judge(
    matched: MatchedParts,
    objects: usize,
    parts: usize,
    by_number: usize,
) -> Result<MatchedParts, MaskRefusal> {
    let [same, like] = matched.agreeing();
    let fitting = same + like;
    let tried = objects.min(parts);
    let is_half = 2 * fitting == tried && by_number > 0;
    if tried == 0 || 2 * fitting > tried || is_half {
        Ok(matched)
    } else {
        Err(MaskRefusal::OtherPlaces(fitting, tried))
    }
}

#[cfg(test)]
mod tests;
