//! The parts of a label image, whose numbers may or may not be those of the objects.

use std::collections::{HashMap, HashSet};

use super::components::{Contact, connected};
use super::object_match::judge;
use super::part_fit::{Fit, Part, parts_of};
use super::{
    KnownObject, LabelImage, MaskRefusal, MatchedParts, MeasuredObject, NoPart, Overflow,
    assign_parts,
};

/// A label image and the objects that its numbers may be of.
pub(super) struct NumberedParts<'a> {
    image: &'a LabelImage,
    objects: &'a [KnownObject],
    /// For each pixel 0, or one more than the place of its part.
    ids: Vec<u32>,
    /// The number of each part.
    numbers: Vec<u32>,
    parts: Vec<Part>,
    /// The part with the number of each object, and how well it fits.
    own: Vec<Option<(usize, Fit)>>,
}

impl<'a> NumberedParts<'a> {
    pub(super) fn new(image: &'a LabelImage, objects: &'a [KnownObject]) -> Self {
        let mut places: HashMap<u32, u32> = HashMap::from([(0, 0)]);
        let mut numbers = Vec::new();
        let mut last = (0, 0);
        let ids: Vec<u32> = image
            .labels
            .iter()
            .map(|&label| {
                if label != last.0 {
                    let next = places.len() as u32;
                    let id = *places.entry(label).or_insert(next);
                    if id == next {
                        numbers.push(label);
                    }
                    last = (label, id);
                }
                last.1
            })
            .collect();
        let parts = parts_of(&ids, image.width as usize);
        let own = objects
            .iter()
            .map(|object| {
                let id = *places.get(&object.label.filter(|label| *label > 0)?)?;
                let place = id as usize - 1;
                Some((place, parts[place].fit(&object.measured)))
            })
            .collect();
        Self {
            image,
            objects,
            ids,
            numbers,
            parts,
            own,
        }
    }

    /// Whether nothing speaks against the numbers.
    pub(super) fn numbers_hold(&self) -> bool {
        let is_somewhere = |object: &KnownObject| {
            let mut parts = self.parts.iter();
            parts.any(|part| part.fit(&object.measured) == Fit::Same)
        };
        self.own
            .iter()
            .zip(self.objects)
            .all(|(own, object)| match own {
                Some((_, Fit::Same | Fit::Untold)) => true,
                Some((_, Fit::Other)) => false,
                // Good enough, unless another part is better; and its number may be missing, unless its part is there.
                Some((_, Fit::Like)) | None => !is_somewhere(object),
            })
    }

    /// Every object has the part with its number.
    pub(super) fn as_numbered(&self) -> MatchedParts {
        let given: Vec<Option<usize>> = self.own.iter().map(|own| Some((*own)?.0)).collect();
        let fits = self
            .own
            .iter()
            .map(|own| own.map(|(_, fit)| fit).ok_or(NoPart::NoNumber))
            .collect();
        MatchedParts {
            labels: self.painted(&given),
            fits,
            misnumbered: 0,
            parts_left: 0,
            overflow: None,
        }
    }

    /// The image with the objects that have these parts. Of several with one part the first has it.
    fn painted(&self, given: &[Option<usize>]) -> LabelImage {
        let mut owners = vec![0; self.parts.len() + 1];
        for (object, part) in (1..).zip(given) {
            if let Some(part) = part
                && owners[part + 1] == 0
            {
                owners[part + 1] = object;
            }
        }
        LabelImage {
            labels: self.ids.iter().map(|&id| owners[id as usize]).collect(),
            ..*self.image
        }
    }

