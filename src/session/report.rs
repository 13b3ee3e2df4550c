//! The report: one page that opens in any browser without a network. Counts, plate maps, histograms with thresholds,
//! examples of each rule and label.

use std::fmt::Write as _;

use cytolance_explore::PlateMap;
use cytolance_plot::figure::{Anchor, Figure, Ink, Palette};
use cytolance_plot::{Colormap, escape_xml, to_svg};
use cytolance_profile::row_letters;

/// A heading with figures and a table below it.
#[derive(Debug, Clone, Default)]
pub struct ReportSection {
    /// The heading.
    pub title: String,
    /// Sentences.
    pub text: Vec<String>,
    /// A table: its header, its rows.
    pub table: Option<(Vec<String>, Vec<Vec<String>>)>,
    /// Figures.
    pub figures: Vec<Figure>,
}

/// The page's contents.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The title.
    pub title: String,
    /// Name and value pairs at the top.
    pub facts: Vec<(String, String)>,
    /// The sections.
    pub sections: Vec<ReportSection>,
}

const STYLE: &str = "body{font:15px/1.5 Inter,system-ui,Arial,sans-serif;color:#1b2124;background:#fff;max-width:1080px;margin:32px auto;padding:0 20px}\
h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 8px;border-bottom:1px solid #dfe4e6;padding-bottom:4px}\
table{border-collapse:collapse;margin:8px 0;font-size:14px}td,th{padding:3px 14px 3px 0;text-align:left;border-bottom:1px solid #eef1f2}\
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.facts td:first-child{color:#636e75}\
figure{margin:12px 0;overflow-x:auto}svg{max-width:100%;height:auto}footer{margin-top:48px;color:#636e75;font-size:13px}";

impl Report {
    /// The page: everything it needs is inside.
    pub fn to_html(&self) -> String {
        let mut out = String::new();
        let title = escape_xml(&self.title);
        let _ = write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        );
        out.push_str("<table class=\"facts\">\n");
        for (name, value) in &self.facts {
            let _ = writeln!(
                out,
                "<tr><td>{}</td><td>{}</td></tr>",
                escape_xml(name),
                escape_xml(value)
            );
        }
        out.push_str("</table>\n");
        for section in &self.sections {
            let _ = writeln!(out, "<section>\n<h2>{}</h2>", escape_xml(&section.title));
            for text in &section.text {
                let _ = writeln!(out, "<p>{}</p>", escape_xml(text));
            }
            if let Some((header, rows)) = &section.table {
                table(&mut out, header, rows);
            }
            for figure in &section.figures {
                let _ = writeln!(out, "<figure>{}</figure>", to_svg(figure, &Palette::PAPER));
            }
            out.push_str("</section>\n");
        }
        let _ = write!(
            out,
            "<footer>Made by Cytolance {}</footer>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION")
        );
        out
    }
}

