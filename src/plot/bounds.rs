//! Rectangles in data space.

/// An axis-aligned rectangle in data space, `[x, y]` per corner; both corners belong to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Smallest x and y.
    pub min: [f64; 2],
    /// Largest x and y.
    pub max: [f64; 2],
}

impl Bounds {
    /// Extent along x, in data units.
    #[inline]
    pub fn width(&self) -> f64 {
        self.max[0] - self.min[0]
    }

    /// Extent along y, in data units.
    #[inline]
    pub fn height(&self) -> f64 {
        self.max[1] - self.min[1]
    }

    /// Whether the point lies inside or on the border; never for a NaN coordinate.
    #[inline]
    pub fn contains(&self, point: [f64; 2]) -> bool {
        (0..2).all(|axis| self.min[axis] <= point[axis] && point[axis] <= self.max[axis])
    }

    /// The rectangle grown on each side by `fraction` of its extent.
    ///
    /// An axis without extent grows to a range around its value, so that a constant column still has a plot.
    #[must_use]
    pub fn expanded(&self, fraction: f64) -> Self {
        let mut grown = *self;
        for axis in 0..2 {
            let extent = self.max[axis] - self.min[axis];
            if extent == 0.0 {
                [grown.min[axis], grown.max[axis]] = range_around(self.min[axis]);
            } else {
                grown.min[axis] = (self.min[axis] - extent * fraction).max(f64::MIN);
                grown.max[axis] = (self.max[axis] + extent * fraction).min(f64::MAX);
            }
        }
        grown
    }

    /// Whether the corners are finite and in order.
    pub(super) fn is_valid(&self) -> bool {
        (0..2).all(|axis| {
            self.min[axis].is_finite()
                && self.max[axis].is_finite()
                && self.min[axis] <= self.max[axis]
        })
    }
}

/// A range of non-zero width with `value` inside.
fn range_around(value: f64) -> [f64; 2] {
    // Relative to the value, because adding a fixed half to 1e300 changes nothing.
    let margin = if value.abs() < 1e-300 {
        0.5
    } else {
        value.abs() * 0.05
    };
    [
        (value - margin).max(f64::MIN),
        (value + margin).min(f64::MAX),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Bounds = Bounds {
        min: [0.0, 0.0],
        max: [1.0, 2.0],
    };

    #[test]
    fn the_border_belongs_to_the_bounds() {
        let cases = [
            ([0.0, 0.0], true),
            ([1.0, 2.0], true),
            ([0.5, 2.0], true),
            ([1.0 + 1e-12, 1.0], false),
            ([0.5, -1e-300], false),
            ([f64::NAN, 1.0], false),
        ];
        for (point, inside) in cases {
            assert_eq!(UNIT.contains(point), inside, "{point:?}");
        }
        assert_eq!([UNIT.width(), UNIT.height()], [1.0, 2.0]);
    }

    #[test]
    fn growing_adds_a_share_on_each_side() {
        let grown = UNIT.expanded(0.25);
        assert_eq!(grown.min, [-0.25, -0.5]);
        assert_eq!(grown.max, [1.25, 2.5]);
        let flat = Bounds {
            min: [3.0, 0.0],
            max: [3.0, 1.0],
        };
        assert!(flat.expanded(0.1).width() > 0.0);
        let all = Bounds {
            min: [f64::MIN; 2],
            max: [f64::MAX; 2],
        };
        assert!(all.expanded(0.1).is_valid());
    }

    #[test]
    fn a_value_has_a_range_around_it() {
        for value in [
            0.0,
            -0.0,
            1.0,
            -7.5,
            1e16,
            1e300,
            f64::MAX,
            f64::MIN,
            5e-324,
            1e-299,
        ] {
            let [min, max] = range_around(value);
            assert!(
                min < max && min <= value && value <= max,
                "{value}: {min} {max}"
            );
            assert!((max - min).is_finite(), "{value}");
        }
    }
}
