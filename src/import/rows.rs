//! The rows of the dataset: keys, image measurements, features, crops and outlines as Arrow batches.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;

use super::columns::GatheredRows;
use super::contradictions::Contradictions;
use super::field::FieldPixels;
use super::field_masks::RowOutline;
use super::field_plan::FieldPlan;
use super::planned_part::{CropSource, PlannedPart};
use super::stored_pictures::StoredRows;
use super::{ImportError, ImportPlan};
use cytolance_dataset::{
    BBOX_COLUMNS, DatasetMetadata, OUTLINE_PREFIX, OmeArrowBuilder, OutlineBuilder, OutlineSources,
    PICTURE_COLUMN, ome_arrow_type, outline_field,
};
use cytolance_imaging::{Crop, Fit, Outline, PixelBox};
use cytolance_sources::integers_of;

/// Pixels of a batch before it is handed over; a batch of crops is written as one piece.
const BATCH_PIXELS: usize = 16 << 20;
/// Bytes of values that are read together.
const BATCH_BYTES: usize = 8 << 20;
/// Rows with crops that are read together.
const ROWS_WITH_CROPS: usize = 1024;
/// Rows whose crops are copied together: they are read whole before they are used.
const ROWS_WITH_STORED_CROPS: usize = 128;
/// Worst outlines that the report names.
const WORST: usize = 5;

/// Counts for the report.
#[derive(Debug, Default, Clone)]
pub(super) struct RowCounts {
    pub with_picture: usize,
    pub without_picture: BTreeMap<String, usize>,
    pub traced: Vec<usize>,
    pub stored: Vec<usize>,
    pub approximate: Vec<usize>,
    pub agree: Vec<(usize, usize)>,
    /// What tables say differently.
    pub contradictions: Contradictions,
    /// Outlines of which nothing tells whether they lie at their objects.
    pub untold: Vec<usize>,
    /// Objects without an outline although there are masks, by reason.
    pub missing: Vec<BTreeMap<String, usize>>,
    /// Outlines whose area differs most from the measured one: by how much, and which.
    pub worst: Vec<Vec<(f64, String)>>,
}

impl RowCounts {
    fn new(objects: usize) -> Self {
        Self {
            traced: vec![0; objects],
            stored: vec![0; objects],
            approximate: vec![0; objects],
            agree: vec![(0, 0); objects],
            untold: vec![0; objects],
            missing: vec![BTreeMap::new(); objects],
            worst: vec![Vec::new(); objects],
            ..Self::default()
        }
    }

    pub fn add(&mut self, other: &Self) {
        if self.traced.is_empty() {
            *self = Self::new(other.traced.len());
        }
        self.with_picture += other.with_picture;
        self.contradictions.add(&other.contradictions);
        for (reason, count) in &other.without_picture {
            *self.without_picture.entry(reason.clone()).or_default() += count;
        }
        for object in 0..self.traced.len() {
            self.traced[object] += other.traced[object];
            self.stored[object] += other.stored[object];
            self.approximate[object] += other.approximate[object];
            self.agree[object].0 += other.agree[object].0;
            self.agree[object].1 += other.agree[object].1;
            self.untold[object] += other.untold[object];
            for (reason, count) in &other.missing[object] {
                *self.missing[object].entry(reason.clone()).or_default() += count;
            }
            self.worst[object].extend(other.worst[object].iter().cloned());
            self.keep_worst(object);
        }
    }

    /// Counts what a row has of an object's mask, and hands on the outline.
    fn take<'a>(&mut self, object: usize, found: RowOutline<'a>) -> Option<(&'a Outline, Fit)> {
        let reason = match found {
            RowOutline::NoObject => return None,
            RowOutline::Traced(outline, fit) => {
                self.traced[object] += 1;
                self.untold[object] += usize::from(fit == Fit::Untold);
                return Some((outline, fit));
            }
            RowOutline::Missing(reason) => reason.to_owned(),
            RowOutline::NoPart(reason) => reason.to_string(),
        };
        *self.missing[object].entry(reason).or_default() += 1;
        None
    }

    /// Compares a traced area with the measured one, and whether it is at the measured place.
    fn compare(
        &mut self,
        object: usize,
        [traced, measured]: [f64; 2],
        fit: Fit,
        cell: impl Fn() -> String,
    ) {
        let difference = (traced - measured).abs() / measured;
        self.agree[object].1 += 1;
        let beside = fit == Fit::Like;
        if difference <= 0.02 && !beside {
            self.agree[object].0 += 1;
            return;
        }
        let worst = &mut self.worst[object];
        if worst.len() < WORST || worst.iter().any(|(known, _)| *known < difference) {
            worst.push((
                difference,
                format!(
                    "{}: traced {traced}, measured {measured} pixels{}",
                    cell(),
                    if beside {
                        ", not quite at its place"
                    } else {
                        ""
                    }
                ),
            ));
            self.keep_worst(object);
        }
    }

    fn keep_worst(&mut self, object: usize) {
        self.worst[object].sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        self.worst[object].truncate(WORST);
    }
}

