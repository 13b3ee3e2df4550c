//! The grey of colours, as `CellProfiler` reads a picture that is loaded as grey.

use std::hash::Hash;

/// What the greys of a plane were in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum GreySource {
    /// Numbers as they are stored.
    #[default]
    Stored,
    /// Greys of a palette that is another one than the plain ramp from black to white.
    Palette,
    /// Colours, of which the brightness is taken.
    Colors,
}

/// How much red, green and blue add to the brightness: those of scikit-image's `rgb2gray`, which `CellProfiler` uses.
const WEIGHTS: [f64; 3] = [0.2125, 0.7154, 0.0721];

/// The brightness of a colour; that of a grey is the grey.
pub(super) fn brightness([red, green, blue]: [f64; 3]) -> f64 {
    WEIGHTS[0] * red + WEIGHTS[1] * green + WEIGHTS[2] * blue
}

/// A whole sample of a colour.
pub(super) trait WholeSample: Copy + Default + Eq + Hash + Into<f64> {
    /// The nearest sample.
    fn nearest(value: f64) -> Self;
}

macro_rules! whole_samples {
    ($($sample:ty),*) => {
        $(impl WholeSample for $sample {
            fn nearest(value: f64) -> Self {
                // Casting saturates.
                value.round() as Self
            }
        })*
    };
}

whole_samples!(u8, u16, u32);

/// Whether the greys of a palette of so many entries rise evenly from black to white, so that an index says the same.
pub(super) fn is_plain_ramp(greys: &[u8]) -> bool {
    let last = greys.len().saturating_sub(1).max(1);
    let mut even = greys.iter().enumerate();
    even.all(|(at, grey)| usize::from(*grey) == (at * 255 + last / 2) / last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brightness_is_weighed_and_rounded() {
        for (color, grey) in [
            ([255.0, 0.0, 0.0], 54),
            ([0.0, 255.0, 0.0], 182),
            ([0.0, 0.0, 255.0], 18),
            ([255.0; 3], 255),
            ([77.0; 3], 77),
        ] {
            assert_eq!(u8::nearest(brightness(color)), grey, "{color:?}");
        }
        assert_eq!(u8::nearest(300.0), 255);
    }

    #[test]
    fn a_plain_ramp_is_even_from_black_to_white() {
        let whole: Vec<u8> = (0..=255).collect();
        let steps: Vec<u8> = (0..16).map(|at| at * 17).collect();
        assert!(is_plain_ramp(&whole) && is_plain_ramp(&steps) && is_plain_ramp(&[0, 255]));
        let mut turned = whole.clone();
        turned.reverse();
        let dark: Vec<u8> = whole.iter().map(|grey| grey / 2).collect();
        assert!(!is_plain_ramp(&turned) && !is_plain_ramp(&dark) && !is_plain_ramp(&[255, 0]));
    }
}
