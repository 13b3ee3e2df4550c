//! Where the outlines of each object set are: stored, or made of measurements.

use std::collections::HashSet;

use arrow::array::{Array as _, RecordBatch};
use arrow::datatypes::Schema;

use super::column_kind::kind_of;
use super::ellipse_columns::{outline_of, shapes_of};
use super::handle::numbers_of;
use super::outline_array::read_outline;
use super::{CellDataset, DatasetMetadata, EllipseColumns, OUTLINE_PREFIX};
use cytolance_imaging::Outline;
use cytolance_profile::ColumnKind;

/// The outlines of one object set. A stored one comes before one that is made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OutlineSource {
    pub object: String,
    /// The column that has them.
    pub column: Option<String>,
    /// What ellipses are made of.
    pub ellipses: Vec<EllipseColumns>,
}

/// An object set whose ellipses cannot be made any more, because columns were taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostOutlines {
    /// The object set.
    pub object: String,
    /// The columns that are not there.
    pub columns: Vec<String>,
}

impl std::fmt::Display for LostOutlines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the outlines of {} are ellipses from measurements and cannot be drawn: the dataset has no column {}",
            self.object,
            self.columns.join(", ")
        )
    }
}

/// Where the outlines of all object sets are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutlineSources {
    pub(super) found: Vec<OutlineSource>,
    pub(super) lost: Vec<LostOutlines>,
    /// Where the cells are that have no outline.
    pub(super) centers: Option<CenterColumns>,
}

/// The measured centres of the object that a row stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CenterColumns {
    object: String,
    pub columns: [String; 2],
}

impl CenterColumns {
    fn new(schema: &Schema, metadata: &DatasetMetadata) -> Option<Self> {
        let object = metadata.primary_object.as_ref()?;
        let columns = |prefix: &str| {
            let names = ["X", "Y"].map(|axis| format!("{object}_{prefix}_Center_{axis}"));
            let is_number = |name: &String| {
                let field = schema.field_with_name(name);
                field.is_ok_and(|field| field.data_type().is_numeric())
            };
            names.iter().all(is_number).then_some(names)
        };
        Some(Self {
            object: object.clone(),
            columns: columns("AreaShape").or_else(|| columns("Location"))?,
        })
    }

    /// The centres of the rows of a batch in field pixels; measured ones count from the centre of the first pixel.
    fn read(&self, batch: &RecordBatch) -> Option<[Vec<f64>; 2]> {
        let [x, y] = &self.columns;
        let values = |name: &str| numbers_of(batch.column_by_name(name)?);
        Some([values(x)?, values(y)?])
    }
}

impl OutlineSources {
    /// Tells it by the columns and by what the dataset says about itself.
    pub fn new(schema: &Schema, metadata: &DatasetMetadata) -> Self {
        let mut found: Vec<OutlineSource> = schema
            .fields()
            .iter()
            .filter(|field| kind_of(field) == ColumnKind::Outline)
            .map(|field| OutlineSource {
                object: object_of(field.name()).to_owned(),
                column: Some(field.name().clone()),
                ellipses: Vec::new(),
            })
            .collect();
        let mut lost = Vec::new();
        let names: HashSet<&str> = if metadata.ellipses.is_empty() {
            HashSet::new()
        } else {
            let fields = schema.fields().iter();
            fields.map(|field| field.name().as_str()).collect()
        };
        // An ellipse among exact outlines would pass for one of them.
        for object in &metadata.approximate_outlines {
            let own = metadata.ellipses.iter();
            let own: Vec<EllipseColumns> = own
                .filter(|entry| entry.object == *object)
                .cloned()
                .collect();
            if own.is_empty() {
                continue;
            }
            let mut missing: Vec<String> = Vec::new();
            for column in own.iter().flat_map(EllipseColumns::columns) {
                if !names.contains(column) && !missing.iter().any(|known| known == column) {
                    missing.push(column.to_owned());
                }
            }
            if !missing.is_empty() {
                lost.push(LostOutlines {
                    object: object.clone(),
                    columns: missing,
                });
                continue;
            }
            match found.iter_mut().find(|source| source.object == *object) {
                Some(source) => source.ellipses = own,
                None => found.push(OutlineSource {
                    object: object.clone(),
                    column: None,
                    ellipses: own,
                }),
            }
        }
        if found.iter().any(|source| source.column.is_none()) {
            // As if all were stored: colours go by the order.
            let place = |object: &str| {
                let mut known = metadata.objects.iter();
                known
                    .position(|known| known == object)
                    .unwrap_or(usize::MAX)
            };
            found.sort_by_key(|source| place(&source.object));
        }
        Self {
            found,
            lost,
            centers: CenterColumns::new(schema, metadata),
        }
    }

