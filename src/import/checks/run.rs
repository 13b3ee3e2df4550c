//! Checking a whole dataset, field by field.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{Array as _, ArrayRef};
use arrow::util::display::array_value_to_string;
use futures::future::BoxFuture;

use super::columns::CheckColumns;
use super::field::{CheckedCell, Objects, check_outlines, check_pictures};
use super::intensities::Intensities;
use crate::source_planes::rows_by_planes;
use crate::{PictureStores, SourcePictures, Verification, add_verifications};
use cytolance_dataset::{AddedColumn, CellDataset, ColumnOrigin, DatasetError, numbers_of};
use cytolance_imaging::Plane;
use cytolance_profile::{CHECK_COLUMNS, counted};

/// Crops read at a time.
const CROPS: usize = 64;

/// Why the checks were not saved.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The dataset cannot be read or written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// There is no such check.
    #[error("there is no check «{word}»; there are {known}")]
    Unknown {
        /// What was asked for.
        word: String,
        /// The words.
        known: String,
    },
    /// There is nothing to check.
    #[error("{uri} has no outlines and no pictures that can be checked{why}")]
    Nothing {
        /// The dataset.
        uri: String,
        /// Why, in brackets.
        why: String,
    },
    /// Cancelled by the user.
    #[error("the checks were cancelled; nothing was saved")]
    Cancelled,
}

/// What was checked.
#[derive(Debug, Clone)]
pub struct CheckedColumns {
    /// The columns, with what they say.
    pub columns: Vec<AddedColumn>,
    /// Fields of view.
    pub fields: usize,
    /// Those whose source pictures were found.
    pub fields_with_pictures: usize,
    /// What was held against the measurements.
    pub verification: Vec<Verification>,
    /// What could not be told, in words.
    pub notes: Vec<String>,
}

/// Computes all checks and keeps them in the dataset as a new version. `progress` hears fields done and fields in all.
///
/// # Errors
/// [`CheckError`]; the dataset is then as it was.
pub fn save_checks<'a>(
    dataset: &'a CellDataset,
    author: &'a str,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<CellDataset, CheckError>> {
    Box::pin(async move {
        let checked = compute_checks(dataset, &[], progress, cancelled).await?;
        let what = format!("{} segmentation checks", checked.columns.len());
        let origin = ColumnOrigin {
            made_by: "checks",
            parameters: "{}",
            author,
            what: &what,
        };
        let (dataset, _) = dataset.keep_columns(checked.columns, origin).await?;
        Ok(dataset)
    })
}

/// Computes the checks: those of `only`, by their words, or all where it is empty. `progress` hears fields done and fields
/// in all.
///
/// # Errors
/// [`CheckError`].
pub fn compute_checks<'a>(
    dataset: &'a CellDataset,
    only: &'a [String],
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<CheckedColumns, CheckError>> {
    Box::pin(async move {
        let words: Vec<&str> = CHECK_COLUMNS.iter().map(|check| check.word).collect();
        if let Some(word) = only.iter().find(|word| !words.contains(&word.as_str())) {
            return Err(CheckError::Unknown {
                word: word.clone(),
                known: words.join(", "),
            });
        }
        // Pictures that somebody looks at instead may be masks.
        let dataset = &dataset.with_first_picture();
        let objects = objects_of(dataset);
        let channels = dataset.channels().await?;
        let fields = fields_of(dataset).await?;
        let sizes = field_sizes(dataset).await?;
        let areas = areas_of(dataset, &objects).await?;
        let mut columns = CheckColumns::new(dataset.num_rows(), only);
        let stores = PictureStores::default();
        let pictures = SourcePictures::new(dataset, &channels, &stores);
        let mut with_pictures = 0;
        // Who asks for some checks alone asks for no other.
        let intensities = Intensities::of(dataset, &channels).filter(|_| only.is_empty());
        let mut verification = Vec::new();
        let needs_pictures =
            columns.wants("focus") || columns.wants("background") || columns.wants("border");
        for (done, rows) in fields.iter().enumerate() {
            progress(done, fields.len());
            if cancelled.load(Ordering::Relaxed) {
                return Err(CheckError::Cancelled);
            }
            let first = rows.first().copied().unwrap_or(0);
            let mut size = None;
            if needs_pictures {
                for rows in rows_by_planes(dataset, rows).await? {
                    let shown = rows.first().copied().unwrap_or(0);
                    let sources = pictures.planes(shown).await?;
                    let planes: Vec<Option<Plane>> = sources
                        .into_iter()
                        .flatten()
                        .map(|source| source.plane.ok().map(|(_, plane)| plane))
                        .collect();
                    let of_planes = planes.iter().flatten();
                    let mut sized = of_planes.map(|one| [one.width as usize, one.height as usize]);
                    size = size.or(sized.next());
                    check_pictures(&rows, &channels, &planes, &mut columns);
                }
            }
            with_pictures += usize::from(size.is_some());
            let size = size.or_else(|| sizes.as_ref()?.get(first as usize).copied().flatten());
            let mut cells = Vec::with_capacity(rows.len());
            for part in rows.chunks(CROPS) {
                let pictures = dataset.pictures(part).await?;
                cells.extend(part.iter().zip(pictures).map(|(row, picture)| {
                    CheckedCell {
                        row: *row,
                        picture,
                        areas: areas
                            .iter()
                            .map(|(object, values)| {
                                let area = values.get(*row as usize).copied();
                                (object.clone(), area.filter(|area| area.is_finite()))
                            })
                            .collect(),
                    }
                }));
            }
            if let Some(intensities) = &intensities {
                let lines = intensities.hold(dataset, &channels, &cells).await?;
                add_verifications(&mut verification, lines);
            }
            check_outlines(&cells, &objects, size, &channels, &mut columns);
        }
        progress(fields.len(), fields.len());
        let mut notes: Vec<String> = Vec::new();
        for line in &verification {
            notes.push(format!("checked {line}"));
            notes.extend(line.examples.iter().map(|example| format!("  {example}")));
        }
        if !objects.approximate.is_empty() {
            notes.push(format!(
                "outlines of {} are ellipses from measurements, from which nothing can be told",
                objects.approximate.join(", ")
            ));
        }
        if needs_pictures && with_pictures < fields.len() {
            notes.push(format!(
                "source pictures of {} of {} were not found: no focus and background of these",
                fields.len() - with_pictures,
                counted(fields.len(), "field")
            ));
        }
        let (columns, empty) = columns.finish();
        if !empty.is_empty() {
            notes.push(format!("no value at all: {}", empty.join(", ")));
        }
        if columns.is_empty() {
            return Err(CheckError::Nothing {
                uri: dataset.uri().to_owned(),
                why: notes
                    .first()
                    .map(|note| format!(" ({note})"))
                    .unwrap_or_default(),
            });
        }
        Ok(CheckedColumns {
            columns,
            fields: fields.len(),
            fields_with_pictures: with_pictures,
            verification,
            notes,
        })
    })
}

