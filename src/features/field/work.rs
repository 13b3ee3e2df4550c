//! Counting and reading fields of view.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::command::{FieldEvent, FieldJob};
use super::state::{FieldOfView, LookRequest, Strip, StripField, StripRequest};
use cytolance_dataset::{CellDataset, ChannelInfo, DEPTH_COLUMNS, column_name, numbers_of};
use cytolance_explore::{Explorer, FieldIndex, field_columns};
use cytolance_imaging::{ChannelStyle, Compositor, Plane};
use cytolance_import::source_planes;
use cytolance_profile::KeyPart;

/// Longest side of the image on the screen; a larger field is shown by every second, third... pixel.
const MOST_PIXELS: usize = 4096;
/// Columns that tell how sharp a field is, the best first; the channel's name follows.
const FOCUS: [&str; 4] = [
    "QC_FieldFocus_",
    "Image_ImageQuality_PowerLogLogSlope_",
    "Image_ImageQuality_LaplacianVariance_",
    "Image_ImageQuality_FocusScore_",
];
/// Columns that tell how it was lit.
const LIGHT: [&str; 4] = [
    "QC_FieldBackground_",
    "Image_ImageQuality_MedianIntensity_",
    "Image_ImageQuality_MeanIntensity_",
    "Image_Intensity_MeanIntensity_",
];

/// Names a field where nothing says its place on a plate.
const IMAGE: &str = "Metadata_ImageNumber";

/// Does a job.
pub(crate) fn run(job: FieldJob, handle: &Handle, send: &dyn Fn(FieldEvent)) {
    match job {
        FieldJob::Strip {
            explorer,
            channel,
            work,
        } => send(FieldEvent::StripCounted {
            generation: work.generation,
            outcome: count(handle, &explorer, channel.as_deref(), &work.request),
        }),
        FieldJob::Look {
            dataset,
            channels,
            styles,
            index,
            work,
        } => send(FieldEvent::Looked {
            generation: work.generation,
            outcome: look(handle, &dataset, &channels, &styles, &index, &work.request),
        }),
    }
}

/// The first column that begins so; of the given channel, where there is one.
fn column_of(dataset: &CellDataset, prefixes: &[&str], channel: Option<&str>) -> Option<String> {
    prefixes.iter().find_map(|prefix| {
        let mut found = dataset
            .columns()
            .iter()
            .filter(|column| column.kind.is_number() && column.name.starts_with(prefix));
        let wanted = channel.map(|channel| column_name(&format!("{prefix}{channel}")).into_owned());
        let first = found.clone().next();
        found
            .find(|column| Some(&column.name) == wanted.as_ref())
            .or(first)
            .map(|column| column.name.clone())
    })
}

