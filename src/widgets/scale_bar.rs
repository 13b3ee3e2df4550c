//! The scale bar of a picture.

use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};

use super::fonts::medium_font;
use super::theme::{SMALL_TEXT_SIZE, SPACE, on_picture};

/// Share of the width that a bar takes, about.
const SHARE: f64 = 0.2;
/// A bar shorter than this has no room for its text.
const MIN_WIDTH: f32 = 80.0;

/// Paints a scale bar into the lower right corner of a picture. Nothing where the scale is unknown or room is short.
pub fn scale_bar(ui: &Ui, rect: Rect, microns_per_px_on_screen: f64) {
    let Some((microns, text)) = bar_length(rect.width(), microns_per_px_on_screen) else {
        return;
    };
    if rect.width() < MIN_WIDTH {
        return;
    }
    let length = (microns / microns_per_px_on_screen) as f32;
    let right = rect.right() - SPACE;
    let y = (rect.bottom() - SPACE - 1.0).round();
    let bar = Rect::from_min_max(
        pos2((right - length).round(), y - 2.0),
        pos2(right.round(), y),
    );
    let painter = ui.painter();
    painter.rect_filled(bar.expand(1.0), 1.0, on_picture::HALO);
    painter.rect_filled(bar, 0.0, on_picture::INK);
    let at = bar.center_top() - vec2(0.0, 3.0);
    let font = medium_font(SMALL_TEXT_SIZE);
    // A line of text has no rim of its own: the dark copy one point off makes it readable on bright pixels.
    for offset in [vec2(1.0, 1.0), vec2(-1.0, 0.0), vec2(0.0, -1.0)] {
        let dark = on_picture::HALO;
        painter.text(
            at + offset,
            Align2::CENTER_BOTTOM,
            &text,
            font.clone(),
            dark,
        );
    }
    painter.text(at, Align2::CENTER_BOTTOM, &text, font, on_picture::INK);
    let tick = Stroke::new(1.0, on_picture::INK);
    painter.vline(bar.left() + 0.5, bar.top() - 1.0..=bar.bottom() + 1.0, tick);
    painter.vline(
        bar.right() - 0.5,
        bar.top() - 1.0..=bar.bottom() + 1.0,
        tick,
    );
}

/// The length of a bar in micrometres, one, two or five times a power of ten, and how it is written.
fn bar_length(width: f32, microns_per_px: f64) -> Option<(f64, String)> {
    let target = f64::from(width) * SHARE * microns_per_px;
    if !(target.is_finite() && target > 0.0) {
        return None;
    }
    let power = target.log10().floor();
    // The nearest one by ratio: a bar is as well a little longer as a little shorter.
    let off = |factor: f64| (target.log10() - power - factor.log10()).abs();
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .min_by(|a, b| off(*a).total_cmp(&off(*b)))?;
    let power = power as i32;
    let microns = factor * 10f64.powi(power);
    // The factor and the power written as digits: 0.1 times 5 has no business to be 0.5000000000000001.
    let (unit, shift) = match microns {
        m if m < 0.999 => ("nm", 3),
        m if m < 999.0 => ("µm", 0),
        _ => ("mm", -3),
    };
    let value = factor * 10f64.powi(power + shift);
    let text = if value >= 0.999 {
        format!("{value:.0} {unit}")
    } else {
        format!("{value:.*} {unit}", (-(power + shift)).max(0) as usize)
    };
    Some((microns, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_round_numbers_of_about_a_fifth() {
        let cases = [
            (500.0, 0.1, "10 µm"),
            (500.0, 0.325, "50 µm"),
            (100.0, 0.325, "5 µm"),
            (300.0, 0.65, "50 µm"),
            (300.0, 0.001, "50 nm"),
            (300.0, 0.02, "1 µm"),
            (300.0, 20.0, "1 mm"),
            (300.0, 0.000_001, "0.05 nm"),
        ];
        for (width, scale, expected) in cases {
            let (microns, text) = bar_length(width, scale).unwrap();
            assert_eq!(text, expected, "{width} {scale}");
            let share = microns / scale / f64::from(width);
            assert!((0.1..0.35).contains(&share), "{share}");
        }
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(bar_length(300.0, scale).is_none());
        }
    }
}
