//! Pixels: reading image files, tracing label masks, cutting and compositing. No window toolkit here.
//!
//! Three coordinate conventions meet in this layer. Pixel *indices* are integers from the upper left corner.
//! *Field pixels* are the continuous coordinates of outlines, where pixel (0, 0) covers `[0, 1] x [0, 1]`. The
//! centres that `CellProfiler` measures are pixel-centre coordinates, half a pixel less than field pixels.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod assign;
mod components;
mod composite;
mod contrast;
mod crop;
#[cfg(test)]
mod damage_tests;
mod ellipse;
mod error;
mod foreign_format;
mod grey_source;
#[cfg(test)]
mod handmade;
mod hull;
mod illumination;
mod jp2_file;
mod label_volume;
mod labels;
mod mat_file;
mod npy_file;
mod number_type;
mod numbered_parts;
mod object_match;
mod object_picture;
mod ome_layout;
mod outline;
mod outline_parts;
mod outline_sides;
mod page_layout;
mod page_place;
mod part_fit;
mod picture_source;
mod pixel_box;
mod pixel_mask;
mod pixel_scale;
mod pixel_size;
mod plane;
mod plane_info;
pub mod quality;
mod raster_file;
mod samples;
mod tiff_file;
mod trace;

pub use assign::{Assigned, MeasuredObject, assign_parts};
pub use composite::{
    ChannelStyle, Compositor, DEFAULT_COLORS, composite, default_channel_color, shown_at_first,
};
pub use contrast::{auto_range, contrast_sample, first_contrast, intensity_histogram};
pub use crop::{CellPicture, Crop};
pub use ellipse::{EllipseShape, ellipse_outline};
pub use error::ImageError;
pub use grey_source::GreySource;
pub use hull::{convex_hull, cross, polygon_area};
pub use illumination::IlluminationFunction;
pub use label_volume::{LabelVolume, MeasuredVolume, VolumeMatch};
pub use labels::{LabelImage, read_labels, read_labels_from};
pub use object_match::{KnownObject, MaskRefusal, MatchedParts, NoPart, Overflow, match_parts};
pub use object_picture::{ObjectKind, ObjectPicture};
pub use outline::{Outline, Ring, common_box};
pub use outline_parts::outline_parts;
pub use page_layout::{PageLayout, page_layout, page_layout_from};
pub use page_place::{FoundPage, PagePlace, find_page, find_page_from};
pub use part_fit::Fit;
pub use pixel_box::PixelBox;
pub use pixel_mask::{PixelMask, mask_parts};
pub use pixel_scale::PixelScale;
pub use pixel_size::{
    FilePixelSize, PixelSizeSource, is_pixel_size, micrometres_of, pixel_size, pixel_size_from,
};
pub use plane::{Plane, read_plane, read_plane_from, read_plane_scaled, read_plane_scaled_from};
pub use plane_info::{PlaneInfo, probe_plane, probe_plane_from};
pub use trace::trace_labels;
