//! Numbers as they are read, not as they are stored.

/// `value` in four to five significant digits: integers as integers, very small and very large ones in powers of ten.
///
/// For reading only. What a person may edit or copy is written with all its digits.
pub fn format_number(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "-∞" }.to_owned();
    }
    if size == 0.0 {
        return "0".to_owned();
    }
    if size.fract() == 0.0 && size < 1e15 {
        return format!("{value:.0}");
    }
    if !(1e-4..1e9).contains(&size) {
        let text = format!("{value:.*e}", if size < 1.0 { 2 } else { 3 });
        return match text.split_once('e') {
            Some((digits, power)) => format!("{}e{power}", without_trailing_zeros(digits)),
            None => text,
        };
    }
    let magnitude = size.log10().floor() as i32;
    // A leading `0.` takes the place of the fifth digit.
    let digits = if magnitude < 0 { 3 } else { 4 };
    let decimals = usize::try_from(digits - magnitude).unwrap_or(0);
    without_trailing_zeros(&format!("{value:.decimals$}")).to_owned()
}

fn without_trailing_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

/// A number as people type it: also with a decimal comma or a typographic minus. NaN is none, and so is nothing.
pub fn parse_number(text: &str) -> Option<f64> {
    if text.trim().is_empty() {
        return None;
    }
    parse_number_or(text, f64::NAN)
}

/// The same; nothing stands for `empty`.
pub(super) fn parse_number_or(text: &str, empty: f64) -> Option<f64> {
    let text = text.trim().replace('−', "-").replace('∞', "inf");
    if text.is_empty() {
        return Some(empty);
    }
    let text = if text.contains('.') {
        text
    } else {
        text.replacen(',', ".", 1)
    };
    text.parse().ok().filter(|value: &f64| !value.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-42.0, "-42"),
            (1_234_567.0, "1234567"),
            (123_456_789_012_345.0, "123456789012345"),
            (1e15, "1e15"),
            (1.234_56e20, "1.235e20"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.3333"),
            (-2.0 / 3.0, "-0.6667"),
            (1.234_567_89, "1.2346"),
            (12.345_678_9, "12.346"),
            (123.456_789, "123.46"),
            (1_234.567_89, "1234.6"),
            (12_345.678_9, "12346"),
            (123_456.789, "123457"),
            (2.999_999_9, "3"),
            (9.999_99, "10"),
            (0.999_99, "1"),
            (0.012_345_678, "0.01235"),
            (0.000_123_456, "0.0001235"),
            (1.234e-7, "1.23e-7"),
            (1e-7, "1e-7"),
            (5e-324, "4.94e-324"),
            (f64::MAX, "1.798e308"),
            (1_234_567_890.5, "1.235e9"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "-∞"),
            (f64::NAN, "NaN"),
        ];
        for (value, expected) in cases {
            assert_eq!(format_number(value), expected, "{value:e}");
        }
    }
}
