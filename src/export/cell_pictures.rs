//! Pictures of chosen cells as files.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::ExportError;
use super::cell_text::{keys_of, stopped, texts};
use super::figure_file::save_figure;
use super::montage::{MontageCell, MontageSettings, montage, png_of_crop};
use super::ome_tiff::{CropNote, safe_name, write_ome_tiff};
use super::table_source::TableSource;
use super::target::Target;
use super::whole_file::write_whole;
use super::whole_folder::GrowingFolder;
use cytolance_imaging::ChannelStyle;
use futures::future::BoxFuture;

/// Cells of a montage at most: more are no figure.
const MOST_TILES: usize = 2000;
/// Crops read at a time.
const CROPS: usize = 64;

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
            return Err(ExportError::Refused(format!(
                "{} cells are too many for a montage, {MOST_TILES} are the most: choose fewer, or a random sample",
                rows.len()
            )));
        }
        let captions = source.known(captions)?;
        let mut cells = Vec::with_capacity(rows.len());
        for chunk in rows.chunks(CROPS) {
            let pictures = source.dataset().pictures(chunk).await?;
            let values = texts(source, chunk, &captions).await?;
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
        Ok(number) if text.contains('.') => cytolance_plot::charts::tick_text(number),
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
    (format, styles): (CropFormat, &'a [ChannelStyle]),
    target: &'a Target,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<CropsWritten, ExportError>> {
    Box::pin(async move {
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
