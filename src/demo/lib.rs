//! A synthetic Cell Painting plate, drawn from a seed and written as a `CellProfiler` 4 export.
//!
//! Every number in its tables is measured from the pixels and label masks that are written beside them, so
//! that the plate exercises the program exactly as a real export does.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod crowd;
mod crowd_dataset;
mod error;
mod export;
mod files;
mod image_quality;
mod intensity;
mod labels;
mod measurements;
mod neighbors;
mod noise;
mod optics;
mod plane;
mod plate;
mod plate_dataset;
mod population;
mod region;
mod shape;
mod spectrum;
mod stain;
mod strokes;
mod tables;
mod territory;
mod texture;

pub use crowd::{Crowd, CrowdBatch, CrowdFeature};
pub use crowd_dataset::{CrowdSize, MOST_CROPS, write_crowd};
pub use error::DemoError;
pub use export::{DemoCase, DemoSummary, write_export};
pub use plate::DemoPlate;
pub use plate_dataset::{DemoFiles, DemoProgress, draw_plate, import_plate};
