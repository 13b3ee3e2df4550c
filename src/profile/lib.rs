//! The vocabulary of the program: names and roles of columns, queries. No I/O.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod agreement;
mod category_color;
mod check_columns;
#[cfg(test)]
mod color_vision;
mod column;
mod column_search;
mod columns;
mod feature_meaning;
mod gate;
mod key_columns;
mod label;
mod outlier_rule;
mod plain_words;
mod published_rules;
mod query;
mod recently_used;
mod report_lines;
mod row_kind;
mod table_text;
mod thousands;
mod well;

pub use agreement::Agreement;
pub use category_color::{CATEGORY_COLORS, is_cytoplasm, outline_color};
pub use check_columns::{CHECK_COLUMNS, CheckColumn, check_meaning};
pub use column::{ColumnInfo, ColumnKind, ColumnName, Role};
pub use column_search::search_columns;
pub use columns::Columns;
pub use feature_meaning::feature_meaning;
pub use gate::{Gate, GateShape, GateTree, Side};
pub use key_columns::{KeyColumns, KeyPart};
pub use label::{LABEL_PREFIX, LabelClass, LabelSpec};
pub use outlier_rule::{OutlierRule, ZScope, ZThreshold};
pub use plain_words::plain_words;
pub use published_rules::{PublishedRule, published_rules};
pub use query::{Condition, Filter, Query, Sort};
pub use recently_used::RecentlyUsed;
pub use report_lines::{ChosenLines, LINE_WIDTH, choose_lines, fitted, fitted_text, kinds_first};
pub use row_kind::RowKind;
pub use table_text::{TableStyle, table_text};
pub use thousands::{counted, thousands};
pub use well::{PLATE_FORMATS, PlateFormat, Well, row_letters};
