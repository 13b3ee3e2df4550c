//! Cytolance: a desktop viewer for single-cell morphological profiles that kept their images.
//!
//! The layers and what each may use are described in `ARCHITECTURE.md`.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod cli;
pub mod features;
pub mod model;
pub mod shell;

#[cfg(test)]
#[path = "dataset/samples.rs"]
pub mod samples;

pub use cytolance_dataset as dataset;
pub use cytolance_demo as demo;
pub use cytolance_explore as explore;
pub use cytolance_export as export;
pub use cytolance_exporters as exporters;
pub use cytolance_files as files;
pub use cytolance_imaging as imaging;
pub use cytolance_import as import;
pub use cytolance_kernels as kernels;
pub use cytolance_plot as plot;
pub use cytolance_profile as profile;
pub use cytolance_remote as remote;
pub use cytolance_session as session;
pub use cytolance_sources as sources;
pub use cytolance_tools as tools;
pub use cytolance_widgets as widgets;
