//! Arithmetic on whole columns and sets of rows, on all cores: what sorting, grouping, counting and plotting are made of.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod finite_range;
mod float_order;
mod histogram;
mod moments;
mod partition;
pub mod polygon;
mod quantiles;
mod row_set;

pub use finite_range::finite_range;
pub use float_order::{float_key, float_of_key};
pub use histogram::{Bins, Histogram};
pub use moments::{MAD_TO_DEVIATION, Moments};
pub use partition::{Partition, parts_of};
pub use polygon::polygon_contains;
pub use quantiles::{median, quantile};
pub use row_set::{RowSet, WORD_ROWS};
