//! Pixels as they are asked for by place: those of a field, or those of the crops of its cells.

use std::collections::HashMap;
use std::sync::Arc;

use cytolance_imaging::{PixelBox, PixelScale, Plane};

/// Places apart from each other at which one looks what pixels are there by chance.
pub(super) const CHANCES: u32 = 4;

/// Pixels by row and place; places are those that were measured.
pub(crate) trait PixelView {
    /// The value of a pixel, in the numbers of the picture's file.
    fn value(&self, row: usize, place: [i64; 2]) -> Option<f64>;

    /// A pixel anywhere that the row can be looked up, to tell what is there by chance; one of [`CHANCES`].
    fn any(&self, row: usize, number: u32) -> Option<f64>;

    /// Value between two neighbouring stored numbers.
    fn step(&self) -> f64;

    /// The whole picture, where there is one.
    fn whole(&self) -> Option<&PlaneView<'_>> {
        None
    }
}

/// A picture of a whole field.
pub(crate) struct PlaneView<'a> {
    pub plane: &'a Plane,
    /// How much further than in the measured picture a place is in this one.
    pub offset: [i64; 2],
}

impl PlaneView<'_> {
    /// A pixel by its own place in the picture.
    pub fn own(&self, [x, y]: [i64; 2]) -> Option<f64> {
        let (width, height) = (i64::from(self.plane.width), i64::from(self.plane.height));
        if x < 0 || y < 0 || x >= width || y >= height {
            return None;
        }
        let stored = self.plane.pixels.get((y * width + x) as usize)?;
        Some(self.plane.scale.value(*stored))
    }
}

impl PixelView for PlaneView<'_> {
    fn value(&self, _: usize, [x, y]: [i64; 2]) -> Option<f64> {
        self.own([x + self.offset[0], y + self.offset[1]])
    }

    fn any(&self, row: usize, number: u32) -> Option<f64> {
        let at = scattered(row, number, self.plane.pixels.len())?;
        let stored = self.plane.pixels.get(at)?;
        Some(self.plane.scale.value(*stored))
    }

    fn step(&self) -> f64 {
        self.plane.scale.step
    }

    fn whole(&self) -> Option<&PlaneView<'_>> {
        Some(self)
    }
}

/// Crops of the cells of a field, by row.
pub(crate) struct CropView {
    pub crops: HashMap<usize, (PixelBox, Arc<[u16]>)>,
    pub scale: PixelScale,
}

impl PixelView for CropView {
    fn value(&self, row: usize, [x, y]: [i64; 2]) -> Option<f64> {
        let (area, pixels) = self.crops.get(&row)?;
        let inside = (area.x_min..area.x_max).contains(&x) && (area.y_min..area.y_max).contains(&y);
        if !inside {
            return None;
        }
        let at = (y - area.y_min) * area.width() + (x - area.x_min);
        Some(self.scale.value(*pixels.get(at as usize)?))
    }

    fn any(&self, row: usize, number: u32) -> Option<f64> {
        let (_, pixels) = self.crops.get(&row)?;
        let at = scattered(row, number, pixels.len())?;
        Some(self.scale.value(*pixels.get(at)?))
    }

    fn step(&self) -> f64 {
        self.scale.step
    }
}

/// A place among `all`, spread evenly over rows and numbers.
fn scattered(row: usize, number: u32, all: usize) -> Option<usize> {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let at = (row as f64).mul_add(f64::from(CHANCES), f64::from(number) + 1.0) * GOLDEN;
    (all > 0).then(|| ((at.fract() * all as f64) as usize).min(all - 1))
}