    /// Nothing but areas was measured, if that: equal ones cannot be told apart, unequal ones can.
    pub(super) fn by_area(&self) -> Result<MatchedParts, MaskRefusal> {
        let compared: Vec<bool> = self
            .own
            .iter()
            .zip(self.objects)
            .filter_map(|(own, object)| Some(self.parts[(*own)?.0].has_area(object.measured.area?)))
            .collect();
        let same = compared.iter().filter(|same| **same).count();
        if same * 2 < compared.len() {
            return Err(MaskRefusal::OtherAreas(same, compared.len()));
        }
        let overflow = self.overflow(|_| true);
        let mut matched = self.as_numbered();
        matched.overflow = overflow;
        let limit = overflow.map_or(u32::MAX, |overflow| 1 << overflow.bits);
        let beyond: HashSet<u32> = self
            .objects
            .iter()
            .filter_map(|object| object.label?.checked_sub(limit))
            .collect();
        let mut given: Vec<Option<usize>> = self.own.iter().map(|own| Some((*own)?.0)).collect();
        for (at, object) in self.objects.iter().enumerate() {
            let Some((_, fit)) = self.own[at] else {
                continue;
            };
            let doubled = object.label.is_some_and(|label| beyond.contains(&label));
            let told = object
                .measured
                .area
                .is_some_and(|area| self.parts[given[at].unwrap_or(0)].has_area(area));
            let wrong = if fit == Fit::Other {
                Some(NoPart::OtherArea)
            } else if doubled && !told {
                Some(NoPart::Unmeasured)
            } else {
                None
            };
            if let Some(reason) = wrong {
                matched.misnumbered += 1;
                matched.fits[at] = Err(reason);
                given[at] = None;
            }
        }
        matched.labels = self.painted(&given);
        Ok(matched)
    }

    /// Whether objects beyond the largest number of 8 or 16 bits share the parts of others.
    fn overflow(&self, is_shared: impl Fn(u32) -> bool) -> Option<Overflow> {
        let highest = self.numbers.iter().copied().max()?;
        [8_u8, 16].into_iter().find_map(|bits| {
            let limit = 1_u32 << bits;
            let beyond: Vec<u32> = self
                .objects
                .iter()
                .filter_map(|object| object.label.filter(|label| *label >= limit))
                .collect();
            let shared = beyond
                .iter()
                .any(|label| self.numbers.contains(&(label % limit)) && is_shared(*label));
            (highest < limit && shared).then_some(Overflow { bits })
        })
    }

    /// Some numbers are wrong: what lies at its object stays, the rest is given by place.
    pub(super) fn by_place(&self) -> Result<MatchedParts, MaskRefusal> {
        let mut owners: Vec<Option<usize>> = vec![None; self.parts.len()];
        let mut fits: Vec<Result<Fit, NoPart>> = self
            .own
            .iter()
            .zip(self.objects)
            .map(|(own, object)| {
                Err(match own {
                    _ if !object.has_place() => NoPart::Unmeasured,
                    Some((_, Fit::Other)) => NoPart::Elsewhere,
                    _ => NoPart::Nowhere,
                })
            })
            .collect();
        for (object, own) in self.own.iter().enumerate() {
            if let Some((part, Fit::Same)) = own
                && owners[*part].is_none()
            {
                owners[*part] = Some(object);
                fits[object] = Ok(Fit::Same);
            }
        }
        let by_number = fits.iter().filter(|fit| fit.is_ok()).count();
        // Objects that are left, with their places in the list as numbers.
        let left: Vec<MeasuredObject> = (1..)
            .zip(self.objects)
            .zip(&fits)
            .filter(|((_, object), fit)| fit.is_err() && object.has_place())
            .map(|((number, object), _)| MeasuredObject {
                number,
                ..object.measured
            })
            .collect();
        let rest = self.unowned(&owners, &left);
        let assigned = assign_parts(&rest, &left);
        let mut labels = self.painted_by(&owners);
        let placed = parts_of(&assigned.labels.labels, self.image.width as usize);
        let mut kept = vec![0; self.objects.len() + 1];
        for object in &left {
            let at = object.number as usize - 1;
            match placed.get(at).map_or(Fit::Other, |part| part.fit(object)) {
                fit @ (Fit::Same | Fit::Like) => {
                    fits[at] = Ok(fit);
                    kept[at + 1] = object.number;
                }
                Fit::Other | Fit::Untold => {
                    if assigned.melted_objects.contains(&object.number) {
                        fits[at] = Err(NoPart::Melted);
                    }
                }
            }
        }
        let mut used = vec![false; self.parts.len() + 1];
        for (at, (&object, label)) in assigned
            .labels
            .labels
            .iter()
            .zip(&mut labels.labels)
            .enumerate()
        {
            if kept[object as usize] != 0 {
                *label = object;
                used[self.ids[at] as usize] = true;
            }
        }
        // Numbers that fit roughly, where nobody has a better claim; and those that cannot be told, where most hold.
        let fitting = fits.iter().filter(|fit| fit.is_ok()).count();
        let rough: Vec<(usize, usize, Fit)> = self
            .own
            .iter()
            .enumerate()
            .filter(|(object, _)| fits[*object].is_err())
            .filter_map(|(object, own)| Some((object, (*own)?)))
            .filter(|(_, (part, fit))| match fit {
                Fit::Like => !used[part + 1] && owners[*part].is_none(),
                Fit::Untold => {
                    !used[part + 1] && owners[*part].is_none() && 2 * by_number > fitting
                }
                Fit::Same | Fit::Other => false,
            })
            .map(|(object, (part, fit))| (object, part, fit))
            .collect();
        let mut late = vec![0; self.parts.len() + 1];
        for (object, part, fit) in rough {
            if late[part + 1] == 0 {
                late[part + 1] = object as u32 + 1;
                fits[object] = Ok(fit);
            }
        }
        for (id, label) in self.ids.iter().zip(&mut labels.labels) {
            if late[*id as usize] != 0 {
                *label = late[*id as usize];
            }
        }
        let misnumbered = self
            .own
            .iter()
            .zip(&fits)
            .filter(|(own, fit)| match own {
                Some((_, Fit::Other)) => true,
                Some(_) => fit.is_err(),
                None => fit.is_ok(),
            })
            .count();
        let overflow = self.overflow(|label| {
            let mut known = self.objects.iter().zip(&fits);
            known.any(|(object, fit)| object.label == Some(label) && fit.is_ok())
        });
        judge(
            MatchedParts {
                labels,
                fits,
                misnumbered,
                parts_left: assigned.unmatched_parts,
                overflow,
            },
            self.objects
                .iter()
                .filter(|object| object.has_place())
                .count(),
            self.parts.len(),
            by_number,
        )
    }

