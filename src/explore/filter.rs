//! One condition on one column.

use rayon::prelude::*;

use super::column::NULL_CODE;
use super::{Column, Values};
use cytolance_kernels::{RowSet, WORD_ROWS};
use cytolance_profile::Condition;

/// Words that one thread fills at a time.
const CHUNK_WORDS: usize = 1024;
/// Words that one thread fills at least, where a row takes longer to test.
const MIN_WORDS: usize = 256;

/// The rows for which a condition holds, on all cores; `None` where it holds for all. Nulls pass only `Null`.
///
/// Moving one of several filters evaluates its own column alone: the others' rows are kept and combined word by word.
pub(super) fn passing(column: &Column, condition: &Condition) -> Option<RowSet> {
    match condition {
        Condition::Range { min, max, .. } => {
            if min.is_infinite() && max.is_infinite() && min < max {
                // An open range is a filter that was just added: it leaves everything.
                return None;
            }
            let numbers = column.numbers()?;
            // NaN is in no range.
            #[expect(
                clippy::needless_bitwise_bool,
                reason = "a branch for every row takes ten times as long"
            )]
            let passing = rows_where(&numbers, |value| (*min <= *value) & (*value <= *max));
            Some(passing)
        }
        // Nothing chosen leaves everything.
        Condition::OneOf { values, .. } if values.is_empty() => None,
        Condition::OneOf { values, .. } => Some(by_text(column, |text| values.contains(text))),
        Condition::Contains { text, .. } => {
            let needle = text.to_lowercase();
            (!needle.is_empty())
                .then(|| by_text(column, |text| text.to_lowercase().contains(&needle)))
        }
        Condition::Equals { text: wanted, .. } => Some(by_text(column, |text| text == wanted)),
        Condition::Null { null, .. } => Some(match &column.values {
            Values::Categories { codes, .. } => {
                rows_where(codes, |code| (*code == NULL_CODE) == *null)
            }
            Values::Floats(values) => rows_where(values, |value| value.is_nan() == *null),
            Values::Integers(..) => {
                rows_by(column.len(), |row| column.is_null(row as u32) == *null)
            }
        }),
        // These need no column.
        Condition::Rows { .. }
        | Condition::Gates { .. }
        | Condition::Outlier { .. }
        | Condition::Sql { .. } => None,
    }
}

/// Categories are tested once each, not once a row.
fn by_text(column: &Column, test: impl Fn(&str) -> bool + Sync) -> RowSet {
    match &column.values {
        Values::Categories { codes, names } => {
            let passes: Vec<bool> = names.iter().map(|name| test(name)).collect();
            rows_where(codes, |code| {
                *code != NULL_CODE && passes.get(*code as usize) == Some(&true)
            })
        }
        _ => rows_by(column.len(), |row| {
            column.text(row as u32).is_some_and(|text| test(&text))
        }),
    }
}

/// The rows for which a test holds, on all cores.
pub(super) fn rows_by(len: usize, test: impl Fn(usize) -> bool + Sync) -> RowSet {
    let words: Vec<usize> = (0..len.div_ceil(WORD_ROWS))
        .into_par_iter()
        .with_min_len(MIN_WORDS)
        .map(|word| {
            let first = word * WORD_ROWS;
            (first..len.min(first + WORD_ROWS)).fold(0, |bits, row| {
                bits | usize::from(test(row)) << (row - first)
            })
        })
        .collect();
    RowSet::from_words(len, &words)
}

/// The places of the values that pass a test.
pub(super) fn rows_where<V: Sync>(values: &[V], test: impl Fn(&V) -> bool + Sync) -> RowSet {
    let mut words = vec![0_usize; values.len().div_ceil(WORD_ROWS)];
    words
        .par_chunks_mut(CHUNK_WORDS)
        .zip(values.par_chunks(CHUNK_WORDS * WORD_ROWS))
        .for_each(|(words, values)| {
            for (word, values) in words.iter_mut().zip(values.chunks(WORD_ROWS)) {
                // First bytes, which the compiler tests several at a time, then bits.
                let mut passes = [0_u8; WORD_ROWS];
                for (pass, value) in passes.iter_mut().zip(values) {
                    *pass = u8::from(test(value));
                }
                *word = bits_of(&passes);
            }
        });
    RowSet::from_words(values.len(), &words)
}

/// Bytes of 0 and 1 as bits, the first in the lowest.
fn bits_of(passes: &[u8; WORD_ROWS]) -> usize {
    // The product moves the lowest bits of eight bytes side by side into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut bits = 0;
    for (at, bytes) in passes.as_chunks::<8>().0.iter().enumerate() {
        let byte = u64::from_le_bytes(*bytes).wrapping_mul(GATHER) >> 56;
        bits |= (byte as usize) << (8 * at);
    }
    bits
}
