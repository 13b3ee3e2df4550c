//! Convex hulls and the area of polygons.

/// Twice the area of the triangle of three points; positive where the way over them turns left.
pub fn cross(o: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
}

/// The corners of the convex hull, counter-clockwise with y upwards, by Andrew's monotone chain. Points that are not
/// finite are left out.
pub fn convex_hull(mut points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    points.retain(|point| point.iter().all(|value| value.is_finite()));
    points.sort_unstable_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let half = |points: &mut dyn Iterator<Item = [f64; 2]>| {
        let mut chain: Vec<[f64; 2]> = Vec::new();
        for point in points {
            while let [.., a, b] = chain.as_slice() {
                if cross(*a, *b, point) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut hull = half(&mut points.iter().copied());
    hull.extend(half(&mut points.iter().rev().copied()));
    hull
}

/// The area of a polygon whose first corner follows its last.
pub fn polygon_area(points: &[[f64; 2]]) -> f64 {
    let doubled: f64 = points
        .iter()
        .zip(points.iter().cycle().skip(1))
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum();
    doubled.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hull_holds_all_points_and_has_no_dents() {
        let mut random = fastrand::Rng::with_seed(11);
        for _ in 0..50 {
            let count = random.usize(3..60);
            let points: Vec<[f64; 2]> = (0..count)
                .map(|_| [0; 2].map(|_: i32| f64::from(random.i32(-9..9))))
                .collect();
            let mut with_nan = points.clone();
            with_nan.push([f64::NAN, 0.0]);
            let hull = convex_hull(with_nan);
            let next = hull.iter().cycle().skip(1);
            for (a, b) in hull.iter().zip(next).filter(|_| hull.len() > 2) {
                assert!(points.iter().all(|point| cross(*a, *b, *point) >= 0.0));
            }
            assert!(hull.iter().all(|corner| points.contains(corner)));
        }
        let square = [[0.0, 0.0], [2.0, 0.0], [1.0, 0.0], [2.0, 2.0], [0.0, 2.0]];
        let hull = convex_hull(square.to_vec());
        assert_eq!(hull, [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]);
        assert_eq!(polygon_area(&hull), 4.0);
    }
}
