//! The rows of the dataset: keys, image measurements, features, crops and outlines as Arrow batches.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;

use super::ImportPlan;
use super::field::{FieldPixels, ObjectShapes};
use super::plan::FieldPlan;
use crate::dataset::{
    BBOX_COLUMNS, DatasetMetadata, OUTLINE_PREFIX, OmeArrowBuilder, OutlineBuilder, PICTURE_COLUMN,
    ome_arrow_type, outline_field,
};
use crate::imaging::PixelBox;

/// Pixels of a batch before it is handed over; a batch of crops is written as one piece.
const BATCH_PIXELS: usize = 16 << 20;

/// One object set as the rows need it.
struct ObjectRows {
    name: String,
    shapes: ObjectShapes,
    /// Table row of every joined row.
    rows: Vec<Option<u32>>,
    /// Object number of every joined row.
    numbers: Vec<Option<i64>>,
    /// Outlines come from masks; otherwise from measurements, where there are any.
    traced: bool,
}

/// Counts for the report.
#[derive(Debug, Default, Clone)]
pub(super) struct RowCounts {
    pub with_picture: usize,
    pub without_picture: std::collections::BTreeMap<String, usize>,
    pub traced: Vec<usize>,
    pub approximate: Vec<usize>,
    pub agree: Vec<(usize, usize)>,
}

impl RowCounts {
    fn new(objects: usize) -> Self {
        Self {
            traced: vec![0; objects],
            approximate: vec![0; objects],
            agree: vec![(0, 0); objects],
            ..Self::default()
        }
    }

    pub fn add(&mut self, other: &Self) {
        if self.traced.is_empty() {
            *self = Self::new(other.traced.len());
        }
        self.with_picture += other.with_picture;
        for (reason, count) in &other.without_picture {
            *self.without_picture.entry(reason.clone()).or_default() += count;
        }
        for object in 0..self.traced.len() {
            self.traced[object] += other.traced[object];
            self.approximate[object] += other.approximate[object];
            self.agree[object].0 += other.agree[object].0;
            self.agree[object].1 += other.agree[object].1;
        }
    }
}

/// All values but the pixels, gathered once; fields slice it.
pub(super) struct RowBuilder {
    values: RecordBatch,
    objects: Vec<ObjectRows>,
    schema: Arc<Schema>,
    has_pictures: bool,
}

