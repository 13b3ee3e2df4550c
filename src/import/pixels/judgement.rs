//! Whether the pixels at the measured places are those that were measured.

use super::pixel_view::{CHANCES, PixelView};

/// Full scales that programs divide by, besides the recorded one.
const FULL_SCALES: [f64; 6] = [255.0, 65_535.0, 4095.0, 1.0, 1023.0, 16_383.0];
/// Share of the cells that agree in a picture that is the measured one.
const ALL: f64 = 0.9;
/// How likely chance may have done what is called a finding.
const BY_CHANCE: f64 = 0.05;
/// Levels that decoders of lossy files differ by.
const LOSSY_LEVELS: f64 = 3.0;
/// Cells from which a scale or contrast of a picture's own can be told.
const ENOUGH_FOR_A_LINE: usize = 5;

/// A measured maximum at its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    /// Any number by which the pixels of its cell are found.
    pub row: usize,
    /// Column and row of the pixel in the measured picture.
    pub place: [i64; 2],
    /// As it is in the table: mostly a fraction of the full scale.
    pub measured: f64,
}

impl Sample {
    /// A maximum of a table; `None` for black at the first pixel, which is what stands there for an object without pixels.
    pub fn new(row: usize, place: [f64; 2], measured: f64) -> Option<Self> {
        let place = place.map(|side| side.round() as i64);
        (measured != 0.0 || place != [0, 0]).then_some(Self {
            row,
            place,
            measured,
        })
    }
}

/// What is known of a picture's numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Numbers {
    /// The full scale that the Image table records.
    pub scaling: Option<f64>,
    /// The file is lossy, so that decoders differ.
    pub lossy: bool,
}

impl Numbers {
    /// Full scales to try for values up to `most`, the likeliest first. Where pixels are whole numbers, fractions would all
    /// be black without one.
    pub fn scales(self, most: f64, step: f64) -> impl Iterator<Item = f64> {
        let recorded = self.scaling.filter(|scale| *scale > 0.0);
        let scales = recorded.into_iter().chain(FULL_SCALES);
        scales.filter(move |scale| *scale > 1.0 || most > 1.0 || step < 0.5)
    }

    /// How much a value may differ from what was measured.
    pub fn tolerance(self, value: f64, step: f64) -> f64 {
        let levels = if self.lossy { LOSSY_LEVELS } else { 0.51 };
        // Tables have seven digits of a 32-bit number.
        levels * step + 2e-6 * value.abs()
    }
}

/// What is found of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    Agrees,
    Contradicts,
    Untold,
}

/// What is found of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// It is the measured one.
    Fits,
    /// It is for some of the cells.
    Partly,
    /// It is not; with what is known of why.
    Not(Option<&'static str>),
    /// Nothing tells, because of this.
    Untold(String),
}

/// Verdict, and findings in the order of the samples.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judgement {
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
    /// The full scale with which most agree.
    pub full_scale: f64,
}

impl Judgement {
    pub fn untold(cells: usize, reason: &str) -> Self {
        Self {
            verdict: Verdict::Untold(reason.to_owned()),
            findings: vec![Finding::Untold; cells],
            full_scale: 1.0,
        }
    }

    fn new(verdict: Verdict, hits: &[bool], full_scale: f64) -> Self {
        let finding = |hit: &bool| match verdict {
            Verdict::Untold(_) => Finding::Untold,
            _ if *hit => Finding::Agrees,
            _ => Finding::Contradicts,
        };
        Self {
            findings: hits.iter().map(finding).collect(),
            verdict,
            full_scale,
        }
    }
}

/// The verdict on cells of which some agree; `chance` is the share of pixels anywhere that would agree, too.
pub(super) fn verdict_of(hits: &[bool], chance: f64) -> Verdict {
    if hits.is_empty() {
        return Verdict::Not(None);
    }
    let all = hits.len() as f64;
    let agreeing = hits.iter().filter(|hit| **hit).count();
    if agreeing as f64 >= ALL * all {
        return if chance.powi(i32::try_from(agreeing).unwrap_or(i32::MAX)) < BY_CHANCE {
            Verdict::Fits
        } else {
            Verdict::Untold("the pixels around are as bright as those measured".to_owned())
        };
    }
    let share = agreeing as f64 / all;
    if chance < 1.0 && (share - chance) / (1.0 - chance) >= 0.5 {
        Verdict::Partly
    } else {
        Verdict::Not(None)
    }
}

