//! `AreaShape`: size, position and form, with scikit-image's definitions.

use std::f64::consts::PI;

use super::measurements::Measurements;
use super::region::Region;
use cytolance_imaging::{convex_hull, cross, polygon_area};

/// Measures all shape features of an object.
pub(super) fn measure(region: &Region, into: &mut Measurements) {
    let area = region.area() as f64;
    let (width, height) = (
        (region.max_x - region.min_x) as f64,
        (region.max_y - region.min_y) as f64,
    );
    let mut set = |name: &str, value: f64| into.set(format!("AreaShape_{name}"), value);
    set("Area", area);
    set("BoundingBoxMinimum_X", region.min_x as f64);
    set("BoundingBoxMinimum_Y", region.min_y as f64);
    set("BoundingBoxMaximum_X", region.max_x as f64);
    set("BoundingBoxMaximum_Y", region.max_y as f64);
    set("BoundingBoxArea", width * height);
    set("Extent", area / (width * height));
    set("EquivalentDiameter", (4.0 * area / PI).sqrt());

    let ellipse = Ellipse::of(region);
    set("Center_X", ellipse.center.0);
    set("Center_Y", ellipse.center.1);
    set("MajorAxisLength", ellipse.major);
    set("MinorAxisLength", ellipse.minor);
    set("Eccentricity", ellipse.eccentricity());
    set("Orientation", ellipse.orientation);

    let perimeter = perimeter(region);
    set("Perimeter", perimeter);
    // A single pixel has no perimeter in this definition, hence no form.
    let round = if perimeter > 0.0 {
        4.0 * PI * area / (perimeter * perimeter)
    } else {
        f64::NAN
    };
    set("FormFactor", round);
    set("Compactness", 1.0 / round);
    set("EulerNumber", euler_number(region));

    let hull = hull_of(region);
    let hull_area = polygon_area(&hull);
    set("ConvexArea", hull_area);
    set("Solidity", area / hull_area);
    let (shortest, longest) = feret(&hull);
    set("MinFeretDiameter", shortest);
    set("MaxFeretDiameter", longest);

    let mut depths = region.depth.clone();
    depths.sort_unstable_by(f64::total_cmp);
    set("MaximumRadius", depths[depths.len() - 1]);
    set("MeanRadius", depths.iter().sum::<f64>() / area);
    set("MedianRadius", depths[depths.len() / 2]);
}

/// The ellipse with the object's second moments.
pub(super) struct Ellipse {
    pub center: (f64, f64),
    /// Full length of the long axis in pixels.
    pub major: f64,
    /// Full length of the short axis in pixels.
    pub minor: f64,
    /// Degrees from the axis pointing down the rows: the long axis points along (sin, cos).
    pub orientation: f64,
}

