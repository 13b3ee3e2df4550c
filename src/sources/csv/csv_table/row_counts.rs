//! What is written in a run of rows, field by field.

use crate::csv::csv_header::CsvHeader;
use crate::csv::csv_records::decode;
use crate::padding::Content;
use crate::text_column::ColumnCounts;

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
        let mut contents = vec![Content::default(); if grouped { header.sets.len() } else { 0 }];
        let width = header
            .separators
            .fields(&block[*at..at + len], |field, bytes| {
                if field >= header.width {
                    return;
                }
                let counts = &mut part.columns[field];
                let set = own[field].filter(|_| grouped);
                // A name may look like a measurement and is looked at more closely.
                if !descriptive[field] && counts.add_plain(&bytes) {
                    if let Some(set) = set {
                        let content = std::str::from_utf8(&bytes)
                            .map_or(Content::Something, Content::of_text);
                        contents[set] = contents[set].max(content);
                    }
                    return;
                }
                let text = decode(&bytes);
                if matches!(text, std::borrow::Cow::Owned(_)) {
                    part.latin[field].get_or_insert(row);
                }
                counts.add(row, &text, descriptive[field]);
                if let Some(set) = set {
                    contents[set] = contents[set].max(Content::of_text(&text));
                }
            });
        if width != header.width {
            part.damaged.push(((row - first_row) as usize, width));
        }
        if grouped {
            part.contents.push(contents);
        }
    }
    part
}
