//! One condition on one column.

use super::column::NULL_CODE;
use super::{Column, Values};
use crate::profile::{Condition, RowSet};

/// Takes away the rows for which a condition does not hold. Nulls pass only `Null`.
pub(super) fn keep(column: &Column, condition: &Condition, shown: &mut RowSet) {
    match condition {
        Condition::Range { min, max, .. } => {
            if min.is_infinite() && max.is_infinite() && min < max {
                // An open range is a filter that was just added: it leaves everything.
                return;
            }
            if let Some(numbers) = column.numbers() {
                // NaN is in no range.
                retain(shown, |row| {
                    numbers
                        .get(row as usize)
                        .is_some_and(|value| value >= min && value <= max)
                });
            }
        }
        // Nothing chosen leaves everything.
        Condition::OneOf { values, .. } if values.is_empty() => {}
        Condition::OneOf { values, .. } => by_text(column, shown, |text| values.contains(text)),
        Condition::Contains { text, .. } => {
            let needle = text.to_lowercase();
            if !needle.is_empty() {
                by_text(column, shown, |text| text.to_lowercase().contains(&needle));
            }
        }
        Condition::Equals { text: wanted, .. } => by_text(column, shown, |text| text == wanted),
        Condition::Null { null, .. } => retain(shown, |row| column.is_null(row) == *null),
        // These need no column.
        Condition::Rows { .. } | Condition::Sql { .. } => {}
    }
}

/// Categories are tested once each, not once a row.
fn by_text(column: &Column, shown: &mut RowSet, test: impl Fn(&str) -> bool) {
    match &column.values {
        Values::Categories { codes, names } => {
            let passes: Vec<bool> = names.iter().map(|name| test(name)).collect();
            retain(shown, |row| {
                codes.get(row as usize).is_some_and(|code| {
                    *code != NULL_CODE && passes.get(*code as usize) == Some(&true)
                })
            });
        }
        _ => retain(shown, |row| {
            column.text(row).is_some_and(|text| test(&text))
        }),
    }
}

fn retain(shown: &mut RowSet, test: impl Fn(u32) -> bool) {
    let out: Vec<u32> = shown.iter().filter(|row| !test(*row)).collect();
    for row in out {
        shown.set(row, false);
    }
}
