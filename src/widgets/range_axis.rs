//! The arithmetic of a range over a histogram.

use egui::Rect;
use egui::emath::smart_aim::best_in_range_f64;

/// One of the two bounds of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Low,
    High,
}

impl Bound {
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "minimum",
            Self::High => "maximum",
        }
    }

    /// Handles meet but do not pass each other.
    pub fn limit(self, value: f64, other: f64) -> f64 {
        match self {
            Self::Low => value.min(other),
            Self::High => value.max(other),
        }
    }
}

/// Values across the screen.
pub(super) struct Axis {
    /// Value at the left edge.
    pub min: f64,
    /// Value at the right edge.
    pub max: f64,
    /// Where the bars are on screen.
    pub plot: Rect,
}

impl Axis {
    /// Where a value is; outside of the histogram, its edge.
    pub fn x(&self, value: f64) -> f32 {
        let span = self.max - self.min;
        let share = if span > 0.0 {
            ((value - self.min) / span).clamp(0.0, 1.0)
        } else if value > self.min {
            1.0
        } else {
            0.0
        };
        egui::lerp(self.plot.left()..=self.plot.right(), share as f32)
    }

    /// The value at a place: the shortest number within half a point, and at the edges the bounds to the last bit.
    pub fn value(&self, x: f32) -> f64 {
        if x <= self.plot.left() {
            return self.min;
        }
        if x >= self.plot.right() {
            return self.max;
        }
        let per_point = (self.max - self.min) / f64::from(self.plot.width());
        let exact = self.min + f64::from(x - self.plot.left()) * per_point;
        let short = best_in_range_f64(exact - per_point / 2.0, exact + per_point / 2.0);
        short.max(self.min).min(self.max)
    }

    /// A range moved by `points`, as wide as before and within the histogram.
    pub fn moved(&self, (low, high): (f64, f64), points: f32) -> (f64, f64) {
        let per_point = (self.max - self.min) / f64::from(self.plot.width());
        let by = f64::from(points) * per_point;
        let most = (self.max - high).max(0.0);
        let least = (self.min - low).min(0.0);
        let by = by.max(least).min(most);
        if by == 0.0 {
            return (low, high);
        }
        let rounded = best_in_range_f64(low + by - per_point / 2.0, low + by + per_point / 2.0);
        let new_low = rounded.max(low + least).min(low + most);
        (new_low, high + (new_low - low))
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    const AXIS: Axis = Axis {
        min: 0.0,
        max: 10.0,
        plot: Rect {
            min: pos2(100.0, 0.0),
            max: pos2(300.0, 50.0),
        },
    };

    #[test]
    fn values_stay_within_the_histogram() {
        let cases = [
            (0.0, 0.0),
            (100.0, 0.0),
            (200.0, 5.0),
            (203.0, 5.15),
            (300.0, 10.0),
            (999.0, 10.0),
        ];
        for (x, expected) in cases {
            let value = AXIS.value(x);
            assert!((value - expected).abs() <= 0.025, "{x}: {value}");
        }
        assert_eq!(AXIS.x(-5.0), 100.0);
        assert_eq!(AXIS.x(f64::INFINITY), 300.0);
        assert_eq!(AXIS.x(2.5), 150.0);
    }

    #[test]
    fn a_range_keeps_its_width_when_moved() {
        let cases = [
            ((2.0, 4.0), 20.0, (3.0, 5.0)),
            ((2.0, 4.0), 1000.0, (8.0, 10.0)),
            ((2.0, 4.0), -1000.0, (0.0, 2.0)),
            // Typed beyond the histogram: it does not jump back.
            ((-5.0, 4.0), -10.0, (-5.0, 4.0)),
            ((-5.0, 40.0), 10.0, (-5.0, 40.0)),
        ];
        for (range, points, expected) in cases {
            let (low, high) = AXIS.moved(range, points);
            assert!((low - expected.0).abs() < 0.03, "{range:?}: {low}");
            assert!((high - low - (range.1 - range.0)).abs() < 1e-9);
        }
    }

    #[test]
    fn bounds_do_not_pass_each_other() {
        assert_eq!(Bound::Low.limit(5.0, 3.0), 3.0);
        assert_eq!(Bound::High.limit(1.0, 3.0), 3.0);
        assert_eq!(Bound::High.limit(7.0, 3.0), 7.0);
    }

    #[test]
    fn a_range_of_no_width_does_not_panic() {
        let axis = Axis { max: 0.0, ..AXIS };
        assert_eq!(axis.value(200.0), 0.0);
        assert_eq!(axis.x(1.0), 300.0);
        assert_eq!(axis.moved((0.0, 0.0), 10.0), (0.0, 0.0));
    }
}
