//! Wells: their names, their places, and the plates they belong to.

use serde::{Deserialize, Serialize};

/// A place on a plate, both counted from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Well {
    /// Row: A is 0, AF is 31.
    pub row: u32,
    /// Column: 1 is 0.
    pub column: u32,
}

/// Rows and columns of a plate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlateFormat {
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
}

/// Plates as they are sold, from small to large.
pub const PLATE_FORMATS: [PlateFormat; 7] = [
    format(2, 3),
    format(3, 4),
    format(4, 6),
    format(6, 8),
    format(8, 12),
    format(16, 24),
    format(32, 48),
];

const fn format(rows: u32, columns: u32) -> PlateFormat {
    PlateFormat { rows, columns }
}

impl PlateFormat {
    /// The smallest plate that has all of these wells; of no sold plate has them, one that is just large enough.
    pub fn holding(wells: impl IntoIterator<Item = Well>) -> Self {
        let (rows, columns) = wells.into_iter().fold((0, 0), |(rows, columns), well| {
            (rows.max(well.row + 1), columns.max(well.column + 1))
        });
        PLATE_FORMATS
            .into_iter()
            .find(|known| known.rows >= rows && known.columns >= columns)
            .unwrap_or(Self { rows, columns })
    }
}

impl Well {
    /// Reads `B03`, `b3`, `B-3`, `AF48`, `r02c03`, `2_3`; `None` for anything else, and beyond 64 rows or columns.
    pub fn parse(name: &str) -> Option<Self> {
        let plain: String = name
            .trim()
            .chars()
            .filter(|letter| !matches!(letter, ' '))
            .collect::<String>()
            .to_ascii_uppercase();
        let (row, column) = by_row_and_column(&plain).or_else(|| by_letters(&plain))?;
        let valid = 1..=64;
        (valid.contains(&row) && valid.contains(&column)).then(|| Self {
            row: row - 1,
            column: column - 1,
        })
    }

    /// The name as plates have it: `B03`.
    pub fn name(self) -> String {
        format!("{}{:02}", row_letters(self.row), self.column + 1)
    }
}

/// A, B, ..., Z, AA, ...
pub fn row_letters(row: u32) -> String {
    let letter = |at: u32| char::from(b'A' + (at % 26) as u8);
    match row / 26 {
        0 => letter(row).to_string(),
        more => format!("{}{}", letter(more - 1), letter(row)),
    }
}

fn by_row_and_column(name: &str) -> Option<(u32, u32)> {
    let (row, column) = match name.strip_prefix('R').and_then(|rest| rest.split_once('C')) {
        Some(parts) => parts,
        None => name.split_once(['_', ','])?,
    };
    Some((row.parse().ok()?, column.parse().ok()?))
}

fn by_letters(name: &str) -> Option<(u32, u32)> {
    let letters = name.chars().take_while(char::is_ascii_uppercase).count();
    if !(1..=2).contains(&letters) {
        return None;
    }
    let (letters, number) = name.split_at(letters);
    let row = letters
        .bytes()
        .fold(0, |row, letter| row * 26 + u32::from(letter - b'A') + 1);
    let number = number.trim_start_matches(['-', '_']);
    if number.is_empty() || !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Some((row, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_places_belong_together() {
        let cases = [
            ("A01", Some((0, 0))),
            ("a1", Some((0, 0))),
            ("H12", Some((7, 11))),
            (" B-3 ", Some((1, 2))),
            ("P24", Some((15, 23))),
            ("AF48", Some((31, 47))),
            ("r02c03", Some((1, 2))),
            ("2_3", Some((1, 2))),
            ("", None),
            ("A", None),
            ("A00", None),
            ("A99", None),
            ("12", None),
            ("ABC1", None),
            ("DMSO", None),
            ("B3x", None),
        ];
        for (name, place) in cases {
            let found = Well::parse(name).map(|well| (well.row, well.column));
            assert_eq!(found, place, "{name:?}");
        }
        for row in 0..32 {
            for column in 0..48 {
                let well = Well { row, column };
                assert_eq!(Well::parse(&well.name()), Some(well));
            }
        }
    }

    #[test]
    fn plates_are_as_small_as_they_can_be() {
        let holding = |names: &[&str]| {
            let format = PlateFormat::holding(names.iter().filter_map(|name| Well::parse(name)));
            (format.rows, format.columns)
        };
        assert_eq!(holding(&[]), (2, 3));
        assert_eq!(holding(&["B03"]), (2, 3));
        assert_eq!(holding(&["B02", "D05"]), (4, 6));
        assert_eq!(holding(&["H12"]), (8, 12));
        assert_eq!(holding(&["H13"]), (16, 24));
        assert_eq!(holding(&["AF48"]), (32, 48));
        assert_eq!(holding(&["A50"]), (1, 50));
    }
}
