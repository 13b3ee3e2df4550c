//! From an export to a dataset: plan, preview, run, report.

mod columns;
mod error;
mod field;
mod illumination;
mod image_roots;
mod join;
mod options;
mod part;
mod plan;
mod preview;
mod report;
mod rows;
mod run;
mod shapes;

pub use error::ImportError;
pub use image_roots::{ImageRoots, PathChange};
pub use join::{Compartment, Joined, join_objects, join_rows};
pub use options::{ChannelChoice, CropRule, DEFAULT_MARGIN, ImportOptions, PathChoice};
pub use plan::ImportPlan;
pub use preview::{ExampleCell, ImportExamples, ImportPreview, ObjectPreview, TablePreview};
pub use report::{FileReport, ImageReport, ImportReport};
pub use run::{ImportProgress, run_import};
