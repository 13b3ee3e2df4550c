//! What an import is going to do, decided before anything is written.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{FileReport, ImageReport, ImageRoots, ImportError, ImportReport, Joined, join_objects};
use crate::cellprofiler::{ExportFolder, ImageSets, experiment_values, read_csv};
use crate::dataset::{ChannelInfo, WriteTarget};
use crate::imaging::{default_channel_color, read_plane};

/// Edge of a crop in pixels where an export has neither boxes nor a wish.
pub(super) const DEFAULT_SQUARE: u32 = 128;

/// How a crop is cut out of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CropRule {
    /// The cell's bounding box and this many pixels around it, clipped to the field.
    Margin(u32),
    /// A square of this many pixels around the cell's centre, shifted inside the field.
    Square(u32),
}

/// What the user asked for.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The export: a folder or one of its CSV files.
    pub source: PathBuf,
    /// Path or URL of the dataset.
    pub dataset: String,
    /// What happens to a dataset that is there.
    pub target: WriteTarget,
    /// Folders with the pictures; the export's own folder where empty.
    pub images: Vec<PathBuf>,
    /// Folders with label masks.
    pub masks: Vec<PathBuf>,
    /// The object that one row stands for, where the export does not tell.
    pub primary: Option<String>,
    /// Keep only rows that have every compartment.
    pub complete: bool,
    /// How crops are cut.
    pub crop: CropRule,
}

/// One picture of a field: a file and the page in it, or why there is none.
pub(super) type PlaneSource = Result<(PathBuf, u32), String>;

/// One field of view and the rows of its cells.
#[derive(Debug)]
pub(super) struct FieldPlan {
    pub image_number: i64,
    /// Joined rows of its cells.
    pub rows: Range<usize>,
    /// One a channel; empty where the field is not in the Image table.
    pub planes: Vec<PlaneSource>,
    /// Label mask of each object set, the primary one first.
    pub masks: Vec<Option<PathBuf>>,
}

/// Everything that is known before the first pixel is read.
#[derive(Debug)]
pub struct ImportPlan {
    pub(super) joined: Joined,
    pub(super) sets: Option<ImageSets>,
    pub(super) channels: Vec<ChannelInfo>,
    pub(super) fields: Vec<FieldPlan>,
    /// Whether the object sets (the primary one first) have masks.
    pub(super) has_masks: Vec<bool>,
    pub(super) experiment: BTreeMap<String, String>,
    pub(super) crop: CropRule,
    /// What is known so far; the run adds to it.
    pub report: ImportReport,
}

