//! Dates in conditions as people write them: `date > 2024-01-01`, which SQL takes for a subtraction.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The condition with dates, moments and times of day, bare or between quotes, as texts that are compared as the column
/// is: Lance takes no plain text for a time. Other texts and names in quotes are left alone.
pub(super) fn with_dates_quoted(sql: &str) -> Cow<'_, str> {
    let bytes = sql.as_bytes();
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        let (text, end) = match bytes[at] {
            quote @ (b'\'' | b'"' | b'`') => {
                let length = bytes[at + 1..].iter().position(|byte| *byte == quote);
                let end = length.map_or(bytes.len(), |length| at + length + 2);
                let inside = sql.get(at + 1..end - 1).unwrap_or_default();
                let is_time = quote == b'\'' && is_moment(inside) && !is_typed(&sql[..at]);
                (is_time.then_some(inside), end)
            }
            byte if byte.is_ascii_digit() => {
                let length = moment(&bytes[at..]);
                let follows_name = at > 0 && is_of_a_name(bytes[at - 1]);
                if length > 0 && !follows_name {
                    (Some(&sql[at..at + length]), at + length)
                } else {
                    let name = bytes[at..].iter().take_while(|byte| is_of_a_name(**byte));
                    (None, at + name.count())
                }
            }
            _ => (None, at + 1),
        };
        if let Some(text) = text {
            let text = with_seconds(text);
            let _ = write!(out, "{}CAST('{text}' AS STRING)", &sql[copied..at]);
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return Cow::Borrowed(sql);
    }
    out.push_str(&sql[copied..]);
    Cow::Owned(out)
}

/// A moment or a time of day with its seconds: without them Arrow reads neither.
pub fn with_seconds(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let clock = match matching(bytes, b"0000-00-00") {
        0 => 0,
        date => date + 1,
    };
    let minutes = clock + matching(bytes.get(clock..).unwrap_or_default(), b"00:00");
    if minutes == clock || bytes.get(minutes) == Some(&b':') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}:00{}", &text[..minutes], &text[minutes..]))
}

/// Whether a text is a date, a moment or a time of day, and nothing else.
fn is_moment(text: &str) -> bool {
    let bytes = text.as_bytes();
    let clock = matching(bytes, b"00:00");
    let seconds = clock + matching(&bytes[clock..], b":00");
    let fraction = match bytes.get(seconds) {
        Some(b'.') if seconds > clock => {
            let digits = bytes[seconds + 1..].iter();
            1 + digits.take_while(|byte| byte.is_ascii_digit()).count()
        }
        _ => 0,
    };
    !text.is_empty()
        && (moment(bytes) == text.len() || clock > 0 && seconds + fraction == text.len())
}

/// Whether what comes before a text says already of which type it is: `date '2024-01-01'`.
fn is_typed(before: &str) -> bool {
    let mut words = before
        .trim_end()
        .rsplit(|letter: char| !letter.is_ascii_alphanumeric());
    let word = words.next().unwrap_or_default();
    ["date", "time", "timestamp", "datetime"]
        .iter()
        .any(|kind| word.eq_ignore_ascii_case(kind))
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || !byte.is_ascii()
}

/// The length of the date, with or without a time of day, that a text begins with; 0 where it does not.
fn moment(text: &[u8]) -> usize {
    let date = matching(text, b"0000-00-00");
    let number = |from: usize| (text[from] - b'0') * 10 + (text[from + 1] - b'0');
    if date == 0 || !(1..=12).contains(&number(5)) || !(1..=31).contains(&number(8)) {
        return 0;
    }
    let mut end = date;
    if matches!(text.get(end), Some(b'T' | b' ')) {
        let minutes = matching(&text[end + 1..], b"00:00");
        if minutes > 0 {
            end += 1 + minutes;
            end += matching(&text[end..], b":00");
            if text.get(end) == Some(&b'.') {
                let digits = text[end + 1..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit());
                end += 1 + digits.count();
            }
            end += match text.get(end) {
                Some(b'Z') => 1,
                Some(b'+' | b'-') => match matching(&text[end + 1..], b"00:00") {
                    0 => 0,
                    zone => zone + 1,
                },
                _ => 0,
            };
        }
    }
    let goes_on = text
        .get(end)
        .is_some_and(|byte| is_of_a_name(*byte) || *byte == b'-');
    if goes_on { 0 } else { end }
}

/// The length of a pattern in which a 0 is any digit, where the text begins so; else 0.
fn matching(text: &[u8], pattern: &[u8]) -> usize {
    let fits = text.len() >= pattern.len()
        && pattern.iter().zip(text).all(|(wanted, byte)| match wanted {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        });
    if fits { pattern.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_texts_of_the_columns_type_and_nothing_else_is() {
        let cases = [
            ("date > 2024-01-01", "date > <2024-01-01>"),
            (
                "at BETWEEN 2024-01-01T08:00 AND 2024-01-31 17:30:00.5+01:00",
                "at BETWEEN <2024-01-01T08:00:00> AND <2024-01-31 17:30:00.5+01:00>",
            ),
            ("(at<=2024-12-31T23:59:59Z)", "(at<=<2024-12-31T23:59:59Z>)"),
            ("date > '2024-01-01'", "date > <2024-01-01>"),
            (
                "clock < '08:30' OR clock > '09:00:01.5'",
                "clock < <08:30:00> OR clock > <09:00:01.5>",
            ),
            ("day > date '2024-01-01'", "day > date '2024-01-01'"),
            (
                "at > TIMESTAMP'2024-01-01 00:00:00'",
                "at > TIMESTAMP'2024-01-01 00:00:00'",
            ),
            (
                "\"2024-01-01\" > 3 AND `x 2024-01-01` = 1",
                "\"2024-01-01\" > 3 AND `x 2024-01-01` = 1",
            ),
            ("a > 2024-13-01", "a > 2024-13-01"),
            (
                "a > 12024-10-01 AND b < 2024-1-1",
                "a > 12024-10-01 AND b < 2024-1-1",
            ),
            ("v2024-01-01 > 5", "v2024-01-01 > 5"),
            ("a = 2024-01-01-5", "a = 2024-01-01-5"),
            (
                "ä = 'it''s 2024-01-01' OR d = 2024-01-01",
                "ä = 'it''s 2024-01-01' OR d = <2024-01-01>",
            ),
            ("a = '' OR b = 'open", "a = '' OR b = 'open"),
        ];
        for (sql, expected) in cases {
            let found = with_dates_quoted(sql);
            let found = found.replace("CAST('", "<").replace("' AS STRING)", ">");
            assert_eq!(found, expected, "{sql}");
        }
    }
}
