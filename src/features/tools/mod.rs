//! Tools that compute columns: their forms, their places in the palette, and what sessions keep of them.

mod dialog;
mod feature;

#[cfg(test)]
mod tests;

use dialog::show;
pub use feature::Tools;