fn count(
    handle: &Handle,
    explorer: &Explorer,
    channel: Option<&str>,
    request: &StripRequest,
) -> Result<Strip, String> {
    let dataset = explorer.dataset();
    let read = |names: &[String]| {
        handle
            .block_on(explorer.columns(names))
            .map_err(|error| error.to_string())
    };
    let index = if let Some(index) = &request.known {
        Arc::clone(index)
    } else {
        let names = field_columns(dataset);
        if names.is_empty() {
            return Err(
                    "The dataset has neither Metadata_ImageNumber nor a column of sites, such as Metadata_Site, so fields of view cannot be told apart.".to_owned(),
                );
        }
        Arc::new(FieldIndex::new(&read(&names)?, dataset.num_rows()))
    };
    let focus = column_of(dataset, &FOCUS, channel);
    let light = column_of(dataset, &LIGHT, channel);
    let means = |name: &Option<String>| -> Result<Vec<Option<f64>>, String> {
        match name {
            Some(name) => Ok(read(std::slice::from_ref(name))?
                .first()
                .map_or_else(Vec::new, |column| index.means(column))),
            None => Ok(Vec::new()),
        }
    };
    let (focused, lit) = (means(&focus)?, means(&light)?);
    let place = dataset.keys();
    let names: Vec<String> = place
        .names()
        .chain(Some(IMAGE).filter(|name| dataset.column(name).is_some()))
        .map(str::to_owned)
        .collect();
    let keys = read(&names)?;
    let several_plates = keys
        .iter()
        .any(|column| Some(&column.name) == place.plate.as_ref() && distinct(column) > 1);
    let shown = index.counts_of(&request.shown);
    let fields = index
        .first_rows
        .iter()
        .enumerate()
        .map(|(field, row)| {
            let value = |name: Option<&str>| {
                let column = keys
                    .iter()
                    .find(|column| Some(column.name.as_str()) == name)?;
                column.text(*row)
            };
            let mut parts = Vec::new();
            parts.extend(value(place.get(KeyPart::Plate)).filter(|_| several_plates));
            parts.extend(value(place.get(KeyPart::Well)));
            parts.extend(value(place.get(KeyPart::Site)).map(|site| format!("site {site}")));
            if parts.is_empty() {
                parts.extend(value(Some(IMAGE)).map(|image| format!("image {image}")));
            }
            StripField {
                name: parts.join(" "),
                first_row: *row,
                count: index.counts[field],
                shown: shown[field],
                focus: focused.get(field).copied().flatten(),
                light: lit.get(field).copied().flatten(),
            }
        })
        .collect();
    Ok(Strip {
        index,
        fields,
        focus,
        light,
    })
}

fn distinct(column: &cytolance_explore::Column) -> usize {
    match &column.values {
        cytolance_explore::Values::Categories { names, .. } => names.len(),
        _ => 1,
    }
}

fn look(
    handle: &Handle,
    dataset: &CellDataset,
    channels: &[ChannelInfo],
    styles: &[ChannelStyle],
    index: &FieldIndex,
    request: &LookRequest,
) -> Result<FieldOfView, String> {
    let known = request
        .known
        .as_ref()
        .filter(|known| known.field == request.field && known.cell == request.cell);
    let (rows, outlines, planes, missing) = if let Some(known) = known {
        (
            known.rows.clone(),
            known.outlines.clone(),
            known.planes.clone(),
            known.missing.clone(),
        )
    } else {
        let mut rows = index.rows(request.field);
        if let Some(cell) = request.cell {
            keep_planes(handle, dataset, &mut rows, cell)?;
        }
        let outlines = handle
            .block_on(dataset.outlines(&rows))
            .map_err(|error| error.to_string())?;
        let first = request.cell.or(rows.first().copied()).unwrap_or(0);
        let mut missing = Vec::new();
        let planes: Vec<Option<Arc<Plane>>> =
            match handle.block_on(source_planes(dataset, channels, first)) {
                Err(error) => {
                    missing.push(error.to_string());
                    Vec::new()
                }
                Ok(None) => {
                    missing.push("the dataset names no source pictures".to_owned());
                    Vec::new()
                }
                Ok(Some(sources)) => sources
                    .into_iter()
                    .map(|source| match source.plane {
                        Ok((_, plane)) => Some(Arc::new(plane)),
                        Err(reason) => {
                            missing.push(format!("{}: {reason}", source.file));
                            None
                        }
                    })
                    .collect(),
            };
        (rows, outlines, planes, missing)
    };
    let size = planes
        .iter()
        .flatten()
        .map(|plane| [plane.width as usize, plane.height as usize])
        .next();
    let (image, reduction) = match size {
        Some(size) => compose(&planes, styles, size),
        None => (None, 1),
    };
    Ok(FieldOfView {
        field: request.field,
        cell: request.cell,
        rows,
        outlines,
        size,
        planes,
        missing,
        image: image.map(Arc::new),
        reduction,
        style_generation: request.style_generation,
    })
}

