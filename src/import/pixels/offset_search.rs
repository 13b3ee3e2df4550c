//! Where the measured objects are in a picture that is not as it was measured: shifted, mirrored, turned or scaled.

use std::fmt;

use super::judgement::{Numbers, Sample};
use super::pixel_view::PlaneView;

/// Objects that are looked at.
const MOST_SAMPLES: usize = 64;
/// Objects whose values are looked for in the whole picture, those with the rarest first.
const ANCHORS: usize = 6;
/// Pixels of an anchor's value that are tried; one with more says too little.
const MOST_PLACES: usize = 2000;
/// Share of the objects inside the picture that must be found.
const FOUND: f64 = 0.9;
/// How many findings there may be by chance.
const BY_CHANCE: f64 = 1e-3;
/// Objects from which a scale can be told, and how well their values must go together.
const ENOUGH_FOR_SCALE: usize = 8;
const GO_TOGETHER: f64 = 0.9;

/// Mirrored and turned pictures: where a step to the right and a step down lead, and what it is called.
const TURNS: [([i64; 2], [i64; 2], &str); 8] = [
    ([1, 0], [0, 1], ""),
    ([-1, 0], [0, 1], "mirrored left to right"),
    ([1, 0], [0, -1], "mirrored top to bottom"),
    ([-1, 0], [0, -1], "turned by 180 degrees"),
    ([0, 1], [-1, 0], "turned by 90 degrees clockwise"),
    ([0, -1], [1, 0], "turned by 90 degrees anticlockwise"),
    ([0, 1], [1, 0], "mirrored along its diagonal"),
    ([0, -1], [-1, 0], "mirrored along its other diagonal"),
];

/// What explains where all objects are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Displaced {
    /// They lie this much further right and down.
    Shifted([i64; 2]),
    /// The picture is mirrored or turned.
    Turned(&'static str),
    /// The picture has another size.
    Scaled(f64),
}

impl fmt::Display for Displaced {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shifted([x, y]) => write!(out, "they lie {x}, {y} pixels further"),
            Self::Turned(how) => write!(out, "it is {how}"),
            Self::Scaled(factor) => write!(out, "it has {factor:.2} times the size"),
        }
    }
}

/// Looks for it.
pub(super) fn find(
    samples: &[Sample],
    view: &PlaneView<'_>,
    numbers: Numbers,
) -> Option<Displaced> {
    let step = samples.len().div_ceil(MOST_SAMPLES).max(1);
    let samples: Vec<Sample> = samples.iter().step_by(step).copied().collect();
    let scales = match numbers.scaling {
        Some(scaling) => vec![scaling],
        None if view.plane.bit_depth <= 8 => vec![255.0],
        None => vec![65_535.0, 4095.0, 1.0],
    };
    let found = scales
        .iter()
        .find_map(|scale| moved(&samples, view, numbers, *scale));
    found.or_else(|| scaled(&samples, view))
}

/// The pixels that an object's maximum may be.
struct Wanted {
    place: [i64; 2],
    /// Stored numbers, both inclusive.
    levels: [u16; 2],
    /// Share of the picture's pixels.
    share: f64,
}

fn moved(
    samples: &[Sample],
    view: &PlaneView<'_>,
    numbers: Numbers,
    full_scale: f64,
) -> Option<Displaced> {
    let plane = view.plane;
    let mut sums = vec![0_u32; 65_537];
    for pixel in &plane.pixels {
        sums[usize::from(*pixel) + 1] += 1;
    }
    for level in 1..sums.len() {
        sums[level] += sums[level - 1];
    }
    let all = plane.pixels.len().max(1) as f64;
    let mut wanted: Vec<Wanted> = samples
        .iter()
        .map(|sample| {
            let value = sample.measured * full_scale;
            let tolerance = numbers.tolerance(value, plane.scale.step);
            let level = |value: f64| (value - plane.scale.offset) / plane.scale.step;
            // Casting saturates.
            let levels = [
                level(value - tolerance).ceil().max(0.0) as u16,
                level(value + tolerance).floor().max(0.0) as u16,
            ];
            let count =
                sums[usize::from(levels[1]) + 1].saturating_sub(sums[usize::from(levels[0])]);
            Wanted {
                place: sample.place,
                levels,
                share: f64::from(count) / all,
            }
        })
        .collect();
    wanted.sort_by(|a, b| a.share.total_cmp(&b.share));
    let anchors: Vec<&Wanted> = wanted
        .iter()
        .filter(|one| one.share > 0.0 && one.share * all <= MOST_PLACES as f64)
        .take(ANCHORS)
        .collect();
    let places = places_of(&anchors, view);
    for (right, down, how) in TURNS {
        let turned = |[x, y]: [i64; 2]| [x * right[0] + y * down[0], x * right[1] + y * down[1]];
        for (anchor, places) in anchors.iter().zip(&places) {
            let [x, y] = turned(anchor.place);
            for [at_x, at_y] in places {
                let shift = [at_x - x, at_y - y];
                // Where they were measured they are not.
                let stays = how.is_empty() && shift == view.offset;
                if stays || !explains(&wanted, view, turned, shift, places.len()) {
                    continue;
                }
                return Some(if how.is_empty() {
                    Displaced::Shifted(shift)
                } else {
                    Displaced::Turned(how)
                });
            }
        }
    }
    None
}

