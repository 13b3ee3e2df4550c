//! What an import will do, for a person to look at: tables, joins, pictures, a few crops, outlines, an estimate.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::field::FieldPixels;
use super::rows::{RowBuilder, RowGroup};
use super::{
    FetchedPictures, FileReport, ImageReport, ImportError, ImportPlan, NameReport, PairReport,
    PictureRemark, PixelSize, Remark, Verification, VerificationKind, add_verifications,
};
use cytolance_dataset::{ChannelInfo, DatasetMetadata, OutlineSources, pictures_of};
use cytolance_imaging::CellPicture;
use cytolance_profile::RowKind;
use cytolance_sources::IgnoredFile;

/// Fields of which an offset is told.
const OFFSET_FIELDS: usize = 4;
/// Rows of a field that examples are looked for in.
const LOOKED_AT: usize = 64;

/// A table, for the list of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TablePreview {
    /// Object name; `Image` for the Image table.
    pub object: String,
    /// The part it belongs to; empty where there is one.
    pub part: String,
    /// The file.
    pub path: PathBuf,
    /// Rows.
    pub rows: usize,
    /// Column names with the types they will have.
    pub columns: Vec<(String, String)>,
}

/// An object set and how it is joined to the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPreview {
    /// Its name.
    pub name: String,
    /// Rows of its tables.
    pub objects: usize,
    /// Rows of the dataset that have one.
    pub joined: usize,
    /// Its outlines come from masks or outline pictures.
    pub traced: bool,
    /// There are masks or outline pictures, but nothing of them lies at an object.
    pub untraceable: bool,
    /// Fields with such a picture, of how many.
    pub fields: (usize, usize),
    /// Ellipses can be drawn from its measurements.
    pub ellipses: bool,
}

/// A cell as it will be stored.
#[derive(Debug, Clone)]
pub struct ExampleCell {
    /// Image and object number.
    pub label: String,
    /// The crop, if there is one, and the outlines.
    pub picture: CellPicture,
}

/// A few fields tried out.
#[derive(Debug, Clone, Default)]
pub struct ImportExamples {
    /// Some cells, spread over the fields.
    pub cells: Vec<ExampleCell>,
    /// Traced areas within 2 % of the measured ones, and all that were compared, by object.
    pub areas_agree: BTreeMap<String, (usize, usize)>,
    /// Outlines that differ most, by object.
    pub worst_areas: BTreeMap<String, Vec<String>>,
    /// Objects of the tried fields without an outline although there are masks, by object set and reason.
    pub outlines_missing: BTreeMap<String, BTreeMap<String, usize>>,
    /// What is to be said of the masks that were used.
    pub mask_remarks: Vec<String>,
    /// Why cells of the tried fields have no crop.
    pub without_picture: BTreeMap<String, usize>,
    /// Pictures that could not be read.
    pub failed: Vec<String>,
    /// What was held against the measurements in these fields.
    pub verification: Vec<Verification>,
    /// Shifts that explain pictures that are not as they were measured, and in how many of these fields.
    pub offsets: BTreeMap<[i64; 2], usize>,
    /// Bytes of a cell's crop, on average.
    pub bytes_a_crop: usize,
}

/// What is known of an import before it runs.
#[derive(Debug, Clone)]
pub struct ImportPreview {
    /// Rows that will be written.
    pub rows: usize,
    /// Columns that will be written, pictures and outlines included.
    pub columns: usize,
    /// The object each row stands for.
    pub primary: String,
    /// What each row is.
    pub rows_are: RowKind,
    /// The object sets, the primary one first.
    pub objects: Vec<ObjectPreview>,
    /// Object sets that only numbers and places relate to the primary one.
    pub pairs: Vec<PairReport>,
    /// The tables.
    pub tables: Vec<TablePreview>,
    /// The account of the tables' rows so far.
    pub files: Vec<FileReport>,
    /// Exports that are imported as one.
    pub parts: usize,
    /// Fields of view with cells.
    pub fields: usize,
    /// Channels of the crops.
    pub channels: Vec<ChannelInfo>,
    /// Names of the channels in the export, in the same order.
    pub channel_sources: Vec<String>,
    /// Pictures: expected, missing, path changes. Nothing is read yet.
    pub images: ImageReport,
    /// How large a pixel is.
    pub pixel_size: PixelSize,
    /// Plate, well and site that come from file names.
    pub names: Option<NameReport>,
    /// What says that pictures are volumes, where something does.
    pub volumes: Option<String>,
    /// Pictures found.
    pub images_found: usize,
    /// Files that are left alone.
    pub ignored: Vec<IgnoredFile>,
    /// What else was noted.
    pub remarks: Vec<Remark>,
    /// Masks that were found for several fields, and what was done.
    pub masks_failed: Vec<String>,
    /// Bytes of the values, uncompressed.
    pub value_bytes: u64,
}

