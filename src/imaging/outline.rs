//! The outline of an object: polygons with holes, in field pixels.

/// A closed polygon: the first point equals the last. Points are x, y in field pixels, where pixel (0, 0) covers
/// `[0, 1] x [0, 1]`.
pub type Ring = Vec<[f64; 2]>;

/// The outline of one object.
///
/// The outer ring of the largest part comes first, then its holes, then the other parts and theirs. Outer rings have
/// a positive area (clockwise on screen, where y points down), holes a negative one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outline {
    /// Outer rings and holes.
    pub rings: Vec<Ring>,
}

impl Outline {
    /// Area in pixels: outer rings less holes.
    pub fn area(&self) -> f64 {
        self.rings.iter().map(|ring| ring_area(ring)).sum()
    }

    /// The smallest box around all points as x minimum, y minimum, x maximum, y maximum; `None` without a point.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let mut points = self.rings.iter().flatten();
        let &[x, y] = points.next()?;
        Some(points.fold([x, y, x, y], |bounds, &[x, y]| {
            [
                bounds[0].min(x),
                bounds[1].min(y),
                bounds[2].max(x),
                bounds[3].max(y),
            ]
        }))
    }
}

/// The smallest box around boxes, as x minimum, y minimum, x maximum, y maximum; `None` without one.
pub fn common_box(boxes: impl Iterator<Item = [f64; 4]>) -> Option<[f64; 4]> {
    boxes.reduce(|a, b| {
        [
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[2].max(b[2]),
            a[3].max(b[3]),
        ]
    })
}

/// Signed area of a closed ring by the shoelace formula, relative to its first point so that large coordinates cost
/// no digits.
fn ring_area(ring: &[[f64; 2]]) -> f64 {
    let Some(&[x0, y0]) = ring.first() else {
        return 0.0;
    };
    let doubled: f64 = ring
        .windows(2)
        .map(|pair| (pair[0][0] - x0) * (pair[1][1] - y0) - (pair[1][0] - x0) * (pair[0][1] - y0))
        .sum();
    doubled / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_bounds_and_moving() {
        let square = |start: f64, size: f64| -> Ring {
            let end = start + size;
            vec![
                [start, start],
                [end, start],
                [end, end],
                [start, end],
                [start, start],
            ]
        };
        let mut hole = square(1.0, 2.0);
        hole.reverse();
        let outline = Outline {
            rings: vec![square(0.0, 5.0), hole],
        };
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(close(outline.area(), 21.0));
        assert_eq!(outline.bounds(), Some([0.0, 0.0, 5.0, 5.0]));
        assert!(close(Outline::default().area(), 0.0));
        assert_eq!(Outline::default().bounds(), None);
    }
}