/// Holds the maxima of a picture against its pixels. `as_loaded`: the picture that was measured is the one that was loaded,
/// so that every value must be there as it is. One that the pipeline made of it may have others.
pub(crate) fn judge(
    samples: &[Sample],
    view: &dyn PixelView,
    numbers: Numbers,
    as_loaded: bool,
) -> Judgement {
    let values: Vec<Option<f64>> = samples
        .iter()
        .map(|sample| view.value(sample.row, sample.place))
        .collect();
    let step = view.step();
    let hits_with = |scale: f64| -> Vec<bool> {
        let pairs = samples.iter().zip(&values);
        pairs
            .map(|(sample, value)| {
                let wanted = sample.measured * scale;
                let tolerance = numbers.tolerance(wanted, step);
                value.is_some_and(|value| (value - wanted).abs() <= tolerance)
            })
            .collect()
    };
    let count = |hits: &[bool]| hits.iter().filter(|hit| **hit).count();
    let mut best = (1.0, Vec::new());
    let most = samples.iter().map(|sample| sample.measured);
    let most = most.fold(0.0, f64::max);
    for scale in numbers.scales(most, step) {
        let hits = hits_with(scale);
        if best.1.is_empty() || count(&hits) > count(&best.1) {
            best = (scale, hits);
        }
        if count(&best.1) == samples.len() {
            break;
        }
    }
    let (scale, hits) = best;
    // Places outside the picture contradict it where it is whole, but what is inside tells what it is.
    let is_inside: Vec<bool> = values.iter().map(Option::is_some).collect();
    let inside: Vec<bool> = hits
        .iter()
        .zip(&is_inside)
        .filter_map(|(hit, inside)| inside.then_some(*hit))
        .collect();
    if inside.is_empty() && view.whole().is_none() {
        return Judgement::untold(samples.len(), "the places are outside the crops");
    }
    let verdict = verdict_of(&inside, chance(samples, view, numbers, scale));
    let mut exact = Judgement::new(verdict, &hits, scale);
    if view.whole().is_none() {
        for (finding, inside) in exact.findings.iter_mut().zip(is_inside) {
            if !inside {
                *finding = Finding::Untold;
            }
        }
    }
    if matches!(exact.verdict, Verdict::Fits | Verdict::Untold(_)) {
        return exact;
    }
    if let Some(other) = other_numbers(samples, &values, step, numbers, as_loaded) {
        let agree = !matches!(other, Verdict::Not(_));
        return Judgement::new(other, &vec![agree; samples.len()], scale);
    }
    if as_loaded || exact.verdict == Verdict::Partly {
        return exact;
    }
    super::displacement::judge_made(samples, &values, view, scale)
}

/// Share of pixels anywhere that are as those measured.
fn chance(samples: &[Sample], view: &dyn PixelView, numbers: Numbers, scale: f64) -> f64 {
    let (mut same, mut all) = (0_usize, 0_usize);
    for sample in samples {
        let wanted = sample.measured * scale;
        let tolerance = numbers.tolerance(wanted, view.step());
        for number in 0..CHANCES {
            if let Some(value) = view.any(sample.row, number) {
                all += 1;
                same += usize::from((value - wanted).abs() <= tolerance);
            }
        }
    }
    same as f64 / all.max(1) as f64
}

/// Whether all pixels are the measured ones in other numbers: times a factor, with another contrast, inverted, or nearly.
fn other_numbers(
    samples: &[Sample],
    values: &[Option<f64>],
    step: f64,
    numbers: Numbers,
    as_loaded: bool,
) -> Option<Verdict> {
    let pairs: Vec<(f64, f64)> = samples
        .iter()
        .zip(values)
        .filter_map(|(sample, value)| Some((sample.measured, (*value)?)))
        .collect();
    if pairs.len() < ENOUGH_FOR_A_LINE || (pairs.len() as f64) < ALL * samples.len() as f64 {
        return None;
    }
    let by = |a: &&(f64, f64), b: &&(f64, f64)| a.0.total_cmp(&b.0);
    let (low, high) = (pairs.iter().min_by(by)?, pairs.iter().max_by(by)?);
    let rise = (high.1 - low.1) / (high.0 - low.0);
    let near = |line: &dyn Fn(f64) -> f64, levels: f64| {
        let close = pairs
            .iter()
            .filter(|(measured, value)| (value - line(*measured)).abs() <= levels * step)
            .count();
        close as f64 >= ALL * samples.len() as f64
    };
    // Two levels of rounding on either side; a line through values that hardly differ says nothing.
    let told = (high.1 - low.1).abs() >= 20.0 * step && rise.is_finite();
    let factor = high.1 / high.0;
    if told && factor > 0.0 && near(&|measured| factor * measured, 1.5) {
        return Some(match numbers.scaling {
            None => Verdict::Fits,
            Some(scaling) => Verdict::Untold(format!(
                "all its values are {:.3} times those measured",
                factor / scaling
            )),
        });
    }
    let line = |measured: f64| rise.mul_add(measured - low.0, low.1);
    if told && near(&line, 1.5) {
        return Some(match (rise > 0.0, as_loaded) {
            (false, _) => Verdict::Not(Some("it is inverted")),
            (true, true) => Verdict::Untold("it has another contrast".to_owned()),
            (true, false) => Verdict::Fits,
        });
    }
    let scale = numbers.scales(high.0, step).next().unwrap_or(1.0);
    let lossy = told && near(&|measured| scale * measured, LOSSY_LEVELS);
    lossy.then(|| {
        Verdict::Untold("all its values are slightly others, as in a lossy copy".to_owned())
    })
}
