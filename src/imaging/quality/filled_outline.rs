//! The pixels inside an outline, and what its shape says.

use crate::{Outline, convex_hull, polygon_area};

/// Longest side of an outline that is filled, in pixels; a larger one is no cell.
const MOST_SIDE: f64 = 16_384.0;

/// The pixels whose centres lie inside an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledOutline {
    /// Left and upper end in field pixels.
    pub origin: [i64; 2],
    /// Width and height in pixels.
    pub size: [usize; 2],
    /// Row by row.
    inside: Vec<bool>,
    /// Pixels inside.
    pub area: usize,
}

impl FilledOutline {
    /// Fills an outline by the even-odd rule, so that holes stay empty; `None` without a point and for absurd sizes.
    pub fn new(outline: &Outline) -> Option<Self> {
        let [x0, y0, x1, y1] = outline.bounds()?;
        let (left, top) = (x0.floor(), y0.floor());
        let (width, height) = (x1.ceil() - left, y1.ceil() - top);
        let sane = |side: f64| (1.0..=MOST_SIDE).contains(&side);
        if !sane(width) || !sane(height) || !left.is_finite() || !top.is_finite() {
            return None;
        }
        let size = [width as usize, height as usize];
        let mut inside = vec![false; size[0] * size[1]];
        let mut area = 0;
        let mut crossings: Vec<f64> = Vec::new();
        for (line, pixels) in inside.chunks_exact_mut(size[0]).enumerate() {
            let y = top + line as f64 + 0.5;
            crossings.clear();
            for ring in &outline.rings {
                for pair in ring.windows(2) {
                    let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
                    if (ay <= y) != (by <= y) {
                        crossings.push(ax + (y - ay) / (by - ay) * (bx - ax) - left);
                    }
                }
            }
            crossings.sort_unstable_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                // Pixels whose centres lie between the two.
                let from = (pair[0] - 0.5).ceil().max(0.0) as usize;
                let to = ((pair[1] - 0.5).ceil().max(0.0) as usize).min(size[0]);
                for pixel in pixels.iter_mut().take(to).skip(from) {
                    *pixel = true;
                    area += 1;
                }
            }
        }
        Some(Self {
            origin: [left as i64, top as i64],
            size,
            inside,
            area,
        })
    }

    /// Whether a pixel of the field is inside.
    pub fn contains(&self, x: i64, y: i64) -> bool {
        let (x, y) = (x - self.origin[0], y - self.origin[1]);
        x >= 0
            && y >= 0
            && (x as usize) < self.size[0]
            && (y as usize) < self.size[1]
            && self.inside[y as usize * self.size[0] + x as usize]
    }

    /// The pixels inside, in field pixels.
    pub fn pixels(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        let width = self.size[0];
        self.inside
            .iter()
            .enumerate()
            .filter(|(_, inside)| **inside)
            .map(move |(at, _)| {
                (
                    self.origin[0] + (at % width) as i64,
                    self.origin[1] + (at / width) as i64,
                )
            })
    }

    /// Whether the boxes of two outlines meet.
    pub fn is_near(&self, other: &Self) -> bool {
        (0..2).all(|axis| {
            self.origin[axis] < other.origin[axis] + other.size[axis] as i64
                && other.origin[axis] < self.origin[axis] + self.size[axis] as i64
        })
    }

    /// Share of the pixels that lie in any of the others; 0 without pixels.
    pub fn covered_by(&self, others: &[&Self]) -> f64 {
        let near: Vec<&&Self> = others.iter().filter(|other| self.is_near(other)).collect();
        if near.is_empty() || self.area == 0 {
            return 0.0;
        }
        let covered = self
            .pixels()
            .filter(|(x, y)| near.iter().any(|other| other.contains(*x, *y)))
            .count();
        covered as f64 / self.area as f64
    }

    /// Share of the pixels at the border that have a pixel of another outline to the left, right, above or below; 0 without
    /// pixels.
    pub fn contact(&self, others: &[&Self]) -> f64 {
        let near: Vec<&&Self> = others
            .iter()
            .filter(|other| self.is_within_a_pixel(other))
            .collect();
        if near.is_empty() {
            return 0.0;
        }
        let (mut border, mut touching) = (0_usize, 0_usize);
        for (x, y) in self.pixels() {
            let around = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)];
            if around.iter().all(|(x, y)| self.contains(*x, *y)) {
                continue;
            }
            border += 1;
            touching += usize::from(around.iter().any(|(x, y)| {
                !self.contains(*x, *y) && near.iter().any(|other| other.contains(*x, *y))
            }));
        }
        touching as f64 / border.max(1) as f64
    }

    fn is_within_a_pixel(&self, other: &Self) -> bool {
        (0..2).all(|axis| {
            self.origin[axis] <= other.origin[axis] + other.size[axis] as i64
                && other.origin[axis] <= self.origin[axis] + self.size[axis] as i64
        })
    }

    /// The middle of the pixels, in field pixels.
    pub fn center(&self) -> Option<[f64; 2]> {
        let count = self.area as f64;
        if self.area == 0 {
            return None;
        }
        let (x, y) = self.pixels().fold((0.0, 0.0), |(sx, sy), (x, y)| {
            (sx + x as f64, sy + y as f64)
        });
        Some([x / count, y / count])
    }

    /// Share of the pixels that are as bright as `level` or brighter, on a plane of `width` pixels whose upper left pixel is
    /// `origin` in the field; `None` where the plane holds none of them.
    pub fn saturated(
        &self,
        plane: &[u16],
        width: usize,
        origin: [i64; 2],
        level: u16,
    ) -> Option<f64> {
        let (mut seen, mut full) = (0_usize, 0_usize);
        for (x, y) in self.pixels() {
            let (x, y) = (x - origin[0], y - origin[1]);
            if x < 0 || y < 0 || x as usize >= width {
                continue;
            }
            let Some(value) = plane.get(y as usize * width + x as usize) else {
                continue;
            };
            seen += 1;
            full += usize::from(*value >= level);
        }
        (seen > 0).then(|| full as f64 / seen as f64)
    }
}

