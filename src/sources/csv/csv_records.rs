//! Where records and fields of a CSV file begin and end.
//!
//! Quotes follow Python's csv defaults, which CellProfiler writes with: a quote opens a quoted field only at its
//! beginning, two quotes inside stand for one, and everything else is literal.

use std::borrow::Cow;
use std::convert::Infallible;

use memchr::{memchr, memchr2};

/// What separates fields, the usual ones first.
const FIELD_SEPARATORS: [u8; 5] = [b',', b'\t', b';', b'|', b':'];

/// How a file separates its fields and records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separators {
    /// A comma, a tab, or another sign.
    pub field: u8,
    /// Line feed; a carriage return in files of the old Macintosh.
    pub record: u8,
    /// Fractions are written with a comma, as programs do in many countries.
    pub decimal_comma: bool,
}

/// Rows that are looked at to see how fractions are written.
const ROWS_LOOKED_AT: usize = 50;

impl Separators {
    /// Told from the first line: what it has most of outside quotation marks, a comma before others. A space separates
    /// only where nothing else does.
    pub fn detect(beginning: &[u8]) -> Self {
        let record = if memchr(b'\n', beginning).is_none() && memchr(b'\r', beginning).is_some() {
            b'\r'
        } else {
            b'\n'
        };
        let header = beginning
            .split(|byte| *byte == record)
            .find(|line| !line.iter().all(u8::is_ascii_whitespace))
            .unwrap_or_default();
        let mut counts = FIELD_SEPARATORS.map(|separator| (separator, 0));
        let mut is_quoted = false;
        for byte in header {
            is_quoted ^= *byte == b'"';
            if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| separator == byte) {
                *count += usize::from(!is_quoted);
            }
        }
        let most = |best: (u8, usize), next: &(u8, usize)| {
            if next.1 > best.1 { *next } else { best }
        };
        let (mut field, count) = counts.iter().fold((b',', 0), most);
        let has_words = header.trim_ascii().contains(&b' ');
        if count == 0 && has_words {
            field = b' ';
        }
        let separators = Self {
            field,
            record,
            decimal_comma: false,
        };
        Self {
            decimal_comma: field != b',' && separators.has_decimal_commas(beginning),
            ..separators
        }
    }

    /// Whether the first rows have fractions with a comma, and none with a point.
    fn has_decimal_commas(self, beginning: &[u8]) -> bool {
        let mut found = [false; 2];
        let mut rest = beginning;
        for _ in 0..ROWS_LOOKED_AT {
            let len = self.record_len(rest).unwrap_or(rest.len());
            let mut look = Every(|_, field: Cow<'_, [u8]>| {
                for (found, sign) in found.iter_mut().zip([b',', b'.']) {
                    *found |= is_fraction(&field, sign);
                }
            });
            self.walk(&rest[..len], &mut look);
            rest = &rest[(len + 1).min(rest.len())..];
        }
        found == [true, false]
    }

    /// Length of the record at the beginning of `bytes`, without its line break; `None` when it does not end there.
    pub fn record_len(self, bytes: &[u8]) -> Option<usize> {
        let found = memchr2(self.record, b'"', bytes)?;
        if bytes[found] == self.record {
            return Some(found);
        }
        // A quote: from here on it matters where fields begin.
        let mut at = 0;
        loop {
            if bytes.get(at) == Some(&b'"') {
                at = quoted_len(&bytes[at..])? + at;
            }
            // What follows a closing quote belongs to the field until the next separator.
            let rest = &bytes[at..];
            let end = memchr2(self.field, self.record, rest)?;
            if rest[end] == self.record {
                return Some(at + end);
            }
            at += end + 1;
        }
    }

    /// Line breaks within a record.
    pub fn count_lines(self, record: &[u8]) -> u64 {
        memchr::memchr_iter(self.record, record).count() as u64
    }

    /// Whether every quote of a record without line break is closed.
    pub fn is_closed(self, record: &[u8]) -> bool {
        let mut at = 0;
        loop {
            let rest = &record[at..];
            let inner = if rest.first() == Some(&b'"') {
                let Some(quoted) = quoted_len(rest) else {
                    return false;
                };
                quoted
            } else {
                0
            };
            match memchr(self.field, &rest[inner..]) {
                Some(end) => at += inner + end + 1,
                None => return true,
            }
        }
    }

    /// Calls `take` with the number and the content of every field of a record; returns their number. Fractions have a
    /// point.
    pub fn fields<'a>(self, record: &'a [u8], take: impl FnMut(usize, Cow<'a, [u8]>)) -> usize {
        self.visit(record, &mut Every(take))
    }

    /// Goes through the fields of a record; returns their number. Fractions have a point.
    pub fn visit<'a>(self, record: &'a [u8], fields: &mut impl Fields<'a>) -> usize {
        if self.decimal_comma {
            return self.walk(
                record,
                &mut Every(|number, field: Cow<'a, [u8]>| {
                    fields.take(number, pointed(field));
                }),
            );
        }
        self.walk(record, fields)
    }

    /// The fields as they are written.
    fn walk<'a>(self, record: &'a [u8], fields: &mut impl Fields<'a>) -> usize {
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        let mut number = 0;
        let mut at = 0;
        loop {
            let rest = &record[at..];
            if let Some((plain, len)) = fields.plain(number, rest)
                && rest.get(len).is_none_or(|byte| *byte == self.field)
            {
                fields.take_plain(number, plain, &rest[..len]);
                number += 1;
                if len == rest.len() {
                    return number;
                }
                at += len + 1;
            } else if rest.first() == Some(&b'"') {
                let quoted = quoted_len(rest).unwrap_or(rest.len());
                let tail = memchr(self.field, &rest[quoted..]);
                let end = tail.map_or(rest.len(), |tail| quoted + tail);
                fields.take(
                    number,
                    Cow::Owned(unquoted(&rest[..quoted], &rest[quoted..end])),
                );
                number += 1;
                if tail.is_none() {
                    return number;
                }
                at += end + 1;
            } else {
                let end = memchr(self.field, rest);
                fields.take(number, Cow::Borrowed(&rest[..end.unwrap_or(rest.len())]));
                number += 1;
                match end {
                    None => return number,
                    Some(end) => at += end + 1,
                }
            }
        }
    }
}

