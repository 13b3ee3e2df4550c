//! Boxes and violins by group.

use super::frame::{ChartFrame, group_color};
use crate::figure::{Figure, FigureTable, Ink, Item, Target};
use cytolance_kernels::quantile;

/// Half the points of a violin's side.
const STEPS: usize = 96;
/// Values that a density is taken from; more look the same.
const MOST_IN_DENSITY: usize = 4000;
/// Points beyond the whiskers that are drawn.
const MOST_POINTS: usize = 60;

/// A group's values, in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub struct BoxGroup {
    /// Its name.
    pub name: String,
    /// Values, or many quantiles of them where there are very many.
    pub sorted: Vec<f64>,
    /// How many values these stand for.
    pub count: usize,
    /// Values of selected cells; at most some hundred.
    pub selected: Vec<f64>,
}

/// The numbers of a box.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Summary {
    quartiles: [f64; 3],
    /// The last values within one and a half boxes of the box.
    whiskers: [f64; 2],
}

impl Summary {
    fn of(sorted: &[f64]) -> Option<Self> {
        if sorted.is_empty() {
            return None;
        }
        let quartiles = [0.25, 0.5, 0.75].map(|share| quantile(sorted, share));
        let reach = 1.5 * (quartiles[2] - quartiles[0]);
        let within =
            |value: &&f64| **value >= quartiles[0] - reach && **value <= quartiles[2] + reach;
        Some(Self {
            whiskers: [
                sorted.iter().find(within).copied().unwrap_or(quartiles[0]),
                sorted
                    .iter()
                    .rev()
                    .find(within)
                    .copied()
                    .unwrap_or(quartiles[2]),
            ],
            quartiles,
        })
    }
}

fn range_of(groups: &[BoxGroup]) -> [f64; 2] {
    let mut values = groups
        .iter()
        .flat_map(|group| [group.sorted.first(), group.sorted.last()])
        .flatten()
        .copied();
    let Some(first) = values.next() else {
        return [0.0, 1.0];
    };
    let [low, high] = values.fold([first, first], |[low, high], value| {
        [low.min(value), high.max(value)]
    });
    let margin = (high - low) * 0.04;
    [low - margin, high + margin]
}

/// Boxes from the first to the third quartile with the median, whiskers to the last value within one and a half boxes,
/// and the values beyond, at most sixty a side. Targets are the groups.
pub fn box_chart(size: [f64; 2], feature: &str, by: &str, groups: &[BoxGroup]) -> Figure {
    let (mut figure, frame, step) = begin(size, feature, by, groups);
    for (at, group) in groups.iter().enumerate() {
        let Some(summary) = Summary::of(&group.sorted) else {
            continue;
        };
        let middle = frame.rect[0] + (at as f64 + 0.5) * step;
        let half = (step * 0.3).min(32.0);
        let [q1, q2, q3] = summary.quartiles.map(|value| frame.at_y(value));
        let [low, high] = summary.whiskers.map(|value| frame.at_y(value));
        let ink = group_color(at, 255);
        figure.line(vec![[middle, low], [middle, q1]], ink, 1.2);
        figure.line(vec![[middle, q3], [middle, high]], ink, 1.2);
        figure.bar(
            [middle - half, q3, 2.0 * half, (q1 - q3).max(0.5)],
            group_color(at, 110),
        );
        figure.line(vec![[middle - half, q2], [middle + half, q2]], ink, 2.2);
        for outside in beyond(group, &summary) {
            let every = outside.len().div_ceil(MOST_POINTS).max(1);
            for value in outside.iter().step_by(every) {
                figure.items.push(Item::Disc {
                    center: [middle, frame.at_y(*value)],
                    radius: 1.6,
                    fill: group_color(at, 160),
                });
            }
        }
        selected(&mut figure, &frame, group, middle);
    }
    figure
}

/// The values below and above the whiskers.
fn beyond<'a>(group: &'a BoxGroup, summary: &Summary) -> [&'a [f64]; 2] {
    let [low, high] = summary.whiskers;
    let below = group.sorted.partition_point(|value| *value < low);
    let above = group.sorted.partition_point(|value| *value <= high);
    [
        group.sorted.get(..below).unwrap_or_default(),
        group.sorted.get(above..).unwrap_or_default(),
    ]
}

