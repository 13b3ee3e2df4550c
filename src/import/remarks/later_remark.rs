//! Remarks on what came after the rows were written.

use std::fmt;

/// A remark on what came after the rows were written. It reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaterRemark {
    /// The report could not be kept with the dataset.
    ReportNotKept {
        /// Why.
        reason: String,
    },
    /// Checks were asked for, and there is nothing to check.
    NothingToCheck {
        /// Why.
        reason: String,
    },
    /// The checks ended with an error.
    ChecksFailed {
        /// Which.
        reason: String,
    },
}

impl fmt::Display for LaterRemark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReportNotKept { reason } => out.write_str(reason),
            Self::NothingToCheck { reason } => write!(out, "nothing to check: {reason}"),
            Self::ChecksFailed { reason } => write!(
                out,
                "the import is complete, but the checks failed: {reason}"
            ),
        }
    }
}
