//! Where the parts of a picture lie, and how well they fit what was measured.

use super::MeasuredObject;

/// From this overlap of boxes (intersection over union) on a part and an object are the same, whatever the centres.
pub(super) const SAME_BOX: f64 = 0.8;

/// Below this overlap of boxes a part has another shape than the object.
pub(super) const LIKE_BOX: f64 = 0.5;

/// Pixels by which the sides of a box, or a centre, may be off: how edges are drawn differs that much.
pub(super) const EDGE: f64 = 2.0;

/// Boxes of very few pixels overlap little when they are a pixel off.
const TINY_BOX: f64 = 0.3;

/// How far a centre may be off to be the measured one, and to be a similar one, as shares of the root of the area.
const SAME_CENTER: f64 = 0.1;
const LIKE_CENTER: f64 = 0.25;

/// How far the area of a part may be off to be called the measured one.
pub(super) const SAME_AREA: f64 = 0.05;

/// How well a part fits what was measured of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It lies where the object was measured.
    Same,
    /// It lies there roughly, or has another shape.
    Like,
    /// It lies elsewhere, or has less than half or more than double the area.
    Other,
    /// Neither box nor centre was measured; nothing speaks against it.
    Untold,
}

/// Extent and area of one part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    /// Pixels.
    pub(super) area: u64,
    x: [u32; 2],
    y: [u32; 2],
    /// Sums of the pixels' coordinates.
    sums: [u64; 2],
}

impl Part {
    const NONE: Self = Self {
        area: 0,
        x: [u32::MAX, 0],
        y: [u32::MAX, 0],
        sums: [0, 0],
    };

    /// The box around it as x minimum, y minimum, x maximum, y maximum, the maxima exclusive.
    pub(super) fn bounds(&self) -> [f64; 4] {
        [self.x[0], self.y[0], self.x[1], self.y[1]].map(f64::from)
    }

    /// The middle of the box.
    pub(super) fn middle(&self) -> [f64; 2] {
        [self.x, self.y].map(|[low, high]| f64::midpoint(f64::from(low), f64::from(high)))
    }

    /// Whether the area is neither half nor double another one.
    pub(super) fn is_like(&self, area: f64) -> bool {
        let own = self.area as f64;
        own <= 2.0 * area && area <= 2.0 * own
    }

    /// The mean of its pixels, in pixel-centre coordinates.
    fn centroid(&self) -> [f64; 2] {
        self.sums.map(|sum| sum as f64 / self.area.max(1) as f64)
    }

    /// How well it fits an object: by box, else by centre, and in any case by area.
    pub(super) fn fit(&self, object: &MeasuredObject) -> Fit {
        if self.area == 0 || object.area.is_some_and(|area| !self.is_like(area)) {
            return Fit::Other;
        }
        let distance = |center: [f64; 2]| {
            let own = self.centroid();
            (own[0] - center[0]).hypot(own[1] - center[1])
        };
        let size = (self.area as f64).sqrt();
        match (object.bounds, object.center) {
            (Some(bounds), center) => {
                let overlap = box_overlap(bounds, self.bounds());
                let off = (0..4)
                    .map(|side| (bounds[side] - self.bounds()[side]).abs())
                    .fold(0.0, f64::max);
                // Crescents around one another have the same box.
                let beside = center.is_some_and(|center| distance(center) > size / 2.0);
                fit_of_box(overlap, off, beside)
            }
            (None, Some(center)) => fit_of_center(distance(center), size),
            (None, None) => Fit::Untold,
        }
    }

    /// How far it lies beside where an object of its size was measured; `None` where its size is another, or no place
    /// was measured.
    pub(super) fn offset(&self, object: &MeasuredObject) -> Option<[f64; 2]> {
        if self.area == 0 {
            return None;
        }
        let own = self.bounds();
        match (object.bounds, object.center) {
            (Some(bounds), _) => {
                let size = |sides: [f64; 4], axis: usize| sides[axis + 2] - sides[axis];
                let same = (0..2).all(|axis| (size(own, axis) - size(bounds, axis)).abs() <= EDGE);
                let off = [0, 1].map(|axis| {
                    f64::midpoint(own[axis], own[axis + 2])
                        - f64::midpoint(bounds[axis], bounds[axis + 2])
                });
                same.then_some(off)
            }
            (None, Some(center)) => {
                let centroid = self.centroid();
                let same = object.area.is_none_or(|area| self.has_area(area));
                same.then(|| [0, 1].map(|axis| centroid[axis] - center[axis]))
            }
            (None, None) => None,
        }
    }

    /// Whether it has the area of an object of which nothing else was measured.
    pub(super) fn has_area(&self, area: f64) -> bool {
        (self.area as f64 - area).abs() <= (SAME_AREA * area).max(1.0)
    }

    /// The share of its box that lies in another one.
    pub(super) fn share_in(&self, bounds: [f64; 4]) -> f64 {
        let own = self.bounds();
        common_area(own, bounds) / area_of(own).max(1.0)
    }
}

/// How well a box fits a measured one: they overlap so much, the sides are off by at most so many pixels, and the centre
/// lies beside the measured one.
pub(super) fn fit_of_box(overlap: f64, off: f64, beside: bool) -> Fit {
    let same = overlap >= SAME_BOX
        || (off <= EDGE && overlap >= LIKE_BOX)
        || (off <= EDGE / 2.0 && overlap >= TINY_BOX);
    if same && !beside {
        Fit::Same
    } else if same || overlap >= LIKE_BOX {
        Fit::Like
    } else {
        Fit::Other
    }
}

