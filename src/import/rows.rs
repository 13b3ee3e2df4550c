//! The rows of the dataset: keys, image measurements, features, crops and outlines as Arrow batches.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;

use super::box_centers::centers_in_boxes;
use super::columns::GatheredRows;
use super::contradictions::Contradictions;
use super::field::FieldPixels;
use super::field_masks::RowOutline;
use super::field_plan::FieldPlan;
use super::held_pixels::{HeldRows, PartIntensities};
use super::pixels::FieldVerdict;
use super::planned_part::{CropSource, PlannedPart};
use super::stored_pictures::StoredRows;
use super::{
    Contradicted, ImportError, ImportPlan, Verification, VerificationKind, add_verifications,
};
use cytolance_dataset::{
    BBOX_COLUMNS, DEPTH_COLUMNS, DatasetMetadata, OUTLINE_PREFIX, OmeArrowBuilder, OutlineBuilder,
    OutlineSources, PICTURE_COLUMN, ome_arrow_type, outline_field,
};
use cytolance_imaging::{Crop, Fit, NoPart, Outline, PixelBox};
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
    /// Whether the masks' parts lie at the objects.
    pub places: Vec<Verification>,
    /// What tables say differently.
    pub contradictions: Contradictions,
    /// What was held against the measurements.
    pub verification: Vec<Verification>,
    /// Shifts that explain pictures that are not as they were measured: how many fields.
    pub shifts: BTreeMap<[i64; 2], usize>,
    /// Cells with a crop that contradicts the measurements.
    pub kept: usize,
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
            places: vec![Verification::new(VerificationKind::Outlines, "objects"); objects],
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
        add_verifications(&mut self.verification, other.verification.clone());
        self.kept += other.kept;
        for (shift, fields) in &other.shifts {
            *self.shifts.entry(*shift).or_default() += fields;
        }
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
            self.places[object].add(other.places[object].clone());
            for (reason, count) in &other.missing[object] {
                *self.missing[object].entry(reason.clone()).or_default() += count;
            }
            self.worst[object].extend(other.worst[object].iter().cloned());
            self.keep_worst(object);
        }
    }

    /// Counts what a row has of an object's mask, and hands on the outline. `cell` names the object.
    fn take<'a>(
        &mut self,
        object: usize,
        found: RowOutline<'a>,
        cell: impl Fn() -> String,
    ) -> Option<(&'a Outline, Fit)> {
        let places = &mut self.places[object];
        let reason = match found {
            RowOutline::NoObject => return None,
            RowOutline::Traced(outline, fit) => {
                match fit {
                    Fit::Same => places.agree(1),
                    Fit::Like | Fit::Untold => places.untold(1),
                    Fit::Other => places.contradict(1, || {
                        format!("{}: its outline does not lie at its place", cell())
                    }),
                }
                self.traced[object] += 1;
                self.untold[object] += usize::from(fit == Fit::Untold);
                return Some((outline, fit));
            }
            RowOutline::NoMask => "its field has no mask".to_owned(),
            RowOutline::Unused { contradicts } => {
                let reason = "its mask cannot be used";
                if contradicts {
                    places.contradict(1, || format!("{}: {reason}", cell()));
                } else {
                    places.untold(1);
                }
                reason.to_owned()
            }
            RowOutline::NoPart(reason) => {
                match reason {
                    NoPart::Elsewhere | NoPart::OtherArea | NoPart::Nowhere | NoPart::NoNumber => {
                        places.contradict(1, || format!("{}: {reason}", cell()));
                    }
                    NoPart::Melted | NoPart::Unmeasured | NoPart::OtherPlanes => places.untold(1),
                }
                reason.to_string()
            }
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
    /// Whether the dataset says which planes of volumes crops show.
    has_depth: bool,
    /// What each part has measured of intensities.
    intensities: Vec<PartIntensities>,
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
            let depth = plan.layout.cuts_volumes.then_some(DEPTH_COLUMNS);
            let boxes = BBOX_COLUMNS.into_iter().chain(depth.into_iter().flatten());
            fields.extend(boxes.map(|name| Field::new(name, DataType::Int64, true)));
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
            has_depth: has_pictures && plan.layout.cuts_volumes,
            intensities: plan
                .parts
                .iter()
                .map(|part| PartIntensities::of(part, &plan.channel_sources))
                .collect(),
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
        let mut shifts: BTreeSet<[i64; 2]> = BTreeSet::new();
        let step = if part.copies_crops() {
            self.rows_at_a_time.min(ROWS_WITH_STORED_CROPS)
        } else if pixels.has_crops() {
            self.rows_at_a_time.min(ROWS_WITH_CROPS)
        } else {
            self.rows_at_a_time
        };
        for start in rows.clone().step_by(step) {
            let piece = start..(start + step).min(rows.end);
            let gathered = self.plan.layout.gather(part, group.part, piece.clone())?;
            counts.contradictions.add(&gathered.contradictions);
            let centers = centers_in_boxes(part, &gathered, &piece);
            add_verifications(&mut counts.verification, centers);
            let held = HeldRows {
                plan: self.plan,
                part,
                field,
                number: group.first,
                pixels,
                gathered: &gathered,
                first: piece.start,
                rows: piece.len(),
            };
            let mut verdict = held.hold(&self.intensities[group.part]);
            add_verifications(&mut counts.verification, std::mem::take(&mut verdict.lines));
            shifts.extend(verdict.shifts.iter().copied());
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
                        (&gathered, &verdict),
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
        counts.shifts = shifts.into_iter().map(|shift| (shift, 1)).collect();
        Ok((batches, counts))
    }

    /// One batch from the beginning of `rows`; returns where it ends. `origin` is the first gathered row.
    #[expect(clippy::too_many_arguments, reason = "the state of one loop")]
    fn batch(
        &self,
        part: &PlannedPart,
        field: &FieldPlan,
        pixels: &FieldPixels,
        (gathered, verdict): (&GatheredRows, &FieldVerdict),
        stored: Option<(&StoredRows, &StoredBoxes)>,
        rows: Range<usize>,
        origin: usize,
        counts: &mut RowCounts,
    ) -> Result<(RecordBatch, usize), ArrowError> {
        let mut pictures = OmeArrowBuilder::new(self.plan.channels.clone(), part.pixel_size_um);
        let mut boxes: Vec<Option<PixelBox>> = Vec::new();
        let mut depths: Vec<Option<Range<u32>>> = Vec::new();
        let mut used = 0;
        let start = rows.start;
        let mut end = start;
        while end < rows.end && used < BATCH_PIXELS {
            if self.has_pictures {
                let row = end - origin;
                let deep = pixels.volume_crop(end - field.cells.rows.start);
                let cut = match (stored.filter(|_| part.copies_crops()), deep) {
                    (Some((stored, places)), _) => copied_crop(part, stored, places, gathered, row),
                    (None, Some(deep)) => deep
                        .as_ref()
                        .map(|deep| (Some(deep.area), deep.crop.clone()))
                        .map_err(Clone::clone),
                    (None, None) => match pixels.refused.as_ref().or(verdict.refusal(row)) {
                        Some(reason) if self.plan.contradicted == Contradicted::LeaveOut => {
                            Err(reason.clone())
                        }
                        refusal => {
                            let cut = self.crop(part, field, pixels, gathered, end, origin);
                            counts.kept += usize::from(refusal.is_some() && cut.is_ok());
                            cut
                        }
                    },
                };
                let shown = deep.and_then(|deep| Some(deep.as_ref().ok()?.planes.clone()));
                depths.push(shown);
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
                let reason = match part.rows_are.object() {
                    Some(whole) => format!("a row is a whole {}", whole.to_lowercase()),
                    None => "the export names no pictures".to_owned(),
                };
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
            if self.has_depth {
                let sides: [fn(&Range<u32>) -> i64; 2] = [
                    |planes| i64::from(planes.start),
                    |planes| i64::from(planes.end),
                ];
                for side in sides {
                    let planes = depths.iter().map(|planes| planes.as_ref().map(side));
                    arrays.push(Arc::new(planes.collect::<Int64Array>()));
                }
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
                    let cell = || {
                        let number = gathered.numbers[place][row].unwrap_or_default();
                        format!("image {}, {} {number}", field.cells.image.1, object.name)
                    };
                    let traced = object
                        .masks
                        .then(|| pixels.outline(part, field, [at, place], row + origin))
                        .and_then(|found| counts.take(at, found, cell));
                    if !object.traced {
                        return None;
                    }
                    let (outline, fit) = traced?;
                    if let Some(area) = shapes.areas.as_ref().map(|areas| areas[row])
                        && area > 0.0
                    {
                        counts.compare(at, [outline.area(), area], fit, cell);
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
        let (size, offset) = ([first.width, first.height], self.plan.offset);
        let area = primary.crop_box(
            joined - origin,
            self.plan.crop,
            size,
            offset,
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
        // Boxes count from where outlines and measurements do.
        Ok((Some(area.moved(offset.map(|pixels| -pixels))), crop))
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
