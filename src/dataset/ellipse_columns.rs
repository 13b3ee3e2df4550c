//! Outlines that are not stored: ellipses, made of five columns when they are looked at.

use arrow::array::{ArrayRef, AsArray as _, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use serde::{Deserialize, Serialize};

use super::handle::numbers_of;
use cytolance_imaging::{EllipseShape, Outline, ellipse_outline};

/// Points of an ellipse that stands in for an outline.
const POINTS: usize = 48;

/// How an export counts the angle of an object's long axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AngleConvention {
    /// See [`EllipseShape`]: exports of `CellProfiler` 3 and earlier.
    pub from_x_axis: bool,
    /// Radians, as `CellProfiler` 4.0 wrote them; degrees otherwise.
    pub radians: bool,
}

/// Some rows: those that have one of these texts in a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCondition {
    /// The column.
    pub column: String,
    /// The texts.
    pub values: Vec<String>,
}

impl RowCondition {
    /// Whether it holds, row by row; nowhere where the column is missing.
    fn holds(&self, batch: &RecordBatch) -> Vec<bool> {
        let texts = batch
            .column_by_name(&self.column)
            .and_then(|column| cast(column, &DataType::Utf8).ok());
        let Some(texts) = texts
            .as_ref()
            .and_then(|texts| texts.as_string_opt::<i32>())
        else {
            return vec![false; batch.num_rows()];
        };
        texts
            .iter()
            .map(|text| text.is_some_and(|text| self.values.iter().any(|value| value == text)))
            .collect()
    }
}

/// The columns that the ellipses of an object set are made of, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EllipseColumns {
    /// The object set.
    pub object: String,
    /// Column of the centres' x, as measured: half a pixel less than in field pixels.
    pub center_x: String,
    /// Column of the centres' y.
    pub center_y: String,
    /// Column of the full lengths of the major axes.
    pub major_axis: String,
    /// Column of the full lengths of the minor axes.
    pub minor_axis: String,
    /// Column of the angles.
    pub orientation: String,
    /// How the angles are counted.
    #[serde(flatten)]
    pub angle: AngleConvention,
    /// The rows it holds for: where all of these hold; all rows without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowCondition>,
}

impl EllipseColumns {
    /// Centre x and y, major and minor axis, orientation.
    pub fn measurements(&self) -> [&str; 5] {
        [
            &self.center_x,
            &self.center_y,
            &self.major_axis,
            &self.minor_axis,
            &self.orientation,
        ]
    }

    /// All columns that have to be read.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let conditions = self.rows.iter().map(|rows| rows.column.as_str());
        self.measurements().into_iter().chain(conditions)
    }

    /// The same for other rows.
    #[must_use]
    pub fn for_rows(&self, rows: Vec<RowCondition>) -> Self {
        Self {
            rows,
            ..self.clone()
        }
    }

    /// The shapes of the rows of a batch; `None` where there is no ellipse of a row's values.
    fn shapes(&self, batch: &RecordBatch) -> Vec<Option<EllipseShape>> {
        let [x, y, major, minor, orientation] = self.measurements().map(|name| {
            batch
                .column_by_name(name)
                .and_then(floats)
                .unwrap_or_else(|| vec![f64::NAN; batch.num_rows()])
        });
        (0..batch.num_rows())
            .map(|row| {
                let shape = EllipseShape {
                    center: [x[row], y[row]],
                    major_axis: major[row],
                    minor_axis: minor[row],
                    orientation_degrees: if self.angle.radians {
                        orientation[row].to_degrees()
                    } else {
                        orientation[row]
                    },
                    from_x_axis: self.angle.from_x_axis,
                };
                shape.can_be_drawn().then_some(shape)
            })
            .collect()
    }

    #[cfg(test)]
    pub(super) fn sample(object: &str) -> Self {
        let column = |measure: &str| format!("{object}_AreaShape_{measure}");
        Self {
            object: object.to_owned(),
            center_x: column("Center_X"),
            center_y: column("Center_Y"),
            major_axis: column("MajorAxisLength"),
            minor_axis: column("MinorAxisLength"),
            orientation: column("Orientation"),
            angle: AngleConvention::default(),
            rows: vec![RowCondition {
                column: "Metadata_Source".to_owned(),
                values: vec!["plate".to_owned()],
            }],
        }
    }
}

