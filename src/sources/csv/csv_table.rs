//! CSV files of ExportToSpreadsheet, typed and at full precision, of any size.
//!
//! A file is read twice. The first pass finds where every row lies and decides the columns' types; the second reads
//! the rows that are wanted, when they are wanted. Nothing but the rows' places and the key columns stays in memory.

mod row_counts;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use rayon::prelude::*;

use self::row_counts::{PartCounts, count_rows};
use super::csv_header::{CsvHeader, Further};
use super::csv_records::{Fields, Separators, decode};
use crate::notes::RejectedRow;
use crate::padding::ObjectRows;
use crate::table::TableStore;
use crate::text_column::{ColumnBuilder, ColumnCounts, ColumnDecision, PlainValue};
use crate::written::is_descriptive;
use crate::{ReadNotes, SourceError, SourceRemark, Table, TableColumn};

/// Bytes that the first pass holds at a time.
const BLOCK: usize = 4 << 20;
/// A longer record is damage: the whole pipeline in a quoted field takes a few hundred kilobytes.
const LONGEST_RECORD: usize = 256 << 20;

/// Reads a CSV file as one table, or as one an object set where it has two header rows.
///
/// `hold` says which columns stay in memory.
///
/// # Errors
/// [`SourceError`] when the file cannot be opened or has no header. Damaged rows are left out and noted.
pub(super) fn open_csv(
    path: &Path,
    header: &CsvHeader,
    hold: impl Fn(&str) -> bool + Copy,
) -> Result<Vec<(String, Table)>, SourceError> {
    let scan = Scan::read(path, header)?;
    let label = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let store = Arc::new(CsvStore {
        path: path.to_path_buf(),
        stamp: Stamp::of(path)?,
        separators: header.separators,
        width: header.width,
        starts: scan.starts,
        lens: scan.lens,
        lines: scan.lines,
        types: scan.types.clone(),
    });
    let grouped = header.sets.len() > 1;
    // The pipeline in an Experiment table is no column of rows.
    let is_pairs = header.names == ["Key", "Value"];
    header
        .sets
        .iter()
        .zip(scan.rows)
        .map(|(set, rows)| {
            let mut notes = scan.notes.clone();
            let spellings = header.respelled.iter();
            notes
                .remarks
                .extend(spellings.map(|(column, key)| SourceRemark::Respelled {
                    column: column.clone(),
                    key,
                }));
            let further = header.further.map(|further| SourceRemark::FurtherField {
                first: further == Further::First,
            });
            notes.remarks.extend(further);
            if header.separators.decimal_comma {
                notes.remarks.push(SourceRemark::DecimalCommas);
            }
            let mut columns: Vec<TableColumn> = Vec::new();
            for (at, name) in &set.fields {
                let left_out = if name.is_empty() {
                    Some(format!("column {}: no name", at + 1))
                } else if name == "ImageSet_ImageSet" {
                    let size = scan.decisions[*at].size.in_words();
                    Some(format!("{name}: a binary blob printed as text ({size})"))
                } else if !is_pairs && scan.decisions[*at].size.is_long() {
                    let size = scan.decisions[*at].size.in_words();
                    Some(format!("{name}: long texts ({size})"))
                } else if columns.iter().any(|column| column.name == *name) {
                    Some(format!(
                        "{name}: the header has this name twice; the first column is kept"
                    ))
                } else {
                    None
                };
                if let Some(reason) = left_out {
                    notes.columns_left_out.push(reason);
                    continue;
                }
                notes.take_decision(name, &scan.decisions[*at]);
                if let Some(row) = scan.latin[*at] {
                    notes.remarks.push(SourceRemark::Latin1 {
                        column: name.clone(),
                        line: store.lines[row as usize],
                    });
                }
                columns.push(TableColumn {
                    name: name.clone(),
                    data_type: scan.types[*at].clone(),
                    output: None,
                    is_filled: scan.decisions[*at].is_filled,
                    place: *at,
                });
            }
            let rows = if grouped {
                rows.note(&mut notes);
                notes.rows_in_file = rows.rows.len() + notes.rejected.len();
                Err(Arc::from(rows.rows))
            } else {
                Ok(store.starts.len())
            };
            let label = if grouped {
                format!("{label}: {}", set.object)
            } else {
                label.clone()
            };
            let table = Table::new(
                path.to_path_buf(),
                label,
                columns,
                rows,
                notes,
                Arc::clone(&store) as Arc<dyn TableStore>,
                hold,
            )?;
            Ok((set.object.clone(), table))
        })
        .collect()
}

