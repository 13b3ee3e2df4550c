//! The shown rows in order, without a list of them.

use std::ops::Range;
use std::sync::Arc;

use super::Column;
use super::order::{compare_rows, places_of};
use cytolance_kernels::{RowSet, WORD_ROWS};

/// Words between two entries of the running count.
const BLOCK_WORDS: usize = 8;

/// The shown rows in the order of the table.
///
/// A filter changes one bit a row: all rows in order are kept apart from which of them are shown, and the row at a
/// position is found by counting bits. So a list of ten million rows is not made anew for every step of a drag.
#[derive(Debug, Clone)]
pub struct RowOrder {
    rows: Rows,
    /// By place in the order of all rows; by row while that order is not known.
    present: Arc<RowSet>,
    /// Present places before each block of words.
    before: Arc<[u32]>,
    len: usize,
}

#[derive(Debug, Clone)]
enum Rows {
    /// As stored: the place is the row.
    Stored,
    /// All rows by a column.
    Sorted {
        all: Arc<Vec<u32>>,
        column: Arc<Column>,
        descending: bool,
    },
    /// The first of the shown rows, while the others are being sorted.
    First(Arc<[u32]>),
}

impl RowOrder {
    /// The shown rows as they are stored.
    pub fn stored(shown: Arc<RowSet>) -> Self {
        Self::new(Rows::Stored, shown)
    }

    /// The shown rows by a column; `all` are all rows in that order.
    pub(super) fn sorted(
        all: Arc<Vec<u32>>,
        column: Arc<Column>,
        descending: bool,
        shown: &Arc<RowSet>,
    ) -> Self {
        let present = if shown.count() == shown.len() {
            Arc::clone(shown)
        } else {
            Arc::new(places_of(&all, shown))
        };
        Self::new(
            Rows::Sorted {
                all,
                column,
                descending,
            },
            present,
        )
    }

    /// The first rows of an order that is not known yet.
    pub(super) fn first(rows: Arc<[u32]>, shown: Arc<RowSet>) -> Self {
        Self::new(Rows::First(rows), shown)
    }

    fn new(rows: Rows, present: Arc<RowSet>) -> Self {
        let mut len = 0;
        let before = present
            .words()
            .chunks(BLOCK_WORDS)
            .map(|words| {
                let before = len;
                len += words.iter().map(|word| word.count_ones()).sum::<u32>();
                before
            })
            .collect();
        Self {
            rows,
            present,
            before,
            len: len as usize,
        }
    }

    /// Number of shown rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no row is shown.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether all positions are known; otherwise only the first ones are.
    pub fn is_complete(&self) -> bool {
        !matches!(self.rows, Rows::First(_))
    }

    /// The row at a position.
    pub fn get(&self, at: usize) -> Option<u32> {
        if at >= self.len {
            return None;
        }
        let place = match &self.rows {
            Rows::First(rows) => return rows.get(at).copied(),
            Rows::Stored | Rows::Sorted { .. } => self.select(at)?,
        };
        match &self.rows {
            Rows::Sorted { all, .. } => all.get(place).copied(),
            _ => Some(place as u32),
        }
    }

    /// The rows at some positions; those that are not known yet are left out.
    pub fn rows(&self, range: Range<usize>) -> Vec<u32> {
        let range = range.start.min(self.len)..range.end.min(self.len);
        if let Rows::First(rows) = &self.rows {
            let end = range.end.min(rows.len());
            return rows.get(range.start..end).unwrap_or_default().to_vec();
        }
        let mut found = Vec::with_capacity(range.len());
        let Some(first) = self.select(range.start).filter(|_| !range.is_empty()) else {
            return found;
        };
        let words = self.present.words();
        // Places before the first one are masked.
        let mut mask = usize::MAX << (first % WORD_ROWS);
        for (at, word) in words.iter().enumerate().skip(first / WORD_ROWS) {
            let mut rest = word & mask;
            mask = usize::MAX;
            while rest != 0 {
                if found.len() == range.len() {
                    return found;
                }
                let place = at * WORD_ROWS + rest.trailing_zeros() as usize;
                found.push(match &self.rows {
                    Rows::Sorted { all, .. } => all[place],
                    _ => place as u32,
                });
                rest &= rest - 1;
            }
        }
        found
    }

    /// All shown rows in order; while the order is not complete, as stored.
    pub fn to_vec(&self) -> Vec<u32> {
        if let Rows::First(_) = &self.rows {
            return self.present.iter().collect();
        }
        self.rows(0..self.len)
    }

    /// The position of a row, if it is shown and its position known.
    pub fn position(&self, row: u32) -> Option<usize> {
        let place = match &self.rows {
            Rows::Stored => row as usize,
            Rows::First(rows) => return rows.iter().position(|first| *first == row),
            Rows::Sorted {
                all,
                column,
                descending,
            } => {
                let place = all.partition_point(|other| {
                    compare_rows(column, *descending, *other, row).is_lt()
                });
                (all.get(place) == Some(&row)).then_some(place)?
            }
        };
        self.present
            .contains(place as u32)
            .then(|| self.rank(place))
    }

    /// Present places before a place.
    fn rank(&self, place: usize) -> usize {
        let words = self.present.words();
        let word = place / WORD_ROWS;
        let block = word / BLOCK_WORDS;
        let whole: u32 = words[block * BLOCK_WORDS..word]
            .iter()
            .map(|word| word.count_ones())
            .sum();
        let part = words[word] & !(usize::MAX << (place % WORD_ROWS));
        (self.before[block] + whole + part.count_ones()) as usize
    }

    /// The place with a number of present ones before it.
    fn select(&self, at: usize) -> Option<usize> {
        if at >= self.len {
            return None;
        }
        let block = self
            .before
            .partition_point(|before| *before as usize <= at)
            .checked_sub(1)?;
        let mut rest = at - self.before[block] as usize;
        let first = block * BLOCK_WORDS;
        for (word_at, word) in self.present.words().iter().enumerate().skip(first) {
            let ones = word.count_ones() as usize;
            if rest < ones {
                let mut bits = *word;
                for _ in 0..rest {
                    bits &= bits - 1;
                }
                return Some(word_at * WORD_ROWS + bits.trailing_zeros() as usize);
            }
            rest -= ones;
        }
        None
    }
}
