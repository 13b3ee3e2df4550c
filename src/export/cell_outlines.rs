//! Outlines of chosen cells as files, field by field: as many cells as there are take the memory of a few.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::ExportError;
use super::cell_text::{KEYS, keys_of, stopped, texts};
use super::ome_tiff::safe_name;
use super::outline_file::{GeojsonFile, OutlineFeature, label_picture, write_label_tiff};
use super::table_source::TableSource;
use super::target::Target;
use super::whole_folder::GrowingFolder;

/// Cells whose outlines are read at a time.
const CELLS: usize = 1024;
/// Cells whose fields are looked up at a time.
const ROWS: usize = 65_536;
/// Keys that say the field of view: plate, well, site, image.
const FIELD_KEYS: usize = 4;

/// Classes and their colours.
pub type ClassColors<'a> = &'a [(String, [u8; 3])];

/// How outlines are written.
#[derive(Debug, Clone)]
pub struct OutlineRequest<'a> {
    /// The object sets; all where none are said.
    pub objects: Option<&'a [String]>,
    /// Columns whose values go along.
    pub properties: &'a [String],
    /// A column of categories that becomes the class, and its colours.
    pub class: Option<(&'a str, ClassColors<'a>)>,
}

/// The cells of a field of view.
struct Field {
    /// Its name, of which files are named.
    name: String,
    /// The cells, in the order of the export.
    rows: Vec<u32>,
}

/// The fields of view in which cells lie, by their names.
async fn fields_of(
    source: &TableSource,
    rows: &[u32],
    cancelled: &AtomicBool,
) -> Result<Vec<Field>, ExportError> {
    let keys = keys_of(source.dataset());
    let mut fields: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for chunk in rows.chunks(ROWS) {
        stopped(cancelled)?;
        let values = texts(source, chunk, &keys[..FIELD_KEYS]).await?;
        for (row, values) in chunk.iter().zip(values) {
            let name = safe_name(&values);
            match fields.get_mut(&name) {
                Some(rows) => rows.push(*row),
                None => {
                    fields.insert(name, vec![*row]);
                }
            }
        }
    }
    Ok(fields
        .into_iter()
        .map(|(name, rows)| Field { name, rows })
        .collect())
}

/// Who takes the outlines, in the order of the fields.
trait Sink: Send {
    /// An outline of the field of this name.
    fn take(&mut self, field: &str, feature: OutlineFeature) -> Result<(), ExportError>;
}

/// Hands the outlines of cells to a sink, field by field.
async fn each_outline(
    source: &TableSource,
    rows: &[u32],
    request: &OutlineRequest<'_>,
    sink: &mut dyn Sink,
    progress: &(dyn Fn(usize, usize) + Sync),
    cancelled: &AtomicBool,
) -> Result<(), ExportError> {
    let properties = source.known(request.properties)?;
    let class = match request.class {
        Some((column, colors)) => Some((source.known(&[column.to_owned()])?, colors)),
        None => None,
    };
    let mut names = keys_of(source.dataset()).to_vec();
    names.extend(properties.iter().cloned());
    names.extend(class.iter().flat_map(|(column, _)| column.iter().cloned()));
    let fields = fields_of(source, rows, cancelled).await?;
    // Small fields are read together.
    let cells: Vec<(u32, &str)> = fields
        .iter()
        .flat_map(|field| field.rows.iter().map(|row| (*row, field.name.as_str())))
        .collect();
    let mut done = 0;
    progress(0, cells.len());
    for chunk in cells.chunks(CELLS) {
        stopped(cancelled)?;
        let rows: Vec<u32> = chunk.iter().map(|(row, _)| *row).collect();
        let pictures = source.dataset().outlines(&rows).await?;
        let values = texts(source, &rows, &names).await?;
        for (((row, field), cell), values) in chunk.iter().zip(pictures).zip(values) {
            let number = values[FIELD_KEYS].parse().unwrap_or(row + 1);
            let class = class.as_ref().and_then(|(_, colors)| {
                let value = values.last().filter(|value| !value.is_empty())?;
                let color = colors.iter().find(|(name, _)| name == value);
                Some((value.clone(), color.map_or([128; 3], |(_, color)| *color)))
            });
            let known = properties_of(&names[..KEYS], &values, &properties);
            for (object, outline) in cell.outlines {
                let is_wanted = request
                    .objects
                    .is_none_or(|wanted| wanted.contains(&object));
                if is_wanted {
                    let feature = OutlineFeature {
                        object,
                        outline,
                        number,
                        properties: known.clone(),
                        class: class.clone(),
                    };
                    sink.take(field, feature)?;
                }
            }
        }
        done += chunk.len();
        progress(done, cells.len());
    }
    Ok(())
}

