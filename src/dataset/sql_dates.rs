//! Dates in conditions as people write them: `date > 2024-01-01`, which SQL takes for a subtraction.

use std::borrow::Cow;

/// The condition with bare dates and moments between quotes. Texts and names in quotes are left alone.
pub(super) fn with_dates_quoted(sql: &str) -> Cow<'_, str> {
    let bytes = sql.as_bytes();
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'\'' | b'"' | b'`') => {
                let end = bytes[at + 1..].iter().position(|byte| *byte == quote);
                at += end.map_or(bytes.len() - at, |end| end + 2);
            }
            byte if byte.is_ascii_digit() => {
                let length = moment(&bytes[at..]);
                let follows_name = at > 0 && is_of_a_name(bytes[at - 1]);
                if length > 0 && !follows_name {
                    out.push_str(&sql[copied..at]);
                    out.push('\'');
                    out.push_str(&sql[at..at + length]);
                    out.push('\'');
                    at += length;
                    copied = at;
                } else {
                    at += bytes[at..]
                        .iter()
                        .take_while(|byte| is_of_a_name(**byte))
                        .count();
                }
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(sql);
    }
    out.push_str(&sql[copied..]);
    Cow::Owned(out)
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
    fn bare_dates_get_quotes_and_nothing_else_does() {
        let cases = [
            ("date > 2024-01-01", "date > '2024-01-01'"),
            (
                "at BETWEEN 2024-01-01T08:00 AND 2024-01-31 17:30:00.5+01:00",
                "at BETWEEN '2024-01-01T08:00' AND '2024-01-31 17:30:00.5+01:00'",
            ),
            ("(at<=2024-12-31T23:59:59Z)", "(at<='2024-12-31T23:59:59Z')"),
            ("date > '2024-01-01'", "date > '2024-01-01'"),
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
                "ä = 'it''s 2024-01-01' OR d = '2024-01-01'",
            ),
        ];
        for (sql, expected) in cases {
            assert_eq!(with_dates_quoted(sql), expected);
        }
    }
}
