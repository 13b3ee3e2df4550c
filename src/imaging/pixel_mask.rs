//! A picture of set and unset pixels, and its parts.

use super::LabelImage;
use super::components::{Contact, connected};

/// A picture of two values: what is object and what is not, or what is line and what is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PixelMask {
    width: u32,
    height: u32,
    set: Vec<bool>,
}

impl PixelMask {
    /// A mask of `width` x `height` pixels, row-major; `None` unless there is exactly one value a pixel.
    pub fn new(width: u32, height: u32, set: Vec<bool>) -> Option<Self> {
        let pixels = u64::from(width) * u64::from(height);
        (set.len() as u64 == pixels).then_some(Self { width, height, set })
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Whether each pixel is set, row-major.
    pub fn set(&self) -> &[bool] {
        &self.set
    }
}

/// The connected parts of a filled mask, numbered from 1 in the order met.
///
/// Pixels that touch at a corner belong together, because the programs that measured the objects count so: it is the
/// rule of `CellProfiler`'s `IdentifyPrimaryObjects` and `ConvertImageToObjects` and the default of scikit-image's
/// `label`. Two objects that touch are one part here; [`assign_parts`](super::assign_parts) takes apart what hangs
/// together at corners only.
pub fn mask_parts(mask: &PixelMask) -> LabelImage {
    let parts = connected(&mask.set, mask.width as usize, false, Contact::Corners);
    LabelImage {
        width: mask.width,
        height: mask.height,
        labels: parts.ids,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_has_one_value_a_pixel() {
        for (width, height, pixels, sound) in [
            (2, 3, 6, true),
            (0, 3, 0, true),
            (2, 3, 5, false),
            (2, 3, 7, false),
            (u32::MAX, u32::MAX, 1, false),
        ] {
            let mask = PixelMask::new(width, height, vec![true; pixels]);
            assert_eq!(mask.is_some(), sound, "{width} x {height}: {pixels}");
        }
    }

    #[test]
    fn corners_connect() {
        let set = [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1];
        let mask = PixelMask::new(4, 3, set.map(|value| value == 1).to_vec()).unwrap();
        assert_eq!(
            mask_parts(&mask).labels,
            [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 2]
        );
    }
}
