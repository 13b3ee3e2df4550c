//! Everything that cells can be written as, in one list, and the one way to write it: the window's dialog and the
//! command line are made from [`EXPORTERS`], and both go through [`run_export`].
//!
//! A further exporter is a file here that implements [`Exporter`], and a line in the list.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

#[cfg(test)]
#[path = "../dataset/samples.rs"]
pub mod samples;

mod crops;
mod exporter;
mod kind;
mod montage;
mod options;
mod outlier_flags;
mod outlines;
mod report;
mod run;
mod table;

pub use exporter::{ExportJob, Exporter, Face, Needs, Written};
pub use kind::ExportKind;
pub use options::{ExportOptions, Setting};
pub use run::{ExportRequest, Exported, run_export};

/// All, in the order in which they are offered. The first one is the usual one.
pub static EXPORTERS: &[&dyn Exporter] = &[
    &table::CSV,
    &table::TSV,
    &table::PARQUET,
    &table::LANCE,
    &montage::MONTAGE,
    &crops::OME_TIFF,
    &crops::PNG,
    &outlines::GEOJSON,
    &outlines::LABEL_TIFF,
    &report::REPORT,
    &outlier_flags::OUTLIERS,
];

#[cfg(test)]
mod tests;
