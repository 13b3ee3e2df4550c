//! Conditions and rules in words.

use cytolance_profile::{Condition, OutlierRule, Query};

/// Which cells a query leaves, in words.
pub fn cells_in_words(query: &Query) -> String {
    let words: Vec<String> = query
        .active()
        .map(|filter| words_of(&filter.condition))
        .collect();
    if words.is_empty() {
        "all cells".to_owned()
    } else {
        words.join("; ")
    }
}

/// A condition as a sentence.
pub fn words_of(condition: &Condition) -> String {
    match condition {
        Condition::Range { column, min, max } => match (min.is_finite(), max.is_finite()) {
            (true, true) => format!("{column} from {min} to {max}"),
            (true, false) => format!("{column} at least {min}"),
            (false, true) => format!("{column} at most {max}"),
            (false, false) => format!("{column}: any"),
        },
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
