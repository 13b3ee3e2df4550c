//! Numbers for the plates, wells and sites of rows.

use std::collections::{BTreeMap, HashMap};

use super::{Column, NULL_CODE, Values};
use cytolance_profile::Well;

/// The keys of rows: a number for every distinct combination.
pub(super) struct Keys {
    /// Every row's number; [`NULL_CODE`] where it has no well.
    pub(super) codes: Vec<u32>,
    /// By number: the numbers of the parts.
    pub(super) parts: Vec<[u32; 3]>,
}

/// The place of every row's value among the column's values, and their names. Numbers count as their text.
pub(super) fn codes_of(column: &Column) -> (Vec<u32>, Vec<String>) {
    if let Values::Categories { codes, names } = &column.values {
        (codes.to_vec(), names.to_vec())
    } else {
        let mut known: BTreeMap<i64, u32> = BTreeMap::new();
        let number = |row: u32| {
            column
                .number(row)
                .map(|value| (value * 1000.0).round() as i64)
        };
        for row in 0..column.len() as u32 {
            if let Some(value) = number(row) {
                known.entry(value).or_insert(row);
            }
        }
        let names = known
            .values()
            .map(|row| column.text(*row).unwrap_or_default())
            .collect();
        let places: BTreeMap<i64, u32> = known.keys().copied().zip(0..).collect();
        let codes = (0..column.len() as u32)
            .map(|row| {
                number(row)
                    .and_then(|value| places.get(&value).copied())
                    .unwrap_or(NULL_CODE)
            })
            .collect();
        (codes, names)
    }
}

/// The place of every row's well among the wells, their names, and their other spellings: `A1` and `A01` are one well.
pub(super) fn wells_of(column: &Column) -> (Vec<u32>, Vec<String>, Vec<Vec<String>>) {
    let (mut codes, names) = codes_of(column);
    let mut also = vec![Vec::new(); names.len()];
    let mut first: BTreeMap<Well, u32> = BTreeMap::new();
    let mut same: Vec<u32> = (0..).take(names.len()).collect();
    for (at, name) in names.iter().enumerate() {
        let Some(place) = Well::parse(name) else {
            continue;
        };
        let known = *first.entry(place).or_insert(at as u32);
        if known != at as u32 {
            same[at] = known;
            also[known as usize].push(name.clone());
        }
    }
    if first.len() < names.len() {
        for code in &mut codes {
            *code = same.get(*code as usize).copied().unwrap_or(*code);
        }
    }
    (codes, names, also)
}

impl Keys {
    /// Rows without a well get no key.
    pub(super) fn new(plate: &[u32], well: &[u32], site: &[u32]) -> Self {
        let mut known: HashMap<[u32; 3], u32> = HashMap::new();
        let mut parts = Vec::new();
        let at = |codes: &[u32], row: usize| codes.get(row).copied().unwrap_or(0);
        let mut last = None;
        let codes = (0..well.len())
            .map(|row| {
                if well[row] == NULL_CODE {
                    return NULL_CODE;
                }
                let key = [at(plate, row), well[row], at(site, row)];
                match last {
                    // Cells of a well mostly follow each other.
                    Some((seen, code)) if seen == key => code,
                    _ => {
                        let code = *known.entry(key).or_insert_with(|| {
                            parts.push(key);
                            parts.len() as u32 - 1
                        });
                        last = Some((key, code));
                        code
                    }
                }
            })
            .collect();
        Self { codes, parts }
    }
}
