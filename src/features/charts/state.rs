//! Which chart is shown.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::latest::Latest;
use crate::model::parts::Part;
use cytolance_explore::Correlation;
use cytolance_kernels::RowSet;
use cytolance_plot::figure::Figure;

/// A kind of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Counts in bins.
    #[default]
    Histogram,
    /// Quartiles by group.
    Box,
    /// Densities by group.
    Violin,
    /// Shares at or below each value.
    Distribution,
    /// Correlations of several features.
    Correlation,
}

impl ChartKind {
    /// All, with their names.
    pub const ALL: [(Self, &str); 5] = [
        (Self::Histogram, "histogram"),
        (Self::Box, "box"),
        (Self::Violin, "violin"),
        (Self::Distribution, "distribution"),
        (Self::Correlation, "correlation"),
    ];
}

/// How the chart looks; part of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChartSettings {
    /// Its kind.
    pub kind: ChartKind,
    /// The feature; that of the scatter plot's horizontal axis without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// The column whose values make groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Features of the correlation; the numbers of the table where empty.
    pub features: Vec<String>,
    /// Which correlation.
    pub correlation: Correlation,
    /// Bins of the histogram.
    pub bins: usize,
    /// Counts by their logarithm.
    pub log_counts: bool,
}

impl Default for ChartSettings {
    fn default() -> Self {
        Self {
            kind: ChartKind::Histogram,
            feature: None,
            group: None,
            features: Vec::new(),
            correlation: Correlation::Pearson,
            bins: 60,
            log_counts: false,
        }
    }
}

/// What a chart is made of.
#[derive(Clone)]
pub struct ChartRequest {
    /// How it looks, features filled in.
    pub settings: ChartSettings,
    /// Size in points.
    pub size: [u32; 2],
    /// Rows that pass the filters.
    pub shown: Arc<RowSet>,
    /// Selected rows.
    pub selection: Arc<RowSet>,
    /// Values with names that are marked on the feature's axis.
    pub thresholds: Vec<(String, f64)>,
    /// Changes of computed columns so far.
    pub values: u64,
}

impl PartialEq for ChartRequest {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shown, &other.shown)
            && Arc::ptr_eq(&self.selection, &other.selection)
            && self.settings == other.settings
            && self.size == other.size
            && self.thresholds == other.thresholds
            && self.values == other.values
    }
}

/// A finished chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// The figure.
    pub figure: Figure,
    /// What it was made of.
    pub settings: ChartSettings,
    /// Names of its groups.
    pub groups: Vec<String>,
    /// What else is to be said.
    pub note: String,
    /// The cells that it shows.
    pub shown: Arc<RowSet>,
}

/// Charts.
#[derive(Default)]
pub struct ChartsState {
    /// How the chart looks.
    pub settings: ChartSettings,
    /// The chart.
    pub chart: Option<Arc<Chart>>,
    /// The name that was typed or chosen for its file.
    pub file: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// The running and the next chart.
    pub work: Latest<ChartRequest>,
}

impl Part for ChartsState {
    fn is_busy(&self) -> bool {
        self.work.is_running()
    }

    fn leave(&mut self) -> Vec<u64> {
        self.work.abandon();
        Vec::new()
    }
}
