//! What was noted while reading a table.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::text_column::ColumnDecision;
use super::{Coercion, MixedColumn, SourceRemark, remark_lists};

/// A row left out of a table, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRow {
    /// Line of the file (1 being the header), or row of the table.
    pub line: u64,
    /// Why the row was left out.
    pub reason: String,
}

/// What was noted while reading one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadNotes {
    /// Rows in the source, the rejected ones included.
    pub rows_in_file: usize,
    /// Rows of a table of several object sets in which this one has no object; they are not among the rows.
    #[serde(default)]
    pub padding: usize,
    /// What the numbers of the notes count: `line` of a file, or `row` of a table.
    pub unit: Cow<'static, str>,
    /// Rows left out.
    pub rejected: Vec<RejectedRow>,
    /// Values turned to null, the first ten thousand of each column.
    pub coerced: Vec<Coercion>,
    /// All values turned to null.
    pub num_coerced: usize,
    /// Text columns that hold some numbers.
    pub mixed: Vec<MixedColumn>,
    /// Columns left out, with the reason.
    pub columns_left_out: Vec<String>,
    /// Other remarks, such as bytes that are not UTF-8.
    #[serde(flatten, with = "remark_lists")]
    pub remarks: Vec<SourceRemark>,
}

impl Default for ReadNotes {
    fn default() -> Self {
        Self {
            rows_in_file: 0,
            padding: 0,
            unit: Cow::Borrowed("line"),
            rejected: Vec::new(),
            coerced: Vec::new(),
            num_coerced: 0,
            mixed: Vec::new(),
            columns_left_out: Vec::new(),
            remarks: Vec::new(),
        }
    }
}

impl ReadNotes {
    /// Takes over what was decided about a column.
    pub(super) fn take_decision(&mut self, column: &str, decision: &ColumnDecision) {
        self.num_coerced += decision.num_coerced;
        self.coerced
            .extend(decision.coerced.iter().map(|value| Coercion {
                column: column.to_owned(),
                ..value.clone()
            }));
        self.mixed
            .extend(decision.mixed.iter().map(|mixed| MixedColumn {
                column: column.to_owned(),
                ..mixed.clone()
            }));
        if let Some((_, example)) = &decision.commas {
            let mut remarks = self.remarks.iter_mut();
            let known = remarks.find_map(|remark| match remark {
                SourceRemark::CommaNumbers { columns, .. } => Some(columns),
                _ => None,
            });
            match known {
                Some(columns) => columns.push(column.to_owned()),
                None => self.remarks.push(SourceRemark::CommaNumbers {
                    columns: vec![column.to_owned()],
                    example: example.clone(),
                }),
            }
        }
        if let Some((values, example)) = &decision.rounded {
            self.remarks.push(SourceRemark::Rounded {
                column: column.to_owned(),
                values: *values,
                example: example.clone(),
            });
        }
        if let Some((values, example)) = &decision.converted {
            self.remarks.push(SourceRemark::PerhapsConverted {
                column: column.to_owned(),
                values: *values,
                example: example.clone(),
            });
        }
    }
}
