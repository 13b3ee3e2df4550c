//! What leaves the program: tables, pictures, outlines, the report.

mod binding;
mod dialog;
mod draft;
mod update;
mod work;

pub(crate) use dialog::show;
pub use draft::{ExportDraft, ExportKind, ExportRows};
pub(crate) use update::{browse, happened, replace_export, run_export, start_export};
pub(crate) use work::run;
pub use work::{OutputEvent, OutputJob};