impl ImportPlan {
    /// What a person wants to know before the import.
    pub fn preview(&self) -> ImportPreview {
        let several = self.parts.len() > 1;
        let num_fields = self.parts.iter().map(|part| part.fields.len()).sum();
        let fields = || self.parts.iter().flat_map(|part| &part.fields);
        let objects = self
            .objects
            .iter()
            .enumerate()
            .map(|(at, object)| {
                let mut preview = ObjectPreview {
                    name: object.name.clone(),
                    objects: 0,
                    joined: 0,
                    traced: object.traced,
                    untraceable: object.masks && !object.traced,
                    fields: (
                        fields().filter(|field| field.masks[at].is_some()).count(),
                        num_fields,
                    ),
                    ellipses: object.ellipses,
                };
                for part in &self.parts {
                    let own = part.objects();
                    if let Some(place) = own.iter().position(|(name, _)| *name == object.name) {
                        preview.objects += own[place].1.num_rows;
                        preview.joined += part
                            .table_rows(place, 0..part.joined.rows.len())
                            .iter()
                            .flatten()
                            .count();
                    }
                }
                preview
            })
            .collect();
        let tables = self
            .parts
            .iter()
            .flat_map(|part| {
                let image = part.image_table.iter().map(|table| ("Image", table));
                image
                    .chain(part.objects())
                    .map(|(object, table)| TablePreview {
                        object: object.to_owned(),
                        part: if several {
                            part.source_name.clone()
                        } else {
                            String::new()
                        },
                        path: table.path.clone(),
                        rows: table.num_rows,
                        columns: table
                            .columns
                            .iter()
                            .map(|column| (column.name.clone(), column.data_type.to_string()))
                            .collect(),
                    })
            })
            .collect();
        let builder = RowBuilder::new(self, &DatasetMetadata::default());
        ImportPreview {
            rows: self.num_rows(),
            columns: builder.schema().fields().len(),
            primary: self.report.primary.clone(),
            rows_are: self.report.rows_are,
            objects,
            pairs: self.report.pairs.clone(),
            tables,
            files: self.report.files.clone(),
            parts: self.parts.len(),
            fields: num_fields,
            channels: self.channels.clone(),
            channel_sources: self.channel_sources.clone(),
            images: self.report.images.clone(),
            pixel_size: self.report.pixel_size.clone(),
            names: self.report.names.clone(),
            volumes: self.volumes().map(str::to_owned),
            images_found: fields()
                .flat_map(|field| &field.planes)
                .filter(|plane| plane.is_ok())
                .count(),
            ignored: self.report.ignored.clone(),
            remarks: self.report.remarks.clone(),
            masks_failed: self.report.masks_failed.clone(),
            value_bytes: (self.num_rows() * self.layout.len() * 8) as u64,
        }
    }

    /// Looks for the one shift that explains the pictures of a few fields, and takes it.
    ///
    /// # Errors
    /// [`ImportError`] when a table cannot be read.
    pub(super) fn find_offset(&mut self) -> Result<(), ImportError> {
        let tried = self.examples(OFFSET_FIELDS)?;
        let pixels = tried.verification.iter();
        let pixels: Vec<&Verification> = pixels
            .filter(|line| line.kind == VerificationKind::Pixels)
            .collect();
        let needless = pixels.iter().any(|line| line.verified > 0)
            && pixels.iter().all(|line| line.contradicted == 0);
        let mut offsets = tried.offsets.into_iter();
        let remark = match (offsets.next(), offsets.next()) {
            (Some((offset, _)), None) => {
                self.offset = offset;
                PictureRemark::OffsetFound { offset }
            }
            (first, _) => PictureRemark::NoOffset {
                several: first.is_some(),
                needless,
            },
        };
        self.report.remarks.push(remark.into());
        Ok(())
    }

