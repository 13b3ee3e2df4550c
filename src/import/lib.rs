//! From an export to a dataset: plan, preview, run, report.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod box_centers;
mod channel_plan;
mod checks;
mod colored_pictures;
mod columns;
mod contradictions;
mod crop_square;
mod ellipses;
mod equal_exports;
mod equal_pictures;
mod error;
mod field;
mod field_masks;
mod field_objects;
mod field_plan;
mod formats;
mod held_pixels;
mod illumination;
mod image_roles;
mod import_entry;
mod join;
mod joined_exports;
mod joined_part;
mod lance_rows;
mod located_part;
mod mask_owners;
mod named_images;
mod offset_choice;
mod options;
mod page_entries;
mod part_columns;
mod picture_owners;
mod picture_page;
mod picture_records;
mod pixel_size;
mod pixels;
mod plan;
mod plane_rule;
mod plane_sequence;
mod planned_part;
mod preview;
mod refusal;
mod remarks;
mod report;
mod report_text;
mod role_pixels;
mod roots;
mod rows;
mod run;
mod shapes;
mod source_planes;
mod stacks;
mod stored_pictures;
mod table_counts;
mod verification;
mod volume_crops;
mod volume_masks;

pub use checks::{CheckError, CheckedColumns, compute_checks, save_checks};
pub use crop_square::CropSquare;
pub use error::ImportError;
pub use formats::{find_sources, format_faces, source_kind, source_kinds};
pub use image_roles::{ImageRole, NoChannel};
pub use join::{Compartment, Joined, PairReport, join_objects, join_rows};
pub use named_images::{NameChoice, NameReport};
pub use offset_choice::{Contradicted, OffsetChoice};
pub use options::{ChannelChoice, CropRule, DEFAULT_MARGIN, ImportOptions, PathChoice};
pub use pixel_size::PixelSize;
pub use plan::ImportPlan;
pub use plane_rule::PlaneRule;
pub use preview::{ExampleCell, ImportExamples, ImportPreview, ObjectPreview, TablePreview};
pub use remarks::{ColumnRemark, LaterRemark, OutlineRemark, PictureRemark, Remark, TableRemark};
pub use report::{FileReport, ImageReport, ImportReport, KeptReport, table_names};
pub use roots::{
    FetchedPictures, ImageKeys, ImageRoots, IndexWatch, KnownPlaces, ObjectPictureIndex,
    PathChange, PictureFinder, PictureLocation, PictureStores, Relocation, RootError,
    UnresolvedPicture,
};
pub use run::{ImportProgress, run_import};
pub use source_planes::{SourcePictures, SourcePlane, source_planes};
pub use verification::{Verification, VerificationKind, add_verifications};
