//! Columns as the numbers of bins: a histogram under other filters reads one byte a row.

use rayon::prelude::*;

use cytolance_kernels::{Bins, RowSet, WORD_ROWS};

/// Rows that one thread looks at in a row.
const CHUNK_ROWS: usize = WORD_ROWS * 2048;
/// Code of a row without a bin.
const NO_BIN: u8 = u8::MAX;
/// Most bins.
const MOST_BINS: usize = NO_BIN as usize;

/// The bin of every row.
#[derive(Debug)]
pub(super) struct ColumnBins {
    codes: Vec<u8>,
    /// Counts over all rows.
    pub all: Vec<u32>,
}

impl ColumnBins {
    /// Sorts values into at most [`MOST_BINS`] equal bins between two ends.
    pub fn new(values: &[f64], range: [f64; 2], bins: usize) -> Self {
        let bins = bins.min(MOST_BINS);
        let places = Bins::new(range, bins);
        let codes: Vec<u8> = values
            .par_chunks(CHUNK_ROWS)
            .flat_map_iter(|values| {
                values
                    .iter()
                    .map(|value| places.bin(*value).map_or(NO_BIN, |bin| bin as u8))
            })
            .collect();
        let everything = RowSet::full(values.len());
        let all = count_codes(&codes, &everything, bins);
        Self { codes, all }
    }

    /// Counts over some rows.
    pub fn counts(&self, rows: &RowSet) -> Vec<u32> {
        count_codes(&self.codes, rows, self.all.len())
    }
}

/// Rows of a set by code, on all cores; codes from `codes_end` on are not counted.
pub(super) fn count_codes<C: Copy + Into<u32> + Sync>(
    codes: &[C],
    rows: &RowSet,
    codes_end: usize,
) -> Vec<u32> {
    codes
        .par_chunks(CHUNK_ROWS)
        .zip(rows.words().par_chunks(CHUNK_ROWS / WORD_ROWS))
        .map(|(codes, words)| {
            // Two sets in turn, because a count that was just written cannot be read at once; the last place is for
            // codes that are not counted.
            let mut counts = [vec![0_u32; codes_end + 1], vec![0_u32; codes_end + 1]];
            let mut count = |turn: usize, code: C| {
                counts[turn % 2][(code.into() as usize).min(codes_end)] += 1;
            };
            for (word, codes) in words.iter().zip(codes.chunks(WORD_ROWS)) {
                if *word == usize::MAX {
                    for (turn, code) in codes.iter().enumerate() {
                        count(turn, *code);
                    }
                } else {
                    let mut rest = *word;
                    while rest != 0 {
                        let at = rest.trailing_zeros() as usize;
                        count(at, codes[at]);
                        rest &= rest - 1;
                    }
                }
            }
            let [counts, others] = counts;
            sum(counts, &others)
        })
        .reduce_with(|counts, others| sum(counts, &others))
        .map_or_else(
            || vec![0; codes_end],
            |mut counts| {
                counts.truncate(codes_end);
                counts
            },
        )
}

fn sum(mut counts: Vec<u32>, others: &[u32]) -> Vec<u32> {
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
    counts
}
