//! Stored crops held against measured intensities, field by field.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array as _, RecordBatch};
use arrow::util::display::array_value_to_string;

use super::field::CheckedCell;
use crate::Verification;
use crate::pixels::{
    CropView, HeldChannel, HeldSet, Measured, MeasuredImage, Numbers, PixelView, Sample, hold,
    measured_images,
};
use cytolance_dataset::{BBOX_COLUMNS, CellDataset, ChannelInfo, DatasetError, numbers_of};
use cytolance_imaging::{PixelBox, PixelScale};

/// What a dataset has of measured intensities.
pub(super) struct Intensities {
    objects: Vec<String>,
    /// By object and channel; columns are places among the names.
    images: Vec<Vec<Vec<MeasuredImage>>>,
    /// Columns that are read.
    names: Vec<String>,
}

impl Intensities {
    /// Looks through the columns; `None` where no crop can be held against any.
    pub fn of(dataset: &CellDataset, channels: &[ChannelInfo]) -> Option<Self> {
        if BBOX_COLUMNS
            .iter()
            .any(|name| dataset.column(name).is_none())
        {
            return None;
        }
        let columns = dataset.columns();
        let metadata = dataset.metadata();
        let files = columns.iter();
        let mut loaded: Vec<&str> = files
            .filter_map(|column| column.name.strip_prefix("Image_FileName_"))
            .collect();
        let is_corrected = |import: &serde_json::Value| {
            let folders = import
                .get("illumination")
                .and_then(|folders| folders.as_array());
            folders.is_some_and(|folders| !folders.is_empty())
        };
        if metadata.imports.iter().any(is_corrected) {
            // Crops have other values than the pictures that were loaded.
            loaded.clear();
        }
        let channel_names: Vec<&str> = channels.iter().map(|one| one.name.as_str()).collect();
        let images: Vec<Vec<Vec<MeasuredImage>>> = metadata
            .objects
            .iter()
            .map(|object| {
                let prefix = format!("{object}_");
                let own = columns.iter().enumerate().filter_map(|(at, column)| {
                    Some((at, column.name.strip_prefix(prefix.as_str())?))
                });
                let mut images = measured_images(own, &channel_names, &loaded);
                for images in &mut images {
                    images.retain(|image| {
                        let [x, y, _] = image.columns.place;
                        image.columns.max.is_some() && x.is_some() && y.is_some()
                    });
                }
                images
            })
            .collect();
        let measured = images.iter().flatten().flatten();
        let measured = measured.flat_map(|image| image.columns.all());
        let mut names: Vec<String> = measured.map(|at| columns[at].name.clone()).collect();
        if names.is_empty() {
            return None;
        }
        let of_images = channel_names.iter().flat_map(|channel| {
            ["Scaling", "FileName"].map(|what| format!("Image_{what}_{channel}"))
        });
        names.extend(of_images.filter(|name| dataset.column(name).is_some()));
        names.extend(BBOX_COLUMNS.map(str::to_owned));
        names.sort();
        names.dedup();
        Some(Self {
            objects: metadata.objects.clone(),
            images,
            names,
        })
    }

