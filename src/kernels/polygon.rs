//! Polygons and the points inside them.

/// A polygon side, from and to.
pub type Edge = [[f64; 2]; 2];

/// Whether a point lies inside a polygon by the even-odd rule.
///
/// The polygon closes by itself. Of points on the border, those on a left or lower side count as inside.
#[inline]
pub fn polygon_contains(polygon: &[[f64; 2]], point: [f64; 2]) -> bool {
    edges(polygon).fold(false, |inside, edge| inside ^ crosses(edge, point))
}

/// The sides of a polygon, the closing one included.
#[inline]
pub fn edges(polygon: &[[f64; 2]]) -> impl Iterator<Item = Edge> {
    let next = polygon.iter().cycle().skip(1);
    polygon.iter().zip(next).map(|(&a, &b)| [a, b])
}

/// Whether a ray from the point to the right crosses the side.
#[inline]
pub fn crosses([a, b]: Edge, point: [f64; 2]) -> bool {
    (a[1] > point[1]) != (b[1] > point[1]) && point[0] < x_at([a, b], point[1])
}

/// Where a side is at height `y`. Never turns back as `y` grows, because none of its operations does when rounded;
/// the share comes first, because a product of two lengths can overflow.
#[inline]
pub fn x_at([a, b]: Edge, y: f64) -> f64 {
    (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) + a[0]
}
