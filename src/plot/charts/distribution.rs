//! Empirical distributions of groups.

use super::frame::{ChartFrame, group_color, legend};
use crate::figure::{Figure, FigureTable, Ink, Target};

/// Steps drawn at most; of more values the line goes through quantiles.
const MOST_STEPS: usize = 2000;

/// A group's values, in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub struct DistributionGroup {
    /// Its name; empty where there is one group only.
    pub name: String,
    /// The values.
    pub sorted: Vec<f64>,
    /// The selected cells: drawn in their ink.
    pub is_selection: bool,
}

/// The share of cells at or below each value, a line a group. One target: the whole frame.
pub fn distribution_chart(size: [f64; 2], feature: &str, groups: &[DistributionGroup]) -> Figure {
    let mut figure = Figure::new(size[0], size[1]);
    let ends: Vec<f64> = groups
        .iter()
        .flat_map(|group| [group.sorted.first(), group.sorted.last()])
        .flatten()
        .copied()
        .collect();
    let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let frame = ChartFrame::in_figure(&figure, [low, high], [0.0, 1.0]);
    frame.draw_y(&mut figure, "share of cells");
    frame.draw_x(&mut figure, feature);
    let mut names = Vec::new();
    figure.table = FigureTable {
        header: ["group", "value", "share"].map(str::to_owned).to_vec(),
        rows: Vec::new(),
    };
    for (at, group) in groups.iter().enumerate() {
        let ink = match (group.is_selection, groups.len()) {
            (true, _) => Ink::Selected,
            (false, 1) => Ink::Accent,
            _ => group_color(at, 255),
        };
        names.push((group.name.clone(), ink));
        let count = group.sorted.len();
        let every = count.div_ceil(MOST_STEPS).max(1);
        let mut points = Vec::new();
        let (mut before, mut drawn_to) = (0.0, 0);
        for (place, value) in group.sorted.iter().enumerate() {
            let last_of_equals = group.sorted.get(place + 1).is_none_or(|next| next > value);
            let enough = place + 1 - drawn_to >= every || place + 1 == count;
            if !(last_of_equals && enough) {
                continue;
            }
            drawn_to = place + 1;
            let share = (place + 1) as f64 / count as f64;
            points.push([frame.at_x(*value), frame.at_y(before)]);
            points.push([frame.at_x(*value), frame.at_y(share)]);
            before = share;
            figure.table.rows.push(vec![
                group.name.clone(),
                value.to_string(),
                share.to_string(),
            ]);
        }
        if let Some([_, y]) = points.last().copied() {
            points.push([frame.at_x(frame.x[1]), y]);
        }
        figure.line(points, ink, 1.6);
    }
    if groups.len() > 1 {
        legend(&mut figure, &names);
    }
    figure.targets.push(Target {
        rect: frame.rect,
        label: feature.to_owned(),
        id: 0,
    });
    figure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_rise_to_one() {
        let group = |sorted: Vec<f64>| DistributionGroup {
            name: "a".to_owned(),
            sorted,
            is_selection: false,
        };
        let figure = distribution_chart([300.0, 200.0], "x", &[group(vec![1.0, 1.0, 2.0, 5.0])]);
        let shares: Vec<&str> = figure
            .table
            .rows
            .iter()
            .map(|row| row[2].as_str())
            .collect();
        assert_eq!(shares, ["0.5", "0.75", "1"]);
        let many = (0..100_000).map(f64::from).collect();
        let figure = distribution_chart([300.0, 200.0], "x", &[group(many)]);
        assert!(figure.table.rows.len() <= MOST_STEPS + 1);
        assert_eq!(
            figure.table.rows.last().map(|row| row[2].as_str()),
            Some("1")
        );
        let few_values = (0..20_000).map(|at| f64::from(at / 2_000)).collect();
        let figure = distribution_chart([300.0, 200.0], "x", &[group(few_values)]);
        assert_eq!(
            figure.table.rows.len(),
            10,
            "each step of a whole number is drawn"
        );
        assert!(
            distribution_chart([300.0, 200.0], "x", &[])
                .table
                .rows
                .is_empty()
        );
    }
}
