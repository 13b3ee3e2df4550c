//! Outlines as geoarrow polygons: list of rings, each a list of points, each a list of x and y.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Float64Type};
use arrow::error::ArrowError;

use cytolance_imaging::Outline;

fn item(data_type: DataType) -> Arc<Field> {
    Arc::new(Field::new("item", data_type, true))
}

fn point_type() -> DataType {
    DataType::List(item(DataType::Float64))
}

fn ring_type() -> DataType {
    DataType::List(item(point_type()))
}

/// The Arrow type of an outline column.
pub(super) fn outline_type() -> DataType {
    DataType::List(item(ring_type()))
}

/// The field of an outline column; its metadata says axes, units and whether the shape is approximate.
///
/// Axes are x then y, which OME-Arrow's shapes want said because their default order is y, x.
pub fn outline_field(name: &str, approximate: bool) -> Field {
    let shapes = serde_json::json!({
        "geometry_encoding": "geoarrow.polygon",
        "axes": ["x", "y"],
        "units": "pixel",
        "coordinate_space": "field of view",
        "approximate": approximate,
    });
    Field::new(name, outline_type(), true).with_metadata(HashMap::from([
        (
            "ARROW:extension:name".to_owned(),
            "geoarrow.polygon".to_owned(),
        ),
        ("ome.arrow.shapes".to_owned(), shapes.to_string()),
        ("cytolance:approximate".to_owned(), approximate.to_string()),
    ]))
}

/// Collects outlines of one object set.
#[derive(Debug, Default)]
pub struct OutlineBuilder {
    present: Vec<bool>,
    rings: Vec<usize>,
    points: Vec<usize>,
    coordinates: Vec<f64>,
}

impl OutlineBuilder {
    /// Adds the outline of a row, in field pixels, or a null.
    pub fn append(&mut self, outline: Option<&Outline>) {
        self.present.push(outline.is_some());
        self.rings
            .push(outline.map_or(0, |outline| outline.rings.len()));
        for ring in outline.iter().flat_map(|outline| &outline.rings) {
            self.points.push(ring.len());
            self.coordinates.extend(ring.iter().flatten());
        }
    }

    /// The array, one value a row.
    ///
    /// # Errors
    /// Arrow's, when the parts do not fit together.
    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let num_points = self.coordinates.len() / 2;
        let points = ListArray::try_new(
            item(DataType::Float64),
            OffsetBuffer::from_lengths(std::iter::repeat_n(2, num_points)),
            Arc::new(Float64Array::from(self.coordinates)),
            None,
        )?;
        let rings = ListArray::try_new(
            item(point_type()),
            OffsetBuffer::from_lengths(self.points),
            Arc::new(points),
            None,
        )?;
        let polygons = ListArray::try_new(
            item(ring_type()),
            OffsetBuffer::from_lengths(self.rings),
            Arc::new(rings),
            Some(NullBuffer::from(self.present)),
        )?;
        Ok(Arc::new(polygons))
    }
}

/// The outline of a row; `None` for null, or an array that is no polygon column.
pub fn read_outline(array: &dyn Array, row: usize) -> Option<Outline> {
    let polygons = array.as_list_opt::<i32>()?;
    if polygons.is_null(row) {
        return None;
    }
    let rings = polygons.value(row);
    let rings = rings.as_list_opt::<i32>()?;
    let mut outline = Outline::default();
    for ring in 0..rings.len() {
        let points = rings.value(ring);
        let points = points.as_list_opt::<i32>()?;
        let values = points.values().as_primitive_opt::<Float64Type>()?.values();
        let ring = points
            .value_offsets()
            .windows(2)
            .filter_map(|pair| {
                let start = usize::try_from(pair[0]).ok()?;
                Some([*values.get(start)?, *values.get(start + 1)?])
            })
            .collect();
        outline.rings.push(ring);
    }
    Some(outline)
}

/// Whether a field is a polygon column of this shape.
pub fn is_outline(data_type: &DataType) -> bool {
    fn list_item(data_type: &DataType) -> Option<&DataType> {
        match data_type {
            DataType::List(item) => Some(item.data_type()),
            _ => None,
        }
    }
    list_item(data_type).and_then(list_item).and_then(list_item) == Some(&DataType::Float64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_come_back_as_written() {
        let square = |at: f64| vec![[at, at], [at + 2.0, at], [at + 2.0, at + 2.0], [at, at]];
        let outlines = [
            Some(Outline {
                rings: vec![square(0.0), square(0.5)],
            }),
            None,
            Some(Outline {
                rings: vec![square(7.0)],
            }),
        ];
        let mut builder = OutlineBuilder::default();
        for outline in &outlines {
            builder.append(outline.as_ref());
        }
        let array = builder.finish().expect("an array");
        assert!(is_outline(array.data_type()));
        for (row, outline) in outlines.iter().enumerate() {
            assert_eq!(&read_outline(&array, row), outline, "row {row}");
        }
        let sliced = array.slice(2, 1);
        assert_eq!(read_outline(&sliced, 0), outlines[2]);
    }
}