    /// Holds the crops of a field's cells against them.
    ///
    /// # Errors
    /// [`DatasetError`] when the dataset cannot be read.
    pub async fn hold(
        &self,
        dataset: &CellDataset,
        channels: &[ChannelInfo],
        cells: &[CheckedCell],
    ) -> Result<Vec<Verification>, DatasetError> {
        let rows: Vec<u32> = cells.iter().map(|cell| cell.row).collect();
        let values = dataset.take(&rows, &self.names).await?;
        let floats = |name: &str| numbers_of(values.column_by_name(name)?);
        let Some(boxes) = BBOX_COLUMNS
            .iter()
            .map(|name| floats(name))
            .collect::<Option<Vec<_>>>()
        else {
            return Ok(Vec::new());
        };
        let views: Vec<CropView> = channels
            .iter()
            .enumerate()
            .map(|(at, channel)| crops_of(cells, at, channel, &boxes))
            .collect();
        let columns = dataset.columns();
        let held: Vec<HeldChannel<'_>> = channels
            .iter()
            .zip(&views)
            .enumerate()
            .map(|(at, (channel, view))| {
                let mut sets = Vec::new();
                for (object, images) in self.objects.iter().zip(&self.images) {
                    for image in &images[at] {
                        let column = |at: Option<usize>| floats(&columns[at?].name);
                        let samples = samples_of(image, column, view);
                        if !samples.is_empty() {
                            sets.push(HeldSet {
                                object: object.clone(),
                                is_loaded: image.is_loaded,
                                made: None,
                                measured: Measured::Places(samples),
                            });
                        }
                    }
                }
                let with_crop = view.crops.len();
                let nothing = sets.is_empty() && with_crop > 0;
                let reason = "no intensity of it was measured with its place";
                HeldChannel {
                    name: &channel.name,
                    file: file_of(&values, &channel.name),
                    numbers: Numbers {
                        scaling: floats(&format!("Image_Scaling_{}", channel.name))
                            .and_then(|scalings| scalings.first().copied())
                            .filter(|scaling| *scaling > 0.0),
                        lossy: false,
                    },
                    views: vec![view as &dyn PixelView],
                    untold: nothing.then(|| (with_crop, reason.to_owned())),
                    sets,
                }
            })
            .collect();
        Ok(hold(&held, false).lines)
    }
}

/// A channel's crops, by place among the cells.
fn crops_of(
    cells: &[CheckedCell],
    channel: usize,
    info: &ChannelInfo,
    boxes: &[Vec<f64>],
) -> CropView {
    let crop = |(at, cell): (usize, &CheckedCell)| {
        let crop = cell.picture.crop.as_ref()?;
        let mut sides = [0; 4];
        for (side, values) in sides.iter_mut().zip(boxes) {
            let value = values.get(at).copied().filter(|value| value.is_finite())?;
            *side = value as i64;
        }
        let [x_min, y_min, x_max, y_max] = sides;
        let area = PixelBox {
            x_min,
            y_min,
            x_max,
            y_max,
        };
        let plane = Arc::clone(crop.planes.get(channel)?);
        area.has_size(crop.width, crop.height)
            .then_some((at, (area, plane)))
    };
    let crops: HashMap<usize, (PixelBox, Arc<[u16]>)> =
        cells.iter().enumerate().filter_map(crop).collect();
    let scale = info
        .scale
        .map_or(PixelScale::STORED, |[offset, step]| PixelScale {
            offset,
            step,
        });
    CropView { crops, scale }
}

/// What was measured of the cells that have a crop.
fn samples_of(
    image: &MeasuredImage,
    column: impl Fn(Option<usize>) -> Option<Vec<f64>>,
    view: &CropView,
) -> Vec<Sample> {
    let [x, y, z] = image.columns.place;
    let (Some(max), Some(xs), Some(ys)) = (column(image.columns.max), column(x), column(y)) else {
        return Vec::new();
    };
    let depths = column(z).unwrap_or_default();
    if depths.iter().any(|depth| *depth > 0.0) {
        return Vec::new();
    }
    let sample = |row: usize| {
        let finite = |values: &[f64]| values.get(row).copied().filter(|value| value.is_finite());
        Sample::new(row, [finite(&xs)?, finite(&ys)?], finite(&max)?)
    };
    let rows = (0..max.len()).filter(|row| view.crops.contains_key(row));
    rows.filter_map(sample).collect()
}

/// The recorded name of a channel's picture in the first of some rows.
fn file_of(values: &RecordBatch, channel: &str) -> String {
    let recorded = values
        .column_by_name(&format!("Image_FileName_{channel}"))
        .filter(|names| !names.is_empty() && names.is_valid(0))
        .and_then(|names| array_value_to_string(names, 0).ok());
    recorded.unwrap_or_else(|| "the crops".to_owned())
}
