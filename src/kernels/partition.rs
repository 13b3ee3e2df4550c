//! Items sorted into buckets on all cores.

use std::ops::Range;

use rayon::prelude::*;

/// Rows that one thread sorts at a time.
const CHUNK_ROWS: usize = 1 << 19;

/// Items by bucket, within a bucket in the order of their rows.
///
/// The first half of a counting sort: every chunk of rows is sorted by itself, so that threads share nothing. What is
/// done with a bucket is done on one thread, in cache. Sorting, statistics by group and the plot's index all begin so.
pub struct Partition<T> {
    chunks: Vec<Chunk<T>>,
    buckets: usize,
}

struct Chunk<T> {
    items: Vec<T>,
    /// First item of each bucket, and their number at the end.
    starts: Vec<u32>,
}

impl<T: Copy + Default + Send + Sync> Partition<T> {
    /// Asks for every row's bucket, below `buckets`, and then for its item; rows without a bucket are left out.
    pub fn new(
        rows: usize,
        buckets: usize,
        bucket_of: impl Fn(usize) -> Option<usize> + Sync,
        item_of: impl Fn(usize) -> T + Sync,
    ) -> Self {
        let chunks = (0..rows.div_ceil(CHUNK_ROWS))
            .into_par_iter()
            .map(|chunk| {
                let from = chunk * CHUNK_ROWS;
                let rows = from..rows.min(from + CHUNK_ROWS);
                Chunk::new(rows, buckets, &bucket_of, &item_of)
            })
            .collect();
        Self { chunks, buckets }
    }

    /// Number of items in a bucket.
    pub fn len_of(&self, bucket: usize) -> usize {
        self.pieces(bucket).map(<[T]>::len).sum()
    }

    /// Number of items in each bucket.
    pub fn lens(&self) -> Vec<usize> {
        (0..self.buckets)
            .map(|bucket| self.len_of(bucket))
            .collect()
    }

    /// The items of a bucket, piece by piece.
    pub fn pieces(&self, bucket: usize) -> impl Iterator<Item = &[T]> {
        self.chunks.iter().map(move |chunk| chunk.bucket(bucket))
    }

    /// The items of a bucket in one piece, each as something; `into` loses what it held.
    pub fn gather<U>(&self, bucket: usize, into: &mut Vec<U>, as_what: impl Fn(T) -> U) {
        into.clear();
        for piece in self.pieces(bucket) {
            into.extend(piece.iter().map(|item| as_what(*item)));
        }
    }
}

impl<T: Copy + Default> Chunk<T> {
    fn new(
        rows: Range<usize>,
        buckets: usize,
        bucket_of: &impl Fn(usize) -> Option<usize>,
        item_of: &impl Fn(usize) -> T,
    ) -> Self {
        // One bucket more, for the rows that are left out.
        let mut starts = vec![0_u32; buckets + 2];
        let places: Vec<u32> = rows
            .clone()
            .map(|row| {
                let bucket = bucket_of(row).map_or(buckets, |bucket| bucket.min(buckets));
                starts[bucket + 1] += 1;
                bucket as u32
            })
            .collect();
        // `starts[bucket + 1]` runs ahead as the place of the next item.
        let mut total = 0;
        for start in &mut starts[1..] {
            let count = *start;
            *start = total;
            total += count;
        }
        let mut items = vec![T::default(); rows.len()];
        for (row, bucket) in rows.zip(places) {
            let next = &mut starts[bucket as usize + 1];
            items[*next as usize] = item_of(row);
            *next += 1;
        }
        Self { items, starts }
    }

    fn bucket(&self, bucket: usize) -> &[T] {
        &self.items[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
    }
}

/// Cuts a slice into parts of these lengths, for threads that fill one each.
pub fn parts_of<'a, T>(mut whole: &'a mut [T], lens: &[usize]) -> Vec<&'a mut [T]> {
    let mut parts = Vec::with_capacity(lens.len());
    for len in lens {
        let (part, rest) = whole.split_at_mut((*len).min(whole.len()));
        parts.push(part);
        whole = rest;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_keep_the_order_of_rows() {
        for rows in [0, 1, 1000, CHUNK_ROWS, 2 * CHUNK_ROWS + 17] {
            let bucket_of = |row: usize| {
                let bucket = (row * 31) % 9;
                // A bucket that is not there counts as none.
                (bucket != 8).then_some(bucket)
            };
            let partition = Partition::new(rows, 7, bucket_of, |row| row as u32);
            let mut items = Vec::new();
            for bucket in 0..7 {
                partition.gather(bucket, &mut items, |item| item);
                let expected: Vec<u32> = (0..rows)
                    .filter(|row| (row * 31) % 9 == bucket)
                    .map(|row| row as u32)
                    .collect();
                assert_eq!(items, expected, "{rows} rows, bucket {bucket}");
                assert_eq!(partition.lens()[bucket], expected.len());
            }
        }
    }

    #[test]
    fn parts_follow_each_other() {
        let mut whole = [0; 6];
        for (at, part) in parts_of(&mut whole, &[2, 0, 3, 1]).into_iter().enumerate() {
            part.fill(at);
        }
        assert_eq!(whole, [0, 0, 2, 2, 2, 3]);
    }
}
