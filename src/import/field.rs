//! The pixels of one field of view: decoded once, then cut into crops and traced into outlines.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::CropRule;
use super::plan::{DEFAULT_SQUARE, FieldPlan};
use crate::cellprofiler::Table;
use crate::imaging::{
    EllipseShape, Outline, PixelBox, Plane, ellipse_outline, read_labels, read_plane, trace_labels,
};

/// Points of an ellipse that stands in for an outline.
const ELLIPSE_POINTS: usize = 48;

/// What was read of a field.
pub(super) struct FieldPixels {
    /// One plane a channel, all of one size; or why there are none.
    pub planes: Result<Vec<Plane>, String>,
    /// Outlines by object number, for each object set with a mask.
    pub outlines: Vec<Option<BTreeMap<u32, Outline>>>,
    /// Pictures read.
    pub read: usize,
    /// Pictures and masks that are there but cannot be used.
    pub failed: Vec<String>,
}

impl FieldPixels {
    /// Decodes a field's pictures and masks.
    pub fn read(field: &FieldPlan) -> Self {
        let planes: Vec<Result<Plane, (String, Option<String>)>> = field
            .planes
            .par_iter()
            .map(|source| match source {
                Err(reason) => Err((reason.clone(), None)),
                Ok((path, page)) => read_plane(path, *page).map_err(|error| {
                    (
                        "a picture cannot be read".to_owned(),
                        Some(error.to_string()),
                    )
                }),
            })
            .collect();
        let read = planes.iter().filter(|plane| plane.is_ok()).count();
        let mut failed: Vec<String> = planes
            .iter()
            .filter_map(|plane| plane.as_ref().err()?.1.clone())
            .collect();
        let planes = planes
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map_err(|(reason, _)| reason)
            .and_then(|planes| check_sizes(field, planes));
        let size = planes
            .as_ref()
            .ok()
            .and_then(|planes| planes.first())
            .map(|plane| (plane.width, plane.height));
        let traced: Vec<Option<Result<BTreeMap<u32, Outline>, String>>> = field
            .masks
            .par_iter()
            .map(|mask| {
                let path = mask.as_ref()?;
                Some(read_labels(path).map_err(|error| error.to_string()).and_then(|labels| {
                    if let Some((width, height)) = size
                        && (labels.width, labels.height) != (width, height)
                    {
                        return Err(format!(
                            "{}: the mask has {} x {} pixels, the pictures {width} x {height}",
                            path.display(),
                            labels.width,
                            labels.height
                        ));
                    }
                    Ok(trace_labels(&labels))
                }))
            })
            .collect();
        let outlines = traced
            .into_iter()
            .map(|traced| match traced? {
                Ok(outlines) => Some(outlines),
                Err(reason) => {
                    failed.push(reason);
                    Some(BTreeMap::new())
                }
            })
            .collect();
        Self {
            planes,
            outlines,
            read,
            failed,
        }
    }
}

fn check_sizes(field: &FieldPlan, planes: Vec<Plane>) -> Result<Vec<Plane>, String> {
    let Some(first) = planes.first() else {
        return Err(format!(
            "image {} is not in the Image table",
            field.image_number
        ));
    };
    let differs = planes
        .iter()
        .find(|plane| (plane.width, plane.height) != (first.width, first.height));
    match differs {
        None => Ok(planes),
        Some(other) => Err(format!(
            "image {}: the channels differ in size ({} x {} and {} x {} pixels)",
            field.image_number, first.width, first.height, other.width, other.height
        )),
    }
}

/// Where the cells of an object table are: boxes, centres and ellipses, by table row.
pub(super) struct ObjectShapes {
    boxes: Option<[Vec<f64>; 4]>,
    centers: Option<[Vec<f64>; 2]>,
    axes: Option<[Vec<f64>; 3]>,
    /// Measured areas in pixels.
    pub areas: Option<Vec<f64>>,
    from_x_axis: bool,
}

impl ObjectShapes {
    /// Picks the shape measurements of a table. `from_x_axis`: see [`EllipseShape`].
    pub fn new(table: &Table, from_x_axis: bool) -> Self {
        let box_side = |side: &str| table.floats(&format!("AreaShape_BoundingBox{side}"));
        let center = |prefix: &str| {
            Some([
                table.floats(&format!("{prefix}_Center_X"))?,
                table.floats(&format!("{prefix}_Center_Y"))?,
            ])
        };
        let axes = || {
            Some([
                table.floats("AreaShape_MajorAxisLength")?,
                table.floats("AreaShape_MinorAxisLength")?,
                table.floats("AreaShape_Orientation")?,
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
            areas: table.floats("AreaShape_Area"),
            from_x_axis,
        }
    }

    /// Whether bounding boxes were measured.
    pub fn has_boxes(&self) -> bool {
        self.boxes.is_some()
    }

    /// Whether ellipses can be drawn.
    pub fn has_ellipses(&self) -> bool {
        self.axes.is_some() && self.centers.is_some()
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
