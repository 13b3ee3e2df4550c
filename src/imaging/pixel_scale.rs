//! What a stored 16-bit number stands for, and how other numbers become one.

/// The values that stored pixels stand for: value = offset + step * stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PixelScale {
    /// Value of a stored 0.
    pub offset: f64,
    /// Value between two neighbouring stored numbers; positive.
    pub step: f64,
}

impl Default for PixelScale {
    fn default() -> Self {
        Self::STORED
    }
}

impl PixelScale {
    /// Stored numbers are the values.
    pub const STORED: Self = Self {
        offset: 0.0,
        step: 1.0,
    };

    /// Values from 0 to 1 over all stored numbers, as `CellProfiler` counts intensities.
    pub const UNIT: Self = Self {
        offset: 0.0,
        step: 1.0 / 65_535.0,
    };

    /// Spreads a range of values, minimum and maximum, over all stored numbers; `None` unless it is finite and has
    /// a width.
    pub fn of_range([min, max]: [f64; 2]) -> Option<Self> {
        let step = (max - min) / 65_535.0;
        (min.is_finite() && step.is_finite() && step > 0.0).then_some(Self { offset: min, step })
    }

    /// The value of a stored number.
    #[inline]
    pub fn value(&self, stored: u16) -> f64 {
        self.offset + self.step * f64::from(stored)
    }

    /// The nearest stored number, and whether the value lies outside or is not a number (stored as 0).
    #[inline]
    pub fn stored(&self, value: f64) -> (u16, bool) {
        let level = ((value - self.offset) / self.step).round();
        // Casting saturates, and makes a NaN zero. Outside is more than half a step beyond the ends.
        (level as u16, !(0.0..=65_535.0).contains(&level))
    }

    /// Stores many values; also counts those outside.
    pub(super) fn store_all(&self, values: impl Iterator<Item = f64>) -> (Vec<u16>, usize) {
        let mut clipped = 0;
        let stored = values
            .map(|value| {
                let (level, outside) = self.stored(value);
                clipped += usize::from(outside);
                level
            })
            .collect();
        (stored, clipped)
    }
}

/// The scale at which no value is lost, for values whose range says what they are: whole numbers of 16 bit stay, a
/// range within 0 to 1 is `CellProfiler`'s. `None` for others, which somebody must choose a range for.
///
/// Values that are not finite do not count.
pub(super) fn natural_scale(values: &[f64]) -> Option<PixelScale> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let [min, max] = finite_range(values).unwrap_or([0.0, 0.0]);
    if min < 0.0 || max > 65_535.0 {
        None
    } else if finite().all(|value| value.fract() == 0.0) {
        Some(PixelScale::STORED)
    } else {
        (max <= 1.0).then_some(PixelScale::UNIT)
    }
}

/// Smallest and largest finite value; `None` without one.
pub(super) fn finite_range(values: &[f64]) -> Option<[f64; 2]> {
    values
        .iter()
        .filter(|value| value.is_finite())
        .fold(None, |range, &value| {
            let [min, max] = range.unwrap_or([value, value]);
            Some([min.min(value), max.max(value)])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_stored_at_the_nearest_step() {
        let wide = PixelScale::of_range([-10.0, 121.07]).unwrap();
        let cases = [
            (PixelScale::STORED, 7.0, 7, false),
            (PixelScale::STORED, 7.6, 8, false),
            (PixelScale::STORED, -0.4, 0, false),
            (PixelScale::STORED, -0.6, 0, true),
            (PixelScale::STORED, 65_535.4, 65_535, false),
            (PixelScale::STORED, 65_536.0, 65_535, true),
            (PixelScale::STORED, f64::NAN, 0, true),
            (PixelScale::STORED, f64::INFINITY, 65_535, true),
            (PixelScale::UNIT, 1.0, 65_535, false),
            (PixelScale::UNIT, 0.5, 32_768, false),
            (PixelScale::UNIT, 1.1, 65_535, true),
            (wide, -10.0, 0, false),
            (wide, 0.0, 5000, false),
            (wide, 121.07, 65_535, false),
        ];
        for (scale, value, stored, outside) in cases {
            assert_eq!(scale.stored(value), (stored, outside), "{scale:?} {value}");
            if !outside {
                assert!((scale.value(stored) - value).abs() <= scale.step * 0.51);
            }
        }
        for range in [
            [1.0, 1.0],
            [2.0, 1.0],
            [f64::NAN, 1.0],
            [0.0, f64::INFINITY],
        ] {
            assert_eq!(PixelScale::of_range(range), None, "{range:?}");
        }
    }

    #[test]
    fn the_scale_that_loses_nothing() {
        for (values, scale) in [
            (&[0.0, 0.25, 1.0][..], Some(PixelScale::UNIT)),
            (&[0.0, 1.0], Some(PixelScale::STORED)),
            (&[0.0, 4095.0, 65_535.0], Some(PixelScale::STORED)),
            (&[f64::NAN, 12.0, f64::INFINITY], Some(PixelScale::STORED)),
            (&[0.5, 1.5], None),
            (&[-1.0, 5.0], None),
            (&[65_536.0], None),
            (&[], Some(PixelScale::STORED)),
        ] {
            assert_eq!(natural_scale(values), scale, "{values:?}");
        }
    }
}
