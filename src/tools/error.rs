//! Why a tool has no columns to give.

use cytolance_dataset::DatasetError;
use cytolance_explore::ExploreError;
use cytolance_export::RuleFileError;
use cytolance_import::CheckError;

/// Columns that were not computed or not kept; the message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// There is no such tool.
    #[error("there is no tool {id}; there are {}", known.join(", "))]
    UnknownTool {
        /// What was asked for.
        id: String,
        /// All tools.
        known: Vec<&'static str>,
    },
    /// The tool has no such parameter.
    #[error("{tool} has no parameter {name}; it has {}", known.join(", "))]
    UnknownParameter {
        /// The tool.
        tool: &'static str,
        /// What was given.
        name: String,
        /// All parameters.
        known: Vec<String>,
    },
    /// A parameter's value cannot be used.
    #[error("the parameter {name} of {tool}: {reason}")]
    Parameter {
        /// The tool.
        tool: &'static str,
        /// The parameter.
        name: String,
        /// What is wrong, and what to write.
        reason: String,
    },
    /// The parameters together cannot be used.
    #[error("the parameters of {tool}: {reason}")]
    Parameters {
        /// The tool.
        tool: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The dataset lacks what the tool needs.
    #[error("{reason}")]
    Lacking {
        /// What, in a sentence.
        reason: String,
    },
    /// The tool has made something that is no column of the dataset.
    #[error("this is a fault of the program, please report it: {tool} made {column} {reason}")]
    Misshapen {
        /// The tool.
        tool: &'static str,
        /// The column.
        column: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file of rules cannot be read.
    #[error(transparent)]
    Rules(#[from] RuleFileError),
    /// Columns cannot be read.
    #[error(transparent)]
    Explore(#[from] ExploreError),
    /// The segmentation cannot be checked.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The dataset cannot be read or written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Cancelled by the user.
    #[error("cancelled; nothing was computed")]
    Cancelled,
}
