//! Text in XML and HTML.

use std::fmt::Write as _;

/// Text that cannot be taken for markup, neither between tags nor in quotes.
pub fn escape_xml(text: &str) -> String {
    escaped(text, false)
}

/// The same in ASCII: other letters are written as their numbers.
pub fn escape_xml_ascii(text: &str) -> String {
    escaped(text, true)
}

fn escaped(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to say these.
            '\u{fffe}' | '\u{ffff}' => {}
            letter if letter.is_control() && !matches!(letter, '\n' | '\t') => {}
            letter if ascii && !letter.is_ascii() => {
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_text_again() {
        let cases = [
            (
                "a < b & \"c\"",
                "a &lt; b &amp; &quot;c&quot;",
                "a &lt; b &amp; &quot;c&quot;",
            ),
            ("a\u{0}b\u{7}\u{ffff}\tc\n", "ab\tc\n", "ab\tc\n"),
            ("5 µm, 𝛽", "5 µm, 𝛽", "5 &#181;m, &#120573;"),
            ("&#181;", "&amp;#181;", "&amp;#181;"),
        ];
        for (text, plain, ascii) in cases {
            assert_eq!(escape_xml(text), plain);
            assert_eq!(escape_xml_ascii(text), ascii);
        }
    }
}