/// Where the picture has the values of each anchor.
fn places_of(anchors: &[&Wanted], view: &PlaneView<'_>) -> Vec<Vec<[i64; 2]>> {
    let mut places = vec![Vec::new(); anchors.len()];
    let width = view.plane.width.max(1) as usize;
    for (at, pixel) in view.plane.pixels.iter().enumerate() {
        for (anchor, places) in anchors.iter().zip(&mut places) {
            if (anchor.levels[0]..=anchor.levels[1]).contains(pixel) {
                places.push([(at % width) as i64, (at / width) as i64]);
            }
        }
    }
    places
}

/// Whether all objects that lie in the picture have their value there, more than chance may do. `tried` is how many shifts
/// are tried alike.
fn explains(
    wanted: &[Wanted],
    view: &PlaneView<'_>,
    turned: impl Fn([i64; 2]) -> [i64; 2],
    shift: [i64; 2],
    tried: usize,
) -> bool {
    let plane = view.plane;
    let (mut inside, mut found) = (0_usize, 0_usize);
    let mut chance = (tried as f64).ln();
    let mut rarest = f64::INFINITY;
    for one in wanted {
        let [x, y] = turned(one.place);
        let (x, y) = (x + shift[0], y + shift[1]);
        if x < 0 || y < 0 || x >= i64::from(plane.width) || y >= i64::from(plane.height) {
            continue;
        }
        let at = y as usize * plane.width as usize + x as usize;
        let Some(pixel) = plane.pixels.get(at) else {
            continue;
        };
        inside += 1;
        if (one.levels[0]..=one.levels[1]).contains(pixel) {
            found += 1;
            chance += one.share.ln();
            rarest = rarest.min(one.share.ln());
        } else if inside - found > 2 + wanted.len() / 10 {
            return false;
        }
    }
    // The anchor lies there because it was looked for.
    let chance = if rarest.is_finite() {
        chance - rarest
    } else {
        0.0
    };
    inside >= 2
        && inside * 4 >= wanted.len()
        && found as f64 >= FOUND * inside as f64
        && chance < BY_CHANCE.ln()
}

/// Whether the picture is the measured one in another size: then its values at the scaled places rise with the measured.
fn scaled(samples: &[Sample], view: &PlaneView<'_>) -> Option<Displaced> {
    let together = |factor: f64| -> Option<f64> {
        let scaled = |at: i64| ((at as f64 + 0.5) * factor).floor() as i64;
        let pairs: Vec<(f64, f64)> = samples
            .iter()
            .filter_map(|sample| {
                let [x, y] = sample.place;
                Some((sample.measured, view.own([scaled(x), scaled(y)])?))
            })
            .collect();
        let enough =
            pairs.len() >= ENOUGH_FOR_SCALE && pairs.len() as f64 >= FOUND * samples.len() as f64;
        enough.then(|| correlation(&pairs))
    };
    let factors = [0.5, 1.0 / 3.0, 0.25, 2.0, 3.0, 4.0];
    let rated = factors
        .into_iter()
        .filter_map(|factor| Some((factor, together(factor)?)));
    let (factor, best) = rated.max_by(|a, b| a.1.total_cmp(&b.1))?;
    (best >= GO_TOGETHER).then_some(Displaced::Scaled(factor))
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let (sum_a, sum_b) = pairs
        .iter()
        .fold((0.0, 0.0), |(a, b), pair| (a + pair.0, b + pair.1));
    let (mean_a, mean_b) = (sum_a / count, sum_b / count);
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        let (a, b) = (a - mean_a, b - mean_b);
        aa += a * a;
        bb += b * b;
        ab += a * b;
    }
    if aa > 0.0 && bb > 0.0 {
        ab / (aa * bb).sqrt()
    } else {
        0.0
    }
}
