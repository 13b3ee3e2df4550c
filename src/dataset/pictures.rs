//! Crops and outlines of cells.

use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Field, Int64Type, Schema};
use futures::future::BoxFuture;
use lance::dataset::ProjectionRequest;

use super::column_kind::kind_of;
use super::handle::{CellDataset, short, sorted_rows};
use super::picture_column::{channels_of_picture, read_picture};
use super::{BBOX_COLUMNS, ChannelInfo, DatasetError, OutlineSources};
use cytolance_imaging::CellPicture;
use cytolance_profile::ColumnKind;

/// Rows in which a foreign dataset's channels are looked for.
const FIRST_CROPS: usize = 16;

impl CellDataset {
    /// Crops and outlines of some rows, in the order asked for.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when reading fails.
    pub fn pictures<'a>(
        &'a self,
        rows: &'a [u32],
    ) -> BoxFuture<'a, Result<Vec<CellPicture>, DatasetError>> {
        Box::pin(async move { self.pictures_with(rows, true).await })
    }

    /// Outlines of some rows without their crops, in the order asked for.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when reading fails.
    pub fn outlines<'a>(
        &'a self,
        rows: &'a [u32],
    ) -> BoxFuture<'a, Result<Vec<CellPicture>, DatasetError>> {
        Box::pin(async move { self.pictures_with(rows, false).await })
    }

    async fn pictures_with(
        &self,
        rows: &[u32],
        crops: bool,
    ) -> Result<Vec<CellPicture>, DatasetError> {
        let mut names: Vec<String> = Vec::new();
        let picture = self.picture_column().filter(|_| crops);
        names.extend(picture.map(str::to_owned));
        names.extend(self.outline_columns());
        let is_first = picture == self.picture_columns().first().copied();
        // The boxes are those of the first pictures; whether others show the same part of the field, their size tells.
        let corners = if is_first || picture.is_none() { 2 } else { 4 };
        let boxes: Vec<&str> = BBOX_COLUMNS[..corners]
            .iter()
            .copied()
            .filter(|name| self.column(name).is_some())
            .collect();
        names.extend(boxes.iter().map(|name| (*name).to_owned()));
        let has_cells = !names.is_empty();
        let centers = self.outlines.centers.iter();
        for column in centers.flat_map(|centers| &centers.columns) {
            if has_cells && !names.contains(column) {
                names.push(column.clone());
            }
        }
        if names.is_empty() || rows.is_empty() {
            return Ok(vec![CellPicture::default(); rows.len()]);
        }
        let (sorted, order) = sorted_rows(rows);
        let projection = ProjectionRequest::from_schema(self.projection(&names)?);
        let batch = self
            .inner
            .take(&sorted, projection)
            .await
            .map_err(|error| self.read_error("crops", short(&error)))?;
        let batch = self.flat(batch, &names)?;
        let picture = picture.map(|name| self.field(name)).transpose()?;
        let mut read = pictures_in(&batch, picture, &self.outlines);
        if boxes.len() == BBOX_COLUMNS.len() {
            for (row, picture) in read.iter_mut().enumerate() {
                if !has_size_of_box(&batch, row, picture) {
                    // They would lie elsewhere.
                    picture.outlines.clear();
                }
            }
        }
        Ok(order
            .iter()
            .map(|place| read.get(*place as usize).cloned().unwrap_or_default())
            .collect())
    }

    /// The columns that hold pictures, in stored order.
    pub fn picture_columns(&self) -> Vec<&str> {
        self.columns
            .iter()
            .filter(|column| column.kind == ColumnKind::Picture)
            .map(|column| column.name.as_str())
            .collect()
    }

    /// The column whose pictures are shown: the one that was chosen, else the first.
    pub fn picture_column(&self) -> Option<&str> {
        self.picture
            .as_deref()
            .or_else(|| self.picture_columns().first().copied())
    }

    /// The same dataset with the pictures of this column.
    ///
    /// # Errors
    /// [`DatasetError::Read`] where the column holds none.
    pub fn with_picture(&self, column: &str) -> Result<Self, DatasetError> {
        let known = self.picture_columns();
        if !known.contains(&column) {
            let reason = match known.as_slice() {
                [] => "the dataset has no column of pictures".to_owned(),
                known => format!(
                    "it is no column of pictures; these are: {}",
                    known.join(", ")
                ),
            };
            return Err(self.read_error(column, reason));
        }
        let mut chosen = self.clone();
        chosen.picture = Some(column.to_owned());
        Ok(chosen)
    }

    /// The same dataset with its first pictures, whichever were chosen: those that its boxes and channels are about.
    #[must_use]
    pub fn with_first_picture(&self) -> Self {
        let mut first = self.clone();
        first.picture = None;
        first
    }

    /// Another version of the same dataset, with the pictures of the same column where it still has it.
    pub(super) fn seen_as(self, before: &Self) -> Self {
        match &before.picture {
            Some(column) => self.with_picture(column).unwrap_or(self),
            None => self,
        }
    }

    /// Whether the dataset's own channel table is about the pictures that are shown: it is of the first ones.
    fn declares_channels(&self) -> bool {
        !self.metadata.channels.is_empty()
            && self.picture_column() == self.picture_columns().first().copied()
    }

    /// The channel table: what the dataset declares, or what is stored with the first crop, or numbers.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when a foreign dataset's first crops cannot be read.
    pub fn channels(&self) -> BoxFuture<'_, Result<Vec<ChannelInfo>, DatasetError>> {
        Box::pin(async move {
            let column = self.picture_column();
            if self.declares_channels() || column.is_none() && !self.metadata.channels.is_empty() {
                return Ok(self.metadata.channels.clone());
            }
            let Some(column) = column else {
                return Ok(Vec::new());
            };
            let first: Vec<u32> = (0..self.num_rows.min(FIRST_CROPS) as u32).collect();
            if first.is_empty() {
                return Ok(Vec::new());
            }
            let found = self.channels_of_rows(column, &first).await?;
            if found.is_some() {
                return Ok(found.unwrap_or_default());
            }
            // The first cells have none; another one may.
            let sql = format!("{} IS NOT NULL", self.sql_name(column));
            let rows = self.matching_rows(&sql, &AtomicBool::new(false)).await?;
            let some: Vec<u32> = rows.iter().take(FIRST_CROPS).collect();
            if some.is_empty() {
                return Ok(Vec::new());
            }
            Ok(self
                .channels_of_rows(column, &some)
                .await?
                .unwrap_or_default())
        })
    }

    async fn channels_of_rows(
        &self,
        column: &str,
        rows: &[u32],
    ) -> Result<Option<Vec<ChannelInfo>>, DatasetError> {
        let batch = self.take(rows, &[column.to_owned()]).await?;
        let array = batch.column(0);
        let field = self.field(column)?;
        let found = (0..array.len()).find_map(|row| Some((row, read_picture(field, array, row)?)));
        Ok(found.map(|(row, crop)| channels_of_picture(array, row, &crop)))
    }
}

