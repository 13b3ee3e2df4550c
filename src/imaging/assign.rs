//! Which part of a picture is which measured object.

use std::collections::HashMap;

use super::LabelImage;
use super::components::{Contact, connected};
use super::part_fit::{LIKE_BOX, Part, SAME_AREA, SAME_BOX, box_overlap, parts_of};

/// What the measurements say about where an object lies. Everything but the number is optional.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MeasuredObject {
    /// Its number in the label image to be made; 0 is background and never assigned.
    pub number: u32,
    /// Centre x, y in pixel-centre coordinates, as measured: the centre of pixel (0, 0) is 0, 0.
    pub center: Option<[f64; 2]>,
    /// Bounding box as x minimum, y minimum, x maximum, y maximum; the maxima are exclusive.
    pub bounds: Option<[f64; 4]>,
    /// Area in pixels.
    pub area: Option<f64>,
}

/// Parts that got the numbers of objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Assigned {
    /// The picture with object numbers; parts of nobody are background.
    pub labels: LabelImage,
    /// Parts that belong to no object, melted ones included.
    pub unmatched_parts: usize,
    /// Parts with the centres of several objects that could not be told apart.
    pub melted_parts: usize,
    /// Numbers of the objects that got no part, in the order given.
    pub unmatched_objects: Vec<u32>,
    /// Those of them whose centres lie in melted parts.
    pub melted_objects: Vec<u32>,
}

/// A part with this share of its box in the box of an object may be a piece of it.
const INSIDE: f64 = 0.9;

/// How far pieces may add up beyond the measured area.
const AREA_ROOM: f64 = 0.02;

/// Gives the parts of a picture to measured objects.
///
/// 1. A part and an object whose boxes fit each other best, and well, belong together. This comes first because the
///    centre of a crescent lies in its neighbour.
/// 2. Else a part belongs to the one object whose centre lies in it, unless box or area say that the part is much
///    more than this object.
/// 3. A part with the centres of several objects is taken apart at corners. What still has several belongs to the one
///    whose area it has, if there is one; otherwise it is *melted* and nobody gets it, because a wrong outline is
///    worse than none.
/// 4. What is left are further pieces: each goes to the only object whose box holds it and whose area has room for it,
///    or of several to the only one without a part.
///
/// The parts are those of equal numbers in `parts`, whether connected or not. Objects that share a number share
/// their parts.
pub fn assign_parts(parts: &LabelImage, objects: &[MeasuredObject]) -> Assigned {
    let mut matching = Matching::new(parts, objects);
    matching.same_boxes();
    let melted = matching.centers();
    matching.split_melted(&melted);
    matching.pieces();
    matching.finish()
}

/// A picture being assigned.
struct Matching<'a> {
    objects: &'a [MeasuredObject],
    width: usize,
    height: usize,
    /// Part of each pixel: 0 for background, otherwise one more than its place in `parts`.
    ids: Vec<u32>,
    parts: Vec<Part>,
    /// For each part the object that has it.
    owners: Vec<Option<usize>>,
    /// Parts that are not to be given to anybody any more.
    melted: Vec<bool>,
    /// Pixels that each object has got.
    given: Vec<u64>,
    melted_objects: Vec<usize>,
}

impl<'a> Matching<'a> {
    fn new(image: &LabelImage, objects: &'a [MeasuredObject]) -> Self {
        let width = image.width as usize;
        let height = image
            .labels
            .len()
            .checked_div(width)
            .unwrap_or(0)
            .min(image.height as usize);
        let mut places: HashMap<u32, u32> = HashMap::from([(0, 0)]);
        let mut last = (0, 0);
        let ids: Vec<u32> = image.labels[..width * height]
            .iter()
            .map(|&label| {
                if label != last.0 {
                    let next = places.len() as u32;
                    last = (label, *places.entry(label).or_insert(next));
                }
                last.1
            })
            .collect();
        let parts = parts_of(&ids, width);
        Self {
            objects,
            width,
            height,
            owners: vec![None; parts.len()],
            melted: vec![false; parts.len()],
            given: vec![0; objects.len()],
            melted_objects: Vec::new(),
            ids,
            parts,
        }
    }

