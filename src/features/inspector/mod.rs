//! One cell: pictures, channels, values.

mod channels;
mod feature;
mod feature_list;
mod pane;

pub use feature::Inspector;
pub use feature_list::FeatureList;
pub(crate) use pane::show;
