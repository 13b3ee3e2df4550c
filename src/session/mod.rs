//! Sessions: what a person set up in the viewer, as a small file that runs again without a window, and the report made
//! of it.

mod error;
mod row_ranges;
mod session_file;
mod session_query;

pub use error::SessionError;
pub use session_file::{
    FORMAT_NAME, FORMAT_VERSION, SessionAxes, SessionChannel, SessionColumn, SessionCondition,
    SessionDataset, SessionFile, SessionFilter, SessionOutline, SessionSort, path_beside,
};
pub use session_query::QueryNotes;
