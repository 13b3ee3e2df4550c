//! A cell's stored picture: its planes and its outlines.

use std::sync::Arc;

use super::Outline;

/// The planes cut out around one cell, one a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crop {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// One plane a channel, each `width * height` pixels, row-major.
    pub planes: Vec<Arc<[u16]>>,
}

impl Crop {
    /// Bytes that the pixels take.
    pub fn memory_bytes(&self) -> usize {
        self.planes.iter().map(|plane| plane.len() * 2).sum()
    }
}

/// What is drawn for one cell: crop and outlines, both optional.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CellPicture {
    /// The planes; `None` where the dataset has no picture of this cell.
    pub crop: Option<Crop>,
    /// Field pixel at the crop's upper left corner.
    pub origin: [f64; 2],
    /// Object name and outline in field pixels.
    pub outlines: Vec<(String, Outline)>,
    /// The cell's centre in field pixels, where no outline of it says which one it is.
    pub center: Option<[f64; 2]>,
}

impl CellPicture {
    /// Bytes that pixels and outlines take.
    pub fn memory_bytes(&self) -> usize {
        let points: usize = self
            .outlines
            .iter()
            .flat_map(|(_, outline)| &outline.rings)
            .map(|ring| ring.len() * 16)
            .sum();
        self.crop.as_ref().map_or(0, Crop::memory_bytes) + points + 128
    }
}
