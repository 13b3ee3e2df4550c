//! The source pictures of a field of view: where they were recorded, where they are.

use std::collections::BTreeMap;

use arrow::array::{Array as _, RecordBatch};
use arrow::util::display::array_value_to_string;
use futures::future::BoxFuture;
use serde::Deserialize as _;

use super::picture_page::{FoundPages, pages_in, read_page, read_planes};
use super::{FetchedPictures, PathChange, PlaneRule, find_moved};
use cytolance_dataset::{
    CellDataset, ChannelInfo, DEPTH_COLUMNS, DatasetError, column_name, numbers_of,
};
use cytolance_imaging::{ImageError, PagePlace, Plane};

/// The column that names the source of a row.
const SOURCE: &str = "Metadata_Source";

/// A channel's source picture, opened.
pub struct SourcePlane {
    /// File name as recorded.
    pub file: String,
    /// Where it was found and its pixels, or why they were not read.
    pub plane: Result<(String, Plane), String>,
}

/// The source pictures of a cell's field of view, one a channel; `None` where the dataset names none. Of volumes it is
/// what the cell's crop shows, in the coordinates of the measurements. Blocks while the pictures are read.
pub fn source_planes<'a>(
    dataset: &'a CellDataset,
    channels: &'a [ChannelInfo],
    row: u32,
) -> BoxFuture<'a, Option<Vec<SourcePlane>>> {
    Box::pin(async move {
        let source = dataset.column(SOURCE).map(|_| SOURCE.to_owned());
        let source = match source {
            Some(name) => {
                let batch = dataset.take(&[row], &[name]).await.ok()?;
                text_of(&batch, SOURCE)
            }
            None => None,
        };
        let import = own_import(dataset, source.as_deref());
        let places: Vec<ChannelPlace> = channels
            .iter()
            .map(|channel| ChannelPlace::new(import, &channel.name))
            .collect();
        let column = |part: &str, place: &ChannelPlace| {
            let name = format!("Image_{part}_{}", place.column);
            dataset.column(&name).is_some().then_some(name)
        };
        if !places
            .iter()
            .any(|place| column("FileName", place).is_some())
        {
            return None;
        }
        let of_channels = places.iter().flat_map(|place| {
            ["FileName", "PathName", "Frame", "Series", "Channel"].map(|part| column(part, place))
        });
        let depth = DEPTH_COLUMNS.map(str::to_owned);
        let depth = depth
            .into_iter()
            .filter(|name| dataset.column(name).is_some());
        let mut names: Vec<String> = of_channels.flatten().chain(depth).collect();
        names.sort_unstable();
        names.dedup();
        let batch = dataset.take(&[row], &names).await.ok()?;
        let changes = path_changes(dataset);
        let offset = offset_of(import);
        let shown = DEPTH_COLUMNS.map(|name| text_of(&batch, name)?.parse::<u32>().ok());
        let volumes = import.and_then(|import| import.get("volumes")?.as_str());
        let volumes = volumes.filter(|_| !is_flat(import, source.as_deref()));
        let rule = import.and_then(|import| PlaneRule::deserialize(import.get("plane")?).ok());
        let planes = channels.iter().zip(&places).map(|(channel, place)| {
            let text = |part: &str| text_of(&batch, &column(part, place)?);
            let Some(file) = text("FileName") else {
                return SourcePlane {
                    file: "not recorded".to_owned(),
                    plane: Err("the dataset holds no file name for this channel".to_owned()),
                };
            };
            let folder = text("PathName").unwrap_or_default();
            let [series, frame, recorded] = ["Series", "Frame", "Channel"].map(text);
            let at = PagePlace::of_texts(series.as_deref(), frame.as_deref());
            let at = match place.channel {
                Some(channel) => PagePlace {
                    channel: Some(channel),
                    ..at
                },
                None => at.with_channel(recorded.as_deref()),
            };
            let plane = find_moved(&changes, Some(&folder), &file).and_then(|location| {
                let fetched = FetchedPictures::default();
                let open = location.open(&fetched);
                let open = open.map_err(|error: ImageError| error.to_string())?;
                let plane = match pages_in(&open, at, volumes)? {
                    FoundPages::One(found) => read_page(&open, found.page, channel.scale)?,
                    FoundPages::Volume(volume) => {
                        let [Some(first), Some(end)] = shown else {
                            return Err("the cell has no crop that says which plane".to_owned());
                        };
                        let rule = rule.unwrap_or_default();
                        read_planes(&open, &volume, first..end, rule, channel.scale)?
                    }
                };
                let plane = plane
                    .counted_from(offset)
                    .ok_or_else(|| format!("{location}: the offset of its import lies outside"))?;
                Ok((location.to_string(), plane))
            });
            SourcePlane { file, plane }
        });
        Some(planes.collect())
    })
}