    fn give(&mut self, part: usize, object: usize) {
        self.owners[part] = Some(object);
        self.given[object] += self.parts[part].area;
    }

    /// Calls `visit(object, bounds, part)` for all unowned parts whose box has its middle in the box of an object.
    fn in_boxes(&self, mut visit: impl FnMut(usize, [f64; 4], usize)) {
        let mut order: Vec<(f64, usize)> = (0..self.parts.len())
            .filter(|&part| self.owners[part].is_none() && !self.melted[part])
            .map(|part| (self.parts[part].middle()[1], part))
            .collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        for (index, object) in self.objects.iter().enumerate() {
            let (Some(bounds), true) = (object.bounds, object.number != 0) else {
                continue;
            };
            let start = order.partition_point(|&(y, _)| y < bounds[1]);
            for &(_, part) in order[start..].iter().take_while(|(y, _)| *y <= bounds[3]) {
                let x = self.parts[part].middle()[0];
                if bounds[0] <= x && x <= bounds[2] {
                    visit(index, bounds, part);
                }
            }
        }
    }

    /// Pairs that are each other's best box.
    fn same_boxes(&mut self) {
        let mut best_part: Vec<Option<(f64, usize)>> = vec![None; self.objects.len()];
        let mut best_object: Vec<Option<(f64, usize)>> = vec![None; self.parts.len()];
        self.in_boxes(|object, bounds, part| {
            let overlap = box_overlap(bounds, self.parts[part].bounds());
            let measured = self.objects[object].area;
            if overlap < SAME_BOX || measured.is_some_and(|area| !self.parts[part].is_like(area)) {
                return;
            }
            if best_part[object].is_none_or(|(best, _)| overlap > best) {
                best_part[object] = Some((overlap, part));
            }
            if best_object[part].is_none_or(|(best, _)| overlap > best) {
                best_object[part] = Some((overlap, object));
            }
        });
        for (object, best) in best_part.into_iter().enumerate() {
            if let Some((_, part)) = best
                && best_object[part].is_some_and(|(_, other)| other == object)
            {
                self.give(part, object);
            }
        }
    }

