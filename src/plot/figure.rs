//! A figure as plain values: what is drawn where, in which ink, and the numbers behind it. It is painted on the screen,
//! written as SVG, and from that as PNG.

use std::sync::Arc;

use cytolance_profile::{TableStyle, table_text};

/// The ink of an item. A palette says which colour it has on the screen and on paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ink {
    /// Titles and labels.
    Text,
    /// Ticks and remarks.
    Weak,
    /// Axes and grids.
    Line,
    /// What the figure is about.
    Accent,
    /// Selected cells.
    Selected,
    /// A colour of its own: red, green, blue, opacity.
    Color([u8; 4]),
}

/// Colours of inks: red, green, blue, opacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub background: [u8; 4],
    /// Titles and labels.
    pub text: [u8; 4],
    /// Ticks and remarks.
    pub weak: [u8; 4],
    /// Axes and grids.
    pub line: [u8; 4],
    /// What the figure is about.
    pub accent: [u8; 4],
    /// Selected cells.
    pub selected: [u8; 4],
}

impl Palette {
    /// Dark on white: for files.
    pub const PAPER: Self = Self {
        background: [255, 255, 255, 255],
        text: [27, 33, 36, 255],
        weak: [99, 110, 117, 255],
        line: [206, 212, 216, 255],
        accent: [7, 127, 153, 255],
        selected: [213, 94, 0, 255],
    };

    /// The colour of an ink.
    pub fn color(&self, ink: Ink) -> [u8; 4] {
        match ink {
            Ink::Text => self.text,
            Ink::Weak => self.weak,
            Ink::Line => self.line,
            Ink::Accent => self.accent,
            Ink::Selected => self.selected,
            Ink::Color(color) => color,
        }
    }
}

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// Something drawn; lengths are points, y points down.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A filled box.
    Box {
        /// Left, top, width, height.
        rect: [f64; 4],
        /// Its colour.
        fill: Ink,
    },
    /// A line through points.
    Line {
        /// The points.
        points: Vec<[f64; 2]>,
        /// Its colour.
        ink: Ink,
        /// Its width.
        width: f64,
        /// Whether it is dashed.
        dashed: bool,
    },
    /// A filled area.
    Area {
        /// Its corners.
        points: Vec<[f64; 2]>,
        /// Its colour.
        fill: Ink,
    },
    /// A filled disc.
    Disc {
        /// Its middle.
        center: [f64; 2],
        /// Its radius.
        radius: f64,
        /// Its colour.
        fill: Ink,
    },
    /// A line of text.
    Text {
        /// Where its base line is.
        at: [f64; 2],
        /// How it stands to that.
        anchor: Anchor,
        /// What it says.
        text: String,
        /// Size of the letters.
        size: f64,
        /// Its colour.
        ink: Ink,
        /// Whether it runs upwards.
        upwards: bool,
    },
    /// A picture.
    Picture {
        /// Left, top, width, height.
        rect: [f64; 4],
        /// A PNG file.
        png: Arc<[u8]>,
    },
}

/// Something that can be clicked.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Left, top, width, height.
    pub rect: [f64; 4],
    /// What it stands for, in words.
    pub label: String,
    /// Its number, for whoever made the figure.
    pub id: usize,
}

/// The numbers behind a figure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FigureTable {
    /// Names of the columns.
    pub header: Vec<String>,
    /// The rows; every one has as many values as the header.
    pub rows: Vec<Vec<String>>,
}

impl FigureTable {
    /// The table for the clipboard.
    pub fn to_tabs(&self) -> String {
        let rows = std::iter::once(&self.header).chain(&self.rows);
        table_text(TableStyle::Tabs, rows)
    }

    /// The table as CSV: commas, quotes where a value needs them, lines that end in CR LF, as RFC 4180 has it.
    pub fn to_csv(&self) -> String {
        table_text(
            TableStyle::Csv,
            std::iter::once(&self.header).chain(&self.rows),
        )
    }
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// What is drawn, the first below.
    pub items: Vec<Item>,
    /// What can be clicked.
    pub targets: Vec<Target>,
    /// The numbers.
    pub table: FigureTable,
}

impl Figure {
    /// An empty figure.
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            ..Self::default()
        }
    }

    /// Adds a text.
    pub fn text(
        &mut self,
        at: [f64; 2],
        anchor: Anchor,
        size: f64,
        ink: Ink,
        text: impl Into<String>,
    ) {
        self.items.push(Item::Text {
            at,
            anchor,
            text: text.into(),
            size,
            ink,
            upwards: false,
        });
    }

    /// Adds a line.
    pub fn line(&mut self, points: Vec<[f64; 2]>, ink: Ink, width: f64) {
        self.items.push(Item::Line {
            points,
            ink,
            width,
            dashed: false,
        });
    }

    /// Adds a box.
    pub fn bar(&mut self, rect: [f64; 4], fill: Ink) {
        self.items.push(Item::Box { rect, fill });
    }
}
