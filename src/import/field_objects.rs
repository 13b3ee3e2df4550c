//! The objects of a field of view: their numbers, what was measured of them, and the rows that show them.

use std::collections::HashMap;
use std::ops::Range;

use super::ImportError;
use super::joined_part::JoinedPart;
use super::shapes::{ObjectShapes, is_shape};
use cytolance_imaging::{KnownObject, MeasuredVolume};
use cytolance_sources::Table;

/// The objects of one set in one field.
#[derive(Debug, Default)]
pub(super) struct FieldObjects {
    pub known: Vec<KnownObject>,
    /// The same objects, as those of volumes.
    pub volumes: Vec<MeasuredVolume>,
    /// For each row of the field the place of its object in the list; none where the row has no such object.
    pub of_row: Vec<Option<usize>>,
}

impl JoinedPart {
    /// The objects of a set in some joined rows.
    ///
    /// # Errors
    /// [`ImportError::Source`] when the table cannot be read any more.
    pub fn field_objects(
        &self,
        object: &str,
        rows: Range<usize>,
    ) -> Result<FieldObjects, ImportError> {
        let objects = self.objects();
        let Some(place) = objects.iter().position(|(name, _)| *name == object) else {
            return Ok(FieldObjects {
                known: Vec::new(),
                volumes: Vec::new(),
                of_row: vec![None; rows.len()],
            });
        };
        let table = objects[place].1;
        let table_rows = self.table_rows(place, rows.clone());
        let mut numbers = self.object_numbers(place, &table_rows, rows);
        if place == 0 && self.counts_its_objects() {
            // These are no numbers of the segmentation.
            numbers.fill(None);
        }
        let shapes = self.shapes_of(table, &table_rows)?;
        let mut found = FieldObjects::default();
        // An object may stand in several rows: those of one row of its table, or of one number in joined tables.
        let mut by_table_row: HashMap<u32, usize> = HashMap::new();
        let mut by_label: HashMap<u32, usize> = HashMap::new();
        for (row, (table_row, number)) in table_rows.iter().zip(&numbers).enumerate() {
            let label = number.and_then(|number| u32::try_from(number).ok());
            let object = table_row.map(|table_row| (table_row, shapes.measured(row)));
            let Some((table_row, measured)) = object else {
                found.of_row.push(None);
                continue;
            };
            let label = label.filter(|label| *label > 0);
            let is_empty = measured
                .bounds
                .or(measured.center.map(|[x, y]| [x, y, x, y]))
                .is_none()
                && measured.area.is_none();
            if self.is_joined() && label.is_none() && is_empty {
                found.of_row.push(None);
                continue;
            }
            let same = by_table_row.get(&table_row).or_else(|| {
                let known = by_label.get(&label?).filter(|_| self.is_joined())?;
                (found.known[*known].measured == measured).then_some(known)
            });
            let at = same.copied().unwrap_or_else(|| {
                found.known.push(KnownObject { label, measured });
                found.volumes.push(shapes.measured_volume(row, label));
                found.known.len() - 1
            });
            by_table_row.insert(table_row, at);
            if let Some(label) = label {
                by_label.insert(label, at);
            }
            found.of_row.push(Some(at));
        }
        Ok(found)
    }

    /// What was measured of the shapes of the primary objects of some joined rows.
    ///
    /// # Errors
    /// [`ImportError::Source`] when the table cannot be read any more.
    pub fn primary_shapes(&self, rows: Range<usize>) -> Result<ObjectShapes, ImportError> {
        self.shapes_of(&self.joined.table, &self.table_rows(0, rows))
    }

    /// What some rows of an object's table say of shapes.
    fn shapes_of(&self, table: &Table, rows: &[Option<u32>]) -> Result<ObjectShapes, ImportError> {
        let wanted: Vec<usize> = (0..table.columns.len())
            .filter(|at| is_shape(&table.columns[*at].name))
            .collect();
        let values = table.read(&wanted, Some(rows))?;
        let shapes = ObjectShapes::new(|name| {
            let mut names = wanted.iter().map(|at| &table.columns[*at].name);
            values.get(names.position(|known| known == name)?).cloned()
        });
        Ok(if self.measured_flat {
            shapes.flat()
        } else {
            shapes
        })
    }

    /// Whether a joined row has an object of a set.
    pub fn has_object(&self, object: usize, row: usize) -> bool {
        match object.checked_sub(1) {
            None => true,
            Some(compartment) => self.joined.compartments[compartment].rows[row].is_some(),
        }
    }
}
