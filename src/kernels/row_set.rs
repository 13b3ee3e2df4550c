//! A set of rows of one dataset.

use fixedbitset::FixedBitSet;

/// Rows in one word of a [`RowSet`].
pub const WORD_ROWS: usize = usize::BITS as usize;

/// A dense set of row numbers in `0..len`.
///
/// One bit a row: a million cells take 125 kB, and combining two sets is a pass over words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowSet {
    bits: FixedBitSet,
}

impl RowSet {
    /// The empty set over `len` rows.
    pub fn empty(len: usize) -> Self {
        Self {
            bits: FixedBitSet::with_capacity(len),
        }
    }

    /// Every row of `0..len`.
    pub fn full(len: usize) -> Self {
        let mut bits = FixedBitSet::with_capacity(len);
        bits.insert_range(..);
        Self { bits }
    }

    /// The rows given; rows at or past `len` are left out.
    pub fn from_rows(len: usize, rows: impl IntoIterator<Item = u32>) -> Self {
        let mut set = Self::empty(len);
        for row in rows {
            set.insert(row);
        }
        set
    }

    /// The set with these words, the first row in the lowest bit; what is past `len` or missing is empty.
    pub fn from_words(len: usize, words: &[usize]) -> Self {
        let mut bits = FixedBitSet::with_capacity_and_blocks(len, words.iter().copied());
        if !len.is_multiple_of(WORD_ROWS)
            && let Some(last) = bits.as_mut_slice().get_mut(len / WORD_ROWS)
        {
            *last &= (1 << (len % WORD_ROWS)) - 1;
        }
        Self { bits }
    }

    /// The rows as words of [`WORD_ROWS`] bits, the first row in the lowest one; bits past the end are zero.
    #[inline]
    pub fn words(&self) -> &[usize] {
        self.bits.as_slice()
    }

    /// Number of rows of the dataset, not of the set.
    #[inline]
    pub fn len(&self) -> usize {
        self.bits.len()
    }

    /// True when no row is in the set.
    pub fn is_empty(&self) -> bool {
        self.bits.is_clear()
    }

    /// Number of rows in the set.
    pub fn count(&self) -> usize {
        self.bits.count_ones(..)
    }

    /// Whether `row` is in the set.
    #[inline]
    pub fn contains(&self, row: u32) -> bool {
        self.bits.contains(row as usize)
    }

    /// Adds a row; out of range does nothing.
    #[inline]
    pub fn insert(&mut self, row: u32) {
        if (row as usize) < self.bits.len() {
            self.bits.insert(row as usize);
        }
    }

    /// Adds or removes a row.
    #[inline]
    pub fn set(&mut self, row: u32, present: bool) {
        if (row as usize) < self.bits.len() {
            self.bits.set(row as usize, present);
        }
    }

    /// Keeps the rows that are in both sets.
    pub fn intersect_with(&mut self, other: &Self) {
        self.bits.intersect_with(&other.bits);
    }

    /// Adds the rows of the other set.
    pub fn union_with(&mut self, other: &Self) {
        self.bits.union_with(&other.bits);
    }

    /// Removes the rows of the other set.
    pub fn difference_with(&mut self, other: &Self) {
        self.bits.difference_with(&other.bits);
    }

    /// The rows in ascending order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.bits.ones().map(|row| row as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_combine_word_by_word() {
        let even = RowSet::from_rows(100, (0..100).filter(|row| row % 2 == 0));
        let third = RowSet::from_rows(100, (0..100).filter(|row| row % 3 == 0));
        let mut both = even.clone();
        both.intersect_with(&third);
        assert_eq!(
            both.iter().collect::<Vec<_>>(),
            (0..100).step_by(6).collect::<Vec<_>>()
        );
        let mut either = even.clone();
        either.union_with(&third);
        assert_eq!(either.count(), 50 + 34 - 17);
        let mut only = even;
        only.difference_with(&third);
        assert_eq!(only.count(), 50 - 17);
    }

    #[test]
    fn words_past_the_end_are_empty() {
        for len in [0, 1, 63, 64, 65, 130] {
            let set = RowSet::from_words(len, &[usize::MAX; 3]);
            assert_eq!(set, RowSet::full(len), "{len}");
            assert_eq!(set.words().len(), len.div_ceil(WORD_ROWS));
            assert_eq!(RowSet::from_words(len, &[]), RowSet::empty(len));
        }
    }

    #[test]
    fn rows_out_of_range_are_ignored() {
        let mut set = RowSet::empty(3);
        set.insert(7);
        set.set(9, true);
        assert!(set.is_empty());
        assert!(!set.contains(7));
        assert_eq!(RowSet::full(3).count(), 3);
    }
}
