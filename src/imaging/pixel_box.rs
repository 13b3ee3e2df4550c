//! A box of pixels in a field of view.

/// A half-open box in field pixels: the minimum is inside, the maximum is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelBox {
    /// First column.
    pub x_min: i64,
    /// First row.
    pub y_min: i64,
    /// Column after the last one.
    pub x_max: i64,
    /// Row after the last one.
    pub y_max: i64,
}

impl PixelBox {
    /// Columns; zero where the maximum lies before the minimum.
    #[inline]
    pub fn width(&self) -> i64 {
        self.x_max.saturating_sub(self.x_min).max(0)
    }

    /// Whether it is this wide and this high.
    pub fn has_size(&self, width: u32, height: u32) -> bool {
        self.width() == i64::from(width) && self.height() == i64::from(height)
    }

    /// Rows; zero where the maximum lies before the minimum.
    #[inline]
    pub fn height(&self) -> i64 {
        self.y_max.saturating_sub(self.y_min).max(0)
    }

    /// Whether no pixel lies inside.
    pub fn is_empty(&self) -> bool {
        self.width() == 0 || self.height() == 0
    }

    /// The box grown by `margin` pixels on every side, or shrunk by a negative one.
    #[must_use]
    pub fn expanded(&self, margin: i64) -> Self {
        Self {
            x_min: self.x_min.saturating_sub(margin),
            y_min: self.y_min.saturating_sub(margin),
            x_max: self.x_max.saturating_add(margin),
            y_max: self.y_max.saturating_add(margin),
        }
    }

    /// The box this much further right and down.
    #[must_use]
    pub fn moved(&self, [x, y]: [i64; 2]) -> Self {
        Self {
            x_min: self.x_min.saturating_add(x),
            y_min: self.y_min.saturating_add(y),
            x_max: self.x_max.saturating_add(x),
            y_max: self.y_max.saturating_add(y),
        }
    }

    /// The part inside a field of `width` x `height` pixels; `None` where nothing is left.
    #[must_use]
    pub fn clipped(&self, width: u32, height: u32) -> Option<Self> {
        let clipped = Self {
            x_min: self.x_min.max(0),
            y_min: self.y_min.max(0),
            x_max: self.x_max.min(i64::from(width)),
            y_max: self.y_max.min(i64::from(height)),
        };
        (!clipped.is_empty()).then_some(clipped)
    }

    /// A square of `size` pixels around a centre in field pixels, shifted to lie inside the field.
    ///
    /// It is smaller than asked only where the field is smaller. `None` for a centre outside the field (then the
    /// measurement belongs to another image), for one that is not a number, and for a size of zero.
    #[must_use]
    pub fn square(
        center_x: f64,
        center_y: f64,
        size: u32,
        width: u32,
        height: u32,
    ) -> Option<Self> {
        let (x_min, x_max) = span(center_x, size, width)?;
        let (y_min, y_max) = span(center_y, size, height)?;
        Some(Self {
            x_min,
            y_min,
            x_max,
            y_max,
        })
    }
}

/// `size` pixels around `center` on an axis of `length` pixels.
fn span(center: f64, size: u32, length: u32) -> Option<(i64, i64)> {
    // The comparison is false for a NaN as well.
    let inside = (0.0..=f64::from(length)).contains(&center);
    if !inside || size == 0 || length == 0 {
        return None;
    }
    let size = i64::from(size.min(length));
    let start = (center - size as f64 / 2.0).round() as i64;
    let start = start.clamp(0, i64::from(length) - size);
    Some((start, start + size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(x_min: i64, y_min: i64, x_max: i64, y_max: i64) -> PixelBox {
        PixelBox {
            x_min,
            y_min,
            x_max,
            y_max,
        }
    }

    #[test]
    fn sizes_are_never_negative() {
        for (input, width, height, empty) in [
            (area(1, 2, 4, 8), 3, 6, false),
            (area(4, 2, 1, 8), 0, 6, true),
            (area(1, 2, 1, 2), 0, 0, true),
            (area(i64::MIN, 0, i64::MAX, 1), i64::MAX, 1, false),
        ] {
            assert_eq!(
                (input.width(), input.height(), input.is_empty()),
                (width, height, empty)
            );
        }
        assert_eq!(area(2, 3, 4, 5).expanded(2), area(0, 1, 6, 7));
        assert!(area(2, 3, 4, 5).expanded(-1).is_empty());
        let widest = area(i64::MIN, 0, i64::MAX, 1);
        assert_eq!(widest.expanded(1), area(i64::MIN, -1, i64::MAX, 2));
    }

    #[test]
    fn clipping_keeps_what_lies_inside() {
        for (input, expected) in [
            (area(1, 1, 3, 3), Some(area(1, 1, 3, 3))),
            (area(-5, -5, 3, 30), Some(area(0, 0, 3, 10))),
            (area(10, 0, 12, 3), None),
            (area(-3, 0, 0, 3), None),
            (area(3, 3, 3, 3), None),
        ] {
            assert_eq!(input.clipped(10, 10), expected, "{input:?}");
        }
    }

    #[test]
    fn a_square_is_shifted_into_the_field() {
        let cases = [
            ((50.0, 50.0, 10), Some(area(45, 45, 55, 55))),
            ((50.5, 50.5, 11), Some(area(45, 45, 56, 56))),
            ((0.0, 80.0, 10), Some(area(0, 70, 10, 80))),
            ((100.0, 1.0, 10), Some(area(90, 0, 100, 10))),
            ((50.0, 40.0, 90), Some(area(5, 0, 95, 80))),
            ((50.0, 40.0, 900), Some(area(0, 0, 100, 80))),
            ((50.0, 40.0, 0), None),
            ((-1.0, 40.0, 10), None),
            ((50.0, 80.5, 10), None),
            ((f64::NAN, 40.0, 10), None),
            ((f64::INFINITY, 40.0, 10), None),
        ];
        for ((x, y, size), expected) in cases {
            assert_eq!(
                PixelBox::square(x, y, size, 100, 80),
                expected,
                "{x} {y} {size}"
            );
        }
        assert_eq!(PixelBox::square(0.0, 0.0, 5, 0, 0), None);
    }
}
