//! The source pictures of a field of view: where they were recorded, where they are.

use arrow::array::Array as _;
use arrow::util::display::array_value_to_string;
use futures::future::BoxFuture;
use serde::Deserialize as _;

use super::picture_page::page_in;
use super::{FetchedPictures, PathChange, find_moved};
use cytolance_dataset::{CellDataset, ChannelInfo};
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

/// The source pictures of a cell's field of view, one a channel, in the coordinates of the measurements; `None` where the dataset names none. Blocks while the
/// pictures are read.
pub fn source_planes<'a>(
    dataset: &'a CellDataset,
    channels: &'a [ChannelInfo],
    row: u32,
) -> BoxFuture<'a, Option<Vec<SourcePlane>>> {
    Box::pin(async move {
        let column = |part: &str, channel: &str| {
            let name = format!("Image_{part}_{channel}");
            dataset.column(&name).is_some().then_some(name)
        };
        let source = dataset.column(SOURCE).map(|_| SOURCE.to_owned());
        let has_names = channels
            .iter()
            .any(|channel| column("FileName", &channel.name).is_some());
        let names: Vec<String> = channels
            .iter()
            .flat_map(|channel| {
                ["FileName", "PathName", "Frame", "Series"].map(|part| column(part, &channel.name))
            })
            .flatten()
            .chain(source)
            .collect();
        if !has_names {
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
        let source = text(Some(SOURCE.to_owned()));
        let volumes = volume_column(dataset, source.as_deref());
        let offset = offset_of(dataset, source.as_deref());
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
                let [series, frame] =
                    ["Series", "Frame"].map(|part| text(column(part, &channel.name)));
                let place = PagePlace::of_texts(series.as_deref(), frame.as_deref());
                let plane = find_moved(&changes, Some(&folder), &file).and_then(|location| {
                    let fetched = FetchedPictures::default();
                    let failed = |error: ImageError| error.to_string();
                    let open = location.open(&fetched).map_err(failed)?;
                    let found = page_in(&open, place, volumes.as_deref())?;
                    let plane = open.plane(found.page).map_err(failed)?;
                    let plane = plane.counted_from(offset).ok_or_else(|| {
                        format!("{location}: the offset of its import lies outside")
                    })?;
                    Ok((location.to_string(), plane))
                });
                SourcePlane { file, plane }
            })
            .collect();
        Some(planes)
    })
}

/// The column that says that the pictures of a source are volumes, as the import found.
fn volume_column(dataset: &CellDataset, source: Option<&str>) -> Option<String> {
    let column = said_by_import(dataset, source, "volumes")?.as_str()?;
    Some(column.to_owned())
}

/// How much further objects lie in the pictures of a source than they were measured.
fn offset_of(dataset: &CellDataset, source: Option<&str>) -> [i64; 2] {
    let said = said_by_import(dataset, source, "offset");
    said.and_then(|offset| <[i64; 2]>::deserialize(offset).ok())
        .unwrap_or_default()
}

/// What the import of a source said of this, if it is not null.
fn said_by_import<'a>(
    dataset: &'a CellDataset,
    source: Option<&str>,
    what: &str,
) -> Option<&'a serde_json::Value> {
    let imports = &dataset.metadata().imports;
    imports.iter().find_map(|import| {
        // Parts of an import, and the tables of one, have its name at the beginning of theirs.
        let own = import.get("source")?.as_str()?;
        let is_own = source.is_none_or(|source| {
            let rest = source.strip_prefix(own);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#']))
        });
        import.get(what).filter(|said| is_own && !said.is_null())
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
