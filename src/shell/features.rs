//! The one list of what the viewer can do.

use crate::features::charts::Charts;
use crate::features::compare::Compare;
use crate::features::field::Field;
use crate::features::filters::Filters;
use crate::features::gallery::Gallery;
use crate::features::gates::Gates;
use crate::features::inspector::Inspector;
use crate::features::labels::Labels;
use crate::features::plate::Plate;
use crate::features::rules::Rules;
use crate::features::scatter::Scatter;
use crate::features::table::Table;
use crate::features::tools::Tools;
use crate::model::feature::{Feature, PaneId};

/// All features. Panes of one place are tabs in this order.
pub static FEATURES: &[&dyn Feature] = &[
    &Filters, &Gates, &Rules, &Table, &Gallery, &Plate, &Field, &Compare, &Scatter, &Charts,
    &Inspector, &Labels, &Tools,
];

/// The feature of this name.
pub(crate) fn feature(id: PaneId) -> Option<&'static dyn Feature> {
    let mut features = FEATURES.iter().copied();
    features.find(|feature| feature.id() == id)
}
