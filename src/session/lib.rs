//! Sessions: what a person set up in the viewer, as a small file that runs again without a window, and the report made
//! of it.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

#[cfg(test)]
#[path = "../dataset/samples.rs"]
pub mod samples;

mod applied_tools;
mod error;
mod report;
mod report_content;
mod row_ranges;
mod session_columns;
mod session_file;
mod session_query;
mod styles;
mod words;

pub use applied_tools::Application;
pub use error::SessionError;
pub use report::{Report, ReportSection, plate_figure};
pub use report_content::report_of;
pub use session_columns::{ComputedColumns, computed_columns};
pub use session_file::{
    FORMAT_NAME, FORMAT_VERSION, SESSION_ENDING, SessionAxes, SessionChannel, SessionColumn,
    SessionCondition, SessionDataset, SessionFile, SessionFilter, SessionOutline, SessionSort,
    path_beside,
};
pub use session_query::QueryNotes;
pub use styles::{channel_styles, first_contrast, outline_styles};
pub use words::{cells_in_words, words_of};
