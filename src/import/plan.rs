//! What an import is going to do, decided before anything is written.

use std::path::Path;
use std::sync::Arc;

use super::channel_plan::united_channels;
use super::columns::ColumnLayout;
use super::equal_exports::take_copies;
use super::illumination::IlluminationFunctions;
use super::joined_exports::{join_exports, note_copies, note_joins, united_objects};
use super::located_part::{LocatedPart, index_roots, locate_parts};
use super::mask_owners::{note_missing_masks, settle_masks, traces_any};
use super::named_images::read_names;
use super::picture_records::{ReadPicture, RecordedDigests};
use super::pixel_size::PixelSizes;
use super::planned_part::PlannedPart;
use super::shapes::{ellipse_columns, has_boxes};
use super::stacks::settle_stacks;
use super::{
    Contradicted, CropRule, CropSquare, ImportError, ImportOptions, ImportReport, OffsetChoice,
    PictureRemark, Remark, Verification, find_sources,
};
use cytolance_dataset::{
    ChannelInfo, DatasetMetadata, OUTLINE_PREFIX, PICTURE_COLUMN, column_names,
};
use cytolance_sources::{ChannelHint, FoundExport, of_one_kind};

/// Everything that is known before the first pixel is read.
#[derive(Debug)]
pub struct ImportPlan {
    pub(super) parts: Vec<PlannedPart>,
    pub(super) layout: ColumnLayout,
    pub(super) channels: Vec<ChannelInfo>,
    /// Their names in the export.
    pub(super) channel_sources: Vec<String>,
    /// Illumination functions that are applied.
    pub(super) functions: IlluminationFunctions,
    /// Object sets of all parts, the primary one first.
    pub(super) objects: Vec<ObjectPlan>,
    pub(super) crop: CropRule,
    pub(super) contradicted: Contradicted,
    /// How much further objects lie in the pictures than they were measured.
    pub(super) offset: [i64; 2],
    /// Edge length of a pixel in micrometres, of the import and of its parts.
    pub(super) pixel_sizes: PixelSizes,
    /// What is known so far; the run adds to it.
    pub report: ImportReport,
}

/// What is known of an object set over all parts.
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that do not exclude each other"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ObjectPlan {
    /// Its name in the export.
    pub name: String,
    /// Its name in the dataset, which names of columns begin or end with.
    pub column_name: String,
    /// Outlines are exact: traced from masks, or stored as such.
    pub traced: bool,
    /// Some source has outlines beside its rows.
    pub stored: bool,
    /// Some field has a mask, whether or not anything of it can be traced.
    pub masks: bool,
    /// Outlines can be drawn from measurements.
    pub ellipses: bool,
}

impl ObjectPlan {
    /// Whether it has outlines, be they stored or drawn when they are looked at.
    pub fn has_outlines(&self) -> bool {
        self.has_column() || self.ellipses
    }

    /// Whether the dataset has a column of its outlines. Ellipses are not stored.
    pub fn has_column(&self) -> bool {
        self.traced || self.stored
    }
}

