//! Correlations of features as a heat map.

use crate::figure::{Anchor, Figure, FigureTable, Ink, Item, Target};

/// Blue for -1, white for 0, orange for 1: told apart by any colour vision.
fn color(value: f64) -> [u8; 4] {
    if !value.is_finite() {
        return [128, 128, 128, 60];
    }
    let end = if value < 0.0 {
        [0, 114, 178]
    } else {
        [213, 94, 0]
    };
    let share = value.abs().min(1.0);
    let part = |end: u8| (255.0 + (f64::from(end) - 255.0) * share).round() as u8;
    [part(end[0]), part(end[1]), part(end[2]), 255]
}

/// A heat map of the matrix, row by row. Targets are the cells of its lower half and diagonal: row times the number of
/// features, plus column.
pub fn correlation_chart(width: f64, names: &[String], matrix: &[Vec<f64>]) -> Figure {
    let count = names.len();
    let longest = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    let labels = (longest as f64 * 5.4 + 12.0).min(width * 0.45);
    let side = ((width - labels - 16.0) / count.max(1) as f64).clamp(8.0, 46.0);
    let top = 14.0;
    let mut figure = Figure::new(width, top + side * count as f64 + 44.0);
    for (row, values) in matrix.iter().enumerate() {
        let y = top + row as f64 * side;
        let letters = ((labels - 12.0) / 5.4) as usize;
        let name: String = names[row]
            .chars()
            .rev()
            .take(letters)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        figure.text(
            [labels - 6.0, y + side * 0.5 + 3.5],
            Anchor::End,
            9.5,
            Ink::Text,
            name,
        );
        for (column, value) in values.iter().enumerate() {
            let x = labels + column as f64 * side;
            let fill = color(*value);
            figure.bar([x, y, side - 1.0, side - 1.0], Ink::Color(fill));
            if side >= 26.0 && value.is_finite() {
                let dark = value.abs() > 0.6;
                let ink = if dark {
                    [255, 255, 255, 255]
                } else {
                    [40, 44, 48, 255]
                };
                figure.text(
                    [x + side * 0.5, y + side * 0.5 + 3.0],
                    Anchor::Middle,
                    8.5,
                    Ink::Color(ink),
                    format!("{value:.2}"),
                );
            }
            figure.targets.push(Target {
                rect: [x, y, side, side],
                label: format!("{} and {}: {value:.3}", names[row], names[column]),
                id: row * count + column,
            });
        }
    }
    let y = top + side * count as f64 + 12.0;
    for step in 0..60 {
        let value = f64::from(step) / 29.5 - 1.0;
        figure.bar(
            [labels + f64::from(step) * 2.0, y, 2.0, 8.0],
            Ink::Color(color(value)),
        );
    }
    for (value, at) in [("-1", 0.0), ("0", 60.0), ("1", 120.0)] {
        figure.items.push(Item::Text {
            at: [labels + at, y + 20.0],
            anchor: Anchor::Middle,
            text: value.to_owned(),
            size: 9.0,
            ink: Ink::Weak,
            upwards: false,
        });
    }
    let mut header = vec!["feature".to_owned()];
    header.extend(names.iter().cloned());
    figure.table = FigureTable {
        header,
        rows: names
            .iter()
            .zip(matrix)
            .map(|(name, values)| {
                let mut row = vec![name.clone()];
                row.extend(values.iter().map(|value| {
                    if value.is_finite() {
                        value.to_string()
                    } else {
                        String::new()
                    }
                }));
                row
            })
            .collect(),
    };
    figure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_is_drawn_and_written() {
        let names = ["a".to_owned(), "b".to_owned()];
        let figure = correlation_chart(300.0, &names, &[vec![1.0, -0.5], vec![-0.5, f64::NAN]]);
        assert_eq!(figure.targets.len(), 4);
        assert_eq!(figure.table.rows[1], ["b", "-0.5", ""]);
        assert_eq!(color(1.0), [213, 94, 0, 255]);
        assert_eq!(color(0.0), [255, 255, 255, 255]);
        assert_eq!(color(f64::NAN)[3], 60);
        assert!(correlation_chart(300.0, &[], &[]).targets.is_empty());
    }
}
