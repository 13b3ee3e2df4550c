//! What the dataset says about itself in its Arrow schema metadata.

use std::collections::HashMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{CellDataset, EllipseColumns, OUTLINE_PREFIX};
use cytolance_profile::{ColumnKind, RowKind};

/// Format marker in the schema metadata.
pub const FORMAT_NAME: &str = "cytolance.single-cell-profile";
/// Version of the format that this program writes.
pub const FORMAT_VERSION: &str = "1";

const FORMAT: &str = "cytolance:format";
const VERSION: &str = "cytolance:format_version";
const WRITER: &str = "cytolance:writer";
const CHANNELS: &str = "cytolance:channels";
const OBJECTS: &str = "cytolance:objects";
const PRIMARY: &str = "cytolance:primary_object";
const ROWS_ARE: &str = "cytolance:rows_are";
pub(super) const APPROXIMATE: &str = "cytolance:approximate_outlines";
pub(super) const ELLIPSES: &str = "cytolance:ellipses";
pub(super) const PIXEL_SIZE: &str = "cytolance:pixel_size_um";
pub(super) const IMPORTS: &str = "cytolance:imports";
const EXPERIMENT: &str = "cytolance:experiment";
const EXPORTS: &str = "cytolance:exports";

/// One channel of the stored crops.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelInfo {
    /// Channel name as the export has it.
    pub name: String,
    /// Colour it is shown in at first, as `#RRGGBB`.
    pub color: String,
    /// Bits of the source pixels: 8 or 16.
    pub bit_depth: u8,
    /// Offset and step of the values that stored numbers stand for, where they are not the values themselves:
    /// value = offset + step * stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<[f64; 2]>,
}

impl ChannelInfo {
    /// The colour as red, green, blue; white where the text is no colour.
    pub fn rgb(&self) -> [u8; 3] {
        let digits = self.color.trim_start_matches('#');
        let part = |at: usize| {
            digits
                .get(at..at + 2)
                .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        };
        match (part(0), part(2), part(4)) {
            (Some(red), Some(green), Some(blue)) => [red, green, blue],
            _ => [255, 255, 255],
        }
    }

    /// The brightest intensity that its source pixels can have.
    pub fn full_scale(&self) -> f32 {
        if self.bit_depth <= 8 { 255.0 } else { 65535.0 }
    }

    /// A channel from its colour as red, green, blue.
    pub fn new(name: &str, [red, green, blue]: [u8; 3], bit_depth: u8) -> Self {
        Self {
            name: name.to_owned(),
            color: format!("#{red:02X}{green:02X}{blue:02X}"),
            bit_depth,
            scale: None,
        }
    }
}

/// The schema metadata as typed values. Everything is optional: any Lance dataset opens.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetMetadata {
    /// Format name and version, where the dataset is ours.
    pub format: Option<String>,
    /// Version of the format.
    pub format_version: Option<String>,
    /// Channels of the crops, in plane order.
    pub channels: Vec<ChannelInfo>,
    /// Object names, the primary one first.
    pub objects: Vec<String>,
    /// The object each row stands for.
    pub primary_object: Option<String>,
    /// What each row is, where it is no single object.
    pub rows_are: RowKind,
    /// Objects whose outline is an ellipse from measurements, not traced.
    pub approximate_outlines: Vec<String>,
    /// How these ellipses are made where they are not stored. Of several entries for an object set, the first that
    /// holds for a row counts.
    pub ellipses: Vec<EllipseColumns>,
    /// Edge length of a pixel in micrometres.
    pub pixel_size_um: Option<f64>,
    /// One entry an import: source, options and counts.
    pub imports: Vec<serde_json::Value>,
    /// The export's Experiment table.
    pub experiment: std::collections::BTreeMap<String, String>,
    /// One entry for each export that the rows went through before they came here, the first one first: dataset, version,
    /// which cells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exports: Vec<serde_json::Value>,
}

impl DatasetMetadata {
    /// Reads what is there; entries that do not parse are as if absent.
    pub fn from_map(map: &HashMap<String, String>) -> Self {
        fn json<T: DeserializeOwned + Default>(map: &HashMap<String, String>, key: &str) -> T {
            map.get(key)
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default()
        }
        let ellipses: Vec<EllipseColumns> = json(map, ELLIPSES);
        let mut approximate_outlines: Vec<String> = json(map, APPROXIMATE);
        // Whoever forgot to say so: what is drawn from measurements is never called traced.
        for entry in &ellipses {
            if !approximate_outlines.contains(&entry.object) {
                approximate_outlines.push(entry.object.clone());
            }
        }
        Self {
            format: map.get(FORMAT).cloned(),
            format_version: map.get(VERSION).cloned(),
            channels: json(map, CHANNELS),
            objects: json(map, OBJECTS),
            primary_object: map.get(PRIMARY).cloned(),
            rows_are: map
                .get(ROWS_ARE)
                .map_or(RowKind::Objects, |word| RowKind::of_word(word)),
            approximate_outlines,
            ellipses,
            pixel_size_um: map.get(PIXEL_SIZE).and_then(|text| text.parse().ok()),
            imports: json(map, IMPORTS),
            experiment: json(map, EXPERIMENT),
            exports: json(map, EXPORTS),
        }
    }