/// What takes the fields of records.
pub(super) trait Fields<'a> {
    /// What a plain value is.
    type Plain;

    /// Reads a plain value from the beginning of what is left of a record, and how long it is. Most fields are such:
    /// their end is where the number ends, and nobody has to look for it before.
    fn plain(&self, field: usize, rest: &[u8]) -> Option<(Self::Plain, usize)>;

    /// Takes a field that is a plain value and nothing else.
    fn take_plain(&mut self, field: usize, plain: Self::Plain, bytes: &'a [u8]);

    /// Takes any other field.
    fn take(&mut self, field: usize, bytes: Cow<'a, [u8]>);
}

/// Takes every field as it is.
struct Every<F>(F);

impl<'a, F: FnMut(usize, Cow<'a, [u8]>)> Fields<'a> for Every<F> {
    type Plain = Infallible;

    #[inline]
    fn plain(&self, _: usize, _: &[u8]) -> Option<(Infallible, usize)> {
        None
    }

    fn take_plain(&mut self, _: usize, plain: Infallible, _: &'a [u8]) {
        match plain {}
    }

    #[inline]
    fn take(&mut self, field: usize, bytes: Cow<'a, [u8]>) {
        (self.0)(field, bytes);
    }
}

/// A field whose fraction has a point.
fn pointed(field: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    if !is_fraction(&field, b',') {
        return field;
    }
    let mut pointed = field.into_owned();
    for byte in pointed.iter_mut().filter(|byte| **byte == b',') {
        *byte = b'.';
    }
    Cow::Owned(pointed)
}

/// Whether a field is a number with this sign before its fraction.
fn is_fraction(field: &[u8], sign: u8) -> bool {
    let field = field.trim_ascii();
    let digits = field.strip_prefix(b"-").unwrap_or(field);
    let Some(at) = memchr(sign, digits) else {
        return false;
    };
    let (whole, fraction) = (&digits[..at], &digits[at + 1..]);
    let (fraction, exponent) = match memchr2(b'e', b'E', fraction) {
        Some(at) => (&fraction[..at], Some(&fraction[at + 1..])),
        None => (fraction, None),
    };
    let is_digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let is_exponent = |text: &[u8]| {
        let unsigned = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+"));
        is_digits(unsigned.unwrap_or(text))
    };
    is_digits(whole) && is_digits(fraction) && exponent.is_none_or(is_exponent)
}

