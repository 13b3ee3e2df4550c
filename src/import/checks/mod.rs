//! Checks of the segmentation, computed from the stored outlines and crops and from the source pictures.

mod columns;
mod field;
mod intensities;
mod nuclear_regions;
mod run;

pub use run::{CheckError, CheckedColumns, compute_checks, save_checks};
