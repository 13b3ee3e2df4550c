//! Channels in colour, added up into one picture.

use serde::{Deserialize, Serialize};

/// How one channel is shown. Sessions keep it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChannelStyle {
    /// Whether it is shown at all.
    pub visible: bool,
    /// The colour of its brightest pixels, red, green, blue.
    pub color: [u8; 3],
    /// Intensity shown as black.
    pub min: f32,
    /// Intensity shown in full colour.
    pub max: f32,
    /// Exponent between the two: below 1 brightens the dark pixels. Anything not positive counts as 1.
    pub gamma: f32,
}

impl ChannelStyle {
    /// Brightness of an intensity, 0 to 1. A range of no width is a threshold.
    fn brightness(&self, value: f32) -> f32 {
        if self.max > self.min {
            let linear = ((value - self.min) / (self.max - self.min)).clamp(0.0, 1.0);
            // Exact comparison: 1 is the default and saves the power.
            if self.gamma > 0.0 && self.gamma != 1.0 {
                linear.powf(self.gamma)
            } else {
                linear
            }
        } else if value > self.min {
            1.0
        } else {
            0.0
        }
    }

    fn color_at(&self, value: f32) -> [u16; 3] {
        let brightness = self.brightness(value);
        self.color
            .map(|part| (f32::from(part) * brightness).round() as u16)
    }
}

/// Colours of a channel between its black and its full intensity.
#[derive(Debug, Clone)]
struct ColorTable {
    /// Intensity of the first entry.
    start: u16,
    /// Never empty; what lies outside has the colour of the nearest end.
    colors: Vec<[u16; 3]>,
}

impl ColorTable {
    fn new(style: &ChannelStyle) -> Self {
        // Only the levels that differ: a crop must not pay for 65,536 entries when its range spans a few hundred.
        // One more at either end, so that the ends are black and full. Casting saturates, and makes a NaN zero.
        let start = (style.min.floor() as u16).saturating_sub(1);
        let top = style.max.max(style.min).ceil();
        let end = (top as u16).saturating_add(1).max(start);
        let colors = (start..=end)
            .map(|level| style.color_at(f32::from(level)))
            .collect();
        Self { start, colors }
    }

    fn get(&self, value: u16) -> [u16; 3] {
        let index = usize::from(value.saturating_sub(self.start)).min(self.colors.len() - 1);
        self.colors[index]
    }
}

/// Prepared colour tables for compositing many crops with the same styles.
#[derive(Debug, Clone)]
pub struct Compositor {
    /// One for every style; `None` for a hidden channel.
    tables: Vec<Option<ColorTable>>,
}

impl Compositor {
    /// Prepares the tables of all visible channels.
    pub fn new(styles: &[ChannelStyle]) -> Self {
        let tables = styles
            .iter()
            .map(|style| style.visible.then(|| ColorTable::new(style)))
            .collect();
        Self { tables }
    }

    /// Adds up the channels, as [`composite`] does.
    pub fn composite(&self, planes: &[&[u16]], out: &mut Vec<[u8; 4]>) {
        let pixels = planes.iter().map(|plane| plane.len()).max().unwrap_or(0);
        out.clear();
        out.resize(pixels, [0, 0, 0, u8::MAX]);
        for (plane, table) in planes.iter().zip(&self.tables) {
            let Some(table) = table else { continue };
            for (pixel, &value) in out.iter_mut().zip(*plane) {
                let [red, green, blue] = table.get(value);
                // The parts of a table are at most 255, so saturating bytes add up as if clamped at the end.
                pixel[0] = pixel[0].saturating_add(red as u8);
                pixel[1] = pixel[1].saturating_add(green as u8);
                pixel[2] = pixel[2].saturating_add(blue as u8);
            }
        }
    }
}

/// Adds up the channels in their colours: opaque RGBA, row-major, into `out`, which gets one entry a pixel.
///
/// Planes and styles belong together by position; what has no partner is not shown. Of planes that differ in length
/// the longest counts, the others are black where they end.
pub fn composite(planes: &[&[u16]], styles: &[ChannelStyle], out: &mut Vec<[u8; 4]>) {
    Compositor::new(styles).composite(planes, out);
}

/// Colours for channels whose names say nothing, in turn. The first is white: a single channel is grey.
pub const DEFAULT_COLORS: [[u8; 3]; 8] = [
    [255, 255, 255],
    [0, 230, 64],
    [255, 64, 200],
    [0, 200, 255],
    [255, 160, 0],
    [64, 96, 255],
    [255, 240, 32],
    [255, 48, 48],
];

