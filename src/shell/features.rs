//! The one list of what the viewer can do.

use crate::features::charts::Charts;
use crate::features::checks::Checks;
use crate::features::compare::Compare;
use crate::features::export::Export;
use crate::features::field::Field;
use crate::features::filters::Filters;
use crate::features::gallery::Gallery;
use crate::features::gates::Gates;
use crate::features::inspector::Inspector;
use crate::features::labels::Labels;
use crate::features::pixel_size::PixelSize;
use crate::features::plate::Plate;
use crate::features::rules::Rules;
use crate::features::scatter::Scatter;
use crate::features::table::Table;
use crate::features::tools::Tools;
use crate::features::wizard::ImportWizard;
use crate::model::feature::{Feature, PaneId};
use crate::shell::action::Window;

/// All features. Panes of one place are tabs in this order.
pub static FEATURES: &[&dyn Feature] = &[
    &Filters,
    &Gates,
    &Rules,
    &Table,
    &Gallery,
    &Plate,
    &Field,
    &Compare,
    &Scatter,
    &Charts,
    &Inspector,
    &Labels,
    &Checks,
    &Export,
    &ImportWizard,
    &Tools,
    &PixelSize,
    &Window,
];

/// The feature of this name.
pub(crate) fn feature(id: PaneId) -> Option<&'static dyn Feature> {
    feature_named(id.0)
}

/// The feature of this name, in an arrangement that was kept.
pub(crate) fn feature_named(id: &str) -> Option<&'static dyn Feature> {
    let mut features = FEATURES.iter().copied();
    features.find(|feature| feature.id().0 == id)
}
