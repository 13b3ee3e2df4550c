//! From a picture of outlines back to the objects, each with its own boundary pixels.

use std::collections::HashMap;

use super::components::{Components, Contact, connected};
use super::outline_sides::object_sides;
use super::{LabelImage, PixelMask};

/// Lines left over in a piece of at most this many pixels belong to what they touch: corners and spurs.
const SPUR_PIXELS: usize = 3;

/// The objects of a picture of outlines, numbered from 1 in the order met, as filled parts.
///
/// The outlines are those that `CellProfiler` (`OverlayOutlines`) and scikit-image (`find_boundaries`, mode `inner`)
/// draw: the pixels of an object that touch something else. So an object is what lies inside a line together with
/// the line, a line between two objects is two pixels wide, one for each, and a line between an object and the
/// background is one pixel wide. That is how a gap between objects is told from an object: across a single line one
/// side is object and the other is not, whatever encloses it. Holes therefore stay holes.
///
/// The border of the picture closes the curves that it cuts. Line pixels go to the inside that they touch; an object
/// so thin that it is all line becomes a part of its own unless it is the tail of another one. Where all objects
/// share single lines, as some programs draw them, everything but the largest region at the border is an object.
pub fn outline_parts(outlines: &PixelMask) -> LabelImage {
    let (width, height) = (outlines.width() as usize, outlines.height() as usize);
    let regions = connected(outlines.set(), width, true, Contact::Edges);
    let sides = object_sides(&regions, width, height);
    let canvas = Canvas {
        width,
        height,
        regions: &regions,
        sides: &sides,
    };
    let mut owners = canvas.insides();
    canvas.claim_touching(&mut owners);
    canvas.claim_corners(&mut owners);
    canvas.claim_rest(&mut owners);
    LabelImage {
        width: outlines.width(),
        height: outlines.height(),
        labels: renumbered(owners, regions.count),
    }
}

/// The regions between the lines and which of them are objects.
struct Canvas<'a> {
    width: usize,
    height: usize,
    /// Number 0 is line.
    regions: &'a Components,
    /// By region number.
    sides: &'a [bool],
}

/// How often each owner was met around a pixel; at most eight.
#[derive(Default)]
struct Votes {
    owners: [(u32, u32); 8],
    used: usize,
}

impl Votes {
    fn add(&mut self, owner: u32, weight: u32) {
        let known = self.owners[..self.used]
            .iter_mut()
            .find(|entry| entry.0 == owner);
        if let Some(entry) = known {
            entry.1 += weight;
        } else if let Some(entry) = self.owners.get_mut(self.used) {
            *entry = (owner, weight);
            self.used += 1;
        }
    }

    fn has(&self, owner: u32) -> bool {
        self.owners[..self.used]
            .iter()
            .any(|entry| entry.0 == owner)
    }

    fn add_to_others(&mut self, owner: u32, weight: u32) {
        for entry in &mut self.owners[..self.used] {
            if entry.0 != owner {
                entry.1 += weight;
            }
        }
    }

    /// The owner with the most votes, of equals the one met first in the picture; 0 without a vote.
    fn winner(&self) -> u32 {
        self.owners[..self.used]
            .iter()
            .max_by_key(|(owner, votes)| (*votes, std::cmp::Reverse(*owner)))
            .map_or(0, |(owner, _)| *owner)
    }
}

const EDGES: [(isize, isize); 4] = [(0, -1), (-1, 0), (1, 0), (0, 1)];
const CORNERS: [(isize, isize); 4] = [(-1, -1), (1, -1), (-1, 1), (1, 1)];

