//! The source pictures of a field of view: where they were recorded, where they are.

use arrow::array::Array as _;
use arrow::util::display::array_value_to_string;
use serde::Deserialize as _;

use super::{FetchedPictures, PathChange, find_moved};
use crate::dataset::{CellDataset, ChannelInfo};
use crate::imaging::Plane;

/// A channel's source picture, opened.
pub struct SourcePlane {
    /// File name as recorded.
    pub file: String,
    /// Where it was found and its pixels, or why they were not read.
    pub plane: Result<(String, Plane), String>,
}

/// The source pictures of a cell's field of view, one a channel; `None` where the dataset names none. Blocks while the
/// pictures are read.
pub async fn source_planes(
    dataset: &CellDataset,
    channels: &[ChannelInfo],
    row: u32,
) -> Option<Vec<SourcePlane>> {
    let column = |part: &str, channel: &str| {
        let name = format!("Image_{part}_{channel}");
        dataset.column(&name).is_some().then_some(name)
    };
    let names: Vec<String> = channels
        .iter()
        .flat_map(|channel| {
            ["FileName", "PathName", "Frame"].map(|part| column(part, &channel.name))
        })
        .flatten()
        .collect();
    if names.is_empty() {
        return None;
    }
    let batch = dataset.take(&[row], &names).await.ok()?;
    let text = |name: Option<String>| {
        let array = batch.column_by_name(&name?)?;
        if array.is_empty() || array.is_null(0) {
            return None;
        }
        array_value_to_string(array, 0).ok()
    };
    let changes = path_changes(dataset);
    let planes = channels
        .iter()
        .map(|channel| {
            let Some(file) = text(column("FileName", &channel.name)) else {
                return SourcePlane {
                    file: "not recorded".to_owned(),
                    plane: Err("the dataset holds no file name for this channel".to_owned()),
                };
            };
            let folder = text(column("PathName", &channel.name)).unwrap_or_default();
            let page = text(column("Frame", &channel.name))
                .and_then(|page| page.parse::<f64>().ok())
                .map_or(0, |page| page as u32);
            let plane = find_moved(&changes, Some(&folder), &file).and_then(|location| {
                let fetched = FetchedPictures::default();
                let plane = location.open(&fetched).and_then(|open| open.plane(page));
                let plane = plane.map_err(|error| error.to_string())?;
                Ok((location.to_string(), plane))
            });
            SourcePlane { file, plane }
        })
        .collect();
    Some(planes)
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
