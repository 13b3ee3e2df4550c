//! An ellipse that stands in for an outline where an export has measurements but no masks.

use std::f64::consts::TAU;

use super::Outline;

/// An object's shape as `CellProfiler` measures it (`AreaShape_*`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EllipseShape {
    /// Centre x, y in pixel-centre coordinates, as measured: the centre of pixel (0, 0) is 0, 0.
    pub center: [f64; 2],
    /// Full length of the major axis in pixels.
    pub major_axis: f64,
    /// Full length of the minor axis in pixels.
    pub minor_axis: f64,
    /// The measured `Orientation` in degrees.
    pub orientation_degrees: f64,
    /// `CellProfiler` 3 and earlier: the angle is measured from the x axis, counter-clockwise as seen on screen. Later
    /// ones measure from the row axis, so that the major axis points along (sin a, cos a).
    pub from_x_axis: bool,
}

impl EllipseShape {
    /// Whether there is an ellipse of these values: all are finite, and the axes positive.
    pub fn can_be_drawn(&self) -> bool {
        let [x, y] = self.center;
        [
            x,
            y,
            self.major_axis,
            self.minor_axis,
            self.orientation_degrees,
        ]
        .iter()
        .all(|value| value.is_finite())
            && self.major_axis > 0.0
            && self.minor_axis > 0.0
    }
}

/// The ellipse as a polygon of at least three `points`, in field pixels, oriented like any outer ring.
///
/// `None` for values of which there is no ellipse.
pub fn ellipse_outline(shape: &EllipseShape, points: usize) -> Option<Outline> {
    if !shape.can_be_drawn() {
        return None;
    }
    let EllipseShape {
        center: [x, y],
        major_axis,
        minor_axis,
        orientation_degrees,
        from_x_axis,
    } = *shape;
    let (sin, cos) = orientation_degrees.to_radians().sin_cos();
    // y points down: counter-clockwise on screen is against y.
    let [dx, dy] = if from_x_axis { [cos, -sin] } else { [sin, cos] };
    let (major, minor) = (major_axis / 2.0, minor_axis / 2.0);
    let points = points.max(3);
    let mut ring: Vec<[f64; 2]> = (0..points)
        .map(|index| {
            let (sin, cos) = (TAU * index as f64 / points as f64).sin_cos();
            let (along, across) = (major * cos, minor * sin);
            [
                x + 0.5 + along * dx - across * dy,
                y + 0.5 + along * dy + across * dx,
            ]
        })
        .collect();
    ring.extend(ring.first().copied());
    Some(Outline { rings: vec![ring] })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: EllipseShape = EllipseShape {
        center: [9.5, 19.5],
        major_axis: 8.0,
        minor_axis: 4.0,
        orientation_degrees: 0.0,
        from_x_axis: false,
    };

    #[test]
    fn the_major_axis_points_where_the_angle_says() {
        let half = 4.0 * 0.5_f64.sqrt();
        // Angle, measured from x, end of the major axis relative to the centre (y down).
        let cases = [
            (0.0, false, [0.0, 4.0]),
            (90.0, false, [4.0, 0.0]),
            (45.0, false, [half, half]),
            (-45.0, false, [-half, half]),
            (0.0, true, [4.0, 0.0]),
            (90.0, true, [0.0, -4.0]),
            (45.0, true, [half, -half]),
            (-45.0, true, [half, half]),
        ];
        for (orientation_degrees, from_x_axis, [dx, dy]) in cases {
            let shape = EllipseShape {
                orientation_degrees,
                from_x_axis,
                ..SHAPE
            };
            let outline = ellipse_outline(&shape, 64).unwrap();
            let [x, y] = outline.rings[0][0];
            assert!(
                (x - 10.0 - dx).abs() < 1e-9 && (y - 20.0 - dy).abs() < 1e-9,
                "{orientation_degrees} {from_x_axis}: {x} {y}"
            );
            let exact = std::f64::consts::PI * 8.0;
            assert!((outline.area() / exact - 1.0).abs() < 0.01);
            assert_eq!(outline.rings[0].len(), 65);
            assert_eq!(outline.rings[0].first(), outline.rings[0].last());
        }
    }

    #[test]
    fn no_shape_no_ellipse() {
        let broken = [
            EllipseShape {
                major_axis: f64::NAN,
                ..SHAPE
            },
            EllipseShape {
                minor_axis: 0.0,
                ..SHAPE
            },
            EllipseShape {
                major_axis: -1.0,
                ..SHAPE
            },
            EllipseShape {
                orientation_degrees: f64::NAN,
                ..SHAPE
            },
            EllipseShape {
                center: [f64::INFINITY, 0.0],
                ..SHAPE
            },
        ];
        for shape in broken {
            assert_eq!(ellipse_outline(&shape, 32), None, "{shape:?}");
        }
        assert_eq!(ellipse_outline(&SHAPE, 0).unwrap().rings[0].len(), 4);
    }
}
