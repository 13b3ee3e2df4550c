//! Which columns the table shows, and how.

use cytolance_dataset::{BBOX_COLUMNS, CellDataset, DEPTH_COLUMNS};
use cytolance_profile::{ColumnInfo, ColumnKind, ColumnName};

/// Columns shown at first.
const FIRST_COLUMNS: usize = 14;

/// Height of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// Many rows, small pictures.
    Compact,
    /// In between.
    #[default]
    Medium,
    /// Large pictures.
    Large,
}

impl Density {
    /// All, from small to large.
    pub const ALL: [Self; 3] = [Self::Compact, Self::Medium, Self::Large];

    /// Row height in points.
    pub fn row_height(self) -> f32 {
        match self {
            Self::Compact => 40.0,
            Self::Medium => 80.0,
            Self::Large => 144.0,
        }
    }

    /// Name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Compact => "Compact rows",
            Self::Medium => "Medium rows",
            Self::Large => "Large rows",
        }
    }
}

// As a session keeps it.
pub use cytolance_session::SessionColumn as TableColumn;

/// The columns beside the picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// In order of appearance, pinned ones first.
    pub columns: Vec<TableColumn>,
    /// Row height.
    pub density: Density,
}

impl Table {
    /// The keys and some features that say what a cell looks like.
    pub fn first(dataset: &CellDataset) -> Self {
        let all = dataset.columns();
        let usable = |column: &&ColumnInfo| column.kind.is_value();
        let place = dataset.keys();
        let others = ["Treatment", "Compound", "ImageNumber", "ObjectNumber"]
            .map(|key| format!("Metadata_{key}"));
        let mut keys: Vec<&ColumnInfo> = place
            .names()
            .chain(others.iter().map(String::as_str))
            .filter_map(|name| dataset.column(name).filter(usable))
            .collect();
        // Well and site say the same in words that people use.
        if place.well.is_some() && place.site.is_some() {
            keys.retain(|column| column.name != "Metadata_ImageNumber");
        }
        let primary = dataset
            .metadata()
            .primary_object
            .clone()
            .unwrap_or_default();
        let good = [
            "AreaShape_Area",
            "AreaShape_Eccentricity",
            "AreaShape_FormFactor",
            "AreaShape_Solidity",
            "Neighbors_NumberOfNeighbors",
            "Intensity_MeanIntensity_",
            "Intensity_IntegratedIntensity_",
        ];
        let mut features: Vec<&ColumnInfo> = Vec::new();
        for object in [primary.as_str(), "Nuclei"] {
            for part in good {
                let prefix = format!("{object}_{part}");
                let found = all
                    .iter()
                    .filter(usable)
                    .filter(|column| column.name.starts_with(&prefix))
                    .take(2);
                for column in found {
                    if !features.iter().any(|known| known.name == column.name) {
                        features.push(column);
                    }
                }
            }
        }
        if features.len() < 4 {
            let known: Vec<String> = features
                .iter()
                .chain(&keys)
                .map(|column| column.name.clone())
                .collect();
            // Of a foreign dataset vectors and bytes, too, so that they are seen to be there.
            let shown = |column: &&ColumnInfo| column.kind.is_shown();
            features.extend(all.iter().filter(shown).filter(|column| {
                let name = column.name.as_str();
                let is_box = BBOX_COLUMNS.contains(&name) || DEPTH_COLUMNS.contains(&name);
                !known.contains(&column.name) && !is_box
            }));
        }
        let columns = keys
            .into_iter()
            .chain(features)
            .take(FIRST_COLUMNS)
            .map(shown)
            .collect();
        Self {
            columns,
            density: Density::default(),
        }
    }

    /// Place of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Shows a column at the end, or hides it.
    pub fn toggle(&mut self, column: &ColumnInfo) {
        match self.position(&column.name) {
            Some(at) => {
                self.columns.remove(at);
            }
            None => self.columns.push(shown(column)),
        }
    }

    /// Moves a column; pinned ones stay before the others.
    pub fn move_column(&mut self, from: usize, to: usize) {
        if from < self.columns.len() {
            let column = self.columns.remove(from);
            self.columns.insert(to.min(self.columns.len()), column);
            self.pinned_first();
        }
    }

    /// Pins a column or lets it go.
    pub fn pin(&mut self, at: usize, pinned: bool) {
        if let Some(column) = self.columns.get_mut(at) {
            column.pinned = pinned;
            self.pinned_first();
        }
    }

    fn pinned_first(&mut self) {
        self.columns.sort_by_key(|column| !column.pinned);
    }
}

/// A column as it is first shown.
fn shown(column: &ColumnInfo) -> TableColumn {
    let title = ColumnName::parse(&column.name).measure.chars().count() as f32 * 7.2 + 30.0;
    let width = match column.kind {
        ColumnKind::Text | ColumnKind::List => title.clamp(88.0, 160.0),
        ColumnKind::Time => title.clamp(140.0, 180.0),
        _ => title.clamp(64.0, 150.0),
    };
    TableColumn {
        name: column.name.clone(),
        width,
        pinned: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinned_columns_come_first() {
        let column = |name: &str| TableColumn {
            name: name.to_owned(),
            width: 100.0,
            pinned: false,
        };
        let mut table = Table {
            columns: ["a", "b", "c"].map(column).to_vec(),
            density: Density::Compact,
        };
        let names = |table: &Table| {
            table
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect::<String>()
        };
        table.pin(2, true);
        assert_eq!(names(&table), "cab");
        table.move_column(1, 0);
        assert_eq!(names(&table), "cab", "not before a pinned one");
        table.move_column(1, 2);
        assert_eq!(names(&table), "cba");
        table.pin(0, false);
        assert_eq!(names(&table), "cba");
        assert_eq!(table.position("b"), Some(1));
    }
}
