//! The five stains: how much light each structure gives in each channel, before the optics.

use fastrand::Rng;

use super::labels::Planted;
use super::noise::{between, smooth_field, smoothstep};
use super::plane::Plane;
use super::plate::{AGP, DNA, ER, MITO, RNA};
use super::population::Cell;
use super::strokes;
use super::territory::Territory;

/// Random textures shared by all cells of a field.
struct Textures {
    grain: Plane,
    clumps: Plane,
    network: Plane,
    folds: Plane,
    patches: Plane,
}

impl Textures {
    fn new(size: usize, rng: &mut Rng) -> Self {
        let mut field = |sigma| smooth_field(rng, size, size, sigma);
        Self {
            grain: field(0.9),
            clumps: field(1.7),
            network: field(1.5),
            folds: field(3.2),
            patches: field(9.0),
        }
    }
}

/// A bright line wherever the random field crosses zero: a net.
fn ridge(value: f32, width: f32) -> f32 {
    1.0 / (1.0 + (value / width) * (value / width))
}

/// Draws all channels, in camera counts above the background.
pub(super) fn stain(
    cells: &[Cell],
    territory: &Territory,
    planted: &Planted,
    rng: &mut Rng,
) -> [Plane; 5] {
    let (width, height) = (territory.width, territory.height);
    let textures = Textures::new(width, rng);
    let nucleoli = draw_nucleoli(cells, territory);
    let mut planes: [Plane; 5] = std::array::from_fn(|_| Plane::new(width, height));
    for (at, &owner) in territory.owner.iter().enumerate() {
        if owner == 0 {
            continue;
        }
        let cell = &cells[usize::from(owner) - 1];
        let light = if cell.mitotic {
            mitotic_pixel(&textures, territory, at)
        } else {
            interphase_pixel(&textures, territory, nucleoli[at], at)
        };
        let index = usize::from(territory.nucleus[at]);
        let brightness = if index > 0 {
            cell.nuclei[index - 1].brightness
        } else {
            1.0
        };
        for (channel, plane) in planes.iter_mut().enumerate() {
            plane.data[at] = light[channel] * cell.gain[channel];
        }
        let seen = if planted.missing_nucleus == Some(usize::from(owner) - 1) {
            0.10
        } else {
            1.0
        };
        planes[DNA].data[at] *= if index > 0 { brightness * seen } else { 1.0 };
    }
    for (index, cell) in cells.iter().enumerate() {
        let owner = index as u16 + 1;
        strokes::mitochondria(
            &mut planes[MITO],
            territory,
            cell,
            owner,
            5_600.0 * cell.gain[MITO],
        );
        strokes::actin_fibres(
            &mut planes[AGP],
            territory,
            cell,
            owner,
            1_250.0 * cell.gain[AGP],
        );
        strokes::golgi(
            &mut planes[AGP],
            territory,
            cell,
            owner,
            3_000.0 * cell.gain[AGP],
        );
    }
    if let Some((index, channel)) = planted.saturated {
        for (value, owner) in planes[channel].data.iter_mut().zip(&territory.owner) {
            if usize::from(*owner) == index + 1 {
                *value = *value * 9.0 + 20_000.0;
            }
        }
    }
    if let Some((x, y, radius)) = planted.debris {
        for (plane, amount) in planes
            .iter_mut()
            .zip([42_000.0, 15_000.0, 19_000.0, 24_000.0, 9_000.0])
        {
            strokes::dab(plane, x, y, radius * 0.62, amount, None);
            strokes::dab(
                plane,
                x + radius * 0.4,
                y - radius * 0.3,
                radius * 0.35,
                amount * 0.5,
                None,
            );
        }
    }
    add_specks(&mut planes, territory, rng);
    planes
}

