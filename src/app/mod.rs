//! Drawing and importing the demo plate.

pub mod demo_crowd;
pub mod demo_plate;
