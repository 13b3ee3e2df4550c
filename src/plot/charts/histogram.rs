//! Histograms of groups, one over the other, with thresholds and the selection.

use super::frame::{ChartFrame, group_color, legend};
use crate::figure::{Anchor, Figure, FigureTable, Ink, Item, Target};

/// Counts of a group in equal bins.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramGroup {
    /// Its name; empty where there is one group only.
    pub name: String,
    /// Counts by bin.
    pub counts: Vec<u32>,
}

/// A histogram over `range`. The groups have equally many bins; `selected` are the counts of the selected cells.
/// `thresholds` are values with names. Targets are the bins.
pub fn histogram_chart(
    size: [f64; 2],
    title: &str,
    range: [f64; 2],
    groups: &[HistogramGroup],
    selected: Option<&[u32]>,
    thresholds: &[(String, f64)],
    log_counts: bool,
) -> Figure {
    let mut figure = Figure::new(size[0], size[1]);
    let shown = |count: u32| {
        if log_counts {
            f64::from(count + 1).log10()
        } else {
            f64::from(count)
        }
    };
    let most = groups
        .iter()
        .flat_map(|group| &group.counts)
        .map(|count| shown(*count))
        .fold(1.0, f64::max);
    let frame = ChartFrame::in_figure(&figure, range, [0.0, most * 1.05]);
    let bins = groups.first().map_or(0, |group| group.counts.len());
    let edge =
        |bin: usize| frame.x[0] + (frame.x[1] - frame.x[0]) * bin as f64 / bins.max(1) as f64;
    frame.draw_y(
        &mut figure,
        if log_counts {
            "cells, log10(n + 1)"
        } else {
            "cells"
        },
    );
    let single = groups.len() == 1;
    for (at, group) in groups.iter().enumerate() {
        let ink = if single {
            Ink::Accent
        } else {
            group_color(at, 110)
        };
        bars(&mut figure, &frame, &group.counts, &edge, &shown, ink);
        if !single {
            outline(
                &mut figure,
                &frame,
                &group.counts,
                &edge,
                &shown,
                group_color(at, 255),
            );
        }
    }
    if let Some(selected) = selected {
        bars(&mut figure, &frame, selected, &edge, &shown, Ink::Selected);
    }
    frame.draw_x(&mut figure, title);
    for (name, value) in thresholds {
        frame.draw_threshold(&mut figure, *value, name);
    }
    if !single {
        let names: Vec<(String, Ink)> = groups
            .iter()
            .enumerate()
            .map(|(at, group)| (group.name.clone(), group_color(at, 255)))
            .collect();
        legend(&mut figure, &names);
    }
    let [_, top, _, height] = frame.rect;
    for bin in 0..bins {
        let count: u32 = groups.iter().map(|group| group.counts[bin]).sum();
        let (left, right) = (frame.at_x(edge(bin)), frame.at_x(edge(bin + 1)));
        figure.targets.push(Target {
            rect: [left, top, right - left, height],
            label: format!("{:.5} to {:.5}: {count} cells", edge(bin), edge(bin + 1)),
            id: bin,
        });
    }
    figure.table = table(groups, selected, bins, &edge);
    if bins == 0 {
        figure.text(
            [size[0] / 2.0, size[1] / 2.0],
            Anchor::Middle,
            12.0,
            Ink::Weak,
            "no values",
        );
    }
    figure
}

fn bars(
    figure: &mut Figure,
    frame: &ChartFrame,
    counts: &[u32],
    edge: &dyn Fn(usize) -> f64,
    shown: &dyn Fn(u32) -> f64,
    ink: Ink,
) {
    let zero = frame.at_y(0.0);
    for (bin, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (left, right) = (frame.at_x(edge(bin)), frame.at_x(edge(bin + 1)));
        let top = frame.at_y(shown(*count));
        figure.bar([left, top, (right - left - 0.6).max(0.4), zero - top], ink);
    }
}

fn outline(
    figure: &mut Figure,
    frame: &ChartFrame,
    counts: &[u32],
    edge: &dyn Fn(usize) -> f64,
    shown: &dyn Fn(u32) -> f64,
    ink: Ink,
) {
    let mut points = vec![[frame.at_x(edge(0)), frame.at_y(0.0)]];
    for (bin, count) in counts.iter().enumerate() {
        let y = frame.at_y(shown(*count));
        points.push([frame.at_x(edge(bin)), y]);
        points.push([frame.at_x(edge(bin + 1)), y]);
    }
    points.push([frame.at_x(edge(counts.len())), frame.at_y(0.0)]);
    figure.items.push(Item::Line {
        points,
        ink,
        width: 1.2,
        dashed: false,
    });
}

fn table(
    groups: &[HistogramGroup],
    selected: Option<&[u32]>,
    bins: usize,
    edge: &dyn Fn(usize) -> f64,
) -> FigureTable {
    let mut header = vec!["from".to_owned(), "to".to_owned()];
    header.extend(groups.iter().map(|group| {
        if group.name.is_empty() {
            "cells".to_owned()
        } else {
            group.name.clone()
        }
    }));
    header.extend(selected.map(|_| "selected".to_owned()));
    let rows = (0..bins)
        .map(|bin| {
            let mut row = vec![edge(bin).to_string(), edge(bin + 1).to_string()];
            row.extend(groups.iter().map(|group| group.counts[bin].to_string()));
            row.extend(selected.map(|selected| selected[bin].to_string()));
            row
        })
        .collect();
    FigureTable { header, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_targets_and_rows() {
        let group = |name: &str, counts: &[u32]| HistogramGroup {
            name: name.to_owned(),
            counts: counts.to_vec(),
        };
        let groups = [group("a", &[1, 0, 3]), group("b", &[2, 2, 0])];
        let figure = histogram_chart(
            [400.0, 300.0],
            "Area",
            [0.0, 30.0],
            &groups,
            Some(&[1, 1, 0]),
            &[("large".to_owned(), 20.0), ("outside".to_owned(), 99.0)],
            false,
        );
        assert_eq!(figure.targets.len(), 3);
        assert_eq!(figure.table.header, ["from", "to", "a", "b", "selected"]);
        assert_eq!(figure.table.rows[2], ["20", "30", "3", "0", "0"]);
        let dashed = figure
            .items
            .iter()
            .filter(|item| matches!(item, Item::Line { dashed: true, .. }));
        assert_eq!(
            dashed.count(),
            1,
            "a threshold outside of the range is not drawn"
        );
        let inside = figure
            .targets
            .iter()
            .all(|target| target.rect[0] >= 50.0 && target.rect[2] > 50.0);
        assert!(inside, "{:?}", figure.targets);
        assert!(
            histogram_chart([1.0, 1.0], "", [0.0, 0.0], &[], None, &[], true)
                .targets
                .is_empty()
        );
    }
}
