//! Building blocks on egui: the look, the table, the range histogram, the painting of pictures.
//!
//! They know the vocabulary and pixels, hold no data and do no I/O. What the user did is returned as a value.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod basics;
mod cell_text;
mod color_bar;
mod column_menu;
mod figure_view;
mod fonts;
mod grid_columns;
mod grid_header;
mod grid_scroll;
mod grid_view;
mod histogram_bars;
mod number_format;
mod picture;
mod range_axis;
mod range_field;
mod range_histogram;
mod scale_bar;
mod scroll_bar;
pub mod theme;
mod threshold_histogram;
mod tile_grid;

#[cfg(test)]
mod grid_tests;
#[cfg(test)]
mod look_tests;

pub use basics::{empty_state, heading, icon_button, primary_button};
pub use cell_text::{paint_null, paint_number, paint_small, paint_text};
pub use color_bar::color_bar;
pub use column_menu::{adder, chooser, end_of, short, value_menu};
pub use figure_view::{FigureOutput, figure_view};
pub use fonts::{ICONS, MEDIUM, NUMBERS, SEMIBOLD, medium_font, numbers_font};
pub use grid_columns::GridColumn;
pub use grid_header::HeaderAction;
pub use grid_scroll::GridState;
pub use grid_view::{GridEvent, GridOutput, GridView};
pub use number_format::{format_number, parse_number};
pub use picture::{
    OutlineStyle, PictureTransform, paint_center, paint_outlines, paint_picture, paint_placeholder,
};
pub use range_field::BoundWords;
pub use range_histogram::RangeHistogram;
pub use scale_bar::scale_bar;
pub use theme::{Tokens, install, tokens};
pub use threshold_histogram::ThresholdHistogram;
pub use tile_grid::{TileGrid, TileOutput, tile_beside};