impl ImportPlan {
    /// Reads the tables, joins them and finds the pictures and masks.
    ///
    /// # Errors
    /// [`ImportError`] when there is no export, no primary object or no row.
    pub fn new(options: &ImportOptions) -> Result<Self, ImportError> {
        let export = ExportFolder::discover(&options.source)?;
        let mut report = ImportReport {
            source: export.folder.clone(),
            source_name: folder_name(&export.folder),
            dataset: options.dataset.clone(),
            ignored: export.ignored.clone(),
            ..ImportReport::default()
        };
        let mut tables = Vec::new();
        for file in &export.objects {
            let (table, notes) = read_csv(&file.path)?;
            tables.push((file.object.clone(), table, notes));
        }
        let mut joined = join_objects(tables, options.primary.as_deref(), options.complete)?;
        report.files = std::mem::take(&mut joined.files);
        report.primary.clone_from(&joined.primary);
        report.compartments = joined
            .compartments
            .iter()
            .map(|compartment| compartment.name.clone())
            .collect();
        report.rows_without_compartment = joined
            .compartments
            .iter()
            .map(|compartment| {
                let absent = compartment.rows.iter().filter(|row| row.is_none()).count();
                (compartment.name.clone(), absent)
            })
            .filter(|(_, absent)| *absent > 0)
            .collect();
        report.cells_with_several_nuclei = joined
            .nuclei_counts
            .iter()
            .flatten()
            .filter(|count| **count > 1)
            .count();

        let sets = if let Some(path) = &export.image {
            let (table, notes) = read_csv(path)?;
            if table.column("ImageNumber").is_none() {
                report.remarks.push(format!(
                    "{} has no usable ImageNumber, so its values are not joined",
                    path.display()
                ));
            }
            let sets = ImageSets::new(table);
            report.files.push(image_file_report(&sets, notes, &joined));
            Some(sets)
        } else {
            report.remarks.push(
                "there is no Image table (Image.csv), so nothing says which pictures the cells are on: no crops, no image measurements".to_owned(),
            );
            None
        };
        let experiment = match &export.experiment {
            Some(path) => experiment_values(path).unwrap_or_else(|error| {
                report.remarks.push(error.to_string());
                BTreeMap::new()
            }),
            None => BTreeMap::new(),
        };

        let image_folders = if options.images.is_empty() {
            vec![export.folder.clone()]
        } else {
            options.images.clone()
        };
        let mut roots = ImageRoots::index("--images", &image_folders)?;
        let mut mask_roots = ImageRoots::index("--masks", &options.masks)?;
        let fields = plan_fields(
            &joined,
            sets.as_ref(),
            &mut roots,
            &mut mask_roots,
            &mut report,
        );
        report.images.path_changes = roots.changes();
        if let Some(sets) = &sets {
            report.images.not_channels = sets
                .pictures
                .iter()
                .map(|picture| picture.name.clone())
                .collect();
        }
        let num_objects = joined.compartments.len() + 1;
        let has_masks: Vec<bool> = (0..num_objects)
            .map(|object| fields.iter().any(|field| field.masks[object].is_some()))
            .collect();
        note_missing_masks(&joined, &fields, &has_masks, &options.masks, &mut report);
        let channels = sets
            .as_ref()
            .map(|sets| channel_table(sets, &fields))
            .unwrap_or_default();
        report.channels = channels
            .iter()
            .map(|channel| channel.name.clone())
            .collect();
        Ok(Self {
            joined,
            sets,
            channels,
            fields,
            has_masks,
            experiment,
            crop: options.crop,
            report,
        })
    }

    /// Names of the object sets, the primary one first.
    pub fn objects(&self) -> Vec<String> {
        std::iter::once(self.joined.primary.clone())
            .chain(
                self.joined
                    .compartments
                    .iter()
                    .map(|compartment| compartment.name.clone()),
            )
            .collect()
    }
}