    /// Objects without a part whose centres lie in parts without an object, by part.
    fn claims(&self) -> Vec<(usize, Vec<usize>)> {
        let mut claims: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, object) in self.objects.iter().enumerate() {
            let Some(part) = object.center.and_then(|center| self.part_at(center)) else {
                continue;
            };
            if object.number != 0 && self.given[index] == 0 && self.owners[part].is_none() {
                claims.entry(part).or_default().push(index);
            }
        }
        let mut claims: Vec<_> = claims.into_iter().collect();
        claims.sort_unstable();
        claims
    }

    fn part_at(&self, [x, y]: [f64; 2]) -> Option<usize> {
        let inside = |value: f64, length: usize| {
            let pixel = (value + 0.5).floor();
            (pixel >= 0.0 && pixel < length as f64).then_some(pixel as usize)
        };
        let (x, y) = (inside(x, self.width)?, inside(y, self.height)?);
        let id = self.ids[y * self.width + x];
        (id as usize).checked_sub(1)
    }

    /// Gives parts with one centre away; those with several come back with the objects.
    fn centers(&mut self) -> Vec<(usize, Vec<usize>)> {
        let mut several = Vec::new();
        for (part, claimants) in self.claims() {
            match claimants[..] {
                [object] => {
                    if !self.exceeds(part, object) {
                        self.give(part, object);
                    }
                }
                _ => several.push((part, claimants)),
            }
        }
        several
    }

    /// Whether a part is much more than an object, so that something else must have melted with it.
    fn exceeds(&self, part: usize, object: usize) -> bool {
        let (part, object) = (&self.parts[part], &self.objects[object]);
        object
            .bounds
            .is_some_and(|bounds| part.share_in(bounds) < LIKE_BOX)
            || object
                .area
                .is_some_and(|area| part.area as f64 > 2.0 * area)
    }

    /// Takes parts of several objects apart where they hang together at corners only.
    fn split_melted(&mut self, several: &[(usize, Vec<usize>)]) {
        if several.is_empty() {
            return;
        }
        for (part, _) in several {
            self.melted[*part] = true;
        }
        let image: Vec<u32> = self
            .ids
            .iter()
            .map(|&id| match (id as usize).checked_sub(1) {
                Some(part) if self.melted[part] => id,
                _ => 0,
            })
            .collect();
        let pieces = connected(&image, self.width, 0, Contact::Edges);
        if pieces.count as usize > several.len() {
            let first = self.parts.len() as u32;
            for (id, &piece) in self.ids.iter_mut().zip(&pieces.ids) {
                if piece != 0 {
                    *id = first + piece;
                }
            }
            // The melted ones have no pixel any more.
            self.parts = parts_of(&self.ids, self.width);
            let parts = self.parts.len();
            self.owners.resize(parts, None);
            self.melted.resize(parts, false);
            for (part, melted) in self.melted.iter_mut().enumerate() {
                *melted = *melted && self.parts[part].area > 0;
            }
        } else {
            for (part, _) in several {
                self.melted[*part] = false;
            }
        }
        for (part, claimants) in self.centers() {
            let pixels = self.parts[part].area as f64;
            let mut same = claimants.iter().filter(|&&object| {
                let area = self.objects[object].area;
                area.is_some_and(|area| (area - pixels).abs() <= SAME_AREA * area)
            });
            let only = match (same.next(), same.next()) {
                (Some(&object), None) => Some(object),
                _ => None,
            };
            if let Some(object) = only {
                self.give(part, object);
            } else {
                self.melted[part] = true;
                self.melted_objects.extend(claimants);
            }
        }
    }

    /// Gives further pieces away, larger ones first.
    fn pieces(&mut self) {
        let mut candidates: HashMap<usize, Vec<usize>> = HashMap::new();
        self.in_boxes(|object, bounds, part| {
            let piece = &self.parts[part];
            if piece.share_in(bounds) >= INSIDE || box_overlap(bounds, piece.bounds()) >= LIKE_BOX {
                candidates.entry(part).or_default().push(object);
            }
        });
        let mut candidates: Vec<_> = candidates.into_iter().collect();
        candidates
            .sort_unstable_by_key(|&(part, _)| (std::cmp::Reverse(self.parts[part].area), part));
        for (part, mut objects) in candidates {
            objects.retain(|&object| {
                let given = self.given[object] as f64;
                let total = given + self.parts[part].area as f64;
                self.objects[object].area.is_none_or(|area| {
                    // A piece brings an object nearer to what was measured.
                    let nearer = given == 0.0 || (total - area).abs() < (given - area).abs();
                    nearer && total <= area * (1.0 + AREA_ROOM) + 1.0
                })
            });
            let mut empty = objects.iter().filter(|&&object| self.given[object] == 0);
            let object = match (&objects[..], empty.next(), empty.next()) {
                ([object], ..) | (_, Some(object), None) => *object,
                _ => continue,
            };
            self.give(part, object);
        }
    }

    fn finish(self) -> Assigned {
        let objects = self.objects;
        let numbers: Vec<u32> = std::iter::once(0)
            .chain(
                self.owners
                    .iter()
                    .map(|owner| owner.map_or(0, |object| objects[object].number)),
            )
            .collect();
        // Numbers that no pixel has, and parts that were taken apart.
        let real = |part: &usize| self.parts[*part].area > 0;
        let unmatched = |object: &usize| self.given[*object] == 0;
        let number = |object: usize| objects[object].number;
        let mut melted_objects = self.melted_objects.clone();
        melted_objects.sort_unstable();
        Assigned {
            unmatched_parts: (0..self.parts.len())
                .filter(|part| self.owners[*part].is_none())
                .filter(real)
                .count(),
            melted_parts: self.melted.iter().filter(|&&melted| melted).count(),
            unmatched_objects: (0..objects.len()).filter(unmatched).map(number).collect(),
            melted_objects: melted_objects
                .into_iter()
                .filter(unmatched)
                .map(number)
                .collect(),
            labels: LabelImage {
                width: self.width as u32,
                height: self.height as u32,
                labels: self.ids.iter().map(|&id| numbers[id as usize]).collect(),
            },
        }
    }
}

#[cfg(test)]
mod tests;