/// Numbers of a column, also of one that became text because another part of the import has words in it.
fn floats(array: &ArrayRef) -> Option<Vec<f64>> {
    numbers_of(array).or_else(|| numbers_of(&cast(array, &DataType::Float64).ok()?))
}

/// The shapes of one object set in the rows of a batch: of several entries, the first that holds for a row counts.
pub(super) fn shapes_of(
    batch: &RecordBatch,
    entries: &[EllipseColumns],
) -> Vec<Option<EllipseShape>> {
    let mut shapes = vec![None; batch.num_rows()];
    let mut open = vec![true; batch.num_rows()];
    for entry in entries {
        let mut holds = open.clone();
        for condition in &entry.rows {
            for (holds, here) in holds.iter_mut().zip(condition.holds(batch)) {
                *holds &= here;
            }
        }
        if !holds.contains(&true) {
            continue;
        }
        for (row, shape) in entry.shapes(batch).into_iter().enumerate() {
            if holds[row] {
                shapes[row] = shape;
                open[row] = false;
            }
        }
    }
    shapes
}

/// The outline that such a shape stands for.
pub(super) fn outline_of(shape: &EllipseShape) -> Option<Outline> {
    ellipse_outline(shape, POINTS)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, Int64Array, StringArray};

    use super::*;

    #[test]
    fn the_first_entry_that_holds_for_a_row_counts() {
        let floats = |values: [Option<f64>; 4]| -> ArrayRef {
            Arc::new(Float64Array::from(values.to_vec()))
        };
        let batch = RecordBatch::try_from_iter_with_nullable([
            (
                "Metadata_Source",
                Arc::new(StringArray::from(vec![
                    Some("a"),
                    Some("b"),
                    None,
                    Some("b"),
                ])) as ArrayRef,
                true,
            ),
            ("Cells_AreaShape_Center_X", floats([Some(1.0); 4]), true),
            ("Cells_AreaShape_Center_Y", floats([Some(2.0); 4]), true),
            // Whole numbers, and numbers that became text beside the words of another part.
            (
                "Cells_AreaShape_MajorAxisLength",
                Arc::new(Int64Array::from(vec![8; 4])),
                true,
            ),
            (
                "Cells_AreaShape_MinorAxisLength",
                Arc::new(StringArray::from(vec!["4.5", "4.5", "4.5", "none"])),
                true,
            ),
            ("Cells_AreaShape_Orientation", floats([Some(0.5); 4]), true),
        ])
        .expect("a batch");
        let sample = EllipseColumns::sample("Cells");
        let of = |values: &[&str]| {
            vec![RowCondition {
                column: "Metadata_Source".to_owned(),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            }]
        };
        let radians = AngleConvention {
            radians: true,
            from_x_axis: true,
        };
        let entries = [
            EllipseColumns {
                angle: radians,
                ..sample.for_rows(of(&["x", "b"]))
            },
            sample.for_rows(Vec::new()),
        ];
        let degrees = |entries: &[EllipseColumns]| -> Vec<Option<f64>> {
            let shapes = shapes_of(&batch, entries).into_iter();
            shapes
                .map(|shape| Some(shape?.orientation_degrees))
                .collect()
        };
        let turned = 0.5_f64.to_degrees();
        assert_eq!(
            degrees(&entries),
            [Some(0.5), Some(turned), Some(0.5), None]
        );
        assert_eq!(degrees(&entries[..1]), [None, Some(turned), None, None]);
        assert_eq!(
            degrees(&[sample.for_rows(of(&["a"]))]),
            [Some(0.5), None, None, None]
        );
        let text = serde_json::to_string(&entries).expect("JSON");
        let read: Vec<EllipseColumns> = serde_json::from_str(&text).expect("the same");
        assert_eq!(read, entries);
    }
}
