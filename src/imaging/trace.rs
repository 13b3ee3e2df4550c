//! From a label image to the outlines of its objects, along the edges of the pixels.

use std::collections::{BTreeMap, HashMap};

use super::{LabelImage, Outline, Ring};

/// A corner between pixels.
type Corner = (i64, i64);

/// The directions of travel, each a quarter turn clockwise on screen from the one before.
const STEPS: [Corner; 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

/// Traces every label but 0 along the edges of its pixels.
///
/// Parts are 4-connected: pixels that touch only at a corner belong to different parts. The area of an outline is
/// exactly the number of its pixels, points on straight lines are left out, and no ring crosses or touches itself.
/// Takes time in proportion to the pixels.
pub fn trace_labels(image: &LabelImage) -> BTreeMap<u32, Outline> {
    let width = image.width as usize;
    let Some(rows) = image.labels.len().checked_div(width) else {
        return BTreeMap::new();
    };
    let height = rows.min(image.height as usize);
    let labels = &image.labels[..width * height];
    let mut tracer = Tracer {
        labels,
        width: width as i64,
        height: height as i64,
        visited: vec![false; labels.len()],
        corners: Vec::new(),
        pinches: Vec::new(),
    };
    let mut parts = Parts::default();
    let mut rings = Vec::new();
    let mut above: Vec<Run> = Vec::new();
    let mut current: Vec<Run> = Vec::new();
    for y in 0..height {
        let row = &labels[y * width..(y + 1) * width];
        current.clear();
        let mut start = 0;
        while start < width {
            let label = row[start];
            let length = row[start..].iter().take_while(|&&l| l == label).count();
            if label != 0 {
                current.push(Run {
                    label,
                    start,
                    end: start + length,
                    part: parts.add(),
                });
            }
            start += length;
        }
        join_runs(&above, &current, &mut parts);
        for run in &current {
            for x in run.start..run.end {
                let covered = y > 0 && labels[(y - 1) * width + x] == run.label;
                if !covered && !tracer.visited[y * width + x] {
                    tracer.trace(x as i64, y as i64, run.label);
                    tracer.emit(run.label, run.part, &mut rings);
                }
            }
        }
        std::mem::swap(&mut above, &mut current);
    }
    assemble(rings, &mut parts)
}

/// Neighbouring pixels of one row with the same label, `start..end`.
struct Run {
    label: u32,
    start: usize,
    end: usize,
    part: usize,
}

/// Disjoint sets of runs: the 4-connected parts.
#[derive(Default)]
struct Parts {
    parents: Vec<usize>,
}

impl Parts {
    fn add(&mut self) -> usize {
        self.parents.push(self.parents.len());
        self.parents.len() - 1
    }

    fn find(&mut self, mut part: usize) -> usize {
        while self.parents[part] != part {
            let grandparent = self.parents[self.parents[part]];
            self.parents[part] = grandparent;
            part = grandparent;
        }
        part
    }

    /// The smaller number wins: it was met first.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.parents[a.max(b)] = a.min(b);
    }
}

/// Joins the runs of two rows that share an edge and a label.
fn join_runs(above: &[Run], current: &[Run], parts: &mut Parts) {
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (above.get(i), current.get(j)) {
        if a.label == b.label && a.start < b.end && b.start < a.end {
            parts.join(a.part, b.part);
        }
        if a.end <= b.end {
            i += 1;
        } else {
            j += 1;
        }
    }
}

/// A finished ring with what is needed to put it in order.
struct TracedRing {
    label: u32,
    part: usize,
    /// Twice the signed area.
    doubled_area: i64,
    ring: Ring,
}

/// Walks along the border between one label and everything else.
struct Tracer<'a> {
    labels: &'a [u32],
    width: i64,
    height: i64,
    /// Pixels whose upper edge has been walked along. Every ring has an upper edge, so no other edge needs a mark.
    visited: Vec<bool>,
    /// The corners of the ring being walked, first and last the same.
    corners: Vec<Corner>,
    /// Those of them where the label touches itself diagonally.
    pinches: Vec<Corner>,
}