/// Whether a box chart of these groups leaves out some of the values beyond the whiskers.
pub fn leaves_out_points(groups: &[BoxGroup]) -> bool {
    groups.iter().any(|group| {
        Summary::of(&group.sorted).is_some_and(|summary| {
            let sides = beyond(group, &summary);
            sides.iter().any(|outside| outside.len() > MOST_POINTS)
        })
    })
}

/// The estimated density of each group (Gaussian kernel, Silverman's bandwidth), mirrored, with the median and the
/// quartiles. Targets are the groups.
pub fn violin_chart(size: [f64; 2], feature: &str, by: &str, groups: &[BoxGroup]) -> Figure {
    let (mut figure, frame, step) = begin(size, feature, by, groups);
    let half = (step * 0.42).min(48.0);
    for (at, group) in groups.iter().enumerate() {
        let Some(summary) = Summary::of(&group.sorted) else {
            continue;
        };
        let middle = frame.rect[0] + (at as f64 + 0.5) * step;
        let density = density(&group.sorted, group.count, STEPS);
        let most = density
            .iter()
            .map(|[_, height]| *height)
            .fold(0.0, f64::max);
        let side = |sign: f64| {
            density.iter().map(move |[value, height]| {
                (*value, sign * half * height / most.max(f64::MIN_POSITIVE))
            })
        };
        let points: Vec<[f64; 2]> = side(1.0)
            .chain(side(-1.0).rev())
            .map(|(value, offset)| [middle + offset, frame.at_y(value)])
            .collect();
        figure.items.push(Item::Area {
            points,
            fill: group_color(at, 120),
        });
        let [q1, q2, q3] = summary.quartiles.map(|value| frame.at_y(value));
        figure.line(vec![[middle, q1], [middle, q3]], group_color(at, 255), 4.0);
        figure.items.push(Item::Disc {
            center: [middle, q2],
            radius: 3.0,
            fill: Ink::Text,
        });
        selected(&mut figure, &frame, group, middle);
    }
    figure
}

fn begin(
    size: [f64; 2],
    feature: &str,
    by: &str,
    groups: &[BoxGroup],
) -> (Figure, ChartFrame, f64) {
    let mut figure = Figure::new(size[0], size[1]);
    let frame = ChartFrame::in_figure(&figure, [0.0, groups.len().max(1) as f64], range_of(groups));
    frame.draw_y(&mut figure, feature);
    let names: Vec<String> = groups.iter().map(|group| group.name.clone()).collect();
    frame.draw_names(&mut figure, &names, by);
    let step = frame.rect[2] / groups.len().max(1) as f64;
    let [left, top, _, height] = frame.rect;
    for (at, group) in groups.iter().enumerate() {
        figure.targets.push(Target {
            rect: [left + at as f64 * step, top, step, height],
            label: match Summary::of(&group.sorted) {
                Some(summary) => format!(
                    "{}: {} cells, median {:.5}",
                    group.name, group.count, summary.quartiles[1]
                ),
                None => format!("{}: no values", group.name),
            },
            id: at,
        });
    }
    figure.table = table(groups);
    (figure, frame, step)
}

fn selected(figure: &mut Figure, frame: &ChartFrame, group: &BoxGroup, middle: f64) {
    for value in &group.selected {
        figure.items.push(Item::Disc {
            center: [middle, frame.at_y(*value)],
            radius: 2.2,
            fill: Ink::Selected,
        });
    }
}

fn table(groups: &[BoxGroup]) -> FigureTable {
    let header = [
        "group",
        "cells",
        "lower_whisker",
        "q1",
        "median",
        "q3",
        "upper_whisker",
    ];
    FigureTable {
        header: header.map(str::to_owned).to_vec(),
        rows: groups
            .iter()
            .map(|group| {
                let mut row = vec![group.name.clone(), group.count.to_string()];
                match Summary::of(&group.sorted) {
                    Some(summary) => {
                        let [q1, q2, q3] = summary.quartiles;
                        let [low, high] = summary.whiskers;
                        row.extend([low, q1, q2, q3, high].map(|value| value.to_string()));
                    }
                    None => row.extend(std::iter::repeat_n(String::new(), 5)),
                }
                row
            })
            .collect(),
    }
}

