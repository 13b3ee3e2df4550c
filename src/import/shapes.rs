//! Where the objects of a field of view are, from their measurements.

use arrow::array::ArrayRef;

use super::CropRule;
use super::plane_rule::Depth;
use cytolance_dataset::AngleConvention;
use cytolance_imaging::{MeasuredObject, MeasuredVolume, PixelBox};
use cytolance_sources::{Table, floats_of};

/// Rows whose angles tell degrees from radians.
const ANGLES_LOOKED_AT: usize = 1000;
/// So many small angles are radians whatever the version: three objects within a degree and a half of one direction
/// are one case in a hundred thousand.
const ENOUGH_ANGLES: usize = 3;

/// Pixels by which a centre may lie outside its box, as versions count from other corners of a pixel.
const CENTER_ROOM: f64 = 1.0;

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
        || name == "AreaShape_Volume"
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
    /// Those of the object's location, where its shape has a centre, too.
    locations: Option<[Vec<f64>; 2]>,
    /// Measured areas in pixels.
    pub areas: Option<Vec<f64>>,
    /// Along Z: centre, first plane and the one behind the last.
    depths: [Option<Vec<f64>>; 3],
    /// Measured voxels.
    volumes: Option<Vec<f64>>,
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
        let (shape, location) = (center("AreaShape"), center("Location"));
        let (centers, locations) = match shape {
            Some(shape) => (Some(shape), location),
            None => (location, None),
        };
        Self {
            boxes: boxes(),
            centers,
            locations,
            areas: floats("AreaShape_Area"),
            depths: [
                floats("AreaShape_Center_Z").or_else(|| floats("Location_Center_Z")),
                box_side("Minimum_Z"),
                box_side("Maximum_Z"),
            ],
            volumes: floats("AreaShape_Volume"),
        }
    }

    /// The same without what is measured along Z.
    pub fn flat(self) -> Self {
        Self {
            depths: [const { None }; 3],
            ..self
        }
    }

    /// Where an object lies along Z.
    pub fn depth(&self, row: usize) -> Depth {
        let [center, low, high] = self.depths.each_ref().map(|values| {
            let value = *values.as_ref()?.get(row)?;
            value.is_finite().then_some(value)
        });
        Depth {
            center,
            bounds: low.zip(high).map(|(low, high)| [low, high]),
        }
    }

    /// What was measured of an object of a volume, for finding it among labels.
    pub fn measured_volume(&self, row: usize, label: Option<u32>) -> MeasuredVolume {
        let flat = self.measured(row);
        let depth = self.depth(row);
        let [low, high] = depth.bounds.unwrap_or([f64::NAN; 2]);
        let [x, y] = flat.center.unwrap_or([f64::NAN; 2]);
        // A centre along Z alone tells something only of an object whose box is known.
        let has_center = flat.center.is_some() || (flat.bounds.is_some() && depth.center.is_some());
        let voxels = self.volumes.as_ref().map(|volumes| volumes[row]);
        MeasuredVolume {
            label,
            center: has_center.then_some([x, y, depth.center.unwrap_or(f64::NAN)]),
            bounds: flat
                .bounds
                .map(|[left, top, right, bottom]| [left, top, low, right, bottom, high]),
            voxels: voxels.filter(|voxels| *voxels > 0.0),
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

    /// Whether both boxes and centres were measured.
    pub fn has_boxes_and_centers(&self) -> bool {
        self.boxes.is_some() && self.centers.is_some()
    }

    /// The first centre of an object that lies outside its own box, and that box; `None` where one of them is missing.
    pub fn center_outside(&self, row: usize) -> Option<Option<([f64; 2], [f64; 4])>> {
        let bounds = self.boxes.as_ref()?.each_ref().map(|side| side[row]);
        let [left, top, right, bottom] = bounds;
        let [x, y] = self.centers.as_ref()?.each_ref().map(|side| side[row]);
        if bounds
            .iter()
            .chain([&x, &y])
            .any(|value| !value.is_finite())
        {
            return None;
        }
        let location = self.locations.as_ref();
        let location = location.map(|sides| sides.each_ref().map(|side| side[row]));
        let is_outside = |[x, y]: &[f64; 2]| {
            let beside =
                |at: f64, low: f64, high: f64| at < low - CENTER_ROOM || at > high + CENTER_ROOM;
            beside(*x, left, right) || beside(*y, top, bottom)
        };
        let mut centers = [Some([x, y]), location].into_iter().flatten();
        Some(centers.find(is_outside).map(|center| (center, bounds)))
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

    /// The box to cut out of a field of `width` x `height` pixels, in which objects lie `offset` further than in the measured
    /// picture. Where no boxes were measured, that of the `outline`, else a `square` takes their place.
    ///
    /// # Errors
    /// A reason for the report.
    pub fn crop_box(
        &self,
        row: usize,
        rule: CropRule,
        [width, height]: [u32; 2],
        offset: [i64; 2],
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
                }
                .moved(offset);
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
                    let inner = inner.moved(offset);
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
        let x = x[row] + 0.5 + offset[0] as f64;
        let y = y[row] + 0.5 + offset[1] as f64;
        PixelBox::square(x, y, square, width, height)
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
