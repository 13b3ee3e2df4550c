//! Figures as SVG.

use std::fmt::Write as _;

use super::figure::{Anchor, Figure, Item, Palette};
use super::xml_text::escape_xml;

/// A picture as text that can stand in an address.
fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// A number with no more digits than are seen.
fn short(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn points_of(points: &[[f64; 2]]) -> String {
    let texts: Vec<String> = points
        .iter()
        .map(|[x, y]| format!("{},{}", short(*x), short(*y)))
        .collect();
    texts.join(" ")
}

/// `fill` or `stroke` and its opacity.
fn paint(name: &str, [r, g, b, a]: [u8; 4]) -> String {
    let mut text = format!("{name}=\"#{r:02x}{g:02x}{b:02x}\"");
    if a < 255 {
        let _ = write!(text, " {name}-opacity=\"{}\"", short(f64::from(a) / 255.0));
    }
    text
}

/// A figure as a file of its own.
pub fn to_svg(figure: &Figure, palette: &Palette) -> String {
    let (width, height) = (short(figure.width), short(figure.height));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"Inter, Arial, Helvetica, sans-serif\">\n"
    );
    if palette.background[3] > 0 {
        let _ = writeln!(
            out,
            "<rect width=\"{width}\" height=\"{height}\" {}/>",
            paint("fill", palette.background)
        );
    }
    for item in &figure.items {
        let _ = match item {
            Item::Box {
                rect: [x, y, w, h],
                fill,
            } => writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {}/>",
                short(*x),
                short(*y),
                short(w.max(0.0)),
                short(h.max(0.0)),
                paint("fill", palette.color(*fill))
            ),
            Item::Line {
                points,
                ink,
                width,
                dashed,
            } => writeln!(
                out,
                "<polyline points=\"{}\" fill=\"none\" {} stroke-width=\"{}\"{}/>",
                points_of(points),
                paint("stroke", palette.color(*ink)),
                short(*width),
                if *dashed {
                    " stroke-dasharray=\"4 3\""
                } else {
                    ""
                }
            ),
            Item::Area { points, fill } => writeln!(
                out,
                "<polygon points=\"{}\" {}/>",
                points_of(points),
                paint("fill", palette.color(*fill))
            ),
            Item::Disc {
                center: [x, y],
                radius,
                fill,
            } => writeln!(
                out,
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" {}/>",
                short(*x),
                short(*y),
                short(*radius),
                paint("fill", palette.color(*fill))
            ),
            Item::Text {
                at: [x, y],
                anchor,
                text,
                size,
                ink,
                upwards,
            } => {
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                let turned = if *upwards {
                    format!(" transform=\"rotate(-90 {} {})\"", short(*x), short(*y))
                } else {
                    String::new()
                };
                writeln!(
                    out,
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" font-size=\"{}\" {}{turned}>{}</text>",
                    short(*x),
                    short(*y),
                    short(*size),
                    paint("fill", palette.color(*ink)),
                    escape_xml(text)
                )
            }
            Item::Picture {
                rect: [x, y, w, h],
                png,
            } => writeln!(
                out,
                "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" xlink:href=\"data:image/png;base64,{}\"/>",
                short(*x),
                short(*y),
                short(*w),
                short(*h),
                base64_of(png)
            ),
        };
    }
    out.push_str("</svg>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::super::figure::{FigureTable, Ink};
    use super::*;

    #[test]
    fn texts_and_numbers_are_safe() {
        let mut figure = Figure::new(100.0, 50.0);
        figure.text(
            [1.0, 2.0],
            Anchor::Middle,
            9.0,
            Ink::Text,
            "a < b & \"c\"\u{7}",
        );
        figure.bar([0.0, f64::NAN, -3.0, 1.0 / 3.0], Ink::Color([1, 2, 3, 128]));
        let svg = to_svg(&figure, &Palette::PAPER);
        assert!(svg.contains("a &lt; b &amp; &quot;c&quot;</text>"), "{svg}");
        assert!(svg.contains("width=\"0\" height=\"0.33\" fill=\"#010203\" fill-opacity=\"0.5\""));
        assert!(!svg.contains("NaN"));
    }

    #[test]
    fn tables_follow_rfc_4180() {
        let table = FigureTable {
            header: vec!["a".to_owned(), "b, c".to_owned()],
            rows: vec![vec!["say \"hi\"".to_owned(), "1".to_owned()]],
        };
        assert_eq!(table.to_csv(), "a,\"b, c\"\r\n\"say \"\"hi\"\"\",1\r\n");
    }
}