/// Builds the batches of a plan.
pub(super) struct RowBuilder<'a> {
    plan: &'a ImportPlan,
    schema: Arc<Schema>,
    /// How the outlines will be read that are not stored.
    outlines: OutlineSources,
    has_pictures: bool,
    /// Rows that are read together.
    rows_at_a_time: usize,
}

/// Joined rows of one part that are read and written together: the cells of one field of view, or of several
/// that have no pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowGroup {
    pub part: usize,
    /// First and last field; the rows lie between them.
    pub first: usize,
    pub last: usize,
}

impl<'a> RowBuilder<'a> {
    /// Puts the schema together.
    pub fn new(plan: &'a ImportPlan, metadata: &DatasetMetadata) -> Self {
        let mut fields = plan.layout.fields();
        let has_pictures = !plan.channels.is_empty();
        if has_pictures {
            fields.extend(
                BBOX_COLUMNS
                    .iter()
                    .map(|name| Field::new(*name, DataType::Int64, true)),
            );
            fields.push(Field::new(PICTURE_COLUMN, ome_arrow_type(), true));
        }
        for object in &plan.objects {
            if object.has_column() {
                fields.push(outline_field(
                    &format!("{OUTLINE_PREFIX}{}", object.column_name),
                    !object.traced,
                ));
            }
        }
        let schema = Schema::new_with_metadata(fields, metadata.to_map());
        let by_bytes = BATCH_BYTES / (8 * plan.layout.len().max(1));
        Self {
            plan,
            outlines: OutlineSources::new(&schema, metadata),
            schema: Arc::new(schema),
            has_pictures,
            rows_at_a_time: by_bytes.clamp(64, 65_536),
        }
    }

    /// Schema of the batches, with the dataset's metadata.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// What is read and written together, in order. Fields with pictures stand alone.
    pub fn groups(&self) -> Vec<RowGroup> {
        let mut groups: Vec<RowGroup> = Vec::new();
        for (part, of_part) in self.plan.parts.iter().enumerate() {
            let mut open: Option<(RowGroup, usize)> = None;
            let at_a_time = if of_part.copies_crops() {
                ROWS_WITH_STORED_CROPS
            } else {
                self.rows_at_a_time
            };
            for (at, field) in of_part.fields.iter().enumerate() {
                let alone = RowGroup {
                    part,
                    first: at,
                    last: at,
                };
                let has_pixels = field.planes.iter().any(Result::is_ok)
                    || field.masks.iter().any(Option::is_some);
                if has_pixels {
                    groups.extend(open.take().map(|(group, _)| group));
                    groups.push(alone);
                    continue;
                }
                let rows = field.cells.rows.len();
                open = match open {
                    Some((group, before)) if before + rows <= at_a_time => {
                        Some((RowGroup { last: at, ..group }, before + rows))
                    }
                    other => {
                        groups.extend(other.map(|(group, _)| group));
                        Some((alone, rows))
                    }
                };
            }
            groups.extend(open.map(|(group, _)| group));
        }
        groups
    }

