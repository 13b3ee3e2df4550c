//! Which cells stand in a field: places, contours, nuclei and brightness, before any pixel is drawn.

use std::f32::consts::{PI, TAU};

use fastrand::Rng;

use super::noise::{between, gauss};
use super::plate::{Case, FieldPlan, MITO, Treatment};

/// An ellipse whose radius is disturbed by a few harmonics; distances are in pixels, angles in radians.
#[derive(Debug, Clone)]
pub(super) struct Contour {
    pub center: (f32, f32),
    pub semi: (f32, f32),
    pub cos: f32,
    pub sin: f32,
    /// The relative radius by direction in the contour's own frame.
    radius: Vec<f32>,
    /// The largest relative radius.
    pub reach: f32,
}

/// Directions in the table of a contour.
const DIRECTIONS: usize = 256;

impl Contour {
    fn new(
        rng: &mut Rng,
        center: (f32, f32),
        semi: (f32, f32),
        angle: f32,
        harmonics: &[f32],
    ) -> Self {
        let waves: Vec<(f32, f32)> = harmonics
            .iter()
            .map(|amplitude| (amplitude * between(rng, 0.4, 1.3), between(rng, 0.0, TAU)))
            .collect();
        let radius: Vec<f32> = (0..DIRECTIONS)
            .map(|i| {
                let direction = i as f32 / DIRECTIONS as f32 * TAU - PI;
                let sum: f32 = waves
                    .iter()
                    .enumerate()
                    .map(|(k, (amplitude, phase))| {
                        amplitude * ((k + 2) as f32 * direction + phase).cos()
                    })
                    .sum();
                (1.0 + sum).max(0.35)
            })
            .collect();
        let reach = radius.iter().copied().fold(0.0, f32::max);
        Self {
            center,
            semi,
            cos: angle.cos(),
            sin: angle.sin(),
            radius,
            reach,
        }
    }

    /// 0 at the centre, 1 on the contour.
    pub(super) fn level(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.center.0, y - self.center.1);
        let u = (dx * self.cos + dy * self.sin) / self.semi.0;
        let v = (dy * self.cos - dx * self.sin) / self.semi.1;
        let direction = (v.atan2(u) + PI) / TAU * DIRECTIONS as f32;
        (u * u + v * v).sqrt() / self.radius[direction as usize % DIRECTIONS]
    }

    /// The point at a direction (radians, own frame) and level.
    pub(super) fn point(&self, direction: f32, level: f32) -> (f32, f32) {
        let index =
            ((direction + PI).rem_euclid(TAU) / TAU * DIRECTIONS as f32) as usize % DIRECTIONS;
        let radius = self.radius[index] * level;
        let (u, v) = (
            direction.cos() * self.semi.0 * radius,
            direction.sin() * self.semi.1 * radius,
        );
        (
            self.center.0 + u * self.cos - v * self.sin,
            self.center.1 + u * self.sin + v * self.cos,
        )
    }
}

/// A nucleus with its nucleoli.
#[derive(Debug, Clone)]
pub(super) struct Nucleus {
    pub contour: Contour,
    /// DNA content: 1 before, 2 after replication.
    pub brightness: f32,
    /// Centre and radius in pixels.
    pub nucleoli: Vec<(f32, f32, f32)>,
}

/// A cell with one nucleus, or two.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub contour: Contour,
    pub nuclei: Vec<Nucleus>,
    /// Rounded up, with condensed chromosomes.
    pub mitotic: bool,
    /// Brightness of each channel.
    pub gain: [f32; 5],
    /// Where the Golgi lies and where the actin fibres point, in radians.
    pub golgi: f32,
    pub fibres: f32,
    pub seed: u64,
}

/// Draws places until the field is full, then a cell for each.
pub(super) fn populate(plan: &FieldPlan, rng: &mut Rng) -> Vec<Cell> {
    let size = plan.size as f32;
    // Cells whose centre is outside reach into the field, as on a real plate.
    let margin = 36.0;
    let density = match plan.treatment {
        Treatment::CompoundA => 1.0 - 0.42 * plan.strength,
        _ => 1.0,
    };
    let area = (size + 2.0 * margin).powi(2);
    let wanted = (area / 7_600.0 * density * between(rng, 0.9, 1.15)).round() as usize;
    let gap = match plan.treatment {
        Treatment::CompoundA => 52.0 + 16.0 * plan.strength,
        _ => 52.0,
    };
    let mut places: Vec<(f32, f32)> = Vec::new();
    for attempt in 0..wanted * 40 {
        if places.len() >= wanted {
            break;
        }
        let x = between(rng, -margin, size + margin);
        let y = between(rng, -margin, size + margin);
        // Cells grow in patches: every other place is taken only beside a cell that is there already.
        let nearest = places
            .iter()
            .map(|p| (p.0 - x).hypot(p.1 - y))
            .fold(f32::INFINITY, f32::min);
        if nearest > gap && (attempt % 3 == 0 || nearest < 1.6 * gap) {
            places.push((x, y));
        }
    }
    let mut cells: Vec<Cell> = places
        .iter()
        .map(|&place| draw_cell(plan, rng, place))
        .collect();
    if plan.has(Case::TwoNuclei) {
        add_second_nucleus(&mut cells, size, rng);
    }
    cells
}

