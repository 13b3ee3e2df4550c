//! Counts as people read them.

/// A number with commas between groups of three digits.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// So many things of a kind: `1 mark`, `2,000 marks`. The kind's plural ends with an s.
pub fn counted(number: usize, kind: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {kind}{plural}", thousands(number))
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_is_not_many() {
        for (number, text) in [(0, "0 marks"), (1, "1 mark"), (2000, "2,000 marks")] {
            assert_eq!(super::counted(number, "mark"), text);
        }
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(super::thousands(number), text);
        }
    }
}
