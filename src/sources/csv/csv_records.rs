//! Where records and fields of a CSV file begin and end.
//!
//! Quotes follow Python's csv defaults, which CellProfiler writes with: a quote opens a quoted field only at its
//! beginning, two quotes inside stand for one, and everything else is literal.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// How a file separates its fields and records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separators {
    /// Comma or tab.
    pub field: u8,
    /// Line feed; a carriage return in files of the old Macintosh.
    pub record: u8,
}

impl Separators {
    /// Told from the first line: a tab where it has tabs and no comma.
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
        let field = if header.contains(&b'\t') && !header.contains(&b',') {
            b'\t'
        } else if header.contains(&b';') && !header.contains(&b',') {
            b';'
        } else {
            b','
        };
        Self { field, record }
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

    /// Calls `take` with the number and the content of every field of a record; returns their number.
    pub fn fields<'a>(self, record: &'a [u8], mut take: impl FnMut(usize, Cow<'a, [u8]>)) -> usize {
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        let mut number = 0;
        let mut at = 0;
        loop {
            let rest = &record[at..];
            if rest.first() == Some(&b'"') {
                let quoted = quoted_len(rest).unwrap_or(rest.len());
                let tail = memchr(self.field, &rest[quoted..]);
                let end = tail.map_or(rest.len(), |tail| quoted + tail);
                take(
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
                take(number, Cow::Borrowed(&rest[..end.unwrap_or(rest.len())]));
                number += 1;
                match end {
                    None => return number,
                    Some(end) => at += end + 1,
                }
            }
        }
    }
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
        let cases: [(&[u8], u8, u8); 4] = [
            (b"a,b\tc\n", b',', b'\n'),
            (b"\na\tb\n", b'\t', b'\n'),
            (b"a,b\r1,2\r", b',', b'\r'),
            (b"a;b\n1;2\n", b';', b'\n'),
        ];
        for (content, field, record) in cases {
            assert_eq!(Separators::detect(content), Separators { field, record });
        }
    }
}
