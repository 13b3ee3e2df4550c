//! The vocabulary of the program: names and roles of columns, sets of rows, queries. No I/O.

mod column;
mod query;
mod row_set;

pub use column::{ColumnInfo, ColumnKind, ColumnName, Role};
pub use query::{Condition, Filter, Query, Sort};
pub use row_set::{RowSet, WORD_ROWS};