/// Light of each channel at a pixel of a flat, living cell.
fn interphase_pixel(
    textures: &Textures,
    territory: &Territory,
    nucleolus: f32,
    at: usize,
) -> [f32; 5] {
    let (grain, clumps) = (textures.grain.data[at], textures.clumps.data[at]);
    let (network, folds) = (textures.network.data[at], textures.folds.data[at]);
    let patches = textures.patches.data[at];
    let (level, edge) = (territory.level[at], territory.edge[at]);
    let nucleus = territory.nucleus_level[at];

    // The cell is a fried egg: thick around the nucleus, a thin lamella outside.
    let thick = 0.20 + 0.80 * (-(level / 0.55) * (level / 0.55)).exp();
    let soft = smoothstep(-0.5, 4.5, edge);
    let inside = 1.0 - smoothstep(0.93, 1.04, nucleus);
    let around = (-((nucleus - 1.0).max(0.0) / 0.42).powi(2)).exp() * (1.0 - inside);

    let chromatin = (1.0 + 0.13 * grain + 0.17 * clumps + 0.10 * folds).max(0.35);
    let dome = 1.0 - 0.22 * nucleus.min(1.0).powi(3);
    let dna = 10_500.0 * inside * dome * chromatin * (1.0 - 0.62 * nucleolus)
        + 240.0 * thick * soft * (1.0 - inside);

    let net = 0.38 + 0.95 * ridge(network, 0.42) * (1.0 + 0.25 * clumps).max(0.3);
    let er = soft
        * (thick * net * (1.0 + 0.22 * folds).max(0.3) + 0.75 * around * (0.7 + 0.3 * net))
        * (1.0 - 0.83 * inside)
        * (1.0 + 0.12 * patches).max(0.5);

    let granules = (1.0 + 0.22 * clumps + 0.12 * grain + 0.16 * folds).max(0.2);
    let rna = soft * thick * granules * (1.0 - 0.70 * inside)
        + 0.28 * around
        + inside * (0.16 + 2.3 * nucleolus) * (1.0 + 0.08 * grain);

    let border = (-(edge / 1.7) * (edge / 1.7)).exp()
        * (0.75 + 0.35 * patches + 0.2 * folds).clamp(0.12, 1.8);
    let ruffle = smoothstep(0.55, 0.98, level) * ridge(folds, 0.5) * smoothstep(0.0, 2.5, edge);
    let agp = 0.16 * soft * thick * (1.0 + 0.18 * clumps)
        + 0.05
        + 0.52 * border
        + 0.20 * ruffle * (0.8 + 0.5 * patches).max(0.0)
        + 0.08 * around;

    let mito = soft * thick * (0.10 + 0.05 * folds.max(0.0)) * (1.0 - 0.7 * inside) + 0.05 * around;
    [
        dna,
        6_400.0 * er,
        6_800.0 * rna,
        11_500.0 * agp,
        9_000.0 * mito,
    ]
}

/// Light of each channel at a pixel of a rounded cell in metaphase.
fn mitotic_pixel(textures: &Textures, territory: &Territory, at: usize) -> [f32; 5] {
    let (grain, clumps) = (textures.grain.data[at], textures.clumps.data[at]);
    let (level, edge) = (territory.level[at], territory.edge[at]);
    let ball = (1.0 - 0.8 * level * level).max(0.15).sqrt() * smoothstep(-0.5, 3.5, edge);
    let plate = 1.0 - smoothstep(0.85, 1.12, territory.nucleus_level[at]);
    let haze = 1.0 + 0.14 * clumps + 0.08 * grain;
    let rim = (-(edge / 1.9) * (edge / 1.9)).exp();
    [
        9_000.0 * plate * (1.0 + 0.10 * clumps) + 420.0 * ball,
        4_600.0 * ball * haze * (1.0 - 0.75 * plate),
        4_700.0 * ball * haze * (1.0 - 0.5 * plate),
        1_500.0 * ball * haze * (1.0 - 0.5 * plate) + 5_600.0 * rim,
        1_200.0 * ball * haze * (1.0 - 0.6 * plate),
    ]
}

/// 0 to 1 by pixel: how much of it is nucleolus.
fn draw_nucleoli(cells: &[Cell], territory: &Territory) -> Vec<f32> {
    let mut plane = Plane::new(territory.width, territory.height);
    for (index, cell) in cells.iter().enumerate() {
        for &(x, y, radius) in cell.nuclei.iter().flat_map(|nucleus| &nucleus.nucleoli) {
            strokes::dab(
                &mut plane,
                x,
                y,
                radius * 0.72,
                1.5,
                Some((&territory.owner, index as u16 + 1)),
            );
        }
    }
    for (value, nucleus) in plane.data.iter_mut().zip(&territory.nucleus) {
        *value = if *nucleus > 0 {
            smoothstep(0.35, 1.15, *value)
        } else {
            0.0
        };
    }
    plane.data
}

/// Dim specks of precipitate between the cells, too faint to be segmented.
fn add_specks(planes: &mut [Plane; 5], territory: &Territory, rng: &mut Rng) {
    let count = territory.owner.len() / 30_000;
    for _ in 0..count {
        let (x, y) = (rng.usize(..territory.width), rng.usize(..territory.height));
        let amount = between(rng, 150.0, 900.0);
        let sigma = between(rng, 0.6, 1.6);
        if territory.owner[y * territory.width + x] == 0 {
            for channel in [RNA, AGP, ER] {
                strokes::dab(
                    &mut planes[channel],
                    x as f32,
                    y as f32,
                    sigma,
                    amount,
                    None,
                );
            }
        }
    }
}
