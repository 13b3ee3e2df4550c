//! Where the objects of a field of view are, from their measurements.

use arrow::array::ArrayRef;

use super::CropRule;
use cytolance_dataset::AngleConvention;
use cytolance_imaging::{MeasuredObject, PixelBox};
use cytolance_sources::{Table, floats_of};

/// Rows whose angles tell degrees from radians.
const ANGLES_LOOKED_AT: usize = 1000;
/// So many small angles are radians whatever the version: three objects within a degree and a half of one direction
/// are one case in a hundred thousand.
const ENOUGH_ANGLES: usize = 3;

/// Whether bounding boxes were measured.
pub(super) fn has_boxes(table: &Table) -> bool {
    table.has("AreaShape_BoundingBoxMinimum_X") && table.has("AreaShape_BoundingBoxMaximum_Y")
}

/// The columns that ellipses are made of: centre x and y, major and minor axis, orientation.
pub(super) fn ellipse_columns(table: &Table) -> Option<[usize; 5]> {
    let number = |name: &str| {
        let mut columns = table.columns.iter();
        columns.position(|column| column.name == name && column.data_type.is_numeric())
    };
    let center = |prefix: &str| {
        Some([
            number(&format!("{prefix}_Center_X"))?,
            number(&format!("{prefix}_Center_Y"))?,
        ])
    };
    let [x, y] = center("AreaShape").or_else(|| center("Location"))?;
    Some([
        x,
        y,
        number("AreaShape_MajorAxisLength")?,
        number("AreaShape_MinorAxisLength")?,
        number("AreaShape_Orientation")?,
    ])
}

/// Whether a column says where an object is.
pub(super) fn is_shape(name: &str) -> bool {
    name == "AreaShape_Area"
        || name.starts_with("AreaShape_BoundingBox")
        || name.starts_with("AreaShape_Center_")
        || name.starts_with("Location_Center_")
}

/// How a table counts angles. Told by the export's version, and by its angles: a table of objects that all lie within
/// a degree and a half of one direction does not happen.
pub(super) fn angles_of(version: Option<&str>, table: &Table) -> AngleConvention {
    let mut numbers = version
        .unwrap_or_default()
        .split('.')
        .map(|part| part.trim().parse::<u32>().ok());
    let version = (numbers.next().flatten(), numbers.next().flatten());
    let from_x_axis = matches!(version, (Some(..=3), _));
    let Some(at) = table
        .columns
        .iter()
        .position(|column| column.name == "AreaShape_Orientation")
    else {
        return AngleConvention {
            from_x_axis,
            radians: false,
        };
    };
    let rows: Vec<Option<u32>> = (0..table.num_rows.min(ANGLES_LOOKED_AT) as u32)
        .map(Some)
        .collect();
    let angles: Vec<f64> = table
        .read(&[at], Some(&rows))
        .ok()
        .and_then(|values| floats_of(values.first()?))
        .unwrap_or_default()
        .into_iter()
        .filter(|angle| angle.is_finite())
        .collect();
    let small = angles
        .iter()
        .all(|angle| angle.abs() <= std::f64::consts::FRAC_PI_2 + 1e-6);
    AngleConvention {
        from_x_axis,
        radians: small && (angles.len() >= ENOUGH_ANGLES || version == (Some(4), Some(0))),
    }
}

/// Where the objects of some rows are: boxes and centres, by row.
pub(super) struct ObjectShapes {
    boxes: Option<[Vec<f64>; 4]>,
    centers: Option<[Vec<f64>; 2]>,
    /// Measured areas in pixels.
    pub areas: Option<Vec<f64>>,
}

impl ObjectShapes {
    /// Picks the shape measurements by feature name.
    pub fn new(column: impl Fn(&str) -> Option<ArrayRef>) -> Self {
        let floats = |name: &str| floats_of(&column(name)?);
        let box_side = |side: &str| floats(&format!("AreaShape_BoundingBox{side}"));
        let center = |prefix: &str| {
            Some([
                floats(&format!("{prefix}_Center_X"))?,
                floats(&format!("{prefix}_Center_Y"))?,
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
            areas: floats("AreaShape_Area"),
        }
    }

    /// Centre, box and area of an object, for finding it in a picture.
    pub fn measured(&self, row: usize) -> MeasuredObject {
        let finite = |values: [f64; 4]| {
            values
                .iter()
                .all(|value| value.is_finite())
                .then_some(values)
        };
        MeasuredObject {
            number: 0,
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
        }
    }

    /// The measured box, if it has this size: then a stored picture of this size is likely to be it.
    pub fn box_of_size(&self, row: usize, width: u32, height: u32) -> Option<PixelBox> {
        let [x_min, y_min, x_max, y_max] = self.boxes.as_ref()?.each_ref().map(|side| side[row]);
        let measured = PixelBox {
            x_min: x_min as i64,
            y_min: y_min as i64,
            x_max: x_max as i64,
            y_max: y_max as i64,
        };
        let finite = x_min.is_finite() && y_min.is_finite();
        (finite && measured.has_size(width, height)).then_some(measured)
    }

    /// The box to cut out of a field of `width` x `height` pixels. Where no boxes were measured, that of the `outline`,
    /// else a `square` takes their place.
    ///
    /// # Errors
    /// A reason for the report.
    pub fn crop_box(
        &self,
        row: usize,
        rule: CropRule,
        [width, height]: [u32; 2],
        outline: Option<[f64; 4]>,
        square: u32,
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
            (CropRule::Margin(margin), None) => {
                let traced = outline.and_then(|[left, top, right, bottom]| {
                    let inner = PixelBox {
                        x_min: left.floor() as i64,
                        y_min: top.floor() as i64,
                        x_max: right.ceil() as i64,
                        y_max: bottom.ceil() as i64,
                    };
                    inner.expanded(i64::from(margin)).clipped(width, height)
                });
                match traced {
                    Some(traced) => return Ok(traced),
                    None => square,
                }
            }
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_sources::tables_of_csv;

    /// Angles, version, whether from the x axis and whether radians.
    type Case<'a> = (&'a [&'a str], Option<&'a str>, (bool, bool));

    #[test]
    fn radians_are_told_from_degrees() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Cells.csv");
        let convention = |angles: &[&str], version: Option<&str>| {
            let text = format!("AreaShape_Orientation\n{}\n", angles.join("\n"));
            std::fs::write(&path, text).expect("a file");
            let (_, table) = tables_of_csv(&path).expect("readable").remove(0);
            let found = angles_of(version, &table);
            (found.from_x_axis, found.radians)
        };
        let many = ["1.5", "-1.2", "0.3", "0.1", "1.1", "-0.4", "0.9", "0.2"];
        let cases: [Case; 6] = [
            (&many, None, (false, true)),
            (&many[..2], None, (false, false)),
            (&many[..2], Some("4.0.6"), (false, true)),
            (&["45.5", "1.2"], Some("4.0.6"), (false, false)),
            (&["45.5", "nan"], Some("4.2.5"), (false, false)),
            (&["45.5", "1.2"], Some("3.1.9"), (true, false)),
        ];
        for (angles, version, expected) in cases {
            assert_eq!(
                convention(angles, version),
                expected,
                "{angles:?} {version:?}"
            );
        }
    }
}