impl Outline {
    /// Separate parts: outer rings.
    pub fn parts(&self) -> usize {
        self.rings
            .iter()
            .filter(|ring| {
                let one = Self {
                    rings: vec![(*ring).clone()],
                };
                one.area() > 0.0
            })
            .count()
    }

    /// Area by area of the convex hull: 1 without dents; `None` without an area.
    pub fn solidity(&self) -> Option<f64> {
        let points: Vec<[f64; 2]> = self.rings.iter().flatten().copied().collect();
        let hull = convex_hull(points);
        let area = polygon_area(&hull);
        (area > 0.0).then(|| self.area() / area)
    }

    /// Whether it comes within half a pixel of the border of a field of so many pixels.
    pub fn touches_border(&self, [width, height]: [usize; 2]) -> Option<bool> {
        let [x0, y0, x1, y1] = self.bounds()?;
        Some(x0 <= 0.5 || y0 <= 0.5 || x1 >= width as f64 - 0.5 || y1 >= height as f64 - 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
        points.iter().chain(points.first()).copied().collect()
    }

    fn square(x: f64, y: f64, side: f64) -> Outline {
        Outline {
            rings: vec![ring(&[
                [x, y],
                [x + side, y],
                [x + side, y + side],
                [x, y + side],
            ])],
        }
    }

    #[test]
    fn outlines_on_pixel_edges_are_filled_exactly() {
        let filled = FilledOutline::new(&square(3.0, 5.0, 4.0)).expect("filled");
        assert_eq!(
            (filled.area, filled.origin, filled.size),
            (16, [3, 5], [4, 4])
        );
        assert!(filled.contains(3, 5) && filled.contains(6, 8));
        assert!(!filled.contains(7, 8) && !filled.contains(2, 5));
        assert_eq!(filled.center(), Some([4.5, 6.5]));
        let mut hole = square(4.0, 6.0, 2.0);
        hole.rings[0].reverse();
        let mut with_hole = square(3.0, 5.0, 4.0);
        with_hole.rings.extend(hole.rings);
        assert_eq!(
            FilledOutline::new(&with_hole).map(|filled| filled.area),
            Some(12)
        );
        assert_eq!(FilledOutline::new(&Outline::default()), None);
        assert_eq!(FilledOutline::new(&square(0.0, 0.0, 1e9)), None);
        assert_eq!(FilledOutline::new(&square(f64::NAN, 0.0, 3.0)), None);
    }

    #[test]
    fn shapes_have_parts_dents_and_borders() {
        let corner = Outline {
            rings: vec![ring(&[
                [0.0, 0.0],
                [4.0, 0.0],
                [4.0, 2.0],
                [2.0, 2.0],
                [2.0, 4.0],
                [0.0, 4.0],
            ])],
        };
        // Twelve pixels in a hull of fourteen.
        let solidity = corner.solidity().expect("a hull");
        assert!((solidity - 12.0 / 14.0).abs() < 1e-9, "{solidity}");
        assert_eq!(square(1.0, 1.0, 3.0).solidity(), Some(1.0));
        assert_eq!(Outline::default().solidity(), None);
        let mut two = square(0.0, 0.0, 2.0);
        two.rings.extend(square(9.0, 9.0, 3.0).rings);
        assert_eq!((two.parts(), corner.parts()), (2, 1));
        let cases = [
            (square(0.0, 3.0, 2.0), true),
            (square(1.0, 1.0, 2.0), false),
            (square(7.0, 1.0, 3.0), true),
            (square(6.0, 1.0, 3.0), false),
        ];
        for (outline, touches) in cases {
            assert_eq!(
                outline.touches_border([10, 10]),
                Some(touches),
                "{outline:?}"
            );
        }
    }

    #[test]
    fn shares_are_of_the_pixels_inside() {
        let filled = |x, y, side| FilledOutline::new(&square(x, y, side)).expect("filled");
        let (a, b, far) = (
            filled(0.0, 0.0, 4.0),
            filled(2.0, 0.0, 4.0),
            filled(50.0, 0.0, 4.0),
        );
        assert_eq!(a.covered_by(&[&b, &far]), 0.5);
        assert_eq!(a.covered_by(&[&far]), 0.0);
        // Four of the twelve pixels of a square's border touch the square beside it.
        assert_eq!(a.contact(&[&filled(4.0, 0.0, 4.0), &far]), 4.0 / 12.0);
        assert_eq!(a.contact(&[&filled(5.0, 0.0, 4.0)]), 0.0);
        // A plane of 6 x 4 pixels at (-1, 0): the column at x = 0 is full.
        let plane: Vec<u16> = (0..24)
            .map(|at| if at % 6 == 1 { 255 } else { 3 })
            .collect();
        assert_eq!(a.saturated(&plane, 6, [-1, 0], 255), Some(0.25));
        assert_eq!(far.saturated(&plane, 6, [-1, 0], 255), None);
    }
}
