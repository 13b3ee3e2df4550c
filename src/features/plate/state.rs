//! What the plate shows.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::latest::Latest;
use crate::model::parts::Part;
use cytolance_explore::{PlateMap, WellStatistic};
use cytolance_kernels::RowSet;
use cytolance_profile::OutlierRule;

/// Cells of which a share is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareOf {
    /// The selected ones.
    Selected,
    /// Those with a value of a category, such as a label.
    Value {
        /// Column.
        column: String,
        /// Value.
        value: String,
    },
    /// Those that a rule finds.
    Outliers(OutlierRule),
}

/// How the plate looks; part of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlateSettings {
    /// What a well's colour says.
    pub statistic: WellStatistic,
    /// The feature, for mean, median and MAD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// The cells, for the share.
    pub share_of: ShareOf,
    /// Sites inside the wells.
    pub sites: bool,
    /// Values in the wells.
    pub values: bool,
    /// Ends of the colours that a person set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
}

impl Default for PlateSettings {
    fn default() -> Self {
        Self {
            statistic: WellStatistic::Count,
            feature: None,
            share_of: ShareOf::Selected,
            sites: false,
            values: true,
            range: None,
        }
    }
}

/// What a map is made of.
#[derive(Clone)]
pub struct MapRequest {
    /// What is shown.
    pub settings: PlateSettings,
    /// Rows that pass the filters.
    pub shown: Arc<RowSet>,
    /// Selected rows.
    pub selection: Arc<RowSet>,
    /// Changes of computed columns so far.
    pub values: u64,
}

impl PartialEq for MapRequest {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shown, &other.shown)
            && Arc::ptr_eq(&self.selection, &other.selection)
            && self.settings == other.settings
            && self.values == other.values
    }
}

/// The plate.
#[derive(Default)]
pub struct PlateState {
    /// How it looks.
    pub settings: PlateSettings,
    /// The map.
    pub map: Option<Arc<PlateMap>>,
    /// Why there is none.
    pub error: Option<String>,
    /// The running and the next map.
    pub work: Latest<MapRequest>,
}

impl Part for PlateState {
    fn is_busy(&self) -> bool {
        self.work.is_running()
    }

    fn leave(&mut self) -> Vec<u64> {
        self.work.abandon();
        Vec::new()
    }
}
