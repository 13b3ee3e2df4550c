//! What is written in a run of rows, field by field.

use std::borrow::Cow;

use crate::csv::csv_header::CsvHeader;
use crate::csv::csv_records::{Fields, decode};
use crate::padding::Content;
use crate::text_column::ColumnCounts;
use crate::written::{PlainNumber, plain_number};

/// Counts of a run of rows.
pub(super) struct PartCounts {
    pub columns: Vec<ColumnCounts>,
    /// Rows that have not as many fields as the header, by their number in the run: how many they have.
    pub damaged: Vec<(usize, usize)>,
    pub latin: Vec<Option<u32>>,
    /// For each row and set: what it holds, where there are several sets.
    pub contents: Vec<Vec<Content>>,
}

/// Looks at every value of some rows. `own` says of each field which set it belongs to alone.
pub(super) fn count_rows(
    block: &[u8],
    spans: &[(usize, usize)],
    first_row: u32,
    header: &CsvHeader,
    own: &[Option<usize>],
    descriptive: &[bool],
) -> PartCounts {
    let grouped = header.sets.len() > 1;
    let mut part = PartCounts {
        columns: vec![ColumnCounts::default(); header.width],
        damaged: Vec::new(),
        latin: vec![None; header.width],
        contents: Vec::new(),
    };
    for (row, (at, len)) in (first_row..).zip(spans) {
        let mut fields = CountedFields {
            part: &mut part,
            row,
            own: grouped.then_some(own),
            descriptive,
            contents: vec![Content::default(); if grouped { header.sets.len() } else { 0 }],
        };
        let width = header.separators.visit(&block[*at..at + len], &mut fields);
        let contents = fields.contents;
        if width != header.width {
            part.damaged.push(((row - first_row) as usize, width));
        }
        if grouped {
            part.contents.push(contents);
        }
    }
    part
}

/// Counts the fields of one row.
struct CountedFields<'c> {
    part: &'c mut PartCounts,
    row: u32,
    /// Which set a field belongs to alone, where there are several sets.
    own: Option<&'c [Option<usize>]>,
    descriptive: &'c [bool],
    contents: Vec<Content>,
}

impl CountedFields<'_> {
    fn hold(&mut self, field: usize, content: impl FnOnce() -> Content) {
        if let Some(set) = self.own.and_then(|own| own[field]) {
            self.contents[set] = self.contents[set].max(content());
        }
    }
}

impl<'a> Fields<'a> for CountedFields<'_> {
    type Plain = PlainNumber;

    #[inline]
    fn plain(&self, field: usize, rest: &[u8]) -> Option<(PlainNumber, usize)> {
        // A name may look like a measurement and is looked at more closely.
        if *self.descriptive.get(field)? {
            return None;
        }
        plain_number(rest)
    }

    #[inline]
    fn take_plain(&mut self, field: usize, number: PlainNumber, bytes: &'a [u8]) {
        self.part.columns[field].add_plain(number);
        self.hold(field, || {
            std::str::from_utf8(bytes).map_or(Content::Something, Content::of_text)
        });
    }

    fn take(&mut self, field: usize, bytes: Cow<'a, [u8]>) {
        let Some(&descriptive) = self.descriptive.get(field) else {
            return;
        };
        let text = decode(&bytes);
        if matches!(text, Cow::Owned(_)) {
            self.part.latin[field].get_or_insert(self.row);
        }
        self.part.columns[field].add(self.row, &text, descriptive);
        self.hold(field, || Content::of_text(&text));
    }
}
