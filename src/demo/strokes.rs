//! What is drawn with a brush: mitochondria, actin fibres, the Golgi ribbon, specks of debris.

use std::f32::consts::TAU;

use fastrand::Rng;

use super::noise::{between, gauss};
use super::plane::Plane;
use super::population::Cell;
use super::territory::Territory;

/// Adds a small Gaussian spot, only on pixels of the given owner if there is one.
pub(super) fn dab(
    plane: &mut Plane,
    x: f32,
    y: f32,
    sigma: f32,
    amount: f32,
    within: Option<(&[u16], u16)>,
) {
    const REACH: usize = 24;
    let reach = ((sigma * 2.6).ceil() as usize).min(REACH);
    let (cx, cy) = (x.round() as isize, y.round() as isize);
    let mut across = [0.0_f32; 2 * REACH + 1];
    for (i, weight) in across.iter_mut().enumerate().take(2 * reach + 1) {
        let d = (cx + i as isize - reach as isize) as f32 - x;
        *weight = (-0.5 * d * d / (sigma * sigma)).exp();
    }
    for j in 0..=2 * reach {
        let py = cy + j as isize - reach as isize;
        if py < 0 || py >= plane.height as isize {
            continue;
        }
        let d = py as f32 - y;
        let down = amount * (-0.5 * d * d / (sigma * sigma)).exp();
        for (i, weight) in across.iter().enumerate().take(2 * reach + 1) {
            let px = cx + i as isize - reach as isize;
            if px < 0 || px >= plane.width as isize {
                continue;
            }
            let at = py as usize * plane.width + px as usize;
            if within.is_none_or(|(owners, owner)| owners[at] == owner) {
                plane.data[at] += down * weight;
            }
        }
    }
}

/// The pixel under a point, if the point is in the field and in the cell.
fn inside(territory: &Territory, owner: u16, x: f32, y: f32) -> Option<usize> {
    if x < 0.0 || y < 0.0 || x >= territory.width as f32 || y >= territory.height as f32 {
        return None;
    }
    let at = y as usize * territory.width + x as usize;
    (territory.owner[at] == owner).then_some(at)
}

/// Worm-like filaments that are densest around the nucleus and run outwards.
pub(super) fn mitochondria(
    plane: &mut Plane,
    territory: &Territory,
    cell: &Cell,
    owner: u16,
    amount: f32,
) {
    let mut rng = Rng::with_seed(cell.seed ^ 5);
    let area = cell.contour.semi.0 * cell.contour.semi.1 * 3.1;
    let count = (area / if cell.mitotic { 26.0 } else { 62.0 }) as usize;
    for _ in 0..count {
        let direction = between(&mut rng, 0.0, TAU);
        let level = 0.2 + 0.72 * rng.f32().powf(1.25);
        let (mut x, mut y) = cell.contour.point(direction, level);
        let outwards = (y - cell.contour.center.1).atan2(x - cell.contour.center.0);
        let mut heading = outwards + gauss(&mut rng) * 0.75;
        let mut turn = gauss(&mut rng) * 0.08;
        let bright = amount * between(&mut rng, 0.45, 1.25) * (1.25 - 0.75 * level);
        let sigma = between(&mut rng, 0.75, 1.05);
        for _ in 0..rng.usize(4..20) {
            let Some(at) = inside(territory, owner, x, y) else {
                break;
            };
            if territory.edge[at] < 3.0 || (territory.nucleus_level[at] < 1.05 && !cell.mitotic) {
                break;
            }
            dab(
                plane,
                x,
                y,
                sigma,
                bright * between(&mut rng, 0.75, 1.2),
                Some((&territory.owner, owner)),
            );
            turn = turn * 0.85 + gauss(&mut rng) * 0.09;
            heading += turn;
            x += heading.cos() * 1.35;
            y += heading.sin() * 1.35;
        }
    }
}

/// Long, almost straight bundles along the cell's axis, and a few arcs behind its border.
pub(super) fn actin_fibres(
    plane: &mut Plane,
    territory: &Territory,
    cell: &Cell,
    owner: u16,
    amount: f32,
) {
    if cell.mitotic {
        return;
    }
    let mut rng = Rng::with_seed(cell.seed ^ 4);
    for _ in 0..rng.usize(9..22) {
        let (mut x, mut y) = cell
            .contour
            .point(between(&mut rng, 0.0, TAU), between(&mut rng, 0.25, 0.92));
        let heading = cell.fibres
            + gauss(&mut rng) * 0.12
            + if rng.bool() {
                std::f32::consts::PI
            } else {
                0.0
            };
        let bend = gauss(&mut rng) * 0.006;
        let bright = amount * between(&mut rng, 0.25, 1.0);
        for step in 0..rng.usize(24..70) {
            let Some(at) = inside(territory, owner, x, y) else {
                break;
            };
            let over_nucleus = if territory.nucleus_level[at] < 1.1 {
                0.35
            } else {
                1.0
            };
            dab(
                plane,
                x,
                y,
                0.72,
                bright * over_nucleus,
                Some((&territory.owner, owner)),
            );
            let angle = heading + bend * step as f32;
            x += angle.cos() * 1.2;
            y += angle.sin() * 1.2;
        }
    }
}

/// A ribbon of spots on one side of the nucleus; in division it disperses.
pub(super) fn golgi(
    plane: &mut Plane,
    territory: &Territory,
    cell: &Cell,
    owner: u16,
    amount: f32,
) {
    let Some(nucleus) = cell.nuclei.first().filter(|_| !cell.mitotic) else {
        return;
    };
    let mut rng = Rng::with_seed(cell.seed ^ 3);
    for _ in 0..26 {
        let direction = cell.golgi + gauss(&mut rng) * 0.42;
        let level = 1.22 + 0.16 * gauss(&mut rng).abs() + 0.12 * gauss(&mut rng);
        let (x, y) = nucleus.contour.point(direction, level.max(1.1));
        let sigma = between(&mut rng, 0.9, 1.9);
        let bright = amount * between(&mut rng, 0.35, 1.0);
        let heading = direction + between(&mut rng, 0.0, TAU);
        for step in 0..rng.usize(1..5) {
            let (sx, sy) = (
                x + heading.cos() * step as f32 * 1.5,
                y + heading.sin() * step as f32 * 1.5,
            );
            dab(
                plane,
                sx,
                sy,
                sigma,
                bright,
                Some((&territory.owner, owner)),
            );
        }
    }
}