    fn painted_by(&self, owners: &[Option<usize>]) -> LabelImage {
        let owner = |id: u32| match (id as usize).checked_sub(1) {
            Some(part) => owners[part].map_or(0, |object| object as u32 + 1),
            None => 0,
        };
        LabelImage {
            labels: self.ids.iter().map(|&id| owner(id)).collect(),
            ..*self.image
        }
    }

    /// The parts of nobody as a picture of parts. A number with several pieces stays one part where it fits an
    /// object as a whole.
    fn unowned(&self, owners: &[Option<usize>], left: &[MeasuredObject]) -> LabelImage {
        let free: Vec<u32> = self
            .ids
            .iter()
            .map(|&id| match (id as usize).checked_sub(1) {
                Some(part) if owners[part].is_none() => id,
                _ => 0,
            })
            .collect();
        let pieces = connected(&free, self.image.width as usize, 0, Contact::Corners);
        let mut piece_of: Vec<Option<u32>> = vec![None; self.parts.len() + 1];
        let mut several: HashSet<u32> = HashSet::new();
        for (&id, &piece) in free.iter().zip(&pieces.ids) {
            if id != 0 && *piece_of[id as usize].get_or_insert(piece) != piece {
                several.insert(id);
            }
        }
        let rough: HashSet<usize> = self
            .own
            .iter()
            .filter_map(|own| own.filter(|(_, fit)| *fit == Fit::Like))
            .map(|(part, _)| part)
            .collect();
        let whole: HashSet<u32> = several
            .into_iter()
            .filter(|&id| {
                let at = id as usize - 1;
                let is_same = |object| self.parts[at].fit(object) == Fit::Same;
                rough.contains(&at) || left.iter().any(is_same)
            })
            .collect();
        LabelImage {
            labels: free
                .iter()
                .zip(&pieces.ids)
                .map(|(id, &piece)| match piece_of[*id as usize] {
                    Some(first) if whole.contains(id) => first,
                    _ => piece,
                })
                .collect(),
            ..*self.image
        }
    }
}
