//! Columns in memory, filters, order, statistics. Polars lives here.

mod axes;
mod bins;
mod cache;
mod column;
mod column_builder;
mod differences;
mod error;
mod explorer;
mod fields;
mod filter;
mod gates;
mod groups;
mod order;
mod outliers;
mod row_order;
mod search;
mod sql;
mod summary;

#[cfg(test)]
mod property_tests;

pub use column::{Column, NULL_CODE, Values};
pub use differences::{Difference, differences};
pub use error::ExploreError;
pub use explorer::{Explorer, QueryResult};
pub use fields::{FieldIndex, field_columns};
pub use gates::gate_rows;
pub use groups::{GroupStatistics, group_statistics};
pub use outliers::outlier_rows;
pub use row_order::RowOrder;
pub use search::search_columns;
pub use summary::{FilterHistogram, filter_histogram};