    /// The rows of a group, in batches of bounded size.
    ///
    /// # Errors
    /// [`ImportError`] when a table cannot be read any more or the parts do not fit together.
    pub fn batches(
        &self,
        group: RowGroup,
        pixels: &FieldPixels,
    ) -> Result<(Vec<RecordBatch>, RowCounts), ImportError> {
        let part = &self.plan.parts[group.part];
        let field = &part.fields[group.first];
        let rows = field.cells.rows.start..part.fields[group.last].cells.rows.end;
        let mut counts = RowCounts::new(self.plan.objects.len());
        let mut batches = Vec::new();
        let step = if part.copies_crops() {
            self.rows_at_a_time.min(ROWS_WITH_STORED_CROPS)
        } else if pixels.planes.is_ok() {
            self.rows_at_a_time.min(ROWS_WITH_CROPS)
        } else {
            self.rows_at_a_time
        };
        for start in rows.clone().step_by(step) {
            let piece = start..(start + step).min(rows.end);
            let gathered = self.plan.layout.gather(part, group.part, piece.clone())?;
            counts.contradictions.add(&gathered.contradictions);
            let stored = part.stored_rows(piece.clone())?;
            let boxes = StoredBoxes::new(part, piece.clone())?;
            let stored = stored.as_ref().map(|rows| (rows, &boxes));
            let mut at = piece.start;
            while at < piece.end {
                let (batch, end) = self
                    .batch(
                        part,
                        field,
                        pixels,
                        &gathered,
                        stored,
                        at..piece.end,
                        piece.start,
                        &mut counts,
                    )
                    .map_err(|source| ImportError::Batch {
                        image_number: field.cells.image.1,
                        source,
                    })?;
                batches.push(batch);
                at = end;
            }
        }
        Ok((batches, counts))
    }

    /// One batch from the beginning of `rows`; returns where it ends. `origin` is the first gathered row.
    #[expect(clippy::too_many_arguments, reason = "the state of one loop")]
    fn batch(
        &self,
        part: &PlannedPart,
        field: &FieldPlan,
        pixels: &FieldPixels,
        gathered: &GatheredRows,
        stored: Option<(&StoredRows, &StoredBoxes)>,
        rows: Range<usize>,
        origin: usize,
        counts: &mut RowCounts,
    ) -> Result<(RecordBatch, usize), ArrowError> {
        let mut pictures = OmeArrowBuilder::new(self.plan.channels.clone(), part.pixel_size_um);
        let mut boxes: Vec<Option<PixelBox>> = Vec::new();
        let mut used = 0;
        let start = rows.start;
        let mut end = start;
        while end < rows.end && used < BATCH_PIXELS {
            if self.has_pictures {
                let row = end - origin;
                let cut = match stored.filter(|_| part.copies_crops()) {
                    Some((stored, places)) => copied_crop(part, stored, places, gathered, row),
                    None => self.crop(part, field, pixels, gathered, end, origin),
                };
                match cut {
                    Ok((area, crop)) => {
                        used += crop.planes.iter().map(|plane| plane.len()).sum::<usize>();
                        let id = format!(
                            "{}:{}",
                            part.joined.images[end].1, part.joined.object_numbers[end]
                        );
                        pictures.append(id, crop.width, crop.height, &crop.planes);
                        boxes.push(area);
                        counts.with_picture += 1;
                    }
                    Err(reason) => {
                        pictures.append_null();
                        boxes.push(None);
                        *counts.without_picture.entry(reason).or_default() += 1;
                    }
                }
            } else {
                let reason = "the export names no pictures".to_owned();
                *counts.without_picture.entry(reason).or_default() += 1;
            }
            end += 1;
        }
        let mut arrays: Vec<ArrayRef> = gathered
            .arrays
            .iter()
            .map(|array| array.slice(start - origin, end - start))
            .collect();
        if self.has_pictures {
            let sides: [fn(&PixelBox) -> i64; 4] =
                [|b| b.x_min, |b| b.y_min, |b| b.x_max, |b| b.y_max];
            for side in sides {
                let values: Int64Array = boxes.iter().map(|area| area.as_ref().map(side)).collect();
                arrays.push(Arc::new(values));
            }
            arrays.push(pictures.finish()?);
        }
        let own = part.objects();
        for (at, object) in self.plan.objects.iter().enumerate() {
            if !object.has_column() && !object.masks {
                continue;
            }
            let mut builder = OutlineBuilder::default();
            let place = own.iter().position(|(name, _)| *name == object.name);
            for row in start - origin..end - origin {
                let kept = part
                    .stored
                    .as_ref()
                    .zip(stored)
                    .and_then(|(columns, (stored, _))| {
                        columns.outline(stored, &object.name, row, !object.traced)
                    });
                if kept.is_some() {
                    counts.stored[at] += 1;
                    builder.append(kept.as_ref());
                    continue;
                }
                let outline = place.and_then(|place| {
                    let shapes = &gathered.shapes[place];
                    let traced = object
                        .masks
                        .then(|| pixels.outline(part, field, [at, place], row + origin))
                        .and_then(|found| counts.take(at, found));
                    if !object.traced {
                        return None;
                    }
                    let (outline, fit) = traced?;
                    if let Some(area) = shapes.areas.as_ref().map(|areas| areas[row])
                        && area > 0.0
                    {
                        counts.compare(at, [outline.area(), area], fit, || {
                            let number = gathered.numbers[place][row].unwrap_or_default();
                            format!("image {}, {} {number}", field.cells.image.1, object.name)
                        });
                    }
                    Some(outline)
                });
                builder.append(outline);
            }
            let outlines = builder.finish()?;
            if object.has_column() {
                arrays.push(outlines);
            }
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays)?;
        for (at, object) in self.plan.objects.iter().enumerate() {
            counts.approximate[at] += self.outlines.count_made(&batch, &object.column_name);
        }
        Ok((batch, end))
    }