    /// Tries out up to `count` fields of view, spread over the import, and keeps a cell of each.
    ///
    /// # Errors
    /// [`ImportError`] when a table cannot be read.
    pub fn examples(&self, count: usize) -> Result<ImportExamples, ImportError> {
        let metadata = self.outline_metadata();
        let builder = RowBuilder::new(self, &metadata);
        let outlines = OutlineSources::new(builder.schema(), &metadata);
        let mut groups: Vec<RowGroup> = builder.groups();
        let whole = |group: &RowGroup| {
            let field = &self.parts[group.part].fields[group.first];
            field.planes.iter().all(Result::is_ok)
        };
        // Without any picture the outlines still show.
        if groups.iter().any(&whole) {
            groups.retain(whole);
        }
        let mut examples = ImportExamples::default();
        let (mut bytes, mut crops) = (0, 0);
        let wanted = count.min(groups.len());
        for number in 0..wanted {
            let group = groups[number * groups.len() / wanted];
            let field = &self.parts[group.part].fields[group.first];
            let fetched = FetchedPictures::fetch(field.pictures());
            let pixels = FieldPixels::read(self, &self.parts[group.part], field, &fetched);
            examples.failed.extend(pixels.failed.iter().cloned());
            examples.failed.extend(pixels.failed_masks.iter().cloned());
            let (batches, counts) = builder.batches(group, &pixels)?;
            add_verifications(&mut examples.verification, counts.verification.clone());
            for (offset, fields) in &counts.shifts {
                *examples.offsets.entry(*offset).or_default() += fields;
            }
            for (reason, count) in &counts.without_picture {
                *examples.without_picture.entry(reason.clone()).or_default() += count;
            }
            let traced = pixels.traced.iter().flatten();
            let remarks = traced.filter_map(|traced| traced.remark.clone());
            examples.mask_remarks.extend(remarks);
            for (at, object) in self.objects.iter().enumerate() {
                let missing = examples
                    .outlines_missing
                    .entry(object.name.clone())
                    .or_default();
                for (reason, count) in &counts.missing[at] {
                    *missing.entry(reason.clone()).or_default() += count;
                }
                if !object.traced {
                    continue;
                }
                let agree = examples.areas_agree.entry(object.name.clone()).or_default();
                agree.0 += counts.agree[at].0;
                agree.1 += counts.agree[at].1;
                examples
                    .worst_areas
                    .entry(object.name.clone())
                    .or_default()
                    .extend(counts.worst[at].iter().map(|(_, text)| text.clone()));
            }
            let Some(batch) = batches.first() else {
                continue;
            };
            // A single field gives several cells, so that three are seen in any case.
            let of_this = if wanted < count && number == 0 {
                count - wanted + 1
            } else {
                1
            };
            let rows = batch.num_rows().min(LOOKED_AT);
            for cell in 0..of_this.min(rows) {
                let row = (2 * cell + 1) * rows / (2 * of_this);
                let one = batch.slice(row.min(rows - 1), 1);
                let Some(picture) = pictures_of(&one, builder.schema(), &outlines).pop() else {
                    continue;
                };
                if let Some(crop) = &picture.crop {
                    bytes += crop.memory_bytes();
                    crops += 1;
                }
                let at = field.cells.rows.start + row;
                let number = self.parts[group.part].joined.object_numbers.get(at);
                examples.cells.push(ExampleCell {
                    label: format!(
                        "image {}, object {}",
                        field.cells.image.1,
                        number.copied().unwrap_or_default()
                    ),
                    picture,
                });
            }
        }
        examples.bytes_a_crop = bytes.checked_div(crops).unwrap_or(0);
        Ok(examples)
    }
}
