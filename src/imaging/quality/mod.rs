//! Checks of a segmentation: from outlines, from the pixels inside them, and from whole fields.

mod bright_regions;
mod field_quality;
mod filled_outline;

pub use field_quality::{background, focus, saturation_level};
pub use filled_outline::FilledOutline;
