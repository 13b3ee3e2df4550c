//! What the gallery shows and how.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::latest::{Latest, Started};
use crate::model::parts::Part;
use cytolance_explore::{Explorer, RowGroups, RowOrder, Sample};
use cytolance_kernels::RowSet;
use cytolance_profile::Sort;

/// Smallest and largest side of a crop in points.
pub const SIDES: std::ops::RangeInclusive<f32> = 32.0..=256.0;

/// How the gallery looks; part of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GallerySettings {
    /// Side of a crop in points.
    pub side: f32,
    /// The column whose values make groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether outlines are drawn.
    pub outlines: bool,
    /// Whether every cell has a contrast of its own.
    pub own_contrast: bool,
    /// Cells of each group, at random; all without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<usize>,
    /// Seed of the sample.
    pub seed: u64,
    /// The label column whose colour is in the corner.
    pub label: String,
}

impl Default for GallerySettings {
    fn default() -> Self {
        Self {
            side: 96.0,
            group: None,
            outlines: true,
            own_contrast: false,
            sample: None,
            seed: 1,
            label: "Label_QC".to_owned(),
        }
    }
}

/// What the groups are made of.
#[derive(Clone)]
pub struct GroupingRequest {
    /// The shown rows.
    pub shown: Arc<RowSet>,
    /// Their order.
    pub sort: Option<Sort>,
    /// The shown rows in order; complete or not.
    pub order: RowOrder,
    /// The column.
    pub group: Option<String>,
    /// The sample.
    pub sample: Option<Sample>,
    /// Changes of computed columns so far.
    pub values: u64,
}

impl PartialEq for GroupingRequest {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shown, &other.shown)
            && self.sort == other.sort
            && self.order.is_complete() == other.order.is_complete()
            && self.group == other.group
            && self.sample == other.sample
            && self.values == other.values
    }
}

/// What can be asked of the gallery.
#[derive(Debug)]
pub enum GalleryCommand {
    /// The pane is on the screen.
    Want,
    /// Changes how it looks.
    Set(GallerySettings),
    /// Changes whose values stand below the crops.
    SetCaptions(Vec<String>),
    /// Selects the cells of a group.
    SelectGroup(usize),
    /// Shows the cells of a group only.
    FilterGroup(usize),
}

/// Work in the background.
pub enum GalleryJob {
    /// Groups the shown rows.
    Group {
        /// Columns.
        explorer: Explorer,
        /// The request.
        work: Started<GroupingRequest>,
    },
}

/// News.
pub enum GalleryEvent {
    /// The groups, or why there are none.
    Grouped {
        /// Which request.
        generation: u64,
        /// The groups.
        outcome: Result<RowGroups, String>,
    },
}

/// The gallery.
#[derive(Default)]
pub struct GalleryState {
    /// How it looks.
    pub settings: GallerySettings,
    /// The groups, where some were asked for.
    pub groups: Option<Arc<RowGroups>>,
    /// Why there are none.
    pub error: Option<String>,
    /// The running and the next grouping.
    pub work: Latest<GroupingRequest>,
}

impl Part for GalleryState {
    fn is_busy(&self) -> bool {
        self.work.is_running()
    }

    fn leave(&mut self) -> Vec<u64> {
        self.work.abandon();
        Vec::new()
    }
}

impl GalleryState {
    /// Whether the cells are put into groups or drawn at random; otherwise they are the table's.
    pub fn is_grouped(&self) -> bool {
        self.settings.group.is_some() || self.settings.sample.is_some()
    }
}