    /// The entries to write.
    pub fn to_map(&self) -> HashMap<String, String> {
        let json = |value: serde_json::Result<String>| value.unwrap_or_default();
        let mut map = HashMap::from([
            (FORMAT.to_owned(), FORMAT_NAME.to_owned()),
            (VERSION.to_owned(), FORMAT_VERSION.to_owned()),
            (
                WRITER.to_owned(),
                format!("cytolance {}", env!("CARGO_PKG_VERSION")),
            ),
            (
                CHANNELS.to_owned(),
                json(serde_json::to_string(&self.channels)),
            ),
            (
                OBJECTS.to_owned(),
                json(serde_json::to_string(&self.objects)),
            ),
            (
                APPROXIMATE.to_owned(),
                json(serde_json::to_string(&self.approximate_outlines)),
            ),
            (
                IMPORTS.to_owned(),
                json(serde_json::to_string(&self.imports)),
            ),
            (
                EXPERIMENT.to_owned(),
                json(serde_json::to_string(&self.experiment)),
            ),
        ]);
        if !self.ellipses.is_empty() {
            map.insert(
                ELLIPSES.to_owned(),
                json(serde_json::to_string(&self.ellipses)),
            );
        }
        if !self.exports.is_empty() {
            map.insert(
                EXPORTS.to_owned(),
                json(serde_json::to_string(&self.exports)),
            );
        }
        if let Some(primary) = &self.primary_object {
            map.insert(PRIMARY.to_owned(), primary.clone());
        }
        if self.rows_are.is_profile() {
            map.insert(ROWS_ARE.to_owned(), self.rows_are.word().to_owned());
        }
        if let Some(size) = self.pixel_size_um {
            map.insert(PIXEL_SIZE.to_owned(), size.to_string());
        }
        map
    }

    /// What still holds where of all columns only these are left: channels need a picture, outlines their column, and
    /// objects anything at all, save that each row still stands for its own.
    fn of_columns(&self, dataset: &CellDataset, columns: &[String]) -> Self {
        let has = |name: &str| columns.iter().any(|column| column == name);
        let has_outline = |object: &String| has(&format!("{OUTLINE_PREFIX}{object}"));
        let has_picture = columns.iter().any(|name| {
            dataset
                .column(name)
                .is_some_and(|column| column.kind == ColumnKind::Picture)
        });
        let is_there = |object: &String| {
            let prefix = format!("{object}_");
            self.primary_object.as_ref() == Some(object)
                || has_outline(object)
                || columns.iter().any(|name| name.starts_with(&prefix))
        };
        let left = |objects: &[String], is_left: &dyn Fn(&String) -> bool| {
            let objects = objects.iter().filter(|object| is_left(object));
            objects.cloned().collect()
        };
        Self {
            channels: if has_picture {
                self.channels.clone()
            } else {
                Vec::new()
            },
            objects: left(&self.objects, &is_there),
            approximate_outlines: left(&self.approximate_outlines, &|object| {
                // Ellipses have no column.
                has_outline(object) || self.ellipses.iter().any(|entry| entry.object == *object)
            }),
            ..self.clone()
        }
    }
}

/// The schema metadata of a copy with these columns of a dataset: all that it says about itself, as far as it holds of
/// them, and an entry for where it comes `from`. A stranger's dataset stays a stranger's.
pub fn copied_metadata(
    dataset: &CellDataset,
    columns: &[String],
    from: Option<serde_json::Value>,
) -> HashMap<String, String> {
    let mut map = dataset.schema().metadata().clone();
    let mut metadata = dataset.metadata().of_columns(dataset, columns);
    metadata.exports.extend(from);
    let is_ours = metadata.format.is_some();
    let own = metadata.to_map().into_iter();
    map.extend(own.filter(|(key, _)| is_ours || key == EXPORTS));
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_survives_the_round_trip() {
        let metadata = DatasetMetadata {
            format: Some(FORMAT_NAME.to_owned()),
            format_version: Some(FORMAT_VERSION.to_owned()),
            channels: vec![ChannelInfo::new("DNA", [64, 128, 255], 16)],
            objects: vec!["Cells".to_owned(), "Nuclei".to_owned()],
            primary_object: Some("Cells".to_owned()),
            rows_are: RowKind::Wells,
            approximate_outlines: vec!["Nuclei".to_owned()],
            ellipses: vec![EllipseColumns::sample("Nuclei")],
            pixel_size_um: Some(0.65),
            imports: vec![serde_json::json!({"source": "x"})],
            experiment: [("a".to_owned(), "b".to_owned())].into(),
            exports: vec![serde_json::json!({"which": "all cells"})],
        };
        assert_eq!(DatasetMetadata::from_map(&metadata.to_map()), metadata);
        assert_eq!(metadata.channels[0].rgb(), [64, 128, 255]);
        let mut map = metadata.to_map();
        map.remove(APPROXIMATE);
        assert_eq!(
            DatasetMetadata::from_map(&map).approximate_outlines,
            ["Nuclei"],
            "ellipses are approximate, whether or not that is said twice"
        );
    }

    #[test]
    fn a_foreign_dataset_has_no_metadata() {
        let map = HashMap::from([(CHANNELS.to_owned(), "not json".to_owned())]);
        assert_eq!(DatasetMetadata::from_map(&map), DatasetMetadata::default());
    }
}
