//! What leaves the program: tables, pictures, outlines, the report.

mod dialog;
mod draft;
mod update;
mod work;

pub(super) use dialog::show;
pub use draft::{ExportDraft, ExportRows};
pub(super) use update::{browse, happened, replace_export, run_export, start_export};
pub(super) use work::run;
pub use work::{OutputEvent, OutputJob};
