//! `Neighbors`: who touches whom within one label image.

use std::collections::{BTreeMap, BTreeSet};

use super::measurements::Measurements;
use super::region::Region;

/// Measures the neighbourhood of all objects of a field; `into` is in the order of `regions`.
pub(super) fn measure(regions: &[Region], labels: &[u16], width: usize, into: &mut [Measurements]) {
    let height = labels.len() / width;
    let index: BTreeMap<u16, usize> = regions
        .iter()
        .enumerate()
        .map(|(i, region)| (region.number, i))
        .collect();
    let centers: Vec<(f64, f64)> = regions.iter().map(center).collect();
    for (i, region) in regions.iter().enumerate() {
        let mut touching: BTreeSet<u16> = BTreeSet::new();
        let (mut border, mut shared) = (0_usize, 0_usize);
        for (&(x, y), _) in region
            .pixels
            .iter()
            .zip(&region.on_edge)
            .filter(|(_, edge)| **edge)
        {
            border += 1;
            let (x, y) = (x as usize, y as usize);
            let mut touches = false;
            for ny in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for nx in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let other = labels[ny * width + nx];
                    if other > 0 && other != region.number && index.contains_key(&other) {
                        touching.insert(other);
                        touches = true;
                    }
                }
            }
            shared += usize::from(touches);
        }
        let mut others: Vec<(f64, usize)> = (0..regions.len())
            .filter(|other| *other != i)
            .map(|other| {
                (
                    (centers[i].0 - centers[other].0).hypot(centers[i].1 - centers[other].1),
                    other,
                )
            })
            .collect();
        others.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));

        let mut set =
            |name: &str, value: f64| into[i].set(format!("Neighbors_{name}_Adjacent"), value);
        set("NumberOfNeighbors", touching.len() as f64);
        set("PercentTouching", 100.0 * shared as f64 / border as f64);
        let nearest = |rank: usize| others.get(rank).copied();
        let number =
            |rank: usize| nearest(rank).map_or(0.0, |(_, other)| f64::from(regions[other].number));
        let distance = |rank: usize| nearest(rank).map_or(f64::NAN, |(distance, _)| distance);
        set("FirstClosestObjectNumber", number(0));
        set("FirstClosestDistance", distance(0));
        set("SecondClosestObjectNumber", number(1));
        set("SecondClosestDistance", distance(1));
        let angle = match (nearest(0), nearest(1)) {
            (Some((_, a)), Some((_, b))) => angle_between(centers[i], centers[a], centers[b]),
            _ => f64::NAN,
        };
        set("AngleBetweenNeighbors", angle);
    }
}

fn center(region: &Region) -> (f64, f64) {
    let count = region.area() as f64;
    let sum = region.pixels.iter().fold((0.0, 0.0), |sum, pixel| {
        (sum.0 + f64::from(pixel.0), sum.1 + f64::from(pixel.1))
    });
    (sum.0 / count, sum.1 / count)
}

/// Degrees, 0 to 180, seen from `from`.
fn angle_between(from: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (ax, ay) = (a.0 - from.0, a.1 - from.1);
    let (bx, by) = (b.0 - from.0, b.1 - from.1);
    let cosine = (ax * bx + ay * by) / (ax.hypot(ay) * bx.hypot(by));
    cosine.clamp(-1.0, 1.0).acos().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::super::region::regions;
    use super::*;

    #[test]
    fn two_touching_squares_and_one_apart() {
        let mut labels = vec![0_u16; 30 * 10];
        for y in 2..6 {
            for x in 0..4 {
                labels[y * 30 + x + 2] = 1;
                labels[y * 30 + x + 6] = 2;
                labels[y * 30 + x + 20] = 3;
            }
        }
        let found = regions(&labels, 30);
        let mut measured = vec![Measurements::default(); 3];
        measure(&found, &labels, 30, &mut measured);
        let get = |i: usize, name: &str| {
            measured[i]
                .get(&format!("Neighbors_{name}_Adjacent"))
                .unwrap()
        };
        assert!((get(0, "NumberOfNeighbors") - 1.0).abs() < 1e-9);
        assert!((get(0, "FirstClosestDistance") - 4.0).abs() < 1e-9);
        assert!((get(0, "PercentTouching") - 100.0 * 4.0 / 12.0).abs() < 1e-9);
        assert!((get(2, "NumberOfNeighbors")).abs() < 1e-9);
        assert!((get(2, "FirstClosestObjectNumber") - 2.0).abs() < 1e-9);
    }
}
