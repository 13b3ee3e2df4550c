//! Where the parts of a picture lie, and how well they fit what was measured.

/// Extent and area of one part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    /// Pixels.
    pub(super) area: u64,
    x: [u32; 2],
    y: [u32; 2],
}

impl Part {
    const NONE: Self = Self {
        area: 0,
        x: [u32::MAX, 0],
        y: [u32::MAX, 0],
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

    /// The share of its box that lies in another one.
    pub(super) fn share_in(&self, bounds: [f64; 4]) -> f64 {
        let own = self.bounds();
        common_area(own, bounds) / area_of(own).max(1.0)
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
}