impl Tracer<'_> {
    fn holds(&self, x: i64, y: i64, label: u32) -> bool {
        (0..self.width).contains(&x)
            && (0..self.height).contains(&y)
            && self.labels[(y * self.width + x) as usize] == label
    }

    /// Walks once around, from the upper left corner of the pixel at `x`, `y`, the label always at the right hand.
    ///
    /// The upper edge of that pixel must be the first unvisited one of its row: then its left end is a corner.
    fn trace(&mut self, x: i64, y: i64, label: u32) {
        self.corners.clear();
        self.pinches.clear();
        let start = (x, y);
        self.corners.push(start);
        let (mut at, mut heading) = (start, 0_usize);
        loop {
            if heading == 0 {
                self.visited[(at.1 * self.width + at.0) as usize] = true;
            }
            let (dx, dy) = STEPS[heading];
            at = (at.0 + dx, at.1 + dy);
            // The two pixels ahead, left and right of the line of travel.
            let [left, right] = match heading {
                0 => [(at.0, at.1 - 1), (at.0, at.1)],
                1 => [(at.0, at.1), (at.0 - 1, at.1)],
                2 => [(at.0 - 1, at.1), (at.0 - 1, at.1 - 1)],
                _ => [(at.0 - 1, at.1 - 1), (at.0, at.1 - 1)],
            };
            let left_inside = self.holds(left.0, left.1, label);
            if !self.holds(right.0, right.1, label) {
                // Also where the left one is inside: it touches at a corner only, so it is not followed.
                if left_inside {
                    self.pinches.push(at);
                }
                heading = (heading + 1) % 4;
                self.corners.push(at);
            } else if left_inside {
                heading = (heading + 3) % 4;
                self.corners.push(at);
            }
            if at == start && heading == 0 {
                return;
            }
        }
    }

    /// Hands over the ring that was walked, cut where it meets itself at a corner.
    fn emit(&self, label: u32, part: usize, rings: &mut Vec<TracedRing>) {
        let mut push = |corners: &[Corner]| {
            rings.push(TracedRing {
                label,
                part,
                doubled_area: doubled_area(corners),
                ring: corners.iter().map(|&(x, y)| [x as f64, y as f64]).collect(),
            });
        };
        // With one pinch the other pixel there belongs to another part.
        if self.pinches.len() < 2 {
            push(&self.corners);
            return;
        }
        // Position on the path of every pinch that the path runs through now.
        let mut met: HashMap<Corner, Option<usize>> =
            self.pinches.iter().map(|&corner| (corner, None)).collect();
        let mut path: Vec<Corner> = Vec::with_capacity(self.corners.len());
        let (open, _) = self.corners.split_at(self.corners.len().saturating_sub(1));
        for &corner in open {
            if let Some(Some(first)) = met.get(&corner).copied() {
                let mut looped = path.split_off(first);
                for inner in &looped[1..] {
                    if let Some(position) = met.get_mut(inner) {
                        *position = None;
                    }
                }
                looped.push(corner);
                push(&looped);
            }
            if let Some(position) = met.get_mut(&corner) {
                *position = Some(path.len());
            }
            path.push(corner);
        }
        path.extend(path.first().copied());
        push(&path);
    }
}

/// Twice the signed area of a closed ring; whole numbers, so exact.
fn doubled_area(corners: &[Corner]) -> i64 {
    corners
        .windows(2)
        .map(|pair| pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1)
        .sum()
}

