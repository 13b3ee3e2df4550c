//! Pictures and outlines of chosen cells as files.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{Array as _, ArrayRef};
use arrow::util::display::array_value_to_string;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::ExportError;
use super::figure_file::save_figure;
use super::file_kind::FileKind;
use super::montage::{MontageCell, MontageSettings, montage, png_of_crop};
use super::ome_tiff::{CropNote, safe_name, write_ome_tiff};
use super::outline_file::{OutlineFeature, label_picture, to_geojson, write_label_tiff};
use super::table_source::TableSource;
use super::target::Target;
use super::whole_file::write_whole;
use super::whole_folder::GrowingFolder;
use crate::dataset::CellDataset;
use crate::imaging::ChannelStyle;
use crate::profile::KeyPart;

/// Cells of a montage at most: more are no figure.
const MOST_TILES: usize = 2000;
/// Crops read at a time.
const CROPS: usize = 64;
/// Number of keys by which files are named and pictures described.
const KEYS: usize = 6;

/// Plate, well, site, image, object and source, by the names that the dataset has for them.
fn keys_of(dataset: &CellDataset) -> [String; KEYS] {
    let [plate, well, site] =
        KeyPart::ALL.map(|part| dataset.keys().get(part).unwrap_or(part.column()));
    [
        plate,
        well,
        site,
        "Metadata_ImageNumber",
        "Metadata_ObjectNumber",
        "Metadata_Source",
    ]
    .map(str::to_owned)
}

/// A value as text; empty where there is none.
fn text_of(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    array_value_to_string(array, row).unwrap_or_default()
}

/// Values of some columns by row, as text; columns that are not there are empty.
async fn texts(
    source: &TableSource,
    rows: &[u32],
    names: &[String],
) -> Result<Vec<Vec<String>>, ExportError> {
    let columns = source.columns();
    let known: Vec<String> = names
        .iter()
        .filter(|name| columns.iter().any(|column| column.name == **name))
        .cloned()
        .collect();
    if rows.is_empty() || known.is_empty() {
        return Ok(vec![vec![String::new(); names.len()]; rows.len()]);
    }
    let batch = source.take(rows, &known).await?;
    Ok((0..rows.len())
        .map(|row| {
            names
                .iter()
                .map(|name| {
                    batch
                        .column_by_name(name)
                        .map_or_else(String::new, |array| text_of(array, row))
                })
                .collect()
        })
        .collect())
}

fn stopped(cancelled: &AtomicBool) -> Result<(), ExportError> {
    if cancelled.load(Ordering::Relaxed) {
        return Err(ExportError::Cancelled);
    }
    Ok(())
}

/// The cells of a montage, with the values of `captions` below them.
///
/// # Errors
/// [`ExportError`]; also for more than two thousand cells.
pub fn montage_cells<'a>(
    source: &'a TableSource,
    rows: &'a [u32],
    captions: &'a [String],
) -> BoxFuture<'a, Result<Vec<MontageCell>, ExportError>> {
    Box::pin(async move {
        if rows.len() > MOST_TILES {
            return Err(ExportError::Write {
                path: PathBuf::new(),
                reason: format!(
                    "{} cells are too many for a montage, {MOST_TILES} are the most: choose fewer, or a random sample",
                    rows.len()
                ),
            });
        }
        let mut cells = Vec::with_capacity(rows.len());
        for chunk in rows.chunks(CROPS) {
            let pictures = source.dataset().pictures(chunk).await?;
            let values = texts(source, chunk, captions).await?;
            cells.extend(
                pictures
                    .into_iter()
                    .zip(values)
                    .map(|(picture, captions)| MontageCell {
                        picture: Arc::new(picture),
                        captions: captions.iter().map(|value| short_number(value)).collect(),
                    }),
            );
        }
        Ok(cells)
    })
}

/// Four digits of a number are enough below a picture.
fn short_number(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if text.contains('.') => crate::plot::charts::tick_text(number),
        _ => text.to_owned(),
    }
}

/// Writes a montage as SVG or PNG, as the name says.
///
/// # Errors
/// [`ExportError`].
pub fn export_montage<'a>(
    source: &'a TableSource,
    rows: &'a [u32],
    captions: &'a [String],
    settings: &'a MontageSettings,
    target: &'a Target,
) -> BoxFuture<'a, Result<usize, ExportError>> {
    Box::pin(async move {
        FileKind::Figure.check(target.path())?;
        target.check()?;
        let cells = montage_cells(source, rows, captions).await?;
        let figure = montage(&cells, settings).map_err(|reason| ExportError::Write {
            path: target.full_path(),
            reason,
        })?;
        save_figure(&figure, target)?;
        Ok(cells.len())
    })
}

