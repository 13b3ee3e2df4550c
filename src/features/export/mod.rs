//! What leaves the program: tables, pictures, outlines, the report.

mod binding;
mod command;
mod dialog;
mod draft;
mod feature;
mod update;
mod work;

pub use command::ExportCommand;
pub(crate) use dialog::show;
pub use draft::ExportDraft;
pub use feature::{Export, ExportState};
pub(crate) use update::{happened, update};
pub(crate) use work::run;
pub use work::{OutputEvent, OutputJob};

#[cfg(test)]
mod tests;
