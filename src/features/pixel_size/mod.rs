//! How large a pixel is: said of the open dataset, as a new version of what that says about itself.

mod binding;
mod command;
mod dialog;
mod feature;
mod update;

#[cfg(test)]
mod tests;

pub use command::PixelSizeCommand;
pub use feature::PixelSize;
