//! Which field of view every cell lies in, and what is known of the fields.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Column, Values};
use cytolance_dataset::CellDataset;
use cytolance_kernels::{RowSet, WORD_ROWS};

/// Rows that one thread looks at in a row.
const CHUNK_ROWS: usize = WORD_ROWS * 2048;

/// The columns that together name a field of view; empty where the dataset has none.
pub fn field_columns(dataset: &CellDataset) -> Vec<String> {
    let by_number = ["Metadata_Source", "Metadata_ImageNumber"];
    if dataset.column("Metadata_ImageNumber").is_some() {
        let names = by_number.iter();
        return names
            .filter(|name| dataset.column(name).is_some())
            .map(|name| (*name).to_owned())
            .collect();
    }
    let keys = dataset.keys();
    if keys.site.is_none() {
        return Vec::new();
    }
    keys.names().map(str::to_owned).collect()
}

/// The field of every row, fields numbered in the order in which they first appear.
#[derive(Debug)]
pub struct FieldIndex {
    /// The field by row.
    pub codes: Vec<u32>,
    /// The first row of each field.
    pub first_rows: Vec<u32>,
    /// Cells of each field.
    pub counts: Vec<u32>,
}

impl FieldIndex {
    /// Tells fields apart by columns of `rows` values each. A missing value is a value of its own. Without columns all
    /// rows are one field.
    pub fn new(columns: &[Arc<Column>], rows: usize) -> Self {
        let mut codes = vec![0_u32; rows];
        let mut len = usize::from(rows > 0);
        for column in columns {
            let mut known: HashMap<(u32, u64), u32> = HashMap::new();
            let mut last = None;
            for (row, code) in codes.iter_mut().enumerate() {
                let key = (*code, key_of(column, row));
                // Rows of a field mostly follow each other.
                let place = match last {
                    Some((seen, place)) if seen == key => place,
                    _ => {
                        let next = known.len() as u32;
                        *known.entry(key).or_insert(next)
                    }
                };
                last = Some((key, place));
                *code = place;
            }
            len = known.len();
        }
        let mut first_rows = vec![u32::MAX; len];
        let mut counts = vec![0; len];
        for (row, code) in codes.iter().enumerate() {
            let field = *code as usize;
            first_rows[field] = first_rows[field].min(row as u32);
            counts[field] += 1;
        }
        Self {
            codes,
            first_rows,
            counts,
        }
    }

    /// The field of a row.
    #[inline]
    pub fn of(&self, row: u32) -> Option<u32> {
        self.codes.get(row as usize).copied()
    }

    /// The rows of a field, in stored order.
    pub fn rows(&self, field: u32) -> Vec<u32> {
        self.codes
            .par_chunks(CHUNK_ROWS)
            .enumerate()
            .flat_map_iter(|(chunk, codes)| {
                let first = chunk * CHUNK_ROWS;
                codes
                    .iter()
                    .enumerate()
                    .filter(move |(_, code)| **code == field)
                    .map(move |(at, _)| (first + at) as u32)
            })
            .collect()
    }

    /// Rows of a set by field.
    pub fn counts_of(&self, rows: &RowSet) -> Vec<u32> {
        super::bins::count_codes(&self.codes, rows, self.counts.len())
    }

    /// Means of a column by field, over all its rows with a finite value; `None` where a field has none.
    pub fn means(&self, column: &Column) -> Vec<Option<f64>> {
        let mut sums = vec![(0.0, 0_u32); self.counts.len()];
        if let Some(numbers) = column.numbers() {
            for (code, number) in self.codes.iter().zip(numbers.iter()) {
                if number.is_finite() {
                    let (sum, count) = &mut sums[*code as usize];
                    *sum += number;
                    *count += 1;
                }
            }
        }
        sums.into_iter()
            .map(|(sum, count)| (count > 0).then(|| sum / f64::from(count)))
            .collect()
    }
}

fn key_of(column: &Column, row: usize) -> u64 {
    match &column.values {
        Values::Categories { codes, .. } => {
            codes.get(row).map_or(u64::MAX, |code| u64::from(*code))
        }
        Values::Integers(values, nulls) => {
            if nulls
                .as_ref()
                .is_some_and(|nulls| nulls.contains(row as u32))
            {
                return u64::MAX;
            }
            values.get(row).map_or(u64::MAX, |value| *value as u64)
        }
        Values::Floats(values) => values.get(row).map_or(u64::MAX, |value| value.to_bits()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_apart_by_all_columns() {
        let source = Column::of_categories(
            "Metadata_Source",
            vec![0, 0, 0, 1, 1, 0],
            vec!["a".to_owned(), "b".to_owned()],
        );
        let image = Column::of_floats("Metadata_ImageNumber", vec![1.0, 1.0, 2.0, 1.0, 1.0, 2.0]);
        let index = FieldIndex::new(&[Arc::new(source), Arc::new(image)], 6);
        assert_eq!(index.codes, [0, 0, 1, 2, 2, 1]);
        assert_eq!(index.first_rows, [0, 2, 3]);
        assert_eq!(index.counts, [2, 2, 2]);
        assert_eq!(index.rows(1), [2, 5]);
        assert_eq!(index.counts_of(&RowSet::from_rows(6, [0, 2, 5])), [1, 2, 0]);
        let focus = Column::of_floats("f", vec![1.0, 3.0, f64::NAN, 5.0, f64::NAN, f64::NAN]);
        assert_eq!(index.means(&focus), [Some(2.0), None, Some(5.0)]);
        assert_eq!(FieldIndex::new(&[], 3).counts, [3]);
        assert!(FieldIndex::new(&[], 0).counts.is_empty());
    }
}