/// A kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CropFormat {
    /// All channels, every intensity.
    OmeTiff,
    /// As it is shown.
    Png,
}

/// What a folder of crops has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CropsWritten {
    /// Files.
    pub files: usize,
    /// Cells without a picture.
    pub without: usize,
    /// Other files that were in the folder before, and stay.
    pub stayed: usize,
}

/// Writes each cell's crop as a file of its own, named by plate, well, site, image and object.
///
/// # Errors
/// [`ExportError`]; the folder is then as it was.
pub fn export_crops<'a>(
    source: &'a TableSource,
    rows: &'a [u32],
    format: CropFormat,
    styles: &'a [ChannelStyle],
    target: &'a Target,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<CropsWritten, ExportError>> {
    Box::pin(async move {
        FileKind::Folder.check(target.path())?;
        let folder = GrowingFolder::begin(target)?;
        let dataset = source.dataset();
        let channels = dataset.channels().await?;
        let keys = keys_of(dataset);
        let mut taken: HashSet<String> = HashSet::new();
        let mut written = CropsWritten::default();
        for chunk in rows.chunks(CROPS) {
            stopped(cancelled)?;
            let pictures = dataset.pictures(chunk).await?;
            let values = texts(source, chunk, &keys).await?;
            for ((row, picture), values) in chunk.iter().zip(pictures).zip(values) {
                let Some(crop) = &picture.crop else {
                    written.without += 1;
                    continue;
                };
                let parts: Vec<String> = values[..5].to_vec();
                let mut name = safe_name(&parts);
                if !taken.insert(name.clone()) || parts.iter().all(String::is_empty) {
                    name = format!("{name}_row{row}");
                    taken.insert(name.clone());
                }
                match format {
                    CropFormat::OmeTiff => {
                        let note = CropNote {
                            name: name.clone(),
                            pixel_size_um: dataset.metadata().pixel_size_um,
                            keys: keys
                                .iter()
                                .zip(&values)
                                .filter(|(_, value)| !value.is_empty())
                                .map(|(key, value)| (key.clone(), value.clone()))
                                .collect(),
                        };
                        let file = folder.file(&format!("{name}.ome.tif"));
                        write_ome_tiff(&file, crop, &channels, &note)
                            .map_err(|error| folder.in_place(error))?;
                    }
                    CropFormat::Png => {
                        let file = folder.file(&format!("{name}.png"));
                        png_of_crop(crop, styles)
                            .map_err(|reason| ExportError::Write {
                                path: file.full_path(),
                                reason,
                            })
                            .and_then(|png| write_whole(&file, &png))
                            .map_err(|error| folder.in_place(error))?;
                    }
                }
                written.files += 1;
            }
            progress(written.files + written.without, rows.len());
        }
        written.stayed = folder.finish()?;
        Ok(written)
    })
}

/// Classes and their colours.
pub type ClassColors<'a> = &'a [(String, [u8; 3])];

/// How outlines are written.
#[derive(Debug, Clone)]
pub struct OutlineRequest<'a> {
    /// The object sets; all where empty.
    pub objects: &'a [String],
    /// Columns whose values go along.
    pub properties: &'a [String],
    /// A column of categories that becomes the class, and its colours.
    pub class: Option<(&'a str, ClassColors<'a>)>,
}

