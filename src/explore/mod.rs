//! Columns in memory, filters, order, statistics. Polars lives here.

mod axes;
mod cache;
mod column;
mod error;
mod explorer;
mod filter;
mod order;
mod search;
mod summary;

pub use column::{Column, NULL_CODE, Values};
pub use error::ExploreError;
pub use explorer::{Explorer, QueryResult};
pub use search::search_columns;
pub use summary::{FilterHistogram, filter_histogram};
