//! Which pixel belongs to which cell and nucleus: warped contours that stop where they meet.

use fastrand::Rng;

use super::noise::smooth_field;
use super::population::Cell;

/// The drawn geometry of a field, one value a pixel.
#[derive(Debug)]
pub(super) struct Territory {
    pub width: usize,
    pub height: usize,
    /// Index of the cell plus one; 0 is background.
    pub owner: Vec<u16>,
    /// 0 at the cell's centre, 1 at its own contour.
    pub level: Vec<f32>,
    /// Distance to the nearest other owner, in pixels.
    pub edge: Vec<f32>,
    /// Level of the nearest nucleus of the same cell: below 1 inside; large where there is none.
    pub nucleus_level: Vec<f32>,
    /// Number of the nucleus within its cell plus one, where `nucleus_level` is below 1.
    pub nucleus: Vec<u8>,
}

/// Nucleus levels are kept this far out, for what gathers around it.
const NUCLEUS_REACH: f32 = 3.0;

impl Territory {
    pub(super) fn new(cells: &[Cell], size: usize, rng: &mut Rng) -> Self {
        let pixels = size * size;
        let mut this = Self {
            width: size,
            height: size,
            owner: vec![0; pixels],
            level: vec![f32::INFINITY; pixels],
            edge: Vec::new(),
            nucleus_level: vec![NUCLEUS_REACH; pixels],
            nucleus: vec![0; pixels],
        };
        this.claim_cells(cells, rng);
        this.claim_nuclei(cells);
        this.drop_islands(cells);
        this.edge = this.edge_distance();
        this
    }

