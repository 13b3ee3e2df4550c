//! What can be asked of fields of view, the work it starts, and what comes back.

use std::sync::Arc;

use super::state::{FieldOfView, LookRequest, Strip, StripRequest};
use crate::model::latest::Started;
use cytolance_dataset::{CellDataset, ChannelInfo};
use cytolance_explore::{Explorer, FieldIndex};
use cytolance_imaging::ChannelStyle;

/// What can be asked.
#[derive(Debug)]
pub enum FieldCommand {
    /// The pane is on the screen.
    Want,
}

/// Work in the background.
pub enum FieldJob {
    /// Counts the fields.
    Strip {
        /// Columns.
        explorer: Explorer,
        /// The first channel's name.
        channel: Option<String>,
        /// The request.
        work: Started<StripRequest>,
    },
    /// Reads a field.
    Look {
        /// The dataset.
        dataset: CellDataset,
        /// Its channels.
        channels: Vec<ChannelInfo>,
        /// How they are shown.
        styles: Vec<ChannelStyle>,
        /// Which cell lies where.
        index: Arc<FieldIndex>,
        /// The request.
        work: Started<LookRequest>,
    },
}

/// News.
pub enum FieldEvent {
    /// The fields are counted.
    StripCounted {
        /// Which request.
        generation: u64,
        /// The strip, or why there is none.
        outcome: Result<Strip, String>,
    },
    /// A field is read.
    Looked {
        /// Which request.
        generation: u64,
        /// The field, or why not.
        outcome: Result<FieldOfView, String>,
    },
}