/// The keys of a cell, and its measurements as numbers.
fn properties_of(keys: &[String], values: &[String], measured: &[String]) -> Vec<(String, Value)> {
    let mut properties: Vec<(String, Value)> = keys
        .iter()
        .zip(values)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let measured: serde_json::Map<String, Value> = measured
        .iter()
        .zip(&values[KEYS..])
        .filter_map(|(name, value)| Some((name.clone(), json!(value.parse::<f64>().ok()?))))
        .collect();
    if !measured.is_empty() {
        properties.push(("measurements".to_owned(), Value::Object(measured)));
    }
    properties
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

/// One file of all outlines.
struct InFile(GeojsonFile);

impl Sink for InFile {
    fn take(&mut self, _field: &str, feature: OutlineFeature) -> Result<(), ExportError> {
        self.0.push(&feature)
    }
}

/// A file a field in a folder.
struct InFolder {
    folder: GrowingFolder,
    /// The field whose outlines are being written, and its file.
    open: Option<(String, GeojsonFile)>,
    written: OutlinesWritten,
}

impl InFolder {
    /// Ends the file of the last field.
    fn close(&mut self) -> Result<(), ExportError> {
        if let Some((_, file)) = self.open.take() {
            self.written.outlines += file.finish().map_err(|error| self.folder.in_place(error))?;
            self.written.files += 1;
        }
        Ok(())
    }
}

impl Sink for InFolder {
    fn take(&mut self, field: &str, feature: OutlineFeature) -> Result<(), ExportError> {
        if self.open.as_ref().is_none_or(|(open, _)| open != field) {
            self.close()?;
            let target = self.folder.file(&format!("{field}.geojson"));
            let file = GeojsonFile::begin(&target).map_err(|error| self.folder.in_place(error))?;
            self.open = Some((field.to_owned(), file));
        }
        match &mut self.open {
            Some((_, file)) => file
                .push(&feature)
                .map_err(|error| self.folder.in_place(error)),
            None => Ok(()),
        }
    }
}

/// Writes outlines as `GeoJSON`: into one file, or a file a field `in_folder`.
///
/// # Errors
/// [`ExportError`]; the target is then as it was.
pub fn export_geojson<'a>(
    source: &'a TableSource,
    rows: &'a [u32],
    request: &'a OutlineRequest<'a>,
    (target, in_folder): (&'a Target, bool),
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<OutlinesWritten, ExportError>> {
    Box::pin(async move {
        if !in_folder {
            let mut file = InFile(GeojsonFile::begin(target)?);
            each_outline(source, rows, request, &mut file, progress, cancelled).await?;
            return Ok(OutlinesWritten {
                outlines: file.0.finish()?,
                files: 1,
                stayed: 0,
            });
        }
        let mut files = InFolder {
            folder: GrowingFolder::begin(target)?,
            open: None,
            written: OutlinesWritten::default(),
        };
        each_outline(source, rows, request, &mut files, progress, cancelled).await?;
        files.close()?;
        let stayed = files.folder.finish()?;
        Ok(OutlinesWritten {
            stayed,
            ..files.written
        })
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

/// The outlines of a field until all of it are there; then a picture of each object set.
struct AsPictures {
    folder: GrowingFolder,
    field: String,
    features: Vec<OutlineFeature>,
    written: LabelsWritten,
}

impl AsPictures {
    /// Draws the pictures of the last field.
    fn draw(&mut self) -> Result<(), ExportError> {
        let mut objects: BTreeMap<&str, Vec<&OutlineFeature>> = BTreeMap::new();
        for feature in &self.features {
            objects.entry(&feature.object).or_default().push(feature);
        }
        for (object, own) in objects {
            let file = self.folder.file(&format!("{}_{object}.tif", self.field));
            let picture = label_picture(&own, None).ok_or_else(|| {
                self.folder.in_place(ExportError::Write {
                    path: file.full_path(),
                    reason: "its outlines are too far apart for a picture".to_owned(),
                })
            })?;
            write_label_tiff(&file, &picture).map_err(|error| self.folder.in_place(error))?;
            self.written.overwritten += picture.overwritten;
            self.written.files += 1;
        }
        self.features.clear();
        Ok(())
    }
}

impl Sink for AsPictures {
    fn take(&mut self, field: &str, feature: OutlineFeature) -> Result<(), ExportError> {
        if self.field != field {
            self.draw()?;
            field.clone_into(&mut self.field);
        }
        self.features.push(feature);
        Ok(())
    }
}

/// Writes a label picture of every field and object set into a folder; pictures are just large enough for the outlines.
///
/// # Errors
/// [`ExportError`]; the folder is then as it was.
pub fn export_label_pictures<'a>(
    source: &'a TableSource,
    rows: &'a [u32],
    request: &'a OutlineRequest<'a>,
    target: &'a Target,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<LabelsWritten, ExportError>> {
    Box::pin(async move {
        let mut pictures = AsPictures {
            folder: GrowingFolder::begin(target)?,
            field: String::new(),
            features: Vec::new(),
            written: LabelsWritten::default(),
        };
        each_outline(source, rows, request, &mut pictures, progress, cancelled).await?;
        pictures.draw()?;
        let stayed = pictures.folder.finish()?;
        Ok(LabelsWritten {
            stayed,
            ..pictures.written
        })
    })
}