impl ImportPlan {
    /// Finds the exports, reads their tables' keys, joins them and finds the pictures and masks.
    ///
    /// # Errors
    /// [`ImportError`] when there is no export, no primary object or no row.
    pub fn new(options: &ImportOptions) -> Result<Self, ImportError> {
        let findings = of_one_kind(
            find_sources(&options.source)?,
            options.kind,
            &options.source,
        )?;
        let found = findings.exports;
        let mut report = ImportReport {
            source: options.source.clone(),
            source_name: source_name(&options.source, &found),
            dataset: options.dataset.clone(),
            ignored: findings.left_alone,
            ..ImportReport::default()
        };
        let (found, copies) = take_copies(found);
        let joined = join_exports(&found, options, &mut report)?;
        note_copies(&found, &copies, &joined, &mut report)?;
        let names = united_objects(&joined);
        note_joins(&joined, &names, &mut report);
        let read = read_names(&joined, options.file_names);
        report.names = read.report;
        let beside = found
            .iter()
            .any(|export| export.kind.face().pictures_beside);
        let located = joined.into_iter().zip(read.parts).collect();
        let mut located = locate_parts(located, options, beside, &names, &mut report)?;
        settle_stacks(&mut located, &mut report.images, &mut report.remarks);
        let with_masks = objects_with_masks(&located, names.len());
        report.masks_failed = settle_masks(&mut located, &names);
        let objects = plan_objects(&located, &names, &with_masks);
        note_missing_masks(&located, &objects, options, &mut report);
        let hints: Vec<ChannelHint> = found
            .into_iter()
            .flat_map(|export| export.channel_hints)
            .chain(read.hints)
            .collect();
        let (channel_sources, channels) =
            united_channels(&options.channels, &hints, &located, &mut report);
        let illumination = match options.illumination.as_slice() {
            [] => None,
            folders => Some(index_roots("--illum", folders)?),
        };
        let remarks = &mut report.remarks;
        let mut parts: Vec<PlannedPart> = Vec::new();
        for part in located {
            let roots = illumination.as_ref();
            let mut part = PlannedPart::new(part, &channel_sources, roots, remarks);
            part.square = CropSquare::of_part(&part)?;
            parts.push(part);
        }
        if options
            .pixel_size_um
            .is_some_and(|um| !(um.is_finite() && um > 0.0))
        {
            return Err(ImportError::PixelSize);
        }
        let pixel_sizes = PixelSizes::new(&parts, options.pixel_size_um)?;
        for (part, um) in parts.iter_mut().zip(&pixel_sizes.parts) {
            part.pixel_size_um = *um;
        }
        let digests = Arc::new(RecordedDigests::new(&parts));
        for part in &mut parts {
            part.digests = Arc::clone(&digests);
        }
        report.pixel_size = pixel_sizes.dataset.clone();
        let said = pixel_sizes.remarks.iter().cloned();
        remarks.extend(said.map(Remark::Picture));
        let functions = IlluminationFunctions::read(
            parts
                .iter()
                .flat_map(|part| &part.fields)
                .flat_map(|field| field.functions.iter().flatten()),
        );
        let unusable = functions.errors().map(|reason| PictureRemark::BadFunction {
            reason: reason.clone(),
        });
        remarks.extend(unusable.map(Remark::Picture));
        let mut beside: Vec<String> = objects
            .iter()
            .filter(|object| object.has_column())
            .map(|object| format!("{OUTLINE_PREFIX}{}", object.column_name))
            .collect();
        if !channels.is_empty() {
            beside.push(PICTURE_COLUMN.to_owned());
        }
        let layout = ColumnLayout::new(&parts, !channels.is_empty(), &beside, remarks);
        report.renamed_columns = layout.renamed();
        let mut plan = Self {
            parts,
            layout,
            channels,
            channel_sources,
            functions,
            objects,
            crop: options.crop,
            contradicted: options.contradicted,
            offset: match options.offset {
                OffsetChoice::Given(offset) => offset,
                OffsetChoice::None | OffsetChoice::Auto => [0, 0],
            },
            pixel_sizes,
            report,
        };
        plan.note_lost_ellipses();
        if options.offset == OffsetChoice::Auto {
            plan.find_offset()?;
        }
        let squares = plan.without_boxes().map(Remark::Picture);
        plan.report.remarks.extend(squares);
        Ok(plan)
    }

    /// Rows that will be written.
    pub fn num_rows(&self) -> usize {
        self.parts.iter().map(|part| part.joined.rows.len()).sum()
    }

    /// What says that pictures are volumes, where something does.
    pub(super) fn volumes(&self) -> Option<&str> {
        self.parts.iter().find_map(|part| part.volumes.as_deref())
    }

