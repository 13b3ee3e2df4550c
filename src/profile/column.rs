//! What a column is: its storage kind, its role in a profile, and the parts of its name.

use serde::{Deserialize, Serialize};

/// How the values of a column are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Whole numbers of any width.
    Integer,
    /// Floating-point numbers.
    Float,
    /// UTF-8 text.
    Text,
    /// True or false.
    Boolean,
    /// A date, a time of day, a moment, a duration: in order, and as text in ISO form.
    Time,
    /// Several numbers or texts in each row, such as an embedding: shown, not filtered or sorted.
    List,
    /// Bytes that are no picture: shown by their size.
    Bytes,
    /// A picture: OME-Arrow struct, tensor, or encoded image bytes.
    Picture,
    /// A polygon in field pixels.
    Outline,
    /// Anything that the program shows only by name.
    Other,
}

impl ColumnKind {
    /// True for the kinds that can be plotted, filtered by range and averaged.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Float)
    }

    /// True for the kinds that are shown as categories.
    pub fn is_category(self) -> bool {
        matches!(self, Self::Text | Self::Boolean)
    }

    /// True for the kinds that can be filtered by a range: numbers and times.
    pub fn is_ranged(self) -> bool {
        self.is_number() || self == Self::Time
    }

    /// True for the kinds that have one value a row, which can be filtered and sorted.
    pub fn is_value(self) -> bool {
        self.is_ranged() || self.is_category()
    }

    /// True for the kinds whose rows the table and the inspector show as text.
    pub fn is_shown(self) -> bool {
        self.is_value() || matches!(self, Self::List | Self::Bytes)
    }
}

/// What a column means in a single-cell profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Experiment keys: plate, well, site, treatment, numbers of the export.
    Metadata,
    /// What a person decided in the viewer.
    Label,
    /// Computed checks of the segmentation.
    Quality,
    /// A measurement of one object of the cell.
    Feature,
    /// A measurement or file name of the whole field of view.
    Image,
    /// The stored crop.
    Picture,
    /// The outline of one object.
    Outline,
    /// Found in the dataset but of no known role.
    Other,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 8] = [
        Self::Metadata,
        Self::Label,
        Self::Quality,
        Self::Feature,
        Self::Image,
        Self::Picture,
        Self::Outline,
        Self::Other,
    ];

    /// The role of such a word.
    pub fn of_label(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.label() == word)
    }

    /// Word used in `info` and in the column chooser.
    pub fn label(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Label => "label",
            Self::Quality => "quality",
            Self::Feature => "feature",
            Self::Image => "image",
            Self::Picture => "picture",
            Self::Outline => "outline",
            Self::Other => "other",
        }
    }

    /// The role told from the name and the storage kind.
    ///
    /// `objects` are the object names the dataset declares; where it declares none, a prefix of
    /// pycytominer's compartments counts, and any other number is still a feature.
    pub fn of(name: &str, kind: ColumnKind, objects: &[String]) -> Self {
        match kind {
            ColumnKind::Picture => return Self::Picture,
            ColumnKind::Outline => return Self::Outline,
            ColumnKind::Other => return Self::Other,
            _ => {}
        }
        if name.starts_with("Metadata_") {
            return Self::Metadata;
        }
        if name.starts_with("Label_") {
            return Self::Label;
        }
        if name.starts_with("QC_") {
            return Self::Quality;
        }
        if name.starts_with("Image_") {
            return Self::Image;
        }
        if matches!(kind, ColumnKind::List | ColumnKind::Bytes) {
            // A feature is one value.
            return Self::Other;
        }
        let compartment = ColumnName::parse(name).compartment;
        if objects.iter().any(|object| object == compartment) || kind.is_number() {
            return Self::Feature;
        }
        Self::Other
    }
}

/// One column of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnInfo {
    /// The name as stored.
    pub name: String,
    /// How values are stored.
    pub kind: ColumnKind,
    /// What the column means.
    pub role: Role,
    /// The Arrow type, as text.
    #[serde(rename = "type")]
    pub arrow_type: String,
}

/// The parts of a feature's name, `Cells_AreaShape_Area` being compartment, group and measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnName<'a> {
    /// `Cells`, `Nuclei`, `Image`, `Metadata`, or the whole name where it has no underscore.
    pub compartment: &'a str,
    /// `AreaShape`, `Intensity`, `Texture`, ...; empty where the name has one underscore or none.
    pub group: &'a str,
    /// The rest of the name.
    pub measure: &'a str,
}

impl<'a> ColumnName<'a> {
    /// Splits at the first two underscores.
    pub fn parse(name: &'a str) -> Self {
        let Some((compartment, rest)) = name.split_once('_') else {
            return Self {
                compartment: name,
                group: "",
                measure: name,
            };
        };
        match rest.split_once('_') {
            Some((group, measure)) if compartment != "Metadata" => Self {
                compartment,
                group,
                measure,
            },
            _ => Self {
                compartment,
                group: "",
                measure: rest,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_split_into_compartment_group_and_measure() {
        let cases = [
            ("Cells_AreaShape_Area", ("Cells", "AreaShape", "Area")),
            (
                "Nuclei_Texture_Contrast_DNA_3_00_256",
                ("Nuclei", "Texture", "Contrast_DNA_3_00_256"),
            ),
            ("Metadata_Well", ("Metadata", "", "Well")),
            ("Metadata_Cell_Line", ("Metadata", "", "Cell_Line")),
            ("umap1", ("umap1", "", "umap1")),
        ];
        for (name, (compartment, group, measure)) in cases {
            let parsed = ColumnName::parse(name);
            assert_eq!(
                (parsed.compartment, parsed.group, parsed.measure),
                (compartment, group, measure),
                "{name}"
            );
        }
    }

    #[test]
    fn roles_follow_name_and_kind() {
        let objects = ["Colonies".to_owned()];
        let cases = [
            ("Metadata_Plate", ColumnKind::Text, Role::Metadata),
            ("Cells_AreaShape_Area", ColumnKind::Float, Role::Feature),
            ("Colonies_Note", ColumnKind::Text, Role::Feature),
            ("Image_Count_Cells", ColumnKind::Float, Role::Image),
            ("Label_QC", ColumnKind::Text, Role::Label),
            ("QC_NucleiCount", ColumnKind::Integer, Role::Quality),
            ("umap1", ColumnKind::Float, Role::Feature),
            ("note", ColumnKind::Text, Role::Other),
            ("crop", ColumnKind::Picture, Role::Picture),
            ("acquired", ColumnKind::Time, Role::Other),
            ("Metadata_Acquired", ColumnKind::Time, Role::Metadata),
            ("embedding", ColumnKind::List, Role::Other),
            ("Cells_Histogram", ColumnKind::List, Role::Other),
        ];
        for (name, kind, role) in cases {
            assert_eq!(Role::of(name, kind, &objects), role, "{name}");
        }
    }
}
