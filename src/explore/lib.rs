//! Columns in memory, filters, order, statistics. Polars lives here.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod axes;
mod bins;
mod column;
mod column_builder;
mod differences;
mod distributions;
mod error;
mod explorer;
mod fields;
mod filter;
mod gates;
mod groups;
mod order;
mod outliers;
mod plate_map;
mod row_groups;
mod row_order;
mod rule_flag;
mod sql;
mod suggest;
mod summary;
mod well_keys;
mod whole;
mod z_score_cache;

#[cfg(test)]
mod property_tests;

#[cfg(test)]
#[path = "../dataset/samples.rs"]
pub mod samples;

pub use column::{Column, NULL_CODE, Values};
pub use differences::{Difference, differences};
pub use distributions::{
    Correlation, GroupCounts, GroupValues, chart_groups, correlations, counts_by_group,
    rows_in_bin, values_by_group,
};
pub use error::ExploreError;
pub use explorer::{Explorer, QueryResult};
pub use fields::{FieldIndex, field_columns};
pub use gates::{gate_bound, gate_rows};
pub use groups::{GroupStatistics, group_statistics};
pub use outliers::{Z_BINS, ZHistogram, ZScale, outlier_rows, z_scores};
pub use plate_map::{
    PlateInput, PlateMap, PlateValues, SiteValue, WellStatistic, WellValue, plate_map,
    rows_of_wells,
};
pub use row_groups::{RowGroups, Sample, row_groups};
pub use row_order::RowOrder;
pub use rule_flag::{RuleFlag, not_used, rule_flag, rule_inputs};
pub use suggest::{HistogramPair, Suggestion, Suggestions, comparable_features, suggest};
pub use summary::{FilterHistogram, filter_histogram};
pub use whole::Whole;
pub use z_score_cache::{FeatureScores, RuleAccount, ZScoreCache};