fn objects_of(dataset: &CellDataset) -> Objects {
    let metadata = dataset.metadata();
    let outlined = dataset.outline_objects();
    let named = |part: &str| {
        outlined
            .iter()
            .find(|object| object.to_lowercase().contains(part))
            .cloned()
    };
    let nucleus = named("nucle");
    let primary = metadata
        .primary_object
        .clone()
        .filter(|object| outlined.contains(object));
    let cell = primary
        .or_else(|| named("cell"))
        .or_else(|| outlined.first().cloned());
    Objects {
        // Where nuclei are all there is, they are the cells.
        nucleus: nucleus.filter(|nucleus| Some(nucleus) != cell.as_ref()),
        cell,
        approximate: metadata.approximate_outlines.clone(),
    }
}

/// Rows by field of view, in the order of the fields' first rows.
async fn fields_of(dataset: &CellDataset) -> Result<Vec<Vec<u32>>, DatasetError> {
    let names: Vec<String> = ["Metadata_Source", "Metadata_ImageNumber"]
        .into_iter()
        .filter(|name| dataset.column(name).is_some())
        .chain(dataset.keys().names())
        .map(str::to_owned)
        .collect();
    let read = if names.is_empty() {
        Vec::new()
    } else {
        dataset.read_columns(&names).await?
    };
    let text = |array: &ArrayRef, row: usize| {
        if array.is_null(row) {
            String::new()
        } else {
            array_value_to_string(array, row).unwrap_or_default()
        }
    };
    let mut fields: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut rows: Vec<Vec<u32>> = Vec::new();
    for row in 0..dataset.num_rows() {
        let key = read.iter().map(|array| text(array, row)).collect();
        let place = *fields.entry(key).or_insert_with(|| {
            rows.push(Vec::new());
            rows.len() - 1
        });
        rows[place].push(row as u32);
    }
    Ok(rows)
}

/// The recorded size of the field of every row.
async fn field_sizes(
    dataset: &CellDataset,
) -> Result<Option<Vec<Option<[usize; 2]>>>, DatasetError> {
    let width = dataset
        .columns()
        .iter()
        .find(|column| column.name.starts_with("Image_Width_"))
        .map(|column| column.name.clone());
    let Some(width) = width else { return Ok(None) };
    let height = width.replace("Image_Width_", "Image_Height_");
    if dataset.column(&height).is_none() {
        return Ok(None);
    }
    let read = dataset.read_columns(&[width, height]).await?;
    let numbers: Vec<Vec<f64>> = read.iter().filter_map(numbers_of).collect();
    let [widths, heights] = numbers.as_slice() else {
        return Ok(None);
    };
    let size = |(width, height): (&f64, &f64)| {
        (*width >= 1.0 && *height >= 1.0).then_some([*width as usize, *height as usize])
    };
    Ok(Some(widths.iter().zip(heights).map(size).collect()))
}

/// Measured areas by object.
async fn areas_of(
    dataset: &CellDataset,
    objects: &Objects,
) -> Result<Vec<(String, Vec<f64>)>, DatasetError> {
    let outlined: Vec<String> = dataset
        .outline_objects()
        .into_iter()
        .filter(|object| !objects.approximate.contains(object))
        .filter(|object| {
            dataset
                .column(&format!("{object}_AreaShape_Area"))
                .is_some()
        })
        .collect();
    let names: Vec<String> = outlined
        .iter()
        .map(|object| format!("{object}_AreaShape_Area"))
        .collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let read = dataset.read_columns(&names).await?;
    Ok(outlined
        .into_iter()
        .zip(read)
        .filter_map(|(object, array)| Some((object, numbers_of(&array)?)))
        .collect())
}
