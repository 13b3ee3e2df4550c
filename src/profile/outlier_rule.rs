//! Outlier rules as coSMicQC has them: features with z-score thresholds, all of which must hold.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Among which cells a z-score is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZScope {
    /// All cells of the dataset.
    #[default]
    Dataset,
    /// The cells of the same `Metadata_Plate`.
    Plate,
    /// Centre and spread are those of the cells whose value of `column` is one of `values`.
    Controls {
        /// Column that tells controls.
        column: String,
        /// Values of controls.
        values: BTreeSet<String>,
    },
}

/// One feature's threshold: a positive one is exceeded upwards (`z > t`), any other downwards (`z < t`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZThreshold {
    /// Column.
    pub feature: String,
    /// In standard deviations.
    pub z: f64,
}

/// A named set of thresholds, all of which an outlier exceeds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OutlierRule {
    /// Its name, unique among the rules of a session.
    pub name: String,
    /// The thresholds.
    pub thresholds: Vec<ZThreshold>,
    /// Among which cells z-scores are taken.
    pub scope: ZScope,
    /// Median and MAD (times 1.4826) instead of mean and population standard deviation.
    pub robust: bool,
    /// Missing values are left out. Otherwise, as in coSMicQC, one of them makes all z-scores of its column unknown, and
    /// so nothing an outlier.
    pub ignore_nulls: bool,
}

impl OutlierRule {
    /// The columns it looks at, those of its scope included.
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut columns: BTreeSet<&str> = self
            .thresholds
            .iter()
            .map(|threshold| threshold.feature.as_str())
            .collect();
        match &self.scope {
            ZScope::Dataset => {}
            ZScope::Plate => {
                columns.insert("Metadata_Plate");
            }
            ZScope::Controls { column, .. } => {
                columns.insert(column);
            }
        }
        columns
    }
}
