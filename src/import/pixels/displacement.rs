//! Pictures that the pipeline made of those that were loaded: values may differ, brightest places stay.

use super::judgement::{Finding, Judgement, Sample, Verdict};
use super::pixel_view::PixelView;

/// Share of places that are brighter than their eight neighbours by chance, on noise and on cells.
const BRIGHTEST_BY_CHANCE: f64 = 0.2;
/// Share of places in a picture that was only evened out.
const BRIGHTEST: f64 = 0.6;
/// Places fewer than this are no sign.
const BRIGHTEST_NOWHERE: f64 = 0.4;
/// How often chance may give as many brightest places.
const BY_CHANCE: f64 = 0.01;
/// Places from which a chance is counted.
const MOST_COUNTED: usize = 1000;
/// How much the factor between two pictures of one stain varies, from the tenth of the cells with the smallest to the tenth
/// with the largest.
const SMOOTH: f64 = 2.0;
/// What no correction does.
const ROUGH: f64 = 3.0;
/// Cells from which a contradiction can be told.
const ENOUGH: usize = 4;

/// Holds the maxima of a made picture against the pixels of the loaded one.
pub(super) fn judge_made(
    samples: &[Sample],
    values: &[Option<f64>],
    view: &dyn PixelView,
    full_scale: f64,
) -> Judgement {
    let mut factors: Vec<f64> = Vec::new();
    let mut brightest = 0_u32;
    let mut looked_at = 0;
    for (sample, value) in samples.iter().zip(values) {
        if let Some(value) = value.filter(|value| *value > 0.0 && sample.measured > 0.0) {
            factors.push(sample.measured / value);
        }
        looked_at += usize::from(value.is_some());
        brightest += u32::from(is_brightest(sample, *value, view));
    }
    let judged = |verdict: Verdict, finding: &dyn Fn(usize) -> Finding| Judgement {
        verdict,
        findings: (0..samples.len()).map(finding).collect(),
        full_scale,
    };
    let inside = looked_at as f64 / samples.len().max(1) as f64;
    let share = f64::from(brightest) / samples.len().max(1) as f64;
    let (middle, spread) = spread_of(&mut factors);
    if inside >= 0.9
        && share >= BRIGHTEST
        && spread <= SMOOTH
        && at_least(brightest, samples.len(), BRIGHTEST_BY_CHANCE) < BY_CHANCE
    {
        return judged(Verdict::Fits, &|at| {
            let factor = values[at].map(|value| samples[at].measured / value / middle);
            match factor {
                Some(factor) if (1.0 / SMOOTH..=SMOOTH).contains(&factor) => Finding::Agrees,
                _ => Finding::Untold,
            }
        });
    }
    if samples.len() >= ENOUGH && share <= BRIGHTEST_NOWHERE && (spread >= ROUGH || inside <= 0.5) {
        return judged(Verdict::Not(None), &|_| Finding::Contradicts);
    }
    let reason = "only a picture that the pipeline made of it was measured, and that differs";
    Judgement::untold(samples.len(), reason)
}

/// Whether a pixel is as bright as its eight neighbours and brighter than one.
fn is_brightest(sample: &Sample, value: Option<f64>, view: &dyn PixelView) -> bool {
    let Some(value) = value else { return false };
    let [x, y] = sample.place;
    let mut above_some = false;
    for (dx, dy) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))) {
        match view.value(sample.row, [x + dx, y + dy]) {
            Some(other) if other > value => return false,
            Some(other) => above_some |= other < value,
            None => {}
        }
    }
    above_some
}

/// The middle of some factors, and how many times the largest tenth is the smallest.
fn spread_of(factors: &mut [f64]) -> (f64, f64) {
    if factors.is_empty() {
        return (1.0, f64::INFINITY);
    }
    factors.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| factors[(share * (factors.len() - 1) as f64).round() as usize];
    (at(0.5), at(0.9) / at(0.1))
}

/// How likely it is that at least `hits` of `all` happen which happen with this chance.
fn at_least(hits: u32, all: usize, chance: f64) -> f64 {
    // Powers of more would be too small for a number; the share stays.
    let share = f64::from(hits) / all.max(1) as f64;
    let (hits, all) = match all.min(MOST_COUNTED) {
        fewer if fewer < all => ((share * fewer as f64) as u32, fewer as u32),
        all => (hits, all as u32),
    };
    let mut term = (1.0 - chance).powf(f64::from(all));
    let mut below = 0.0;
    for number in 0..hits.min(all + 1) {
        below += term;
        term *= f64::from(all - number) / f64::from(number + 1) * chance / (1.0 - chance);
    }
    if hits > all {
        0.0
    } else {
        (1.0 - below).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_add_up() {
        let near = |got: f64, wanted: f64| assert!((got - wanted).abs() < 1e-9, "{got} {wanted}");
        near(at_least(0, 5, 0.2), 1.0);
        near(at_least(3, 3, 0.2), 0.008);
        near(at_least(2, 2, 0.5), 0.25);
        near(at_least(4, 3, 0.5), 0.0);
        let (middle, spread) = spread_of(&mut [4.0, 1.0, 2.0]);
        assert_eq!([middle, spread], [2.0, 4.0]);
    }
}