impl RowBuilder {
    /// Gathers keys, image measurements and features of all rows.
    ///
    /// # Errors
    /// Arrow's, when columns do not fit together.
    pub fn new(plan: &ImportPlan, metadata: &DatasetMetadata) -> Result<Self, ArrowError> {
        let joined = &plan.joined;
        let rows = joined.rows.len();
        let mut columns = Columns::default();
        columns.push(
            "Metadata_Source",
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
                &plan.report.source_name,
                rows,
            ))),
        );
        columns.push(
            "Metadata_ImageNumber",
            Arc::new(Int64Array::from(joined.image_numbers.clone())),
        );
        columns.push(
            "Metadata_ObjectNumber",
            Arc::new(Int64Array::from(joined.object_numbers.clone())),
        );

        let from_x_axis = plan
            .experiment
            .get("CellProfiler_Version")
            .and_then(|version| version.split('.').next()?.trim().parse::<u32>().ok())
            .is_some_and(|major| major <= 3);
        let mut objects = vec![ObjectRows {
            name: joined.primary.clone(),
            shapes: ObjectShapes::new(&joined.table, from_x_axis),
            rows: joined.rows.iter().copied().map(Some).collect(),
            numbers: joined.object_numbers.iter().copied().map(Some).collect(),
            traced: plan.has_masks[0],
        }];
        for (at, compartment) in joined.compartments.iter().enumerate() {
            let by_row = compartment
                .table
                .integers("ObjectNumber")
                .or_else(|| compartment.table.integers("Number_Object_Number"))
                .unwrap_or_default();
            let numbers: Vec<Option<i64>> = compartment
                .rows
                .iter()
                .map(|row| row.and_then(|row| by_row.get(row as usize).copied().flatten()))
                .collect();
            columns.push(
                &format!("Metadata_{}_ObjectNumber", compartment.name),
                Arc::new(Int64Array::from(numbers.clone())),
            );
            objects.push(ObjectRows {
                name: compartment.name.clone(),
                shapes: ObjectShapes::new(&compartment.table, from_x_axis),
                rows: compartment.rows.clone(),
                numbers,
                traced: plan.has_masks[at + 1],
            });
        }

        if let Some(sets) = &plan.sets {
            let places: UInt32Array = joined
                .image_numbers
                .iter()
                .map(|number| sets.row_by_number.get(number).map(|row| *row as u32))
                .collect();
            for metadata_first in [true, false] {
                for column in &sets.table.columns {
                    let is_metadata = column.name.starts_with("Metadata_");
                    if column.name == "ImageNumber" || is_metadata != metadata_first {
                        continue;
                    }
                    let name = if is_metadata || column.name.starts_with("Image_") {
                        column.name.clone()
                    } else {
                        format!("Image_{}", column.name)
                    };
                    columns.push(&name, arrow::compute::take(&column.values, &places, None)?);
                }
            }
        }
        let tables = std::iter::once(&joined.table).chain(
            joined
                .compartments
                .iter()
                .map(|compartment| &compartment.table),
        );
        for (object, table) in objects.iter().zip(tables) {
            let places: UInt32Array = object.rows.iter().copied().collect();
            let prefix = format!("{}_", object.name);
            for column in &table.columns {
                if matches!(column.name.as_str(), "ImageNumber" | "ObjectNumber") {
                    continue;
                }
                let name = if column.name.starts_with(&prefix) {
                    column.name.clone()
                } else {
                    format!("{prefix}{}", column.name)
                };
                columns.push(&name, arrow::compute::take(&column.values, &places, None)?);
            }
        }
        if let Some(counts) = &joined.nuclei_counts {
            columns.push("QC_NucleiCount", Arc::new(Int64Array::from(counts.clone())));
        }
        let Columns { fields, arrays, .. } = columns;
        let values = RecordBatch::try_new(Arc::new(Schema::new(fields.clone())), arrays)?;

        let mut fields = fields;
        let has_pictures = !plan.channels.is_empty();
        if has_pictures {
            fields.extend(
                BBOX_COLUMNS
                    .iter()
                    .map(|name| Field::new(*name, DataType::Int64, true)),
            );
            fields.push(Field::new(PICTURE_COLUMN, ome_arrow_type(), true));
        }
        objects.retain(|object| {
            object.traced || object.shapes.has_ellipses() || object.name == joined.primary
        });
        for object in &objects {
            if object.traced || object.shapes.has_ellipses() {
                fields.push(outline_field(
                    &format!("{OUTLINE_PREFIX}{}", object.name),
                    !object.traced,
                ));
            }
        }
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata.to_map()));
        Ok(Self {
            values,
            objects,
            schema,
            has_pictures,
        })
    }

    /// Schema of the batches, with the dataset's metadata.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Names of the objects in the order of [`RowCounts`].
    pub fn object_names(&self) -> impl Iterator<Item = &str> {
        self.objects.iter().map(|object| object.name.as_str())
    }

    /// Whether bounding boxes of the primary object were measured.
    pub fn has_boxes(&self) -> bool {
        self.objects
            .first()
            .is_some_and(|object| object.shapes.has_boxes())
    }

    /// The rows of one field, in batches of bounded size.
    ///
    /// # Errors
    /// Arrow's, when the parts do not fit together.
    pub fn batches(
        &self,
        plan: &ImportPlan,
        field: &FieldPlan,
        pixels: &FieldPixels,
    ) -> Result<(Vec<RecordBatch>, RowCounts), ArrowError> {
        let mut counts = RowCounts::new(self.objects.len());
        let mut batches = Vec::new();
        let mut start = field.rows.start;
        while start < field.rows.end {
            let (batch, end) = self.batch(plan, field, pixels, start, &mut counts)?;
            batches.push(batch);
            start = end;
        }
        Ok((batches, counts))
    }

    fn batch(
        &self,
        plan: &ImportPlan,
        field: &FieldPlan,
        pixels: &FieldPixels,
        start: usize,
        counts: &mut RowCounts,
    ) -> Result<(RecordBatch, usize), ArrowError> {
        let mut pictures = OmeArrowBuilder::new(plan.channels.clone(), None);
        let mut boxes: Vec<Option<PixelBox>> = Vec::new();
        let mut used = 0;
        let mut end = start;
        while end < field.rows.end && used < BATCH_PIXELS {
            if self.has_pictures {
                match self.crop(plan, pixels, end) {
                    Ok((area, planes)) => {
                        used += planes.iter().map(Vec::len).sum::<usize>();
                        let id =
                            format!("{}:{}", field.image_number, plan.joined.object_numbers[end]);
                        pictures.append(id, area.width() as u32, area.height() as u32, &planes);
                        boxes.push(Some(area));
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
        let mut arrays: Vec<ArrayRef> = self.values.slice(start, end - start).columns().to_vec();
        if self.has_pictures {
            let sides: [fn(&PixelBox) -> i64; 4] =
                [|b| b.x_min, |b| b.y_min, |b| b.x_max, |b| b.y_max];
            for side in sides {
                let values: Int64Array = boxes.iter().map(|area| area.as_ref().map(side)).collect();
                arrays.push(Arc::new(values));
            }
            arrays.push(pictures.finish()?);
        }
        for (at, object) in self.objects.iter().enumerate() {
            if object.traced || object.shapes.has_ellipses() {
                arrays.push(Self::outlines(
                    plan,
                    object,
                    at,
                    pixels,
                    start..end,
                    counts,
                )?);
            }
        }
        Ok((RecordBatch::try_new(Arc::clone(&self.schema), arrays)?, end))
    }

    fn crop(
        &self,
        plan: &ImportPlan,
        pixels: &FieldPixels,
        row: usize,
    ) -> Result<(PixelBox, Vec<Vec<u16>>), String> {
        let planes = pixels.planes.as_ref().map_err(Clone::clone)?;
        let first = planes.first().ok_or("the image set has no channel")?;
        let primary = self.objects.first().ok_or("there is no primary object")?;
        let table_row = plan.joined.rows[row] as usize;
        let area = primary
            .shapes
            .crop_box(table_row, plan.crop, first.width, first.height)?;
        let cut = planes
            .iter()
            .map(|plane| plane.crop(area))
            .collect::<Option<Vec<_>>>();
        Ok((
            area,
            cut.ok_or("its bounding box is not inside the picture")?,
        ))
    }

    fn outlines(
        plan: &ImportPlan,
        object: &ObjectRows,
        at: usize,
        pixels: &FieldPixels,
        rows: std::ops::Range<usize>,
        counts: &mut RowCounts,
    ) -> Result<ArrayRef, ArrowError> {
        let mask_at = plan.objects().iter().position(|name| *name == object.name);
        let traced = mask_at.and_then(|at| pixels.outlines.get(at)?.as_ref());
        let mut builder = OutlineBuilder::default();
        for row in rows {
            let Some(table_row) = object.rows[row].map(|row| row as usize) else {
                builder.append(None);
                continue;
            };
            if object.traced {
                let number = object.numbers[row].and_then(|number| u32::try_from(number).ok());
                let outline = number.and_then(|number| traced?.get(&number));
                if let Some(outline) = outline {
                    counts.traced[at] += 1;
                    if let Some(area) = object.shapes.areas.as_ref().map(|areas| areas[table_row])
                        && area > 0.0
                    {
                        counts.agree[at].1 += 1;
                        counts.agree[at].0 +=
                            usize::from((outline.area() - area).abs() <= area * 0.02);
                    }
                }
                builder.append(outline);
            } else {
                let outline = object.shapes.ellipse(table_row);
                counts.approximate[at] += usize::from(outline.is_some());
                builder.append(outline.as_ref());
            }
        }
        builder.finish()
    }
}

/// Columns under names that occur once.
#[derive(Default)]
struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
    names: HashSet<String>,
}

impl Columns {
    /// Adds a column; a name that is taken gets a number, so that nothing is lost.
    fn push(&mut self, name: &str, values: ArrayRef) {
        let mut unique = name.to_owned();
        let mut number = 2;
        while !self.names.insert(unique.clone()) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        self.fields
            .push(Field::new(unique, values.data_type().clone(), true));
        self.arrays.push(values);
    }
}
