//! The first plot.

use cytolance_dataset::CellDataset;
use cytolance_profile::{ColumnInfo, Role};

/// Size against brightness where they were measured, else the first two features.
pub(super) fn suggest(dataset: &CellDataset) -> Option<(String, String)> {
    let primary = dataset
        .metadata()
        .primary_object
        .clone()
        .unwrap_or_else(|| "Cells".to_owned());
    let features: Vec<&ColumnInfo> = dataset
        .columns()
        .iter()
        .filter(|column| {
            column.kind.is_number() && matches!(column.role, Role::Feature | Role::Quality)
        })
        .collect();
    let find = |parts: &[String]| {
        parts
            .iter()
            .find_map(|part| {
                features
                    .iter()
                    .find(|column| column.name.starts_with(part.as_str()))
            })
            .map(|column| column.name.clone())
    };
    let x = find(&[
        format!("{primary}_AreaShape_Area"),
        "Nuclei_AreaShape_Area".to_owned(),
    ]);
    let y = find(&[
        "Nuclei_Intensity_IntegratedIntensity_DNA".to_owned(),
        "Nuclei_Intensity_IntegratedIntensity_".to_owned(),
        format!("{primary}_Intensity_MeanIntensity_"),
        "Nuclei_Intensity_MeanIntensity_".to_owned(),
        format!("{primary}_AreaShape_FormFactor"),
    ]);
    if let Some((x, y)) = x.zip(y) {
        return Some((x, y));
    }
    let numeric: Vec<&ColumnInfo> = dataset
        .columns()
        .iter()
        .filter(|column| column.kind.is_number())
        .collect();
    match (features.as_slice(), numeric.as_slice()) {
        ([x, y, ..], _) | (_, [x, y, ..]) => Some((x.name.clone(), y.name.clone())),
        _ => None,
    }
}