/// How well a centre fits a measured one from which it is `off`, for an object that is `size` pixels wide.
pub(super) fn fit_of_center(off: f64, size: f64) -> Fit {
    // Between tiny objects two pixels are the way to the next one.
    let edge = (0.3 * size).clamp(EDGE / 2.0, EDGE);
    if off <= edge.max(SAME_CENTER * size) {
        Fit::Same
    } else if off <= LIKE_CENTER * size {
        Fit::Like
    } else {
        Fit::Other
    }
}

/// The parts of a picture with numbers from 1 to the highest; a number without a pixel is a part without area.
pub(super) fn parts_of(ids: &[u32], width: usize) -> Vec<Part> {
    let highest = ids.iter().copied().max().unwrap_or(0) as usize;
    let mut parts = vec![Part::NONE; highest + 1];
    for (y, row) in ids.chunks(width.max(1)).enumerate() {
        for (x, &id) in row.iter().enumerate() {
            let part = &mut parts[id as usize];
            let (x, y) = (x as u32, y as u32);
            part.area += 1;
            part.x = [part.x[0].min(x), part.x[1].max(x + 1)];
            part.y = [part.y[0].min(y), part.y[1].max(y + 1)];
            part.sums[0] += u64::from(x);
            part.sums[1] += u64::from(y);
        }
    }
    parts.remove(0);
    parts
}

fn area_of([x0, y0, x1, y1]: [f64; 4]) -> f64 {
    (x1 - x0).max(0.0) * (y1 - y0).max(0.0)
}

fn common_area(a: [f64; 4], b: [f64; 4]) -> f64 {
    area_of([
        a[0].max(b[0]),
        a[1].max(b[1]),
        a[2].min(b[2]),
        a[3].min(b[3]),
    ])
}

/// Intersection over union of two boxes, 0 to 1; 0 where one has no area or is not a number.
pub(super) fn box_overlap(a: [f64; 4], b: [f64; 4]) -> f64 {
    let common = common_area(a, b);
    let union = area_of(a) + area_of(b) - common;
    let overlap = common / union;
    if overlap.is_finite() { overlap } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents_and_overlaps() {
        let parts = parts_of(&[1, 1, 0, 0, 1, 3], 3);
        assert_eq!(parts.len(), 3);
        assert_eq!(
            (parts[0].area, parts[0].bounds()),
            (3, [0.0, 0.0, 2.0, 2.0])
        );
        assert_eq!(parts[0].middle(), [1.0, 1.0]);
        assert_eq!(parts[1].area, 0);
        assert_eq!(
            (parts[2].area, parts[2].bounds()),
            (1, [2.0, 1.0, 3.0, 2.0])
        );
        assert!(parts[0].is_like(5.9) && !parts[0].is_like(6.1) && !parts[0].is_like(1.4));
        let square = [0.0, 0.0, 2.0, 2.0];
        for (other, overlap, share) in [
            (square, 1.0, 1.0),
            ([0.0, 0.0, 2.0, 4.0], 0.5, 1.0),
            ([1.0, 0.0, 2.0, 2.0], 0.5, 0.5),
            ([5.0, 5.0, 6.0, 6.0], 0.0, 0.0),
            ([2.0, 2.0, 0.0, 0.0], 0.0, 0.0),
            ([f64::NAN, 0.0, 2.0, f64::NAN], 0.0, 0.0),
        ] {
            assert!(
                (box_overlap(square, other) - overlap).abs() < 1e-9,
                "{other:?}"
            );
            if !other[0].is_nan() {
                assert!((parts[0].share_in(other) - share).abs() < 1e-9, "{other:?}");
            }
        }
        assert_eq!(parts_of(&[], 3), []);
    }

    #[test]
    fn a_part_fits_by_box_then_by_centre_then_not_at_all() {
        // A square of 10 x 10 pixels at 5, 5 of a picture of 40 columns.
        let ids: Vec<u32> = (0..1600)
            .map(|at| u32::from((5..15).contains(&(at % 40)) && (5..15).contains(&(at / 40))))
            .collect();
        let part = parts_of(&ids, 40)[0];
        let at = |x: f64, y: f64, size: f64| Some([x, y, x + size, y + size]);
        let center = |x: f64, y: f64| Some([x, y]);
        let cases = [
            (at(5.0, 5.0, 10.0), None, None, Fit::Same),
            (at(3.0, 5.0, 12.0), None, None, Fit::Same),
            (at(8.0, 5.0, 10.0), None, None, Fit::Like),
            (at(13.0, 5.0, 10.0), None, Some(100.0), Fit::Other),
            (at(5.0, 5.0, 10.0), None, Some(250.0), Fit::Other),
            (at(5.0, 5.0, 10.0), center(9.5, 9.5), Some(80.0), Fit::Same),
            (at(5.0, 5.0, 10.0), center(4.0, 9.5), None, Fit::Like),
            (None, center(11.0, 9.5), None, Fit::Same),
            (None, center(9.5, 11.9), None, Fit::Like),
            (None, center(13.0, 9.5), Some(100.0), Fit::Other),
            (None, None, Some(120.0), Fit::Untold),
            (None, None, Some(300.0), Fit::Other),
            (None, None, None, Fit::Untold),
        ];
        for (bounds, center, area, expected) in cases {
            let object = MeasuredObject {
                number: 1,
                center,
                bounds,
                area,
            };
            assert_eq!(part.fit(&object), expected, "{object:?}");
        }
        assert!(part.has_area(104.0) && !part.has_area(110.0));
    }
}
