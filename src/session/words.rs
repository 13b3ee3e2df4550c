//! Conditions and rules in words.

use cytolance_dataset::CellDataset;
use cytolance_explore::Whole;
use cytolance_profile::{Condition, OutlierRule, Query};

/// Which cells of a dataset a query leaves, in words.
pub fn cells_in_words(query: &Query, dataset: &CellDataset) -> String {
    let words: Vec<String> = query
        .active()
        .map(|filter| words_of(&filter.condition, dataset))
        .collect();
    if words.is_empty() {
        "all cells".to_owned()
    } else {
        words.join("; ")
    }
}

/// A condition on a dataset as a sentence.
pub fn words_of(condition: &Condition, dataset: &CellDataset) -> String {
    match condition {
        Condition::Range { column, min, max } => {
            let whole = dataset.data_type(column).and_then(Whole::of);
            // The bounds of times are dates, not numbers.
            let bound = |bound: f64| match &whole {
                Some(whole) => whole.bound_text(bound),
                None => bound.to_string(),
            };
            match (min.is_finite(), max.is_finite()) {
                (true, true) => format!("{column} from {} to {}", bound(*min), bound(*max)),
                (true, false) => format!("{column} at least {}", bound(*min)),
                (false, true) => format!("{column} at most {}", bound(*max)),
                (false, false) => format!("{column}: any"),
            }
        }
        Condition::OneOf { column, values } if values.is_empty() => format!("{column}: any"),
        Condition::OneOf { column, values } => {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            format!("{column} is {}", values.join(" or "))
        }
        Condition::Contains { column, text } => format!("{column} contains «{text}»"),
        Condition::Equals { column, text } => format!("{column} is «{text}»"),
        Condition::Null { column, null: true } => format!("{column} is missing"),
        Condition::Null {
            column,
            null: false,
        } => format!("{column} is there"),
        Condition::Rows { name, rows } => format!("{name}: {} cells chosen by hand", rows.count()),
        Condition::Gates { name, tree } => {
            let columns: Vec<&str> = tree.columns().into_iter().collect();
            format!("{name}, on {}", columns.join(", "))
        }
        Condition::Outlier { rule } => format!("outliers: {}", rule_words(rule)),
        Condition::Sql { text } => text.clone(),
    }
}

pub(super) fn rule_words(rule: &OutlierRule) -> String {
    let parts: Vec<String> = rule
        .thresholds
        .iter()
        .map(|threshold| {
            let sign = if threshold.z > 0.0 { ">" } else { "<" };
            format!("z({}) {sign} {}", threshold.feature, threshold.z)
        })
        .collect();
    let kind = if rule.robust { ", robust z-scores" } else { "" };
    format!("{}: {}{kind}", rule.name, parts.join(" and "))
}
