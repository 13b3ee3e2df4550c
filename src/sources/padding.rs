//! Tables of several object sets: where one set has fewer objects than another, its columns are filled up.

use super::spelling::key_of;
use super::written::is_null_text;
use super::{ReadNotes, SourceRemark};

/// What the columns of an object set hold in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Content {
    /// Nulls.
    #[default]
    Nothing,
    /// Zeros and perhaps nulls.
    Zeros,
    /// Another number, or words.
    Something,
}

impl Content {
    /// What a stored number is.
    pub fn of_number(number: f64) -> Self {
        if number.is_nan() {
            Self::Nothing
        } else if number == 0.0 {
            Self::Zeros
        } else {
            Self::Something
        }
    }

    /// What a written value is.
    pub fn of_text(text: &str) -> Self {
        let text = text.trim();
        if is_null_text(text) {
            return Self::Nothing;
        }
        // Nearly all values begin with another digit.
        let may_be_zero = text.starts_with(['0', '-', '+', '.']);
        if may_be_zero && text.parse() == Ok(0.0) {
            Self::Zeros
        } else {
            Self::Something
        }
    }
}

/// The rows of a table in which an object set has an object.
///
/// `CellProfiler` counts objects from one, so a row whose object number is 0 or missing, and in which nothing else was
/// measured, is none. Where a set has no column of object numbers, zeros may be measurements: its rows are kept.
#[derive(Debug, Clone, Default)]
pub(super) struct ObjectRows {
    /// The rows, rising.
    pub rows: Vec<u32>,
    /// The set's own columns say its objects' numbers.
    is_numbered: bool,
    padding: usize,
    /// Rows of zeros that are kept because nothing says what they are.
    unclear: usize,
}

impl ObjectRows {
    /// `features` are the names of the set's own columns, without the set's name.
    pub fn new<'a>(mut features: impl Iterator<Item = &'a str>) -> Self {
        Self {
            is_numbered: features
                .any(|name| matches!(key_of(name), Some("Number_Object_Number" | "ObjectNumber"))),
            ..Self::default()
        }
    }

    /// Takes in a row.
    pub fn take(&mut self, row: u32, content: Content) {
        match content {
            Content::Nothing => self.padding += 1,
            Content::Zeros if self.is_numbered => self.padding += 1,
            Content::Zeros => {
                self.unclear += 1;
                self.rows.push(row);
            }
            Content::Something => self.rows.push(row),
        }
    }

    /// Says in the notes what was left out, and what is unclear.
    pub fn note(&self, notes: &mut ReadNotes) {
        notes.padding = self.padding;
        if self.padding > 0 {
            notes
                .remarks
                .push(SourceRemark::Padding { rows: self.padding });
        }
        if self.unclear > 0 {
            notes
                .remarks
                .push(SourceRemark::PerhapsPadding { rows: self.unclear });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_told_by_value_not_spelling() {
        let cases = [
            ("", Content::Nothing),
            ("nan", Content::Nothing),
            ("0", Content::Zeros),
            (" 0.00", Content::Zeros),
            ("-0.0e+00", Content::Zeros),
            ("1e-300", Content::Something),
            ("0.001", Content::Something),
            ("a.tif", Content::Something),
            ("0a", Content::Something),
        ];
        for (text, expected) in cases {
            assert_eq!(Content::of_text(text), expected, "{text}");
        }
        assert_eq!(Content::of_number(f64::NAN), Content::Nothing);
        assert_eq!(Content::of_number(-0.0), Content::Zeros);
        assert_eq!(Content::of_number(1e-300), Content::Something);
    }

    #[test]
    fn zeros_are_padding_only_where_objects_have_numbers() {
        use Content::{Nothing, Something, Zeros};
        for (feature, rows, padding, remarks) in [
            ("Number_Object_Number", &[0_u32][..], 2, 1),
            ("ObjectNumber", &[0], 2, 1),
            ("AreaShape_Area", &[0, 1], 1, 2),
        ] {
            let mut found = ObjectRows::new(["Parent_Cells", feature].into_iter());
            for (row, content) in [Something, Zeros, Nothing].into_iter().enumerate() {
                found.take(row as u32, content);
            }
            let mut notes = ReadNotes::default();
            found.note(&mut notes);
            assert_eq!(found.rows, rows, "{feature}");
            assert_eq!(notes.padding, padding, "{feature}");
            assert_eq!(notes.remarks.len(), remarks, "{:?}", notes.remarks);
        }
    }
}