/// What the first pass finds.
struct Scan {
    starts: Vec<u64>,
    lens: Vec<u32>,
    lines: Vec<u64>,
    types: Vec<DataType>,
    decisions: Vec<ColumnDecision>,
    /// First row of a column that is not UTF-8.
    latin: Vec<Option<u32>>,
    /// Rows in which each set has an object, where there are several sets.
    rows: Vec<ObjectRows>,
    notes: ReadNotes,
}

impl Scan {
    fn read(path: &Path, header: &CsvHeader) -> Result<Self, SourceError> {
        let mut file = File::open(path).map_err(|error| SourceError::unreadable(path, error))?;
        let mut skipped = vec![0; header.bytes];
        file.read_exact(&mut skipped)
            .map_err(|error| SourceError::unreadable(path, error))?;
        drop(skipped);
        let descriptive: Vec<bool> = header
            .names
            .iter()
            .map(|name| is_descriptive(name))
            .collect();
        // Which set a field belongs to alone; shared ones say nothing about an object's presence.
        let own: Vec<Option<usize>> = (0..header.width)
            .map(|at| {
                let mut owners = (0..header.sets.len()).filter(|set| {
                    header.sets[*set]
                        .fields
                        .iter()
                        .any(|(place, _)| *place == at)
                });
                owners.next().filter(|_| owners.next().is_none())
            })
            .collect();
        let mut scan = Self {
            starts: Vec::new(),
            lens: Vec::new(),
            lines: Vec::new(),
            types: Vec::new(),
            decisions: Vec::new(),
            latin: vec![None; header.width],
            rows: header
                .sets
                .iter()
                .map(|set| {
                    let alone = set.fields.iter();
                    ObjectRows::new(alone.filter_map(|(at, name)| own[*at].map(|_| name.as_str())))
                })
                .collect(),
            notes: ReadNotes::default(),
        };
        let mut counts = vec![ColumnCounts::default(); header.width];
        let mut line = header.lines + 1;
        let mut offset = header.bytes as u64;
        let mut block: Vec<u8> = Vec::new();
        let mut ended = false;
        let mut last_byte = b'\n';
        while !ended {
            let wanted = BLOCK.max(block.len() / 2);
            let before = block.len();
            let read = file
                .by_ref()
                .take(wanted as u64)
                .read_to_end(&mut block)
                .map_err(|error| SourceError::unreadable(path, error))?;
            ended = read < wanted;
            if let Some(last) = block[before..].last() {
                last_byte = *last;
            }
            let mut spans: Vec<(usize, usize)> = Vec::new();
            let mut at = 0;
            loop {
                let rest = &block[at..];
                let len = match header.separators.record_len(rest) {
                    Some(len) => len,
                    None if !ended || rest.is_empty() => break,
                    None if header.separators.is_closed(rest) => rest.len(),
                    None => {
                        scan.notes.rejected.push(RejectedRow {
                            line,
                            reason: format!(
                                "a quotation mark is not closed: the {} bytes up to the end of the file cannot be read as rows",
                                rest.len()
                            ),
                        });
                        break;
                    }
                };
                let record = &rest[..len];
                if !(record.is_empty() || record == b"\r") {
                    scan.starts.push(offset + at as u64);
                    scan.lens.push(len as u32);
                    scan.lines.push(line);
                    spans.push((at, len));
                }
                line += header.separators.count_lines(record) + 1;
                at = (at + len + 1).min(block.len());
            }
            if at == 0 && block.len() > LONGEST_RECORD {
                return Err(SourceError::Csv {
                    path: path.to_path_buf(),
                    reason: format!(
                        "the row on line {line} is longer than {} MB; is a quotation mark not closed?",
                        LONGEST_RECORD >> 20
                    ),
                });
            }
            if u32::try_from(scan.starts.len()).is_err() {
                return Err(SourceError::unusable(path, "more than four billion rows"));
            }
            scan.count(&block, &spans, header, &own, &descriptive, &mut counts);
            block.drain(..at);
            offset += at as u64;
        }
        scan.notes.rows_in_file = scan.starts.len() + scan.notes.rejected.len();
        if last_byte != header.separators.record {
            scan.notes.remarks.push(SourceRemark::NoLastLineBreak);
        }
        if scan.starts.is_empty() {
            scan.notes.remarks.push(SourceRemark::NoCompleteRow);
        }
        for (counts, name) in counts.into_iter().zip(&header.names) {
            let decision = counts.decide(name, |row| scan.lines[row as usize]);
            scan.types.push(decision.data_type.clone());
            scan.decisions.push(decision);
        }
        Ok(scan)
    }

