//! Which regions between the lines of an outline picture are objects and which are background.
//!
//! A line is the outermost pixels of an object. From this follows, and is counted here:
//! - across a line of one pixel one side is object and the other is not;
//! - across a line of two pixels both sides are objects;
//! - a line of one or two pixels with the same region on both sides is an object without an inside, so the region is
//!   background;
//! - where a line turns by a right angle, its outer pixels see the background and the inner corner is object.
//!
//! The first rule ties regions together into groups of two kinds; the others say which kind is which.

use std::collections::HashMap;

use super::components::Components;

/// Pictures with more regions than any field of view has objects are noise. They are not worth the memory.
const MAX_REGIONS: u32 = 1 << 21;

/// The share of contradictions across single lines from which on the lines are shared by the objects.
const SHARED_LINES: f64 = 0.15;

/// For each region number whether it is the inside of an object; number 0, the lines, is none.
pub(super) fn object_sides(regions: &Components, width: usize, height: usize) -> Vec<bool> {
    if regions.count > MAX_REGIONS {
        return all_but_background(regions, width, height);
    }
    let mut evidence = Evidence {
        ids: &regions.ids,
        width,
        height,
        opposites: HashMap::new(),
        votes: vec![0; regions.count as usize + 1],
    };
    evidence.collect();
    let Evidence {
        opposites, votes, ..
    } = evidence;
    let mut edges: Vec<((u32, u32), u32)> = opposites.into_iter().collect();
    // The longest lines first: short ones may be the thin end of something.
    edges.sort_unstable_by_key(|&(pair, pixels)| (std::cmp::Reverse(pixels), pair));
    let mut groups = Groups::new(regions.count);
    let (mut total, mut against) = (0_u64, 0_u64);
    for &((a, b), pixels) in &edges {
        total += u64::from(pixels);
        if !groups.oppose(a, b) {
            against += u64::from(pixels);
        }
    }
    if total > 0 && against as f64 > SHARED_LINES * total as f64 {
        return all_but_background(regions, width, height);
    }
    let areas = areas(regions);
    let outside = largest(&areas, |region| region != 0);
    // For each group the votes for its first kind being object, and its largest region.
    let mut scores: HashMap<u32, (i64, u32)> = HashMap::new();
    for region in 1..=regions.count {
        let (root, flipped) = groups.find(region);
        let vote = votes[region as usize];
        let entry = scores.entry(root).or_insert((0, region));
        entry.0 += if flipped { -vote } else { vote };
        if areas[region as usize] > areas[entry.1 as usize] {
            entry.1 = region;
        }
    }
    let mut sides = vec![false; regions.count as usize + 1];
    for region in 1..=regions.count {
        let (root, flipped) = groups.find(region);
        let Some(&(score, biggest)) = scores.get(&root) else {
            continue;
        };
        sides[region as usize] = if score != 0 {
            (score > 0) != flipped
        } else if groups.alone(root) {
            // Nothing known: lines of three pixels and more, or none at all.
            region != outside
        } else {
            groups.find(biggest).1 != flipped
        };
    }
    sides
}

/// Pixels of each region.
fn areas(regions: &Components) -> Vec<u64> {
    let mut areas = vec![0_u64; regions.count as usize + 1];
    for &region in &regions.ids {
        areas[region as usize] += 1;
    }
    areas
}

/// The region with the most pixels among some; 0 if there is none.
fn largest(areas: &[u64], among: impl Fn(usize) -> bool) -> u32 {
    (0..areas.len())
        .filter(|&region| region != 0 && among(region))
        .max_by_key(|&region| (areas[region], std::cmp::Reverse(region)))
        .unwrap_or(0) as u32
}

/// Every region is an object but the largest one at the border.
fn all_but_background(regions: &Components, width: usize, height: usize) -> Vec<bool> {
    let areas = areas(regions);
    let mut at_border = vec![false; areas.len()];
    let pixels = width * height;
    let sides = (0..pixels).step_by(width.max(1));
    let border = (0..width)
        .chain(pixels.saturating_sub(width)..pixels)
        .chain(sides.clone())
        .chain(sides.map(|index| index + width - 1));
    for index in border {
        at_border[regions.ids[index] as usize] = true;
    }
    let background = largest(&areas, |region| at_border[region]);
    (0..areas.len() as u32)
        .map(|region| region != 0 && region != background)
        .collect()
}

