//! Outlier rules as coSMicQC has them: features with z-score thresholds, all of which must hold.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::KeyPart;

/// Among which cells a z-score is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZScope {
    /// All cells of the dataset.
    #[default]
    Dataset,
    /// The cells of the same plate.
    Plate,
    /// Centre and spread are those of the cells whose value of `column` is one of `values`.
    Controls {
        /// Column that tells controls.
        column: String,
        /// Values of controls.
        values: BTreeSet<String>,
    },
}

impl ZScope {
    /// Stands for the column of plates, which may have another name in a dataset.
    pub const PLATE: &str = "Metadata_Plate";

    /// Whether a column of this name says which cells are compared.
    pub fn is_told_by(&self, name: &str) -> bool {
        match self {
            Self::Dataset => false,
            Self::Plate => KeyPart::Plate.is_said_by(name),
            Self::Controls { column, .. } => column == name,
        }
    }

    /// The column that says which cells are compared, if one does.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Dataset => None,
            Self::Plate => Some(Self::PLATE),
            Self::Controls { column, .. } => Some(column),
        }
    }
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Cells that lack one of the rule's features are left out before anything is computed, as coSMicQC's `find_outliers`
    /// does. Otherwise, as in its `identify_outliers` and `label_outliers`, one missing value makes all z-scores of its
    /// column unknown, and so nothing an outlier.
    pub ignore_nulls: bool,
}

impl Default for OutlierRule {
    fn default() -> Self {
        Self {
            name: String::new(),
            thresholds: Vec::new(),
            scope: ZScope::Dataset,
            robust: false,
            ignore_nulls: true,
        }
    }
}

impl OutlierRule {
    /// The columns it looks at, those of its scope included.
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut columns: BTreeSet<&str> = self
            .thresholds
            .iter()
            .map(|threshold| threshold.feature.as_str())
            .collect();
        columns.extend(self.scope.column());
        columns
    }

    /// The column that says of every cell whether the rule finds it, as coSMicQC names it.
    pub fn flag_column(&self) -> String {
        format!("cqc.{}.is_outlier", self.name)
    }

    /// The column of a feature's z-scores, as coSMicQC names it.
    pub fn score_column(&self, feature: &str) -> String {
        format!("cqc.{}.Z_Score.{feature}", self.name)
    }
}