/// Crops and outlines of the rows of a batch. `schema` has the fields' metadata, which a batch may have lost.
pub fn pictures_of(
    batch: &RecordBatch,
    schema: &Schema,
    outlines: &OutlineSources,
) -> Vec<CellPicture> {
    let picture = schema.fields().iter().find(|field| {
        kind_of(field) == ColumnKind::Picture && batch.column_by_name(field.name()).is_some()
    });
    pictures_in(batch, picture.map(AsRef::as_ref), outlines)
}

/// The same with the pictures of this field.
fn pictures_in(
    batch: &RecordBatch,
    picture: Option<&Field>,
    outlines: &OutlineSources,
) -> Vec<CellPicture> {
    let picture = picture.and_then(|field| Some((field, batch.column_by_name(field.name())?)));
    let corner =
        |name: &str, row: usize| box_side(batch, name, row).map_or(0.0, |side| side as f64);
    let read = outlines.read(batch);
    let centers = outlines.centers(batch, &read);
    read.into_iter()
        .zip(centers)
        .enumerate()
        .map(|(row, (outlines, center))| CellPicture {
            crop: picture.and_then(|(field, column)| read_picture(field, column, row)),
            origin: [corner(BBOX_COLUMNS[0], row), corner(BBOX_COLUMNS[1], row)],
            outlines,
            center,
        })
        .collect()
}

/// A side of the box that was cut out.
fn box_side(batch: &RecordBatch, name: &str, row: usize) -> Option<i64> {
    let column = batch.column_by_name(name)?;
    let column = column.as_primitive_opt::<Int64Type>()?;
    (!column.is_null(row)).then(|| column.value(row))
}

/// Whether a crop is as large as its box, where both are there.
fn has_size_of_box(batch: &RecordBatch, row: usize, picture: &CellPicture) -> bool {
    let sides = BBOX_COLUMNS.map(|name| box_side(batch, name, row));
    match (&picture.crop, sides) {
        (Some(crop), [Some(x_min), Some(y_min), Some(x_max), Some(y_max)]) => {
            [i64::from(crop.width), i64::from(crop.height)] == [x_max - x_min, y_max - y_min]
        }
        _ => true,
    }
}
