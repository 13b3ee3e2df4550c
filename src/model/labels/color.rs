//! Colours of labels.

use egui::Color32;

use crate::model::state::Workspace;
use cytolance_explore::{Column, NULL_CODE, Values};
use cytolance_profile::CATEGORY_COLORS;

/// The colours of a column's categories in the plot, as far as they have some of their own: a label's are its classes'.
pub(crate) fn category_palette(workspace: &Workspace, column: &Column) -> Vec<[u8; 3]> {
    let Values::Categories { names, .. } = &column.values else {
        return Vec::new();
    };
    let label = workspace.labels.column(&column.name);
    let class = |name: &str| Some(label?.spec.class(name)?.color);
    let usual = names.iter().zip(CATEGORY_COLORS);
    usual
        .map(|(name, usual)| class(name).unwrap_or(usual))
        .collect()
}

/// The colour of a row's value in a column: the class' own for labels, the plot's for other categories; `None` without a
/// value, and while the column is not in memory.
pub(crate) fn label_color(workspace: &Workspace, column: &str, row: u32) -> Option<Color32> {
    let of = |[r, g, b]: [u8; 3]| Color32::from_rgb(r, g, b);
    if let Some(label) = workspace.labels.column(column) {
        let class = label.spec.class(label.value(row)?)?;
        return Some(of(class.color));
    }
    let values = workspace.explorer.cached(column)?;
    let Values::Categories { codes, .. } = &values.values else {
        return None;
    };
    let code = codes.get(row as usize).filter(|code| **code != NULL_CODE)?;
    Some(of(CATEGORY_COLORS[*code as usize % CATEGORY_COLORS.len()]))
}