impl Ellipse {
    pub(super) fn of(region: &Region) -> Self {
        let count = region.area() as f64;
        let (sum_x, sum_y) = region.pixels.iter().fold((0.0, 0.0), |(x, y), pixel| {
            (x + f64::from(pixel.0), y + f64::from(pixel.1))
        });
        let center = (sum_x / count, sum_y / count);
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for pixel in &region.pixels {
            let (dx, dy) = (f64::from(pixel.0) - center.0, f64::from(pixel.1) - center.1);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        let (xx, yy, xy) = (xx / count, yy / count, xy / count);
        let middle = f64::midpoint(xx, yy);
        let apart = ((xx - yy) * (xx - yy) / 4.0 + xy * xy).sqrt();
        Self {
            center,
            major: 4.0 * (middle + apart).sqrt(),
            minor: 4.0 * (middle - apart).max(0.0).sqrt(),
            // scikit-image's choice for objects without a long axis.
            orientation: if (yy - xx).abs() < f64::EPSILON {
                45.0_f64.copysign(if xy > 0.0 { 1.0 } else { -1.0 })
            } else {
                (0.5 * (2.0 * xy).atan2(yy - xx)).to_degrees()
            },
        }
    }

    fn eccentricity(&self) -> f64 {
        if self.major > 0.0 {
            (1.0 - (self.minor / self.major).powi(2)).max(0.0).sqrt()
        } else {
            0.0
        }
    }
}

/// Benkrid and Crookes' estimate: border pixels weighted by how their neighbours continue the line.
fn perimeter(region: &Region) -> f64 {
    let stride = region.stride();
    let mut border = vec![false; region.mask().len()];
    for (pixel, on_edge) in region.pixels.iter().zip(&region.on_edge) {
        border[region.at(pixel.0, pixel.1)] = *on_edge;
    }
    let diagonal = std::f64::consts::SQRT_2;
    let mut sum = 0.0;
    for (pixel, _) in region
        .pixels
        .iter()
        .zip(&region.on_edge)
        .filter(|(_, edge)| **edge)
    {
        let at = region.at(pixel.0, pixel.1);
        let count = |places: [usize; 4]| places.iter().filter(|place| border[**place]).count();
        let straight = count([at - 1, at + 1, at - stride, at + stride]);
        let corners = count([
            at - stride - 1,
            at - stride + 1,
            at + stride - 1,
            at + stride + 1,
        ]);
        sum += match 1 + 2 * straight + 10 * corners {
            5 | 7 | 15 | 17 | 25 | 27 => 1.0,
            21 | 33 => diagonal,
            13 | 23 => f64::midpoint(1.0, diagonal),
            _ => 0.0,
        };
    }
    sum
}

/// Parts minus holes, corners counting as connected; from the number of 2 x 2 patterns.
fn euler_number(region: &Region) -> f64 {
    let (mask, stride) = (region.mask(), region.stride());
    let (mut single, mut triple, mut crossed) = (0, 0, 0);
    for y in 0..mask.len() / stride - 1 {
        for x in 0..stride - 1 {
            let at = y * stride + x;
            let quad = [
                mask[at],
                mask[at + 1],
                mask[at + stride],
                mask[at + stride + 1],
            ];
            match quad.iter().filter(|set| **set).count() {
                1 => single += 1,
                3 => triple += 1,
                2 if quad[0] == quad[3] => crossed += 1,
                _ => {}
            }
        }
    }
    f64::from(single - triple - 2 * crossed) / 4.0
}

/// The hull around the pixels' corners. Only the ends of rows can be on it.
fn hull_of(region: &Region) -> Vec<[f64; 2]> {
    let mut points = Vec::new();
    for row in region.pixels.chunk_by(|a, b| a.1 == b.1) {
        let (left, right) = (f64::from(row[0].0), f64::from(row[row.len() - 1].0) + 1.0);
        let top = f64::from(row[0].1);
        points.extend([
            [left, top],
            [left, top + 1.0],
            [right, top],
            [right, top + 1.0],
        ]);
    }
    convex_hull(points)
}

/// The narrowest and the widest distance between parallel lines around the hull.
fn feret(hull: &[[f64; 2]]) -> (f64, f64) {
    let mut shortest = f64::INFINITY;
    for (a, b) in hull.iter().zip(hull.iter().cycle().skip(1)) {
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        let widest = hull
            .iter()
            .map(|p| cross(*a, *b, *p).abs() / length)
            .fold(0.0, f64::max);
        shortest = shortest.min(widest);
    }
    let longest = hull
        .iter()
        .enumerate()
        .flat_map(|(i, a)| {
            hull[i + 1..]
                .iter()
                .map(move |b| (b[0] - a[0]).hypot(b[1] - a[1]))
        })
        .fold(0.0, f64::max);
    (shortest, longest)
}

#[cfg(test)]
mod tests {
    use super::super::region::regions;
    use super::*;

    fn drawn(inside: impl Fn(f64, f64) -> bool) -> Measurements {
        let labels: Vec<u16> = (0..128 * 128)
            .map(|at| u16::from(inside(f64::from(at % 128), f64::from(at / 128))))
            .collect();
        let mut measured = Measurements::default();
        measure(&regions(&labels, 128)[0], &mut measured);
        measured
    }

    #[test]
    fn a_known_ellipse_has_its_axes_and_orientation() {
        for degrees in [-70.0_f64, -30.0, 0.0, 25.0, 60.0] {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let measured = drawn(|x, y| {
                let (dx, dy) = (x - 64.0, y - 60.0);
                let (along, beside) = (dx * sin + dy * cos, dx * cos - dy * sin);
                (along / 40.0).powi(2) + (beside / 18.0).powi(2) <= 1.0
            });
            let get = |name: &str| measured.get(&format!("AreaShape_{name}")).unwrap();
            assert!(
                (get("Orientation") - degrees).abs() < 1.0,
                "{degrees}: {}",
                get("Orientation")
            );
            assert!((get("MajorAxisLength") - 80.0).abs() < 1.0);
            assert!((get("MinorAxisLength") - 36.0).abs() < 1.0);
            assert!((get("Center_X") - 64.0).abs() < 0.1);
            assert!(get("Solidity") > 0.95 && get("Solidity") <= 1.0);
            assert!((get("MaximumRadius") - 18.0).abs() < 1.1);
            assert!((get("MaxFeretDiameter") - 80.0).abs() < 2.5);
        }
    }

    #[test]
    fn a_rectangle_and_a_ring() {
        let measured = drawn(|x, y| (10.0..20.0).contains(&x) && (30.0..36.0).contains(&y));
        let get = |name: &str| measured.get(&format!("AreaShape_{name}")).unwrap();
        for (name, value) in [
            ("Area", 60.0),
            ("BoundingBoxMinimum_X", 10.0),
            ("BoundingBoxMaximum_X", 20.0),
            ("BoundingBoxMaximum_Y", 36.0),
            ("Extent", 1.0),
            ("Solidity", 1.0),
            ("Perimeter", 28.0),
            ("EulerNumber", 1.0),
            ("MinFeretDiameter", 6.0),
            ("Orientation", 90.0),
        ] {
            assert!((get(name) - value).abs() < 1e-9, "{name}: {}", get(name));
        }
        let ring = drawn(|x, y| (8.0..20.0).contains(&(x - 60.0).hypot(y - 60.0)));
        assert!(ring.get("AreaShape_EulerNumber").unwrap().abs() < 1e-9);
    }
}
