//! Object sets that no parent column relates: their rows by number, as far as the objects lie at the same place.

use std::collections::HashMap;

use arrow::array::ArrayRef;
use serde::{Deserialize, Serialize};

use super::object_set::{Key, ObjectSet};
use crate::ImportError;
use crate::shapes::{ObjectShapes, is_shape};
use cytolance_imaging::MeasuredObject;
use cytolance_sources::Table;

/// What is known of the pairs of an object set that nothing but numbers relates to the primary one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PairReport {
    /// The object set.
    pub object: String,
    /// The primary one.
    pub primary: String,
    /// Its objects.
    pub objects: usize,
    /// Objects for which there is a primary one of the same image and number.
    pub numbered: usize,
    /// Those of them that lie at the place of the primary one.
    pub placed: usize,
    /// Those of which neither box nor area was measured.
    pub untold: usize,
    /// It was asked for that they are joined.
    pub wanted: bool,
    /// Those that lie at the same place are joined.
    pub joined: bool,
}

impl PairReport {
    /// Whether it is worth asking if they are to be joined: nearly all that have the same number lie at the same place.
    pub fn is_likely(&self) -> bool {
        self.placed > 0
            && self.placed * 10 >= self.numbered * 9
            && self.numbered * 2 >= self.objects
    }

    /// Takes in what is known of another part.
    pub(crate) fn add(&mut self, other: &Self) {
        self.objects += other.objects;
        self.numbered += other.numbered;
        self.placed += other.placed;
        self.untold += other.untold;
        self.wanted |= other.wanted;
        self.joined |= other.joined;
    }
}

impl std::fmt::Display for PairReport {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{} of {} {} have the number of one of the {} and lie at its place",
            self.placed, self.objects, self.object, self.primary
        )
    }
}

/// The rows of a set for the joined rows, where number and place are the same.
pub(super) struct Pairs {
    pub rows: Vec<Option<u32>>,
    pub report: PairReport,
}

impl Pairs {
    /// Looks for the objects of `set` among the joined rows, `order`, of `primary`.
    ///
    /// # Errors
    /// [`ImportError::Source`] when a table cannot be read.
    pub fn new(
        primary: &ObjectSet,
        order: &[(Key, u32)],
        set: &ObjectSet,
    ) -> Result<Self, ImportError> {
        let mut pairs = Self {
            rows: vec![None; order.len()],
            report: PairReport {
                object: set.name.clone(),
                primary: primary.name.clone(),
                objects: set.row_by_key.len(),
                ..PairReport::default()
            },
        };
        let numbered: Vec<(usize, u32, u32)> = order
            .iter()
            .enumerate()
            .filter_map(|(at, (key, row))| Some((at, *row, *set.row_by_key.get(key)?)))
            .collect();
        pairs.report.numbered = numbered.len();
        if numbered.is_empty() {
            return Ok(pairs);
        }
        let (theirs, own) = (shapes_of(&primary.table)?, shapes_of(&set.table)?);
        for (at, primary_row, row) in numbered {
            let (one, other) = (
                theirs.measured(primary_row as usize),
                own.measured(row as usize),
            );
            match lie_together(&one, &other) {
                Some(true) => {
                    pairs.rows[at] = Some(row);
                    pairs.report.placed += 1;
                }
                Some(false) => {}
                None => pairs.report.untold += 1,
            }
        }
        Ok(pairs)
    }
}

/// What was measured of the places of all rows.
fn shapes_of(table: &Table) -> Result<ObjectShapes, ImportError> {
    let places: Vec<usize> = (0..table.columns.len())
        .filter(|at| {
            is_shape(&table.columns[*at].name) && table.columns[*at].data_type.is_numeric()
        })
        .collect();
    let values = table.read(&places, None)?;
    let by_name: HashMap<&str, ArrayRef> = places
        .iter()
        .map(|at| table.columns[*at].name.as_str())
        .zip(values)
        .collect();
    Ok(ObjectShapes::new(|name| by_name.get(name).cloned()))
}

/// Whether the centre of one of two objects lies in the other: in its box, or in a circle of its area. `None` where
/// neither was measured.
fn lie_together(one: &MeasuredObject, other: &MeasuredObject) -> Option<bool> {
    let middle = |object: &MeasuredObject| {
        object.center.or_else(|| {
            let [left, top, right, bottom] = object.bounds?;
            // Centres count from the middle of the first pixel, boxes from its corner.
            Some([
                f64::midpoint(left, right) - 0.5,
                f64::midpoint(top, bottom) - 0.5,
            ])
        })
    };
    let is_in = |object: &MeasuredObject, [x, y]: [f64; 2]| {
        if let Some([left, top, right, bottom]) = object.bounds {
            return Some((left..right).contains(&(x + 0.5)) && (top..bottom).contains(&(y + 0.5)));
        }
        let [own_x, own_y] = object.center?;
        let radius = (object.area? / std::f64::consts::PI).sqrt();
        Some((own_x - x).hypot(own_y - y) <= radius)
    };
    let first = middle(other).and_then(|center| is_in(one, center));
    let second = middle(one).and_then(|center| is_in(other, center));
    match (first, second) {
        (None, None) => None,
        (first, second) => Some(first == Some(true) || second == Some(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_by_box_or_area() {
        let object = |center: Option<[f64; 2]>, bounds: Option<[f64; 4]>, area: Option<f64>| {
            MeasuredObject {
                number: 0,
                center,
                bounds,
                area,
            }
        };
        let cell = object(Some([10.0, 10.0]), Some([0.0, 0.0, 20.0, 20.0]), None);
        let round = object(Some([10.0, 10.0]), None, Some(314.0));
        let bare = object(Some([10.0, 10.0]), None, None);
        let boxed = object(None, Some([8.0, 8.0, 12.0, 12.0]), None);
        let cases = [
            (cell, object(Some([19.0, 1.0]), None, None), Some(true)),
            (cell, object(Some([19.6, 1.0]), None, None), Some(false)),
            (cell, boxed, Some(true)),
            (boxed, bare, Some(true)),
            (round, object(Some([19.0, 10.0]), None, None), Some(true)),
            (round, object(Some([21.0, 10.0]), None, None), Some(false)),
            (bare, bare, None),
            (object(None, None, Some(9.0)), bare, None),
        ];
        for (one, other, together) in cases {
            assert_eq!(lie_together(&one, &other), together, "{one:?} {other:?}");
            assert_eq!(lie_together(&other, &one), together, "{other:?} {one:?}");
        }
    }
}
