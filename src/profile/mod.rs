//! The vocabulary of the program: names and roles of columns, sets of rows, queries. No I/O.

mod agreement;
mod column;
mod gate;
mod label;
mod outlier_rule;
mod query;
mod row_set;

pub use agreement::Agreement;
pub use column::{ColumnInfo, ColumnKind, ColumnName, Role};
pub use gate::{Gate, GateShape, GateTree, Side};
pub use label::{LABEL_PREFIX, LabelClass, LabelSpec};
pub use outlier_rule::{OutlierRule, ZScope, ZThreshold};
pub use query::{Condition, Filter, Query, Sort};
pub use row_set::{RowSet, WORD_ROWS};
