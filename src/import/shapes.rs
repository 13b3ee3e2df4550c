//! Where the objects of a field of view are, from their measurements.

use arrow::array::ArrayRef;

use super::CropRule;
use super::plan::DEFAULT_SQUARE;
use crate::cellprofiler::{Table, floats_of};
use crate::imaging::{EllipseShape, MeasuredObject, Outline, PixelBox, ellipse_outline};

/// Points of an ellipse that stands in for an outline.
const ELLIPSE_POINTS: usize = 48;

/// Whether bounding boxes were measured.
pub(super) fn has_boxes(table: &Table) -> bool {
    table.has("AreaShape_BoundingBoxMinimum_X") && table.has("AreaShape_BoundingBoxMaximum_Y")
}

/// Whether ellipses can be drawn.
pub(super) fn has_ellipses(table: &Table) -> bool {
    (table.has("AreaShape_Center_X") || table.has("Location_Center_X"))
        && table.has("AreaShape_MajorAxisLength")
        && table.has("AreaShape_MinorAxisLength")
        && table.has("AreaShape_Orientation")
}

/// Whether a column says where an object is.
pub(super) fn is_shape(name: &str) -> bool {
    name == "AreaShape_Area"
        || name.starts_with("AreaShape_BoundingBox")
        || name.starts_with("AreaShape_Center_")
        || name.starts_with("Location_Center_")
}

/// Where the objects of some rows are: boxes, centres and ellipses, by row.
pub(super) struct ObjectShapes {
    boxes: Option<[Vec<f64>; 4]>,
    centers: Option<[Vec<f64>; 2]>,
    axes: Option<[Vec<f64>; 3]>,
    /// Measured areas in pixels.
    pub areas: Option<Vec<f64>>,
    from_x_axis: bool,
}

impl ObjectShapes {
    /// Picks the shape measurements by feature name. `from_x_axis`: see [`EllipseShape`].
    pub fn new(column: impl Fn(&str) -> Option<ArrayRef>, from_x_axis: bool) -> Self {
        let floats = |name: &str| floats_of(&column(name)?);
        let box_side = |side: &str| floats(&format!("AreaShape_BoundingBox{side}"));
        let center = |prefix: &str| {
            Some([
                floats(&format!("{prefix}_Center_X"))?,
                floats(&format!("{prefix}_Center_Y"))?,
            ])
        };
        let axes = || {
            Some([
                floats("AreaShape_MajorAxisLength")?,
                floats("AreaShape_MinorAxisLength")?,
                floats("AreaShape_Orientation")?,
            ])
        };
        let boxes = || {
            Some([
                box_side("Minimum_X")?,
                box_side("Minimum_Y")?,
                box_side("Maximum_X")?,
                box_side("Maximum_Y")?,
            ])
        };
        Self {
            boxes: boxes(),
            centers: center("AreaShape").or_else(|| center("Location")),
            axes: axes(),
            areas: floats("AreaShape_Area"),
            from_x_axis,
        }
    }

    /// Number, centre, box and area of an object, for finding it in a picture; `None` for number 0.
    pub fn measured(&self, row: usize, number: u32) -> Option<MeasuredObject> {
        let finite = |values: [f64; 4]| {
            values
                .iter()
                .all(|value| value.is_finite())
                .then_some(values)
        };
        Some(MeasuredObject {
            number,
            center: self
                .centers
                .as_ref()
                .map(|[x, y]| [x[row], y[row]])
                .filter(|center| center.iter().all(|value| value.is_finite())),
            bounds: self.boxes.as_ref().and_then(|[left, top, right, bottom]| {
                finite([left[row], top[row], right[row], bottom[row]])
            }),
            area: self
                .areas
                .as_ref()
                .map(|areas| areas[row])
                .filter(|area| *area > 0.0),
        })
        .filter(|_| number > 0)
    }

    /// The box to cut out of a field of `width` x `height` pixels.
    ///
    /// # Errors
    /// A reason for the report.
    pub fn crop_box(
        &self,
        row: usize,
        rule: CropRule,
        width: u32,
        height: u32,
    ) -> Result<PixelBox, String> {
        let square = match (rule, &self.boxes) {
            (CropRule::Margin(margin), Some([x_min, y_min, x_max, y_max])) => {
                let sides = [x_min[row], y_min[row], x_max[row], y_max[row]];
                if sides.iter().any(|side| !side.is_finite()) {
                    return Err("its bounding box is missing".to_owned());
                }
                // CellProfiler's maximum is exclusive.
                let [x_min, y_min, x_max, y_max] = sides.map(|side| side as i64);
                let inner = PixelBox {
                    x_min,
                    y_min,
                    x_max,
                    y_max,
                };
                if inner.clipped(width, height) != Some(inner) {
                    return Err(format!(
                        "its bounding box is not inside the picture of {width} x {height} pixels"
                    ));
                }
                return inner
                    .expanded(i64::from(margin))
                    .clipped(width, height)
                    .ok_or_else(|| "its bounding box is empty".to_owned());
            }
            (CropRule::Margin(_), None) => DEFAULT_SQUARE,
            (CropRule::Square(size), _) => size,
        };
        let [x, y] = self
            .centers
            .as_ref()
            .ok_or("neither bounding box nor centre was measured")?;
        // Measured centres count from the centre of the first pixel.
        PixelBox::square(x[row] + 0.5, y[row] + 0.5, square, width, height)
            .ok_or_else(|| "its centre is missing or not inside the picture".to_owned())
    }

    /// The ellipse of an object as an outline in field pixels.
    pub fn ellipse(&self, row: usize) -> Option<Outline> {
        let [x, y] = self.centers.as_ref()?;
        let [major, minor, orientation] = self.axes.as_ref()?;
        ellipse_outline(
            &EllipseShape {
                center: [x[row], y[row]],
                major_axis: major[row],
                minor_axis: minor[row],
                orientation_degrees: orientation[row],
                from_x_axis: self.from_x_axis,
            },
            ELLIPSE_POINTS,
        )
    }
}