    /// Classifies the values of the records just found, and takes damaged ones out again: then what was counted is
    /// counted anew without them.
    fn count(
        &mut self,
        block: &[u8],
        spans: &[(usize, usize)],
        header: &CsvHeader,
        own: &[Option<usize>],
        descriptive: &[bool],
        counts: &mut [ColumnCounts],
    ) {
        let first = self.starts.len() - spans.len();
        let piece = spans
            .len()
            .div_ceil(rayon::current_num_threads().max(1))
            .max(64);
        let count = |spans: &[(usize, usize)]| -> Vec<PartCounts> {
            spans
                .par_chunks(piece)
                .enumerate()
                .map(|(number, spans)| {
                    let first_row = (first + number * piece) as u32;
                    count_rows(block, spans, first_row, header, own, descriptive)
                })
                .collect()
        };
        let mut parts = count(spans);
        let damaged: Vec<(usize, usize)> = parts
            .iter()
            .enumerate()
            .flat_map(|(number, part)| {
                let rows = part.damaged.iter();
                rows.map(move |(at, width)| (number * piece + at, *width))
            })
            .collect();
        if !damaged.is_empty() {
            parts = count(&self.without(spans, first, &damaged, header.width));
        }
        let mut row = first as u32;
        for part in parts {
            for (counts, later) in counts.iter_mut().zip(part.columns) {
                counts.merge(later);
            }
            for (latin, later) in self.latin.iter_mut().zip(part.latin) {
                *latin = latin.or(later);
            }
            for contents in part.contents {
                for (rows, content) in self.rows.iter_mut().zip(contents) {
                    rows.take(row, content);
                }
                row += 1;
            }
        }
    }

    /// Takes the damaged ones of the records just found out again; returns where the others are.
    fn without(
        &mut self,
        spans: &[(usize, usize)],
        first: usize,
        damaged: &[(usize, usize)],
        width: usize,
    ) -> Vec<(usize, usize)> {
        let mut kept: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
        let mut damaged = damaged.iter().peekable();
        let mut next = first;
        for (number, span) in spans.iter().enumerate() {
            let row = first + number;
            if let Some((_, fields)) = damaged.next_if(|(at, _)| *at == number) {
                self.notes.rejected.push(RejectedRow {
                    line: self.lines[row],
                    reason: format!(
                        "{fields} fields where the header has {width}: the row is cut or has a stray delimiter or quotation mark"
                    ),
                });
                continue;
            }
            kept.push(*span);
            self.starts[next] = self.starts[row];
            self.lens[next] = self.lens[row];
            self.lines[next] = self.lines[row];
            next += 1;
        }
        self.starts.truncate(next);
        self.lens.truncate(next);
        self.lines.truncate(next);
        kept
    }
}

/// What tells a changed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(path: &Path) -> Result<Self, SourceError> {
        let metadata =
            std::fs::metadata(path).map_err(|error| SourceError::unreadable(path, error))?;
        Ok(Self {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }
}

/// The rows of a file, by their places.
#[derive(Debug)]
struct CsvStore {
    path: PathBuf,
    stamp: Stamp,
    separators: Separators,
    width: usize,
    starts: Vec<u64>,
    lens: Vec<u32>,
    lines: Vec<u64>,
    types: Vec<DataType>,
}