/// Length of the quoted part at the beginning, both quotes included; `None` when it is not closed.
fn quoted_len(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr(b'"', bytes.get(at..)?)? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

fn unquoted(quoted: &[u8], tail: &[u8]) -> Vec<u8> {
    let inner = quoted.strip_prefix(b"\"").unwrap_or(quoted);
    let inner = if quoted.len() > 1 {
        inner.strip_suffix(b"\"").unwrap_or(inner)
    } else {
        inner
    };
    let mut content = Vec::with_capacity(inner.len() + tail.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        content.push(*byte);
        if *byte == b'"' {
            bytes.next();
        }
    }
    content.extend_from_slice(tail);
    content
}

/// UTF-8, or else Latin-1, in which every byte is a character.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_fields_are_those_of_the_csv_crate() {
        let cases: &[&str] = &[
            "a,b,c\n1,2,3\n",
            "a\r\nb\r\n",
            "a,\"b,c\",d\n\"x\ny\",2,3\n",
            "\"a\"\"b\",c\n",
            "a,,\n,,\n",
            "\"\",\"\"\n",
            "x\"y,z\n",
            "\"quoted\"tail,b\n",
        ];
        for case in cases {
            let separators = Separators::detect(case.as_bytes());
            let mut ours: Vec<Vec<Vec<u8>>> = Vec::new();
            let mut rest = case.as_bytes();
            while !rest.is_empty() {
                let len = separators.record_len(rest).expect("an end");
                let mut fields = Vec::new();
                let count =
                    separators.fields(&rest[..len], |_, field| fields.push(field.into_owned()));
                assert_eq!(count, fields.len());
                ours.push(fields);
                rest = &rest[len + 1..];
            }
            let theirs: Vec<Vec<Vec<u8>>> = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(case.as_bytes())
                .byte_records()
                .map(|record| {
                    record
                        .expect("a record")
                        .iter()
                        .map(<[u8]>::to_vec)
                        .collect()
                })
                .collect();
            assert_eq!(ours, theirs, "{case:?}");
        }
    }

    /// Takes whole numbers by themselves.
    struct Digits(Vec<(usize, Vec<u8>, bool)>);

    impl<'a> Fields<'a> for Digits {
        type Plain = ();

        fn plain(&self, _: usize, rest: &[u8]) -> Option<((), usize)> {
            let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (len > 0).then_some(((), len))
        }

        fn take_plain(&mut self, field: usize, (): (), bytes: &'a [u8]) {
            self.0.push((field, bytes.to_vec(), true));
        }

        fn take(&mut self, field: usize, bytes: Cow<'a, [u8]>) {
            self.0.push((field, bytes.into_owned(), false));
        }
    }

    #[test]
    fn plain_values_end_where_fields_end() {
        type Case = (&'static [u8], &'static [(&'static [u8], bool)]);
        let cases: &[Case] = &[
            (b"1,23,4", &[(b"1", true), (b"23", true), (b"4", true)]),
            (
                b"1x,\"2\",3\r",
                &[(b"1x", false), (b"2", false), (b"3", true)],
            ),
            (b"1,,", &[(b"1", true), (b"", false), (b"", false)]),
            (b"", &[(b"", false)]),
            (b"7\r", &[(b"7", true)]),
            (b"a,\"1,2\"3", &[(b"a", false), (b"1,23", false)]),
        ];
        for (record, expected) in cases {
            let mut found = Digits(Vec::new());
            let count = Separators::detect(b"a,b\n").visit(record, &mut found);
            assert_eq!(count, expected.len());
            let expected: Vec<(usize, Vec<u8>, bool)> = expected
                .iter()
                .enumerate()
                .map(|(at, (bytes, plain))| (at, bytes.to_vec(), *plain))
                .collect();
            assert_eq!(found.0, expected, "{}", String::from_utf8_lossy(record));
        }
    }

    #[test]
    fn what_is_cut_has_no_end() {
        for case in [&b"a,b"[..], b"\"a\nb\n", b"a,\"b\n\n"] {
            assert_eq!(
                Separators::detect(b"a,b\n").record_len(case),
                None,
                "{case:?}"
            );
        }
        // Not even the fields of a cut record make trouble.
        assert_eq!(Separators::detect(b"a,b\n").fields(b"a,\"b", |_, _| {}), 2);
        assert_eq!(Separators::detect(b"a,b\n").fields(b"\"", |_, _| {}), 1);
    }

    #[test]
    fn separators_are_told_from_the_header() {
        let cases: [(&[u8], u8, u8); 9] = [
            (b"a,b\tc\n", b',', b'\n'),
            (b"a\tb, c\td\n", b'\t', b'\n'),
            (b"\"a,b,c\";d\n", b';', b'\n'),
            (b"a|b\n", b'|', b'\n'),
            (b"a b\n", b' ', b'\n'),
            (b"a b,c\n", b',', b'\n'),
            (b"\na\tb\n", b'\t', b'\n'),
            (b"a,b\r1,2\r", b',', b'\r'),
            (b"a;b\n1;2\n", b';', b'\n'),
        ];
        for (content, field, record) in cases {
            let found = Separators::detect(content);
            assert_eq!((found.field, found.record), (field, record));
        }
    }

    #[test]
    fn fractions_may_have_a_comma() {
        let cases: [(&str, &[&str]); 5] = [
            ("a;b\n1,5;x\n", &["1.5", "x"]),
            ("a\tb\n-1,5e-07\t1,2,3\n", &["-1.5e-07", "1,2,3"]),
            // Points elsewhere: then commas are no points.
            ("a;b\n1,5;x\n1.5;y\n", &["1,5", "x"]),
            ("a;b\n1,;,5\n", &["1,", ",5"]),
            ("a,b\n\"1,5\",x\n", &["1,5", "x"]),
        ];
        for (content, expected) in cases {
            let separators = Separators::detect(content.as_bytes());
            let row = content.lines().nth(1).expect("a row");
            let mut fields = Vec::new();
            separators.fields(row.as_bytes(), |_, field| {
                fields.push(decode(&field).into_owned());
            });
            assert_eq!(fields, expected, "{content}");
        }
    }
}
