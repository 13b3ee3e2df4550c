//! How large a square shows a cell of which no box was measured.

use std::fmt;

use super::ImportError;
use super::planned_part::PlannedPart;
use super::shapes::has_boxes;
use cytolance_sources::{Table, floats_of};

/// Edge in pixels where nothing says how large the objects are.
const USUAL: u32 = 128;
/// Smallest and largest edge.
const EDGES: [f64; 2] = [16.0, 4096.0];
/// Edge in diameters.
const DIAMETERS: f64 = 3.0;

/// The diameter by a measurement.
type Diameter = fn(f64) -> f64;

/// The edge of a square, and what it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CropSquare {
    /// Pixels.
    pub size: u32,
    /// The column of which the median was taken; the usual edge without one.
    pub column: Option<&'static str>,
}

impl Default for CropSquare {
    fn default() -> Self {
        Self {
            size: USUAL,
            column: None,
        }
    }
}

impl CropSquare {
    /// The square of a part's cells: about three median diameters.
    ///
    /// # Errors
    /// [`ImportError::Source`] when the table cannot be read.
    pub(super) fn of_part(part: &PlannedPart) -> Result<Self, ImportError> {
        if part.copies_crops() || has_boxes(&part.joined.table) {
            return Ok(Self::default());
        }
        let rows: Vec<Option<u32>> = part.joined.rows.iter().copied().map(Some).collect();
        Self::of_rows(&part.joined.table, &rows)
    }

    fn of_rows(table: &Table, rows: &[Option<u32>]) -> Result<Self, ImportError> {
        let of_area = |area: f64| (4.0 * area / std::f64::consts::PI).sqrt();
        let itself = |diameter: f64| diameter;
        let measures: [(&'static str, Diameter); 3] = [
            ("AreaShape_Area", of_area),
            ("AreaShape_EquivalentDiameter", itself),
            ("AreaShape_MajorAxisLength", itself),
        ];
        for (column, diameter) in measures {
            let mut columns = table.columns.iter();
            let Some(at) = columns.position(|known| known.name == column) else {
                continue;
            };
            let values = table.read(&[at], Some(rows))?;
            let mut sizes: Vec<f64> = values.first().and_then(floats_of).unwrap_or_default();
            sizes.retain(|size| size.is_finite() && *size > 0.0);
            if sizes.is_empty() {
                continue;
            }
            let middle = sizes.len() / 2;
            let (_, median, _) = sizes.select_nth_unstable_by(middle, f64::total_cmp);
            let edge = (DIAMETERS * diameter(*median)).clamp(EDGES[0], EDGES[1]);
            return Ok(Self {
                size: (edge.ceil() as u32).next_multiple_of(2),
                column: Some(column),
            });
        }
        Ok(Self::default())
    }
}

impl fmt::Display for CropSquare {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "squares of {} pixels", self.size)?;
        match self.column {
            Some(column) => write!(out, ", three median diameters by {column}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_sources::tables_of_csv;

    #[test]
    fn squares_follow_what_was_measured() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Nuclei.csv");
        let cases: [(&str, u32, Option<&str>); 7] = [
            ("AreaShape_Area\n81\n81\n81\n", 32, Some("AreaShape_Area")),
            (
                "AreaShape_Area,AreaShape_EquivalentDiameter\nnan,40\n0,40\n",
                120,
                Some("AreaShape_EquivalentDiameter"),
            ),
            (
                "AreaShape_MajorAxisLength\n10\n30.2\n90\n",
                92,
                Some("AreaShape_MajorAxisLength"),
            ),
            ("AreaShape_Area\n1\n", 16, Some("AreaShape_Area")),
            ("AreaShape_Area\n1e9\n", 4096, Some("AreaShape_Area")),
            ("AreaShape_Area\nnan\n", 128, None),
            ("ObjectNumber\n1\n", 128, None),
        ];
        for (text, size, column) in cases {
            std::fs::write(&path, text).expect("a file");
            let (_, table) = tables_of_csv(&path).expect("readable").remove(0);
            let rows: Vec<Option<u32>> = (0..table.num_rows as u32).map(Some).collect();
            let found = CropSquare::of_rows(&table, &rows).expect("readable");
            assert_eq!((found.size, found.column), (size, column), "{text}");
        }
    }
}