impl TableStore for CsvStore {
    fn read(&self, columns: &[usize], rows: &[u32]) -> Result<Vec<ArrayRef>, SourceError> {
        use std::io::{Seek, SeekFrom};
        let failed = |error: std::io::Error| SourceError::unreadable(&self.path, error);
        if Stamp::of(&self.path)? != self.stamp {
            return Err(SourceError::Changed {
                path: self.path.clone(),
            });
        }
        let mut file = File::open(&self.path).map_err(failed)?;
        let mut builders: Vec<ColumnBuilder> = columns
            .iter()
            .map(|at| ColumnBuilder::new(&self.types[*at], rows.len()))
            .collect();
        // Builders by field; a field can be wanted once only.
        let mut wanted: Vec<Option<usize>> = vec![None; self.width];
        for (builder, field) in columns.iter().enumerate() {
            wanted[*field] = Some(builder);
        }
        let mut bytes: Vec<u8> = Vec::new();
        let mut at = 0;
        while at < rows.len() {
            // A run of rows that lie close together is one read.
            let start = self.starts[rows[at] as usize];
            let mut end = at;
            let mut stop = start;
            while end < rows.len() {
                let row = rows[end] as usize;
                let (begin, len) = (self.starts[row], u64::from(self.lens[row]));
                if begin < stop
                    || begin > stop + 4096
                    || begin + len - start > (BLOCK as u64) && end > at
                {
                    break;
                }
                stop = begin + len;
                end += 1;
            }
            bytes.resize((stop - start) as usize, 0);
            file.seek(SeekFrom::Start(start)).map_err(failed)?;
            file.read_exact(&mut bytes).map_err(failed)?;
            for row in &rows[at..end] {
                let begin = (self.starts[*row as usize] - start) as usize;
                let record = &bytes[begin..begin + self.lens[*row as usize] as usize];
                let mut fields = WantedFields {
                    builders: &mut builders,
                    wanted: &wanted,
                    seen: 0,
                };
                self.separators.visit(record, &mut fields);
                if fields.seen != columns.len() {
                    return Err(SourceError::Changed {
                        path: self.path.clone(),
                    });
                }
            }
            at = end;
        }
        Ok(builders.iter_mut().map(ColumnBuilder::finish).collect())
    }

    fn place(&self, row: u32) -> String {
        format!("line {}", self.lines[row as usize])
    }
}

/// Gives the fields of one row to the builders of their columns.
struct WantedFields<'b> {
    builders: &'b mut [ColumnBuilder],
    /// Builders by field.
    wanted: &'b [Option<usize>],
    seen: usize,
}

impl<'a> Fields<'a> for WantedFields<'_> {
    type Plain = PlainValue;

    #[inline]
    fn plain(&self, field: usize, rest: &[u8]) -> Option<(PlainValue, usize)> {
        let builder = (*self.wanted.get(field)?)?;
        self.builders[builder].plain(rest)
    }

    #[inline]
    fn take_plain(&mut self, field: usize, value: PlainValue, _: &'a [u8]) {
        if let Some(builder) = self.wanted[field] {
            self.builders[builder].append_plain(value);
            self.seen += 1;
        }
    }

    fn take(&mut self, field: usize, bytes: Cow<'a, [u8]>) {
        if let Some(builder) = self.wanted.get(field).copied().flatten() {
            self.builders[builder].append(&decode(&bytes));
            self.seen += 1;
        }
    }
}

/// A small CSV file as text: key and value tables.
pub(super) fn read_pairs(path: &Path) -> Result<BTreeMap<String, String>, SourceError> {
    let header = CsvHeader::read(path)?;
    let mut tables = open_csv(path, &header, |_| true)?;
    let Some((_, table)) = tables.pop() else {
        return Ok(BTreeMap::new());
    };
    Ok((0..table.num_rows)
        .filter_map(|row| Some((table.text("Key", row)?, table.text("Value", row)?)))
        .collect())
}

#[cfg(test)]
mod tests;
