//! Pictures held against measured intensities: is a picture the one that was measured?

mod displacement;
mod field_verdict;
mod intensity_columns;
mod judgement;
mod offset_search;
mod pixel_view;
mod regions;
#[cfg(test)]
mod tests;

pub(super) use field_verdict::{FieldVerdict, HeldChannel, HeldSet, Measured, hold};
pub(super) use intensity_columns::{MeasuredImage, measured_images};
pub(super) use judgement::{Numbers, Sample};
pub(super) use pixel_view::{CropView, PixelView, PlaneView};
pub(super) use regions::MeasuredRegion;