const BLUE: [u8; 3] = [64, 96, 255];
const GREEN: [u8; 3] = [0, 230, 64];
const YELLOW: [u8; 3] = [255, 224, 32];
const ORANGE: [u8; 3] = [255, 96, 24];
const MAGENTA: [u8; 3] = [255, 32, 144];
const RED: [u8; 3] = [255, 48, 48];
const CYAN: [u8; 3] = [0, 200, 255];
const WHITE: [u8; 3] = [255, 255, 255];

/// Stains and dyes, and the colours that the field shows them in.
const STAIN_COLORS: [(&[&str], [u8; 3]); 8] = [
    (
        &[
            "dna", "dapi", "hoechst", "nuclei", "nucleus", "nuclear", "blue",
        ],
        BLUE,
    ),
    (&["rna", "syto", "nucleoli", "yellow", "yfp"], YELLOW),
    (
        &["er", "gfp", "egfp", "fitc", "concanavalin", "green"],
        GREEN,
    ),
    (
        &[
            "agp",
            "actin",
            "factin",
            "phalloidin",
            "wga",
            "golgi",
            "orange",
            "tritc",
        ],
        ORANGE,
    ),
    (
        &["mito", "mitotracker", "mitochondria", "magenta", "cy5"],
        MAGENTA,
    ),
    (&["red", "rfp", "cherry", "cy3"], RED),
    (&["cyan", "cfp"], CYAN),
    (
        &[
            "brightfield",
            "brightfi",
            "bf",
            "phase",
            "dic",
            "grey",
            "gray",
        ],
        WHITE,
    ),
];

/// The colour of a channel by the field's habits, from its name (`OrigDNA`, `CorrER`, `Mito`, ...); otherwise
/// [`DEFAULT_COLORS`] by its position.
pub fn default_channel_color(name: &str, index: usize) -> [u8; 3] {
    let words = words_of(name);
    STAIN_COLORS
        .iter()
        .find(|(stains, _)| {
            words.iter().any(|word| {
                let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
                stains.contains(&word.as_str()) || stains.contains(&stem)
            })
        })
        .map_or(
            DEFAULT_COLORS[index % DEFAULT_COLORS.len()],
            |&(_, color)| color,
        )
}

/// Which of the channels of these names are shown at first: transmitted light fills the whole picture and would lie over
/// the fluorescence as a white veil, so it waits where there is any.
pub fn shown_at_first(names: &[&str]) -> Vec<bool> {
    let fluorescent: Vec<bool> = names.iter().map(|name| !is_transmitted(name)).collect();
    if fluorescent.contains(&true) {
        fluorescent
    } else {
        vec![true; names.len()]
    }
}

/// Whether a name says brightfield, phase contrast or another kind of transmitted light.
fn is_transmitted(name: &str) -> bool {
    let words = words_of(name);
    let pairs = words.windows(2).map(<[String]>::concat);
    words.iter().cloned().chain(pairs).any(|word| {
        let stem = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
        // `HighZBF` and `LowZBF` are how Cell Painting names planes off the focus.
        ["brightf", "phasec", "transmi", "transill"]
            .iter()
            .any(|start| stem.starts_with(start))
            || ["bf", "zbf", "bright", "phase", "dic", "dpc", "trans"].contains(&stem)
    })
}

