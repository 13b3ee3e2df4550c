//! Geometry and pictures of plots: pure arithmetic on columns of numbers, without any drawing.
//!
//! A [`ScatterIndex`] sorts the points of two columns into grid cells once; density pictures, lasso and box
//! selection and hovering are answered from it at a cost that follows what is visible, not the dataset. Rows are
//! `u32` positions in the dataset, coordinates are in data units, and pictures have row 0 at the top.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]
#![allow(
    clippy::float_cmp,
    reason = "answers must equal a test of each point, to the last bit"
)]

mod bounds;
pub mod charts;
mod colormap;
pub mod figure;
mod figure_svg;
mod lasso;
mod raster;
mod scatter_index;
mod shade;
mod spread;
#[cfg(test)]
mod test_data;
mod xml_text;

pub use bounds::Bounds;
pub use colormap::Colormap;
pub use figure_svg::to_svg;
pub use lasso::simplify_path;
pub use raster::{ColorRaster, CountRaster, Frame, ValueRaster};
pub use scatter_index::ScatterIndex;
pub use shade::{Rgba, shade_colors, shade_counts, shade_means};
pub use spread::{spread, spread_radius};
pub use xml_text::{escape_xml, escape_xml_ascii};