    /// The crop of a joined row. `origin` is the first gathered row.
    fn crop(
        &self,
        part: &PlannedPart,
        field: &FieldPlan,
        pixels: &FieldPixels,
        gathered: &GatheredRows,
        joined: usize,
        origin: usize,
    ) -> Result<(Option<PixelBox>, Crop), String> {
        let planes = pixels.planes.as_ref().map_err(Clone::clone)?;
        let first = planes.first().ok_or("the image set has no channel")?;
        let primary = gathered
            .shapes
            .first()
            .ok_or("there is no primary object")?;
        // A row's own object is the first of the import and of its part.
        let outline = match pixels.outline(part, field, [0, 0], joined) {
            RowOutline::Traced(outline, _) => outline.bounds(),
            _ => None,
        };
        let size = [first.width, first.height];
        let area = primary.crop_box(
            joined - origin,
            self.plan.crop,
            size,
            outline,
            part.square.size,
        )?;
        let cut = planes
            .iter()
            .map(|plane| plane.crop(area).map(Arc::from))
            .collect::<Option<Vec<_>>>();
        let crop = Crop {
            width: area.width() as u32,
            height: area.height() as u32,
            planes: cut.ok_or("its bounding box is not inside the picture")?,
        };
        Ok((Some(area), crop))
    }
}

/// What a source says of the boxes that its crops were cut from.
struct StoredBoxes(Option<[Int64Array; 4]>);

impl StoredBoxes {
    /// Looks for the columns that say it.
    fn new(part: &PlannedPart, rows: Range<usize>) -> Result<Self, ImportError> {
        let Some(table) = part.image_table.as_ref().filter(|_| part.copies_crops()) else {
            return Ok(Self(None));
        };
        let Some(columns) = BBOX_COLUMNS
            .iter()
            .map(|name| table.columns.iter().position(|column| column.name == *name))
            .collect::<Option<Vec<usize>>>()
        else {
            return Ok(Self(None));
        };
        let values = table.read(&columns, Some(&part.image_table_rows(rows)))?;
        let sides: Option<Vec<Int64Array>> = values
            .iter()
            .map(|values| Some(Int64Array::from(integers_of(values)?)))
            .collect();
        Ok(Self(sides.and_then(|sides| sides.try_into().ok())))
    }

    /// The box of a row, if it has the size of its picture.
    fn of_size(&self, row: usize, width: u32, height: u32) -> Option<PixelBox> {
        let [x_min, y_min, x_max, y_max] = self.0.as_ref()?;
        let side = |values: &Int64Array| values.is_valid(row).then(|| values.value(row));
        let area = PixelBox {
            x_min: side(x_min)?,
            y_min: side(y_min)?,
            x_max: side(x_max)?,
            y_max: side(y_max)?,
        };
        area.has_size(width, height).then_some(area)
    }
}

/// A crop that a row has already, and the box in the field that it was cut from, where that is known.
fn copied_crop(
    part: &PlannedPart,
    stored: &StoredRows,
    boxes: &StoredBoxes,
    gathered: &GatheredRows,
    row: usize,
) -> Result<(Option<PixelBox>, Crop), String> {
    let pictures = part.stored.as_ref().ok_or("the source has no pictures")?;
    let CropSource::Stored(channels) = &part.crops else {
        return Err("the source has no pictures".to_owned());
    };
    let crop = pictures.crop(stored, row, channels)?;
    let (width, height) = (crop.width, crop.height);
    let measured = || {
        let mut shapes = gathered.shapes.iter();
        shapes.find_map(|shapes| shapes.box_of_size(row, width, height))
    };
    let area = boxes.of_size(row, width, height).or_else(measured);
    Ok((area, crop))
}