/// The words of a channel name in lower case, cut where a capital follows a small letter and at punctuation.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && after_lower) {
            words.push(String::new());
        }
        after_lower = letter.is_lowercase();
        if let Some(word) = words.last_mut()
            && letter.is_alphanumeric()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transmitted_light_waits_where_fluorescence_is() {
        // (names, shown at first)
        let cases: [(&[&str], &[bool]); 7] = [
            (&["DNA", "Brightfield"], &[true, false]),
            (&["OrigBrightfield", "OrigDNA"], &[false, true]),
            (
                &["DNA", "ER", "HighZBF", "LowZBF", "BF"],
                &[true, true, false, false, false],
            ),
            (
                &["Bright_Field", "GFP", "PhaseContrast", "DIC1"],
                &[false, true, false, false],
            ),
            (&["TransmittedLight", "ch2"], &[false, true]),
            // Alone it is all there is to see.
            (&["Brightfield", "Phase"], &[true, true]),
            // Stains whose names begin alike.
            (&["PH3", "Phalloidin", "Transferrin", "BFP"], &[true; 4]),
        ];
        for (names, shown) in cases {
            assert_eq!(shown_at_first(names), shown, "{names:?}");
        }
    }

    const WHITE_STYLE: ChannelStyle = ChannelStyle {
        visible: true,
        color: [255, 255, 255],
        min: 0.0,
        max: 255.0,
        gamma: 1.0,
    };

    fn shown(planes: &[&[u16]], styles: &[ChannelStyle]) -> Vec<[u8; 4]> {
        let mut out = vec![[9; 4]; 50];
        composite(planes, styles, &mut out);
        out
    }

    #[test]
    fn one_channel_follows_its_range_and_gamma() {
        // Minimum, maximum, gamma, intensity, brightness of white.
        let cases = [
            (0.0, 255.0, 1.0, 128, 128),
            (0.0, 255.0, 1.0, 60_000, 255),
            (100.0, 200.0, 1.0, 99, 0),
            (100.0, 200.0, 1.0, 100, 0),
            (100.0, 200.0, 1.0, 150, 128),
            (100.0, 200.0, 1.0, 200, 255),
            (100.0, 200.0, 1.0, 0, 0),
            (0.5, 1.5, 1.0, 1, 128),
            (0.0, 65_535.0, 1.0, 65_535, 255),
            (0.0, 100.0, 0.5, 25, 128),
            (0.0, 100.0, 2.0, 50, 64),
            (0.0, 255.0, f32::NAN, 128, 128),
            (0.0, 255.0, -2.0, 128, 128),
            // A threshold.
            (10.0, 10.0, 1.0, 10, 0),
            (10.0, 10.0, 1.0, 11, 255),
            (10.0, 5.0, 1.0, 11, 255),
            (10.0, 5.0, 1.0, 7, 0),
            (f32::NAN, 5.0, 1.0, 7, 0),
            (-100.0, 100.0, 1.0, 0, 128),
            (-100.0, 100.0, 1.0, 100, 255),
            (65_535.0, 70_000.0, 1.0, 65_535, 0),
            (0.0, 131_070.0, 1.0, 65_535, 128),
        ];
        for (min, max, gamma, value, expected) in cases {
            let style = ChannelStyle {
                min,
                max,
                gamma,
                ..WHITE_STYLE
            };
            assert_eq!(
                shown(&[&[value]], &[style]),
                [[expected, expected, expected, 255]],
                "{min} {max} {gamma} {value}"
            );
        }
    }

    #[test]
    fn channels_add_up_and_saturate() {
        let red = ChannelStyle {
            color: [200, 0, 0],
            ..WHITE_STYLE
        };
        let purple = ChannelStyle {
            color: [100, 0, 50],
            ..WHITE_STYLE
        };
        let hidden = ChannelStyle {
            visible: false,
            ..WHITE_STYLE
        };
        let planes: [&[u16]; 3] = [&[255, 0, 51], &[255, 255, 0], &[255, 255, 255]];
        assert_eq!(
            shown(&planes, &[red, purple, hidden]),
            [[255, 0, 50, 255], [100, 0, 50, 255], [40, 0, 0, 255]]
        );
        // Nothing to show is black or nothing.
        assert_eq!(shown(&planes, &[]), [[0, 0, 0, 255]; 3]);
        assert_eq!(shown(&[], &[red]), Vec::<[u8; 4]>::new());
        assert_eq!(
            shown(&[&[255], &[0, 255]], &[red, purple]),
            [[200, 0, 0, 255], [100, 0, 50, 255]]
        );
    }

    #[test]
    fn names_have_their_colours() {
        let cases = [
            ("DNA", BLUE),
            ("OrigDNA", BLUE),
            ("CorrDAPI", BLUE),
            ("Hoechst 33342", BLUE),
            ("OrigBlue", BLUE),
            ("ER", GREEN),
            ("CorrER", GREEN),
            ("GFP_488", GREEN),
            ("RNA", YELLOW),
            ("SYTO14", YELLOW),
            ("OrigAGP", ORANGE),
            ("Ph_golgi", ORANGE),
            ("Phalloidin", ORANGE),
            ("Mito", MAGENTA),
            ("OrigMito", MAGENTA),
            ("MitoTracker", MAGENTA),
            ("Cy5", MAGENTA),
            ("mCherry", RED),
            ("Brightfield_H", WHITE),
            // "er" is not a stain inside another word.
            ("Marker", DEFAULT_COLORS[3]),
            ("ch2", DEFAULT_COLORS[3]),
            ("", DEFAULT_COLORS[3]),
        ];
        for (name, color) in cases {
            assert_eq!(default_channel_color(name, 3), color, "{name}");
        }
        assert_eq!(default_channel_color("image", 0), [255, 255, 255]);
        assert_eq!(default_channel_color("image", 9), DEFAULT_COLORS[1]);
    }
}