impl Canvas<'_> {
    /// Index of a neighbour inside the picture.
    fn neighbour(&self, index: usize, (dx, dy): (isize, isize)) -> Option<usize> {
        let x = (index % self.width).checked_add_signed(dx)?;
        let y = (index / self.width).checked_add_signed(dy)?;
        (x < self.width && y < self.height).then(|| y * self.width + x)
    }

    /// The object whose inside a pixel is, or 0.
    fn inside(&self, index: usize) -> u32 {
        let region = self.regions.ids[index];
        if self.sides[region as usize] {
            region
        } else {
            0
        }
    }

    fn insides(&self) -> Vec<u32> {
        (0..self.regions.ids.len())
            .map(|index| self.inside(index))
            .collect()
    }

    fn lines(&self) -> impl Iterator<Item = usize> {
        let ids = &self.regions.ids;
        (0..ids.len()).filter(|&index| ids[index] == 0)
    }

    /// Line pixels that share an edge with an inside belong to it: the pixel beyond would be line otherwise.
    fn claim_touching(&self, owners: &mut [u32]) {
        for index in self.lines() {
            let mut votes = Votes::default();
            for step in EDGES {
                if let Some(neighbour) = self.neighbour(index, step) {
                    let owner = self.inside(neighbour);
                    if owner != 0 {
                        votes.add(owner, 1);
                    }
                }
            }
            owners[index] = votes.winner();
        }
    }

    /// The convex corners of an object touch its inside at a corner only, and its other line pixels at the edges.
    fn claim_corners(&self, owners: &mut [u32]) {
        let mut claims = Vec::new();
        for index in self.lines().filter(|&index| owners[index] == 0) {
            let mut votes = Votes::default();
            for step in CORNERS {
                if let Some(neighbour) = self.neighbour(index, step) {
                    let owner = self.inside(neighbour);
                    if owner != 0 {
                        votes.add(owner, 2);
                    }
                }
            }
            if votes.used == 0 {
                continue;
            }
            for step in EDGES {
                let Some(neighbour) = self.neighbour(index, step) else {
                    continue;
                };
                let owner = owners[neighbour];
                if owner == 0 || !votes.has(owner) {
                    continue;
                }
                if votes.used == 1 || self.is_boundary_without(neighbour, index, owners) {
                    votes.add(owner, 1);
                } else {
                    // That pixel is line only because this one here is not of its object.
                    votes.add_to_others(owner, 2);
                }
            }
            claims.push((index, votes.winner()));
        }
        for (index, owner) in claims {
            owners[index] = owner;
        }
    }

    /// Whether a line pixel has something else than its own object beside it, apart from the pixel `but`.
    fn is_boundary_without(&self, index: usize, but: usize, owners: &[u32]) -> bool {
        EDGES
            .iter()
            .filter_map(|&step| self.neighbour(index, step))
            .any(|other| {
                let is_line = self.regions.ids[other] == 0;
                // A line pixel of nobody yet says nothing.
                other != but && owners[other] != owners[index] && !(is_line && owners[other] == 0)
            })
    }

    /// What is left is far from every inside: tails of objects, and objects too thin to have an inside.
    ///
    /// A tail leaves an object at one end; a thin object that touches another one lies along it.
    fn claim_rest(&self, owners: &mut [u32]) {
        let left: Vec<bool> = owners
            .iter()
            .zip(&self.regions.ids)
            .map(|(&owner, &region)| owner == 0 && region == 0)
            .collect();
        let pieces = connected(&left, self.width, false, Contact::Corners);
        if pieces.count == 0 {
            return;
        }
        let mut sizes = vec![0_usize; pieces.count as usize + 1];
        // Edges shared with each owner; a shared corner counts only where there is no edge.
        let mut touches: HashMap<(u32, u32), (usize, usize)> = HashMap::new();
        for (index, &piece) in pieces.ids.iter().enumerate() {
            if piece == 0 {
                continue;
            }
            sizes[piece as usize] += 1;
            for (steps, is_edge) in [(EDGES, true), (CORNERS, false)] {
                for step in steps {
                    let Some(neighbour) = self.neighbour(index, step) else {
                        continue;
                    };
                    let owner = owners[neighbour];
                    if owner != 0 {
                        let entry = touches.entry((piece, owner)).or_default();
                        if is_edge {
                            entry.0 += 1;
                        } else {
                            entry.1 += 1;
                        }
                    }
                }
            }
        }
        let mut best: HashMap<u32, (usize, usize, std::cmp::Reverse<u32>)> = HashMap::new();
        let mut shared = vec![0_usize; sizes.len()];
        for ((piece, owner), (edges, corners)) in touches {
            shared[piece as usize] += edges;
            let candidate = (edges, corners, std::cmp::Reverse(owner));
            let entry = best.entry(piece).or_insert(candidate);
            *entry = (*entry).max(candidate);
        }
        for (owner, &piece) in owners.iter_mut().zip(&pieces.ids) {
            if piece == 0 {
                continue;
            }
            let size = sizes[piece as usize];
            let alongside = size > SPUR_PIXELS && shared[piece as usize] * 2 >= size;
            *owner = match best.get(&piece) {
                Some(&(_, _, std::cmp::Reverse(owner))) if !alongside => owner,
                _ => self.regions.count + piece,
            };
        }
    }
}

/// Numbers from 1 in the order met.
fn renumbered(mut owners: Vec<u32>, regions: u32) -> Vec<u32> {
    let highest = owners.iter().copied().max().unwrap_or(regions);
    let mut numbers = vec![0_u32; highest as usize + 1];
    let mut count = 0;
    for owner in &mut owners {
        if *owner != 0 {
            let number = &mut numbers[*owner as usize];
            if *number == 0 {
                count += 1;
                *number = count;
            }
            *owner = *number;
        }
    }
    owners
}

#[cfg(test)]
mod tests;