    /// The columns that have to be read.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.found.iter().flat_map(|source| {
            let made = source.ellipses.iter().flat_map(EllipseColumns::columns);
            source.column.as_deref().into_iter().chain(made)
        })
    }

    /// The outlines of every row of a batch, by object set.
    pub(super) fn read(&self, batch: &RecordBatch) -> Vec<Vec<(String, Outline)>> {
        let mut outlines: Vec<Vec<(String, Outline)>> = vec![Vec::new(); batch.num_rows()];
        for source in &self.found {
            let name = source.column.as_ref();
            let column = name.and_then(|name| batch.column_by_name(name));
            let shapes = shapes_of(batch, &source.ellipses);
            for (row, (outlines, shape)) in outlines.iter_mut().zip(&shapes).enumerate() {
                let stored = column.and_then(|column| read_outline(column, row));
                if let Some(outline) = stored.or_else(|| outline_of(shape.as_ref()?)) {
                    outlines.push((source.object.clone(), outline));
                }
            }
        }
        outlines
    }

    /// The centres of those cells of a batch whose own object has no outline.
    pub(super) fn centers(
        &self,
        batch: &RecordBatch,
        outlines: &[Vec<(String, Outline)>],
    ) -> Vec<Option<[f64; 2]>> {
        let known = self.centers.as_ref();
        let Some((known, [x, y])) = known.and_then(|known| Some((known, known.read(batch)?)))
        else {
            return vec![None; outlines.len()];
        };
        let center = |(row, outlines): (usize, &Vec<(String, Outline)>)| {
            let is_outlined = outlines.iter().any(|(object, _)| *object == known.object);
            let center = [*x.get(row)? + 0.5, *y.get(row)? + 0.5];
            let is_measured = center.iter().all(|value| value.is_finite());
            (is_measured && !is_outlined).then_some(center)
        };
        outlines.iter().enumerate().map(center).collect()
    }

    /// Rows of a batch in which an object set has an outline that is made.
    pub fn count_made(&self, batch: &RecordBatch, object: &str) -> usize {
        let mut sources = self.found.iter();
        let Some(source) = sources.find(|source| source.object == object) else {
            return 0;
        };
        let name = source.column.as_ref();
        let column = name.and_then(|name| batch.column_by_name(name));
        let made = |(row, shape): (usize, &Option<_>)| {
            shape.is_some() && column.is_none_or(|column| column.is_null(row))
        };
        let shapes = shapes_of(batch, &source.ellipses);
        shapes.iter().enumerate().filter(|at| made(*at)).count()
    }
}

/// The object set of an outline column.
fn object_of(outline_column: &str) -> &str {
    outline_column
        .strip_prefix(OUTLINE_PREFIX)
        .unwrap_or(outline_column)
}

impl CellDataset {
    /// Names of the outlined objects, in the order of the import.
    pub fn outline_objects(&self) -> Vec<String> {
        let found = self.outlines.found.iter();
        found.map(|source| source.object.clone()).collect()
    }

    /// Columns that the outlines are read from: those that hold them, and those that ellipses are made of.
    pub fn outline_columns(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.outlines.columns() {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// Object sets whose ellipses cannot be made, because columns were taken away.
    pub fn lost_outlines(&self) -> &[LostOutlines] {
        &self.outlines.lost
    }
}