fn table(out: &mut String, header: &[String], rows: &[Vec<String>]) {
    let class = |text: &str| {
        let number = text
            .trim_end_matches(" %")
            .replace(',', "")
            .parse::<f64>()
            .is_ok();
        if number { " class=\"n\"" } else { "" }
    };
    out.push_str("<table>\n<tr>");
    for (at, name) in header.iter().enumerate() {
        let numeric = rows
            .first()
            .and_then(|row| row.get(at))
            .is_some_and(|value| !class(value).is_empty());
        let _ = write!(
            out,
            "<th{}>{}</th>",
            if numeric { " class=\"n\"" } else { "" },
            escape_xml(name)
        );
    }
    out.push_str("</tr>\n");
    for row in rows {
        out.push_str("<tr>");
        for value in row {
            let _ = write!(out, "<td{}>{}</td>", class(value), escape_xml(value));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

/// Points a plate map is wide at least, for its legend.
const LEGEND_WIDTH: f64 = 240.0;
/// Points a letter of its title takes.
const TITLE_LETTER: f64 = 7.0;

/// The plates as a figure, with the values' legend; `range` is that of the colours.
pub fn plate_figure(map: &PlateMap, title: &str, range: Option<[f64; 2]>) -> Figure {
    let range = range.or_else(|| map.robust_range());
    let well = if map.plates.iter().any(|plate| plate.format.columns > 24) {
        14.0
    } else {
        26.0
    };
    let across = if map.plates.len() > 1 { 2 } else { 1 };
    let size = |plate: &cytolance_explore::PlateValues| {
        [
            26.0 + f64::from(plate.format.columns) * well,
            40.0 + f64::from(plate.format.rows) * well,
        ]
    };
    let widest = map
        .plates
        .iter()
        .map(|plate| size(plate)[0])
        .fold(LEGEND_WIDTH, f64::max);
    let tallest = map
        .plates
        .iter()
        .map(|plate| size(plate)[1])
        .fold(60.0, f64::max);
    let lines = map.plates.len().div_ceil(across);
    let width = (widest + 16.0) * across as f64;
    let title = lines_of(title, (width / TITLE_LETTER) as usize);
    let head = 8.0 + 16.0 * title.len() as f64;
    let mut figure = Figure::new(width, head + lines as f64 * (tallest + 8.0) + 34.0);
    for (at, line) in title.into_iter().enumerate() {
        let y = 16.0 * (at + 1) as f64;
        figure.text([4.0, y], Anchor::Start, 13.0, Ink::Text, line);
    }
    let color = |value: f64| {
        let [r, g, b] = Colormap::Viridis.color_between(value, range);
        Ink::Color([r, g, b, 255])
    };
    for (at, plate) in map.plates.iter().enumerate() {
        let left = (at % across) as f64 * (widest + 16.0);
        let top = head + (at / across) as f64 * (tallest + 8.0);
        figure.text(
            [left + 24.0, top + 12.0],
            Anchor::Start,
            11.0,
            Ink::Text,
            plate.name.as_str(),
        );
        for row in 0..plate.format.rows {
            let y = top + 32.0 + (f64::from(row) + 0.5) * well + 3.5;
            figure.text(
                [left + 20.0, y],
                Anchor::End,
                9.0,
                Ink::Weak,
                row_letters(row),
            );
        }
        for column in 0..plate.format.columns {
            let x = left + 24.0 + (f64::from(column) + 0.5) * well;
            if well > 20.0 || column % 4 == 0 {
                figure.text(
                    [x, top + 28.0],
                    Anchor::Middle,
                    9.0,
                    Ink::Weak,
                    (column + 1).to_string(),
                );
            }
            for row in 0..plate.format.rows {
                let y = top + 32.0 + f64::from(row) * well;
                let rect = [x - well * 0.5 + 1.0, y + 1.0, well - 2.0, well - 2.0];
                figure.bar(rect, Ink::Color([238, 241, 242, 255]));
            }
        }
        for one in &plate.wells {
            let (Some(place), Some(value)) = (one.place, one.value) else {
                continue;
            };
            let x = left + 24.0 + f64::from(place.column) * well;
            let y = top + 32.0 + f64::from(place.row) * well;
            figure.bar([x + 1.0, y + 1.0, well - 2.0, well - 2.0], color(value));
        }
    }
    if let Some([low, high]) = range {
        let y = figure.height - 18.0;
        for step in 0..60 {
            let value = low + (high - low) * f64::from(step) / 59.0;
            figure.bar([60.0 + f64::from(step) * 2.0, y, 2.2, 10.0], color(value));
        }
        let text = cytolance_plot::charts::tick_text;
        figure.text([54.0, y + 9.0], Anchor::End, 10.0, Ink::Weak, text(low));
        figure.text([186.0, y + 9.0], Anchor::Start, 10.0, Ink::Weak, text(high));
    }
    figure
}

/// Whole words in lines of at most so many characters; a longer word has a line of its own.
fn lines_of(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_keep_within_the_figure() {
        let cases: [(&str, usize, &[&str]); 4] = [
            ("a short one", 20, &["a short one"]),
            ("a short one", 7, &["a short", "one"]),
            ("«a_long_word» found", 5, &["«a_long_word»", "found"]),
            ("", 5, &[]),
        ];
        for (text, most, lines) in cases {
            assert_eq!(lines_of(text, most), lines, "{text} {most}");
        }
    }

    #[test]
    fn the_page_is_whole_and_safe() {
        let mut figure = Figure::new(10.0, 10.0);
        figure.text([1.0, 1.0], Anchor::Start, 9.0, Ink::Text, "<script>");
        let report = Report {
            title: "plate <7> & co".to_owned(),
            facts: vec![("dataset".to_owned(), "\"x\"".to_owned())],
            sections: vec![ReportSection {
                title: "Rules".to_owned(),
                text: vec!["1 < 2".to_owned()],
                table: Some((
                    vec!["rule".to_owned(), "cells".to_owned()],
                    vec![vec!["large".to_owned(), "1,234".to_owned()]],
                )),
                figures: vec![figure],
            }],
        };
        let page = report.to_html();
        assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
        assert!(
            page.contains("plate &lt;7&gt; &amp; co")
                && page.contains("<td class=\"n\">1,234</td>")
        );
        assert!(!page.contains("<script>"));
        for outside in ["src=\"http", "href=\"http", "url(http"] {
            assert!(!page.contains(outside), "{outside}: nothing is fetched");
        }
    }
}