/// What the lines say.
struct Evidence<'a> {
    /// Region numbers; 0 is line.
    ids: &'a [u32],
    width: usize,
    height: usize,
    /// Pixels of single line between two regions, the smaller number first.
    opposites: HashMap<(u32, u32), u32>,
    /// For each region the votes for object less those for background.
    votes: Vec<i64>,
}

impl Evidence<'_> {
    fn collect(&mut self) {
        let (width, height) = (self.width, self.height);
        for y in 0..height {
            for x in 0..width {
                let index = y * width + x;
                if self.ids[index] != 0 {
                    continue;
                }
                if x > 0 {
                    self.cross(index, 1, width - x, (y > 0).then_some(width));
                }
                if y > 0 {
                    self.cross(index, width, height - y, (x > 0).then_some(1));
                }
                if x > 0 && y > 0 && x + 1 < width && y + 1 < height {
                    self.turn(index);
                }
            }
        }
    }

    /// Looks across the line that begins at a pixel, in steps of `step`, with `room` pixels up to the border.
    /// `aside` steps back to the line next to this one.
    fn cross(&mut self, index: usize, step: usize, room: usize, aside: Option<usize>) {
        let before = self.ids[index - step];
        if before == 0 || room < 2 {
            return;
        }
        let after = self.ids[index + step];
        if after != 0 {
            if before == after {
                self.votes[before as usize] -= 1;
            } else {
                let pair = (before.min(after), before.max(after));
                *self.opposites.entry(pair).or_default() += 1;
            }
            return;
        }
        if room < 3 {
            return;
        }
        let after = self.ids[index + 2 * step];
        // Two pixels are two objects only where the line is straight: drawn with full steps, a slanted single line
        // is two pixels wide, too.
        let straight = aside.is_some_and(|aside| {
            let index = index - aside;
            self.ids[index] == 0
                && self.ids[index + step] == 0
                && self.ids[index - step] != 0
                && self.ids[index + 2 * step] != 0
        });
        if after == 0 || !straight {
            return;
        }
        if before == after {
            self.votes[before as usize] -= 1;
        } else {
            self.votes[before as usize] += 1;
            self.votes[after as usize] += 1;
        }
    }

    /// Looks at a pixel inside the picture where a line may turn by a right angle.
    fn turn(&mut self, index: usize) {
        let ids = self.ids;
        let width = self.width;
        let (up, down) = (index - width, index + width);
        let (left, right) = (index - 1, index + 1);
        for (beside, above, outer_beside, outer_above, inner) in [
            (right, down, left, up, down + 1),
            (left, down, right, up, down - 1),
            (right, up, left, down, up + 1),
            (left, up, right, down, up - 1),
        ] {
            let outer = ids[outer_beside];
            let inner = ids[inner];
            if ids[beside] == 0
                && ids[above] == 0
                && outer != 0
                && outer == ids[outer_above]
                && inner != 0
                && inner != outer
            {
                self.votes[inner as usize] += 1;
                self.votes[outer as usize] -= 1;
            }
        }
    }
}

/// Disjoint groups of regions of two kinds.
struct Groups {
    parents: Vec<u32>,
    /// Whether a region is of the other kind than its parent.
    flipped: Vec<bool>,
    sizes: Vec<u32>,
}

impl Groups {
    fn new(count: u32) -> Self {
        Self {
            parents: (0..=count).collect(),
            flipped: vec![false; count as usize + 1],
            sizes: vec![1; count as usize + 1],
        }
    }

    /// The root of a region's group, and whether the region is of the other kind than the root.
    ///
    /// Groups are joined by size, so the way is short without being shortened.
    fn find(&self, mut region: u32) -> (u32, bool) {
        let mut flipped = false;
        while self.parents[region as usize] != region {
            flipped ^= self.flipped[region as usize];
            region = self.parents[region as usize];
        }
        (region, flipped)
    }

    /// Makes two regions opposites; `false` if they are known to be of the same kind.
    fn oppose(&mut self, a: u32, b: u32) -> bool {
        let ((a, flipped_a), (b, flipped_b)) = (self.find(a), self.find(b));
        if a == b {
            return flipped_a != flipped_b;
        }
        let (root, child) = if self.sizes[a as usize] < self.sizes[b as usize] {
            (b, a)
        } else {
            (a, b)
        };
        self.parents[child as usize] = root;
        self.flipped[child as usize] = flipped_a == flipped_b;
        self.sizes[root as usize] += self.sizes[child as usize];
        true
    }

    fn alone(&self, root: u32) -> bool {
        self.sizes[root as usize] == 1
    }
}