    /// What the dataset will say of its outlines.
    pub(super) fn outline_metadata(&self) -> DatasetMetadata {
        let objects = self.objects.iter();
        let approximate = objects.filter(|object| object.has_outlines() && !object.traced);
        DatasetMetadata {
            objects: self
                .objects
                .iter()
                .map(|object| object.column_name.clone())
                .collect(),
            approximate_outlines: approximate
                .map(|object| object.column_name.clone())
                .collect(),
            ellipses: self.ellipses(None),
            ..DatasetMetadata::default()
        }
    }

    /// Names of the channels in the dataset.
    pub(super) fn channel_names(&self) -> Vec<String> {
        let channels = self.channels.iter();
        channels.map(|channel| channel.name.clone()).collect()
    }

    /// What came of the recorded digests of the pictures that were read.
    pub(super) fn digests(&self, read: &[ReadPicture]) -> (Vec<Verification>, Option<Remark>) {
        self.parts.first().map_or_else(Default::default, |part| {
            part.digests
                .verification(&self.parts, &self.channel_names(), read)
        })
    }

    /// Names of the object sets, the primary one first.
    pub fn object_names(&self) -> impl Iterator<Item = &str> {
        self.objects.iter().map(|object| object.name.as_str())
    }

    /// What is said of parts whose crops are cut without bounding boxes, if there are such.
    fn without_boxes(&self) -> Option<PictureRemark> {
        if !matches!(self.crop, CropRule::Margin(_)) || self.channels.is_empty() {
            return None;
        }
        let parts = self.parts.iter();
        let mut squares: Vec<CropSquare> = parts
            .filter(|part| !part.copies_crops() && !has_boxes(&part.joined.table))
            .map(|part| part.square)
            .collect();
        squares.sort_unstable();
        squares.dedup();
        // Volumes are cut before anything is traced.
        let is_flat = self.parts.iter().any(|part| part.volumes.is_none());
        let traced = is_flat && self.objects.first().is_some_and(|object| object.traced);
        (!squares.is_empty()).then_some(PictureRemark::NoBoxes { traced, squares })
    }
}

/// Of which object sets some field has a mask, whether or not anything of it can be traced.
fn objects_with_masks(parts: &[LocatedPart], objects: usize) -> Vec<bool> {
    (0..objects)
        .map(|at| {
            let mut fields = parts.iter().flat_map(|part| &part.fields);
            fields.any(|field| field.masks[at].is_some())
        })
        .collect()
}

/// What is known of the object sets of all parts.
fn plan_objects(parts: &[LocatedPart], names: &[String], with_masks: &[bool]) -> Vec<ObjectPlan> {
    let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    names
        .iter()
        .zip(column_names(&wanted, &[]))
        .enumerate()
        .map(|(at, (name, column_name))| ObjectPlan {
            name: name.clone(),
            column_name,
            traced: parts
                .iter()
                .any(|part| part.stored_outlines(name) == Some(false))
                || traces_any(parts, name, at),
            masks: with_masks[at],
            stored: parts
                .iter()
                .any(|part| part.stored_outlines(name).is_some()),
            ellipses: parts.iter().any(|part| {
                part.objects()
                    .iter()
                    .any(|(own, table)| own == name && ellipse_columns(table).is_some())
            }),
        })
        .collect()
}

/// The name of the export's folder or file, as `Metadata_Source` has it.
fn source_name(source: &Path, found: &[FoundExport]) -> String {
    let whole = std::fs::canonicalize(source).unwrap_or_else(|_| source.to_path_buf());
    // A file of an export that is a folder stands for that; a database or table stands for itself.
    let is_of_folder = found.first().is_some_and(|export| export.path.is_dir());
    let named = if whole.is_file() && is_of_folder {
        whole.parent().map(Path::to_path_buf).unwrap_or(whole)
    } else {
        whole
    };
    named.file_name().map_or_else(
        || "import".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}