/// The outlines of cells, field by field, by the name of the field.
async fn outline_features(
    source: &TableSource,
    rows: &[u32],
    request: &OutlineRequest<'_>,
    progress: &(dyn Fn(usize, usize) + Sync),
    cancelled: &AtomicBool,
) -> Result<BTreeMap<String, Vec<OutlineFeature>>, ExportError> {
    let mut names = keys_of(source.dataset()).to_vec();
    names.extend(request.properties.iter().cloned());
    names.extend(request.class.iter().map(|(column, _)| (*column).to_owned()));
    let mut fields: BTreeMap<String, Vec<OutlineFeature>> = BTreeMap::new();
    let mut done = 0;
    for chunk in rows.chunks(1024) {
        stopped(cancelled)?;
        let cells = source.dataset().outlines(chunk).await?;
        let values = texts(source, chunk, &names).await?;
        for ((row, cell), values) in chunk.iter().zip(cells).zip(values) {
            let field = safe_name(&values[..4]);
            let number = values[4].parse().unwrap_or(row + 1);
            let class = request.class.and_then(|(_, colors)| {
                let value = values.last().filter(|value| !value.is_empty())?;
                let color = colors.iter().find(|(name, _)| name == value);
                Some((value.clone(), color.map_or([128; 3], |(_, color)| *color)))
            });
            for (object, outline) in cell.outlines {
                if !request.objects.is_empty() && !request.objects.contains(&object) {
                    continue;
                }
                let mut properties: Vec<(String, Value)> = names[..KEYS]
                    .iter()
                    .zip(&values)
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(name, value)| (name.clone(), json!(value)))
                    .collect();
                let measured: serde_json::Map<String, Value> = request
                    .properties
                    .iter()
                    .zip(&values[KEYS..])
                    .filter_map(|(name, value)| {
                        Some((name.clone(), json!(value.parse::<f64>().ok()?)))
                    })
                    .collect();
                if !measured.is_empty() {
                    properties.push(("measurements".to_owned(), Value::Object(measured)));
                }
                fields
                    .entry(field.clone())
                    .or_default()
                    .push(OutlineFeature {
                        object,
                        outline,
                        number,
                        properties,
                        class: class.clone(),
                    });
            }
        }
        done += chunk.len();
        progress(done, rows.len());
    }
    Ok(fields)
}

/// What files of outlines have become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutlinesWritten {
    /// Outlines.
    pub outlines: usize,
    /// Files.
    pub files: usize,
    /// Other files that were in the folder before, and stay.
    pub stayed: usize,
}

/// Writes outlines as `GeoJSON`: one file where the name ends in `.geojson` or `.json`, else a file a field in a folder.
///
/// # Errors
/// [`ExportError`].
pub fn export_geojson<'a>(
    source: &'a TableSource,
    rows: &'a [u32],
    request: &'a OutlineRequest<'a>,
    target: &'a Target,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<OutlinesWritten, ExportError>> {
    Box::pin(async move {
        FileKind::Outlines.check(target.path())?;
        target.check()?;
        let fields = outline_features(source, rows, request, progress, cancelled).await?;
        let mut written = OutlinesWritten {
            outlines: fields.values().map(Vec::len).sum(),
            files: 1,
            stayed: 0,
        };
        if !FileKind::Outlines.is_folder(target.path()) {
            let all: Vec<OutlineFeature> = fields.into_values().flatten().collect();
            write_whole(target, to_geojson(&all).as_bytes())?;
            return Ok(written);
        }
        let folder = GrowingFolder::begin(target)?;
        for (field, features) in &fields {
            stopped(cancelled)?;
            let file = folder.file(&format!("{field}.geojson"));
            write_whole(&file, to_geojson(features).as_bytes())
                .map_err(|error| folder.in_place(error))?;
        }
        written.files = fields.len();
        written.stayed = folder.finish()?;
        Ok(written)
    })
}

/// What label pictures have become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LabelsWritten {
    /// Files.
    pub files: usize,
    /// Pixels that two objects claim.
    pub overwritten: usize,
    /// Other files that were in the folder before, and stay.
    pub stayed: usize,
}

/// Writes a label picture of every field and object set into a folder; pictures are just large enough for the outlines.
///
/// # Errors
/// [`ExportError`].
pub fn export_label_pictures<'a>(
    source: &'a TableSource,
    rows: &'a [u32],
    request: &'a OutlineRequest<'a>,
    target: &'a Target,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<LabelsWritten, ExportError>> {
    Box::pin(async move {
        FileKind::Folder.check(target.path())?;
        let folder = GrowingFolder::begin(target)?;
        let fields = outline_features(source, rows, request, progress, cancelled).await?;
        let mut written = LabelsWritten::default();
        for (field, features) in &fields {
            stopped(cancelled)?;
            let mut objects: Vec<&str> = features.iter().map(|one| one.object.as_str()).collect();
            objects.sort_unstable();
            objects.dedup();
            for object in objects {
                let own: Vec<&OutlineFeature> =
                    features.iter().filter(|one| one.object == object).collect();
                let file = folder.file(&format!("{field}_{object}.tif"));
                let picture = label_picture(&own, None).ok_or_else(|| {
                    folder.in_place(ExportError::Write {
                        path: file.full_path(),
                        reason: "its outlines are too far apart for a picture".to_owned(),
                    })
                })?;
                written.overwritten += picture.overwritten;
                write_label_tiff(&file, &picture).map_err(|error| folder.in_place(error))?;
                written.files += 1;
            }
        }
        written.stayed = folder.finish()?;
        Ok(written)
    })
}