/// Puts the rings in order: by label, larger parts first, the outer ring before its holes.
fn assemble(mut rings: Vec<TracedRing>, parts: &mut Parts) -> BTreeMap<u32, Outline> {
    let mut areas: HashMap<usize, i64> = HashMap::new();
    for ring in &mut rings {
        ring.part = parts.find(ring.part);
        *areas.entry(ring.part).or_default() += ring.doubled_area;
    }
    rings.sort_by_cached_key(|ring| {
        let area = areas.get(&ring.part).copied().unwrap_or_default();
        let is_hole = ring.doubled_area < 0;
        (ring.label, std::cmp::Reverse(area), ring.part, is_hole)
    });
    let mut outlines: BTreeMap<u32, Outline> = BTreeMap::new();
    for TracedRing { label, ring, .. } in rings {
        outlines.entry(label).or_default().rings.push(ring);
    }
    outlines
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Digits are labels, everything else is background.
    fn drawn(rows: &[&str]) -> LabelImage {
        LabelImage {
            width: rows[0].len() as u32,
            height: rows.len() as u32,
            labels: rows
                .iter()
                .flat_map(|row| row.chars().map(|c| c.to_digit(10).unwrap_or(0)))
                .collect(),
        }
    }

    fn ring(corners: &[[i32; 2]]) -> Ring {
        let mut ring: Ring = corners.iter().map(|c| c.map(f64::from)).collect();
        ring.push(ring[0]);
        ring
    }

    #[test]
    fn known_shapes() {
        let cases: [(&[&str], Vec<Ring>); 9] = [
            (&["1"], vec![ring(&[[0, 0], [1, 0], [1, 1], [0, 1]])]),
            (
                &["...", ".11", ".11"],
                vec![ring(&[[1, 1], [3, 1], [3, 3], [1, 3]])],
            ),
            (
                &["1.", "11"],
                vec![ring(&[[0, 0], [1, 0], [1, 1], [2, 1], [2, 2], [0, 2]])],
            ),
            // A hole runs the other way.
            (
                &["111", "1.1", "111"],
                vec![
                    ring(&[[0, 0], [3, 0], [3, 3], [0, 3]]),
                    ring(&[[1, 2], [2, 2], [2, 1], [1, 1]]),
                ],
            ),
            // Corner contact: two parts, equal in size, so in the order met.
            (
                &["1.", ".1"],
                vec![
                    ring(&[[0, 0], [1, 0], [1, 1], [0, 1]]),
                    ring(&[[1, 1], [2, 1], [2, 2], [1, 2]]),
                ],
            ),
            // The larger part first, its hole before the smaller part.
            (
                &["1.111", "..1.1", "..111"],
                vec![
                    ring(&[[2, 0], [5, 0], [5, 3], [2, 3]]),
                    ring(&[[3, 2], [4, 2], [4, 1], [3, 1]]),
                    ring(&[[0, 0], [1, 0], [1, 1], [0, 1]]),
                ],
            ),
            // One part that meets itself at a corner: an outer ring and a hole that touch, not a pinched ring.
            (
                &[".11", "1.1", "111"],
                vec![
                    ring(&[[1, 1], [1, 0], [3, 0], [3, 3], [0, 3], [0, 1]]),
                    ring(&[[1, 1], [1, 2], [2, 2], [2, 1]]),
                ],
            ),
            // Two holes that touch at a corner stay two.
            (
                &["1111", "1.11", "11.1", "1111"],
                vec![
                    ring(&[[0, 0], [4, 0], [4, 4], [0, 4]]),
                    ring(&[[2, 2], [2, 3], [3, 3], [3, 2]]),
                    ring(&[[1, 2], [2, 2], [2, 1], [1, 1]]),
                ],
            ),
            // An island in a hole is a part of its own.
            (
                &["11111", "1...1", "1.1.1", "1...1", "11111"],
                vec![
                    ring(&[[0, 0], [5, 0], [5, 5], [0, 5]]),
                    ring(&[[1, 4], [4, 4], [4, 1], [1, 1]]),
                    ring(&[[2, 2], [3, 2], [3, 3], [2, 3]]),
                ],
            ),
        ];
        for (rows, expected) in cases {
            let outlines = trace_labels(&drawn(rows));
            assert_eq!(outlines.len(), 1, "{rows:?}");
            let got: Vec<Ring> = outlines[&1].rings.iter().map(turned).collect();
            let expected: Vec<Ring> = expected.iter().map(turned).collect();
            assert_eq!(got.len(), expected.len(), "{rows:?}: {got:?}");
            for ring in &expected {
                assert!(got.contains(ring), "{rows:?}: {got:?} lacks {ring:?}");
            }
            assert_eq!(got[0], expected[0], "{rows:?}: the largest comes first");
        }
    }

    /// The ring started at its smallest point: where it starts does not matter.
    fn turned(ring: &Ring) -> Ring {
        let mut open = ring[..ring.len() - 1].to_vec();
        let first = (0..open.len())
            .min_by(|&a, &b| open[a].partial_cmp(&open[b]).unwrap())
            .unwrap();
        open.rotate_left(first);
        open.push(open[0]);
        open
    }

    #[test]
    fn the_order_of_rings() {
        let outlines = trace_labels(&drawn(&["1.1111", "..1..1", "1.1111"]));
        let areas: Vec<f64> = outlines[&1]
            .rings
            .iter()
            .map(|ring| {
                Outline {
                    rings: vec![ring.clone()],
                }
                .area()
            })
            .collect();
        assert_eq!(areas, [12.0, -2.0, 1.0, 1.0]);
    }

    #[test]
    fn touching_labels_and_the_largest_number() {
        let image = LabelImage {
            width: 2,
            height: 2,
            labels: vec![u32::MAX, 7, u32::MAX, 7],
        };
        let outlines = trace_labels(&image);
        assert_eq!(outlines.keys().copied().collect::<Vec<_>>(), [7, u32::MAX]);
        assert_eq!(
            outlines[&u32::MAX].rings,
            [ring(&[[0, 0], [1, 0], [1, 2], [0, 2]])]
        );
        assert_eq!(
            outlines[&7].rings,
            [ring(&[[1, 0], [2, 0], [2, 2], [1, 2]])]
        );
    }

    #[test]
    fn wrong_dimensions_do_no_harm() {
        for (width, height, pixels) in [(0, 0, 0), (0, 5, 3), (4, 4, 6), (2, 1, 9)] {
            let image = LabelImage {
                width,
                height,
                labels: vec![1; pixels],
            };
            let rows = (pixels as u32).checked_div(width).unwrap_or(0).min(height);
            let area: f64 = trace_labels(&image).values().map(Outline::area).sum();
            assert!((area - f64::from(rows * width)).abs() < 1e-9);
        }
    }

    #[test]
    fn random_images_keep_their_area_and_simple_rings() {
        let mut state = 0x9e37_79b9_u32;
        let mut random = move |below: u32| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state % below
        };
        for round in 0..400 {
            let (width, height) = (1 + random(20), 1 + random(20));
            let kinds = 2 + round % 4;
            let image = LabelImage {
                width,
                height,
                labels: (0..width * height).map(|_| random(kinds)).collect(),
            };
            let mut pixels: BTreeMap<u32, u32> = BTreeMap::new();
            for &label in image.labels.iter().filter(|&&label| label != 0) {
                *pixels.entry(label).or_default() += 1;
            }
            let outlines = trace_labels(&image);
            assert!(outlines.keys().eq(pixels.keys()));
            for (label, outline) in &outlines {
                assert!((outline.area() - f64::from(pixels[label])).abs() < 1e-9);
                let mut part_area = f64::INFINITY;
                let mut open_part = 0.0;
                for ring in &outline.rings {
                    assert_eq!(ring.first(), ring.last());
                    let points: BTreeSet<[u64; 2]> =
                        ring.iter().map(|p| p.map(f64::to_bits)).collect();
                    assert_eq!(points.len(), ring.len() - 1, "no corner twice: {ring:?}");
                    // Every point is a corner: horizontal and vertical edges take turns.
                    for pair in ring.windows(3) {
                        let straight_x =
                            pair.iter().all(|p| p[0].to_bits() == pair[0][0].to_bits());
                        let straight_y =
                            pair.iter().all(|p| p[1].to_bits() == pair[0][1].to_bits());
                        assert!(!straight_x && !straight_y, "{ring:?}");
                    }
                    let area = Outline {
                        rings: vec![ring.clone()],
                    }
                    .area();
                    if area > 0.0 {
                        if open_part > 0.0 {
                            assert!(open_part <= part_area, "larger parts first");
                            part_area = open_part;
                        }
                        open_part = area;
                    } else {
                        assert!(open_part > 0.0, "a hole follows its outer ring");
                        open_part += area;
                    }
                }
                assert!(open_part > 0.0 && open_part <= part_area);
            }
        }
    }
}
