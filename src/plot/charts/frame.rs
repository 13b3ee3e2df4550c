//! Axes, ticks, titles.

use crate::figure::{Anchor, Figure, Ink, Item};
use cytolance_profile::CATEGORY_COLORS;

/// The colour of the group at a place.
pub fn group_color(at: usize, opacity: u8) -> Ink {
    let [r, g, b] = CATEGORY_COLORS[at % CATEGORY_COLORS.len()];
    Ink::Color([r, g, b, opacity])
}

/// Round numbers between two ends, about as many as asked for.
pub fn nice_ticks([low, high]: [f64; 2], wanted: usize) -> Vec<f64> {
    let span = high - low;
    if !span.is_finite() || span <= 0.0 || wanted == 0 {
        return vec![low]
            .into_iter()
            .filter(|low| low.is_finite())
            .collect();
    }
    let rough = span / wanted as f64;
    let unit = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * unit)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * unit);
    let first = (low / step).ceil();
    let last = (high / step).floor();
    let count = (last - first).clamp(0.0, 200.0) as i64;
    (0..=count).map(|at| (first + at as f64) * step).collect()
}

/// A tick's number, short.
pub fn tick_text(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e6).contains(&size) {
        format!("{value:.1e}")
    } else {
        let digits = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
        let text = format!("{value:.digits$}");
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    }
}

/// The room of a chart within its figure, and the ranges of its axes.
#[derive(Debug, Clone, Copy)]
pub struct ChartFrame {
    /// Left, top, width, height.
    pub rect: [f64; 4],
    /// Range of x.
    pub x: [f64; 2],
    /// Range of y.
    pub y: [f64; 2],
}

impl ChartFrame {
    /// A frame in a figure with room for axes and a title.
    pub fn in_figure(figure: &Figure, x: [f64; 2], y: [f64; 2]) -> Self {
        let (left, top, right, bottom) = (58.0, 26.0, 14.0, 40.0);
        Self {
            rect: [
                left,
                top,
                (figure.width - left - right).max(20.0),
                (figure.height - top - bottom).max(20.0),
            ],
            x: widened(x),
            y: widened(y),
        }
    }

    /// Where a value of x is.
    pub fn at_x(&self, value: f64) -> f64 {
        self.rect[0] + (value - self.x[0]) / (self.x[1] - self.x[0]) * self.rect[2]
    }

    /// Where a value of y is.
    pub fn at_y(&self, value: f64) -> f64 {
        self.rect[1] + self.rect[3] - (value - self.y[0]) / (self.y[1] - self.y[0]) * self.rect[3]
    }

    /// Draws the vertical axis with its grid.
    pub fn draw_y(&self, figure: &mut Figure, title: &str) {
        let [left, top, width, height] = self.rect;
        for tick in nice_ticks(self.y, (height / 40.0) as usize) {
            let y = self.at_y(tick);
            figure.line(vec![[left, y], [left + width, y]], Ink::Line, 0.7);
            figure.text(
                [left - 6.0, y + 3.5],
                Anchor::End,
                10.0,
                Ink::Weak,
                tick_text(tick),
            );
        }
        figure.items.push(Item::Text {
            at: [14.0, top + height / 2.0],
            anchor: Anchor::Middle,
            text: title.to_owned(),
            size: 11.0,
            ink: Ink::Text,
            upwards: true,
        });
    }

    /// Draws the horizontal axis.
    pub fn draw_x(&self, figure: &mut Figure, title: &str) {
        let [left, top, width, height] = self.rect;
        let bottom = top + height;
        figure.line(vec![[left, bottom], [left + width, bottom]], Ink::Weak, 1.0);
        for tick in nice_ticks(self.x, (width / 70.0) as usize) {
            let x = self.at_x(tick);
            figure.line(vec![[x, bottom], [x, bottom + 4.0]], Ink::Weak, 1.0);
            figure.text(
                [x, bottom + 15.0],
                Anchor::Middle,
                10.0,
                Ink::Weak,
                tick_text(tick),
            );
        }
        figure.text(
            [left + width / 2.0, bottom + 32.0],
            Anchor::Middle,
            11.0,
            Ink::Text,
            title,
        );
    }

    /// Names below the horizontal axis, in places of equal width; long ones are cut.
    pub fn draw_names(&self, figure: &mut Figure, names: &[String], title: &str) {
        let [left, top, width, height] = self.rect;
        let bottom = top + height;
        figure.line(vec![[left, bottom], [left + width, bottom]], Ink::Weak, 1.0);
        let step = width / names.len().max(1) as f64;
        let letters = (step / 6.0).floor().max(1.0) as usize;
        for (at, name) in names.iter().enumerate() {
            let text: String = if name.chars().count() > letters {
                name.chars()
                    .take(letters.saturating_sub(1))
                    .chain(['…'])
                    .collect()
            } else {
                name.clone()
            };
            let x = left + (at as f64 + 0.5) * step;
            figure.text([x, bottom + 15.0], Anchor::Middle, 10.0, Ink::Weak, text);
        }
        figure.text(
            [left + width / 2.0, bottom + 32.0],
            Anchor::Middle,
            11.0,
            Ink::Text,
            title,
        );
    }

    /// A line across at a value of x, such as a threshold, with its name.
    pub fn draw_threshold(&self, figure: &mut Figure, value: f64, name: &str) {
        if value < self.x[0] || value > self.x[1] {
            return;
        }
        let x = self.at_x(value);
        let [_, top, _, height] = self.rect;
        figure.items.push(Item::Line {
            points: vec![[x, top], [x, top + height]],
            ink: Ink::Selected,
            width: 1.5,
            dashed: true,
        });
        figure.text(
            [x + 3.0, top + 10.0],
            Anchor::Start,
            9.0,
            Ink::Selected,
            name,
        );
    }
}

/// Names of groups with their colours, at the top right.
pub(super) fn legend(figure: &mut Figure, names: &[(String, Ink)]) {
    let mut x = figure.width - 14.0;
    for (name, ink) in names.iter().rev() {
        let text: String = name.chars().take(24).collect();
        figure.text([x, 16.0], Anchor::End, 10.0, Ink::Weak, text.clone());
        x -= text.chars().count() as f64 * 5.6 + 6.0;
        figure.items.push(Item::Disc {
            center: [x, 12.5],
            radius: 4.0,
            fill: *ink,
        });
        x -= 12.0;
        if x < 120.0 {
            break;
        }
    }
}

/// A range of no width gets one.
fn widened([low, high]: [f64; 2]) -> [f64; 2] {
    if low.is_finite() && high.is_finite() && high > low {
        [low, high]
    } else if low.is_finite() {
        let by = low.abs().max(1.0) * 0.5;
        [low - by, low + by]
    } else {
        [0.0, 1.0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let cases: [([f64; 2], usize, &[f64]); 6] = [
            ([0.0, 10.0], 5, &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
            ([0.3, 1.2], 4, &[0.5, 1.0]),
            ([-5.0, 5.0], 2, &[-5.0, 0.0, 5.0]),
            ([3.0, 3.0], 5, &[3.0]),
            ([f64::NAN, 1.0], 5, &[]),
            ([0.0, 1e9], 2, &[0.0, 5e8, 1e9]),
        ];
        for (range, wanted, ticks) in cases {
            assert_eq!(nice_ticks(range, wanted), ticks, "{range:?}");
        }
        let texts = [
            (0.0, "0"),
            (1500.0, "1500"),
            (0.25, "0.25"),
            (1e7, "1.0e7"),
            (-2.0, "-2"),
        ];
        for (value, text) in texts {
            assert_eq!(tick_text(value), text);
        }
    }
}