    fn boxed(
        &self,
        center: (f32, f32),
        reach: f32,
    ) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let range = |c: f32, limit: usize| {
            let low = (c - reach).floor().max(0.0) as usize;
            let high = (c + reach).ceil().max(0.0) as usize + 1;
            low.min(limit)..high.min(limit)
        };
        (range(center.0, self.width), range(center.1, self.height))
    }

    /// Every pixel goes to the cell whose contour it is deepest inside; two scales of warping make the borders natural.
    fn claim_cells(&mut self, cells: &[Cell], rng: &mut Rng) {
        let size = self.width;
        let mut warp = || {
            let mut coarse = smooth_field(rng, size, size, 13.0);
            let fine = smooth_field(rng, size, size, 4.5);
            for (c, f) in coarse.data.iter_mut().zip(&fine.data) {
                *c = *c * 6.5 + f * 1.5;
            }
            coarse
        };
        let (warp_x, warp_y) = (warp(), warp());
        for (index, cell) in cells.iter().enumerate() {
            // A cell in division is a smooth ball.
            let warping = if cell.mitotic { 0.15 } else { 1.0 };
            let reach = cell.contour.reach * cell.contour.semi.0.max(cell.contour.semi.1) + 24.0;
            let (columns, rows) = self.boxed(cell.contour.center, reach);
            for y in rows {
                for x in columns.clone() {
                    let at = y * size + x;
                    let level = cell.contour.level(
                        x as f32 + warp_x.data[at] * warping,
                        y as f32 + warp_y.data[at] * warping,
                    );
                    if level < 1.0 && level < self.level[at] {
                        self.level[at] = level;
                        self.owner[at] = index as u16 + 1;
                    }
                }
            }
        }
    }

    /// A nucleus and a rim of two pixels or so always belong to its own cell.
    fn claim_nuclei(&mut self, cells: &[Cell]) {
        for (index, cell) in cells.iter().enumerate() {
            let owner = index as u16 + 1;
            for (number, nucleus) in cell.nuclei.iter().enumerate() {
                let semi = nucleus.contour.semi.0.max(nucleus.contour.semi.1);
                let (columns, rows) = self.boxed(
                    nucleus.contour.center,
                    semi * nucleus.contour.reach * NUCLEUS_REACH,
                );
                for y in rows {
                    for x in columns.clone() {
                        let at = y * self.width + x;
                        let level = nucleus.contour.level(x as f32, y as f32);
                        if level < 1.15 && self.nucleus[at] == 0 {
                            self.owner[at] = owner;
                            self.level[at] = self.level[at].min(level * 0.4);
                        }
                        if self.owner[at] == owner && level < self.nucleus_level[at] {
                            self.nucleus_level[at] = level;
                            if level < 1.0 {
                                self.nucleus[at] = number as u8 + 1;
                            }
                        }
                    }
                }
            }
        }
    }

    /// Warping and neighbours can cut pieces off a cell; only the piece with the nucleus stays.
    fn drop_islands(&mut self, cells: &[Cell]) {
        let mut reached = vec![false; self.owner.len()];
        let mut stack = Vec::new();
        for at in 0..self.owner.len() {
            // All parts of a nucleus are starting points: a border may cut its centre off.
            let is_start = self.nucleus[at] > 0 || self.outside_start(cells, at);
            if !is_start || reached[at] {
                continue;
            }
            reached[at] = true;
            stack.push(at);
            while let Some(at) = stack.pop() {
                for next in self.neighbors(at) {
                    if !reached[next] && self.owner[next] == self.owner[at] {
                        reached[next] = true;
                        stack.push(next);
                    }
                }
            }
        }
        for (at, reached) in reached.iter().enumerate() {
            if !reached {
                self.owner[at] = 0;
                self.level[at] = f32::INFINITY;
                self.nucleus_level[at] = NUCLEUS_REACH;
            }
        }
    }

    /// Cells whose nucleus is out of the field start where they enter it.
    fn outside_start(&self, cells: &[Cell], at: usize) -> bool {
        let (x, y) = (at % self.width, at / self.width);
        let on_border = x == 0 || y == 0 || x + 1 == self.width || y + 1 == self.height;
        on_border && self.owner[at] > 0 && {
            let (cx, cy) = cells[usize::from(self.owner[at]) - 1].contour.center;
            cx < 0.0 || cy < 0.0 || cx >= self.width as f32 || cy >= self.height as f32
        }
    }

    fn neighbors(&self, at: usize) -> impl Iterator<Item = usize> + use<> {
        let (x, y, width, height) = (at % self.width, at / self.width, self.width, self.height);
        [
            (x > 0).then(|| at - 1),
            (x + 1 < width).then(|| at + 1),
            (y > 0).then(|| at - width),
            (y + 1 < height).then(|| at + width),
        ]
        .into_iter()
        .flatten()
    }

    /// A two-pass 3-4 chamfer distance: a few per cent off is fine for drawing.
    fn edge_distance(&self) -> Vec<f32> {
        let (width, height) = (self.width, self.height);
        let mut distance = vec![u16::MAX - 8; self.owner.len()];
        let step = |distance: &[u16], at: usize, next: usize, cost: u16| {
            if self.owner[next] == self.owner[at] {
                distance[next] + cost
            } else {
                cost
            }
        };
        for y in 0..height {
            for x in 0..width {
                let at = y * width + x;
                let mut best = distance[at];
                if x > 0 {
                    best = best.min(step(&distance, at, at - 1, 3));
                }
                if y > 0 {
                    best = best.min(step(&distance, at, at - width, 3));
                    if x > 0 {
                        best = best.min(step(&distance, at, at - width - 1, 4));
                    }
                    if x + 1 < width {
                        best = best.min(step(&distance, at, at - width + 1, 4));
                    }
                }
                distance[at] = best.min(u16::MAX - 8);
            }
        }
        for y in (0..height).rev() {
            for x in (0..width).rev() {
                let at = y * width + x;
                let mut best = distance[at];
                if x + 1 < width {
                    best = best.min(step(&distance, at, at + 1, 3));
                }
                if y + 1 < height {
                    best = best.min(step(&distance, at, at + width, 3));
                    if x + 1 < width {
                        best = best.min(step(&distance, at, at + width + 1, 4));
                    }
                    if x > 0 {
                        best = best.min(step(&distance, at, at + width - 1, 4));
                    }
                }
                distance[at] = best;
            }
        }
        distance.iter().map(|d| f32::from(*d) / 3.0).collect()
    }
}
