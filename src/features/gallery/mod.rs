//! The gallery: the shown cells as a grid of crops.

mod binding;
mod feature;
mod pane;
mod state;
mod tile;
mod toolbar;
mod update;

pub use feature::Gallery;
pub use pane::GalleryView;
pub(crate) use pane::show;
pub use state::{GalleryCommand, GalleryEvent, GalleryJob, GalleryState};
pub(crate) use update::{happened, run, update};

#[cfg(test)]
mod tests;