fn draw_cell(plan: &FieldPlan, rng: &mut Rng, center: (f32, f32)) -> Cell {
    let a = if plan.treatment == Treatment::CompoundA {
        plan.strength
    } else {
        0.0
    };
    let b = if plan.treatment == Treatment::CompoundB {
        plan.strength
    } else {
        0.0
    };
    let mitotic = rng.f32() < 0.028;
    let angle = if b > 0.0 {
        // Spindle-shaped cells line up with each other.
        (plan.seed % 7) as f32 * 0.45 + gauss(rng) * 0.35
    } else {
        between(rng, 0.0, PI)
    };
    let radius = (54.0 + 6.0 * a + gauss(rng) * 7.0).clamp(36.0, 78.0);
    let stretch = between(rng, 1.05, 1.45) * (1.0 + 1.15 * b);
    let (semi, harmonics): ((f32, f32), &[f32]) = if mitotic {
        ((25.0, 23.5), &[0.02, 0.01])
    } else {
        (
            (radius * stretch.sqrt(), radius / stretch.sqrt()),
            &[0.10, 0.13, 0.09, 0.06, 0.03],
        )
    };
    let contour = Contour::new(rng, center, semi, angle, harmonics);

    let replicated = rng.f32() < 0.32;
    let nucleus_radius =
        ((15.6 + gauss(rng) * 1.3) * if replicated { 1.1 } else { 1.0 } * (1.0 + 0.38 * a))
            .clamp(11.0, 26.0);
    let elongation = 1.0 + (between(rng, 0.08, 0.42) + 0.22 * b) * (1.0 - 0.75 * a);
    let (nucleus_semi, wobble): ((f32, f32), &[f32]) = if mitotic {
        ((14.5, 5.2), &[0.06, 0.05, 0.05])
    } else {
        (
            (
                nucleus_radius * elongation.sqrt(),
                nucleus_radius / elongation.sqrt(),
            ),
            &[0.035, 0.035, 0.018],
        )
    };
    let shift = if mitotic { 0.0 } else { 5.0 };
    let at = (center.0 + gauss(rng) * shift, center.1 + gauss(rng) * shift);
    let nucleus_angle = angle + gauss(rng) * 0.35;
    let nucleus = Nucleus {
        contour: Contour::new(rng, at, nucleus_semi, nucleus_angle, wobble),
        brightness: match (mitotic, replicated) {
            (true, _) => 2.4,
            (_, true) => between(rng, 1.25, 1.5),
            _ => between(rng, 0.8, 1.1),
        },
        nucleoli: if mitotic {
            Vec::new()
        } else {
            draw_nucleoli(rng, at, nucleus_semi, nucleus_angle)
        },
    };

    let whole = (gauss(rng) * 0.16).exp() * if mitotic { 1.12 } else { 1.0 };
    let mut gain = [0.0; 5];
    for g in &mut gain {
        *g = whole * (gauss(rng) * 0.13).exp();
    }
    gain[MITO] *= 1.0 + 1.1 * b;
    Cell {
        contour,
        nuclei: vec![nucleus],
        mitotic,
        gain,
        golgi: between(rng, 0.0, TAU),
        fibres: angle + gauss(rng) * 0.25,
        seed: rng.u64(..),
    }
}

fn draw_nucleoli(
    rng: &mut Rng,
    at: (f32, f32),
    semi: (f32, f32),
    angle: f32,
) -> Vec<(f32, f32, f32)> {
    let count = 1 + (rng.f32() * rng.f32() * 4.6) as usize + usize::from(rng.f32() < 0.6);
    (0..count.min(4))
        .map(|i| {
            let (direction, level) = (between(rng, 0.0, TAU), between(rng, 0.1, 0.6));
            let (u, v) = (
                direction.cos() * semi.0 * level,
                direction.sin() * semi.1 * level,
            );
            let radius = between(rng, 2.2, 3.9) * if i == 0 { 1.15 } else { 0.85 };
            (
                at.0 + u * angle.cos() - v * angle.sin(),
                at.1 + u * angle.sin() + v * angle.cos(),
                radius,
            )
        })
        .collect()
}

/// Gives the interphase cell nearest to the middle of the field a second nucleus beside its first.
fn add_second_nucleus(cells: &mut [Cell], size: f32, rng: &mut Rng) {
    let distance = |cell: &Cell| {
        (cell.contour.center.0 - size / 2.0).hypot(cell.contour.center.1 - size / 2.0)
    };
    let Some(cell) = cells
        .iter_mut()
        .filter(|cell| !cell.mitotic)
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
    else {
        return;
    };
    let (cos, sin) = (cell.contour.cos, cell.contour.sin);
    let center = cell.contour.center;
    let mut nuclei = Vec::new();
    for side in [-1.0_f32, 1.0] {
        let at = (center.0 + side * 14.5 * cos, center.1 + side * 14.5 * sin);
        let semi = (13.2 + gauss(rng) * 0.4, 11.6 + gauss(rng) * 0.4);
        // Across the cell's axis, so that the two lie side by side.
        let angle = sin.atan2(cos) + PI / 2.0 + gauss(rng) * 0.2;
        nuclei.push(Nucleus {
            contour: Contour::new(rng, at, semi, angle, &[0.03, 0.02]),
            brightness: 0.95,
            nucleoli: draw_nucleoli(rng, at, semi, angle),
        });
    }
    cell.nuclei = nuclei;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_contour_is_an_ellipse() {
        let mut rng = Rng::with_seed(3);
        let contour = Contour::new(&mut rng, (50.0, 40.0), (20.0, 10.0), PI / 2.0, &[]);
        assert!((contour.level(50.0, 60.0) - 1.0).abs() < 1e-5);
        assert!((contour.level(60.0, 40.0) - 1.0).abs() < 1e-5);
        let (x, y) = contour.point(0.0, 1.0);
        assert!((x - 50.0).abs() < 1e-4 && (y - 60.0).abs() < 1e-4);
    }
}
