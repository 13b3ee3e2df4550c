//! What the viewer can do: a folder each. A feature knows the model and the widgets, and no other feature.

pub mod charts;
pub mod checks;
pub mod compare;
pub mod export;
pub mod field;
pub mod filters;
pub mod gallery;
pub mod gates;
pub mod inspector;
pub mod labels;
pub mod pixel_size;
pub mod plate;
pub mod rules;
pub mod scatter;
pub mod table;
pub mod tools;
pub mod wizard;