/// The rows of a field by what their crops show of volumes; all together where they show flat pictures.
///
/// # Errors
/// [`DatasetError`](cytolance_dataset::DatasetError) when the dataset cannot be read.
pub(super) async fn rows_by_planes(
    dataset: &CellDataset,
    rows: &[u32],
) -> Result<Vec<Vec<u32>>, DatasetError> {
    let names = DEPTH_COLUMNS.map(str::to_owned);
    if names.iter().any(|name| dataset.column(name).is_none()) {
        return Ok(vec![rows.to_vec()]);
    }
    let batch = dataset.take(rows, &names).await?;
    let numbers: Vec<Vec<f64>> = batch.columns().iter().filter_map(numbers_of).collect();
    let mut groups: BTreeMap<Vec<u64>, Vec<u32>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let planes = numbers.iter().map(|values| values[at].to_bits()).collect();
        groups.entry(planes).or_default().push(*row);
    }
    Ok(groups.into_values().collect())
}

/// The first value of a column as text.
fn text_of(batch: &RecordBatch, name: &str) -> Option<String> {
    let array = batch.column_by_name(name)?;
    if array.is_empty() || array.is_null(0) {
        return None;
    }
    array_value_to_string(array, 0).ok()
}

/// The columns that name a channel's files, and which channel of these it is.
struct ChannelPlace {
    column: String,
    channel: Option<u32>,
}

impl ChannelPlace {
    fn new(import: Option<&serde_json::Value>, channel: &str) -> Self {
        let entry = import.and_then(|import| import.get("columns")?.get(channel));
        let column = entry.and_then(|entry| entry.get("column")?.as_str());
        let place = entry.and_then(|entry| entry.get("channel")?.as_u64());
        Self {
            column: column_name(column.unwrap_or(channel)).into_owned(),
            channel: place.and_then(|place| u32::try_from(place).ok()),
        }
    }
}

/// Whether the rows of a source are of flat pictures in an import of volumes.
fn is_flat(import: Option<&serde_json::Value>, source: Option<&str>) -> bool {
    let flat = import.and_then(|import| import.get("flat")?.as_array());
    let mut flat = flat
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str);
    let is_of = |part: &str| {
        let rest = source.and_then(|source| source.strip_prefix(part));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
    };
    flat.any(is_of)
}

/// How much further objects lie in the pictures of an import than they were measured.
fn offset_of(import: Option<&serde_json::Value>) -> [i64; 2] {
    let said = import.and_then(|import| import.get("offset"));
    said.and_then(|offset| <[i64; 2]>::deserialize(offset).ok())
        .unwrap_or_default()
}

/// The import that the rows of a source came from.
fn own_import<'a>(dataset: &'a CellDataset, source: Option<&str>) -> Option<&'a serde_json::Value> {
    dataset.metadata().imports.iter().find(|import| {
        // Parts of an import, and the tables of one, have its name at the beginning of theirs.
        let own = import.get("source").and_then(serde_json::Value::as_str);
        let is_own = |own: &str| {
            source.is_none_or(|source| {
                let rest = source.strip_prefix(own);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#']))
            })
        };
        own.is_some_and(is_own)
    })
}

/// Recorded and found folders of all imports.
fn path_changes(dataset: &CellDataset) -> Vec<PathChange> {
    let imports = &dataset.metadata().imports;
    imports
        .iter()
        .filter_map(|import| import.get("path_changes")?.as_array())
        .flatten()
        .filter_map(|change| PathChange::deserialize(change).ok())
        .collect()
}