fn folder_name(folder: &Path) -> String {
    std::fs::canonicalize(folder)
        .unwrap_or_else(|_| folder.to_path_buf())
        .file_name()
        .map_or_else(
            || "import".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
}

fn image_file_report(
    sets: &ImageSets,
    notes: crate::cellprofiler::ReadNotes,
    joined: &Joined,
) -> FileReport {
    let mut numbers = joined.image_numbers.clone();
    numbers.dedup();
    let imported = numbers
        .iter()
        .filter(|number| sets.row_by_number.contains_key(number))
        .count();
    let rejected = notes.rejected.len() + sets.rejected_lines.len();
    FileReport {
        path: sets.table.path.clone(),
        used_as: "image".to_owned(),
        rows: notes.rows_in_file,
        imported,
        rejected,
        without_parent: 0,
        not_used: notes.rows_in_file.saturating_sub(imported + rejected),
        details: sets
            .rejected_lines
            .iter()
            .map(|(line, reason)| format!("line {line}: {reason}"))
            .collect(),
        notes,
    }
}

/// Finds the pictures and masks of every field that has cells.
fn plan_fields(
    joined: &Joined,
    sets: Option<&ImageSets>,
    roots: &mut ImageRoots,
    masks: &mut ImageRoots,
    report: &mut ImportReport,
) -> Vec<FieldPlan> {
    let objects: Vec<&str> = std::iter::once(joined.primary.as_str())
        .chain(
            joined
                .compartments
                .iter()
                .map(|compartment| compartment.name.as_str()),
        )
        .collect();
    let mut fields = Vec::new();
    let mut start = 0;
    for group in joined.image_numbers.chunk_by(|a, b| a == b) {
        let rows = start..start + group.len();
        start = rows.end;
        let image_number = group[0];
        let mut field = FieldPlan {
            image_number,
            rows,
            planes: Vec::new(),
            masks: vec![None; objects.len()],
        };
        let place = sets.and_then(|sets| Some((sets, *sets.row_by_number.get(&image_number)?)));
        if let Some((sets, row)) = place {
            for channel in &sets.channels {
                field.planes.push(find_plane(
                    sets,
                    &channel.name,
                    row,
                    image_number,
                    roots,
                    &mut report.images,
                ));
            }
            if !masks.is_empty() {
                for (object, mask) in objects.iter().zip(&mut field.masks) {
                    match find_mask(sets, object, row, masks) {
                        Ok(found) => *mask = found,
                        Err(reason) => report
                            .remarks
                            .push(format!("image {image_number}, {object} mask: {reason}")),
                    }
                }
            }
        }
        fields.push(field);
    }
    fields
}

fn find_plane(
    sets: &ImageSets,
    channel: &str,
    row: usize,
    image_number: i64,
    roots: &mut ImageRoots,
    images: &mut ImageReport,
) -> PlaneSource {
    let Some(name) = sets.file_name(channel, row) else {
        return Err(format!(
            "image {image_number} has no file name for channel {channel}"
        ));
    };
    images.expected += 1;
    match roots.find(sets.path_name(channel, row).as_deref(), &name) {
        Ok(path) => Ok((path, sets.page(channel, row))),
        Err(reason) => {
            images.missing.push(reason.clone());
            Err(format!("the {channel} picture is missing"))
        }
    }
}

/// The mask that the Image table names, else the one whose file name holds a picture's name and the object's.
fn find_mask(
    sets: &ImageSets,
    object: &str,
    row: usize,
    masks: &mut ImageRoots,
) -> Result<Option<PathBuf>, String> {
    if let Some(name) = sets.table.text(&format!("ObjectsFileName_{object}"), row) {
        let folder = sets.table.text(&format!("ObjectsPathName_{object}"), row);
        return masks.find(folder.as_deref(), &name).map(Some);
    }
    for channel in &sets.channels {
        if let Some(name) = sets.file_name(&channel.name, row) {
            let stem = name
                .rsplit_once('.')
                .map_or(name.as_str(), |(stem, _)| stem);
            if let Some(found) = masks.named_after(stem, object)? {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

fn note_missing_masks(
    joined: &Joined,
    fields: &[FieldPlan],
    has_masks: &[bool],
    folders: &[PathBuf],
    report: &mut ImportReport,
) {
    let names = std::iter::once(&joined.primary).chain(
        joined
            .compartments
            .iter()
            .map(|compartment| &compartment.name),
    );
    for (object, name) in names.enumerate() {
        let without = fields
            .iter()
            .filter(|field| field.masks[object].is_none())
            .count();
        if has_masks[object] && without > 0 {
            report.remarks.push(format!(
                "{without} of {} fields have no {name} mask; their {name} outlines are null, not ellipses",
                fields.len()
            ));
        } else if !has_masks[object] && !folders.is_empty() {
            report.remarks.push(format!(
                "no mask of {name} was found under --masks; a mask's file name has to hold a picture's name and the object's, as in IMAGE_{name}.tiff"
            ));
        }
    }
}

/// Names, first colours and source bit depths of the channels.
fn channel_table(sets: &ImageSets, fields: &[FieldPlan]) -> Vec<ChannelInfo> {
    sets.channels
        .iter()
        .enumerate()
        .map(|(index, channel)| {
            let probe = || {
                let (path, page) = fields
                    .iter()
                    .find_map(|field| field.planes.get(index)?.as_ref().ok())?;
                read_plane(path, *page).ok().map(|plane| plane.bit_depth)
            };
            let bit_depth = match channel.scaling {
                Some(scaling) if scaling <= 255 => 8,
                Some(_) => 16,
                None => probe().unwrap_or(16),
            };
            ChannelInfo::new(
                &channel.name,
                default_channel_color(&channel.name, index),
                bit_depth,
            )
        })
        .collect()
}
