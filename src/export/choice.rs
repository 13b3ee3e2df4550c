//! Which columns are written, and in which order.

use super::ExportError;
use cytolance_dataset::CellDataset;
use cytolance_profile::{ColumnInfo, Role};

/// Whether a column holds values that a CSV file can hold.
fn is_value(column: &ColumnInfo) -> bool {
    column.kind.is_number() || column.kind.is_category()
}

/// Keys, then decisions and quality, then the rest; within these as stored.
fn rank(column: &ColumnInfo) -> u8 {
    match column.role {
        Role::Metadata => 0,
        Role::Label | Role::Quality => 1,
        _ => 2,
    }
}

fn in_order(mut columns: Vec<&ColumnInfo>) -> Vec<String> {
    columns.sort_by_key(|column| rank(column));
    columns
        .into_iter()
        .map(|column| column.name.clone())
        .collect()
}

/// All columns but pictures and outlines, keys first.
pub fn default_columns(columns: &[ColumnInfo]) -> Vec<String> {
    in_order(columns.iter().filter(|column| is_value(column)).collect())
}

/// The chosen columns, keys first.
///
/// # Errors
/// [`ExportError::UnknownColumn`] for one that is not there or holds no values.
pub fn chosen_columns(all: &[ColumnInfo], chosen: &[String]) -> Result<Vec<String>, ExportError> {
    let mut columns: Vec<&ColumnInfo> = Vec::new();
    for name in chosen.iter().map(|name| name.trim()) {
        let column = all
            .iter()
            .find(|column| column.name == name && is_value(column))
            .ok_or_else(|| ExportError::UnknownColumn {
                name: name.to_owned(),
                hint: similar(all, name),
            })?;
        if !columns.iter().any(|known| known.name == column.name) {
            columns.push(column);
        }
    }
    Ok(in_order(columns))
}

/// Columns of similar name, in words.
pub(super) fn similar(all: &[ColumnInfo], name: &str) -> String {
    let needle = name.to_lowercase();
    let mut found: Vec<&ColumnInfo> = all
        .iter()
        .filter(|column| is_value(column))
        .filter(|column| {
            let known = column.name.to_lowercase();
            known.contains(&needle) || (known.len() > 3 && needle.contains(&known))
        })
        .collect();
    // The plainest names first: those that end in what was typed, then the shortest.
    found.sort_by_key(|column| {
        let ends = column.name.to_lowercase().ends_with(&format!("_{needle}"));
        (!ends, rank(column), column.name.len())
    });
    let found: Vec<&str> = found
        .iter()
        .take(3)
        .map(|column| column.name.as_str())
        .collect();
    if found.is_empty() {
        "; `cytolance info` lists them".to_owned()
    } else {
        format!("; similar ones are {}", found.join(", "))
    }
}

/// The columns that say which cell a row is of: metadata and keys, as far as they can be written.
pub fn cell_columns(dataset: &CellDataset) -> Vec<String> {
    let columns = dataset.columns().iter();
    columns
        .filter(|column| {
            column.role == Role::Metadata || dataset.keys().names().any(|key| key == column.name)
        })
        .filter(|column| column.kind.is_number() || column.kind.is_category())
        .map(|column| column.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_profile::ColumnKind;

    fn columns() -> Vec<ColumnInfo> {
        [
            ("Cells_AreaShape_Area", ColumnKind::Float, Role::Feature),
            ("ome_arrow_image", ColumnKind::Picture, Role::Picture),
            ("QC_NucleiCount", ColumnKind::Integer, Role::Quality),
            ("Metadata_Well", ColumnKind::Text, Role::Metadata),
        ]
        .map(|(name, kind, role)| ColumnInfo {
            name: name.to_owned(),
            kind,
            role,
            arrow_type: String::new(),
        })
        .to_vec()
    }

    #[test]
    fn keys_come_first_and_pictures_not_at_all() {
        assert_eq!(
            default_columns(&columns()),
            ["Metadata_Well", "QC_NucleiCount", "Cells_AreaShape_Area"]
        );
        let chosen = ["Cells_AreaShape_Area", " Metadata_Well", "Metadata_Well"].map(str::to_owned);
        assert_eq!(
            chosen_columns(&columns(), &chosen).expect("known"),
            ["Metadata_Well", "Cells_AreaShape_Area"]
        );
    }

    #[test]
    fn unknown_columns_name_similar_ones() {
        for (name, hint) in [
            ("area", "Cells_AreaShape_Area"),
            ("zzz", "cytolance info"),
            ("ome_arrow_image", "cytolance info"),
        ] {
            let error = chosen_columns(&columns(), &[name.to_owned()])
                .expect_err("unknown")
                .to_string();
            assert!(error.contains(name) && error.contains(hint), "{error}");
        }
    }
}
