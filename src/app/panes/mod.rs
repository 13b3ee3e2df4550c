//! The panes around one selection.

mod channels;
mod features;
mod filters;
mod inspector;
mod layout;
mod picture_cell;
mod plot;
mod plot_header;
mod table;

pub use layout::{Layout, Pane, PaneView, show};
pub(super) use picture_cell::{paint_cell_as, styled_outlines};
