//! Intensities of whole objects, where no place of the maximum was measured.

use super::judgement::{Finding, Judgement, Numbers, Verdict, verdict_of};
use super::pixel_view::PixelView;
use cytolance_imaging::PixelBox;
use cytolance_imaging::quality::FilledOutline;

/// What was measured of an object, and where it lies in the measured picture.
pub(crate) struct MeasuredRegion {
    pub row: usize,
    pub area: PixelBox,
    /// The pixels of the object, where they are known exactly.
    pub inside: Option<FilledOutline>,
    /// Maximum, minimum and mean; not a number where not measured.
    pub measured: [f64; 3],
}

/// The pixels of an object.
struct Pixels {
    /// In order.
    sorted: Vec<f64>,
    mean: f64,
    /// They are the object's, not all of its box.
    exact: bool,
    /// Some are not in the picture.
    cut: bool,
}

impl Pixels {
    fn of(region: &MeasuredRegion, view: &dyn PixelView) -> Self {
        let mut sorted = Vec::new();
        let mut cut = false;
        let mut take = |place| match view.value(region.row, place) {
            Some(value) => sorted.push(value),
            None => cut = true,
        };
        match &region.inside {
            Some(inside) => inside.pixels().for_each(|(x, y)| take([x, y])),
            None => {
                for y in region.area.y_min..region.area.y_max {
                    for x in region.area.x_min..region.area.x_max {
                        take([x, y]);
                    }
                }
            }
        }
        sorted.sort_unstable_by(f64::total_cmp);
        let mean = sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
        Self {
            sorted,
            mean,
            exact: region.inside.is_some(),
            cut,
        }
    }

    /// Whether they may be those of which this was measured.
    fn fit(&self, measured: [f64; 3], scale: f64, numbers: Numbers, step: f64) -> bool {
        let (Some(first), Some(last)) = (self.sorted.first(), self.sorted.last()) else {
            return false;
        };
        let near = |value: f64, measured: f64| {
            let wanted = measured * scale;
            (value - wanted).abs() <= numbers.tolerance(wanted, step)
        };
        let has = |measured: f64| {
            let wanted = measured * scale;
            let tolerance = numbers.tolerance(wanted, step);
            let at = self
                .sorted
                .partition_point(|value| *value < wanted - tolerance);
            self.sorted
                .get(at)
                .is_some_and(|value| *value <= wanted + tolerance)
        };
        let [max, min, mean] = measured;
        if self.exact {
            return (max.is_nan() || near(*last, max))
                && (min.is_nan() || near(*first, min))
                && (mean.is_nan() || near(self.mean, mean));
        }
        !self.cut && (max.is_nan() || has(max)) && (min.is_nan() || has(min))
    }
}

/// Holds what was measured of objects against their pixels. Where only boxes are known, their brightest and darkest pixel
/// must be somewhere inside.
pub(super) fn judge_regions(
    regions: &[MeasuredRegion],
    view: &dyn PixelView,
    numbers: Numbers,
    as_loaded: bool,
) -> Judgement {
    let told = |region: &&MeasuredRegion| {
        region.inside.is_some() || !(region.measured[0].is_nan() && region.measured[1].is_nan())
    };
    if !regions.iter().any(|region| told(&region)) {
        let reason = "only means were measured, and there are no outlines of the very pixels";
        return Judgement::untold(regions.len(), reason);
    }
    let pixels: Vec<Pixels> = regions
        .iter()
        .map(|region| Pixels::of(region, view))
        .collect();
    let hits_with = |scale: f64, further: usize| -> Vec<bool> {
        let others = pixels.iter().cycle().skip(further);
        let pairs = regions.iter().zip(others);
        pairs
            .map(|(region, pixels)| pixels.fit(region.measured, scale, numbers, view.step()))
            .collect()
    };
    let count = |hits: &[bool]| hits.iter().filter(|hit| **hit).count();
    let mut best = (1.0, Vec::new());
    let measured = regions.iter().flat_map(|region| region.measured);
    let most = measured.fold(0.0, f64::max);
    for scale in numbers.scales(most, view.step()) {
        let hits = hits_with(scale, 0);
        if best.1.is_empty() || count(&hits) > count(&best.1) {
            best = (scale, hits);
        }
    }
    let (scale, hits) = best;
    // What the pixels of another object would say.
    let chance = match regions.len() {
        1 => 0.5,
        all => count(&hits_with(scale, 1)) as f64 / all as f64,
    };
    let verdict = match verdict_of(&hits, chance) {
        Verdict::Not(_) | Verdict::Partly if !as_loaded => {
            let reason =
                "only a picture that the pipeline made of it was measured, and that differs";
            return Judgement::untold(regions.len(), reason);
        }
        Verdict::Not(_) if chance >= 0.5 && regions.len() > 1 => {
            let reason = "the pixels of other objects are as bright";
            return Judgement::untold(regions.len(), reason);
        }
        verdict => verdict,
    };
    let untold = matches!(verdict, Verdict::Untold(_));
    let finding = |hit: &bool| match hit {
        _ if untold => Finding::Untold,
        true => Finding::Agrees,
        false => Finding::Contradicts,
    };
    Judgement {
        findings: hits.iter().map(finding).collect(),
        verdict,
        full_scale: scale,
    }
}
