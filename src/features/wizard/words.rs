//! Sizes, times and types as a person says them.

pub use crate::model::task::duration;
use cytolance_profile::{RowKind, thousands};

/// Bytes with a unit.
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    for (unit, size) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] {
        if count >= size {
            let value = count / size;
            return if value < 10.0 {
                format!("{value:.1} {unit}")
            } else {
                format!("{value:.0} {unit}")
            };
        }
    }
    format!("{count:.0} bytes")
}

/// A number with its noun.
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{} {many}", thousands(number))
    }
}

/// A number of rows with what they are.
pub fn rows(number: usize, kind: RowKind) -> String {
    if kind.is_profile() {
        let many = kind.rows();
        return count(number, many.trim_end_matches('s'), many);
    }
    count(number, "cell", "cells")
}

/// A column's type.
pub fn kind(data_type: &str) -> &'static str {
    let name = data_type.to_lowercase();
    if name.contains("float") || name.contains("decimal") {
        "number"
    } else if name.contains("int") {
        "whole number"
    } else if name.contains("utf8") || name.contains("dictionary") {
        "text"
    } else if name.contains("bool") {
        "yes or no"
    } else if name.contains("time") || name.contains("date") {
        "time"
    } else if name.contains("null") {
        "empty"
    } else {
        "other"
    }
}

/// A rate: how many a second, or a minute where that is few.
pub fn rate(number: usize, seconds: f64, what: &str) -> Option<String> {
    if number == 0 || seconds < 0.2 {
        return None;
    }
    let a_second = number as f64 / seconds;
    Some(if a_second >= 10.0 {
        format!("{} {what} a second", thousands(a_second.round() as usize))
    } else if a_second >= 0.5 {
        format!("{a_second:.1} {what} a second")
    } else {
        format!("{:.1} {what} a minute", a_second * 60.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_short() {
        for (number, text) in [
            (12, "12 bytes"),
            (1_400, "1.4 kB"),
            (24_300_000, "24 MB"),
            (3_210_000_000, "3.2 GB"),
        ] {
            assert_eq!(bytes(number), text);
        }
        for (seconds, text) in [
            (0.2, "a few seconds"),
            (40.4, "40 s"),
            (200.0, "3 min"),
            (7_500.0, "2 h 5 min"),
        ] {
            assert_eq!(duration(seconds), text);
        }
        assert_eq!(count(1, "cell", "cells"), "1 cell");
        assert_eq!(rows(1, RowKind::Objects), "1 cell");
        assert_eq!(rows(1, RowKind::Wells), "1 well profile");
        assert_eq!(rows(384, RowKind::Wells), "384 well profiles");
        assert_eq!(count(1200, "cell", "cells"), "1,200 cells");
        assert_eq!(kind("Float64"), "number");
        assert_eq!(kind("Int64"), "whole number");
        assert_eq!(kind("LargeUtf8"), "text");
        assert_eq!(
            rate(30, 2.0, "fields").as_deref(),
            Some("15 fields a second")
        );
        assert_eq!(
            rate(1, 10.0, "fields").as_deref(),
            Some("6.0 fields a minute")
        );
        assert_eq!(rate(0, 10.0, "fields"), None);
    }
}