/// Keeps the cells whose crops show some of the planes of a volume that the one of `cell` shows: the others are not in what
/// is looked at. Where that shows none, all stay.
fn keep_planes(
    handle: &Handle,
    dataset: &CellDataset,
    rows: &mut Vec<u32>,
    cell: u32,
) -> Result<(), String> {
    let names = DEPTH_COLUMNS.map(str::to_owned);
    let batch = handle
        .block_on(dataset.take(rows, &names))
        .map_err(|error| error.to_string())?;
    let sides: Option<Vec<Vec<f64>>> = batch.columns().iter().map(numbers_of).collect();
    let Some([first, end]) = sides.as_deref() else {
        return Ok(());
    };
    let own = rows.iter().position(|row| *row == cell);
    let own = own.map(|at| (first[at], end[at]));
    let Some((low, high)) = own.filter(|(low, _)| low.is_finite()) else {
        return Ok(());
    };
    let mut planes = first.iter().zip(end);
    rows.retain(|_| {
        planes
            .next()
            .is_some_and(|(first, end)| *first < high && *end > low)
    });
    Ok(())
}

/// The channels put together; a channel that is missing or of another size is left out.
fn compose(
    planes: &[Option<Arc<Plane>>],
    styles: &[ChannelStyle],
    [width, height]: [usize; 2],
) -> (Option<egui::ColorImage>, usize) {
    let reduction = width.max(height).div_ceil(MOST_PIXELS).max(1);
    let small = [width.div_ceil(reduction), height.div_ceil(reduction)];
    let fits = |plane: &Plane| plane.width as usize == width && plane.height as usize == height;
    let (reduced, styles): (Vec<Vec<u16>>, Vec<ChannelStyle>) = planes
        .iter()
        .zip(styles)
        .filter_map(|(plane, style)| Some((plane.as_ref()?, style)))
        .filter(|(plane, _)| fits(plane))
        .map(|(plane, style)| {
            let pixels = if reduction == 1 {
                plane.pixels.clone()
            } else {
                plane
                    .pixels
                    .chunks(width)
                    .step_by(reduction)
                    .flat_map(|line| line.iter().step_by(reduction).copied())
                    .collect()
            };
            (pixels, *style)
        })
        .unzip();
    if reduced.is_empty() {
        return (None, reduction);
    }
    let slices: Vec<&[u16]> = reduced.iter().map(Vec::as_slice).collect();
    let mut pixels = Vec::new();
    Compositor::new(&styles).composite(&slices, &mut pixels);
    if pixels.len() != small[0] * small[1] {
        return (None, reduction);
    }
    let pixels = pixels
        .into_iter()
        .map(|[r, g, b, _]| egui::Color32::from_rgb(r, g, b))
        .collect();
    (Some(egui::ColorImage::new(small, pixels)), reduction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_imaging::{GreySource, PixelScale};

    #[test]
    fn large_fields_are_reduced_and_odd_channels_left_out() {
        let plane = |width: u32, height: u32| {
            Some(Arc::new(Plane {
                width,
                height,
                bit_depth: 16,
                pixels: vec![100; (width * height) as usize],
                scale: PixelScale::default(),
                clipped: 0,
                source: GreySource::default(),
            }))
        };
        let style = ChannelStyle {
            visible: true,
            color: [255, 0, 0],
            min: 0.0,
            max: 100.0,
            gamma: 1.0,
        };
        let (image, reduction) = compose(&[plane(5, 3), plane(2, 2), None], &[style; 3], [5, 3]);
        let image = image.expect("an image");
        assert_eq!((image.size, reduction), ([5, 3], 1));
        assert_eq!(image.pixels[0], egui::Color32::from_rgb(255, 0, 0));
        let (image, reduction) = compose(&[plane(5001, 3)], &[style], [5001, 3]);
        assert_eq!((image.expect("an image").size, reduction), ([2501, 2], 2));
        assert!(compose(&[None], &[style], [5, 3]).0.is_none());
    }
}
