//! The vocabulary of the program: names and roles of columns, sets of rows, queries. No I/O.

mod agreement;
mod category_color;
mod check_columns;
#[cfg(test)]
mod color_vision;
mod column;
mod column_search;
mod feature_meaning;
mod gate;
mod key_columns;
mod label;
mod outlier_rule;
mod published_rules;
mod quantiles;
mod query;
mod row_set;
mod thousands;
mod well;

pub use agreement::Agreement;
pub use category_color::{CATEGORY_COLORS, is_cytoplasm, outline_color};
pub use check_columns::{CHECK_COLUMNS, CheckColumn, check_meaning};
pub use column::{ColumnInfo, ColumnKind, ColumnName, Role};
pub use column_search::search_columns;
pub use feature_meaning::feature_meaning;
pub use gate::{Gate, GateShape, GateTree, Side};
pub use key_columns::{KeyColumns, KeyPart};
pub use label::{LABEL_PREFIX, LabelClass, LabelSpec};
pub use outlier_rule::{OutlierRule, ZScope, ZThreshold};
pub use published_rules::{PublishedRule, published_rules};
pub use quantiles::{median, quantile};
pub use query::{Condition, Filter, Query, Sort};
pub use row_set::{RowSet, WORD_ROWS};
pub use thousands::{counted, thousands};
pub use well::{PLATE_FORMATS, PlateFormat, Well, row_letters};