/// The estimated density of `count` values, given as many sorted quantiles of them or as themselves, as value and height.
/// It is taken at `steps` even steps of the range and at the quantiles, so that a far outlier does not leave the bulk
/// with a few points. Values further than five bandwidths away add nothing to be seen.
fn density(sorted: &[f64], count: usize, steps: usize) -> Vec<[f64; 2]> {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
        return Vec::new();
    };
    let every = sorted.len().div_ceil(MOST_IN_DENSITY);
    let sorted: Vec<f64> = sorted.iter().copied().step_by(every).collect();
    let sorted = sorted.as_slice();
    let length = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / length;
    let deviation = (sorted
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / length)
        .sqrt();
    let spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
    let scale = match (deviation.min(spread), deviation) {
        (least, _) if least > 0.0 => least,
        (_, deviation) if deviation > 0.0 => deviation,
        _ => first.abs().max(1.0) * 1e-3,
    };
    let width = 0.9 * scale * (count.max(1) as f64).powf(-0.2);
    let (low, high) = (first - 3.0 * width, last + 3.0 * width);
    let mut places: Vec<f64> = (0..=steps)
        .map(|at| at as f64 / steps as f64)
        .flat_map(|share| [low + (high - low) * share, quantile(sorted, share)])
        .collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    places
        .into_iter()
        .map(|place| {
            let from = sorted.partition_point(|value| *value < place - 5.0 * width);
            let near = sorted[from..]
                .iter()
                .take_while(|value| **value <= place + 5.0 * width);
            let height: f64 = near
                .map(|value| (-0.5 * ((place - value) / width).powi(2)).exp())
                .sum();
            [
                place,
                height / (length * width * std::f64::consts::TAU.sqrt()),
            ]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_have_quartiles_and_whiskers() {
        let sorted: Vec<f64> = (1..=9).map(f64::from).chain([100.0]).collect();
        let summary = Summary::of(&sorted).expect("a box");
        assert_eq!(summary.quartiles, [3.25, 5.5, 7.75]);
        assert_eq!(summary.whiskers, [1.0, 9.0], "100 lies beyond");
        assert_eq!(Summary::of(&[]), None);
        let one = Summary::of(&[4.0]).expect("a box");
        assert_eq!((one.quartiles, one.whiskers), ([4.0; 3], [4.0; 2]));
        let group = |name: &str, sorted: &[f64]| BoxGroup {
            name: name.to_owned(),
            sorted: sorted.to_vec(),
            count: sorted.len(),
            selected: Vec::new(),
        };
        let groups = [group("a", &sorted), group("none", &[])];
        for chart in [box_chart, violin_chart] {
            let figure = chart([400.0, 300.0], "Area", "Treatment", &groups);
            assert_eq!(figure.targets.len(), 2);
            assert_eq!(figure.table.rows[0][4], "5.5");
            assert_eq!(figure.table.rows[1][2], "");
        }
    }

    #[test]
    fn densities_have_the_area_one() {
        let mut random = fastrand::Rng::with_seed(3);
        for values in [2, 10, 5000] {
            let mut sorted: Vec<f64> = (0..values).map(|_| random.f64() + random.f64()).collect();
            sorted.sort_by(f64::total_cmp);
            let density = density(&sorted, values, 400);
            let area: f64 = density
                .windows(2)
                .map(|pair| (pair[1][0] - pair[0][0]) * f64::midpoint(pair[0][1], pair[1][1]))
                .sum();
            assert!((area - 1.0).abs() < 0.06, "{values}: {area}");
        }
        // One far outlier leaves the bulk its shape.
        let mut sorted: Vec<f64> = (0..2000).map(|_| random.f64() + random.f64()).collect();
        sorted.push(1e4);
        sorted.sort_by(f64::total_cmp);
        let bulk = density(&sorted, sorted.len(), STEPS)
            .iter()
            .filter(|[value, _]| (0.0..2.0).contains(value))
            .count();
        assert!(bulk > STEPS / 2, "{bulk}");
        assert!(density(&[], 0, 10).is_empty());
        assert!(
            density(&[3.0, 3.0], 2, 10)
                .iter()
                .all(|[_, height]| height.is_finite())
        );
    }
}
