//! The source pictures of a cell: where they were recorded, where they are, what they hold.

use arrow::util::display::array_value_to_string;
use serde::Deserialize;
use tokio::runtime::Handle;

use super::state::{FieldPictures, SourcePicture, full_scale};
use crate::dataset::{CellDataset, ChannelInfo};
use crate::imaging::{Plane, intensity_histogram};
use crate::import::{FetchedPictures, PathChange, find_moved};

/// Bars of a field's histogram over the channel's full range.
pub(super) const FIELD_BINS: usize = 4096;

/// A channel's source picture, opened.
pub(super) struct SourcePlane {
    /// File name as recorded.
    pub file: String,
    /// Where it was found and its pixels, or why they were not read.
    pub plane: Result<(String, Plane), String>,
}

/// Reads the names from the dataset and the pictures from where they are now; `None` where the dataset names none.
pub(super) fn read_field(
    handle: &Handle,
    dataset: &CellDataset,
    channels: &[ChannelInfo],
    row: u32,
) -> Option<FieldPictures> {
    let planes = source_planes(handle, dataset, channels, row)?;
    let channels = channels
        .iter()
        .zip(planes)
        .map(|(channel, source)| {
            let (found, histogram) = match source.plane {
                Ok((location, plane)) => {
                    let top = full_scale(channel);
                    let bins = if top < 256.0 { 256 } else { FIELD_BINS };
                    let histogram = intensity_histogram(&plane.pixels, [0.0, top], bins);
                    (Ok(location), histogram)
                }
                Err(reason) => (Err(reason), Vec::new()),
            };
            SourcePicture {
                file: source.file,
                found,
                histogram,
            }
        })
        .collect();
    Some(FieldPictures { row, channels })
}

/// The source pictures of a cell's field of view, one a channel; `None` where the dataset names none.
pub(super) fn source_planes(
    handle: &Handle,
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
    let batch = handle.block_on(dataset.take(&[row], &names)).ok()?;
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
