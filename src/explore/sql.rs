//! Conditions in SQL, for columns that are filtered where they are stored.

use cytolance_profile::{ColumnInfo, ColumnKind, Condition};

/// The condition as SQL; `None` where it holds for every row. Says the same as the condition in memory, where NaN counts
/// as a missing value.
pub(super) fn of(condition: &Condition, column: Option<&ColumnInfo>, name: &str) -> Option<String> {
    let column = column?;
    let text = format!("CAST({name} AS STRING)");
    // A decimal is never NaN.
    let is_float = column.kind == ColumnKind::Float && !column.arrow_type.starts_with("decimal");
    Some(match condition {
        Condition::Range { min, max, .. } if min.is_nan() || max.is_nan() => "FALSE".to_owned(),
        Condition::Range { min, max, .. } => {
            // Whole numbers are compared as floats, as they are in memory; NaN is larger than every number there.
            let number = if is_float {
                name.to_owned()
            } else if column.kind == ColumnKind::Time {
                format!("CAST({} AS DOUBLE)", whole_of(column, name))
            } else {
                format!("CAST({name} AS DOUBLE)")
            };
            let bounds: Vec<String> = [(">=", min), ("<=", max)]
                .into_iter()
                .filter(|(_, bound)| bound.is_finite())
                .map(|(sign, bound)| format!("{number} {sign} {bound:?}"))
                .collect();
            match bounds.as_slice() {
                [] if min < max => return None,
                [] => "FALSE".to_owned(),
                bounds if is_float => format!("{} AND NOT isnan({name})", bounds.join(" AND ")),
                bounds => bounds.join(" AND "),
            }
        }
        Condition::OneOf { values, .. } if values.is_empty() => return None,
        Condition::OneOf { values, .. } => {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            format!("{text} IN ({})", values.join(", "))
        }
        Condition::Contains { text: wanted, .. } if wanted.is_empty() => return None,
        Condition::Contains { text: wanted, .. } => {
            format!(
                "strpos(lower({text}), {}) > 0",
                quoted(&wanted.to_lowercase())
            )
        }
        Condition::Equals { text: wanted, .. } => format!("{text} = {}", quoted(wanted)),
        Condition::Null { null, .. } => {
            let missing = if is_float {
                format!("({name} IS NULL OR isnan({name}))")
            } else {
                format!("({name} IS NULL)")
            };
            if *null {
                missing
            } else {
                format!("NOT {missing}")
            }
        }
        Condition::Rows { .. }
        | Condition::Gates { .. }
        | Condition::Outlier { .. }
        | Condition::Sql { .. } => return None,
    })
}

/// The number that stands for a time, in its unit.
fn whole_of(column: &ColumnInfo, name: &str) -> String {
    let is_short = ["date32", "time32"]
        .iter()
        .any(|kind| column.arrow_type.starts_with(kind));
    if is_short {
        format!("CAST({name} AS INT)")
    } else {
        format!("CAST({name} AS BIGINT)")
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
